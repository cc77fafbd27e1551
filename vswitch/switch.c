// SPDX-License-Identifier: GPL-2.0
/*
 * Switches: made, set and destroyed. The netdev that stands for one is in
 * device.c.
 *
 * THEORY
 *   A switch relays frames between ports. A port holds configuration and
 *   counters, and may have a NIC. All configuration is changed under RTNL, by
 *   verbs that do the whole or nothing; the path of a frame (relay.c) reads it
 *   under RCU and takes no lock but the database's, and that only for what is
 *   new.
 *
 * LOCKS
 *   L1  RTNL guards all objects and settings. Verbs begin with ASSERT_RTNL().
 *   L2  rcu_read_lock(), with BH off, guards the path of a frame, from the NIC's
 *       receive routine to the other NIC's transmit routine.
 *   L3  vsw_fdb.lock guards changes of the database. It nests inside L1 and L2;
 *       nothing is called under it but the sending of an event.
 *   L4  What a frame reads is either a flag, written whole, or a record that is
 *       never changed once published, but replaced.
 *   L5  No lock is held across an up-call or a transmit.
 *
 * WHO MAY STILL BE THERE
 *   switch   its ports, which are deleted before it; walks over its database,
 *            which hold that, not the switch
 *   port     frames, for one grace period after it left NIC, database and sets
 *   NIC      frames, for one grace period after it left its port; the records of
 *            synthetic NICs are freed with their netdev, which the core does
 *            after such a period
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/device.h"
#include "vswitch/fdb.h"
#include "vswitch/link.h"
#include "vswitch/plug.h"
#include "vswitch/vswitch.h"

LIST_HEAD(vsw_switches);
u32 vsw_config_seq = 1;

/**
 * vsw_switch_get_rtnl - find a switch by its name
 * @net: its namespace
 * @name: its name
 *
 * Context: RTNL held.
 * Return: the switch, or NULL.
 */
struct vsw_switch *vsw_switch_get_rtnl(struct net *net, const char *name)
{
	struct net_device *dev = __dev_get_by_name(net, name);

	ASSERT_RTNL();
	return dev ? vsw_switch_of_dev(dev) : NULL;
}

/**
 * vsw_switch_ageing_ms - the ageing time of a switch
 * @sw: the switch
 *
 * Context: any.
 * Return: milliseconds.
 */
u32 vsw_switch_ageing_ms(const struct vsw_switch *sw)
{
	return jiffies_to_msecs(READ_ONCE(sw->fdb->ageing));
}

/* All NICs that are there have to fit the new type. */
static int type_check(const struct vsw_switch *sw, u8 type,
		      struct netlink_ext_ack *extack)
{
	const struct vsw_port *port;
	const struct vsw_nic *nic;
	int err;

	vsw_port_for_each_rtnl(port, sw) {
		nic = rtnl_dereference(port->nic);
		if (!nic)
			continue;
		err = vsw_plug_type_check(type, nic->kind, nic->role, extack);
		if (err)
			return err;
	}
	return 0;
}

static int protocol_check(const struct vsw_switch *sw, __be16 tpid,
			  struct netlink_ext_ack *extack)
{
	const struct vsw_port *port;

	if (sw->tpid == tpid)
		return 0;
	vsw_port_for_each_rtnl(port, sw) {
		if (!rtnl_dereference(port->nic))
			continue;
		NL_SET_ERR_MSG(extack,
			       "the protocol can be changed only while no NIC is plugged in; disconnect them first");
		return -EBUSY;
	}
	return 0;
}

static int settings_check(const struct vsw_switch *sw,
			  const struct vsw_switch_settings *set,
			  struct netlink_ext_ack *extack)
{
	int err = 0;

	if (set->has & VSW_SWITCH_HAS_TYPE)
		err = type_check(sw, set->type, extack);
	if (!err && set->has & VSW_SWITCH_HAS_PROTOCOL)
		err = protocol_check(sw, set->tpid, extack);
	return err;
}

static void protocol_commit(struct vsw_switch *sw, __be16 tpid)
{
	struct vsw_port *port;

	sw->tpid = tpid;
	vsw_port_for_each_rtnl(port, sw)
		port->tpid = tpid;
}

static void settings_commit(struct vsw_switch *sw,
			    const struct vsw_switch_settings *set)
{
	if (set->has & VSW_SWITCH_HAS_TYPE)
		sw->type = set->type;
	if (set->has & VSW_SWITCH_HAS_PROTOCOL)
		protocol_commit(sw, set->tpid);
	if (set->has & VSW_SWITCH_HAS_FDB_MAX)
		WRITE_ONCE(sw->fdb->max, set->fdb_max);
	if (set->has & VSW_SWITCH_HAS_AGEING)
		vsw_fdb_ageing_set(sw->fdb, msecs_to_jiffies(set->ageing_ms));
}

static int mtu_set(struct vsw_switch *sw, const struct vsw_switch_settings *set,
		   struct netlink_ext_ack *extack)
{
	int err = 0;

	if (set->has & VSW_SWITCH_HAS_MTU)
		err = dev_set_mtu(sw->dev, set->mtu);
	if (err)
		NL_SET_ERR_MSG(extack, "another part of the kernel refused the MTU");
	return err;
}

static int up_set(struct vsw_switch *sw, const struct vsw_switch_settings *set,
		  struct netlink_ext_ack *extack)
{
	int err = 0;

	if (!(set->has & VSW_SWITCH_HAS_UP))
		return 0;
	if (set->up)
		err = dev_open(sw->dev, NULL);
	else
		dev_close(sw->dev);
	if (err)
		NL_SET_ERR_MSG(extack,
			       "another part of the kernel refused to open the switch");
	return err;
}

/**
 * vsw_switch_set - change settings of a switch
 * @sw: the switch
 * @set: the settings
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or an error and nothing is changed.
 */
int vsw_switch_set(struct vsw_switch *sw, const struct vsw_switch_settings *set,
		   struct netlink_ext_ack *extack)
{
	int old_mtu = sw->dev->mtu, err;

	ASSERT_RTNL();
	err = settings_check(sw, set, extack);
	if (err)
		return err;
	/* through the netdev layer, where others may refuse */
	err = mtu_set(sw, set, extack);
	if (err)
		return err;
	err = up_set(sw, set, extack);
	if (err) {
		dev_set_mtu(sw->dev, old_mtu);
		return err;
	}
	settings_commit(sw, set);
	/* up and down are told when they happen, see device.c */
	if (set->has & ~VSW_SWITCH_HAS_UP)
		vsw_nl_notify_switch(sw, VSW_EVENT_SET);
	return 0;
}

/**
 * vsw_switch_create - make a switch
 * @net: namespace to make it in
 * @name: its name, valid, not necessarily free
 * @set: its settings; it is up unless they say otherwise
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: the switch, or ERR_PTR() and nothing is changed.
 */
struct vsw_switch *vsw_switch_create(struct net *net, const char *name,
				     const struct vsw_switch_settings *set,
				     struct netlink_ext_ack *extack)
{
	struct vsw_switch_settings with_up = *set;
	struct net_device *dev;
	struct vsw_switch *sw;
	int err;

	ASSERT_RTNL();
	if (__dev_get_by_name(net, name)) {
		NL_SET_ERR_MSG(extack,
			       "name is taken; choose another or use --may-exist");
		return ERR_PTR(-EEXIST);
	}
	dev = vsw_device_create(net, name, extack);
	if (IS_ERR(dev))
		return ERR_CAST(dev);
	sw = vsw_switch_of_dev(dev);

	if (!(set->has & VSW_SWITCH_HAS_UP)) {
		with_up.has |= VSW_SWITCH_HAS_UP;
		with_up.up = true;
	}
	err = mtu_set(sw, set, extack);
	if (err)
		goto unregister;
	settings_commit(sw, set);
	vsw_nl_notify_switch(sw, VSW_EVENT_NEW);
	err = up_set(sw, &with_up, extack);
	if (err)
		goto unregister;
	return sw;

unregister:
	unregister_netdevice(dev);
	return ERR_PTR(err);
}

/**
 * vsw_switch_destroy - delete a switch, its ports with it
 * @sw: the switch
 *
 * Context: RTNL held, may sleep.
 */
void vsw_switch_destroy(struct vsw_switch *sw)
{
	ASSERT_RTNL();
	unregister_netdevice(sw->dev);
}
