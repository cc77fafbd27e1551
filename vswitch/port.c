// SPDX-License-Identifier: GPL-2.0
/*
 * The ports of a switch: made, set and deleted, in a transaction (txn.h).
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/announce.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/guard.h"
#include "vswitch/link.h"
#include "vswitch/plug.h"
#include "vswitch/port.h"
#include "vswitch/portset.h"
#include "vswitch/state.h"
#include "vswitch/tables.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/**
 * struct port_step - a port is made, set or deleted
 * @step: first member
 * @port: the port
 * @set: numbers and flags that it is set to; what is pointed to is below
 * @event: how that is told
 * @tables: new ones, as far as there are
 * @desc: new text, NULL for none; only with VSW_PORT_HAS_DESC
 * @sets_role: the role is that of the NIC that is there
 * @released: the hold ends with it
 * @old_role: role that the port had for its NICs
 * @old_bind: what it was bound to
 * @old_due: and whether that had appeared
 */
struct port_step {
	struct vsw_step			step;
	struct vsw_port			*port;
	struct vsw_port_settings	set;
	enum vsw_event			event;
	struct vsw_port_tables		tables;
	char				*desc;
	bool				sets_role;
	bool				released;
	u8				old_role;
	char				old_bind[IFNAMSIZ];
	bool				old_due;
};

static struct port_step *port_step(struct vsw_step *step)
{
	return container_of(step, struct port_step, step);
}

/**
 * vsw_port_get_rtnl - find a port by its name
 * @sw: the switch
 * @name: the name
 *
 * Context: RTNL held.
 * Return: the port, or NULL.
 */
struct vsw_port *vsw_port_get_rtnl(struct vsw_switch *sw, const char *name)
{
	struct vsw_port *port;

	ASSERT_RTNL();
	vsw_port_for_each_rtnl(port, sw) {
		if (!strcmp(port->name, name))
			return port;
	}
	return NULL;
}

/**
 * vsw_port_state - does a port forward in a VLAN?
 * @port: the port
 * @vid: the VLAN
 *
 * Context: RTNL held.
 * Return: the state of the VLAN's spanning tree instance.
 */
enum vsw_state vsw_port_state(const struct vsw_port *port, u16 vid)
{
	if (vsw_port_forwards(port, vid))
		return VSW_STATE_FORWARDING;
	return vsw_port_learns(port, vid) ? VSW_STATE_LEARNING :
					    VSW_STATE_DISCARDING;
}

/* A name that two ports wait for would go to whichever came first. */
static int bind_check(const struct vsw_port *port, const char *name,
		      struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw;
	struct vsw_port *other;

	if (!name[0])
		return 0;
	vsw_switch_for_each_rtnl(sw, dev_net(port->sw->dev)) {
		vsw_port_for_each_rtnl(other, sw) {
			if (other == port || strcmp(other->bind, name))
				continue;
			NL_SET_ERR_MSG(extack,
				       "another port is bound to this name; unbind it first (bind none)");
			return -EEXIST;
		}
	}
	return 0;
}

static bool nic_is_there(const struct vsw_port *port,
			 const struct net_device *dev)
{
	return port->plug && port->plug->dev == dev;
}

/* Does the role concern the NIC that is there, rather than one that is to come? */
static bool sets_role(const struct vsw_port *port,
		      const struct vsw_port_settings *set)
{
	if (!(set->has & VSW_PORT_HAS_ROLE))
		return false;
	return !(set->has & VSW_PORT_HAS_NIC) || nic_is_there(port, set->nic);
}

static int role_check(const struct vsw_port *port,
		      const struct vsw_port_settings *set,
		      struct netlink_ext_ack *extack)
{
	const char *bind = set->has & VSW_PORT_HAS_BIND ? set->bind :
							   port->bind;

	if (!sets_role(port, set))
		return 0;
	if (port->plug)
		return vsw_plug_role_check(port, port->plug->kind, set->role,
					   extack);
	if (bind[0])	/* of the one that is to come */
		return vsw_plug_role_check(port, VSW_NIC_NETDEV, set->role,
					   extack);
	NL_SET_ERR_MSG(extack,
		       "the port has no NIC to give a role to; name one with nic or bind");
	return -EINVAL;
}

static int desc_prepare(struct port_step *change, const char *desc,
			struct netlink_ext_ack *extack)
{
	if (!desc[0])
		return 0;
	change->desc = kstrdup(desc, GFP_KERNEL_ACCOUNT);
	if (change->desc)
		return 0;
	NL_SET_ERR_MSG(extack, "out of memory for the text; try again");
	return -ENOMEM;
}

static int settings_check(const struct vsw_port *port,
			  const struct vsw_port_settings *set,
			  struct netlink_ext_ack *extack)
{
	int err = 0;

	if (set->has & VSW_PORT_HAS_BIND)
		err = bind_check(port, set->bind, extack);
	return err ?: role_check(port, set, extack);
}

static int settings_prepare(struct port_step *change,
			    const struct vsw_port_settings *set,
			    struct netlink_ext_ack *extack)
{
	int err = 0;

	if (set->has & VSW_PORT_HAS_DESC)
		err = desc_prepare(change, set->desc, extack);
	if (!err)
		err = vsw_port_tables_prepare(&change->tables, change->port,
					      set, extack);
	if (err)
		kfree(change->desc);
	return err;
}

/* What later verbs of the transaction have to see. */
static void settings_enter(struct port_step *change,
			   const struct vsw_port_settings *set)
{
	struct vsw_port *port = change->port;

	change->set = *set;
	/* these are gone when the request is */
	change->set.vlan.trunks = NULL;
	change->set.vlan.untagged = NULL;
	change->set.vlan.services = NULL;
	change->set.vid_ranges = NULL;
	change->set.bind = NULL;
	change->set.desc = NULL;

	vsw_port_tables_enter(&change->tables, port);
	change->sets_role = sets_role(port, set);
	change->old_role = port->role;
	if (change->sets_role)
		port->role = set->role;
	strscpy(change->old_bind, port->bind, sizeof(change->old_bind));
	change->old_due = port->bind_due;
	if (set->has & VSW_PORT_HAS_BIND)
		strscpy(port->bind, set->bind, sizeof(port->bind));
}

/* A NIC on hold is not there for others: what was learned of it goes. */
static void hold_commit(struct port_step *change)
{
	struct vsw_port *port = change->port;
	struct vsw_fdb_filter learned = { .port = port, .want_dynamic = true };

	if (change->set.hold) {
		/* in this order, see fdb.c */
		set_bit(VSW_PORT_F_HELD, &port->flags);
		vsw_fdb_purge(port->sw, &learned);
	} else {
		change->released = test_and_clear_bit(VSW_PORT_F_HELD,
						      &port->flags);
	}
}

/* Where it is to discard, what was learned goes; in this order, see fdb.c. */
static void states_commit(struct vsw_port *port,
			  const struct vsw_state_settings *states)
{
	struct vsw_fdb_filter learned = { .port = port, .want_dynamic = true };

	learned.instances = states->not_learning & ~port->not_learning;
	WRITE_ONCE(port->not_forwarding,
		   (port->not_forwarding & ~states->changed) |
		   states->not_forwarding);
	WRITE_ONCE(port->not_learning,
		   (port->not_learning & ~states->changed) |
		   states->not_learning);
	if (learned.instances)
		vsw_fdb_purge(port->sw, &learned);
}

/* The link is brought to what it has to be afterwards. */
static void bpdu_commit(struct vsw_port *port,
			const struct vsw_port_settings *set)
{
	if (set->has & VSW_PORT_HAS_BPDU) {
		assign_bit(VSW_PORT_F_BPDU_GUARD, &port->flags,
			   set->bpdu == VSW_BPDU_GUARD);
		assign_bit(VSW_PORT_F_BPDU_FILTER, &port->flags,
			   set->bpdu == VSW_BPDU_FILTER);
	}
	if (set->has & VSW_PORT_HAS_GUARD_RECOVERY)
		port->guard_recovery = set->guard_recovery;
	if ((set->has & VSW_PORT_HAS_UP && set->up) ||
	    !test_bit(VSW_PORT_F_BPDU_GUARD, &port->flags))
		vsw_guard_reset(port);
	else if (set->has & VSW_PORT_HAS_GUARD_RECOVERY)
		vsw_guard_wake(port);
}

static void settings_commit(struct port_step *change)
{
	const struct vsw_port_settings *set = &change->set;
	struct vsw_port *port = change->port;

	vsw_port_tables_commit(&change->tables, port);
	if (set->has & VSW_PORT_HAS_STATES)
		states_commit(port, &set->states);
	if (set->has & VSW_PORT_HAS_RESERVED_RELAY)
		WRITE_ONCE(port->reserved_relay, set->reserved_relay);
	bpdu_commit(port, set);
	if (set->has & VSW_PORT_HAS_DESC) {
		kfree(port->desc);
		port->desc = change->desc;
	}
	if (set->has & VSW_PORT_HAS_UP)
		port->admin_up = set->up;
	if (set->has & VSW_PORT_HAS_LEARN)
		assign_bit(VSW_PORT_F_LEARN, &port->flags, set->learn);
	if (set->has & VSW_PORT_HAS_FLOOD)
		assign_bit(VSW_PORT_F_FLOOD, &port->flags, set->flood);
	if (set->has & VSW_PORT_HAS_FDB_MAX)
		WRITE_ONCE(port->fdb_max, set->fdb_max);
	if (set->has & VSW_PORT_HAS_LINK_FOLLOW)
		port->link_follow = set->link_follow;
	if (set->has & VSW_PORT_HAS_HOLD)
		hold_commit(change);
}

static void set_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct port_step *change = port_step(step);
	struct vsw_port *port = change->port;
	struct vsw_nic *nic = rtnl_dereference(port->nic);

	settings_commit(change);
	if (change->sets_role && nic)
		nic->role = change->set.role;
	vsw_link_update(port);	/* so that the event has the right reason */
	vsw_nl_notify_port(port, change->event);
	if (change->sets_role)
		vsw_link_update_followers(port->sw);
	if (change->released)
		vsw_announce_start(port);
}

static void set_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct port_step *change = port_step(step);
	struct vsw_port *port = change->port;

	strscpy(port->bind, change->old_bind, sizeof(port->bind));
	port->bind_due = change->old_due;
	port->role = change->old_role;
	vsw_port_tables_abort(&change->tables, port);
	kfree(change->desc);
}

static const struct vsw_step_ops set_ops = {
	.commit	= set_commit,
	.abort	= set_abort,
};

static int settings_change(struct vsw_txn *txn, struct vsw_port *port,
			   const struct vsw_port_settings *set,
			   enum vsw_event event,
			   struct netlink_ext_ack *extack)
{
	struct port_step *change;
	int err;

	err = settings_check(port, set, extack);
	if (err)
		return err;
	change = vsw_step_create(sizeof(*change), &set_ops, extack);
	if (!change)
		return -ENOMEM;
	change->port = port;
	change->event = event;
	err = settings_prepare(change, set, extack);
	if (err) {
		kfree(change);
		return err;
	}
	settings_enter(change, set);
	vsw_txn_add(txn, &change->step);
	return 0;
}

static int nic_change(struct vsw_txn *txn, struct vsw_port *port,
		      const struct vsw_port_settings *set,
		      struct netlink_ext_ack *extack)
{
	if (!set->nic)
		return vsw_plug_disconnect(txn, port, extack);
	if (nic_is_there(port, set->nic))
		return 0;
	return vsw_plug_connect(txn, port, set->nic, set->role, extack);
}

/* The NIC comes after the settings, so that no frame passes under the old ones. */
static int port_change(struct vsw_txn *txn, struct vsw_port *port,
		       const struct vsw_port_settings *set,
		       enum vsw_event event, struct netlink_ext_ack *extack)
{
	struct vsw_step *last = vsw_txn_last(txn);
	int err;

	err = settings_change(txn, port, set, event, extack);
	if (err)
		return err;
	if (set->has & VSW_PORT_HAS_NIC)
		err = nic_change(txn, port, set, extack);
	if (!err && set->has & VSW_PORT_HAS_BIND)
		err = vsw_plug_bound(txn, port, extack);
	if (err)
		vsw_txn_abort_to(txn, last);
	return err;
}

/**
 * vsw_port_set - change settings of a port
 * @txn: the transaction
 * @port: the port
 * @set: the settings
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or an error and nothing is changed.
 */
int vsw_port_set(struct vsw_txn *txn, struct vsw_port *port,
		 const struct vsw_port_settings *set,
		 struct netlink_ext_ack *extack)
{
	ASSERT_RTNL();
	return port_change(txn, port, set, VSW_EVENT_SET, extack);
}

static int add_check(struct vsw_switch *sw, const char *name,
		     struct netlink_ext_ack *extack)
{
	if (vsw_port_get_rtnl(sw, name)) {
		NL_SET_ERR_MSG(extack,
			       "name is taken; choose another or use --may-exist");
		return -EEXIST;
	}
	if (sw->n_ports >= VSW_PORTS_MAX) {
		NL_SET_ERR_MSG(extack,
			       "a switch has at most 4096 ports; delete one or use another switch");
		return -ENOSPC;
	}
	return 0;
}

/* Into the switch, where floods find it; its link is down. */
static void add_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_port *port = port_step(step)->port;

	vsw_portset_add(port->sw, port, rtnl_dereference(port->vlans));
	vsw_config_seq++;
}

static void add_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_port *port = port_step(step)->port;

	vsw_portset_unreserve(port->sw, rtnl_dereference(port->vlans));
	list_del(&port->node);
	port->sw->n_ports--;
	vsw_port_destroy(port);
}

static const struct vsw_step_ops add_ops = {
	.commit	= add_commit,
	.abort	= add_abort,
};

static struct vsw_port *port_enter(struct vsw_txn *txn, struct vsw_switch *sw,
				   const char *name,
				   struct netlink_ext_ack *extack)
{
	struct port_step *change;
	struct vsw_port *port;
	int err;

	change = vsw_step_create(sizeof(*change), &add_ops, extack);
	if (!change)
		return ERR_PTR(-ENOMEM);
	port = vsw_port_create(sw, name, extack);
	if (IS_ERR(port)) {
		kfree(change);
		return port;
	}
	/* none, until its settings say otherwise */
	err = vsw_portset_reserve(sw, rtnl_dereference(port->vlans));
	if (err) {
		NL_SET_ERR_MSG(extack, "out of memory for the port; try again");
		vsw_port_destroy(port);
		kfree(change);
		return ERR_PTR(err);
	}
	port->tpid = sw->tpid;
	vsw_announce_init(port);
	list_add_tail(&port->node, &sw->ports);
	sw->n_ports++;
	change->port = port;
	vsw_txn_add(txn, &change->step);
	return port;
}

/**
 * vsw_port_add - make a port
 * @txn: the transaction
 * @sw: the switch
 * @name: its name, valid, not necessarily free
 * @set: its settings
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: the port, or ERR_PTR() and nothing is changed.
 */
struct vsw_port *vsw_port_add(struct vsw_txn *txn, struct vsw_switch *sw,
			      const char *name,
			      const struct vsw_port_settings *set,
			      struct netlink_ext_ack *extack)
{
	struct vsw_step *last = vsw_txn_last(txn);
	struct vsw_port *port;
	int err;

	ASSERT_RTNL();
	err = add_check(sw, name, extack);
	if (err)
		return ERR_PTR(err);
	port = port_enter(txn, sw, name, extack);
	if (IS_ERR(port))
		return port;
	err = port_change(txn, port, set, VSW_EVENT_NEW, extack);
	if (err) {
		vsw_txn_abort_to(txn, last);
		return ERR_PTR(err);
	}
	return port;
}

/**
 * vsw_port_drop - delete a port, now
 * @port: the port; a NIC that is plugged in is unplugged first
 *
 * It goes out of everything by which a frame could find it.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_port_drop(struct vsw_port *port)
{
	struct vsw_fdb_filter all = {
		.port = port,
		.want_static = true,
		.want_dynamic = true,
	};
	struct vsw_switch *sw = port->sw;

	ASSERT_RTNL();
	vsw_plug_pull(port);
	vsw_announce_stop(port);
	vsw_nl_notify_port(port, VSW_EVENT_DEL);
	vsw_fdb_purge(sw, &all);
	vsw_portset_del(sw, port, rtnl_dereference(port->vlans));
	list_del(&port->node);
	if (!port->leaving)
		sw->n_ports--;
	vsw_config_seq++;
	vsw_port_destroy(port);
}

static void del_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	vsw_port_drop(port_step(step)->port);
}

static void del_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_port *port = port_step(step)->port;

	port->leaving = false;
	port->sw->n_ports++;
}

static const struct vsw_step_ops del_ops = {
	.commit	= del_commit,
	.abort	= del_abort,
};

/**
 * vsw_port_del - delete a port
 * @txn: the transaction
 * @port: the port; a NIC that is plugged in is unplugged first
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vsw_port_del(struct vsw_txn *txn, struct vsw_port *port,
		 struct netlink_ext_ack *extack)
{
	struct port_step *change;
	int err;

	ASSERT_RTNL();
	change = vsw_step_create(sizeof(*change), &del_ops, extack);
	if (!change)
		return -ENOMEM;
	err = vsw_plug_disconnect(txn, port, extack);
	if (err) {
		kfree(change);
		return err;
	}
	change->port = port;
	port->leaving = true;
	port->sw->n_ports--;
	vsw_txn_add(txn, &change->step);
	return 0;
}
