/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_COMPAT_CLASS_H
#define _VSW_COMPAT_CLASS_H

/*
 * The callback of a class of devices that tells their network namespace. There is
 * no name to probe for: only its type changed, twice.
 */

#include <linux/device/class.h>
#include <linux/netdevice.h>
#include <linux/version.h>
#include <net/net_namespace.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define VSW_CLASS_NAMESPACE	const struct ns_common
#define vsw_compat_class_namespace(net)	to_ns_common(net)
#else
#define VSW_CLASS_NAMESPACE	const void
#define vsw_compat_class_namespace(net)	(net)
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define VSW_CLASS_DEVICE	const struct device
#else
#define VSW_CLASS_DEVICE	struct device
#endif

#endif /* _VSW_COMPAT_CLASS_H */
