/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_TUNNEL_H
#define _VSW_TUNNEL_H

/*
 * A tunnel's customer: its tags are payload, and say in which VLAN, if any, a frame is
 * carried (port-based and C-tagged service interface, IEEE 802.1Q-2022, 15.3 and 15.4).
 */

#include <linux/if_vlan.h>

#include "vport/vlans.h"

/* The customer's VLAN id, 0 without tag; -1 if the tag is not all there. */
static inline int vsw_customer_vid(const struct sk_buff *skb)
{
	const struct vlan_hdr *tag;
	struct vlan_hdr copy;

	if (eth_hdr(skb)->h_proto != htons(ETH_P_8021Q))
		return 0;
	tag = skb_header_pointer(skb, 0, sizeof(copy), &copy);
	return tag ? ntohs(tag->h_vlan_TCI) & VLAN_VID_MASK : -1;
}

static inline bool vsw_customer_has(const struct vsw_port_vlans *vlans, u16 vid)
{
	return test_bit(vid, vlans->customer);
}

/* The VLAN that carries one of the customer's. */
static inline u16 vsw_customer_service(const struct vsw_port_vlans *vlans,
				       u16 vid)
{
	if (vlans->services && vlans->services->to[vid])
		return vlans->services->to[vid];
	return vlans->pvid;
}

#endif /* _VSW_TUNNEL_H */
