/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_FDB_TABLE_H
#define _VSW_FDB_TABLE_H

/*
 * The filtering database as seen by its administrator: entries by key, flushes,
 * and walks for those who want to read it all.
 */

#include <linux/etherdevice.h>
#include <linux/vswitch.h>

#include "vswitch/fdb_ports.h"

struct netlink_ext_ack;
struct vsw_port;
struct vsw_switch;
struct vsw_txn;
struct vsw_vid_table;

/**
 * struct vsw_fdb_info - an entry of the database, copied out
 * @mac: the station
 * @vid: its VLAN, 0 for none; VSW_FDB_ALL_VLANS
 * @fid: of the table it is in, if VLANs share that; else 0
 * @is_static: set by an administrator: never aged, moved or evicted
 * @sticky: frames that it sends from elsewhere are dropped
 * @age_ms: time since it was last heard of, for dynamic entries
 * @port: name of the port it is behind
 * @ports: where its frames go, NULL if to @port; under RCU or RTNL
 */
struct vsw_fdb_info {
	u8	mac[ETH_ALEN];
	u16	vid;
	u16	fid;
	bool	is_static;
	bool	sticky;
	u32	age_ms;
	char	port[VSW_PORT_NAME_MAX + 1];
	const struct vsw_fdb_ports *ports;
};

/**
 * struct vsw_fdb_settings - a static entry, as a request has it
 * @mac: the address: a station's or, if there is a list of ports, a group's
 * @vid: its VLAN, 0 for none; VSW_FDB_ALL_VLANS
 * @sticky: frames that the station sends from elsewhere are dropped
 * @replace: an existing static entry is changed rather than refused
 * @port: where the station is; NULL if there is a list of ports
 * @ports: the list, each port once
 * @port_count: how many, up to VSW_FDB_PORTS_MAX; none: the frames are dropped
 */
struct vsw_fdb_settings {
	const u8		*mac;
	u16			vid;
	bool			sticky;
	bool			replace;
	struct vsw_port		*port;
	struct vsw_port *const	*ports;
	u32			port_count;
};

/**
 * struct vsw_fdb_filter - which entries are meant; members left zero match all
 * @port: behind this port
 * @mac: this station, as by ether_addr_to_u64(), if @has_mac
 * @vid: of this VLAN, if @has_vid
 * @has_mac: see @mac
 * @has_vid: see @vid
 * @want_static: static entries match
 * @want_dynamic: dynamic entries match
 * @except_vids: bitmap of VLANs whose entries do not match, NULL for none
 * @instances: those learned in VLANs of these spanning tree instances, a bit each; 0
 *	for all
 */
struct vsw_fdb_filter {
	struct vsw_port		*port;
	u64			mac;
	u16			vid;
	bool			has_mac;
	bool			has_vid;
	bool			want_static;
	bool			want_dynamic;
	const unsigned long	*except_vids;
	u64			instances;
};

/* fdb_table.c: verbs */
int vsw_fdb_add(struct vsw_txn *txn, struct vsw_switch *sw,
		const struct vsw_fdb_settings *set,
		struct netlink_ext_ack *extack);
int vsw_fdb_del(struct vsw_txn *txn, struct vsw_switch *sw, const u8 *mac,
		u16 vid, struct netlink_ext_ack *extack);
int vsw_fdb_flush(struct vsw_txn *txn, struct vsw_switch *sw,
		  const struct vsw_fdb_filter *filter,
		  struct netlink_ext_ack *extack);
bool vsw_fdb_find(struct vsw_switch *sw, const u8 *mac, u16 vid,
		  struct vsw_fdb_info *info);
u32 vsw_fdb_count(const struct vsw_switch *sw);
u32 vsw_fdb_vlan_count(const struct vsw_switch *sw, u16 vid);
const struct vsw_vid_table *vsw_fdb_fids_rtnl(const struct vsw_switch *sw);
u16 vsw_fdb_vlan_fid(const struct vsw_switch *sw, u16 vid);

/*
 * fdb_walk.c: a walk over the database that may pause between calls, for as long
 * as its owner likes, without RTNL; the switch may be destroyed meanwhile.
 */
struct vsw_fdb_walk;

struct vsw_fdb_walk *vsw_fdb_walk_create(struct vsw_switch *sw);
void vsw_fdb_walk_destroy(struct vsw_fdb_walk *walk);
void vsw_fdb_walk_start(struct vsw_fdb_walk *walk) __acquires(RCU);
bool vsw_fdb_walk_next(struct vsw_fdb_walk *walk,
		       const struct vsw_fdb_filter *filter,
		       struct vsw_fdb_info *info);
void vsw_fdb_walk_again(struct vsw_fdb_walk *walk);
void vsw_fdb_walk_stop(struct vsw_fdb_walk *walk) __releases(RCU);
u32 vsw_fdb_walk_seq(const struct vsw_fdb_walk *walk);

#endif /* _VSW_FDB_TABLE_H */
