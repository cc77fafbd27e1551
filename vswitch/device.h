/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_DEVICE_H
#define _VSW_DEVICE_H

struct net;
struct net_device;
struct netlink_ext_ack;

struct net_device *vsw_device_create(struct net *net, const char *name,
				     struct netlink_ext_ack *extack);

#endif /* _VSW_DEVICE_H */
