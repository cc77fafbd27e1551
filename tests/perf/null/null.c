// SPDX-License-Identifier: GPL-2.0
/*
 * The floor of any switch of sk_buffs: what comes in at one of two netdevs goes
 * out at the other, unseen. A tool of tests/perf, no product; it works in the
 * initial network namespace and is told its netdevs at insmod.
 */

#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

static char *a;
module_param(a, charp, 0);
MODULE_PARM_DESC(a, "one netdev");

static char *b;
module_param(b, charp, 0);
MODULE_PARM_DESC(b, "the other netdev");

static struct net_device *devs[2];

static rx_handler_result_t handle_frame(struct sk_buff **pskb)
{
	struct sk_buff *skb = skb_share_check(*pskb, GFP_ATOMIC);

	if (!skb)
		return RX_HANDLER_CONSUMED;
	skb_push(skb, ETH_HLEN);
	skb->dev = rcu_dereference(skb->dev->rx_handler_data);
	dev_queue_xmit(skb);
	return RX_HANDLER_CONSUMED;
}

static int take_over(unsigned int one)
{
	int err;

	err = netdev_rx_handler_register(devs[one], handle_frame, devs[!one]);
	if (err)
		return err;
	dev_set_promiscuity(devs[one], 1);
	return 0;
}

static void give_back(unsigned int one)
{
	dev_set_promiscuity(devs[one], -1);
	netdev_rx_handler_unregister(devs[one]);
}

/* The netdevs outlive the module: no reference is taken, none has to be watched. */
static int __init null_init(void)
{
	int err = -ENODEV;

	rtnl_lock();
	devs[0] = __dev_get_by_name(&init_net, a ?: "");
	devs[1] = __dev_get_by_name(&init_net, b ?: "");
	if (!devs[0] || !devs[1])
		goto unlock;
	err = take_over(0);
	if (err)
		goto unlock;
	err = take_over(1);
	if (err)
		give_back(0);
unlock:
	rtnl_unlock();
	return err;
}
module_init(null_init);

static void __exit null_exit(void)
{
	rtnl_lock();
	give_back(0);
	give_back(1);
	rtnl_unlock();
}
module_exit(null_exit);

MODULE_DESCRIPTION("Receive on one netdev, transmit on the other");
MODULE_LICENSE("GPL");
