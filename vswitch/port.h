/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_PORT_H
#define _VSW_PORT_H

struct vsw_port;

/* The rest of port.c's verbs is in vswitch.h. */
void vsw_port_drop(struct vsw_port *port);

#endif /* _VSW_PORT_H */
