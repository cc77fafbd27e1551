// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of egress.c: which frames may leave, and with which tag.
 */

#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>

#include "nic/nic.h"
#include "vport/bed_test.h"

#define LEN	100

static enum vsw_verdict egress(struct vsw_frame *f, struct vsw_port *to,
			       const struct vsw_nic *nic)
{
	enum vsw_verdict verdict;

	local_bh_disable();
	rcu_read_lock();
	verdict = vsw_port_egress(f, to, nic);
	rcu_read_unlock();
	local_bh_enable();
	return verdict;
}

/* @drop: the reason, VSW_DROP_NOT for a frame that passes */
static void expect_verdict(struct kunit *test, struct vsw_frame *f,
			   const struct vsw_nic *nic, enum vsw_drop drop)
{
	struct vsw_testbed *bed = test->priv;
	enum vsw_verdict verdict = egress(f, bed->port, nic);

	KUNIT_EXPECT_EQ(test, verdict, drop ? VSW_DROP : VSW_PASS);
	if (verdict == VSW_DROP)
		KUNIT_EXPECT_EQ(test, f->drop, drop);
}

/**
 * struct tag_case - a frame of some VLAN on its way out at a port of some mode
 * @port: enum vsw_testbed_vlans
 * @vid: VLAN that it was classified to
 * @drop: expected reason, VSW_DROP_NOT if it passes
 * @tagged: it leaves with a tag
 */
struct tag_case {
	u8		port;
	u16		vid;
	enum vsw_drop	drop;
	bool		tagged;
};

static const struct tag_case tag_cases[] = {
	{ VSW_TESTBED_NONE, 0, VSW_DROP_NOT, false },
	{ VSW_TESTBED_NONE, 10, VSW_DROP_TO_VLAN_FILTER },
	{ VSW_TESTBED_NONE, 4094, VSW_DROP_TO_VLAN_FILTER },

	{ VSW_TESTBED_ACCESS, 0, VSW_DROP_TO_VLAN_FILTER },
	{ VSW_TESTBED_ACCESS, 10, VSW_DROP_NOT, false },
	{ VSW_TESTBED_ACCESS, 20, VSW_DROP_TO_VLAN_FILTER },

	{ VSW_TESTBED_TRUNK, 0, VSW_DROP_TO_VLAN_FILTER },
	{ VSW_TESTBED_TRUNK, 10, VSW_DROP_NOT, true },
	{ VSW_TESTBED_TRUNK, 20, VSW_DROP_NOT, true },
	{ VSW_TESTBED_TRUNK, 9, VSW_DROP_TO_VLAN_FILTER },
	{ VSW_TESTBED_TRUNK, 4094, VSW_DROP_TO_VLAN_FILTER },

	{ VSW_TESTBED_NATIVE, 0, VSW_DROP_TO_VLAN_FILTER },
	{ VSW_TESTBED_NATIVE, 10, VSW_DROP_NOT, false },
	{ VSW_TESTBED_NATIVE, 20, VSW_DROP_NOT, true },
	{ VSW_TESTBED_NATIVE, 99, VSW_DROP_TO_VLAN_FILTER },

	{ VSW_TESTBED_NATIVE_ONLY, 0, VSW_DROP_TO_VLAN_FILTER },
	{ VSW_TESTBED_NATIVE_ONLY, 10, VSW_DROP_NOT, false },
	{ VSW_TESTBED_NATIVE_ONLY, 20, VSW_DROP_TO_VLAN_FILTER },
};

static void tag_desc(const struct tag_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s, VLAN %u",
		 vsw_testbed_names[c->port], c->vid);
}

KUNIT_ARRAY_PARAM(tag, tag_cases, tag_desc);

/* One frame of the case, as ingress left it: with a tag or without. */
static void tag_one(struct kunit *test, const struct tag_case *c,
		    enum vsw_testbed_tag where, u16 tci, u16 tpid, u16 prio)
{
	struct vsw_testbed *bed = test->priv;
	struct vsw_nic nic = { .dev = bed->dev };
	struct vsw_frame f = {
		.skb	= vsw_testbed_skb(test, where, tpid, tci, LEN),
		.vid	= c->vid,
		.prio	= prio,
	};

	bed->port->tpid = htons(tpid);
	expect_verdict(test, &f, &nic, c->drop);
	KUNIT_EXPECT_TRUE(test, vsw_testbed_skb_is_intact(f.skb, LEN));
	if (!c->drop) {
		KUNIT_EXPECT_EQ(test, !!skb_vlan_tag_present(f.skb),
				c->tagged);
		if (c->tagged) {
			KUNIT_EXPECT_EQ(test, ntohs(f.skb->vlan_proto), tpid);
			KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(f.skb),
					c->vid | prio);
		}
	}
	kfree_skb(f.skb);
}

/* The result depends on VLAN and priority, not on the tag that it came with. */
static void frames_get_their_tag(struct kunit *test)
{
	static const u16 prios[] = { 0, VLAN_CFI_MASK, 0x2000, 0xa000, 0xf000 };
	static const u16 tpids[] = { ETH_P_8021Q, ETH_P_8021AD };
	const struct tag_case *c = test->param_value;
	unsigned int i, j;

	vsw_testbed_set_vlans(test, c->port);
	for (i = 0; i < ARRAY_SIZE(tpids); i++) {
		tag_one(test, c, VSW_TESTBED_UNTAGGED, 0, tpids[i], 0);
		for (j = 0; j < ARRAY_SIZE(prios); j++) {
			/* the tag of its VLAN, and a priority tag */
			tag_one(test, c, VSW_TESTBED_METADATA,
				c->vid | prios[j], tpids[i], prios[j]);
			tag_one(test, c, VSW_TESTBED_METADATA, prios[j],
				tpids[i], prios[j]);
		}
	}
}

/* The other targets of a flood have their own tag on the same payload. */
static void clones_keep_their_tag(struct kunit *test)
{
	struct vsw_testbed *bed = test->priv;
	struct vsw_nic nic = { .dev = bed->dev };
	struct vsw_frame f = { .vid = 10, .prio = 0x6000 };
	struct sk_buff *skb;

	skb = vsw_testbed_skb(test, VSW_TESTBED_METADATA, ETH_P_8021Q,
			      0x6000 | 10, LEN);
	f.skb = skb_clone(skb, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, f.skb);
	vsw_testbed_set_vlans(test, VSW_TESTBED_ACCESS);
	if (f.skb) {
		expect_verdict(test, &f, &nic, VSW_DROP_NOT);
		KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(f.skb));
		KUNIT_EXPECT_PTR_EQ(test, f.skb->head, skb->head);
	}
	KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(skb));
	KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), 0x6000 | 10);
	KUNIT_EXPECT_TRUE(test, vsw_testbed_skb_is_intact(skb, LEN));
	kfree_skb(f.skb);
	kfree_skb(skb);
}

/* Without a link nothing leaves; that is said first, whatever else is wrong. */
static void nothing_leaves_without_a_link(struct kunit *test)
{
	struct vsw_testbed *bed = test->priv;
	struct vsw_nic nic = { .dev = bed->dev };
	struct vsw_frame f = { .vid = 10 };
	int round;

	f.skb = vsw_testbed_skb(test, VSW_TESTBED_UNTAGGED, 0, 0, LEN);
	for (round = 0; round < 2; round++) {
		vsw_testbed_set_vlans(test, round ? VSW_TESTBED_NONE :
						    VSW_TESTBED_ACCESS);
		set_bit(VSW_PORT_F_UP, &bed->port->flags);
		expect_verdict(test, &f, NULL, VSW_DROP_TO_LINK_DOWN);
		clear_bit(VSW_PORT_F_UP, &bed->port->flags);
		expect_verdict(test, &f, &nic, VSW_DROP_TO_LINK_DOWN);
		expect_verdict(test, &f, NULL, VSW_DROP_TO_LINK_DOWN);
	}
	vsw_testbed_set_vlans(test, VSW_TESTBED_ACCESS);
	set_bit(VSW_PORT_F_UP, &bed->port->flags);
	expect_verdict(test, &f, &nic, VSW_DROP_NOT);
	kfree_skb(f.skb);
}

/**
 * struct size_case - a frame on its way to a NIC with an MTU
 * @name: of the case
 * @mtu: of the NIC
 * @len: octets of payload
 * @gso: SKB_GSO_* type, 0 if it is no GSO packet
 * @segment: octets of payload of a segment
 * @fits: as expected
 */
struct size_case {
	const char	*name;
	unsigned int	mtu;
	unsigned int	len;
	int		gso;
	unsigned int	segment;
	bool		fits;
};

static const struct size_case size_cases[] = {
	{ "1500 of 1500", 1500, 1500, 0, 0, true },
	{ "1501 of 1500", 1500, 1501, 0, 0, false },
	{ "1400 of 1400", 1400, 1400, 0, 0, true },
	{ "1401 of 1400", 1400, 1401, 0, 0, false },
	{ "68 of 68", 68, 68, 0, 0, true },
	{ "69 of 68", 68, 69, 0, 0, false },
	{ "9000 of 9000", 9000, 9000, 0, 0, true },
	{ "9001 of 9000", 9000, 9001, 0, 0, false },
	{ "TCP in 1460s of 1500", 1500, 30000, SKB_GSO_TCPV4, 1460, true },
	{ "TCP in 1461s of 1500", 1500, 30000, SKB_GSO_TCPV4, 1461, false },
	{ "TCP in 1460s of 1400", 1400, 30000, SKB_GSO_TCPV4, 1460, false },
	{ "TCP in 1360s of 1400", 1400, 30000, SKB_GSO_TCPV4, 1360, true },
	{ "TCP in 8960s of 9000", 9000, 30000, SKB_GSO_TCPV4, 8960, true },
	{ "TCP in 8961s of 9000", 9000, 30000, SKB_GSO_TCPV4, 8961, false },
	{ "UDP in 1472s of 1500", 1500, 30000, SKB_GSO_UDP_L4, 1472, true },
	{ "UDP in 1473s of 1500", 1500, 30000, SKB_GSO_UDP_L4, 1473, false },
	{ "small TCP in 1461s of 1500", 1500, 1500, SKB_GSO_TCPV4, 1461, true },
};

static void size_desc(const struct size_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(size, size_cases, size_desc);

/* The tag is not counted, neither the one it has nor the one it gets. */
static void sizes_are_checked(struct kunit *test)
{
	static const u16 vids[] = { 10, 20 };
	const struct size_case *c = test->param_value;
	struct vsw_testbed *bed = test->priv;
	struct vsw_nic nic = { .dev = bed->dev };
	struct vsw_frame f = {};
	unsigned int i;

	vsw_testbed_set_vlans(test, VSW_TESTBED_NATIVE);
	bed->dev->mtu = c->mtu;
	for (i = 0; i < 2 * ARRAY_SIZE(vids); i++) {
		f.vid = vids[i / 2];
		f.skb = vsw_testbed_skb(test, i % 2 ? VSW_TESTBED_METADATA :
						      VSW_TESTBED_UNTAGGED,
					ETH_P_8021Q, f.vid, c->len);
		if (c->gso)
			vsw_testbed_make_gso(f.skb, c->gso, c->segment);
		expect_verdict(test, &f, &nic,
			       c->fits ? VSW_DROP_NOT : VSW_DROP_TO_OVERSIZE);
		KUNIT_EXPECT_EQ(test, f.skb->len, c->len);
		kfree_skb(f.skb);
	}
}

/* Who is not in the VLAN is told that, not that the frame is too large. */
static void membership_comes_before_size(struct kunit *test)
{
	struct vsw_testbed *bed = test->priv;
	struct vsw_nic nic = { .dev = bed->dev };
	struct vsw_frame f = { .vid = 99 };

	vsw_testbed_set_vlans(test, VSW_TESTBED_TRUNK);
	f.skb = vsw_testbed_skb(test, VSW_TESTBED_UNTAGGED, 0, 0, 1501);
	expect_verdict(test, &f, &nic, VSW_DROP_TO_VLAN_FILTER);
	kfree_skb(f.skb);
}

static struct kunit_case egress_cases[] = {
	KUNIT_CASE_PARAM(frames_get_their_tag, tag_gen_params),
	KUNIT_CASE(clones_keep_their_tag),
	KUNIT_CASE(nothing_leaves_without_a_link),
	KUNIT_CASE_PARAM(sizes_are_checked, size_gen_params),
	KUNIT_CASE(membership_comes_before_size),
	{}
};

static struct kunit_suite egress_suite = {
	.name		= "vsw_egress",
	.init		= vsw_testbed_create,
	.exit		= vsw_testbed_destroy,
	.test_cases	= egress_cases,
};

kunit_test_suite(egress_suite);
