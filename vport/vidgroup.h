/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_VIDGROUP_H
#define _VSW_VIDGROUP_H

/*
 * VLANs that are given a number: of a filtering database, of a spanning tree
 * instance, of the VLAN that carries them.
 */

#include <linux/if_vlan.h>
#include <linux/rcupdate.h>
#include <linux/vswitch.h>

struct netlink_ext_ack;

/**
 * struct vsw_vid_table - a number for each VLAN, immutable once published
 * @rcu: for kvfree_rcu()
 * @to: by VLAN id, 0 for those that are not named
 * @count: number of @groups
 * @groups: as configured
 */
struct vsw_vid_table {
	struct rcu_head		rcu;
	u16			to[VLAN_N_VID];
	u32			count;
	struct vsw_vid_group	groups[];
};

struct vsw_vid_table *
vsw_vid_table_create(const struct vsw_vid_group *groups, unsigned int count,
		     struct netlink_ext_ack *extack);

#endif /* _VSW_VIDGROUP_H */
