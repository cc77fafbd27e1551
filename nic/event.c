// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to netdevs, told to the switch: links that come and go, NICs that
 * appear, are renamed, leave.
 */

#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>

#include "netlink/netlink.h"
#include "nic/kinds.h"
#include "vswitch/vswitch.h"

/*
 * A netdev that has just been registered is not ready to be opened: its maker is
 * still at work under RTNL. One that is being opened cannot be closed. So ports
 * take the NICs they are bound to, and close those that they give no link, a
 * moment later.
 */
static void settle_work_run(struct work_struct *work)
{
	rtnl_lock();
	vsw_plug_settle();
	rtnl_unlock();
}

static DECLARE_WORK(settle_work, settle_work_run);

/* An adopted netdev is ours alone: no VLAN, no macvlan, no other master on it. */
static int upper_check(struct netdev_notifier_changeupper_info *info,
		       struct vsw_port *port)
{
	if (!info->linking || info->upper_dev == port->sw->dev)
		return NOTIFY_DONE;
	NL_SET_ERR_MSG(info->info.extack,
		       "the device is plugged into a switch; disconnect it first");
	return notifier_from_errno(-EBUSY);
}

static int adopted_event(struct vsw_nic *nic, struct vsw_port *port,
			 unsigned long event, void *info)
{
	switch (event) {
	case NETDEV_UNREGISTER:
		/* it goes, or moves to another namespace: as it is now */
		nic->was_up = nic->dev->flags & IFF_UP;
		vsw_plug_gone(nic);
		return NOTIFY_DONE;
	case NETDEV_CHANGEMTU:
		/* from a certain size on there is IPv6, and then it begins anew */
		nic->muted |= vsw_ipv6_mute(nic->dev);
		return NOTIFY_DONE;
	case NETDEV_PRECHANGEUPPER:
		return upper_check(info, port);
	case NETDEV_PRE_TYPE_CHANGE:
		return NOTIFY_BAD;
	default:
		return NOTIFY_DONE;
	}
}

static int nic_event(struct vsw_nic *nic, unsigned long event, void *info)
{
	struct vsw_port *port = rtnl_dereference(nic->port);

	if (!port)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_UP:
		if (!nic->link)
			schedule_work(&settle_work);
		fallthrough;
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		vsw_link_update(port);
		return NOTIFY_DONE;
	case NETDEV_CHANGENAME:
		vsw_nl_notify_nic(nic, VSW_EVENT_SET);
		return NOTIFY_DONE;
	}
	if (nic->kind == VSW_NIC_NETDEV)
		return adopted_event(nic, port, event, info);
	return NOTIFY_DONE;
}

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct vsw_nic *nic = vsw_nic_of_dev_rtnl(dev);
	int err;

	if (nic && nic->kind == VSW_NIC_TAP) {
		err = vsw_tap_event(dev, event);
		if (err)
			return notifier_from_errno(err);
	}

	if ((event == NETDEV_REGISTER || event == NETDEV_CHANGENAME) &&
	    vsw_plug_is_awaited(dev))
		schedule_work(&settle_work);
	return nic ? nic_event(nic, event, info) : NOTIFY_DONE;
}

static struct notifier_block netdev_notifier = {
	.notifier_call = netdev_event,
};

/**
 * vsw_nic_event_init - begin to follow netdevs
 *
 * Context: module init.
 * Return: 0 or an error.
 */
int vsw_nic_event_init(void)
{
	int err;

	err = vsw_ipv6_init();
	if (err)
		return err;
	err = register_netdevice_notifier(&netdev_notifier);
	if (err)
		vsw_ipv6_exit();
	return err;
}

/**
 * vsw_nic_event_exit - follow netdevs no more
 *
 * Context: module exit, may sleep, RTNL not held.
 */
void vsw_nic_event_exit(void)
{
	unregister_netdevice_notifier(&netdev_notifier);
	vsw_ipv6_exit();
	cancel_work_sync(&settle_work);
}
