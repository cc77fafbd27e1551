/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_GUARD_H
#define _VSW_GUARD_H

struct vsw_port;

void vsw_guard_trip(struct vsw_port *port);
void vsw_guard_reset(struct vsw_port *port);
void vsw_guard_wake(const struct vsw_port *port);
void vsw_guard_exit(void);

#endif /* _VSW_GUARD_H */
