/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_STATE_H
#define _VSW_STATE_H

/*
 * Port states (IEEE 802.1Q-2022, 8.4): in which spanning tree instances a port
 * forwards and learns. A daemon sets them over netlink. Private to this folder.
 */

#include "vswitch/vswitch.h"

/* Is a VLAN of one of these instances? */
static inline bool vsw_state_has(const struct vsw_switch *sw, u64 instances,
				 u16 vid)
{
	const struct vsw_vid_table *table;

	if (likely(!instances))
		return false;
	table = rcu_dereference_rtnl(sw->instances);
	return instances & BIT_ULL(table ? table->to[vid] : 0);
}

static inline bool vsw_port_forwards(const struct vsw_port *port, u16 vid)
{
	return !vsw_state_has(port->sw, READ_ONCE(port->not_forwarding), vid);
}

static inline bool vsw_port_learns(const struct vsw_port *port, u16 vid)
{
	return !vsw_state_has(port->sw, READ_ONCE(port->not_learning), vid);
}

#endif /* _VSW_STATE_H */
