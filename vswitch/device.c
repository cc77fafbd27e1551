// SPDX-License-Identifier: GPL-2.0
/*
 * The netdev that stands for a switch, link kind vswitch: it gives the switch a
 * name in a namespace, an up and down, and `ip link set ... master`. It carries
 * no traffic: who wants to talk plugs in a NIC.
 */

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "compat/netdev.h"
#include "compat/newlink.h"
#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/device.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/link.h"
#include "vswitch/plug.h"
#include "vswitch/port.h"
#include "vswitch/portset.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

#define DEVICE_KIND	"vswitch"

static const struct net_device_ops device_ops;
static struct rtnl_link_ops device_link_ops;

/**
 * vsw_switch_of_dev - the switch that a netdev stands for
 * @dev: any netdev
 *
 * Context: any.
 * Return: the switch, NULL for other netdevs.
 */
struct vsw_switch *vsw_switch_of_dev(const struct net_device *dev)
{
	return dev->netdev_ops == &device_ops ? netdev_priv(dev) : NULL;
}

static int device_init(struct net_device *dev)
{
	struct vsw_switch *sw = netdev_priv(dev);

	sw->fdb = vsw_fdb_create(sw);
	if (!sw->fdb)
		return -ENOMEM;
	sw->dev = dev;
	sw->mtu = dev->mtu;
	sw->type = VSW_SWITCH_EXTERNAL;
	sw->tpid = htons(ETH_P_8021Q);
	sw->fdb_max = VSW_FDB_MAX_DEFAULT;
	INIT_LIST_HEAD(&sw->ports);
	list_add_tail(&sw->node, &vsw_switches);
	return 0;
}

/* From now on it is no switch any more, though its netdev may be there still. */
static void switch_retire(struct vsw_switch *sw)
{
	struct vsw_fdb_filter without_port = { .want_static = true };
	struct vsw_port *port, *next;

	if (list_empty(&sw->node))
		return;
	list_for_each_entry_safe(port, next, &sw->ports, node)
		vsw_port_drop(port);
	vsw_fdb_purge(sw, &without_port);
	if (sw->announced)
		vsw_nl_notify_switch(sw, VSW_EVENT_DEL);
	sw->leaving = true;
	list_del_init(&sw->node);
	vsw_config_seq++;
}

/* However the netdev goes: vswctl, ip link del, or with its namespace. */
static void device_uninit(struct net_device *dev)
{
	struct vsw_switch *sw = netdev_priv(dev);

	switch_retire(sw);
	cancel_delayed_work_sync(&sw->fdb->age_work);
}

/* The core has waited for all frames since device_uninit(). */
static void device_free(struct net_device *dev)
{
	struct vsw_switch *sw = netdev_priv(dev);

	vsw_portset_free_all(sw);
	kvfree(rcu_dereference_protected(sw->instances, true));
	vsw_fdb_put(sw->fdb);
}

static int device_open(struct net_device *dev)
{
	vsw_ipv6_mute(dev);	/* nobody is there who could speak */
	vsw_nl_notify_switch(netdev_priv(dev), VSW_EVENT_SET);
	vsw_link_update_all(netdev_priv(dev));
	return 0;
}

/* Also on its way out, when no one has to be told any more. */
static int device_stop(struct net_device *dev)
{
	struct vsw_switch *sw = netdev_priv(dev);

	if (sw->leaving)
		return 0;
	vsw_nl_notify_switch(sw, VSW_EVENT_SET);
	vsw_link_update_all(sw);
	return 0;
}

static netdev_tx_t device_start_xmit(struct sk_buff *skb,
				     struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static int device_change_mtu(struct net_device *dev, int mtu)
{
	struct vsw_switch *sw = netdev_priv(dev);

	WRITE_ONCE(dev->mtu, mtu);
	WRITE_ONCE(sw->mtu, mtu);
	return 0;
}

/* The port that waits for a netdev, or is named after it. */
static struct vsw_port *port_for_slave(struct vsw_switch *sw, const char *name)
{
	struct vsw_port *port;

	vsw_port_for_each_rtnl(port, sw) {
		if (!strcmp(port->bind, name))
			return port;
	}
	return vsw_port_get_rtnl(sw, name);
}

static int slave_connect(struct vsw_txn *txn, struct vsw_switch *sw,
			 struct net_device *slave,
			 struct netlink_ext_ack *extack)
{
	const struct vsw_port_settings set = {
		.has = VSW_PORT_HAS_NIC,
		.nic = slave,
	};
	struct vsw_port *port = port_for_slave(sw, slave->name);

	if (port)
		return vsw_plug_connect(txn, port, slave, VSW_ROLE_EDGE,
					extack);
	port = vsw_port_add(txn, sw, slave->name, &set, extack);
	return PTR_ERR_OR_ZERO(port);
}

/* ip link set DEV master SWITCH */
static int device_add_slave(struct net_device *dev, struct net_device *slave,
			    struct netlink_ext_ack *extack)
{
	struct vsw_txn txn;
	int err;

	/* it may go to another namespace, where it could have no master */
	if (vsw_dev_is_vnic(slave)) {
		NL_SET_ERR_MSG(extack,
			       "a synthetic NIC has no master; use vswctl nic connect");
		return -EOPNOTSUPP;
	}
	vsw_txn_begin(&txn);
	err = slave_connect(&txn, netdev_priv(dev), slave, extack);
	vsw_txn_commit(&txn);	/* of nothing, if it was refused */
	return err;
}

/* ip link set DEV nomaster; the port and its configuration stay */
static int device_del_slave(struct net_device *dev, struct net_device *slave)
{
	struct vsw_nic *nic = vsw_nic_of_dev_rtnl(slave);

	if (!nic || !rtnl_dereference(nic->port))
		return -EINVAL;
	vsw_plug_pull(rtnl_dereference(nic->port));
	return 0;
}

static const struct net_device_ops device_ops = {
	.ndo_init	= device_init,
	.ndo_uninit	= device_uninit,
	.ndo_open	= device_open,
	.ndo_stop	= device_stop,
	.ndo_start_xmit	= device_start_xmit,
	.ndo_change_mtu	= device_change_mtu,
	.ndo_add_slave	= device_add_slave,
	.ndo_del_slave	= device_del_slave,
};

static void device_get_drvinfo(struct net_device *dev,
			       struct ethtool_drvinfo *info)
{
	strscpy(info->driver, DEVICE_KIND, sizeof(info->driver));
}

/* It has no link of its own: the way out is what it can be as fast as. */
static int device_get_link_ksettings(struct net_device *dev,
				     struct ethtool_link_ksettings *settings)
{
	u32 speed = vsw_link_uplink_speed(netdev_priv(dev));

	settings->base.speed = speed ?: SPEED_UNKNOWN;
	settings->base.duplex = speed ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	settings->base.port = PORT_OTHER;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static const struct ethtool_ops device_ethtool_ops = {
	.get_drvinfo		= device_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= device_get_link_ksettings,
};

static void device_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &device_ops;
	dev->ethtool_ops = &device_ethtool_ops;
	dev->rtnl_link_ops = &device_link_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = device_free;
	dev->flags = IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_NO_RX_HANDLER | IFF_DONT_BRIDGE |
			   IFF_DISABLE_NETPOLL;
	vsw_compat_set_lltx(dev);
	vsw_compat_set_netns_immutable(dev);
	dev->min_mtu = VSW_MTU_MIN;
	dev->max_mtu = VSW_MTU_MAX;
	dev->mtu = VSW_MTU_MAX;
	eth_hw_addr_random(dev);
}

/* ip link add type vswitch; vsw_switch_add() tells of its own */
static int device_newlink(VSW_NEWLINK_ARGS)
{
	struct vsw_switch *sw = netdev_priv(dev);
	int err;

	err = register_netdevice(dev);
	if (err)
		return err;
	sw->announced = true;
	vsw_config_seq++;
	vsw_nl_notify_switch(sw, VSW_EVENT_NEW);
	return 0;
}

static struct rtnl_link_ops device_link_ops = {
	.kind		= DEVICE_KIND,
	.priv_size	= sizeof(struct vsw_switch),
	.setup		= device_setup,
	.newlink	= device_newlink,
};

/**
 * vsw_device_create - make and register the netdev of a switch
 * @net: namespace to make it in
 * @name: its name, valid and not taken
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: the netdev, whose switch has default settings and is known to no
 * listener, or ERR_PTR().
 */
struct net_device *vsw_device_create(struct net *net, const char *name,
				     struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	dev = alloc_netdev(sizeof(struct vsw_switch), name, NET_NAME_USER,
			   device_setup);
	if (!dev) {
		NL_SET_ERR_MSG(extack, "out of memory for the switch; try again");
		return ERR_PTR(-ENOMEM);
	}
	dev_net_set(dev, net);
	err = register_netdevice(dev);
	if (err) {
		NL_SET_ERR_MSG(extack,
			       "the switch's netdev could not be registered");
		free_netdev(dev);
		return ERR_PTR(err);
	}
	return dev;
}

/**
 * vsw_device_destroy - delete a switch; its netdev goes with others
 * @sw: the switch, with whatever ports there are
 * @doomed: list for unregister_netdevice_many()
 *
 * Context: RTNL held, may sleep.
 */
void vsw_device_destroy(struct vsw_switch *sw, struct list_head *doomed)
{
	switch_retire(sw);
	unregister_netdevice_queue(sw->dev, doomed);
}

/**
 * vsw_switch_init - make link kind vswitch known
 *
 * Context: module init.
 * Return: 0 or an error.
 */
int vsw_switch_init(void)
{
	return rtnl_link_register(&device_link_ops);
}

/**
 * vsw_switch_exit - delete all switches and the link kind
 *
 * Context: module exit, may sleep.
 */
void vsw_switch_exit(void)
{
	rtnl_link_unregister(&device_link_ops);
}
