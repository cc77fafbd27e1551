// SPDX-License-Identifier: GPL-2.0
/*
 * Synthetic NICs, link kind vswnic: the host's own presence on a switch, or a
 * container's. Both ends are ours, so a frame goes from the sender's transmit
 * routine through the switch to the receiver's backlog, in one go. Those of
 * virtual machines, link kind vswtap, differ in how they receive (tap.c).
 */

#include <linux/etherdevice.h>
#include <linux/if_tun.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <net/dsa.h>
#include <net/gro_cells.h>
#include <net/rtnetlink.h>

#include "compat/netdev.h"
#include "compat/newlink.h"
#include "netlink/netlink.h"
#include "nic/kinds.h"
#include "vswitch/vswitch.h"

#define VNIC_KIND	"vswnic"
#define TAP_KIND	"vswtap"
#define VNIC_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM |  \
			 NETIF_F_GSO_SOFTWARE | NETIF_F_RXCSUM |	    \
			 NETIF_F_HIGHDMA)
#define VNIC_VLAN	(NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_CTAG_RX | \
			 NETIF_F_HW_VLAN_STAG_TX | NETIF_F_HW_VLAN_STAG_RX)

static const struct net_device_ops vnic_ops;
static struct rtnl_link_ops vnic_link_ops, tap_link_ops;

/**
 * struct vsw_vnic - private data of a netdev of link kind vswnic
 * @nic: the NIC, first as in all synthetic ones
 * @cells: put segments together that came in one by one
 */
struct vsw_vnic {
	struct vsw_nic		nic;
	struct gro_cells	cells;
};

static struct gro_cells *cells_of(const struct net_device *dev)
{
	struct vsw_vnic *vnic = netdev_priv(dev);

	return &vnic->cells;
}

/**
 * vsw_dev_is_vnic - is a netdev a synthetic NIC of ours?
 * @dev: any netdev
 *
 * Context: any.
 * Return: true if so.
 */
bool vsw_dev_is_vnic(const struct net_device *dev)
{
	return dev->netdev_ops == &vnic_ops;
}

/**
 * vsw_vnic_nic - the record of a synthetic NIC
 * @dev: a netdev for which vsw_dev_is_vnic() holds
 *
 * Context: any.
 * Return: the NIC, never NULL.
 */
struct vsw_nic *vsw_vnic_nic(const struct net_device *dev)
{
	return netdev_priv(dev);
}

/*
 * Nothing but the frame crosses the cable: no priority that would choose a class
 * at the other end, no number of a queue that it may not have.
 */
static void cross_cable(struct sk_buff *skb)
{
	skb_scrub_packet(skb, true);
	skb_set_queue_mapping(skb, 0);
	skb->priority = 0;
}

/* What eth_type_trans() does, but for whom the frame is: that is the switch's. */
static void pull_header(struct sk_buff *skb, struct net_device *dev)
{
	skb_reset_mac_header(skb);
	if (likely(eth_proto_is_802_3(eth_hdr(skb)->h_proto))) {
		skb->protocol = eth_hdr(skb)->h_proto;
		__skb_pull(skb, ETH_HLEN);
	} else {
		skb->protocol = eth_type_trans(skb, dev);
	}
	skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
}

/*
 * Sent by whoever uses the NIC. BH is off and rcu_read_lock_bh() held, as for
 * every transmit routine.
 */
static netdev_tx_t vnic_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct vsw_nic *nic = vsw_vnic_nic(dev);
	struct vsw_port *port;

	rcu_read_lock();
	port = rcu_dereference(nic->port);
	if (unlikely(!port))
		goto drop;
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		vsw_input_runt(port, skb);
		goto unlock;
	}
	dev_sw_netstats_tx_add(dev, 1, skb->len);
	skb_tx_timestamp(skb);
	cross_cable(skb);
	pull_header(skb, dev);
	vsw_input(port, skb);
	goto unlock;

drop:
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
unlock:
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

static bool is_tcp(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return skb_headlen(skb) >= sizeof(struct iphdr) &&
		       ((struct iphdr *)skb->data)->protocol == IPPROTO_TCP;
	return skb->protocol == htons(ETH_P_IPV6) &&
	       skb_headlen(skb) >= sizeof(struct ipv6hdr) &&
	       ((struct ipv6hdr *)skb->data)->nexthdr == IPPROTO_TCP;
}

/*
 * May a stream of this sender come in segments? A synthetic NIC hands over large
 * packets, unless its user has turned that off; a virtual machine may know no
 * better; what is behind an adopted netdev is anyone's guess.
 */
static bool sends_segments(const struct net_device *dev)
{
	const netdev_features_t tso = NETIF_F_TSO | NETIF_F_TSO6;

	return !vsw_dev_is_vnic(dev) ||
	       vsw_vnic_nic(dev)->kind == VSW_NIC_TAP ||
	       unlikely((dev->features & tso) != tso);
}

/*
 * Segments are worth putting together. All TCP of such a sender goes this way,
 * also what is large already: nothing must overtake what waits here. What is
 * shared is not to be changed; it is no stream's.
 */
static enum vsw_drop stream_receive(const struct vsw_nic *nic,
				    struct sk_buff *skb)
{
	/* segments of one packet may not all say whose they are */
	skb_orphan(skb);
	/* a sender's stack keeps a clone of what it may repeat; cells take none */
	if (skb_unclone(skb, GFP_ATOMIC)) {
		kfree_skb(skb);
		return VSW_DROP_TO_NO_MEMORY;
	}
	return gro_cells_receive(cells_of(nic->dev), skb) == NET_RX_SUCCESS ?
	       VSW_DROP_NOT : VSW_DROP_TO_NIC_FULL;
}

static enum vsw_drop backlog_receive(struct sk_buff *skb)
{
	/* counted by the core if it has no room */
	return __netif_rx(skb) == NET_RX_SUCCESS ? VSW_DROP_NOT :
						   VSW_DROP_TO_NIC_FULL;
}

/*
 * What eth_type_trans() does, which is only needed where the frame is not for the
 * receiver's own address: its protocol is known since it entered the switch.
 */
static void set_receiver(struct sk_buff *skb, struct net_device *dev)
{
	skb->dev = dev;
	if (likely(ether_addr_equal_64bits(eth_hdr(skb)->h_dest,
					   dev->dev_addr) &&
		   !netdev_uses_dsa(dev)))
		return;
	skb_push(skb, ETH_HLEN);
	skb->protocol = eth_type_trans(skb, dev);
}

/**
 * vsw_vnic_receive - let a synthetic NIC receive a frame
 * @nic: the NIC
 * @skb: the frame, consumed
 *
 * Context: rcu_read_lock() held, BH off.
 * Return: VSW_DROP_NOT, or why its user did not get it.
 */
enum vsw_drop vsw_vnic_receive(const struct vsw_nic *nic, struct sk_buff *skb)
{
	const struct net_device *sender = skb->dev;
	struct net_device *dev = nic->dev;
	unsigned int len = skb->len + ETH_HLEN;
	enum vsw_drop reason;

	/* from another synthetic NIC it has come through a cable already */
	if (!vsw_dev_is_vnic(sender))
		cross_cable(skb);
	set_receiver(skb, dev);
	if (nic->kind == VSW_NIC_TAP)
		reason = vsw_tap_receive(nic, skb);
	else if (sends_segments(sender) && is_tcp(skb) && !skb_shared(skb))
		reason = stream_receive(nic, skb);
	else
		reason = backlog_receive(skb);
	if (likely(reason == VSW_DROP_NOT))
		dev_sw_netstats_rx_add(dev, len);
	return reason;
}

/**
 * vsw_vnic_set_link - give a synthetic NIC its carrier, or take it
 * @nic: the NIC
 * @up: carrier on or off
 *
 * Context: RTNL held.
 */
void vsw_vnic_set_link(struct vsw_nic *nic, bool up)
{
	nic->link = up;
	if (up)
		netif_carrier_on(nic->dev);
	else
		netif_carrier_off(nic->dev);
}

static int vnic_init(struct net_device *dev)
{
	struct vsw_nic *nic = vsw_vnic_nic(dev);
	int err;

	nic->dev = dev;
	netif_carrier_off(dev);
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;
	if (nic->kind == VSW_NIC_TAP)
		err = vsw_tap_open(dev);
	else
		err = gro_cells_init(cells_of(dev), dev);
	if (err)
		free_percpu(dev->tstats);
	return err;
}

/*
 * Not on a move to another namespace: only when the netdev goes for good. It was
 * closed before a grace period that is over: no frame gets into the cells any more.
 */
static void vnic_uninit(struct net_device *dev)
{
	struct vsw_nic *nic = vsw_vnic_nic(dev);

	if (rtnl_dereference(nic->port))
		vsw_plug_gone(nic);
	if (nic->announced)
		vsw_nl_notify_nic(nic, VSW_EVENT_DEL);
	if (nic->kind == VSW_NIC_TAP)
		vsw_tap_close(dev);
	else
		gro_cells_destroy(cells_of(dev));
	free_percpu(dev->tstats);
}

static int vnic_open(struct net_device *dev)
{
	/* what the netdev sends is what the machine sends */
	if (vsw_vnic_nic(dev)->kind == VSW_NIC_TAP)
		vsw_ipv6_mute(dev);
	netif_tx_start_all_queues(dev);
	return 0;
}

static int vnic_stop(struct net_device *dev)
{
	netif_tx_stop_all_queues(dev);
	return 0;
}

/* RTNL: the MTU is changed by the switch's own administrator. */
static bool mtu_is_unbound;

static int vnic_change_mtu(struct net_device *dev, int mtu)
{
	if (!mtu_is_unbound && mtu > vsw_plug_max_mtu(vsw_vnic_nic(dev)))
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

static const struct net_device_ops vnic_ops = {
	.ndo_init		= vnic_init,
	.ndo_uninit		= vnic_uninit,
	.ndo_open		= vnic_open,
	.ndo_stop		= vnic_stop,
	.ndo_start_xmit		= vnic_start_xmit,
	.ndo_get_stats64	= dev_get_tstats64,
	.ndo_change_mtu		= vnic_change_mtu,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_features_check	= passthru_features_check,
};

static void vnic_setup(struct net_device *dev)
{
	ether_setup(dev);
	vsw_vnic_nic(dev)->kind = VSW_NIC_GUEST;
	dev->netdev_ops = &vnic_ops;
	dev->ethtool_ops = &vsw_vnic_ethtool_ops;
	dev->rtnl_link_ops = &vnic_link_ops;
	dev->needs_free_netdev = true;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_NO_QUEUE |
			   IFF_DISABLE_NETPOLL;
	vsw_compat_set_lltx(dev);
	dev->features |= VNIC_FEATURES | VNIC_VLAN;
	dev->hw_features = VNIC_FEATURES | VNIC_VLAN;
	dev->hw_enc_features = VNIC_FEATURES;
	dev->vlan_features = VNIC_FEATURES;
	dev->min_mtu = VSW_MTU_MIN;
	dev->max_mtu = VSW_MTU_MAX;
	eth_hw_addr_random(dev);
}

static void tap_setup(struct net_device *dev)
{
	vnic_setup(dev);
	vsw_vnic_nic(dev)->kind = VSW_NIC_TAP;
	dev->rtnl_link_ops = &tap_link_ops;
	dev->tx_queue_len = TUN_READQ_SIZE;	/* frames in a reader's ring */
}

static int vnic_validate(struct nlattr *tb[], struct nlattr *data[],
			 struct netlink_ext_ack *extack)
{
	if (!tb[IFLA_ADDRESS])
		return 0;
	if (nla_len(tb[IFLA_ADDRESS]) == ETH_ALEN &&
	    is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS])))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS],
			    "the address must be a unicast Ethernet address");
	return -EADDRNOTAVAIL;
}

/* ip link add type vswnic or vswtap: a guest NIC, a virtual machine's */
static int vnic_newlink(VSW_NEWLINK_ARGS)
{
	struct vsw_nic *nic = vsw_vnic_nic(dev);
	int err;

	err = register_netdevice(dev);
	if (err)
		return err;
	nic->announced = true;
	vsw_nl_notify_nic(nic, VSW_EVENT_NEW);
	vsw_plug_settle();	/* at once: it may be moved elsewhere next */
	return 0;
}

static struct rtnl_link_ops vnic_link_ops = {
	.kind		= VNIC_KIND,
	.priv_size	= sizeof(struct vsw_vnic),
	.setup		= vnic_setup,
	.newlink	= vnic_newlink,
	.validate	= vnic_validate,
};

static struct rtnl_link_ops tap_link_ops = {
	.kind		= TAP_KIND,
	.setup		= tap_setup,
	.newlink	= vnic_newlink,
	.validate	= vnic_validate,
};

/**
 * vsw_vnic_create - make a synthetic NIC, of which listeners are not told yet
 * @net: namespace to make it in
 * @name: its name, valid and not taken
 * @set: its settings; address random, MTU 1500 and one queue if not given
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: its netdev, or ERR_PTR().
 */
struct net_device *vsw_vnic_create(struct net *net, const char *name,
				   const struct vsw_nic_settings *set,
				   struct netlink_ext_ack *extack)
{
	const struct rtnl_link_ops *ops = &vnic_link_ops;
	unsigned int n = set->queues ?: 1;
	struct net_device *dev;
	int err;

	ASSERT_RTNL();
	if (set->kind == VSW_NIC_TAP)
		ops = &tap_link_ops;
	dev = alloc_netdev_mqs(ops->priv_size, name, NET_NAME_USER, ops->setup,
			       n, n);
	if (!dev) {
		NL_SET_ERR_MSG(extack, "out of memory for the NIC; try again");
		return ERR_PTR(-ENOMEM);
	}
	dev_net_set(dev, net);
	vsw_vnic_nic(dev)->kind = set->kind;
	if (set->mac) {
		eth_hw_addr_set(dev, set->mac);
		dev->addr_assign_type = NET_ADDR_SET;
	}
	if (set->mtu)
		dev->mtu = set->mtu;
	err = register_netdevice(dev);
	if (err) {
		NL_SET_ERR_MSG(extack, "the NIC's netdev could not be registered");
		free_netdev(dev);
		return ERR_PTR(err);
	}
	return dev;
}

/**
 * vsw_vnic_set_mtu - change the MTU of a synthetic NIC, as a request says
 * @dev: its netdev
 * @mtu: octets, in range
 *
 * The switch's MTU bounds the NIC's users, not who administers both, and may change
 * the switch's next.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_vnic_set_mtu(struct net_device *dev, int mtu)
{
	ASSERT_RTNL();
	mtu_is_unbound = true;
	dev_set_mtu(dev, mtu);
	mtu_is_unbound = false;
}

/**
 * vsw_vnic_destroy - remove a synthetic NIC
 * @dev: its netdev; unplugged first if need be
 * @doomed: list for unregister_netdevice_many()
 *
 * Context: RTNL held.
 */
void vsw_vnic_destroy(struct net_device *dev, struct list_head *doomed)
{
	unregister_netdevice_queue(dev, doomed);
}

/**
 * vsw_vnic_init - make link kinds vswnic and vswtap known
 *
 * Context: module init.
 * Return: 0 or an error.
 */
int vsw_vnic_init(void)
{
	int err;

	tap_link_ops.priv_size = vsw_tap_size();
	err = vsw_tap_init();
	if (err)
		return err;
	err = rtnl_link_register(&vnic_link_ops);
	if (err)
		goto exit_tap;
	err = rtnl_link_register(&tap_link_ops);
	if (err)
		goto unregister_vnic;
	return 0;

unregister_vnic:
	rtnl_link_unregister(&vnic_link_ops);
exit_tap:
	vsw_tap_exit();
	return err;
}

/**
 * vsw_vnic_exit - remove all synthetic NICs and their link kinds
 *
 * Context: module exit.
 */
void vsw_vnic_exit(void)
{
	rtnl_link_unregister(&tap_link_ops);
	rtnl_link_unregister(&vnic_link_ops);
	vsw_tap_exit();
}
