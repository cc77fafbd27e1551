// SPDX-License-Identifier: GPL-2.0
/*
 * VLANs that are given a number: a user's groups become a flat table. Pure, but for
 * the allocation.
 */

#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "vport/vidgroup.h"

static int group_check(const struct vsw_vid_group *group,
		       struct netlink_ext_ack *extack)
{
	if (group->vid && group->count &&
	    group->vid + group->count <= VLAN_VID_MASK)
		return 0;
	NL_SET_ERR_MSG(extack, "the VLAN ids of a group must be 1 to 4094");
	return -EINVAL;
}

/* Each VLAN at most once; @named has those that were. */
static int group_fill(struct vsw_vid_table *table,
		      const struct vsw_vid_group *group, unsigned long *named,
		      struct netlink_ext_ack *extack)
{
	u16 vid = group->vid, left;

	if (group_check(group, extack))
		return -EINVAL;
	for (left = group->count; left; left--, vid++) {
		if (__test_and_set_bit(vid, named)) {
			NL_SET_ERR_MSG(extack,
				       "a VLAN is named twice; name each once");
			return -EINVAL;
		}
		table->to[vid] = group->to;
	}
	return 0;
}

static int groups_fill(struct vsw_vid_table *table,
		       struct netlink_ext_ack *extack)
{
	DECLARE_BITMAP(named, VLAN_N_VID) = { 0 };
	unsigned int i;
	int err = 0;

	for (i = 0; i < table->count && !err; i++)
		err = group_fill(table, &table->groups[i], named, extack);
	return err;
}

/**
 * vsw_vid_table_create - make a table from a user's groups
 * @groups: the groups; what they are given is in range, their VLANs are any values
 * @count: how many, VSW_VID_GROUPS_MAX at most
 * @extack: where a refusal is explained
 *
 * Context: may sleep.
 * Return: the table, for the caller to publish or kvfree(), or ERR_PTR(-EINVAL) or
 * ERR_PTR(-ENOMEM).
 */
struct vsw_vid_table *
vsw_vid_table_create(const struct vsw_vid_group *groups, unsigned int count,
		     struct netlink_ext_ack *extack)
{
	struct vsw_vid_table *table;
	int err;

	table = kvzalloc(struct_size(table, groups, count), GFP_KERNEL_ACCOUNT);
	if (!table) {
		NL_SET_ERR_MSG(extack, "out of memory for the VLANs; try again");
		return ERR_PTR(-ENOMEM);
	}
	table->count = count;
	memcpy(table->groups, groups, flex_array_size(table, groups, count));
	err = groups_fill(table, extack);
	if (err) {
		kvfree(table);
		return ERR_PTR(err);
	}
	return table;
}
