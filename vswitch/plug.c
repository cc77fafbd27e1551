// SPDX-License-Identifier: GPL-2.0
/*
 * Plugging NICs into ports: who may, and in which order.
 *
 * In: the NIC is claimed, which may be refused; the port and the NIC learn of each
 * other, the link comes up. Out: the link goes down and what was learned is flushed, port
 * and NIC forget each other, the NIC is given back.
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/link.h"
#include "vswitch/plug.h"
#include "vswitch/vswitch.h"

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

/**
 * vsw_plug_claim - the part of plugging in that may fail
 * @port: the port
 * @dev: any Ethernet netdev
 * @role: enum vsw_nic_role
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: the NIC, for vsw_plug_insert(), or for vsw_nic_detach() if it comes to
 * nothing; ERR_PTR(): -EBUSY, -EINVAL, -ELOOP, -EPERM, -ENOMEM, or the
 * netdev's own refusal.
 */
struct vsw_nic *vsw_plug_claim(struct vsw_port *port, struct net_device *dev,
			       u8 role, struct netlink_ext_ack *extack)
{
	struct vsw_nic *nic = vsw_nic_of_dev_rtnl(dev);
	int err;

	if (vsw_switch_of_dev(dev)) {
		NL_SET_ERR_MSG(extack,
			       "a switch cannot be plugged into a switch; join two with a veth pair");
		return ERR_PTR(-ELOOP);
	}
	if (rtnl_dereference(port->nic)) {
		NL_SET_ERR_MSG(extack,
			       "the port has a NIC already; disconnect it first");
		return ERR_PTR(-EBUSY);
	}
	err = vsw_plug_role_check(port, nic ? nic->kind : VSW_NIC_NETDEV, role,
				  extack);
	if (err)
		return ERR_PTR(err);
	return vsw_nic_attach(dev, port->sw->dev, extack);
}

/**
 * vsw_plug_insert - the part of plugging in that cannot fail
 * @port: a port without NIC
 * @nic: the NIC, from vsw_plug_claim()
 * @role: the role it was claimed for
 *
 * Context: RTNL held, may sleep.
 */
void vsw_plug_insert(struct vsw_port *port, struct vsw_nic *nic, u8 role)
{
	ASSERT_RTNL();
	nic->role = role;
	port->role = role;
	rcu_assign_pointer(port->nic, nic);
	rcu_assign_pointer(nic->port, port);
	vsw_config_seq++;
	vsw_nl_notify_nic(nic, VSW_EVENT_CONNECT);
	vsw_link_update(port);
}

/**
 * vsw_plug_connect - plug a netdev into a port
 * @port: the port
 * @dev: any Ethernet netdev
 * @role: enum vsw_nic_role
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error, as vsw_plug_claim().
 */
int vsw_plug_connect(struct vsw_port *port, struct net_device *dev, u8 role,
		     struct netlink_ext_ack *extack)
{
	struct vsw_nic *nic;

	ASSERT_RTNL();
	nic = vsw_plug_claim(port, dev, role, extack);
	if (IS_ERR(nic))
		return PTR_ERR(nic);
	vsw_plug_insert(port, nic, role);
	return 0;
}

/**
 * vsw_plug_disconnect - unplug whatever is in a port
 * @port: the port
 *
 * Context: RTNL held, may sleep.
 */
void vsw_plug_disconnect(struct vsw_port *port)
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
	nic->role = VSW_ROLE_EDGE;
	vsw_link_update(port);
	vsw_nic_detach(nic, port->sw->dev);
	if (was_uplink)
		vsw_link_update_followers(port->sw);
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
	vsw_plug_disconnect(rtnl_dereference(nic->port));
}

/**
 * vsw_plug_bound_port - plug in the NIC that a port is bound to, if it is there
 * @port: the port
 *
 * A netdev that does not fit is left alone: it may be another's.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_plug_bound_port(struct vsw_port *port)
{
	struct net_device *dev;

	port->bind_due = false;
	if (!port->bind[0] || rtnl_dereference(port->nic))
		return;
	dev = __dev_get_by_name(dev_net(port->sw->dev), port->bind);
	if (dev && dev->reg_state == NETREG_REGISTERED)
		vsw_plug_connect(port, dev, port->role, NULL);
}

/**
 * vsw_plug_is_awaited - a netdev has appeared: is there a port bound to it?
 * @dev: the netdev
 *
 * The port takes it with the next vsw_plug_settle(). A NIC that was unplugged by
 * hand stays so until it appears anew.
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
			return true;
		}
	}
	return false;
}

static void port_settle(struct vsw_port *port)
{
	struct vsw_nic *nic;

	if (port->bind_due)
		vsw_plug_bound_port(port);
	nic = rtnl_dereference(port->nic);
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
	list_for_each_entry(sw, &vsw_switches, node) {
		vsw_port_for_each_rtnl(port, sw)
			port_settle(port);
	}
}
