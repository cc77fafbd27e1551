// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of ingress.c: which frames are admitted at a port, in which VLAN,
 * and in what shape they go on.
 */

#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>

#include "vport/bed_test.h"

#define LEN	100

/* What a frame's tag says; its VLAN id, or no tag at all. */
#define NO_TAG		0xffff

/**
 * struct vlan_case - a frame that comes in at a port of some mode
 * @port: enum vsw_testbed_vlans
 * @tag: VLAN id in its tag, 0 for a priority tag, NO_TAG for none
 * @drop: expected reason, VSW_DROP_NOT if it passes
 * @vid: expected VLAN
 */
struct vlan_case {
	u8		port;
	u16		tag;
	enum vsw_drop	drop;
	u16		vid;
};

static const struct vlan_case vlan_cases[] = {
	{ VSW_TESTBED_NONE, NO_TAG, VSW_DROP_NOT, 0 },
	{ VSW_TESTBED_NONE, 0, VSW_DROP_NOT, 0 },
	{ VSW_TESTBED_NONE, 1, VSW_DROP_FROM_TAGGED },
	{ VSW_TESTBED_NONE, 10, VSW_DROP_FROM_TAGGED },
	{ VSW_TESTBED_NONE, 4094, VSW_DROP_FROM_TAGGED },
	{ VSW_TESTBED_NONE, 4095, VSW_DROP_FROM_VID_RESERVED },

	{ VSW_TESTBED_ACCESS, NO_TAG, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_ACCESS, 0, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_ACCESS, 10, VSW_DROP_FROM_TAGGED },
	{ VSW_TESTBED_ACCESS, 20, VSW_DROP_FROM_TAGGED },
	{ VSW_TESTBED_ACCESS, 4095, VSW_DROP_FROM_VID_RESERVED },

	{ VSW_TESTBED_TRUNK, NO_TAG, VSW_DROP_FROM_UNTAGGED },
	{ VSW_TESTBED_TRUNK, 0, VSW_DROP_FROM_UNTAGGED },
	{ VSW_TESTBED_TRUNK, 10, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_TRUNK, 20, VSW_DROP_NOT, 20 },
	{ VSW_TESTBED_TRUNK, 1, VSW_DROP_FROM_VLAN_FILTER },
	{ VSW_TESTBED_TRUNK, 99, VSW_DROP_FROM_VLAN_FILTER },
	{ VSW_TESTBED_TRUNK, 4094, VSW_DROP_FROM_VLAN_FILTER },
	{ VSW_TESTBED_TRUNK, 4095, VSW_DROP_FROM_VID_RESERVED },

	{ VSW_TESTBED_NATIVE, NO_TAG, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_NATIVE, 0, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_NATIVE, 10, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_NATIVE, 20, VSW_DROP_NOT, 20 },
	{ VSW_TESTBED_NATIVE, 99, VSW_DROP_FROM_VLAN_FILTER },
	{ VSW_TESTBED_NATIVE, 4095, VSW_DROP_FROM_VID_RESERVED },

	{ VSW_TESTBED_NATIVE_ONLY, NO_TAG, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_NATIVE_ONLY, 0, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_NATIVE_ONLY, 10, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_NATIVE_ONLY, 20, VSW_DROP_FROM_VLAN_FILTER },
	{ VSW_TESTBED_NATIVE_ONLY, 4095, VSW_DROP_FROM_VID_RESERVED },
};

static void vlan_desc(const struct vlan_case *c, char *desc)
{
	if (c->tag == NO_TAG)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s, untagged",
			 vsw_testbed_names[c->port]);
	else
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s, tag %u",
			 vsw_testbed_names[c->port], c->tag);
}

KUNIT_ARRAY_PARAM(vlan, vlan_cases, vlan_desc);

/* One frame of the case, with its tag here or there. */
static void classify_one(struct kunit *test, const struct vlan_case *c,
			 enum vsw_testbed_tag where, u16 tpid, u16 prio)
{
	u16 tci = c->tag | prio;
	struct vsw_frame f;

	vsw_testbed_set_tpid(test, tpid);
	f = vsw_testbed_frame(test, where, tpid, tci, LEN);
	vsw_testbed_ingress(test, &f, c->drop);
	if (!c->drop && f.skb) {
		KUNIT_EXPECT_EQ(test, f.vid, c->vid);
		KUNIT_EXPECT_TRUE(test, vsw_testbed_skb_is_intact(f.skb, LEN));
		if (where == VSW_TESTBED_UNTAGGED) {
			KUNIT_EXPECT_EQ(test, f.prio, 0);
			KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(f.skb));
		} else {
			KUNIT_EXPECT_EQ(test, f.prio, prio);
			KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(f.skb));
			KUNIT_EXPECT_EQ(test, ntohs(f.skb->vlan_proto), tpid);
			KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(f.skb), tci);
		}
	}
	kfree_skb(f.skb);
}

/* A tag in the payload and one in the metadata are the same. */
static void frames_are_classified(struct kunit *test)
{
	static const u16 prios[] = { 0, VLAN_CFI_MASK, 0x2000, 0xa000, 0xf000 };
	static const u16 tpids[] = { ETH_P_8021Q, ETH_P_8021AD };
	const struct vlan_case *c = test->param_value;
	unsigned int i, j;

	vsw_testbed_set_vlans(test, c->port);
	for (i = 0; i < ARRAY_SIZE(tpids); i++) {
		if (c->tag == NO_TAG) {
			classify_one(test, c, VSW_TESTBED_UNTAGGED, tpids[i],
				     0);
			continue;
		}
		for (j = 0; j < ARRAY_SIZE(prios); j++) {
			classify_one(test, c, VSW_TESTBED_METADATA, tpids[i],
				     prios[j]);
			classify_one(test, c, VSW_TESTBED_PAYLOAD, tpids[i],
				     prios[j]);
		}
	}
}

/**
 * struct addr_case - a frame with certain addresses
 * @dst: destination
 * @src: source
 * @drop: expected reason, VSW_DROP_NOT if it passes
 */
struct addr_case {
	u64		dst;
	u64		src;
	enum vsw_drop	drop;
};

#define GOOD	VSW_TESTBED_SRC

static const struct addr_case addr_cases[] = {
	{ 0x0180c2000000ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000001ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000002ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000003ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000004ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000005ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000006ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000007ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000008ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000009ULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c200000aULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c200000bULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c200000cULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c200000dULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c200000eULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c200000fULL, GOOD, VSW_DROP_FROM_RESERVED },
	{ 0x0180c2000010ULL, GOOD, VSW_DROP_NOT },
	{ 0x0180c2000020ULL, GOOD, VSW_DROP_NOT },
	{ 0x0180c2000100ULL, GOOD, VSW_DROP_NOT },
	{ 0x0180c1ffffffULL, GOOD, VSW_DROP_NOT },
	{ 0x0080c2000000ULL, GOOD, VSW_DROP_NOT },
	{ 0x0380c2000000ULL, GOOD, VSW_DROP_NOT },
	{ 0x01005e000001ULL, GOOD, VSW_DROP_NOT },
	{ 0xffffffffffffULL, GOOD, VSW_DROP_NOT },
	{ 0x000000000000ULL, GOOD, VSW_DROP_FROM_DEST_INVALID },
	{ 0x000000000001ULL, GOOD, VSW_DROP_NOT },

	{ VSW_TESTBED_DST, 0x000000000000ULL, VSW_DROP_FROM_SOURCE_INVALID },
	{ VSW_TESTBED_DST, 0x010000000000ULL, VSW_DROP_FROM_SOURCE_INVALID },
	{ VSW_TESTBED_DST, 0x01005e000001ULL, VSW_DROP_FROM_SOURCE_INVALID },
	{ VSW_TESTBED_DST, 0x030000000001ULL, VSW_DROP_FROM_SOURCE_INVALID },
	{ VSW_TESTBED_DST, 0x0180c2000000ULL, VSW_DROP_FROM_SOURCE_INVALID },
	{ VSW_TESTBED_DST, 0xffffffffffffULL, VSW_DROP_FROM_SOURCE_INVALID },
	{ 0x0180c2000000ULL, 0xffffffffffffULL, VSW_DROP_FROM_SOURCE_INVALID },
	{ VSW_TESTBED_DST, 0x000000000001ULL, VSW_DROP_NOT },
	{ VSW_TESTBED_DST, 0xfeffffffffffULL, VSW_DROP_NOT },
	/* to itself: odd, but it is the relay that finds no other port */
	{ VSW_TESTBED_SRC, VSW_TESTBED_SRC, VSW_DROP_NOT },
};

static void addr_desc(const struct addr_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%012llx to %012llx", c->src,
		 c->dst);
}

KUNIT_ARRAY_PARAM(addr, addr_cases, addr_desc);

static void addresses_are_checked(struct kunit *test)
{
	const struct addr_case *c = test->param_value;
	struct vsw_testbed *bed = test->priv;
	struct vsw_frame f;

	vsw_testbed_set_vlans(test, VSW_TESTBED_ACCESS);
	f = vsw_testbed_frame(test, VSW_TESTBED_UNTAGGED, 0, 0, LEN);
	f.dst = c->dst;
	f.src = c->src;
	vsw_testbed_ingress(test, &f, c->drop);

	/* a port whose link is down looks no further */
	clear_bit(VSW_PORT_F_UP, &bed->port->flags);
	vsw_testbed_ingress(test, &f, VSW_DROP_FROM_LINK_DOWN);
	kfree_skb(f.skb);
}

/**
 * struct size_case - a frame, large or not, at a switch with an MTU of 1500
 * @name: of the case
 * @where: of the tag
 * @tpid: of the tag
 * @len: octets of payload
 * @gso: SKB_GSO_* type, 0 if it is no GSO packet
 * @segment: octets of payload of a segment
 * @fits: as expected
 */
struct size_case {
	const char		*name;
	enum vsw_testbed_tag	where;
	u16			tpid;
	unsigned int		len;
	int			gso;
	unsigned int		segment;
	bool			fits;
};

static const struct size_case size_cases[] = {
	{ "empty", VSW_TESTBED_UNTAGGED, 0, 0, 0, 0, true },
	{ "of 1500", VSW_TESTBED_UNTAGGED, 0, 1500, 0, 0, true },
	{ "of 1501", VSW_TESTBED_UNTAGGED, 0, 1501, 0, 0, false },
	{ "of 9000", VSW_TESTBED_UNTAGGED, 0, 9000, 0, 0, false },
	{ "of 1500, tag in metadata", VSW_TESTBED_METADATA, ETH_P_8021Q, 1500,
	  0, 0, true },
	{ "of 1501, tag in metadata", VSW_TESTBED_METADATA, ETH_P_8021Q, 1501,
	  0, 0, false },
	{ "of 1500, tag in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021Q, 1500,
	  0, 0, true },
	{ "of 1501, tag in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021Q, 1501,
	  0, 0, false },
	/* a foreign tag is not counted either */
	{ "of 1500, foreign in metadata", VSW_TESTBED_METADATA, ETH_P_8021AD,
	  1500, 0, 0, true },
	{ "of 1501, foreign in metadata", VSW_TESTBED_METADATA, ETH_P_8021AD,
	  1501, 0, 0, false },
	{ "of 1500, foreign in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021AD,
	  1500, 0, 0, true },
	{ "of 1501, foreign in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021AD,
	  1501, 0, 0, false },
	{ "TCP in 1460s", VSW_TESTBED_UNTAGGED, 0, 20000,
	  SKB_GSO_TCPV4, 1460, true },
	{ "TCP in 1461s", VSW_TESTBED_UNTAGGED, 0, 20000,
	  SKB_GSO_TCPV4, 1461, false },
	{ "TCP in 1460s, tag in metadata", VSW_TESTBED_METADATA, ETH_P_8021Q,
	  20000, SKB_GSO_TCPV4, 1460, true },
	{ "TCP in 1461s, tag in metadata", VSW_TESTBED_METADATA, ETH_P_8021Q,
	  20000, SKB_GSO_TCPV4, 1461, false },
	{ "TCP in 1460s, tag in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021Q,
	  20000, SKB_GSO_TCPV4, 1460, true },
	{ "TCP in 1461s, tag in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021Q,
	  20000, SKB_GSO_TCPV4, 1461, false },
	{ "UDP in 1472s", VSW_TESTBED_UNTAGGED, 0, 20000,
	  SKB_GSO_UDP_L4, 1472, true },
	{ "UDP in 1473s", VSW_TESTBED_UNTAGGED, 0, 20000,
	  SKB_GSO_UDP_L4, 1473, false },
	{ "TCP in 1460s, foreign in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021AD,
	  20000, SKB_GSO_TCPV4, 1460, true },
	{ "TCP in 1461s, foreign in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021AD,
	  20000, SKB_GSO_TCPV4, 1461, false },
	{ "small TCP in 1461s", VSW_TESTBED_UNTAGGED, 0, 1500,
	  SKB_GSO_TCPV4, 1461, true },
};

static void size_desc(const struct size_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(size, size_cases, size_desc);

static void sizes_are_checked(struct kunit *test)
{
	const struct size_case *c = test->param_value;
	struct vsw_frame f;

	vsw_testbed_set_vlans(test, VSW_TESTBED_NATIVE);
	f = vsw_testbed_frame(test, c->where, c->tpid, 10, c->len);
	if (c->gso)
		vsw_testbed_make_gso(f.skb, c->gso, c->segment);
	vsw_testbed_ingress(test, &f,
			    c->fits ? VSW_DROP_NOT : VSW_DROP_FROM_OVERSIZE);
	KUNIT_EXPECT_EQ(test, skb_is_gso(f.skb), !!c->gso);
	kfree_skb(f.skb);
}

/* The MTU is the switch's, of this moment. */
static void the_mtu_may_change(struct kunit *test)
{
	static const unsigned int mtus[] = { 68, 576, 1500, 9000, 65535 };
	struct vsw_testbed *bed = test->priv;
	struct vsw_frame f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		bed->sw->mtu = mtus[i];
		f = vsw_testbed_frame(test, VSW_TESTBED_UNTAGGED, 0, 0,
				      mtus[i]);
		vsw_testbed_ingress(test, &f, VSW_DROP_NOT);
		kfree_skb(f.skb);
		f = vsw_testbed_frame(test, VSW_TESTBED_UNTAGGED, 0, 0,
				      mtus[i] + 1);
		vsw_testbed_ingress(test, &f, VSW_DROP_FROM_OVERSIZE);
		kfree_skb(f.skb);
	}
}

static struct kunit_case ingress_cases[] = {
	KUNIT_CASE_PARAM(frames_are_classified, vlan_gen_params),
	KUNIT_CASE_PARAM(addresses_are_checked, addr_gen_params),
	KUNIT_CASE_PARAM(sizes_are_checked, size_gen_params),
	KUNIT_CASE(the_mtu_may_change),
	{}
};

static struct kunit_suite ingress_suite = {
	.name		= "vsw_ingress",
	.init		= vsw_testbed_create,
	.exit		= vsw_testbed_destroy,
	.test_cases	= ingress_cases,
};

kunit_test_suite(ingress_suite);
