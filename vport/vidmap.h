/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_VIDMAP_H
#define _VSW_VIDMAP_H

/*
 * VID translation at one port (IEEE 802.1Q-2022, 6.9): the VLAN ids on its cable
 * are others than those of the switch. Both ways, one to one.
 */

#include <linux/if_vlan.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/vswitch.h>

struct netlink_ext_ack;

/**
 * struct vsw_port_vidmap - VID translation of a port, immutable once published
 * @rcu: for kfree_rcu()
 * @count: ranges it was made of
 * @vid: the switch's VLAN id of one on the wire, 0 for none
 * @wire: VLAN id on the wire of one of the switch's, 0 for none
 * @ranges: as configured
 */
struct vsw_port_vidmap {
	struct rcu_head		rcu;
	unsigned int		count;
	u16			vid[VLAN_N_VID];
	u16			wire[VLAN_N_VID];
	struct vsw_vid_range	ranges[];
};

struct vsw_port_vidmap *
vsw_port_vidmap_create(const struct vsw_vid_range *ranges, unsigned int count,
		       struct netlink_ext_ack *extack);

#endif /* _VSW_VIDMAP_H */
