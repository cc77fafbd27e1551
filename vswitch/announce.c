// SPDX-License-Identifier: GPL-2.0
/*
 * A NIC that was on hold may send, and the network has to learn where it is now:
 * the switch speaks for it, in each of its port's VLANs. What it says is a request
 * of RARP (RFC 903), as hypervisors do: it needs no IP address, and no one answers.
 *
 * Up to 4 094 floods are no work for a transaction, so a worker does them, without
 * RTNL. Each goes the way of all frames, and is learned and counted as if the NIC had sent it.
 */

#include <linux/bottom_half.h>
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>

#include "nic/nic.h"
#include "vport/vport.h"
#include "vswitch/announce.h"
#include "vswitch/vswitch.h"

/* Frames, of a backlog of 1 000 */
#define COPIES_PER_TICK	512

/**
 * struct rarp - a frame of RARP for Ethernet and IPv4
 * @eth: to all
 * @arp: formats, and what is asked
 * @sender: who asks
 * @sender_ip: not known
 * @target: of whom the address is wanted: the sender itself
 * @target_ip: not known
 * @padding: up to the shortest frame
 */
struct rarp {
	struct ethhdr	eth;
	struct arphdr	arp;
	u8		sender[ETH_ALEN];
	__be32		sender_ip;
	u8		target[ETH_ALEN];
	__be32		target_ip;
	u8		padding[18];
} __packed;

static_assert(sizeof(struct rarp) == ETH_ZLEN);

static void rarp_fill(struct rarp *rarp, const u8 *mac)
{
	*rarp = (struct rarp) {
		.eth.h_proto	= htons(ETH_P_RARP),
		.arp.ar_hrd	= htons(ARPHRD_ETHER),
		.arp.ar_pro	= htons(ETH_P_IP),
		.arp.ar_hln	= ETH_ALEN,
		.arp.ar_pln	= sizeof(rarp->sender_ip),
		.arp.ar_op	= htons(ARPOP_RREQUEST),
	};
	eth_broadcast_addr(rarp->eth.h_dest);
	ether_addr_copy(rarp->eth.h_source, mac);
	ether_addr_copy(rarp->sender, mac);
	ether_addr_copy(rarp->target, mac);
}

/* As a frame that has come in from the NIC. */
static struct sk_buff *rarp_create(struct net_device *dev)
{
	struct sk_buff *skb;

	skb = netdev_alloc_skb_ip_align(dev, sizeof(struct rarp));
	if (!skb)
		return NULL;
	rarp_fill(skb_put(skb, sizeof(struct rarp)), dev->dev_addr);
	skb->protocol = eth_type_trans(skb, dev);
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	return skb;
}

static void announce_in(struct vsw_port *port, struct net_device *dev,
			const struct vsw_port_vlans *vlans, u16 vid)
{
	const struct vsw_port_vidmap *map = rcu_dereference(port->vidmap);
	struct sk_buff *skb = rarp_create(dev);

	if (!skb)
		return;	/* the NIC will speak for itself one day */
	if (!vsw_port_vlans_untag(vlans, vid))
		__vlan_hwaccel_put_tag(skb, port->tpid,
				       map ? map->wire[vid] : vid);
	vsw_input(port, skb);
}

/* Without a tag the NIC speaks in one VLAN only, whatever it hears without one. */
static bool speaks_in(const struct vsw_port_vlans *vlans, u16 vid)
{
	return vsw_port_vlans_allow(vlans, vid) &&
	       (vid == vlans->pvid || !vsw_port_vlans_untag(vlans, vid));
}

/* Return: false if there is no one, or no longer, to speak for. */
static bool announce_vid(struct vsw_port *port, u16 vid)
{
	const struct vsw_port_vlans *vlans = rcu_dereference(port->vlans);
	const struct vsw_nic *nic = rcu_dereference(port->nic);

	if (nic != port->announce_nic || !vsw_port_may_send(port))
		return false;
	if (speaks_in(vlans, vid))
		announce_in(port, nic->dev, vlans, vid);
	return true;
}

/*
 * A burst would run over the queues it goes through: so many VLANs at a time. Of a
 * switch whose ports are being deleted none may be left.
 */
static u16 vids_at_a_time(const struct vsw_port *port)
{
	u32 ports = READ_ONCE(port->sw->n_ports) ?: 1;

	return clamp(COPIES_PER_TICK / ports, 1, 64);
}

static bool announce_some(struct vsw_port *port)
{
	u16 end = min(port->announce_vid + vids_at_a_time(port), VLAN_N_VID);
	bool more = true;

	while (more && port->announce_vid < end) {
		rcu_read_lock();
		local_bh_disable();
		more = announce_vid(port, port->announce_vid++);
		local_bh_enable();
		rcu_read_unlock();
	}
	return more && end < VLAN_N_VID;
}

/*
 * For whom? Asked when the transaction that released the port is over, and with it
 * all else that it does to the port: that is so when RTNL is free.
 */
static bool announce_begin(struct vsw_port *port)
{
	const struct vsw_nic *nic = rtnl_dereference(port->nic);

	/* the stations behind an adopted netdev are not known */
	if (!nic || nic->kind == VSW_NIC_NETDEV || !vsw_port_may_send(port))
		return false;
	port->announce_nic = nic;
	/* the host's or the container's own addresses */
	if (nic->kind != VSW_NIC_TAP)
		__netdev_notify_peers(nic->dev);
	return true;
}

static void announce(struct work_struct *work)
{
	struct vsw_port *port = container_of(to_delayed_work(work),
					     struct vsw_port, announce);
	bool more = true;

	if (port->announce_nic) {
		more = announce_some(port);
	} else if (rtnl_trylock()) {	/* who holds it may wait for us */
		more = announce_begin(port);
		rtnl_unlock();
	}
	if (more)
		schedule_delayed_work(&port->announce, 1);
}

/**
 * vsw_announce_init - a port is made
 * @port: the port
 *
 * Context: RTNL held.
 */
void vsw_announce_init(struct vsw_port *port)
{
	INIT_DELAYED_WORK(&port->announce, announce);
}

/**
 * vsw_announce_start - tell the network where a port's NIC is
 * @port: the port, whose NIC may send from now on
 *
 * It begins when the transaction at work is over; nothing is done if the port then
 * has no synthetic NIC, or its link is down.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_announce_start(struct vsw_port *port)
{
	ASSERT_RTNL();
	cancel_delayed_work_sync(&port->announce);
	port->announce_nic = NULL;
	port->announce_vid = 0;
	schedule_delayed_work(&port->announce, 0);
}

/**
 * vsw_announce_stop - a port goes
 * @port: the port; its link is down, so this waits for one flood at most
 *
 * Context: RTNL held, may sleep.
 */
void vsw_announce_stop(struct vsw_port *port)
{
	cancel_delayed_work_sync(&port->announce);
}
