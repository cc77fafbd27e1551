/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_MTU_H
#define _VSW_MTU_H

#include <linux/skbuff.h>

bool vsw_mtu_fits_tagged(const struct sk_buff *skb, unsigned int mtu);

/* Does a frame fit the MTU? Tags are not counted. */
static inline bool vsw_mtu_fits(const struct sk_buff *skb, unsigned int mtu)
{
	return likely(skb->len <= mtu) || vsw_mtu_fits_tagged(skb, mtu);
}

#endif /* _VSW_MTU_H */
