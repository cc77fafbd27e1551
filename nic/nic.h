/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_NIC_H
#define _VSW_NIC_H

/*
 * A NIC: the card and cable plugged into a vPort. This folder is the only one
 * that touches a net_device's hooks. It knows how to take a netdev over and how
 * to make synthetic ones; whether it may, and what follows, the switch decides
 * (vswitch/plug.c, vswitch/link.c).
 *
 * For those who use NICs: verbs below, all under RTNL but vsw_nic_xmit().
 * For those who make kinds of NIC: nic/kinds.h.
 */

#include <linux/netdevice.h>
#include <linux/vswitch.h>

struct netlink_ext_ack;
struct vsw_port;

/**
 * struct vsw_nic - an endpoint
 * @dev: its netdev
 * @port: where it is plugged in, NULL if nowhere; RTNL writes, data path reads
 * @plug: where it is when the transaction at work is done
 * @master: netdev of the switch that has taken it over, for an adopted netdev
 * @kind: enum vsw_nic_kind
 * @role: enum vsw_nic_role, while plugged in
 * @claims: how often the transaction at work is still to plug it in
 * @engaged: an adopted netdev was plugged in: its frames are the switch's, not the
 *	host's
 * @announced: a synthetic NIC: listeners know of it
 * @leaving: a synthetic NIC: it is deleted, as soon as the transaction is
 * @was_up: an adopted netdev was up when it was plugged in
 * @muted: an adopted netdev: the host's IPv6 was silenced on it
 * @features: what an adopted netdev did by itself and must not, NETIF_F_*
 * @link: the link that the switch wants it to have
 * @tracker: of the reference on an adopted netdev
 * @rcu: for kfree_rcu() of an adopted netdev's record
 *
 * The record of an adopted netdev lives from when a transaction takes it over to
 * when it is unplugged, or the transaction refused; that of a synthetic NIC is part
 * of its netdev.
 */
struct vsw_nic {
	struct net_device	*dev;
	struct vsw_port __rcu	*port;
	struct vsw_port		*plug;
	struct net_device	*master;
	u32			claims;
	u8			kind;
	u8			role;
	bool			engaged;
	bool			announced;
	bool			leaving;
	bool			was_up;
	bool			muted;
	bool			link;
	netdev_features_t	features;
	netdevice_tracker	tracker;
	struct rcu_head		rcu;
};

/**
 * struct vsw_nic_settings - settings of a synthetic NIC, as a request has them
 * @kind: VSW_NIC_HOST, VSW_NIC_GUEST or VSW_NIC_TAP
 * @mac: its address, NULL if it is not given
 * @mtu: its MTU, 0 if it is not given
 * @queues: transmit and receive queues, 0 if they are not given
 */
struct vsw_nic_settings {
	u8		kind;
	const u8	*mac;
	u32		mtu;
	u32		queues;
};

/* nic.c */
struct vsw_nic *vsw_nic_of_dev_rtnl(const struct net_device *dev);
struct vsw_nic *vsw_nic_attach(struct net_device *dev,
			       struct net_device *master,
			       struct netlink_ext_ack *extack);
void vsw_nic_engage(struct vsw_nic *nic);
void vsw_nic_detach(struct vsw_nic *nic);
void vsw_nic_set_link(struct vsw_nic *nic, bool up);
void vsw_nic_settle(struct vsw_nic *nic);
enum vsw_down_reason vsw_nic_link_reason(const struct vsw_nic *nic);
enum vsw_drop vsw_nic_xmit(const struct vsw_nic *nic, struct sk_buff *skb);

/* vnic.c: link kind vswnic */
struct net_device *vsw_vnic_create(struct net *net, const char *name,
				   const struct vsw_nic_settings *set,
				   struct netlink_ext_ack *extack);
void vsw_vnic_set_mtu(struct net_device *dev, int mtu);
void vsw_vnic_destroy(struct net_device *dev, struct list_head *doomed);
bool vsw_dev_is_vnic(const struct net_device *dev);

/* ipv6.c */
bool vsw_ipv6_mute(struct net_device *dev);

/* module's init and exit */
int vsw_vnic_init(void);
void vsw_vnic_exit(void);
int vsw_nic_event_init(void);
void vsw_nic_event_exit(void);

#endif /* _VSW_NIC_H */
