/* SPDX-License-Identifier: GPL-2.0 */
/*
 * model.h: the objects of the switch as plain structs, and tables that say of
 * each member what it is called in JSON and which netlink attribute it is.
 *
 * One struct serves for what the kernel tells (show, monitor) and for what it is
 * told (add, set, del): bit n of "has" says whether member n of the table is
 * there. ipc.c, print.c and command.c work from the tables and know no object.
 */
#ifndef VSWCTL_MODEL_H
#define VSWCTL_MODEL_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/vswitch.h>

#include "table.h"

#define MODEL_MAC_BYTES		6

/* Head of every object. */
struct vsw_object {
	uint64_t has;
	uint32_t event;			/* enum vsw_event, in a notification */
};

struct vsw_switch {
	struct vsw_object object;
	char name[IFNAMSIZ];
	uint32_t ifindex;
	uint32_t type;
	uint32_t protocol;
	bool up;
	uint32_t mtu;
	uint32_t ageing;
	uint32_t fdb_max;
	uint32_t fdb_count;
	uint32_t ports;
	struct vid_groups fids;
	struct vid_groups instances;
};

struct vsw_port {
	struct vsw_object object;
	char switch_name[IFNAMSIZ];
	char name[VSW_PORT_NAME_MAX + 1];
	uint32_t id;
	bool up;
	bool oper;
	uint32_t reason;
	uint32_t vlan_mode;
	uint16_t vlan;
	uint8_t vlans[VSW_VLAN_BITMAP_BYTES];
	uint16_t native;
	bool native_tagged;
	uint8_t untagged[VSW_VLAN_BITMAP_BYTES];
	uint16_t pvid;			/* of a hybrid port; on the wire it is native */
	uint8_t cvlans[VSW_VLAN_BITMAP_BYTES];	/* empty: all */
	struct vid_groups services;
	uint32_t admit;
	bool ingress_filter;
	struct vid_map vid_map;
	uint32_t pcp_table;
	bool use_dei;
	uint8_t prio_regen[MODEL_PRIOS];
	uint8_t default_prio;
	uint32_t priority_tags;
	struct port_states states;
	uint32_t state;			/* as said, for one instance */
	uint32_t instance;
	uint16_t reserved_relay;	/* bit n: 01-80-C2-00-00-0n */
	uint32_t bpdu;
	uint32_t guard_recovery;
	char nic[IFNAMSIZ];
	uint32_t ifindex;
	int32_t netnsid;
	uint32_t nic_kind;
	uint32_t role;
	char bind[IFNAMSIZ];
	bool learn;
	bool flood;
	uint32_t fdb_max;
	uint32_t fdb_count;
	bool link_follow;
	bool hold;
	char desc[VSW_DESC_MAX + 1];
};

struct vsw_nic {
	struct vsw_object object;
	char name[IFNAMSIZ];
	uint32_t ifindex;
	int32_t netnsid;
	uint32_t kind;
	uint8_t mac[MODEL_MAC_BYTES];
	uint32_t mtu;
	uint32_t queues;
	bool connected;
	bool carrier;
	char switch_name[IFNAMSIZ];
	char port[VSW_PORT_NAME_MAX + 1];
	uint32_t role;
};

struct vsw_vlan {
	struct vsw_object object;
	char switch_name[IFNAMSIZ];
	uint16_t vid;
	char port[VSW_PORT_NAME_MAX + 1];
	bool tagged;
	bool pvid;
	uint16_t fid;
	uint16_t instance;
	uint32_t state;
	uint32_t fdb_count;
};

#define MODEL_ALL_VLANS		4096	/* as vid of an entry: it is for all */

struct vsw_fdb {
	struct vsw_object object;
	char switch_name[IFNAMSIZ];
	uint8_t mac[MODEL_MAC_BYTES];
	uint16_t vid;
	bool all_vlans;
	char port[VSW_PORT_NAME_MAX + 1];
	const char *ports;		/* "p1,p2" or "", instead of port; NULL: not */
	uint16_t fid;
	uint16_t instance;		/* of a flush only */
	bool is_static;
	bool is_dynamic;		/* as a filter only */
	bool sticky;
	uint32_t age;
	char old_port[VSW_PORT_NAME_MAX + 1];
};

#endif /* VSWCTL_MODEL_H */
