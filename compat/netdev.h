/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_COMPAT_NETDEV_H
#define _VSW_COMPAT_NETDEV_H

/* Properties of a netdev that were feature bits in older kernels. */

#include <linux/netdevice.h>
#include <linux/version.h>

/* Its transmit routine takes no lock. */
static inline void vsw_compat_set_lltx(struct net_device *dev)
{
#ifdef NETIF_F_LLTX
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

/* It never leaves its network namespace. */
static inline void vsw_compat_set_netns_immutable(struct net_device *dev)
{
#ifdef NETIF_F_NETNS_LOCAL
	dev->features |= NETIF_F_NETNS_LOCAL;
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
	dev->netns_local = true;
#else
	dev->netns_immutable = true;
#endif
}

#endif /* _VSW_COMPAT_NETDEV_H */
