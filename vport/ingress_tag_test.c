// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of ingress.c: what becomes of odd tags, and of what the skb says
 * of the payload when a tag is taken out of it or put back.
 */

#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <net/checksum.h>

#include "vport/bed_test.h"

#define LEN	100

/**
 * struct foreign_case - a frame with a tag of another protocol
 * @port: enum vsw_testbed_vlans
 * @own: the switch's protocol
 * @foreign: the tag's
 * @tci: in the tag
 * @drop: expected reason, VSW_DROP_NOT if it passes
 * @vid: expected VLAN
 */
struct foreign_case {
	u8		port;
	u16		own;
	u16		foreign;
	u16		tci;
	enum vsw_drop	drop;
	u16		vid;
};

static const struct foreign_case foreign_cases[] = {
	{ VSW_TESTBED_NONE, ETH_P_8021Q, ETH_P_8021AD, 0x600a,
	  VSW_DROP_NOT, 0 },
	{ VSW_TESTBED_ACCESS, ETH_P_8021Q, ETH_P_8021AD, 10, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_ACCESS, ETH_P_8021Q, ETH_P_8021AD, 20, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_ACCESS, ETH_P_8021Q, ETH_P_8021AD, 4095,
	  VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_NATIVE, ETH_P_8021Q, ETH_P_8021AD, 20, VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_TRUNK, ETH_P_8021Q, ETH_P_8021AD, 10,
	  VSW_DROP_FROM_UNTAGGED },
	{ VSW_TESTBED_NONE, ETH_P_8021AD, ETH_P_8021Q, 10, VSW_DROP_NOT, 0 },
	{ VSW_TESTBED_ACCESS, ETH_P_8021AD, ETH_P_8021Q, 0x3014,
	  VSW_DROP_NOT, 10 },
	{ VSW_TESTBED_TRUNK, ETH_P_8021AD, ETH_P_8021Q, 10,
	  VSW_DROP_FROM_UNTAGGED },
};

static void foreign_desc(const struct foreign_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s, %04x with tag %04x %04x",
		 vsw_testbed_names[c->port], c->own, c->foreign, c->tci);
}

KUNIT_ARRAY_PARAM(foreign, foreign_cases, foreign_desc);

/* From the metadata or from the payload, it ends up as payload. */
static void expect_foreign_in_payload(struct kunit *test, struct sk_buff *skb,
				      const struct foreign_case *c)
{
	const struct vlan_ethhdr *eth = (void *)skb_mac_header(skb);
	unsigned int i, wrong = 0;

	KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(skb));
	KUNIT_ASSERT_EQ(test, skb->len, VLAN_HLEN + LEN);
	KUNIT_EXPECT_EQ(test, skb->data - skb_mac_header(skb), ETH_HLEN);
	KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
	KUNIT_EXPECT_EQ(test, skb->mac_len, ETH_HLEN);
	KUNIT_EXPECT_EQ(test, ntohs(skb->protocol), c->foreign);
	KUNIT_EXPECT_EQ(test, ether_addr_to_u64(eth->h_dest), VSW_TESTBED_DST);
	KUNIT_EXPECT_EQ(test, ether_addr_to_u64(eth->h_source),
			VSW_TESTBED_SRC);
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_vlan_proto), c->foreign);
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_vlan_TCI), c->tci);
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_vlan_encapsulated_proto),
			VSW_TESTBED_PROTO);
	for (i = 0; i < LEN; i++)
		wrong += skb->data[VLAN_HLEN + i] != i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void foreign_tags_are_payload(struct kunit *test)
{
	static const enum vsw_testbed_tag places[] = {
		VSW_TESTBED_METADATA, VSW_TESTBED_PAYLOAD,
	};
	const struct foreign_case *c = test->param_value;
	struct vsw_frame f;
	unsigned int i;

	vsw_testbed_set_tpid(test, c->own);
	vsw_testbed_set_vlans(test, c->port);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		f = vsw_testbed_frame(test, places[i], c->foreign, c->tci, LEN);
		vsw_testbed_ingress(test, &f, c->drop);
		if (!c->drop && f.skb) {
			KUNIT_EXPECT_EQ(test, f.vid, c->vid);
			KUNIT_EXPECT_EQ(test, f.prio, 0);
			expect_foreign_in_payload(test, f.skb, c);
		}
		kfree_skb(f.skb);
	}
}

/* Who holds a clone, a capture say, sees the frame as it came. */
static void clones_stay_as_they_are(struct kunit *test)
{
	static const struct {
		enum vsw_testbed_tag	where;
		u16			tpid;
	} frames[] = {
		{ VSW_TESTBED_PAYLOAD, ETH_P_8021Q },
		{ VSW_TESTBED_METADATA, ETH_P_8021AD },
	};
	struct sk_buff *clone, *untouched;
	struct vsw_frame f;
	unsigned int i;

	vsw_testbed_set_vlans(test, VSW_TESTBED_NATIVE);
	for (i = 0; i < ARRAY_SIZE(frames); i++) {
		untouched = vsw_testbed_skb(test, frames[i].where,
					    frames[i].tpid, 10, LEN);
		f = vsw_testbed_frame(test, frames[i].where, frames[i].tpid, 10,
				      LEN);
		clone = skb_clone(f.skb, GFP_KERNEL);
		vsw_testbed_ingress(test, &f, VSW_DROP_NOT);
		KUNIT_EXPECT_NOT_NULL(test, clone);
		if (clone) {
			KUNIT_EXPECT_EQ(test, clone->len, untouched->len);
			KUNIT_EXPECT_EQ(test, memcmp(skb_mac_header(clone),
						     skb_mac_header(untouched),
						     ETH_HLEN + clone->len), 0);
			KUNIT_EXPECT_EQ(test, !!skb_vlan_tag_present(clone),
					!!skb_vlan_tag_present(untouched));
		}
		kfree_skb(clone);
		kfree_skb(untouched);
		kfree_skb(f.skb);
	}
}

/* Only the outermost tag counts; one of the same protocol below is payload. */
static void the_second_tag_is_payload(struct kunit *test)
{
	struct vsw_frame f;

	vsw_testbed_set_vlans(test, VSW_TESTBED_TRUNK);
	f = vsw_testbed_frame(test, VSW_TESTBED_PAYLOAD, ETH_P_8021Q, 99, LEN);
	__vlan_hwaccel_put_tag(f.skb, htons(ETH_P_8021Q), 0x6000 | 20);
	vsw_testbed_ingress(test, &f, VSW_DROP_NOT);
	KUNIT_EXPECT_EQ(test, f.vid, 20);
	KUNIT_EXPECT_EQ(test, f.prio, 0x6000);
	KUNIT_EXPECT_EQ(test, f.skb->len, VLAN_HLEN + LEN);
	KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(f.skb)->h_proto), ETH_P_8021Q);
	kfree_skb(f.skb);
}

/* Behind a tag's EtherType there are its TCI, an EtherType and two octets. */
static void tags_that_are_cut_off(struct kunit *test)
{
	struct vsw_frame f;
	unsigned int len;

	vsw_testbed_set_vlans(test, VSW_TESTBED_TRUNK);
	for (len = 0; len < VLAN_HLEN + 2; len++) {
		f = vsw_testbed_frame(test, VSW_TESTBED_PAYLOAD, ETH_P_8021Q,
				      10, 2);
		skb_trim(f.skb, len);
		vsw_testbed_ingress(test, &f, VSW_DROP_FROM_RUNT);
		kfree_skb(f.skb);
	}
	f = vsw_testbed_frame(test, VSW_TESTBED_PAYLOAD, ETH_P_8021Q, 10, 2);
	vsw_testbed_ingress(test, &f, VSW_DROP_NOT);
	KUNIT_EXPECT_EQ(test, f.vid, 10);
	if (f.skb)
		KUNIT_EXPECT_TRUE(test, vsw_testbed_skb_is_intact(f.skb, 2));
	kfree_skb(f.skb);
}

/* Behind a null VLAN id, a tag would be the VLAN's at the next switch. */
static void no_tag_hides_behind_a_priority(struct kunit *test)
{
	static const u16 tpids[] = { ETH_P_8021Q, ETH_P_8021AD };
	struct vsw_frame f;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(tpids); i++) {
		vsw_testbed_set_tpid(test, tpids[i / 2]);
		vsw_testbed_set_vlans(test, i % 2 ? VSW_TESTBED_ACCESS :
						    VSW_TESTBED_NATIVE);
		f = vsw_testbed_frame(test, VSW_TESTBED_PAYLOAD, tpids[i / 2],
				      20, LEN);
		__vlan_hwaccel_put_tag(f.skb, htons(tpids[i / 2]), 0xa000);
		vsw_testbed_ingress(test, &f, VSW_DROP_FROM_TAGGED);
		kfree_skb(f.skb);
	}

	/* one of another protocol is payload as ever */
	f = vsw_testbed_frame(test, VSW_TESTBED_PAYLOAD, ETH_P_8021Q, 20, LEN);
	__vlan_hwaccel_put_tag(f.skb, htons(ETH_P_8021AD), 0xa000);
	vsw_testbed_ingress(test, &f, VSW_DROP_NOT);
	KUNIT_EXPECT_EQ(test, f.vid, 10);
	KUNIT_EXPECT_EQ(test, f.prio, 0xa000);
	kfree_skb(f.skb);
}

/**
 * struct csum_case - a frame with a tag here or there
 * @name: of the case
 * @where: of the tag
 * @tpid: of the tag
 * @moves: how many octets the payload begins later, seen from its old start
 */
struct csum_case {
	const char		*name;
	enum vsw_testbed_tag	where;
	u16			tpid;
	int			moves;
};

static const struct csum_case csum_cases[] = {
	{ "untagged", VSW_TESTBED_UNTAGGED, 0, 0 },
	{ "tag in metadata", VSW_TESTBED_METADATA, ETH_P_8021Q, 0 },
	{ "tag in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021Q, VLAN_HLEN },
	{ "foreign in metadata", VSW_TESTBED_METADATA, ETH_P_8021AD,
	  -VLAN_HLEN },
	{ "foreign in payload", VSW_TESTBED_PAYLOAD, ETH_P_8021AD, 0 },
};

static void csum_desc(const struct csum_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(csum, csum_cases, csum_desc);

/* What the card summed up goes on to be the sum of the payload. */
static void complete_checksums_stay_right(struct kunit *test)
{
	const struct csum_case *c = test->param_value;
	struct vsw_frame f;

	vsw_testbed_set_vlans(test, VSW_TESTBED_NATIVE);
	f = vsw_testbed_frame(test, c->where, c->tpid, 10, LEN);
	f.skb->ip_summed = CHECKSUM_COMPLETE;
	f.skb->csum = csum_partial(f.skb->data, f.skb->len, 0);
	vsw_testbed_ingress(test, &f, VSW_DROP_NOT);
	KUNIT_EXPECT_EQ(test, (int)f.skb->ip_summed, CHECKSUM_COMPLETE);
	KUNIT_EXPECT_TRUE(test, csum_fold(f.skb->csum) ==
				csum_fold(csum_partial(f.skb->data, f.skb->len,
						       0)));
	kfree_skb(f.skb);
}

/* A sum that begins before the payload could change the addresses. */
static void no_checksum_over_the_header(struct kunit *test)
{
	const struct csum_case *c = test->param_value;
	struct vsw_frame f;
	int start;

	vsw_testbed_set_vlans(test, VSW_TESTBED_NATIVE);
	for (start = -ETH_HLEN; start < 40; start++) {
		f = vsw_testbed_frame(test, c->where, c->tpid, 10, LEN);
		f.skb->ip_summed = CHECKSUM_PARTIAL;
		f.skb->csum_start = skb_headroom(f.skb) + start;
		f.skb->csum_offset = 16;
		vsw_testbed_ingress(test, &f, VSW_DROP_NOT);
		KUNIT_EXPECT_EQ_MSG(test, (int)f.skb->ip_summed,
				    start < c->moves ? CHECKSUM_NONE :
						       CHECKSUM_PARTIAL,
				    "start %d", start);
		kfree_skb(f.skb);
	}
}

static struct kunit_case ingress_tag_cases[] = {
	KUNIT_CASE_PARAM(foreign_tags_are_payload, foreign_gen_params),
	KUNIT_CASE(clones_stay_as_they_are),
	KUNIT_CASE(the_second_tag_is_payload),
	KUNIT_CASE(tags_that_are_cut_off),
	KUNIT_CASE(no_tag_hides_behind_a_priority),
	KUNIT_CASE_PARAM(complete_checksums_stay_right, csum_gen_params),
	KUNIT_CASE_PARAM(no_checksum_over_the_header, csum_gen_params),
	{}
};

static struct kunit_suite ingress_tag_suite = {
	.name		= "vsw_ingress_tag",
	.init		= vsw_testbed_create,
	.exit		= vsw_testbed_destroy,
	.test_cases	= ingress_tag_cases,
};

kunit_test_suite(ingress_tag_suite);
