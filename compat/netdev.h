/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_COMPAT_NETDEV_H
#define _VSW_COMPAT_NETDEV_H

/*
 * Properties of a netdev that were feature bits in older kernels, and its features,
 * which newer ones guard with a lock of its own.
 */

#include <linux/netdevice.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#include <net/netdev_lock.h>
#endif

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

/* Its features depend on wanted_features, which have changed. RTNL held. */
static inline void vsw_compat_update_features(struct net_device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	netdev_lock_ops(dev);
	netdev_update_features(dev);
	netdev_unlock_ops(dev);
#else
	netdev_update_features(dev);
#endif
}

#endif /* _VSW_COMPAT_NETDEV_H */
