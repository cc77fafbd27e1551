// SPDX-License-Identifier: GPL-2.0
/*
 * VLANs of one port: a user's mode becomes the flat record that ingress and
 * egress read. Pure, but for the allocation.
 */

#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "vport/vport.h"

static bool vid_is_valid(u16 vid)
{
	return vid && vid < VLAN_VID_MASK;
}

static bool list_is_valid(const unsigned long *list)
{
	return !test_bit(0, list) && !test_bit(VLAN_VID_MASK, list);
}

static int access_check(const struct vsw_vlan_settings *set,
			struct netlink_ext_ack *extack)
{
	if (vid_is_valid(set->vid))
		return 0;
	NL_SET_ERR_MSG(extack, "the VLAN id must be 1 to 4094");
	return -EINVAL;
}

static int native_check(const struct vsw_vlan_settings *set,
			struct netlink_ext_ack *extack)
{
	if (set->vid && !vid_is_valid(set->vid)) {
		NL_SET_ERR_MSG(extack,
			       "the native VLAN id must be 1 to 4094");
		return -EINVAL;
	}
	if (set->native_tagged && !set->vid) {
		NL_SET_ERR_MSG(extack,
			       "there is no native VLAN that could leave tagged; give one");
		return -EINVAL;
	}
	return 0;
}

static int trunk_check(const struct vsw_vlan_settings *set,
		       struct netlink_ext_ack *extack)
{
	if (native_check(set, extack))
		return -EINVAL;
	if (!list_is_valid(set->trunks)) {
		NL_SET_ERR_MSG(extack,
			       "the VLAN ids of a trunk must be 1 to 4094");
		return -EINVAL;
	}
	if (set->vid || !bitmap_empty(set->trunks, VLAN_N_VID))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "a trunk needs at least one VLAN; name them, or use mode none");
	return -EINVAL;
}

static int hybrid_check(const struct vsw_vlan_settings *set,
			struct netlink_ext_ack *extack)
{
	if (!list_is_valid(set->trunks)) {
		NL_SET_ERR_MSG(extack,
			       "the VLAN ids of a hybrid port must be 1 to 4094");
		return -EINVAL;
	}
	if (!bitmap_subset(set->untagged, set->trunks, VLAN_N_VID)) {
		NL_SET_ERR_MSG(extack,
			       "the VLANs that leave untagged must be among the port's");
		return -EINVAL;
	}
	if (set->vid && !vid_is_valid(set->vid)) {
		NL_SET_ERR_MSG(extack, "the PVID must be 1 to 4094");
		return -EINVAL;
	}
	if (!bitmap_empty(set->trunks, VLAN_N_VID))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "a hybrid port needs at least one VLAN; name them, or use mode none");
	return -EINVAL;
}

static int services_check(const struct vsw_vlan_settings *set,
			  struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 0; i < set->service_count; i++) {
		if (vid_is_valid(set->services[i].to))
			continue;
		NL_SET_ERR_MSG(extack,
			       "the VLAN that carries the customer's must be 1 to 4094");
		return -EINVAL;
	}
	return 0;
}

static int tunnel_check(const struct vsw_vlan_settings *set,
			struct netlink_ext_ack *extack)
{
	if (access_check(set, extack))
		return -EINVAL;
	if (set->trunks && (test_bit(VLAN_VID_MASK, set->trunks) ||
			    bitmap_empty(set->trunks, VLAN_N_VID))) {
		NL_SET_ERR_MSG(extack,
			       "the customer's VLAN ids must be 0 (for frames without) to 4094, at least one");
		return -EINVAL;
	}
	return services_check(set, extack);
}

static int mode_check(const struct vsw_vlan_settings *set,
		      struct netlink_ext_ack *extack)
{
	switch (set->mode) {
	case VSW_VLAN_NONE:
		return 0;
	case VSW_VLAN_ACCESS:
		return access_check(set, extack);
	case VSW_VLAN_TRUNK:
		return trunk_check(set, extack);
	case VSW_VLAN_HYBRID:
		return hybrid_check(set, extack);
	case VSW_VLAN_TUNNEL:
		return tunnel_check(set, extack);
	default:
		NL_SET_ERR_MSG(extack,
			       "no such VLAN mode; use none, access, trunk, hybrid or dot1q-tunnel");
		return -EINVAL;
	}
}

/* Acceptable frame types and ingress filtering that the mode has no use for */
static int admit_check(const struct vsw_vlan_settings *set,
		       struct netlink_ext_ack *extack)
{
	bool fixed = set->mode == VSW_VLAN_NONE || set->mode == VSW_VLAN_TUNNEL;

	if (fixed && (set->admit != VSW_ADMIT_MODE || set->no_filter)) {
		NL_SET_ERR_MSG(extack,
			       "a port of mode none or dot1q-tunnel takes frames as its mode says; use admit mode and ingress-filter on");
		return -EINVAL;
	}
	if (set->admit == VSW_ADMIT_MODE || set->admit == VSW_ADMIT_TAGGED ||
	    set->vid)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "untagged frames would have no VLAN; give the port a native VLAN or a PVID");
	return -EINVAL;
}

/* 6.9 and 8.6.1: which frames does the port take? */
static void admit_fill(struct vsw_port_vlans *vlans,
		       const struct vsw_vlan_settings *set)
{
	bool many = set->mode == VSW_VLAN_TRUNK || set->mode == VSW_VLAN_HYBRID;

	vlans->admit = set->admit;
	vlans->filter = !set->no_filter;
	switch (set->admit) {
	case VSW_ADMIT_ALL:
		vlans->admit_tagged = true;
		vlans->admit_untagged = true;
		break;
	case VSW_ADMIT_TAGGED:
		vlans->admit_tagged = true;
		break;
	case VSW_ADMIT_UNTAGGED:
		vlans->admit_untagged = true;
		break;
	default:
		vlans->admit_tagged = many;
		vlans->admit_untagged = !many || set->vid;
	}
}

/* A tunnel is in each VLAN that carries some of the customer's. */
static int services_fill(struct vsw_port_vlans *vlans,
			 const struct vsw_vlan_settings *set,
			 struct netlink_ext_ack *extack)
{
	struct vsw_vid_table *services;
	unsigned int i;

	if (!set->service_count)
		return 0;
	services = vsw_vid_table_create(set->services, set->service_count,
					extack);
	if (IS_ERR(services))
		return PTR_ERR(services);
	vlans->services = services;
	for (i = 0; i < services->count; i++)
		__set_bit(services->groups[i].to, vlans->members);
	vlans->untagged = vlans->members;
	return 0;
}

/* The member set and the untagged set (8.8.2). */
static void members_fill(struct vsw_port_vlans *vlans,
			 const struct vsw_vlan_settings *set)
{
	vlans->mode = set->mode;
	vlans->untag = VLAN_N_VID;
	if (set->mode == VSW_VLAN_NONE) {
		vlans->untag = 0;
		__set_bit(0, vlans->members);
		return;
	}

	vlans->pvid = set->vid;
	vlans->native_tagged = set->mode == VSW_VLAN_TRUNK && set->native_tagged;
	if (set->mode == VSW_VLAN_TRUNK || set->mode == VSW_VLAN_HYBRID)
		bitmap_copy(vlans->members, set->trunks, VLAN_N_VID);
	if (set->mode == VSW_VLAN_HYBRID)
		return;	/* its PVID is for what comes in, member or not (6.9) */
	if (set->vid)
		__set_bit(set->vid, vlans->members);
	if (set->vid && !vlans->native_tagged)
		vlans->untag = set->vid;
}

/* Sets of VLANs that most ports do not have. A tunnel's all leave untagged. */
static void more_fill(struct vsw_port_vlans *vlans,
		      const struct vsw_vlan_settings *set)
{
	if (set->mode == VSW_VLAN_HYBRID) {
		bitmap_copy(vlans->more, set->untagged, VLAN_N_VID);
		vlans->untagged = vlans->more;
	} else if (set->mode == VSW_VLAN_TUNNEL) {
		if (set->trunks)
			bitmap_copy(vlans->more, set->trunks, VLAN_N_VID);
		else
			bitmap_set(vlans->more, 0, VLAN_VID_MASK);
		vlans->customer = vlans->more;
	}
}

static bool has_more(const struct vsw_vlan_settings *set)
{
	return set->mode == VSW_VLAN_HYBRID || set->mode == VSW_VLAN_TUNNEL;
}

/**
 * vsw_port_vlans_create - make the VLAN record of a port from a user's settings
 * @set: mode and VLANs, any values
 * @extack: where a refusal is explained
 *
 * What is admitted follows the mode (IEEE 802.1Q-2022, 6.9 and 8.6.2), unless it is
 * set: an access port takes untagged and priority-tagged frames, a trunk or a hybrid
 * port takes tagged ones, and the others too if it has a native VLAN or a PVID. A
 * tunnel takes all, as payload.
 *
 * Context: may sleep.
 * Return: the record, for the caller to publish or free, or ERR_PTR(-EINVAL)
 * or ERR_PTR(-ENOMEM).
 */
struct vsw_port_vlans *vsw_port_vlans_create(const struct vsw_vlan_settings *set,
					     struct netlink_ext_ack *extack)
{
	size_t more = has_more(set) ? BITS_TO_LONGS(VLAN_N_VID) : 0;
	struct vsw_port_vlans *vlans;
	int err;

	err = mode_check(set, extack) ?: admit_check(set, extack);
	if (err)
		return ERR_PTR(err);
	vlans = kzalloc(struct_size(vlans, more, more), GFP_KERNEL_ACCOUNT);
	if (!vlans) {
		NL_SET_ERR_MSG(extack, "out of memory for the VLANs; try again");
		return ERR_PTR(-ENOMEM);
	}
	members_fill(vlans, set);
	more_fill(vlans, set);
	admit_fill(vlans, set);
	if (set->mode == VSW_VLAN_TUNNEL) {
		err = services_fill(vlans, set, extack);
		if (err) {
			kfree(vlans);
			return ERR_PTR(err);
		}
	}
	return vlans;
}

/**
 * vsw_port_vlans_free - free a record that was never published, or is no more read
 * @vlans: the record, or NULL
 *
 * Context: any.
 */
void vsw_port_vlans_free(struct vsw_port_vlans *vlans)
{
	if (!vlans)
		return;
	kvfree(vlans->services);
	kfree(vlans);
}

/**
 * vsw_port_vlans_retire - free a record that another has taken the place of
 * @vlans: the record; frames may go by it for another grace period
 *
 * Context: may sleep.
 */
void vsw_port_vlans_retire(struct vsw_port_vlans *vlans)
{
	if (vlans->services)
		kvfree_rcu(vlans->services, rcu);
	kfree_rcu(vlans, rcu);
}

/**
 * vsw_port_vlans_settings - the settings from which a record would be made again
 * @vlans: VLAN record
 * @set: filled; points into @vlans
 *
 * A trunk's list has its native VLAN in it, which makes no difference.
 *
 * Context: any.
 */
void vsw_port_vlans_settings(const struct vsw_port_vlans *vlans,
			     struct vsw_vlan_settings *set)
{
	*set = (struct vsw_vlan_settings) {
		.mode		= vlans->mode,
		.admit		= vlans->admit,
		.no_filter	= !vlans->filter,
		.native_tagged	= vlans->native_tagged,
		.vid		= vlans->pvid,
		.trunks		= vlans->customer ?: vlans->members,
		.untagged	= vlans->untagged,
		.services	= vlans->services ? vlans->services->groups : NULL,
		.service_count	= vlans->services ? vlans->services->count : 0,
	};
}

/**
 * vsw_port_vlans_single - is the port in one VLAN only?
 * @vlans: VLAN record
 * @vid: set to that VLAN
 *
 * Context: any.
 * Return: true for access ports, most tunnels and ports without VLAN.
 */
bool vsw_port_vlans_single(const struct vsw_port_vlans *vlans, u16 *vid)
{
	*vid = vlans->pvid;
	return vlans->mode != VSW_VLAN_TRUNK &&
	       vlans->mode != VSW_VLAN_HYBRID && !vlans->services;
}
