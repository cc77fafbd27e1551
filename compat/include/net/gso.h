/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_COMPAT_NET_GSO_H
#define _VSW_COMPAT_NET_GSO_H

/* Older kernels have all of it in <linux/skbuff.h>. */
#if __has_include_next(<net/gso.h>)
#include_next <net/gso.h>
#else
#include <linux/skbuff.h>
#endif

#endif /* _VSW_COMPAT_NET_GSO_H */
