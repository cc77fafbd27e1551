/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_SETTINGS_H
#define _VSW_SETTINGS_H

/*
 * What a request wants of a switch or a port, handed from netlink/ to the verbs
 * of vswitch.h.
 */

#include <linux/netdevice.h>
#include <linux/vswitch.h>

#include "vport/vport.h"

/* Which settings a request has. */
enum {
	VSW_SWITCH_HAS_TYPE		= BIT(0),
	VSW_SWITCH_HAS_PROTOCOL		= BIT(1),
	VSW_SWITCH_HAS_AGEING		= BIT(2),
	VSW_SWITCH_HAS_FDB_MAX		= BIT(3),
	VSW_SWITCH_HAS_MTU		= BIT(4),
	VSW_SWITCH_HAS_UP		= BIT(5),
	VSW_SWITCH_HAS_FIDS		= BIT(6),
	VSW_SWITCH_HAS_INSTANCES	= BIT(7),
};

/**
 * struct vsw_switch_settings - settings of a switch, as a request has them
 * @has: VSW_SWITCH_HAS_*, the members that are given; all are in range
 * @type: enum vsw_switch_type
 * @tpid: tag protocol, network order
 * @ageing_ms: ageing time
 * @fdb_max: limit of entries in the database
 * @mtu: octets, without header and tags
 * @up: administratively up
 * @fids: which VLANs share a filtering database; their VLANs are any values
 * @fid_count: how many
 * @instances: of which spanning tree instance VLANs are; likewise
 * @instance_count: how many
 */
struct vsw_switch_settings {
	u32		has;
	u8		type;
	__be16		tpid;
	u32		ageing_ms;
	u32		fdb_max;
	u32		mtu;
	bool		up;
	const struct vsw_vid_group *fids;
	u32		fid_count;
	const struct vsw_vid_group *instances;
	u32		instance_count;
};

enum {
	VSW_PORT_HAS_UP			= BIT(0),
	VSW_PORT_HAS_VLAN		= BIT(1),
	VSW_PORT_HAS_NIC		= BIT(2),
	VSW_PORT_HAS_ROLE		= BIT(3),
	VSW_PORT_HAS_BIND		= BIT(4),
	VSW_PORT_HAS_LEARN		= BIT(5),
	VSW_PORT_HAS_FLOOD		= BIT(6),
	VSW_PORT_HAS_FDB_MAX		= BIT(7),
	VSW_PORT_HAS_LINK_FOLLOW	= BIT(8),
	VSW_PORT_HAS_DESC		= BIT(9),
	VSW_PORT_HAS_HOLD		= BIT(10),
	VSW_PORT_HAS_ADMIT		= BIT(11),
	VSW_PORT_HAS_FILTER		= BIT(12),
	VSW_PORT_HAS_VID_MAP		= BIT(13),
	VSW_PORT_HAS_PCP_TABLE		= BIT(14),
	VSW_PORT_HAS_USE_DEI		= BIT(15),
	VSW_PORT_HAS_PRIO_REGEN		= BIT(16),
	VSW_PORT_HAS_DEFAULT_PRIO	= BIT(17),
	VSW_PORT_HAS_PRIO_TAGS		= BIT(18),
	VSW_PORT_HAS_STATES		= BIT(19),
	VSW_PORT_HAS_RESERVED_RELAY	= BIT(20),
	VSW_PORT_HAS_BPDU		= BIT(21),
	VSW_PORT_HAS_GUARD_RECOVERY	= BIT(22),
};

/**
 * struct vsw_state_settings - new states of a port, spanning tree instance by instance
 * @changed: the instances, a bit each
 * @not_forwarding: those of them in which it is not to forward
 * @not_learning: those of them in which it is not to learn either
 */
struct vsw_state_settings {
	u64	changed;
	u64	not_forwarding;
	u64	not_learning;
};

/**
 * struct vsw_port_settings - settings of a port, as a request has them
 * @has: VSW_PORT_HAS_*, the members that are given; all are in range
 * @up: administratively up
 * @learn: learn the sources of its frames
 * @flood: send unknown unicast to it
 * @link_follow: its link follows the uplinks
 * @hold: its NIC may not send yet
 * @filter: ingress filtering
 * @admit: acceptable frame types, enum vsw_admit
 * @role: of the NIC, enum vsw_nic_role
 * @fdb_max: limit of its learned entries, 0 for none
 * @vlan: mode and VLANs, validated by the verb
 * @prio: priorities; of its members those in @has
 * @vid_range_count: number of @vid_ranges
 * @vid_ranges: VID translation, validated by the verb
 * @states: port states
 * @reserved_relay: bit n: frames to 01-80-C2-00-00-0n are relayed
 * @bpdu: enum vsw_bpdu
 * @guard_recovery: ms after which BPDU guard lets the link up, 0 for never
 * @nic: netdev to plug in, NULL to unplug
 * @bind: netdev name, "" for none
 * @desc: text, "" for none
 */
struct vsw_port_settings {
	u32				has;
	bool				up;
	bool				learn;
	bool				flood;
	bool				link_follow;
	bool				hold;
	bool				filter;
	u8				admit;
	u8				role;
	u32				fdb_max;
	struct vsw_vlan_settings	vlan;
	struct vsw_prio_settings	prio;
	u32				vid_range_count;
	const struct vsw_vid_range	*vid_ranges;
	struct vsw_state_settings	states;
	u16				reserved_relay;
	u8				bpdu;
	u32				guard_recovery;
	struct net_device		*nic;
	const char			*bind;
	const char			*desc;
};

#endif /* _VSW_SETTINGS_H */
