// SPDX-License-Identifier: GPL-2.0
/*
 * Synthetic NICs: made, set and deleted, in a transaction (txn.h). What they do
 * with frames is in nic/vnic.c.
 */

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/plug.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/**
 * struct nic_step - a synthetic NIC is made, set or deleted
 * @step: first member
 * @nic: the NIC
 * @old_mtu: its MTU before
 * @old_mac: its address before
 * @old_assign: and who had chosen that, NET_ADDR_*
 */
struct nic_step {
	struct vsw_step	step;
	struct vsw_nic	*nic;
	unsigned int	old_mtu;
	u8		old_mac[ETH_ALEN];
	u8		old_assign;
};

static struct vsw_nic *step_nic(struct vsw_step *step)
{
	return container_of(step, struct nic_step, step)->nic;
}

/**
 * vsw_nic_dev_get_rtnl - find a netdev that may be plugged in, by its name
 * @net: its namespace
 * @name: its name
 *
 * Context: RTNL held.
 * Return: the netdev, NULL if there is none, or if it is being deleted.
 */
struct net_device *vsw_nic_dev_get_rtnl(struct net *net, const char *name)
{
	struct net_device *dev = __dev_get_by_name(net, name);

	ASSERT_RTNL();
	if (dev && vsw_dev_is_vnic(dev) && vsw_nic_of_dev_rtnl(dev)->leaving)
		return NULL;
	return dev;
}

static void add_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_nic *nic = step_nic(step);

	nic->announced = true;
	vsw_nl_notify_nic(nic, VSW_EVENT_NEW);
}

static void add_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	vsw_vnic_destroy(step_nic(step)->dev, &txn->doomed);
}

static const struct vsw_step_ops add_ops = {
	.commit	= add_commit,
	.abort	= add_abort,
};

/**
 * vsw_nic_add - make a synthetic NIC
 * @txn: the transaction
 * @net: namespace to make it in
 * @name: its name, valid and not taken
 * @set: its settings
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or an error and nothing is changed.
 */
int vsw_nic_add(struct vsw_txn *txn, struct net *net, const char *name,
		const struct vsw_nic_settings *set,
		struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	struct nic_step *change;

	ASSERT_RTNL();
	change = vsw_step_create(sizeof(*change), &add_ops, extack);
	if (!change)
		return -ENOMEM;
	dev = vsw_vnic_create(net, name, set, extack);
	if (IS_ERR(dev)) {
		kfree(change);
		return PTR_ERR(dev);
	}
	change->nic = vsw_nic_of_dev_rtnl(dev);
	vsw_txn_add(txn, &change->step);
	return 0;
}

static int mac_set(struct net_device *dev, const u8 *mac,
		   struct netlink_ext_ack *extack)
{
	struct sockaddr_storage addr = { .ss_family = dev->type };

	if (ether_addr_equal(dev->dev_addr, mac))
		return 0;
	memcpy(addr.__data, mac, ETH_ALEN);
	return dev_set_mac_address(dev, &addr, extack);
}

static void set_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	vsw_nl_notify_nic(step_nic(step), VSW_EVENT_SET);
}

static void set_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct nic_step *change = container_of(step, struct nic_step, step);

	dev_set_mtu(change->nic->dev, change->old_mtu);
	mac_set(change->nic->dev, change->old_mac, NULL);
	change->nic->dev->addr_assign_type = change->old_assign;
}

static const struct vsw_step_ops set_ops = {
	.commit	= set_commit,
	.abort	= set_abort,
};

static int settings_enter(struct net_device *dev,
			  const struct vsw_nic_settings *set,
			  struct netlink_ext_ack *extack)
{
	int err = 0;

	if (set->mtu)
		err = dev_set_mtu(dev, set->mtu);
	if (err) {
		NL_SET_ERR_MSG(extack,
			       "the NIC does not take this MTU; choose another");
		return err;
	}
	if (set->mac)
		err = mac_set(dev, set->mac, extack);
	if (err)
		NL_SET_ERR_MSG(extack,
			       "the NIC does not take this MAC address; choose another");
	return err;
}

/**
 * vsw_nic_set - change settings of a synthetic NIC
 * @txn: the transaction
 * @dev: its netdev
 * @set: the settings; kind and queues are as they are
 * @extack: where a refusal is explained
 *
 * Its own user sees them at once, before the transaction is over.
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or an error and nothing is changed.
 */
int vsw_nic_set(struct vsw_txn *txn, struct net_device *dev,
		const struct vsw_nic_settings *set,
		struct netlink_ext_ack *extack)
{
	struct nic_step *change;
	int err;

	ASSERT_RTNL();
	change = vsw_step_create(sizeof(*change), &set_ops, extack);
	if (!change)
		return -ENOMEM;
	change->nic = vsw_nic_of_dev_rtnl(dev);
	change->old_mtu = dev->mtu;
	ether_addr_copy(change->old_mac, dev->dev_addr);
	change->old_assign = dev->addr_assign_type;
	err = settings_enter(dev, set, extack);
	if (err) {
		set_abort(txn, &change->step);
		kfree(change);
		return err;
	}
	vsw_txn_add(txn, &change->step);
	return 0;
}

static void del_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_nic *nic = step_nic(step);
	struct vsw_port *port = rtnl_dereference(nic->port);

	if (port)
		vsw_plug_pull(port);
	vsw_nl_notify_nic(nic, VSW_EVENT_DEL);
	nic->announced = false;
	vsw_vnic_destroy(nic->dev, &txn->doomed);
}

static void del_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	step_nic(step)->leaving = false;
}

static const struct vsw_step_ops del_ops = {
	.commit	= del_commit,
	.abort	= del_abort,
};

/**
 * vsw_nic_del - delete a synthetic NIC
 * @txn: the transaction
 * @dev: its netdev; unplugged first if need be
 * @extack: where a refusal is explained
 *
 * Its name is free when the transaction is over.
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vsw_nic_del(struct vsw_txn *txn, struct net_device *dev,
		struct netlink_ext_ack *extack)
{
	struct vsw_nic *nic = vsw_nic_of_dev_rtnl(dev);
	struct nic_step *change;
	int err = 0;

	ASSERT_RTNL();
	change = vsw_step_create(sizeof(*change), &del_ops, extack);
	if (!change)
		return -ENOMEM;
	if (nic->plug)
		err = vsw_plug_disconnect(txn, nic->plug, extack);
	if (err) {
		kfree(change);
		return err;
	}
	change->nic = nic;
	nic->leaving = true;
	vsw_txn_add(txn, &change->step);
	return 0;
}
