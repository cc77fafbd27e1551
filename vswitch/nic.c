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
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/**
 * struct nic_step - a synthetic NIC is made, set or deleted
 * @step: first member
 * @nic: the NIC
 * @mtu: that it is set to, 0 if it stays
 * @sets_mac: its address is set
 * @mac: to this
 */
struct nic_step {
	struct vsw_step	step;
	struct vsw_nic	*nic;
	u32		mtu;
	bool		sets_mac;
	u8		mac[ETH_ALEN];
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

static void mac_set(struct net_device *dev, const u8 *mac)
{
	struct sockaddr_storage addr = { .ss_family = dev->type };

	if (ether_addr_equal(dev->dev_addr, mac))
		return;
	memcpy(addr.__data, mac, ETH_ALEN);
	dev_set_mac_address(dev, &addr, NULL);
}

/*
 * Others take addresses and routes away when an MTU or an address changes, which
 * no undo would bring back: so not before all is certain. Both are in range, and no
 * one is known to refuse; the event tells how it is.
 */
static void set_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct nic_step *change = container_of(step, struct nic_step, step);
	struct net_device *dev = change->nic->dev;

	if (change->mtu)
		vsw_vnic_set_mtu(dev, change->mtu);
	if (change->sets_mac)
		mac_set(dev, change->mac);
	vsw_nl_notify_nic(change->nic, VSW_EVENT_SET);
}

static const struct vsw_step_ops set_ops = {
	.commit	= set_commit,
};

/**
 * vsw_nic_set - change settings of a synthetic NIC
 * @txn: the transaction
 * @dev: its netdev
 * @set: the settings; kind and queues are as they are
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vsw_nic_set(struct vsw_txn *txn, struct net_device *dev,
		const struct vsw_nic_settings *set,
		struct netlink_ext_ack *extack)
{
	struct nic_step *change;

	ASSERT_RTNL();
	change = vsw_step_create(sizeof(*change), &set_ops, extack);
	if (!change)
		return -ENOMEM;
	change->nic = vsw_nic_of_dev_rtnl(dev);
	change->mtu = set->mtu;
	if (set->mac) {
		change->sets_mac = true;
		ether_addr_copy(change->mac, set->mac);
	}
	vsw_txn_add(txn, &change->step);
	return 0;
}

static void del_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_nic *nic = step_nic(step);

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
