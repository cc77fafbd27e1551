/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_VPORT_H
#define _VSW_VPORT_H

/*
 * A vPort: a socket on the switch, with all configuration and counters, NIC or not.
 * This folder knows one port at a time; what concerns several is the switch's.
 * Written under RTNL. The data path reads under RCU: @flags and the pointers
 * marked __rcu. A port is freed one grace period after nothing leads to it.
 */

#include <linux/if.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/vswitch.h>
#include <linux/workqueue.h>

#include "vport/prio.h"
#include "vport/stats.h"
#include "vport/vidgroup.h"
#include "vport/vidmap.h"
#include "vport/vlans.h"

struct netlink_ext_ack;
struct vsw_frame;
struct vsw_nic;
struct vsw_switch;

/* Bits of vsw_port.flags, read by the data path. */
enum {
	VSW_PORT_F_UP,			/* the link is up: frames may pass */
	VSW_PORT_F_LEARN,		/* learn the sources of its frames */
	VSW_PORT_F_FLOOD,		/* unknown unicast is sent to it */
	VSW_PORT_F_HELD,		/* its NIC may not send yet */
	VSW_PORT_F_BPDU_GUARD,		/* a BPDU from its NIC takes it down */
	VSW_PORT_F_BPDU_FILTER,		/* BPDUs are dropped, both ways */
	VSW_PORT_F_TRIPPED,		/* BPDU guard saw one */
};

/**
 * struct vsw_port - a socket on the switch
 * @flags: VSW_PORT_F_*, what the data path asks first
 * @tpid: the switch's tag protocol, network order; fixed while a NIC is here
 * @reserved_relay: bit n: frames to 01-80-C2-00-00-0n are relayed
 * @not_forwarding: spanning tree instances in which it does not forward, a bit each
 * @not_learning: those of them in which it does not learn either
 * @sw: the switch it belongs to, which outlives it
 * @nic: what is plugged in; RTNL writes, the data path reads
 * @vlans: never NULL
 * @prio: what priorities mean here, NULL if they mean what they say
 * @vidmap: VID translation, NULL for none
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
 * @next_vlans: what @vlans is when the transaction at work is done; RTNL
 * @next_prio: likewise
 * @admin_up: as configured
 * @bind_due: a netdev of the name @bind has appeared, and is to be plugged in
 * @link_follow: the NIC's link follows the switch's uplinks
 * @leaving: it is deleted, as soon as the transaction is
 * @role: of the NIC it had last, enum vsw_nic_role; the one it is bound to gets it
 * @reason: enum vsw_down_reason, why the link is down
 * @guarded: BPDU guard has taken the link down
 * @guarded_at: jiffies, when; RTNL
 * @guard_recovery: ms after which the guard lets it up again, 0 for never
 * @name: unique in the switch
 * @bind: name of the NIC to plug in when it appears, or ""
 * @desc: the user's text, NULL for none
 * @announce: tells the network where its NIC is; see vswitch/announce.c
 * @announce_nic: the NIC, only to be compared; NULL before it begins. The worker's
 * @announce_vid: the next VLAN to do it in; the worker's
 * @node: in vsw_switch.ports, by age
 * @rcu: for call_rcu()
 */
struct vsw_port {
	unsigned long			flags;
	__be16				tpid;
	u16				reserved_relay;
	u64				not_forwarding;
	u64				not_learning;
	struct vsw_switch		*sw;
	struct vsw_nic __rcu		*nic;
	struct vsw_port_vlans __rcu	*vlans;
	struct vsw_port_prio __rcu	*prio;
	struct vsw_port_vidmap __rcu	*vidmap;
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
	const struct vsw_port_vlans	*next_vlans;
	const struct vsw_port_prio	*next_prio;
	bool				admin_up;
	bool				bind_due;
	bool				link_follow;
	bool				leaving;
	u8				role;
	u8				reason;
	bool				guarded;
	unsigned long			guarded_at;
	u32				guard_recovery;
	char				name[VSW_PORT_NAME_MAX + 1];
	char				bind[IFNAMSIZ];
	char				*desc;
	struct delayed_work		announce;
	const struct vsw_nic		*announce_nic;
	u16				announce_vid;
	struct list_head		node;
	struct rcu_head			rcu;
};

static inline bool vsw_port_is_up(const struct vsw_port *port)
{
	return test_bit(VSW_PORT_F_UP, &port->flags);
}

/* May its NIC's frames enter, and their sources be learned? */
static inline bool vsw_port_may_send(const struct vsw_port *port)
{
	unsigned long flags = READ_ONCE(port->flags);

	return (flags & (BIT(VSW_PORT_F_UP) | BIT(VSW_PORT_F_HELD) |
			 BIT(VSW_PORT_F_TRIPPED))) == BIT(VSW_PORT_F_UP);
}

/* vport.c: one port's life */
struct vsw_port *vsw_port_create(struct vsw_switch *sw, const char *name,
				 struct netlink_ext_ack *extack);
void vsw_port_destroy(struct vsw_port *port);

/* ingress.c, egress.c: the stages of a frame, under rcu_read_lock() */
enum vsw_verdict vsw_port_ingress(struct vsw_frame *f);
enum vsw_verdict vsw_port_egress(struct vsw_frame *f, struct vsw_port *to,
				 const struct vsw_nic *nic);

#endif /* _VSW_VPORT_H */
