// SPDX-License-Identifier: GPL-2.0
/*
 * Ingress: may this frame enter the switch at this port, and in which VLAN?
 * A stage of vsw_input(); runs under rcu_read_lock().
 */

#include <linux/if_vlan.h>
#include <linux/rcupdate.h>

#include "vport/frame.h"
#include "vport/mtu.h"
#include "vport/resaddr.h"
#include "vport/vport.h"
#include "vswitch/vswitch.h"

/* A tag that the stack or the card has lifted out goes back to where it was. */
static bool tag_to_payload(struct vsw_frame *f)
{
	struct sk_buff *skb = skb_share_check(f->skb, GFP_ATOMIC);

	f->skb = skb;
	if (unlikely(!skb))
		return false;
	skb_push(skb, ETH_HLEN);
	skb = vlan_insert_tag_set_proto(skb, skb->vlan_proto,
					skb_vlan_tag_get(skb));
	f->skb = skb;
	if (unlikely(!skb))
		return false;
	__vlan_hwaccel_clear_tag(skb);
	skb_pull(skb, ETH_HLEN);
	skb_postpush_rcsum(skb, skb->data, VLAN_HLEN);
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	return true;
}

/*
 * From here on a tag in the payload and one in the metadata are the same. One of
 * another protocol than the switch's is payload to it.
 */
static enum vsw_verdict tag_to_metadata(struct vsw_frame *f)
{
	__be16 tpid = f->from->tpid;
	struct sk_buff *skb = f->skb;

	if (skb_vlan_tag_present(skb)) {
		if (likely(skb->vlan_proto == tpid))
			return VSW_PASS;
		if (!tag_to_payload(f))
			return vsw_frame_drop(f, VSW_DROP_FROM_NO_MEMORY);
		return VSW_PASS;
	}
	if (likely(eth_hdr(skb)->h_proto != tpid))
		return VSW_PASS;
	/* the tag's TCI, the EtherType behind it, and what tells it from a length */
	if (unlikely(skb->len < VLAN_HLEN + sizeof(__be16)))
		return vsw_frame_drop(f, VSW_DROP_FROM_RUNT);
	skb->protocol = tpid;
	f->skb = skb_vlan_untag(skb);
	if (unlikely(!f->skb))
		return vsw_frame_drop(f, VSW_DROP_FROM_NO_MEMORY);
	return VSW_PASS;
}

/*
 * A guest may ask for a checksum to be filled in over the Ethernet header, and
 * so change its addresses when all checks are behind it: it gets none.
 */
static void checksum_keep_off_header(struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    unlikely(skb_checksum_start_offset(skb) < 0))
		skb->ip_summed = CHECKSUM_NONE;
}

/*
 * The null VLAN id gives a priority and no VLAN (9.6). A tag behind it would be
 * the first one when the frame is sent untagged: a way into another VLAN.
 */
static enum vsw_verdict classify_untagged(struct vsw_frame *f,
					  const struct vsw_port_vlans *vlans)
{
	if (!vlans->admit_untagged)
		return vsw_frame_drop(f, VSW_DROP_FROM_UNTAGGED);
	if (unlikely(eth_hdr(f->skb)->h_proto == f->from->tpid))
		return vsw_frame_drop(f, VSW_DROP_FROM_TAGGED);
	f->vid = vlans->pvid;
	/* all but a hybrid port are in the VLAN of their PVID */
	if (unlikely(vlans->untagged) && !vsw_port_vlans_admit(vlans, f->vid))
		return vsw_frame_drop(f, VSW_DROP_FROM_VLAN_FILTER);
	return VSW_PASS;
}

/* 6.9.3, 6.9.4: decoding, and regeneration; by the tag in the metadata. */
static void prioritize(struct vsw_frame *f)
{
	const struct vsw_port_prio *prio = rcu_dereference(f->from->prio);

	if (likely(!prio))
		return;
	if (skb_vlan_tag_present(f->skb))
		f->prio = vsw_prio_in(prio, skb_vlan_tag_get(f->skb));
	else
		f->prio = prio->untagged << VSW_PRIO_SHIFT;
}

/* Acceptable frame types and the VLAN id (6.9.1, 8.6.2 ingress filtering). */
static enum vsw_verdict classify(struct vsw_frame *f,
				 const struct vsw_port_vlans *vlans)
{
	const struct vsw_port_vidmap *map;
	u16 tci, vid = 0;

	if (skb_vlan_tag_present(f->skb)) {
		tci = skb_vlan_tag_get(f->skb);
		vid = tci & VLAN_VID_MASK;
		f->prio = tci & ~VLAN_VID_MASK;
	}
	prioritize(f);
	if (!vid)
		return classify_untagged(f, vlans);
	if (unlikely(vid == VLAN_VID_MASK))
		return vsw_frame_drop(f, VSW_DROP_FROM_VID_RESERVED);
	if (!vlans->admit_tagged)
		return vsw_frame_drop(f, VSW_DROP_FROM_TAGGED);
	map = rcu_dereference(f->from->vidmap);
	if (unlikely(map))	/* to 0 if there is none */
		vid = map->vid[vid];
	if (!vid || !vsw_port_vlans_admit(vlans, vid))
		return vsw_frame_drop(f, VSW_DROP_FROM_VLAN_FILTER);
	f->vid = vid;
	return VSW_PASS;
}

/* The customer's VLAN id, 0 without tag; -1 if the tag is not all there. */
static int customer_vid(struct sk_buff *skb)
{
	const struct vlan_hdr *tag;
	struct vlan_hdr copy;

	if (eth_hdr(skb)->h_proto != htons(ETH_P_8021Q))
		return 0;
	tag = skb_header_pointer(skb, 0, sizeof(copy), &copy);
	return tag ? ntohs(tag->h_vlan_TCI) & VLAN_VID_MASK : -1;
}

/*
 * A tunnel takes its customer's tags for payload, and all that it admits into one
 * VLAN (port-based service interface of a provider bridge, 15.3).
 */
static enum vsw_verdict classify_tunnel(struct vsw_frame *f,
					const struct vsw_port_vlans *vlans)
{
	int vid;

	if (skb_vlan_tag_present(f->skb) && !tag_to_payload(f))
		return vsw_frame_drop(f, VSW_DROP_FROM_NO_MEMORY);
	vid = customer_vid(f->skb);
	if (vid < 0)
		return vsw_frame_drop(f, VSW_DROP_FROM_RUNT);
	if (vid == VLAN_VID_MASK)
		return vsw_frame_drop(f, VSW_DROP_FROM_VID_RESERVED);
	if (!test_bit(vid, vlans->customer))
		return vsw_frame_drop(f, VSW_DROP_FROM_VLAN_FILTER);
	prioritize(f);
	f->vid = vlans->pvid;
	return VSW_PASS;
}

static enum vsw_verdict tag_and_classify(struct vsw_frame *f)
{
	const struct vsw_port_vlans *vlans = rcu_dereference(f->from->vlans);

	if (unlikely(vlans->customer))
		return classify_tunnel(f, vlans);
	if (tag_to_metadata(f) == VSW_DROP)
		return VSW_DROP;
	return classify(f, vlans);
}

/**
 * vsw_port_ingress - admit a frame at its port and classify it
 * @f: frame with skb, from, dst and src; vid and prio are set, and skb may be
 *	replaced, or NULL after a drop for want of memory
 *
 * Context: rcu_read_lock() held, BH off.
 * Return: VSW_PASS, or VSW_DROP with the reason in @f.
 */
enum vsw_verdict vsw_port_ingress(struct vsw_frame *f)
{
	const struct vsw_port *port = f->from;

	if (unlikely(!vsw_port_may_send(port)))
		return vsw_frame_drop(f, vsw_port_is_up(port) ?
					 VSW_DROP_FROM_HELD :
					 VSW_DROP_FROM_LINK_DOWN);
	if (unlikely(!f->src || vsw_addr_is_group(f->src)))
		return vsw_frame_drop(f, VSW_DROP_FROM_SOURCE_INVALID);
	if (unlikely(vsw_addr_is_reserved(f->dst)))
		return vsw_frame_drop(f, VSW_DROP_FROM_RESERVED);
	if (tag_and_classify(f) == VSW_DROP)
		return VSW_DROP;
	checksum_keep_off_header(f->skb);
	if (unlikely(!vsw_mtu_fits(f->skb, READ_ONCE(port->sw->mtu))))
		return vsw_frame_drop(f, VSW_DROP_FROM_OVERSIZE);
	return VSW_PASS;
}
