/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_RESADDR_H
#define _VSW_RESADDR_H

#include <linux/bits.h>
#include <linux/if_ether.h>
#include <linux/types.h>

#define VSW_RESERVED_FIRST	0x0180c2000000ULL
#define VSW_BPDU_CUSTOMER	0x0180c2000000ULL
#define VSW_BPDU_PROVIDER	0x0180c2000008ULL
#define VSW_BPDU_PVST		0x01000ccccccdULL	/* a vendor's, one tree per VLAN */

/* Of the reserved ones, those that are not so to an S-VLAN component */
#define VSW_RESERVED_NOT_S_VLAN	(BIT(0x0) | BIT(0xb) | BIT(0xc) | BIT(0xd) | \
				 BIT(0xf))

/*
 * Reserved addresses 01-80-C2-00-00-00 to -0F (IEEE 802.1Q-2022, 8.6.3). All of them
 * stop at a C-VLAN component (table 8-1), some go on at an S-VLAN one (table 8-2).
 */
static inline bool vsw_addr_is_reserved(u64 addr)
{
	return (addr & ~0xfULL) == VSW_RESERVED_FIRST;
}

/* @relayed: bit n for each that is relayed although it is reserved */
static inline bool vsw_addr_is_relayed(u64 addr, __be16 tpid, u16 relayed)
{
	if (tpid == htons(ETH_P_8021AD))
		relayed |= VSW_RESERVED_NOT_S_VLAN;
	return relayed & BIT(addr & 0xf);
}

static inline bool vsw_addr_is_bpdu(u64 addr)
{
	return addr == VSW_BPDU_CUSTOMER || addr == VSW_BPDU_PROVIDER ||
	       addr == VSW_BPDU_PVST;
}

#endif /* _VSW_RESADDR_H */
