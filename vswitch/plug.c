// SPDX-License-Identifier: GPL-2.0
/*
 * Plugging NICs into ports: who may, and in which order.
 *
 * In: the NIC is claimed, which may be refused; the port and the NIC learn of each
 * other, the link comes up. Out: the link goes down and what was learned is
 * flushed, port and NIC forget each other, the NIC is given back, unless the same
 * transaction plugs it in elsewhere.
 *
 * vsw_port.plug and vsw_nic.plug say who is plugged in where when the transaction
 * at work is done, vsw_port.nic and vsw_nic.port how it is now, for frames and
 * links. Between transactions they are the same.
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/link.h"
#include "vswitch/plug.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/* Some port's bind_due is set; under RTNL. */
static bool bind_is_due;

/**
 * struct plug_step - a NIC is plugged in, or unplugged
 * @step: first member
 * @port: the port
 * @nic: the NIC
 * @role: that it gets, enum vsw_nic_role
 * @old_role: that the port had for its NICs
 */
struct plug_step {
	struct vsw_step	step;
	struct vsw_port	*port;
	struct vsw_nic	*nic;
	u8		role;
	u8		old_role;
};

/**
 * vsw_plug_type_check - does a type of switch admit a NIC?
 * @type: enum vsw_switch_type
 * @kind: of the NIC, enum vsw_nic_kind
 * @role: of the NIC, enum vsw_nic_role
 * @extack: where a refusal is explained
 *
 * Context: any.
 * Return: 0 or -EPERM.
 */
int vsw_plug_type_check(u8 type, u8 kind, u8 role,
			struct netlink_ext_ack *extack)
{
	if (role == VSW_ROLE_UPLINK && type != VSW_SWITCH_EXTERNAL) {
		NL_SET_ERR_MSG(extack,
			       "only a switch of type external admits uplinks");
		return -EPERM;
	}
	if (kind == VSW_NIC_HOST && type == VSW_SWITCH_PRIVATE) {
		NL_SET_ERR_MSG(extack,
			       "a switch of type private admits no host NICs; use type internal or external");
		return -EPERM;
	}
	return 0;
}

/**
 * vsw_plug_role_check - may a NIC of this kind have this role at this port?
 * @port: the port
 * @kind: of the NIC, enum vsw_nic_kind
 * @role: enum vsw_nic_role
 * @extack: where a refusal is explained
 *
 * Context: RTNL held.
 * Return: 0, -EINVAL or -EPERM.
 */
int vsw_plug_role_check(const struct vsw_port *port, u8 kind, u8 role,
			struct netlink_ext_ack *extack)
{
	if (kind != VSW_NIC_NETDEV && role == VSW_ROLE_UPLINK) {
		NL_SET_ERR_MSG(extack,
			       "a host or guest NIC cannot be an uplink; use role edge");
		return -EINVAL;
	}
	return vsw_plug_type_check(port->sw->type, kind, role, extack);
}

static int connect_check(const struct vsw_port *port,
			 const struct net_device *dev, u8 role,
			 struct netlink_ext_ack *extack)
{
	const struct vsw_nic *nic = vsw_nic_of_dev_rtnl(dev);

	if (vsw_switch_of_dev(dev)) {
		NL_SET_ERR_MSG(extack,
			       "a switch cannot be plugged into a switch; join two with a veth pair");
		return -ELOOP;
	}
	if (port->plug) {
		NL_SET_ERR_MSG(extack,
			       "the port has a NIC already; disconnect it first");
		return -EBUSY;
	}
	if (nic && nic->plug) {
		NL_SET_ERR_MSG(extack,
			       "the NIC is plugged in already; disconnect it first");
		return -EBUSY;
	}
	return vsw_plug_role_check(port, nic ? nic->kind : VSW_NIC_NETDEV, role,
				   extack);
}

/*
 * A NIC that has left its port is given back, unless it is to be plugged in again.
 * Then its user sees the link go and come, as that of a cable that is moved; an
 * adopted netdev that was up stays up, as when it is unplugged.
 */
static void nic_let_go(struct vsw_nic *nic)
{
	if (rtnl_dereference(nic->port))
		return;
	if (!nic->claims)
		vsw_nic_detach(nic);
	else if (nic->kind != VSW_NIC_NETDEV)
		vsw_nic_set_link(nic, false);
}

static void plug_insert(struct vsw_port *port, struct vsw_nic *nic, u8 role)
{
	vsw_nic_engage(nic);
	nic->role = role;
	rcu_assign_pointer(port->nic, nic);
	rcu_assign_pointer(nic->port, port);
	vsw_config_seq++;
	vsw_nl_notify_nic(nic, VSW_EVENT_CONNECT);
	vsw_link_update(port);
}

/**
 * vsw_plug_pull - unplug whatever is in a port, now
 * @port: the port
 *
 * Context: RTNL held, may sleep.
 */
void vsw_plug_pull(struct vsw_port *port)
{
	struct vsw_nic *nic = rtnl_dereference(port->nic);
	bool was_uplink;

	ASSERT_RTNL();
	if (!nic)
		return;
	was_uplink = nic->role == VSW_ROLE_UPLINK;
	vsw_config_seq++;
	vsw_nl_notify_nic(nic, VSW_EVENT_DISCONNECT);
	RCU_INIT_POINTER(nic->port, NULL);
	RCU_INIT_POINTER(port->nic, NULL);
	/* no transaction has taken note of it, nor wants it back here */
	if (nic->plug == port && !nic->claims) {
		nic->plug = NULL;
		port->plug = NULL;
	}
	nic->role = VSW_ROLE_EDGE;
	vsw_link_update(port);
	nic_let_go(nic);
	if (was_uplink)
		vsw_link_update_followers(port->sw);
}

static void connect_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct plug_step *plug = container_of(step, struct plug_step, step);

	plug->nic->claims--;
	plug_insert(plug->port, plug->nic, plug->role);
}

static void connect_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct plug_step *plug = container_of(step, struct plug_step, step);

	plug->nic->claims--;
	plug->nic->plug = NULL;
	plug->port->plug = NULL;
	plug->port->role = plug->old_role;
	nic_let_go(plug->nic);
}

static const struct vsw_step_ops connect_ops = {
	.commit	= connect_commit,
	.abort	= connect_abort,
};

/**
 * vsw_plug_connect - plug a netdev into a port
 * @txn: the transaction
 * @port: the port
 * @dev: any Ethernet netdev
 * @role: enum vsw_nic_role
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0; -EBUSY, -EINVAL, -ELOOP, -EPERM, -ENOMEM, or the netdev's own
 * refusal.
 */
int vsw_plug_connect(struct vsw_txn *txn, struct vsw_port *port,
		     struct net_device *dev, u8 role,
		     struct netlink_ext_ack *extack)
{
	struct plug_step *plug;
	struct vsw_nic *nic;
	int err;

	ASSERT_RTNL();
	err = connect_check(port, dev, role, extack);
	if (err)
		return err;
	plug = vsw_step_create(sizeof(*plug), &connect_ops, extack);
	if (!plug)
		return -ENOMEM;
	nic = vsw_nic_attach(dev, port->sw->dev, extack);
	if (IS_ERR(nic)) {
		kfree(plug);
		return PTR_ERR(nic);
	}

	plug->port = port;
	plug->nic = nic;
	plug->role = role;
	plug->old_role = port->role;
	nic->claims++;
	nic->plug = port;
	port->plug = nic;
	port->role = role;
	vsw_txn_add(txn, &plug->step);
	return 0;
}

static void disconnect_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct plug_step *plug = container_of(step, struct plug_step, step);

	WARN_ON_ONCE(rtnl_dereference(plug->port->nic) != plug->nic);
	vsw_plug_pull(plug->port);
}

static void disconnect_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct plug_step *plug = container_of(step, struct plug_step, step);

	plug->port->plug = plug->nic;
	plug->nic->plug = plug->port;
}

static const struct vsw_step_ops disconnect_ops = {
	.commit	= disconnect_commit,
	.abort	= disconnect_abort,
};

/**
 * vsw_plug_disconnect - unplug whatever is in a port
 * @txn: the transaction
 * @port: the port
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vsw_plug_disconnect(struct vsw_txn *txn, struct vsw_port *port,
			struct netlink_ext_ack *extack)
{
	struct plug_step *plug;

	ASSERT_RTNL();
	if (!port->plug)
		return 0;
	plug = vsw_step_create(sizeof(*plug), &disconnect_ops, extack);
	if (!plug)
		return -ENOMEM;
	plug->port = port;
	plug->nic = port->plug;
	plug->nic->plug = NULL;
	port->plug = NULL;
	vsw_txn_add(txn, &plug->step);
	return 0;
}

/**
 * vsw_plug_gone - a NIC that is plugged in goes away
 * @nic: the NIC
 *
 * Its port stays, with all that is configured.
 *
 * Context: RTNL held, may sleep. Up-call from nic/.
 */
void vsw_plug_gone(struct vsw_nic *nic)
{
	vsw_plug_pull(rtnl_dereference(nic->port));
}

/**
 * vsw_plug_bound - plug in the NIC that a port is bound to, if it is there
 * @txn: the transaction
 * @port: the port
 * @extack: where a refusal is explained
 *
 * A netdev that does not fit is left alone: it may be another's.
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vsw_plug_bound(struct vsw_txn *txn, struct vsw_port *port,
		   struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	if (!port->bind[0] || port->plug)
		return 0;
	dev = vsw_nic_dev_get_rtnl(dev_net(port->sw->dev), port->bind);
	if (!dev || dev->reg_state != NETREG_REGISTERED)
		return 0;
	err = vsw_plug_connect(txn, port, dev, port->role, NULL);
	if (err != -ENOMEM)
		return 0;
	NL_SET_ERR_MSG(extack, "out of memory for the NIC; try again");
	return err;
}

/**
 * vsw_plug_is_awaited - a netdev has appeared: is there a port bound to it?
 * @dev: the netdev
 *
 * The port takes it with the next vsw_plug_settle(), or at the end of the next
 * transaction. A NIC that was unplugged by hand stays so until it appears anew.
 *
 * Context: RTNL held. Up-call from nic/.
 * Return: true if there is one.
 */
bool vsw_plug_is_awaited(const struct net_device *dev)
{
	struct vsw_switch *sw;
	struct vsw_port *port;

	ASSERT_RTNL();
	vsw_switch_for_each_rtnl(sw, dev_net(dev)) {
		vsw_port_for_each_rtnl(port, sw) {
			if (strcmp(port->bind, dev->name))
				continue;
			port->bind_due = true;
			bind_is_due = true;
			return true;
		}
	}
	return false;
}

static void port_take_due(struct vsw_port *port)
{
	struct vsw_txn txn;

	if (!port->bind_due)
		return;
	port->bind_due = false;
	vsw_txn_begin(&txn);
	vsw_plug_bound(&txn, port, NULL);
	vsw_txn_commit(&txn);
}

/**
 * vsw_plug_take_due - let ports take the NICs that have just come
 *
 * At the end of each transaction, so that a NIC which it has made is plugged in
 * before anyone can give it another name, or move it to another namespace.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_plug_take_due(void)
{
	struct vsw_switch *sw;
	struct vsw_port *port;

	ASSERT_RTNL();
	if (!bind_is_due)
		return;
	bind_is_due = false;	/* first: each that is taken is a transaction */
	list_for_each_entry(sw, &vsw_switches, node) {
		vsw_port_for_each_rtnl(port, sw)
			port_take_due(port);
	}
}

static void port_settle(struct vsw_port *port)
{
	struct vsw_nic *nic = rtnl_dereference(port->nic);

	if (nic)
		vsw_nic_settle(nic);
}

/**
 * vsw_plug_settle - what ports could not do when a netdev's event came
 *
 * Context: RTNL held, may sleep. Up-call from nic/.
 */
void vsw_plug_settle(void)
{
	struct vsw_switch *sw;
	struct vsw_port *port;

	ASSERT_RTNL();
	vsw_plug_take_due();
	list_for_each_entry(sw, &vsw_switches, node) {
		vsw_port_for_each_rtnl(port, sw)
			port_settle(port);
	}
}

/**
 * vsw_plug_max_mtu - how large may a NIC's MTU be?
 * @nic: the NIC
 *
 * Context: RTNL held. Up-call from nic/.
 * Return: octets.
 */
int vsw_plug_max_mtu(const struct vsw_nic *nic)
{
	return nic->plug ? nic->plug->sw->dev->mtu : VSW_MTU_MAX;
}

/**
 * vsw_plug_drops - what was dropped at the port that a NIC is plugged into
 * @nic: the NIC
 * @drops: packets, by reason from the first on; all 0 if it is plugged in nowhere
 *
 * Context: RTNL held. Up-call from nic/.
 */
void vsw_plug_drops(const struct vsw_nic *nic, u64 *drops)
{
	const struct vsw_port *port = rtnl_dereference(nic->port);
	struct vsw_port_stats stats = {};

	if (port)
		vsw_port_stats_get(port, &stats);
	memcpy(drops, &stats.drops[VSW_DROP_NOT + 1],
	       VSW_DROP_MAX * sizeof(*drops));
}
