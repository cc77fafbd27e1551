// SPDX-License-Identifier: GPL-2.0
/*
 * Switches: made, set and destroyed. The netdev that stands for one is in
 * device.c.
 *
 * THEORY
 *   A switch relays frames between ports. A port holds configuration and
 *   counters, and may have a NIC. All configuration is changed under RTNL, by
 *   transactions of verbs (txn.h) that do the whole or nothing; the path of a
 *   frame (relay.c) reads it under RCU and takes no lock but the database's, and
 *   that only for what is new.
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
 *   all      a transaction, until its end; it ends before RTNL is given back
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/device.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/link.h"
#include "vswitch/plug.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/**
 * struct switch_step - a switch is made, set or deleted
 * @step: first member
 * @sw: the switch
 * @set: what it is set to
 * @event: how that is told
 * @old_type: its type before
 * @old_tpid: its tag protocol before
 * @old_fdb_max: limit of its database before
 * @fids: new table, NULL for none; only with VSW_SWITCH_HAS_FIDS
 * @instances: likewise, with VSW_SWITCH_HAS_INSTANCES
 */
struct switch_step {
	struct vsw_step			step;
	struct vsw_switch		*sw;
	struct vsw_switch_settings	set;
	enum vsw_event			event;
	u8				old_type;
	__be16				old_tpid;
	u32				old_fdb_max;
	struct vsw_vid_table		*fids;
	struct vsw_vid_table		*instances;
};

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
	struct vsw_switch *sw = dev ? vsw_switch_of_dev(dev) : NULL;

	ASSERT_RTNL();
	return sw && !sw->leaving ? sw : NULL;
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

/**
 * vsw_vlan_instance - the spanning tree instance of a VLAN
 * @sw: the switch
 * @vid: the VLAN
 *
 * Context: RTNL held.
 * Return: its number.
 */
u16 vsw_vlan_instance(const struct vsw_switch *sw, u16 vid)
{
	const struct vsw_vid_table *table = rtnl_dereference(sw->instances);

	return table ? table->to[vid] : 0;
}

/* All NICs that are there have to fit the new type. */
static int type_check(const struct vsw_switch *sw, u8 type,
		      struct netlink_ext_ack *extack)
{
	const struct vsw_port *port;
	int err;

	vsw_port_for_each_rtnl(port, sw) {
		if (!port->plug)
			continue;
		err = vsw_plug_type_check(type, port->plug->kind, port->role,
					  extack);
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
		if (!port->plug)
			continue;
		NL_SET_ERR_MSG(extack,
			       "the protocol can be changed only while no NIC is plugged in; disconnect them first");
		return -EBUSY;
	}
	return 0;
}

/* Whoever might refuse to have it opened is asked before. */
static int up_check(const struct vsw_switch *sw, struct netlink_ext_ack *extack)
{
	int err;

	if (netif_running(sw->dev))
		return 0;
	err = call_netdevice_notifiers(NETDEV_PRE_UP, sw->dev);
	err = notifier_to_errno(err);
	if (err)
		NL_SET_ERR_MSG(extack,
			       "another part of the kernel refused to open the switch");
	return err;
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
	if (!err && set->has & VSW_SWITCH_HAS_UP && set->up)
		err = up_check(sw, extack);
	return err;
}

static void protocol_commit(struct vsw_switch *sw, __be16 tpid)
{
	struct vsw_port *port;

	vsw_port_for_each_rtnl(port, sw)
		port->tpid = tpid;
}

/* Where a VLAN's new instance discards, what was learned goes. */
static void instances_commit(struct vsw_switch *sw,
			     struct vsw_vid_table *instances)
{
	struct vsw_vid_table *old = rtnl_dereference(sw->instances);
	struct vsw_fdb_filter learned = { .want_dynamic = true };
	struct vsw_port *port;

	rcu_assign_pointer(sw->instances, instances);
	vsw_port_for_each_rtnl(port, sw) {
		learned.port = port;
		learned.instances = port->not_learning;
		if (learned.instances)
			vsw_fdb_purge(sw, &learned);
	}
	if (old)
		kvfree_rcu(old, rcu);
}

static void settings_commit(struct switch_step *change)
{
	const struct vsw_switch_settings *set = &change->set;
	struct vsw_switch *sw = change->sw;

	if (set->has & VSW_SWITCH_HAS_FIDS)
		vsw_fdb_fids_set(sw, change->fids);
	if (set->has & VSW_SWITCH_HAS_INSTANCES)
		instances_commit(sw, change->instances);
	if (set->has & VSW_SWITCH_HAS_PROTOCOL)
		protocol_commit(sw, set->tpid);
	if (set->has & VSW_SWITCH_HAS_FDB_MAX)
		WRITE_ONCE(sw->fdb->max, set->fdb_max);
	if (set->has & VSW_SWITCH_HAS_AGEING)
		vsw_fdb_ageing_set(sw->fdb, msecs_to_jiffies(set->ageing_ms));
	/* in range, and no one is known to refuse; the event tells how it is */
	if (set->has & VSW_SWITCH_HAS_MTU)
		dev_set_mtu(sw->dev, set->mtu);
}

/* The netdev tells of its going up or down by itself, see device.c. */
static void up_commit(struct vsw_switch *sw, bool up)
{
	if (up)
		dev_open(sw->dev, NULL);
	else
		dev_close(sw->dev);
}

static void set_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct switch_step *change = container_of(step, struct switch_step,
						  step);
	const struct vsw_switch_settings *set = &change->set;
	struct vsw_switch *sw = change->sw;
	bool turns;

	turns = set->has & VSW_SWITCH_HAS_UP &&
		set->up != netif_running(sw->dev);
	settings_commit(change);
	if (change->event == VSW_EVENT_NEW) {
		sw->announced = true;
		vsw_config_seq++;
		vsw_nl_notify_switch(sw, VSW_EVENT_NEW);
	} else if (!turns && set->has & ~VSW_SWITCH_HAS_UP) {
		vsw_nl_notify_switch(sw, VSW_EVENT_SET);
	}
	if (turns)
		up_commit(sw, set->up);
}

static void tables_drop(struct switch_step *change)
{
	kvfree(change->fids);
	kvfree(change->instances);
}

static void set_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct switch_step *change = container_of(step, struct switch_step,
						  step);

	tables_drop(change);
	if (change->event == VSW_EVENT_NEW) {
		vsw_device_destroy(change->sw, &txn->doomed);
		return;
	}
	change->sw->type = change->old_type;
	change->sw->tpid = change->old_tpid;
	change->sw->fdb_max = change->old_fdb_max;
}

static const struct vsw_step_ops set_ops = {
	.commit	= set_commit,
	.abort	= set_abort,
};

static int table_prepare(struct vsw_vid_table **table,
			 const struct vsw_vid_group *groups, u32 count,
			 struct netlink_ext_ack *extack)
{
	struct vsw_vid_table *made;

	if (!count)
		return 0;
	made = vsw_vid_table_create(groups, count, extack);
	if (IS_ERR(made))
		return PTR_ERR(made);
	*table = made;
	return 0;
}

static int tables_prepare(struct switch_step *change,
			  const struct vsw_switch_settings *set,
			  struct netlink_ext_ack *extack)
{
	int err;

	err = table_prepare(&change->fids, set->fids, set->fid_count, extack) ?:
	      table_prepare(&change->instances, set->instances,
			    set->instance_count, extack);
	/* these are gone when the request is */
	change->set.fids = NULL;
	change->set.instances = NULL;
	if (err)
		tables_drop(change);
	return err;
}

static int switch_change(struct vsw_txn *txn, struct vsw_switch *sw,
			 const struct vsw_switch_settings *set,
			 enum vsw_event event, struct netlink_ext_ack *extack)
{
	struct switch_step *change;
	int err;

	err = settings_check(sw, set, extack);
	if (err)
		return err;
	change = vsw_step_create(sizeof(*change), &set_ops, extack);
	if (!change)
		return -ENOMEM;
	change->sw = sw;
	change->set = *set;
	change->event = event;
	change->old_type = sw->type;
	change->old_tpid = sw->tpid;
	change->old_fdb_max = sw->fdb_max;
	err = tables_prepare(change, set, extack);
	if (err) {
		kfree(change);
		return err;
	}

	if (set->has & VSW_SWITCH_HAS_TYPE)
		sw->type = set->type;
	if (set->has & VSW_SWITCH_HAS_PROTOCOL)
		sw->tpid = set->tpid;
	if (set->has & VSW_SWITCH_HAS_FDB_MAX)
		sw->fdb_max = set->fdb_max;
	vsw_txn_add(txn, &change->step);
	return 0;
}

/**
 * vsw_switch_set - change settings of a switch
 * @txn: the transaction
 * @sw: the switch
 * @set: the settings
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or an error and nothing is changed.
 */
int vsw_switch_set(struct vsw_txn *txn, struct vsw_switch *sw,
		   const struct vsw_switch_settings *set,
		   struct netlink_ext_ack *extack)
{
	ASSERT_RTNL();
	return switch_change(txn, sw, set, VSW_EVENT_SET, extack);
}

/**
 * vsw_switch_add - make a switch
 * @txn: the transaction
 * @net: namespace to make it in
 * @name: its name, valid and not taken
 * @set: its settings; it is up unless they say otherwise
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: the switch, or ERR_PTR() and nothing is changed.
 */
struct vsw_switch *vsw_switch_add(struct vsw_txn *txn, struct net *net,
				  const char *name,
				  const struct vsw_switch_settings *set,
				  struct netlink_ext_ack *extack)
{
	struct vsw_switch_settings with_up = *set;
	struct net_device *dev;
	struct vsw_switch *sw;
	int err;

	ASSERT_RTNL();
	dev = vsw_device_create(net, name, extack);
	if (IS_ERR(dev))
		return ERR_CAST(dev);
	sw = vsw_switch_of_dev(dev);
	if (!(set->has & VSW_SWITCH_HAS_UP)) {
		with_up.has |= VSW_SWITCH_HAS_UP;
		with_up.up = true;
	}
	err = switch_change(txn, sw, &with_up, VSW_EVENT_NEW, extack);
	if (err) {
		vsw_device_destroy(sw, &txn->doomed);
		return ERR_PTR(err);
	}
	return sw;
}

static void del_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct switch_step *change = container_of(step, struct switch_step,
						  step);

	vsw_device_destroy(change->sw, &txn->doomed);
}

static void del_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct switch_step *change = container_of(step, struct switch_step,
						  step);

	change->sw->leaving = false;
}

static const struct vsw_step_ops del_ops = {
	.commit	= del_commit,
	.abort	= del_abort,
};

static int ports_del(struct vsw_txn *txn, struct vsw_switch *sw,
		     struct netlink_ext_ack *extack)
{
	struct vsw_port *port;
	int err;

	vsw_port_for_each_rtnl(port, sw) {
		err = vsw_port_del(txn, port, extack);
		if (err)
			return err;
	}
	return 0;
}

/**
 * vsw_switch_del - delete a switch, its ports with it
 * @txn: the transaction
 * @sw: the switch
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vsw_switch_del(struct vsw_txn *txn, struct vsw_switch *sw,
		   struct netlink_ext_ack *extack)
{
	struct vsw_step *last = vsw_txn_last(txn);
	struct switch_step *change;
	int err;

	ASSERT_RTNL();
	err = ports_del(txn, sw, extack);
	if (err)
		goto abort;
	change = vsw_step_create(sizeof(*change), &del_ops, extack);
	if (!change) {
		err = -ENOMEM;
		goto abort;
	}
	change->sw = sw;
	sw->leaving = true;
	vsw_txn_add(txn, &change->step);
	return 0;

abort:
	vsw_txn_abort_to(txn, last);
	return err;
}
