/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_VLANS_H
#define _VSW_VLANS_H

/*
 * VLANs of one port: what a user sets, and the flat record that frames go by.
 */

#include <linux/bitmap.h>
#include <linux/if_vlan.h>
#include <linux/rcupdate.h>

struct netlink_ext_ack;

/**
 * struct vsw_port_vlans - VLAN configuration of a port, immutable once published
 * @rcu: for kfree_rcu()
 * @mode: as configured, enum vsw_vlan_mode
 * @pvid: VLAN of untagged frames; 0 with @admit_untagged: the VLAN-less segment
 * @admit_untagged: untagged and priority-tagged frames are taken (6.9, 8.6.1)
 * @admit_tagged: VLAN-tagged frames are taken
 * @members: VLANs whose frames pass in either direction; bit 0 is the VLAN-less
 *	segment
 *
 * On the way out a frame of @pvid is untagged if @admit_untagged, all others
 * are tagged: for the modes there are, the untagged set is the PVID alone.
 */
struct vsw_port_vlans {
	struct rcu_head	rcu;
	u8		mode;
	bool		admit_untagged;
	bool		admit_tagged;
	u16		pvid;
	DECLARE_BITMAP(members, VLAN_N_VID);
};

/**
 * struct vsw_vlan_settings - VLAN mode as a user gives it
 * @mode: enum vsw_vlan_mode
 * @vid: VLAN of an access port; native VLAN of a trunk, 0 for none
 * @trunks: VLANs of a trunk, bitmap of VLAN_N_VID bits; may be NULL otherwise
 */
struct vsw_vlan_settings {
	u8			mode;
	u16			vid;
	const unsigned long	*trunks;
};

struct vsw_port_vlans *vsw_port_vlans_create(const struct vsw_vlan_settings *set,
					     struct netlink_ext_ack *extack);
bool vsw_port_vlans_single(const struct vsw_port_vlans *vlans, u16 *vid);

static inline bool vsw_port_vlans_allow(const struct vsw_port_vlans *vlans,
					u16 vid)
{
	return test_bit(vid, vlans->members);
}

static inline bool vsw_port_vlans_untag(const struct vsw_port_vlans *vlans,
					u16 vid)
{
	return vlans->admit_untagged && vid == vlans->pvid;
}

#endif /* _VSW_VLANS_H */
