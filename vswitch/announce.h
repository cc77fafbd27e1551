/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_ANNOUNCE_H
#define _VSW_ANNOUNCE_H

/* Telling the network where a NIC is, in the NIC's name; private to this folder. */

struct vsw_port;

void vsw_announce_init(struct vsw_port *port);
void vsw_announce_start(struct vsw_port *port);
void vsw_announce_stop(struct vsw_port *port);

#endif /* _VSW_ANNOUNCE_H */
