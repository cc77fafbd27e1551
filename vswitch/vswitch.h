/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_VSWITCH_H
#define _VSW_VSWITCH_H

/*
 * The switch: its ports, its database, who may plug in, which links are up, and
 * the relay. Verbs for netlink/, and the up-calls that nic/ makes.
 *
 * A verb either enters the whole of what it was asked into a transaction (see
 * txn.h), or nothing and says why in extack. All need RTNL unless they say
 * otherwise.
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/vswitch.h>

#include "vport/vport.h"
#include "vswitch/settings.h"

struct netlink_ext_ack;
struct vsw_fdb;
struct vsw_nic;
struct vsw_nic_settings;
struct vsw_portset;
struct vsw_txn;

/**
 * struct vsw_switch - private data of a netdev of link kind vswitch
 * @fdb: filtering database
 * @tpid: tag protocol, network order; frames go by that of their port
 * @mtu: the netdev's
 * @trunks: ports in several VLANs, NULL if none
 * @access: ports in one VLAN only, by VID; [0] is the VLAN-less segment
 * @instances: the spanning tree instance of each VLAN, NULL if it is 0 for all
 * @dev: the netdev
 * @type: enum vsw_switch_type
 * @fdb_max: limit of entries in the database
 * @announced: listeners know of it
 * @leaving: it is deleted, as soon as the transaction is
 * @n_ports: ports there are, without those that leave
 * @ports: by age
 * @node: in the list of all switches
 */
struct vsw_switch {
	struct vsw_fdb			*fdb;
	__be16				tpid;
	unsigned int			mtu;
	struct vsw_portset __rcu	*trunks;
	struct vsw_portset __rcu	*access[VLAN_N_VID];

	struct vsw_vid_table __rcu	*instances;
	struct net_device		*dev;
	u8				type;
	bool				announced;
	bool				leaving;
	u32				fdb_max;
	u32				n_ports;
	struct list_head		ports;
	struct list_head		node;
};

/* switch.c: switches */
struct vsw_switch *vsw_switch_add(struct vsw_txn *txn, struct net *net,
				  const char *name,
				  const struct vsw_switch_settings *set,
				  struct netlink_ext_ack *extack);
int vsw_switch_set(struct vsw_txn *txn, struct vsw_switch *sw,
		   const struct vsw_switch_settings *set,
		   struct netlink_ext_ack *extack);
int vsw_switch_del(struct vsw_txn *txn, struct vsw_switch *sw,
		   struct netlink_ext_ack *extack);
struct vsw_switch *vsw_switch_of_dev(const struct net_device *dev);
struct vsw_switch *vsw_switch_get_rtnl(struct net *net, const char *name);
u32 vsw_switch_ageing_ms(const struct vsw_switch *sw);
u16 vsw_vlan_instance(const struct vsw_switch *sw, u16 vid);
int vsw_switch_init(void);
void vsw_switch_exit(void);

extern struct list_head vsw_switches;
extern u32 vsw_config_seq;	/* changes with all that dumps go by */

/* All switches of a namespace, and all ports of a switch, by age. */
#define vsw_switch_for_each_rtnl(sw, net)				\
	list_for_each_entry(sw, &vsw_switches, node)			\
		if ((sw)->leaving || !net_eq(dev_net((sw)->dev), (net))) {} else

#define vsw_port_for_each_rtnl(port, sw)				\
	list_for_each_entry(port, &(sw)->ports, node)			\
		if ((port)->leaving) {} else

/* port.c: the ports of a switch */
struct vsw_port *vsw_port_add(struct vsw_txn *txn, struct vsw_switch *sw,
			      const char *name,
			      const struct vsw_port_settings *set,
			      struct netlink_ext_ack *extack);
int vsw_port_set(struct vsw_txn *txn, struct vsw_port *port,
		 const struct vsw_port_settings *set,
		 struct netlink_ext_ack *extack);
int vsw_port_del(struct vsw_txn *txn, struct vsw_port *port,
		 struct netlink_ext_ack *extack);
struct vsw_port *vsw_port_get_rtnl(struct vsw_switch *sw, const char *name);
enum vsw_state vsw_port_state(const struct vsw_port *port, u16 vid);

/* nic.c: synthetic NICs */
int vsw_nic_add(struct vsw_txn *txn, struct net *net, const char *name,
		const struct vsw_nic_settings *set,
		struct netlink_ext_ack *extack);
int vsw_nic_set(struct vsw_txn *txn, struct net_device *dev,
		const struct vsw_nic_settings *set,
		struct netlink_ext_ack *extack);
int vsw_nic_del(struct vsw_txn *txn, struct net_device *dev,
		struct netlink_ext_ack *extack);
struct net_device *vsw_nic_dev_get_rtnl(struct net *net, const char *name);

/* plug.c: who may plug in */
int vsw_plug_connect(struct vsw_txn *txn, struct vsw_port *port,
		     struct net_device *dev, u8 role,
		     struct netlink_ext_ack *extack);
int vsw_plug_disconnect(struct vsw_txn *txn, struct vsw_port *port,
			struct netlink_ext_ack *extack);

/* Up-calls from nic/: frames, under rcu_read_lock() with BH off ... */
void vsw_input(struct vsw_port *port, struct sk_buff *skb);
void vsw_input_runt(struct vsw_port *port, struct sk_buff *skb);

/* ... and what happens to NICs, under RTNL */
void vsw_link_update(struct vsw_port *port);
void vsw_plug_gone(struct vsw_nic *nic);
u32 vsw_link_speed(const struct vsw_nic *nic);
bool vsw_plug_is_awaited(const struct net_device *dev);
int vsw_plug_max_mtu(const struct vsw_nic *nic);
void vsw_plug_drops(const struct vsw_nic *nic, u64 *drops);
void vsw_plug_settle(void);

#endif /* _VSW_VSWITCH_H */
