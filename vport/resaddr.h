/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_RESADDR_H
#define _VSW_RESADDR_H

#include <linux/types.h>

#define VSW_RESERVED_FIRST	0x0180c2000000ULL

/*
 * C-VLAN component reserved addresses 01-80-C2-00-00-00 to -0F: never relayed
 * (IEEE 802.1Q-2022, 8.6.3 and table 8-1).
 */
static inline bool vsw_addr_is_reserved(u64 addr)
{
	return (addr & ~0xfULL) == VSW_RESERVED_FIRST;
}

#endif /* _VSW_RESADDR_H */
