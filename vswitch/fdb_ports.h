/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_FDB_PORTS_H
#define _VSW_FDB_PORTS_H

/*
 * What a static entry of the filtering database may have beside a station's port: a
 * list of ports, and all VLANs (IEEE 802.1Q-2022, 8.8.1).
 */

#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>

struct vsw_port;

#define VSW_FDB_ALL_VLANS	VLAN_VID_MASK	/* no VLAN has this id */

/**
 * struct vsw_fdb_ports - ports that a static entry's frames go to
 * @rcu: for kfree_rcu()
 * @count: number of places
 * @places: ports, NULL where one was deleted
 */
struct vsw_fdb_ports {
	struct rcu_head		rcu;
	u32			count;
	struct vsw_port __rcu	*places[];
};

/* All ports of an entry, under rcu_read_lock() or RTNL; @i is a u32. */
#define vsw_fdb_ports_for_each(port, list, i)				\
	for (i = 0; i < (list)->count; i++)				\
		if (!((port) = rcu_dereference_rtnl((list)->places[i]))) {} else

#endif /* _VSW_FDB_PORTS_H */
