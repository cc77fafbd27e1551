// SPDX-License-Identifier: GPL-2.0
/*
 * What the KUnit tests of this folder stand on: see bed_test.h.
 */

#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/tcp.h>

#include "vport/bed_test.h"

#define IP_LEN	20

const char *const vsw_testbed_names[] = {
	[VSW_TESTBED_NONE]		= "none",
	[VSW_TESTBED_ACCESS]		= "access",
	[VSW_TESTBED_TRUNK]		= "trunk",
	[VSW_TESTBED_NATIVE]		= "trunk with native",
	[VSW_TESTBED_NATIVE_ONLY]	= "trunk of native only",
};

int vsw_testbed_create(struct kunit *test)
{
	struct vsw_testbed *bed;

	bed = kunit_kzalloc(test, sizeof(*bed), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bed);
	test->priv = bed;
	bed->sw = kunit_kzalloc(test, sizeof(*bed->sw), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bed->sw);
	bed->dev = alloc_etherdev(0);
	KUNIT_ASSERT_NOT_NULL(test, bed->dev);
	bed->sw->dev = bed->dev;
	bed->sw->tpid = htons(ETH_P_8021Q);
	bed->sw->mtu = 1500;
	INIT_LIST_HEAD(&bed->sw->ports);

	rtnl_lock();
	bed->port = vsw_port_create(bed->sw, "port", NULL);
	rtnl_unlock();
	KUNIT_ASSERT_FALSE(test, IS_ERR(bed->port));
	bed->port->tpid = bed->sw->tpid;
	set_bit(VSW_PORT_F_UP, &bed->port->flags);
	return 0;
}

void vsw_testbed_destroy(struct kunit *test)
{
	struct vsw_testbed *bed = test->priv;

	if (!bed)
		return;
	if (!IS_ERR_OR_NULL(bed->port)) {
		rtnl_lock();
		vsw_port_destroy(bed->port);
		rtnl_unlock();
		rcu_barrier();
	}
	if (bed->dev)
		free_netdev(bed->dev);
}

/* Give the port the VLANs of that mode. */
void vsw_testbed_set_vlans(struct kunit *test, int which)
{
	struct vsw_testbed *bed = test->priv;
	struct vsw_vlan_settings set = {};
	struct vsw_port_vlans *vlans;
	unsigned long *trunks;

	trunks = kunit_kcalloc(test, BITS_TO_LONGS(VLAN_N_VID), sizeof(*trunks),
			       GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, trunks);
	if (which == VSW_TESTBED_TRUNK || which == VSW_TESTBED_NATIVE) {
		__set_bit(10, trunks);
		__set_bit(20, trunks);
	}
	set.mode = min_t(int, which, VSW_VLAN_TRUNK);
	set.vid = which == VSW_TESTBED_TRUNK ? 0 : 10;
	set.trunks = trunks;
	vlans = vsw_port_vlans_create(&set, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(vlans));
	kfree(rcu_dereference_protected(bed->port->vlans, true));
	rcu_assign_pointer(bed->port->vlans, vlans);
}

/* The payload counts from 0; @len is its length, a tag in it not counted. */
struct sk_buff *vsw_testbed_skb(struct kunit *test, enum vsw_testbed_tag where,
				u16 tpid, u16 tci, unsigned int len)
{
	struct sk_buff *skb;
	struct ethhdr *eth;
	unsigned int i;

	skb = alloc_skb(NET_SKB_PAD + VLAN_ETH_HLEN + len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, NET_SKB_PAD);
	skb_reset_mac_header(skb);
	eth = skb_put(skb, ETH_HLEN);
	u64_to_ether_addr(VSW_TESTBED_DST, eth->h_dest);
	u64_to_ether_addr(VSW_TESTBED_SRC, eth->h_source);
	eth->h_proto = htons(VSW_TESTBED_PROTO);
	if (where == VSW_TESTBED_PAYLOAD) {
		eth->h_proto = htons(tpid);
		put_unaligned_be16(tci, skb_put(skb, 2));
		put_unaligned_be16(VSW_TESTBED_PROTO, skb_put(skb, 2));
	}
	for (i = 0; i < len; i++)
		skb_put_u8(skb, i);
	skb_pull(skb, ETH_HLEN);
	skb->protocol = eth->h_proto;
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	if (where == VSW_TESTBED_METADATA)
		__vlan_hwaccel_put_tag(skb, htons(tpid), tci);
	return skb;
}

/* Make a GSO packet of it: segments of @size octets behind IP, TCP or UDP. */
void vsw_testbed_make_gso(struct sk_buff *skb, int type, unsigned int size)
{
	unsigned int tag = skb->protocol == htons(VSW_TESTBED_PROTO) ?
			   0 : VLAN_HLEN;

	skb_set_network_header(skb, tag);
	skb_set_transport_header(skb, tag + IP_LEN);
	if (type == SKB_GSO_TCPV4)
		tcp_hdr(skb)->doff = sizeof(struct tcphdr) / 4;
	skb_shinfo(skb)->gso_type = type;
	skb_shinfo(skb)->gso_size = size;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len, size);
}

/* Is the frame as it was made, with a tag in the metadata if any? */
bool vsw_testbed_skb_is_intact(const struct sk_buff *skb, unsigned int len)
{
	const struct ethhdr *eth = eth_hdr(skb);
	unsigned int i;

	if (skb->len != len || skb_mac_header(skb) + ETH_HLEN != skb->data ||
	    skb_headlen(skb) != len)
		return false;
	if (ether_addr_to_u64(eth->h_dest) != VSW_TESTBED_DST ||
	    ether_addr_to_u64(eth->h_source) != VSW_TESTBED_SRC ||
	    eth->h_proto != htons(VSW_TESTBED_PROTO) ||
	    skb->protocol != eth->h_proto)
		return false;
	for (i = 0; i < len; i++)
		if (skb->data[i] != (u8)i)
			return false;
	return true;
}

/* Change the switch's tag protocol. */
void vsw_testbed_set_tpid(struct kunit *test, u16 tpid)
{
	struct vsw_testbed *bed = test->priv;

	bed->sw->tpid = htons(tpid);
	bed->port->tpid = htons(tpid);
}

/* Such a skb comes in at the port. */
struct vsw_frame vsw_testbed_frame(struct kunit *test,
				   enum vsw_testbed_tag where, u16 tpid,
				   u16 tci, unsigned int len)
{
	struct vsw_testbed *bed = test->priv;
	struct vsw_frame f = {
		.skb	= vsw_testbed_skb(test, where, tpid, tci, len),
		.from	= bed->port,
		.dst	= VSW_TESTBED_DST,
		.src	= VSW_TESTBED_SRC,
	};

	return f;
}

/* @drop: the expected reason, VSW_DROP_NOT for a frame that passes */
void vsw_testbed_ingress(struct kunit *test, struct vsw_frame *f,
			 enum vsw_drop drop)
{
	enum vsw_verdict verdict;

	local_bh_disable();
	rcu_read_lock();
	verdict = vsw_port_ingress(f);
	rcu_read_unlock();
	local_bh_enable();

	KUNIT_EXPECT_EQ(test, verdict, drop ? VSW_DROP : VSW_PASS);
	if (verdict == VSW_DROP)
		KUNIT_EXPECT_EQ(test, f->drop, drop);
}
