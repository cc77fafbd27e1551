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
#include "vport/tunnel.h"
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

/* The payload's tags, as far as they are all there, up to one more than is allowed */
static bool has_more_tags(const struct sk_buff *skb, unsigned int allowed)
{
	__be16 proto = eth_hdr(skb)->h_proto;
	const struct vlan_hdr *tag;
	struct vlan_hdr copy;
	unsigned int n;

	for (n = 0; eth_type_vlan(proto); n++) {
		if (n == allowed)
			return true;
		tag = skb_header_pointer(skb, n * VLAN_HLEN, sizeof(copy),
					 &copy);
		if (!tag)
			return false;
		proto = tag->h_vlan_encapsulated_proto;
	}
	return false;
}

/* A customer's tag and a provider's: more is no frame of ours. */
static bool has_too_many_tags(const struct sk_buff *skb)
{
	if (likely(!eth_type_vlan(eth_hdr(skb)->h_proto)))
		return false;
	return has_more_tags(skb, skb_vlan_tag_present(skb) ? 1 : 2);
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

/*
 * A tunnel takes its customer's tags for payload, and all that it admits into one
 * VLAN (port-based service interface of a provider bridge, 15.3), or into those that
 * carry the customer's VLANs (C-tagged service interface, 15.4).
 */
static enum vsw_verdict classify_tunnel(struct vsw_frame *f,
					const struct vsw_port_vlans *vlans)
{
	int vid;

	if (skb_vlan_tag_present(f->skb) && !tag_to_payload(f))
		return vsw_frame_drop(f, VSW_DROP_FROM_NO_MEMORY);
	if (unlikely(has_too_many_tags(f->skb)))
		return vsw_frame_drop(f, VSW_DROP_FROM_TOO_MANY_TAGS);
	vid = vsw_customer_vid(f->skb);
	if (vid < 0)
		return vsw_frame_drop(f, VSW_DROP_FROM_RUNT);
	if (vid == VLAN_VID_MASK)
		return vsw_frame_drop(f, VSW_DROP_FROM_VID_RESERVED);
	if (!vsw_customer_has(vlans, vid))
		return vsw_frame_drop(f, VSW_DROP_FROM_VLAN_FILTER);
	prioritize(f);
	f->vid = vsw_customer_service(vlans, vid);
	return VSW_PASS;
}

static enum vsw_verdict tag_and_classify(struct vsw_frame *f)
{
	const struct vsw_port_vlans *vlans = rcu_dereference(f->from->vlans);

	if (unlikely(vlans->customer))
		return classify_tunnel(f, vlans);
	if (tag_to_metadata(f) == VSW_DROP)
		return VSW_DROP;
	if (unlikely(has_too_many_tags(f->skb)))
		return vsw_frame_drop(f, VSW_DROP_FROM_TOO_MANY_TAGS);
	return classify(f, vlans);
}

/* Frames between bridges, which are not for stations behind this one. */
static enum vsw_verdict check_control(struct vsw_frame *f)
{
	const struct vsw_port *port = f->from;

	if (vsw_addr_is_bpdu(f->dst)) {
		if (test_bit(VSW_PORT_F_BPDU_GUARD, &port->flags))
			return vsw_frame_drop(f, VSW_DROP_FROM_BPDU_GUARD);
		if (test_bit(VSW_PORT_F_BPDU_FILTER, &port->flags))
			return vsw_frame_drop(f, VSW_DROP_FROM_BPDU_FILTER);
	}
	/* 8.6.3 */
	if (vsw_addr_is_reserved(f->dst) &&
	    !vsw_addr_is_relayed(f->dst, port->tpid,
				 READ_ONCE(port->reserved_relay)))
		return vsw_frame_drop(f, VSW_DROP_FROM_RESERVED);
	return VSW_PASS;
}

/* No one can be meant, or have sent it. */
static enum vsw_verdict check_addresses(struct vsw_frame *f)
{
	if (unlikely(!f->src || vsw_addr_is_group(f->src)))
		return vsw_frame_drop(f, VSW_DROP_FROM_SOURCE_INVALID);
	if (unlikely(!f->dst))
		return vsw_frame_drop(f, VSW_DROP_FROM_DEST_INVALID);
	if (unlikely(vsw_addr_is_group(f->dst) &&
		     !vsw_addr_is_broadcast(f->dst)))
		return check_control(f);
	return VSW_PASS;
}

static enum vsw_drop closed_reason(const struct vsw_port *port)
{
	if (test_bit(VSW_PORT_F_HELD, &port->flags) && vsw_port_is_up(port))
		return VSW_DROP_FROM_HELD;
	return VSW_DROP_FROM_LINK_DOWN;
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
		return vsw_frame_drop(f, closed_reason(port));
	if (check_addresses(f) == VSW_DROP || tag_and_classify(f) == VSW_DROP)
		return VSW_DROP;
	checksum_keep_off_header(f->skb);
	if (unlikely(!vsw_mtu_fits(f->skb, READ_ONCE(port->sw->mtu))))
		return vsw_frame_drop(f, VSW_DROP_FROM_OVERSIZE);
	return VSW_PASS;
}
