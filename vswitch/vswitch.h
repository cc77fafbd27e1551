/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_VSWITCH_H
#define _VSW_VSWITCH_H

/*
 * The switch: its ports, its database, who may plug in, which links are up, and
 * the relay. Verbs for netlink/, and the up-calls that nic/ makes.
 *
 * A verb either does the whole of what it was asked, or nothing and says why in
 * extack. All need RTNL unless they say otherwise.
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/vswitch.h>

#include "vport/vport.h"

struct netlink_ext_ack;
struct vsw_fdb;
struct vsw_nic;
struct vsw_portset;

/**
 * struct vsw_switch - private data of a netdev of link kind vswitch
 * @fdb: filtering database
 * @tpid: tag protocol, network order
 * @mtu: the netdev's
 * @trunks: ports in several VLANs, NULL if none
 * @access: ports in one VLAN only, by VID; [0] is the VLAN-less segment
 * @dev: the netdev
 * @type: enum vsw_switch_type
 * @n_ports: ports there are
 * @ports: by age
 * @node: in the list of all switches
 */
struct vsw_switch {
	struct vsw_fdb			*fdb;
	__be16				tpid;
	unsigned int			mtu;
	struct vsw_portset __rcu	*trunks;
	struct vsw_portset __rcu	*access[VLAN_N_VID];

	struct net_device		*dev;
	u8				type;
	u32				n_ports;
	struct list_head		ports;
	struct list_head		node;
};

/* Which settings a request has. */
enum {
	VSW_SWITCH_HAS_TYPE		= BIT(0),
	VSW_SWITCH_HAS_PROTOCOL		= BIT(1),
	VSW_SWITCH_HAS_AGEING		= BIT(2),
	VSW_SWITCH_HAS_FDB_MAX		= BIT(3),
	VSW_SWITCH_HAS_MTU		= BIT(4),
	VSW_SWITCH_HAS_UP		= BIT(5),
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
 */
struct vsw_switch_settings {
	u32		has;
	u8		type;
	__be16		tpid;
	u32		ageing_ms;
	u32		fdb_max;
	u32		mtu;
	bool		up;
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
};

/**
 * struct vsw_port_settings - settings of a port, as a request has them
 * @has: VSW_PORT_HAS_*, the members that are given; all are in range
 * @up: administratively up
 * @learn: learn the sources of its frames
 * @flood: send unknown unicast to it
 * @link_follow: its link follows the uplinks
 * @role: of the NIC, enum vsw_nic_role
 * @fdb_max: limit of its learned entries, 0 for none
 * @vlan: validated by the verb
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
	u8				role;
	u32				fdb_max;
	struct vsw_vlan_settings	vlan;
	struct net_device		*nic;
	const char			*bind;
	const char			*desc;
};

/* switch.c: switches */
struct vsw_switch *vsw_switch_create(struct net *net, const char *name,
				     const struct vsw_switch_settings *set,
				     struct netlink_ext_ack *extack);
int vsw_switch_set(struct vsw_switch *sw, const struct vsw_switch_settings *set,
		   struct netlink_ext_ack *extack);
void vsw_switch_destroy(struct vsw_switch *sw);
struct vsw_switch *vsw_switch_of_dev(const struct net_device *dev);
struct vsw_switch *vsw_switch_get_rtnl(struct net *net, const char *name);
u32 vsw_switch_ageing_ms(const struct vsw_switch *sw);
int vsw_switch_init(void);
void vsw_switch_exit(void);

extern struct list_head vsw_switches;
extern u32 vsw_config_seq;	/* changes with all that dumps go by */

/* All switches of a namespace, by age. */
#define vsw_switch_for_each_rtnl(sw, net)				\
	list_for_each_entry(sw, &vsw_switches, node)			\
		if (!net_eq(dev_net((sw)->dev), (net))) {} else

#define vsw_port_for_each_rtnl(port, sw)				\
	list_for_each_entry(port, &(sw)->ports, node)

/* port.c: the ports of a switch */
struct vsw_port *vsw_port_add(struct vsw_switch *sw, const char *name,
			      const struct vsw_port_settings *set,
			      struct netlink_ext_ack *extack);
int vsw_port_set(struct vsw_port *port, const struct vsw_port_settings *set,
		 struct netlink_ext_ack *extack);
void vsw_port_del(struct vsw_port *port);
struct vsw_port *vsw_port_get_rtnl(struct vsw_switch *sw, const char *name);

/* plug.c: who may plug in */
int vsw_plug_connect(struct vsw_port *port, struct net_device *dev, u8 role,
		     struct netlink_ext_ack *extack);
void vsw_plug_disconnect(struct vsw_port *port);

/* fdb_table.c: the database as seen by its administrator */

/**
 * struct vsw_fdb_info - an entry of the database, copied out
 * @mac: the station
 * @vid: its VLAN, 0 for none
 * @is_static: set by an administrator: never aged, moved or evicted
 * @sticky: frames that it sends from elsewhere are dropped
 * @age_ms: time since it was last heard of, for dynamic entries
 * @port: name of the port it is behind
 */
struct vsw_fdb_info {
	u8	mac[ETH_ALEN];
	u16	vid;
	bool	is_static;
	bool	sticky;
	u32	age_ms;
	char	port[VSW_PORT_NAME_MAX + 1];
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
};

int vsw_fdb_add(struct vsw_port *port, const u8 *mac, u16 vid, bool sticky,
		bool replace, struct netlink_ext_ack *extack);
int vsw_fdb_del(struct vsw_switch *sw, const u8 *mac, u16 vid,
		struct netlink_ext_ack *extack);
bool vsw_fdb_find(struct vsw_switch *sw, const u8 *mac, u16 vid,
		  struct vsw_fdb_info *info);
u32 vsw_fdb_flush(struct vsw_switch *sw, const struct vsw_fdb_filter *filter);
u32 vsw_fdb_count(const struct vsw_switch *sw);
u32 vsw_fdb_max(const struct vsw_switch *sw);

/*
 * A walk over the database that may pause between calls, for as long as its
 * owner likes, without RTNL; the switch may be destroyed meanwhile.
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

/* Up-calls from nic/: frames, under rcu_read_lock() with BH off ... */
void vsw_input(struct vsw_port *port, struct sk_buff *skb);
void vsw_input_runt(struct vsw_port *port, struct sk_buff *skb);

/* ... and what happens to NICs, under RTNL */
void vsw_link_update(struct vsw_port *port);
void vsw_plug_gone(struct vsw_nic *nic);
bool vsw_plug_is_awaited(const struct net_device *dev);
void vsw_plug_settle(void);

#endif /* _VSW_VSWITCH_H */
