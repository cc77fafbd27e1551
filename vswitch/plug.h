/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_PLUG_H
#define _VSW_PLUG_H

#include <linux/types.h>

struct netlink_ext_ack;
struct vsw_port;
struct vsw_txn;

/* The rest of plug.c's verbs is in vswitch.h. */
int vsw_plug_type_check(u8 type, u8 kind, u8 role,
			struct netlink_ext_ack *extack);
int vsw_plug_role_check(const struct vsw_port *port, u8 kind, u8 role,
			struct netlink_ext_ack *extack);
int vsw_plug_bound(struct vsw_txn *txn, struct vsw_port *port,
		   struct netlink_ext_ack *extack);
void vsw_plug_pull(struct vsw_port *port);
void vsw_plug_take_due(void);

#endif /* _VSW_PLUG_H */
