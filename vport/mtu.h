/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_MTU_H
#define _VSW_MTU_H

#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <net/gso.h>

/*
 * Does a frame fit the MTU? Tags in the metadata are not counted. A GSO packet
 * is judged by the segments that it will be cut into.
 */
static inline bool vsw_mtu_fits(const struct sk_buff *skb, unsigned int mtu)
{
	if (likely(skb->len <= mtu))
		return true;
	return skb_is_gso(skb) && skb_gso_validate_mac_len(skb, mtu + ETH_HLEN);
}

#endif /* _VSW_MTU_H */
