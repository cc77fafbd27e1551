// SPDX-License-Identifier: GPL-2.0
/*
 * The host's IPv6 keeps silent on netdevs that are not its own: what is plugged in,
 * and the NICs of virtual machines. Nobody asks it to speak there, but it does by
 * itself: detection of duplicate addresses, solicitations of routers, reports of
 * multicast listeners. These would appear on the cable as if the switch, or the
 * machine, had sent them.
 *
 * What is set is disable_ipv6 of the netdev, as by sysctl. It also ends what is under
 * way, as a flag of the netdev that keeps addresses from coming would not, and older
 * kernels have no such flag. Addresses stay, for when the netdev is given back.
 */

#include <net/addrconf.h>

#include "nic/kinds.h"

/**
 * vsw_ipv6_mute - let the host's IPv6 send nothing through a netdev
 * @dev: the netdev
 *
 * Context: RTNL or rcu_read_lock() held.
 * Return: true if it could before.
 */
bool vsw_ipv6_mute(struct net_device *dev)
{
	struct inet6_dev *idev = rcu_dereference_rtnl(dev->ip6_ptr);

	if (!idev || READ_ONCE(idev->cnf.disable_ipv6))
		return false;
	WRITE_ONCE(idev->cnf.disable_ipv6, 1);
	return true;
}

/**
 * vsw_ipv6_unmute - undo vsw_ipv6_mute()
 * @dev: the netdev
 *
 * Context: RTNL held.
 */
void vsw_ipv6_unmute(struct net_device *dev)
{
	struct inet6_dev *idev = rcu_dereference_rtnl(dev->ip6_ptr);

	if (idev)
		WRITE_ONCE(idev->cnf.disable_ipv6, 0);
}

/*
 * Someone has enabled IPv6 again, perhaps for all netdevs at once, or it has begun
 * anew because the MTU allows it: in any case an address comes first.
 */
static int address_event(struct notifier_block *nb, unsigned long event,
			 void *info)
{
	struct net_device *dev = ((struct inet6_ifaddr *)info)->idev->dev;
	struct vsw_nic *nic;

	if (event != NETDEV_UP)
		return NOTIFY_DONE;
	rcu_read_lock();
	nic = vsw_netdev_nic_rcu(dev);
	if (nic && READ_ONCE(nic->engaged)) {
		if (vsw_ipv6_mute(dev))
			WRITE_ONCE(nic->muted, true);
	} else if (vsw_dev_is_vnic(dev) &&
		   vsw_vnic_nic(dev)->kind == VSW_NIC_TAP) {
		vsw_ipv6_mute(dev);
	}
	rcu_read_unlock();
	return NOTIFY_DONE;
}

static struct notifier_block address_notifier = {
	.notifier_call = address_event,
};

/**
 * vsw_ipv6_init - begin to follow IPv6 addresses
 *
 * Context: module init.
 * Return: 0 or an error.
 */
int vsw_ipv6_init(void)
{
	if (!IS_ENABLED(CONFIG_IPV6))
		return 0;
	return register_inet6addr_notifier(&address_notifier);
}

/**
 * vsw_ipv6_exit - follow IPv6 addresses no more
 *
 * Context: module exit, may sleep.
 */
void vsw_ipv6_exit(void)
{
	if (IS_ENABLED(CONFIG_IPV6))
		unregister_inet6addr_notifier(&address_notifier);
}
