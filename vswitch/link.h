/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_LINK_H
#define _VSW_LINK_H

#include <linux/types.h>

struct vsw_switch;

/* The rest of link.c's verbs is in vswitch.h, for nic/. */
void vsw_link_update_all(struct vsw_switch *sw);
void vsw_link_update_followers(struct vsw_switch *sw);
u32 vsw_link_uplink_speed(const struct vsw_switch *sw);

#endif /* _VSW_LINK_H */
