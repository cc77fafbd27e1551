// SPDX-License-Identifier: GPL-2.0
/*
 * Adopted netdevs: an existing Ethernet netdev is taken over whole by a receive
 * handler, and given back as it was found.
 */

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "compat/netdev.h"
#include "nic/kinds.h"
#include "vswitch/vswitch.h"

/*
 * What a netdev must not do by itself. What is merged on receive (LRO) could not be
 * sent on as it came. Filters of VLANs are the port's: a trunk of 4 094 would
 * overflow a card's. Where a driver does not let its filter be turned off, it passes
 * all VLANs in promiscuous mode.
 */
#define UNWANTED_FEATURES	(NETIF_F_LRO | NETIF_F_HW_VLAN_CTAG_FILTER | \
				 NETIF_F_HW_VLAN_STAG_FILTER)

/*
 * How long the segments of a GSO packet are is told by its transport header. One that
 * a tunnel has unpacked, and that did not pass GRO, has none or that of the outer
 * packet; the core then lets it begin where the network header does.
 */
static void find_transport_header(struct sk_buff *skb)
{
	if (skb_transport_header_was_set(skb) && skb_transport_offset(skb) > 0)
		return;
	skb->transport_header = (typeof(skb->transport_header))~0U;
	skb_probe_transport_header(skb);
	if (!skb_transport_header_was_set(skb))
		skb_reset_transport_header(skb);
}

/*
 * Protocols between neighbours, which programs of the host speak on the netdev: those
 * of 802.2 (spanning trees), LLDP, link aggregation, authentication. Nothing that the
 * host's stack would take for its own.
 */
static bool is_spoken_by_programs(const struct sk_buff *skb)
{
	__be16 proto = eth_hdr(skb)->h_proto;

	if (!is_link_local_ether_addr(eth_hdr(skb)->h_dest) ||
	    skb_vlan_tag_present(skb))
		return false;
	return !eth_proto_is_802_3(proto) || proto == htons(ETH_P_LLDP) ||
	       proto == htons(ETH_P_SLOW) || proto == htons(ETH_P_PAE);
}

/* The switch has its way with a copy: it may drop it, relay it, or be on guard. */
static rx_handler_result_t hear(struct vsw_port *port, struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (!copy) {
		vsw_input(port, skb);
		return RX_HANDLER_CONSUMED;
	}
	vsw_input(port, copy);
	return RX_HANDLER_PASS;
}

static rx_handler_result_t handle_frame(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct vsw_port *port;
	struct vsw_nic *nic;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;

	nic = rcu_dereference(skb->dev->rx_handler_data);
	port = rcu_dereference(nic->port);
	if (unlikely(!port)) {
		/* taken over, but not plugged in yet, and perhaps never */
		if (!READ_ONCE(nic->engaged))
			return RX_HANDLER_PASS;
		dev_core_stats_rx_dropped_inc(skb->dev);
		kfree_skb(skb);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(is_spoken_by_programs(skb)))
		return hear(port, skb);
	if (skb_is_gso(skb))
		find_transport_header(skb);
	vsw_input(port, skb);
	return RX_HANDLER_CONSUMED;
}

/**
 * vsw_netdev_nic_rtnl - the record of an adopted netdev
 * @dev: any netdev
 *
 * Context: RTNL held.
 * Return: the NIC, NULL if the netdev is not adopted.
 */
struct vsw_nic *vsw_netdev_nic_rtnl(const struct net_device *dev)
{
	if (rtnl_dereference(dev->rx_handler) != handle_frame)
		return NULL;
	return rtnl_dereference(dev->rx_handler_data);
}

/**
 * vsw_netdev_nic_rcu - the record of an adopted netdev
 * @dev: any netdev
 *
 * Context: rcu_read_lock() held.
 * Return: the NIC, NULL if the netdev is not adopted.
 */
struct vsw_nic *vsw_netdev_nic_rcu(const struct net_device *dev)
{
	if (rcu_access_pointer(dev->rx_handler) != handle_frame)
		return NULL;
	return rcu_dereference(dev->rx_handler_data);
}

static int adopt_check(struct net_device *dev, struct net_device *master,
		       struct netlink_ext_ack *extack)
{
	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "the loopback device cannot be plugged in");
		return -EINVAL;
	}
	if (dev->type != ARPHRD_ETHER || dev->addr_len != ETH_ALEN ||
	    !is_valid_ether_addr(dev->dev_addr)) {
		NL_SET_ERR_MSG(extack, "not an Ethernet device");
		return -EINVAL;
	}
	if (dev->priv_flags & IFF_DONT_BRIDGE) {
		NL_SET_ERR_MSG(extack, "the device does not allow bridging");
		return -EOPNOTSUPP;
	}
	if (!net_eq(dev_net(dev), dev_net(master))) {
		NL_SET_ERR_MSG(extack,
			       "the device is in another network namespace than the switch");
		return -EINVAL;
	}
	if (netdev_master_upper_dev_get(dev)) {
		NL_SET_ERR_MSG(extack,
			       "the device has a master already; release it first (ip link set DEV nomaster)");
		return -EBUSY;
	}
	if (netdev_has_any_upper_dev(dev)) {
		NL_SET_ERR_MSG(extack,
			       "other devices are stacked on the device; delete its VLANs and the like first");
		return -EBUSY;
	}
	if (netdev_is_rx_handler_busy(dev)) {
		NL_SET_ERR_MSG(extack,
			       "the device is in use by macvlan, ipvlan or the like; delete those first");
		return -EBUSY;
	}
	return 0;
}

/**
 * vsw_netdev_adopt - take a netdev over
 * @dev: the netdev
 * @master: netdev of the switch
 * @extack: where a refusal is explained
 *
 * Its frames are the host's until the NIC is plugged into a port.
 *
 * Context: RTNL held.
 * Return: the NIC, or ERR_PTR().
 */
struct vsw_nic *vsw_netdev_adopt(struct net_device *dev,
				 struct net_device *master,
				 struct netlink_ext_ack *extack)
{
	struct vsw_nic *nic;
	int err;

	err = adopt_check(dev, master, extack);
	if (err)
		return ERR_PTR(err);
	nic = kzalloc(sizeof(*nic), GFP_KERNEL_ACCOUNT);
	if (!nic) {
		NL_SET_ERR_MSG(extack, "out of memory for the NIC; try again");
		return ERR_PTR(-ENOMEM);
	}
	nic->dev = dev;
	nic->master = master;
	nic->kind = VSW_NIC_NETDEV;
	nic->was_up = dev->flags & IFF_UP;
	nic->link = nic->was_up;

	/* cards filter by address; the stations are behind the switch */
	err = dev_set_promiscuity(dev, 1);
	if (err) {
		NL_SET_ERR_MSG(extack, "the device refuses promiscuous mode");
		goto free_nic;
	}
	err = netdev_rx_handler_register(dev, handle_frame, nic);
	if (err) {
		NL_SET_ERR_MSG(extack, "the device is in use");
		goto unset_promiscuity;
	}
	err = netdev_master_upper_dev_link(dev, master, NULL, NULL, extack);
	if (err) {
		NL_SET_ERR_MSG(extack,
			       "the device cannot be put under the switch; it may stand on it, as a VLAN of the switch does");
		goto unregister_handler;
	}
	netdev_hold(dev, &nic->tracker, GFP_KERNEL);
	return nic;

unregister_handler:
	netdev_rx_handler_unregister(dev);
unset_promiscuity:
	dev_set_promiscuity(dev, -1);
free_nic:
	kfree(nic);
	return ERR_PTR(err);
}

static void features_take(struct vsw_nic *nic)
{
	struct net_device *dev = nic->dev;

	nic->features = dev->wanted_features & UNWANTED_FEATURES;
	dev->wanted_features &= ~UNWANTED_FEATURES;
	/* also that of the netdevs below it; the whole comes into effect */
	dev_disable_lro(dev);
}

static void features_give_back(struct vsw_nic *nic)
{
	struct net_device *dev = nic->dev;

	if (!nic->features || dev->reg_state != NETREG_REGISTERED)
		return;
	dev->wanted_features |= nic->features;
	vsw_compat_update_features(dev);
}

/**
 * vsw_netdev_engage - from now on, an adopted netdev's frames are the switch's
 * @nic: the NIC
 *
 * Context: RTNL held.
 */
void vsw_netdev_engage(struct vsw_nic *nic)
{
	if (nic->engaged)	/* it goes from one port to another */
		return;
	features_take(nic);
	WRITE_ONCE(nic->engaged, true);
	nic->muted = vsw_ipv6_mute(nic->dev);
}

/* Up or down as it was found, unless it is on its way out. */
static void restore_admin_state(struct vsw_nic *nic)
{
	bool is_up = nic->dev->flags & IFF_UP;

	if (nic->dev->reg_state == NETREG_REGISTERED && is_up != nic->was_up)
		vsw_netdev_set_link(nic, nic->was_up);
}

/**
 * vsw_netdev_release - give an adopted netdev back
 * @nic: the NIC, plugged in nowhere
 *
 * netdev_rx_handler_unregister() waits until no frame is in the handler.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_netdev_release(struct vsw_nic *nic)
{
	struct net_device *dev = nic->dev;

	netdev_rx_handler_unregister(dev);
	netdev_upper_dev_unlink(dev, nic->master);
	dev_set_promiscuity(dev, -1);
	features_give_back(nic);
	if (nic->muted)
		vsw_ipv6_unmute(dev);
	restore_admin_state(nic);
	netdev_put(dev, &nic->tracker);
	/* a frame on its way out may still read the record */
	kfree_rcu(nic, rcu);
}

/**
 * vsw_netdev_set_link - open or close an adopted netdev
 * @nic: the NIC
 * @up: open or close
 *
 * A netdev that cannot be opened stays down, and the port says so.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_netdev_set_link(struct vsw_nic *nic, bool up)
{
	if (up)
		dev_open(nic->dev, NULL);
	else if (netif_running(nic->dev))	/* if not, someone is closing it */
		dev_close(nic->dev);
}

/**
 * vsw_netdev_settle - close an adopted netdev that was opened by hand
 * @nic: the NIC
 *
 * It is up again as soon as its port gives it a link, or gives it back.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_netdev_settle(struct vsw_nic *nic)
{
	if (!nic->link && netif_running(nic->dev)) {
		nic->was_up = true;
		dev_close(nic->dev);
	}
}

/**
 * vsw_netdev_xmit - send a frame through an adopted netdev
 * @nic: the NIC
 * @skb: the frame, consumed
 *
 * Context: rcu_read_lock() held, BH off.
 * Return: VSW_DROP_NOT, or VSW_DROP_TO_NIC_FULL if its queue did not take it.
 */
enum vsw_drop vsw_netdev_xmit(const struct vsw_nic *nic, struct sk_buff *skb)
{
	int rc;

	skb_push(skb, ETH_HLEN);
	skb->dev = nic->dev;
	skb_forward_csum(skb);
	/* a receive time is not a departure time */
	skb_clear_tstamp(skb);
	rc = dev_queue_xmit(skb);
	return rc == NET_XMIT_SUCCESS || rc == NET_XMIT_CN ?
	       VSW_DROP_NOT : VSW_DROP_TO_NIC_FULL;
}
