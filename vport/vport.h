/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_VPORT_H
#define _VSW_VPORT_H

/*
 * A vPort: a socket on the switch. It holds all configuration and the counters,
 * with or without a NIC. This folder knows one port at a time; what concerns
 * several (relay, database, names) is the switch's.
 *
 * Written under RTNL. The data path reads under RCU: @flags and the pointers
 * marked __rcu. A port is freed one grace period after nothing leads to it.
 */

#include <linux/bitmap.h>
#include <linux/if.h>
#include <linux/if_vlan.h>
#include <linux/list.h>
#include <linux/u64_stats_sync.h>
#include <linux/vswitch.h>

struct netlink_ext_ack;
struct vsw_frame;
struct vsw_nic;
struct vsw_switch;

/* Bits of vsw_port.flags, read by the data path. */
enum {
	VSW_PORT_F_UP,			/* the link is up: frames may pass */
	VSW_PORT_F_LEARN,		/* learn the sources of its frames */
	VSW_PORT_F_FLOOD,		/* unknown unicast is sent to it */
};

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

/* Frames of one direction by kind of destination. */
enum {
	VSW_CAST_UNICAST,
	VSW_CAST_MULTICAST,
	VSW_CAST_BROADCAST,
	VSW_CASTS,
};

struct vsw_cast_stats {
	u64_stats_t	packets[VSW_CASTS];
	u64_stats_t	bytes[VSW_CASTS];
};

/* One CPU's counters of one port. */
struct vsw_port_pcpu {
	struct vsw_cast_stats	from;
	struct vsw_cast_stats	to;
	u64_stats_t		drops[VSW_DROP_MAX + 1];
	u64_stats_t		not_learned;
	struct u64_stats_sync	syncp;
};

/**
 * struct vsw_port_stats - counters of a port, summed
 * @from: packets and bytes that came in from the NIC, dropped ones included
 * @to: packets and bytes that went out to the NIC
 * @drops: packets dropped at this port, by enum vsw_drop
 * @learned: stations learned here
 * @moved: stations that moved here from another port
 * @aged: stations aged out
 * @not_learned: frames whose source a limit kept out of the database
 */
struct vsw_port_stats {
	struct {
		u64	packets[VSW_CASTS];
		u64	bytes[VSW_CASTS];
	} from, to;
	u64	drops[VSW_DROP_MAX + 1];
	u64	learned;
	u64	moved;
	u64	aged;
	u64	not_learned;
};

/**
 * struct vsw_port - a socket on the switch
 * @flags: VSW_PORT_F_*, what the data path asks first
 * @tpid: the switch's tag protocol, network order; fixed while a NIC is here
 * @sw: the switch it belongs to, which outlives it
 * @nic: what is plugged in; RTNL writes, the data path reads
 * @vlans: never NULL
 * @pcpu: counters
 * @fdb_entries: entries of the database that lead here; the database's lock
 * @fdb_count: how many; the database's lock
 * @fdb_learned: how many of them are not static; the database's lock
 * @fdb_max: limit of learned entries, 0 for none; the database's lock
 * @learned: see vsw_port_stats; the database's lock
 * @moved: likewise
 * @aged: likewise
 * @id: never used again while the module is loaded
 * @plug: what is plugged in when the transaction at work is done; RTNL
 * @admin_up: as configured
 * @bind_due: a netdev of the name @bind has appeared, and is to be plugged in
 * @link_follow: the NIC's link follows the switch's uplinks
 * @leaving: it is deleted, as soon as the transaction is
 * @role: of the NIC it had last, enum vsw_nic_role; the one it is bound to gets it
 * @reason: enum vsw_down_reason, why the link is down
 * @name: unique in the switch
 * @bind: name of the NIC to plug in when it appears, or ""
 * @desc: the user's text, NULL for none
 * @node: in vsw_switch.ports, by age
 * @rcu: for call_rcu()
 */
struct vsw_port {
	unsigned long			flags;
	__be16				tpid;
	struct vsw_switch		*sw;
	struct vsw_nic __rcu		*nic;
	struct vsw_port_vlans __rcu	*vlans;
	struct vsw_port_pcpu __percpu	*pcpu;

	struct hlist_head		fdb_entries ____cacheline_aligned;
	u32				fdb_count;
	u32				fdb_learned;
	u32				fdb_max;
	u64				learned;
	u64				moved;
	u64				aged;

	u32				id;
	struct vsw_nic			*plug;
	bool				admin_up;
	bool				bind_due;
	bool				link_follow;
	bool				leaving;
	u8				role;
	u8				reason;
	char				name[VSW_PORT_NAME_MAX + 1];
	char				bind[IFNAMSIZ];
	char				*desc;
	struct list_head		node;
	struct rcu_head			rcu;
};

static inline bool vsw_port_is_up(const struct vsw_port *port)
{
	return test_bit(VSW_PORT_F_UP, &port->flags);
}

/* vport.c: one port's life */
struct vsw_port *vsw_port_create(struct vsw_switch *sw, const char *name,
				 struct netlink_ext_ack *extack);
void vsw_port_destroy(struct vsw_port *port);

/* vlan.c: one port's VLANs */
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

/* ingress.c, egress.c: the stages of a frame, under rcu_read_lock() */
enum vsw_verdict vsw_port_ingress(struct vsw_frame *f);
enum vsw_verdict vsw_port_egress(struct vsw_frame *f, struct vsw_port *to,
				 const struct vsw_nic *nic);

/* stats.c */
void vsw_port_count_from(struct vsw_port *port, u64 dst, unsigned int octets);
void vsw_port_count_to(struct vsw_port *port, u64 dst, unsigned int octets);
void vsw_port_count_drop(struct vsw_port *port, enum vsw_drop reason);
void vsw_port_count_not_learned(struct vsw_port *port);
void vsw_port_stats_get(const struct vsw_port *port,
			struct vsw_port_stats *stats);

#endif /* _VSW_VPORT_H */
