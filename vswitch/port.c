// SPDX-License-Identifier: GPL-2.0
/*
 * The ports of a switch: made, set and deleted. A change is prepared, which may
 * fail and leaves no trace, and then committed, which cannot fail.
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/fdb.h"
#include "vswitch/link.h"
#include "vswitch/plug.h"
#include "vswitch/portset.h"
#include "vswitch/vswitch.h"

/**
 * struct port_change - a change that is prepared
 * @vlans: new VLAN record, NULL if it stays
 * @desc: new text, NULL for none; only with VSW_PORT_HAS_DESC
 * @nic: NIC claimed, NULL if none is to be plugged in
 */
struct port_change {
	struct vsw_port_vlans	*vlans;
	char			*desc;
	struct vsw_nic		*nic;
};

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
	const struct vsw_nic *nic = rtnl_dereference(port->nic);

	return nic && nic->dev == dev;
}

/* The role of the NIC that the port has now, if that is to be changed. */
static int role_prepare(const struct vsw_port *port,
			const struct vsw_port_settings *set,
			struct netlink_ext_ack *extack)
{
	const struct vsw_nic *nic = rtnl_dereference(port->nic);

	if (!(set->has & VSW_PORT_HAS_ROLE))
		return 0;
	if (set->has & VSW_PORT_HAS_NIC && !nic_is_there(port, set->nic))
		return 0;
	if (nic)
		return vsw_plug_role_check(port, nic->kind, set->role, extack);
	NL_SET_ERR_MSG(extack,
		       "the port has no NIC to give a role to; name one with nic");
	return -EINVAL;
}

static int nic_prepare(struct vsw_port *port,
		       const struct vsw_port_settings *set,
		       struct port_change *change,
		       struct netlink_ext_ack *extack)
{
	struct vsw_nic *nic;

	if (!(set->has & VSW_PORT_HAS_NIC) || !set->nic ||
	    nic_is_there(port, set->nic))
		return 0;
	nic = vsw_plug_claim(port, set->nic, set->role, extack);
	if (IS_ERR(nic))
		return PTR_ERR(nic);
	change->nic = nic;
	return 0;
}

static int vlans_prepare(struct vsw_port *port,
			 const struct vsw_port_settings *set,
			 struct port_change *change,
			 struct netlink_ext_ack *extack)
{
	struct vsw_port_vlans *vlans;
	int err;

	if (!(set->has & VSW_PORT_HAS_VLAN))
		return 0;
	vlans = vsw_port_vlans_create(&set->vlan, extack);
	if (IS_ERR(vlans))
		return PTR_ERR(vlans);
	err = vsw_portset_reserve(port->sw, vlans);
	if (err) {
		NL_SET_ERR_MSG(extack, "out of memory for the VLANs; try again");
		kfree(vlans);
		return err;
	}
	change->vlans = vlans;
	return 0;
}

static int desc_prepare(const struct vsw_port_settings *set,
			struct port_change *change,
			struct netlink_ext_ack *extack)
{
	if (!(set->has & VSW_PORT_HAS_DESC) || !set->desc[0])
		return 0;
	change->desc = kstrdup(set->desc, GFP_KERNEL_ACCOUNT);
	if (change->desc)
		return 0;
	NL_SET_ERR_MSG(extack, "out of memory for the text; try again");
	return -ENOMEM;
}

/* All that may fail; the claim of a NIC comes last, it is seen from outside. */
static int change_prepare(struct vsw_port *port,
			  const struct vsw_port_settings *set,
			  struct port_change *change,
			  struct netlink_ext_ack *extack)
{
	int err;

	if (set->has & VSW_PORT_HAS_BIND) {
		err = bind_check(port, set->bind, extack);
		if (err)
			return err;
	}
	err = role_prepare(port, set, extack);
	if (err)
		return err;
	err = desc_prepare(set, change, extack);
	if (err)
		return err;
	err = vlans_prepare(port, set, change, extack);
	if (err)
		goto free_desc;
	err = nic_prepare(port, set, change, extack);
	if (err)
		goto free_vlans;
	return 0;

free_vlans:
	kfree(change->vlans);
free_desc:
	kfree(change->desc);
	return err;
}

static void vlans_commit(struct vsw_port *port, struct vsw_port_vlans *vlans)
{
	struct vsw_port_vlans *old = rtnl_dereference(port->vlans);
	struct vsw_fdb_filter left = {
		.port = port,
		.want_dynamic = true,
		.except_vids = vlans->members,
	};

	if (vsw_portset_same(old, vlans)) {
		rcu_assign_pointer(port->vlans, vlans);
	} else {
		vsw_portset_del(port->sw, port, old);
		rcu_assign_pointer(port->vlans, vlans);
		vsw_portset_add(port->sw, port, vlans);
	}
	kfree_rcu(old, rcu);
	vsw_fdb_flush(port->sw, &left);
}

static void settings_commit(struct vsw_port *port,
			    const struct vsw_port_settings *set,
			    struct port_change *change)
{
	if (change->vlans)
		vlans_commit(port, change->vlans);
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
	if (set->has & VSW_PORT_HAS_BIND)
		strscpy(port->bind, set->bind, sizeof(port->bind));
}

static void role_commit(struct vsw_port *port, u8 role)
{
	struct vsw_nic *nic = rtnl_dereference(port->nic);

	if (!nic || nic->role == role)
		return;
	nic->role = role;
	port->role = role;
	vsw_link_update(port);
	vsw_link_update_followers(port->sw);
}

/* After the settings, so that no frame passes under the old ones. */
static void nic_commit(struct vsw_port *port,
		       const struct vsw_port_settings *set,
		       struct port_change *change)
{
	if (change->nic)
		vsw_plug_insert(port, change->nic, set->role);
	else if (set->has & VSW_PORT_HAS_NIC && !set->nic)
		vsw_plug_disconnect(port);
	else if (set->has & VSW_PORT_HAS_ROLE)
		role_commit(port, set->role);
	if (set->has & VSW_PORT_HAS_BIND)
		vsw_plug_bound_port(port);
	vsw_link_update(port);
}

static void change_commit(struct vsw_port *port,
			  const struct vsw_port_settings *set,
			  struct port_change *change, enum vsw_event event)
{
	settings_commit(port, set, change);
	vsw_link_update(port);	/* so that the event has the right reason */
	vsw_nl_notify_port(port, event);
	nic_commit(port, set, change);
}

/**
 * vsw_port_set - change settings of a port
 * @port: the port
 * @set: the settings
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or an error and nothing is changed.
 */
int vsw_port_set(struct vsw_port *port, const struct vsw_port_settings *set,
		 struct netlink_ext_ack *extack)
{
	struct port_change change = {};
	int err;

	ASSERT_RTNL();
	err = change_prepare(port, set, &change, extack);
	if (err)
		return err;
	change_commit(port, set, &change, VSW_EVENT_SET);
	return 0;
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
static int port_enter(struct vsw_port *port, struct netlink_ext_ack *extack)
{
	const struct vsw_port_vlans *vlans = rtnl_dereference(port->vlans);
	struct vsw_switch *sw = port->sw;
	int err;

	err = vsw_portset_reserve(sw, vlans);
	if (err) {
		NL_SET_ERR_MSG(extack, "out of memory for the port; try again");
		return err;
	}
	vsw_portset_add(sw, port, vlans);
	port->tpid = sw->tpid;
	list_add_tail(&port->node, &sw->ports);
	sw->n_ports++;
	vsw_config_seq++;
	return 0;
}

/* Out of everything by which a frame could find it. */
static void port_leave(struct vsw_port *port)
{
	struct vsw_fdb_filter all = {
		.port = port,
		.want_static = true,
		.want_dynamic = true,
	};
	struct vsw_switch *sw = port->sw;

	vsw_fdb_flush(sw, &all);
	vsw_portset_del(sw, port, rtnl_dereference(port->vlans));
	list_del(&port->node);
	sw->n_ports--;
	vsw_config_seq++;
}

/**
 * vsw_port_add - make a port
 * @sw: the switch
 * @name: its name, valid, not necessarily free
 * @set: its settings
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: the port, or ERR_PTR() and nothing is changed.
 */
struct vsw_port *vsw_port_add(struct vsw_switch *sw, const char *name,
			      const struct vsw_port_settings *set,
			      struct netlink_ext_ack *extack)
{
	struct port_change change = {};
	struct vsw_port *port;
	int err;

	ASSERT_RTNL();
	err = add_check(sw, name, extack);
	if (err)
		return ERR_PTR(err);
	port = vsw_port_create(sw, name, extack);
	if (IS_ERR(port))
		return port;
	err = port_enter(port, extack);
	if (err)
		goto destroy;
	err = change_prepare(port, set, &change, extack);
	if (err)
		goto leave;
	change_commit(port, set, &change, VSW_EVENT_NEW);
	return port;

leave:
	port_leave(port);
destroy:
	vsw_port_destroy(port);
	return ERR_PTR(err);
}

/**
 * vsw_port_del - delete a port
 * @port: the port; a NIC that is plugged in is unplugged first
 *
 * Context: RTNL held, may sleep.
 */
void vsw_port_del(struct vsw_port *port)
{
	ASSERT_RTNL();
	vsw_plug_disconnect(port);
	vsw_nl_notify_port(port, VSW_EVENT_DEL);
	port_leave(port);
	vsw_port_destroy(port);
}
