/* SPDX-License-Identifier: GPL-2.0 */
/*
 * port.h: what others show of a port as port.c does.
 */
#ifndef VSWCTL_PORT_H
#define VSWCTL_PORT_H

#include "model.h"

void port_vlan_text(const struct vsw_port *port, char *text, size_t size);

#endif /* VSWCTL_PORT_H */
