// SPDX-License-Identifier: GPL-2.0
/*
 * NICs of all kinds: a switch over the kind, no indirect calls.
 */

#include <linux/rtnetlink.h>

#include "nic/kinds.h"

/**
 * vsw_nic_of_dev_rtnl - the NIC that a netdev is
 * @dev: any netdev
 *
 * Context: RTNL held.
 * Return: the NIC of a synthetic or an adopted netdev, NULL for others.
 */
struct vsw_nic *vsw_nic_of_dev_rtnl(const struct net_device *dev)
{
	ASSERT_RTNL();
	if (vsw_dev_is_vnic(dev))
		return vsw_vnic_nic(dev);
	return vsw_netdev_nic_rtnl(dev);
}

/**
 * vsw_nic_attach - make a netdev ready to be plugged into a port
 * @dev: the netdev, plugged in nowhere when the transaction at work is done; a
 *	synthetic NIC is taken as it is, any other is taken over
 * @master: netdev of the switch
 * @extack: where a refusal is explained
 *
 * Context: RTNL held.
 * Return: the NIC, or ERR_PTR(): -EBUSY, -EINVAL, -ENOMEM, or the netdev's own
 * refusal.
 */
struct vsw_nic *vsw_nic_attach(struct net_device *dev,
			       struct net_device *master,
			       struct netlink_ext_ack *extack)
{
	struct vsw_nic *nic = vsw_nic_of_dev_rtnl(dev);

	if (!nic)
		return vsw_netdev_adopt(dev, master, extack);
	if (nic->kind != VSW_NIC_NETDEV || nic->master == master)
		return nic;
	/* it leaves the one when all is certain; the other might refuse it then */
	NL_SET_ERR_MSG(extack,
		       "an existing device cannot go from one switch to another in one transaction; disconnect it in one, connect it in the next");
	return ERR_PTR(-EBUSY);
}

/**
 * vsw_nic_engage - the NIC is about to be plugged into a port
 * @nic: the NIC
 *
 * Context: RTNL held.
 */
void vsw_nic_engage(struct vsw_nic *nic)
{
	if (nic->kind == VSW_NIC_NETDEV)
		vsw_netdev_engage(nic);
}

/**
 * vsw_nic_detach - undo vsw_nic_attach()
 * @nic: a NIC that is plugged in nowhere; an adopted one is gone afterwards
 *
 * Context: RTNL held.
 */
void vsw_nic_detach(struct vsw_nic *nic)
{
	ASSERT_RTNL();
	WARN_ON_ONCE(rtnl_dereference(nic->port) || nic->plug || nic->claims);
	if (nic->kind == VSW_NIC_NETDEV)
		vsw_netdev_release(nic);
	else
		vsw_vnic_set_link(nic, false);
}

/**
 * vsw_nic_set_link - what a cable does
 * @nic: a NIC that is plugged in
 * @up: whether the port gives it a link
 *
 * A synthetic NIC's carrier follows. An adopted netdev is opened and closed, so
 * that whoever is at its other end sees it.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_nic_set_link(struct vsw_nic *nic, bool up)
{
	ASSERT_RTNL();
	if (nic->link == up)
		return;
	nic->link = up;
	if (nic->kind == VSW_NIC_NETDEV)
		vsw_netdev_set_link(nic, up);
	else
		vsw_vnic_set_link(nic, up);
}

/**
 * vsw_nic_settle - take back a link that someone else gave to a NIC
 * @nic: a NIC that is plugged in
 *
 * Context: RTNL held, may sleep.
 */
void vsw_nic_settle(struct vsw_nic *nic)
{
	if (nic->kind == VSW_NIC_NETDEV)
		vsw_netdev_settle(nic);
}

/**
 * vsw_nic_link_reason - why a NIC has no link from its own side
 * @nic: the NIC
 *
 * Context: RTNL held.
 * Return: VSW_DOWN_NOT if it has one, VSW_DOWN_NIC or VSW_DOWN_CARRIER.
 */
enum vsw_down_reason vsw_nic_link_reason(const struct vsw_nic *nic)
{
	if (!netif_running(nic->dev))
		return VSW_DOWN_NIC;
	/* a synthetic NIC's carrier is the port's to give */
	if (nic->kind == VSW_NIC_NETDEV && !netif_carrier_ok(nic->dev))
		return VSW_DOWN_CARRIER;
	return VSW_DOWN_NOT;
}

/**
 * vsw_nic_xmit - hand a frame to a NIC
 * @nic: the NIC
 * @skb: the frame as in vsw_frame; consumed in any case
 *
 * Context: rcu_read_lock() held, BH off.
 * Return: VSW_DROP_NOT if the NIC took it, or why not.
 */
enum vsw_drop vsw_nic_xmit(const struct vsw_nic *nic, struct sk_buff *skb)
{
	if (nic->kind == VSW_NIC_NETDEV)
		return vsw_netdev_xmit(nic, skb);
	return vsw_vnic_receive(nic, skb);
}
