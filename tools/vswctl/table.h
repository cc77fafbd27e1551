/* SPDX-License-Identifier: GPL-2.0 */
/*
 * table.h: members of objects that are tables, in the one form in which two of
 * them can be compared.
 */
#ifndef VSWCTL_TABLE_H
#define VSWCTL_TABLE_H

#include <stdint.h>
#include <linux/vswitch.h>

#define MODEL_PRIOS		8

/* A VID translation: no two ranges that could be one, by their ids on the wire. */
struct vid_map {
	uint16_t count;
	struct vsw_vid_range ranges[VSW_VID_RANGES_MAX];
};

/* VLANs and what they are given, by VLAN id, none that could be one. */
struct vid_groups {
	uint16_t count;
	struct vsw_vid_group groups[VSW_VID_GROUPS_MAX];
};

/* enum vsw_state by instance; a request changes those whose bit is set in named. */
struct port_states {
	uint64_t named;
	uint8_t state[VSW_INSTANCES];
};

#endif /* VSWCTL_TABLE_H */
