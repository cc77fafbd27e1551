/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_PORTSET_H
#define _VSW_PORTSET_H

/*
 * Sets of ports that a flood reads flat. A switch has one for each VLAN, with
 * the ports that are in this VLAN only, and one for all ports that are in
 * several, whose bitmaps the flood then asks: so a port costs nothing to the
 * floods of other VLANs, and a trunk of 4 094 VLANs is one entry and not 4 094.
 *
 * A set only grows, until it is empty. A port leaves by having its place cleared,
 * which needs no memory and so cannot fail; the next port takes the place. A place
 * is reserved first, which may fail, and taken or given up later. A port is in one
 * set at any time, or a flood would reach it twice. Written under RTNL, read under
 * RCU.
 */

#include <linux/rcupdate.h>
#include <linux/types.h>

struct vsw_port;
struct vsw_port_vlans;
struct vsw_switch;

/**
 * struct vsw_portset - places for ports
 * @rcu: for kfree_rcu()
 * @size: number of places
 * @end: none from here on has a port; what a flood looks at
 * @used: places that have a port; RTNL
 * @reserved: places that are spoken for; RTNL
 * @places: ports, NULL where there is none
 */
struct vsw_portset {
	struct rcu_head		rcu;
	u32			size;
	u32			end;
	u32			used;
	u32			reserved;
	struct vsw_port __rcu	*places[];
};

/* All ports of a set, under rcu_read_lock(); @set may be NULL, @i is a u32. */
#define vsw_portset_for_each_rcu(port, set, i)				\
	for (i = 0; (set) && i < READ_ONCE((set)->end); i++)		\
		if (!((port) = rcu_dereference((set)->places[i]))) {} else

int vsw_portset_reserve(struct vsw_switch *sw,
			const struct vsw_port_vlans *vlans);
void vsw_portset_unreserve(struct vsw_switch *sw,
			   const struct vsw_port_vlans *vlans);
void vsw_portset_add(struct vsw_switch *sw, struct vsw_port *port,
		     const struct vsw_port_vlans *vlans);
void vsw_portset_del(struct vsw_switch *sw, const struct vsw_port *port,
		     const struct vsw_port_vlans *vlans);
bool vsw_portset_same(const struct vsw_port_vlans *a,
		      const struct vsw_port_vlans *b);
void vsw_portset_free_all(struct vsw_switch *sw);

#endif /* _VSW_PORTSET_H */
