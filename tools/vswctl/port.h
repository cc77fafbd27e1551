/* SPDX-License-Identifier: GPL-2.0 */
/*
 * port.h: what others say and show of a port's VLANs as port.c does.
 */
#ifndef VSWCTL_PORT_H
#define VSWCTL_PORT_H

#include "setting.h"

bool port_set_vlan(struct command *cmd, const struct setting *setting,
		   struct words *words, struct problem *why);
bool port_set_native_tagged(struct command *cmd, const struct setting *setting,
			    struct words *words, struct problem *why);
bool port_check_vlan(struct command *cmd, struct problem *why);
uint64_t port_vlan_members(const struct vsw_port *port);
void port_vlan_text(const struct vsw_port *port, char *text, size_t size);
bool port_in_vlan(const struct vsw_port *port, uint64_t vid);
bool port_add_vlans(struct vsw_port *port, const struct vsw_port *now,
		    struct problem *why);
bool port_del_vlans(struct vsw_port *port, const struct vsw_port *now,
		    struct problem *why);

#endif /* VSWCTL_PORT_H */
