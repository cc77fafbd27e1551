/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_NETLINK_H
#define _VSW_NETLINK_H

/*
 * Events to the multicast group "events": the one up-call that anyone may make.
 * They cost nothing while no one listens. One that cannot be sent for want of
 * memory is made known to the listeners as lost (ENOBUFS), never to the caller.
 */

#include <linux/types.h>
#include <linux/vswitch.h>

struct vsw_fdb_info;
struct vsw_nic;
struct vsw_port;
struct vsw_switch;

/* RTNL held */
void vsw_nl_notify_switch(struct vsw_switch *sw, enum vsw_event event);
void vsw_nl_notify_port(struct vsw_port *port, enum vsw_event event);
void vsw_nl_notify_nic(struct vsw_nic *nic, enum vsw_event event);

/* Any context. @old_port: where it was before, with VSW_EVENT_MOVE, else NULL. */
void vsw_nl_notify_fdb(const struct vsw_switch *sw,
		       const struct vsw_fdb_info *entry,
		       const struct vsw_port *old_port, enum vsw_event event);

/* module's init and exit; events first, for all may send them */
int vsw_nl_notify_init(void);
void vsw_nl_notify_exit(void);
int vsw_nl_init(void);
void vsw_nl_exit(void);

#endif /* _VSW_NETLINK_H */
