// SPDX-License-Identifier: GPL-2.0
/*
 * VLANs of one port: a user's mode becomes the flat record that ingress and
 * egress read. Pure, but for the allocation.
 */

#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "vport/vport.h"

static bool vid_is_valid(u16 vid)
{
	return vid && vid < VLAN_VID_MASK;
}

static int vlans_check(const struct vsw_vlan_settings *set,
		       struct netlink_ext_ack *extack)
{
	switch (set->mode) {
	case VSW_VLAN_NONE:
		return 0;
	case VSW_VLAN_ACCESS:
		if (vid_is_valid(set->vid))
			return 0;
		NL_SET_ERR_MSG(extack, "the VLAN id must be 1 to 4094");
		return -EINVAL;
	case VSW_VLAN_TRUNK:
		if (set->vid && !vid_is_valid(set->vid)) {
			NL_SET_ERR_MSG(extack,
				       "the native VLAN id must be 1 to 4094");
			return -EINVAL;
		}
		if (test_bit(0, set->trunks) ||
		    test_bit(VLAN_VID_MASK, set->trunks)) {
			NL_SET_ERR_MSG(extack,
				       "the VLAN ids of a trunk must be 1 to 4094");
			return -EINVAL;
		}
		if (set->vid || !bitmap_empty(set->trunks, VLAN_N_VID))
			return 0;
		NL_SET_ERR_MSG(extack,
			       "a trunk needs at least one VLAN; name them, or use mode none");
		return -EINVAL;
	default:
		NL_SET_ERR_MSG(extack,
			       "no such VLAN mode; use none, access or trunk");
		return -EINVAL;
	}
}

/**
 * vsw_port_vlans_create - make the VLAN record of a port from a user's settings
 * @set: mode and VLANs, any values
 * @extack: where a refusal is explained
 *
 * What is admitted follows the mode (IEEE 802.1Q-2022, 6.9 and 8.6.2): an access
 * port takes untagged and priority-tagged frames, a trunk takes tagged ones, and
 * the others too if it has a native VLAN.
 *
 * Context: may sleep.
 * Return: the record, for the caller to publish or kfree(), or ERR_PTR(-EINVAL)
 * or ERR_PTR(-ENOMEM).
 */
struct vsw_port_vlans *vsw_port_vlans_create(const struct vsw_vlan_settings *set,
					     struct netlink_ext_ack *extack)
{
	struct vsw_port_vlans *vlans;
	int err;

	err = vlans_check(set, extack);
	if (err)
		return ERR_PTR(err);
	vlans = kzalloc(sizeof(*vlans), GFP_KERNEL_ACCOUNT);
	if (!vlans) {
		NL_SET_ERR_MSG(extack, "out of memory for the VLANs; try again");
		return ERR_PTR(-ENOMEM);
	}

	vlans->mode = set->mode;
	if (set->mode != VSW_VLAN_NONE)
		vlans->pvid = set->vid;
	vlans->admit_tagged = set->mode == VSW_VLAN_TRUNK;
	vlans->admit_untagged = set->mode != VSW_VLAN_TRUNK || set->vid;
	if (set->mode == VSW_VLAN_TRUNK)
		bitmap_copy(vlans->members, set->trunks, VLAN_N_VID);
	if (vlans->admit_untagged)
		__set_bit(vlans->pvid, vlans->members);
	return vlans;
}

/**
 * vsw_port_vlans_single - is the port in one VLAN only?
 * @vlans: VLAN record
 * @vid: set to that VLAN
 *
 * Context: any.
 * Return: true for access ports and ports without VLAN.
 */
bool vsw_port_vlans_single(const struct vsw_port_vlans *vlans, u16 *vid)
{
	*vid = vlans->pvid;
	return vlans->mode != VSW_VLAN_TRUNK;
}
