// SPDX-License-Identifier: GPL-2.0
/*
 * Does a frame fit the MTU, when it is longer than that at first sight?
 */

#include <linux/if_vlan.h>
#include <net/gso.h>

#include "vport/mtu.h"

/* Tags in the payload that are not counted: a customer's, and one of a provider. */
#define TAGS_MAX	2

static unsigned int tags_len(const struct sk_buff *skb)
{
	const struct vlan_hdr *tag;
	__be16 proto = skb->protocol;
	struct vlan_hdr copy;
	unsigned int len = 0;

	while (eth_type_vlan(proto) && len < TAGS_MAX * VLAN_HLEN) {
		tag = skb_header_pointer(skb, len, sizeof(copy), &copy);
		if (!tag)
			break;
		proto = tag->h_vlan_encapsulated_proto;
		len += VLAN_HLEN;
	}
	return len;
}

/**
 * vsw_mtu_fits_tagged - does a frame fit the MTU, without its tags?
 * @skb: the frame, from its payload on
 * @mtu: octets
 *
 * A GSO packet is judged by the segments that it will be cut into.
 *
 * Context: any.
 * Return: true if so.
 */
bool vsw_mtu_fits_tagged(const struct sk_buff *skb, unsigned int mtu)
{
	unsigned int tags = tags_len(skb);

	if (skb->len <= mtu + tags)
		return true;
	return skb_is_gso(skb) &&
	       skb_gso_validate_mac_len(skb, mtu + ETH_HLEN + tags);
}
