/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_FRAME_H
#define _VSW_FRAME_H

/*
 * A frame on its way through the switch.
 *
 * It lives on the stack of vsw_input(); the stages are handed its address.
 *
 * Ownership: the frame owns its skb from vsw_input() until the conductor hands
 * the skb to a NIC or frees it. No stage frees. Two stages may replace f->skb:
 * ingress, when it unshares the skb or lifts a tag out of the payload, and the
 * conductor, when it clones for a flood.
 *
 * Shape: between the NICs skb->data points behind the Ethernet header, the MAC
 * header is set and linear, and a tag of the switch's protocol is in the skb's
 * metadata, never in the payload. So a flood clones and never copies.
 */

#include <linux/etherdevice.h>
#include <linux/skbuff.h>
#include <linux/vswitch.h>

struct vsw_port;

/**
 * enum vsw_verdict - what a stage says of a frame
 * @VSW_PASS: the frame goes on to the next stage
 * @VSW_DROP: it ends here, for the reason in vsw_frame.drop
 */
enum vsw_verdict {
	VSW_PASS,
	VSW_DROP,
};

/**
 * struct vsw_frame - what the stages know of a frame
 * @skb: the packet
 * @from: port that it came in at
 * @dst: destination address, as by ether_addr_to_u64(); a copy, because a pull
 *	may move the packet's data
 * @src: source address, likewise
 * @vid: VLAN that it was classified to; 0 at ports without VLAN
 * @prio: tag's upper bits (PCP and DEI) in their place in the TCI, 0 if untagged
 * @drop: why it was dropped, valid with VSW_DROP
 */
struct vsw_frame {
	struct sk_buff	*skb;
	struct vsw_port	*from;
	u64		dst;
	u64		src;
	u16		vid;
	u16		prio;
	enum vsw_drop	drop;
};

/* Group address, broadcast included: the first bit on the wire. */
static inline bool vsw_addr_is_group(u64 addr)
{
	return addr & BIT_ULL(40);
}

static inline bool vsw_addr_is_broadcast(u64 addr)
{
	return addr == 0xffffffffffffULL;
}

/* Length on the wire without tag and FCS. */
static inline unsigned int vsw_skb_octets(const struct sk_buff *skb)
{
	return skb->len + ETH_HLEN;
}

static inline enum vsw_verdict vsw_frame_drop(struct vsw_frame *f,
					      enum vsw_drop reason)
{
	f->drop = reason;
	return VSW_DROP;
}

#endif /* _VSW_FRAME_H */
