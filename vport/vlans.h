/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_VLANS_H
#define _VSW_VLANS_H

/*
 * VLANs of one port: what a user sets, and the flat record that frames go by.
 */

#include <linux/bitmap.h>
#include <linux/if_vlan.h>
#include <linux/rcupdate.h>
#include <linux/vswitch.h>

#include "vport/vidgroup.h"

struct netlink_ext_ack;

/**
 * struct vsw_port_vlans - VLAN configuration of a port, immutable once published
 * @rcu: for kfree_rcu()
 * @mode: as configured, enum vsw_vlan_mode
 * @admit: as configured, enum vsw_admit
 * @native_tagged: as configured
 * @filter: only frames of VLANs that the port is in may come in (8.6.2)
 * @admit_untagged: untagged and priority-tagged frames are taken (6.9, 8.6.1)
 * @admit_tagged: VLAN-tagged frames are taken
 * @pvid: VLAN of untagged frames, and of all frames of a tunnel; with mode none 0,
 *	the VLAN-less segment
 * @untag: the one VLAN that leaves untagged, VLAN_N_VID if there is none
 * @untagged: if not NULL, all VLANs that leave untagged, instead of @untag
 * @customer: if not NULL the port is a tunnel: tags are payload, and these are the
 *	VLAN ids that its frames may have; bit 0 is for those without
 * @services: if not NULL, in which VLANs a tunnel carries which of the customer's;
 *	to 0 for those that are carried in @pvid
 * @members: VLANs whose frames pass in either direction; bit 0 is the VLAN-less
 *	segment
 * @more: what @untagged or @customer points to
 */
struct vsw_port_vlans {
	struct rcu_head		rcu;
	u8			mode;
	u8			admit;
	bool			native_tagged;
	bool			filter;
	bool			admit_untagged;
	bool			admit_tagged;
	u16			pvid;
	u16			untag;
	const unsigned long	*untagged;
	const unsigned long	*customer;
	struct vsw_vid_table	*services;
	DECLARE_BITMAP(members, VLAN_N_VID);
	unsigned long		more[];
};

/**
 * struct vsw_vlan_settings - VLAN mode as a user gives it
 * @mode: enum vsw_vlan_mode
 * @admit: acceptable frame types, enum vsw_admit
 * @no_filter: no ingress filtering
 * @native_tagged: frames of a trunk's native VLAN leave with their tag
 * @vid: VLAN of an access port, or of a tunnel; native VLAN of a trunk, PVID of
 *	a hybrid port, 0 for none
 * @trunks: VLANs of a trunk or a hybrid port; customer's VLANs of a tunnel, NULL
 *	for all, bit 0 for frames without. VLAN_N_VID bits; may be NULL with other
 *	modes
 * @untagged: those of a hybrid port that leave untagged; may be NULL with others
 * @services: which VLANs carry which of a tunnel's customer; NULL if there are none
 * @service_count: number of @services
 */
struct vsw_vlan_settings {
	u8			mode;
	u8			admit;
	bool			no_filter;
	bool			native_tagged;
	u16			vid;
	const unsigned long	*trunks;
	const unsigned long	*untagged;
	const struct vsw_vid_group *services;
	u32			service_count;
};

struct vsw_port_vlans *vsw_port_vlans_create(const struct vsw_vlan_settings *set,
					     struct netlink_ext_ack *extack);
void vsw_port_vlans_free(struct vsw_port_vlans *vlans);
void vsw_port_vlans_retire(struct vsw_port_vlans *vlans);
void vsw_port_vlans_settings(const struct vsw_port_vlans *vlans,
			     struct vsw_vlan_settings *set);
bool vsw_port_vlans_single(const struct vsw_port_vlans *vlans, u16 *vid);

static inline bool vsw_port_vlans_allow(const struct vsw_port_vlans *vlans,
					u16 vid)
{
	return test_bit(vid, vlans->members);
}

/* May frames of this VLAN come in, and their sources be learned? */
static inline bool vsw_port_vlans_admit(const struct vsw_port_vlans *vlans,
					u16 vid)
{
	return vsw_port_vlans_allow(vlans, vid) || !vlans->filter;
}

static inline bool vsw_port_vlans_untag(const struct vsw_port_vlans *vlans,
					u16 vid)
{
	if (likely(!vlans->untagged))
		return vid == vlans->untag;
	return test_bit(vid, vlans->untagged);
}

#endif /* _VSW_VLANS_H */
