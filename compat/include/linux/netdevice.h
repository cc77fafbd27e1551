/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_COMPAT_LINUX_NETDEVICE_H
#define _VSW_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>
#include <linux/version.h>

/* The address was handed over as a struct sockaddr, which may be too short. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define dev_set_mac_address(dev, addr, extack) \
	dev_set_mac_address(dev, (struct sockaddr *)(addr), extack)
#endif

#endif /* _VSW_COMPAT_LINUX_NETDEVICE_H */
