/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_DEVICE_H
#define _VSW_DEVICE_H

struct list_head;
struct net;
struct net_device;
struct netlink_ext_ack;
struct vsw_switch;

struct net_device *vsw_device_create(struct net *net, const char *name,
				     struct netlink_ext_ack *extack);
void vsw_device_destroy(struct vsw_switch *sw, struct list_head *doomed);

#endif /* _VSW_DEVICE_H */
