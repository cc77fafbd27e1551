// SPDX-License-Identifier: GPL-2.0
/*
 * NICs of virtual machines, link kind vswtap: a synthetic NIC (vnic.c) whose user
 * is not the host's stack but whoever opens its character device, by the kernel's
 * tap library. Class and sysfs layout are those of macvtap, so that QEMU, vhost-net
 * and libvirt use it as they use one.
 *
 * What the machine sends comes through the netdev's transmit routine. What it is
 * to receive goes from the switch straight into the ring of one of its queues.
 */

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/etherdevice.h>
#include <linux/if_tap.h>
#include <linux/if_tun.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>
#include <net/gso.h>

#include "compat/class.h"
#include "nic/kinds.h"

#define TAP_CLASS	"vswtap"

/* What a machine may be able to receive, until it says. */
#define TAP_OFFLOADS	(NETIF_F_HW_CSUM | NETIF_F_TSO_ECN | NETIF_F_TSO |   \
			 NETIF_F_TSO6)

/* What the library can always put into a ring. */
#define TAP_RING	(NETIF_F_GSO | NETIF_F_SG | NETIF_F_FRAGLIST)

/**
 * struct vsw_tap - private data of a netdev of link kind vswtap
 * @nic: the NIC, first as in all synthetic ones
 * @tap: what the library needs
 */
struct vsw_tap {
	struct vsw_nic	nic;
	struct tap_dev	tap;
};

static dev_t tap_major;
static struct cdev tap_cdev;

/* The library tells in this way that it had no room; all else is seen to before. */
static DEFINE_PER_CPU(bool, ring_was_full);

static VSW_CLASS_NAMESPACE *tap_namespace(VSW_CLASS_DEVICE *dev)
{
	return vsw_compat_class_namespace(dev_net(to_net_dev(dev->parent)));
}

static struct class tap_class = {
	.name		= TAP_CLASS,
	.ns_type	= &net_ns_type_operations,
	.namespace	= tap_namespace,
};

static struct tap_dev *tap_of(const struct net_device *dev)
{
	struct vsw_tap *priv = netdev_priv(dev);

	return &priv->tap;
}

static void count_rx_dropped(struct tap_dev *tap)
{
	this_cpu_write(ring_was_full, true);
}

static void count_tx_dropped(struct tap_dev *tap)
{
	dev_core_stats_tx_dropped_inc(tap->dev);
}

/**
 * vsw_tap_size - size of the private data of a vswtap
 *
 * Context: any.
 * Return: octets.
 */
size_t vsw_tap_size(void)
{
	return sizeof(struct vsw_tap);
}

/**
 * vsw_tap_open - a vswtap is being registered
 * @dev: its netdev
 *
 * Context: RTNL held.
 * Return: 0 or an error.
 */
int vsw_tap_open(struct net_device *dev)
{
	struct tap_dev *tap = tap_of(dev);

	INIT_LIST_HEAD(&tap->queue_list);
	tap->dev = dev;
	tap->tap_features = TAP_OFFLOADS;
	tap->count_rx_dropped = count_rx_dropped;
	tap->count_tx_dropped = count_tx_dropped;
	/* this is how the library finds the tap of a netdev */
	return netdev_rx_handler_register(dev, tap_handle_frame, tap);
}

/**
 * vsw_tap_close - a vswtap goes; whoever has it open reads no more
 * @dev: its netdev
 *
 * Context: RTNL held, may sleep.
 */
void vsw_tap_close(struct net_device *dev)
{
	netdev_rx_handler_unregister(dev);
	tap_del_queues(tap_of(dev));
}

static int node_create(struct net_device *dev)
{
	struct tap_dev *tap = tap_of(dev);
	struct device *node;
	char name[IFNAMSIZ];
	dev_t number;
	int err;

	snprintf(name, sizeof(name), "tap%d", dev->ifindex);
	err = tap_get_minor(tap_major, tap);
	if (err)
		return err;
	number = MKDEV(MAJOR(tap_major), tap->minor);
	node = device_create(&tap_class, &dev->dev, number, dev, "%s", name);
	if (IS_ERR(node)) {
		err = PTR_ERR(node);
		goto free_minor;
	}
	err = sysfs_create_link(&dev->dev.kobj, &node->kobj, name);
	if (err)
		goto destroy_device;
	return 0;

destroy_device:
	device_destroy(&tap_class, number);
free_minor:
	tap_free_minor(tap_major, tap);
	tap->minor = 0;
	return err;
}

/* Nothing is done if node_create() failed. */
static void node_destroy(struct net_device *dev)
{
	struct tap_dev *tap = tap_of(dev);
	char name[IFNAMSIZ];

	if (!tap->minor)
		return;
	snprintf(name, sizeof(name), "tap%d", dev->ifindex);
	sysfs_remove_link(&dev->dev.kobj, name);
	device_destroy(&tap_class, MKDEV(MAJOR(tap_major), tap->minor));
	tap_free_minor(tap_major, tap);
	tap->minor = 0;
}

/**
 * vsw_tap_event - what happens to the netdev of a vswtap
 * @dev: the netdev
 * @event: NETDEV_*
 *
 * Its node in /dev is called after its ifindex and belongs to its namespace; both
 * may change with a move, which is told as UNREGISTER and REGISTER.
 *
 * Context: RTNL held, may sleep.
 * Return: 0, or an error that refuses the event.
 */
int vsw_tap_event(struct net_device *dev, unsigned long event)
{
	switch (event) {
	case NETDEV_REGISTER:
		return node_create(dev);
	case NETDEV_UNREGISTER:
		node_destroy(dev);
		return 0;
	case NETDEV_CHANGE_TX_QUEUE_LEN:
		return tap_queue_resize(tap_of(dev));
	default:
		return 0;
	}
}

/* What the reader takes whole; all queues of a machine are opened alike. */
static netdev_features_t ring_features(const struct tap_dev *tap)
{
	const struct tap_queue *queue = rcu_dereference(tap->taps[0]);

	if (queue && queue->flags & IFF_VNET_HDR)
		return TAP_RING | tap->tap_features;
	return TAP_RING;
}

static enum vsw_drop put_one(struct sk_buff *skb)
{
	this_cpu_write(ring_was_full, false);
	if (unlikely(tap_handle_frame(&skb) != RX_HANDLER_CONSUMED)) {
		kfree_skb(skb);
		return VSW_DROP_TO_NO_READER;
	}
	return this_cpu_read(ring_was_full) ? VSW_DROP_TO_NIC_FULL :
					      VSW_DROP_NOT;
}

/* What a sender claims for its offloads may not fit what it sent. */
static enum vsw_drop not_offloaded(int err)
{
	return err == -ENOMEM ? VSW_DROP_TO_NO_MEMORY :
				VSW_DROP_TO_OFFLOAD_INVALID;
}

/*
 * For a reader that cannot take it whole, or from a sender that is not trusted. The
 * library would do it as well, but would not tell why it failed half-way.
 */
static enum vsw_drop put_segments(struct sk_buff *skb, netdev_features_t features)
{
	enum vsw_drop result = VSW_DROP_NOT;
	struct sk_buff *segs, *next;

	skb_push(skb, ETH_HLEN);
	segs = __skb_gso_segment(skb, features, false);
	if (IS_ERR(segs)) {
		kfree_skb(skb);
		return not_offloaded(PTR_ERR(segs));
	}
	if (!segs) {		/* it is what it claims to be */
		__skb_pull(skb, ETH_HLEN);
		return put_one(skb);
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		__skb_pull(skb, ETH_HLEN);
		result = put_one(skb) ?: result;
	}
	return result;
}

/**
 * vsw_tap_receive - let a virtual machine receive a frame
 * @nic: the NIC
 * @skb: the frame, from its payload on, its device set; consumed
 *
 * Context: rcu_read_lock() held, BH off.
 * Return: VSW_DROP_NOT, or why not all of it could be put into the ring.
 */
enum vsw_drop vsw_tap_receive(const struct vsw_nic *nic, struct sk_buff *skb)
{
	netdev_features_t features = ring_features(tap_of(nic->dev));
	int err;

	/*
	 * It stays in the ring for as long as the reader likes, and no sender must
	 * be held up by that: neither by its socket's buffer nor for its pages.
	 */
	skb_orphan(skb);
	if (unlikely(skb_orphan_frags_rx(skb, GFP_ATOMIC))) {
		kfree_skb(skb);
		return VSW_DROP_TO_NO_MEMORY;
	}
	if (unlikely(netif_needs_gso(skb, features)))
		return put_segments(skb, features);
	if (skb->ip_summed == CHECKSUM_PARTIAL && !(features & NETIF_F_CSUM_MASK)) {
		err = skb_checksum_help(skb);
		if (unlikely(err)) {
			kfree_skb(skb);
			return not_offloaded(err);
		}
	}
	return put_one(skb);
}

/**
 * vsw_tap_init - get device numbers and the class of vswtaps
 *
 * Context: module init.
 * Return: 0 or an error.
 */
int vsw_tap_init(void)
{
	int err;

	err = tap_create_cdev(&tap_cdev, &tap_major, TAP_CLASS, THIS_MODULE);
	if (err)
		return err;
	err = class_register(&tap_class);
	if (err)
		tap_destroy_cdev(tap_major, &tap_cdev);
	return err;
}

/**
 * vsw_tap_exit - give device numbers and class back; no vswtap is left
 *
 * Context: module exit, may sleep.
 */
void vsw_tap_exit(void)
{
	class_unregister(&tap_class);
	tap_destroy_cdev(tap_major, &tap_cdev);
}
