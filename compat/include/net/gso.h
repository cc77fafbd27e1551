/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_COMPAT_NET_GSO_H
#define _VSW_COMPAT_NET_GSO_H

#include <linux/version.h>

/* Older kernels have no such header, and all of it in <linux/skbuff.h>. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include_next <net/gso.h>
#else
#include <linux/skbuff.h>
#endif

#endif /* _VSW_COMPAT_NET_GSO_H */
