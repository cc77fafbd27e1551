/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_NIC_KINDS_H
#define _VSW_NIC_KINDS_H

/* What the kinds of NIC give to nic.c; private to this folder. */

#include "nic/nic.h"

/* netdev.c: adopted netdevs */
struct vsw_nic *vsw_netdev_adopt(struct net_device *dev,
				 struct net_device *master,
				 struct netlink_ext_ack *extack);
void vsw_netdev_release(struct vsw_nic *nic);
void vsw_netdev_engage(struct vsw_nic *nic);
struct vsw_nic *vsw_netdev_nic_rtnl(const struct net_device *dev);
struct vsw_nic *vsw_netdev_nic_rcu(const struct net_device *dev);
void vsw_netdev_set_link(struct vsw_nic *nic, bool up);
void vsw_netdev_settle(struct vsw_nic *nic);
enum vsw_drop vsw_netdev_xmit(const struct vsw_nic *nic, struct sk_buff *skb);

/* ipv6.c: the host keeps silent on netdevs that are not its own */
void vsw_ipv6_unmute(struct net_device *dev);
int vsw_ipv6_init(void);
void vsw_ipv6_exit(void);

/* vnic.c: synthetic NICs */
struct vsw_nic *vsw_vnic_nic(const struct net_device *dev);
void vsw_vnic_set_link(struct vsw_nic *nic, bool up);
enum vsw_drop vsw_vnic_receive(const struct vsw_nic *nic, struct sk_buff *skb);

extern const struct ethtool_ops vsw_vnic_ethtool_ops;

/* tap.c: what is special about those of virtual machines */
size_t vsw_tap_size(void);
int vsw_tap_open(struct net_device *dev);
void vsw_tap_close(struct net_device *dev);
int vsw_tap_event(struct net_device *dev, unsigned long event);
enum vsw_drop vsw_tap_receive(const struct vsw_nic *nic, struct sk_buff *skb);
int vsw_tap_init(void);
void vsw_tap_exit(void);

#endif /* _VSW_NIC_KINDS_H */
