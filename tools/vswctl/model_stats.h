/* SPDX-License-Identifier: GPL-2.0 */
/*
 * model_stats.h: the counters of a port, as the objects of model.h.
 */
#ifndef VSWCTL_MODEL_STATS_H
#define VSWCTL_MODEL_STATS_H

#include "model.h"

/* Index into vsw_stats.counters. */
enum stats_counter {
	STATS_FROM_PACKETS, STATS_FROM_BYTES,		/* sums, made here */
	STATS_FROM_UNICAST_PACKETS, STATS_FROM_UNICAST_BYTES,
	STATS_FROM_MULTICAST_PACKETS, STATS_FROM_MULTICAST_BYTES,
	STATS_FROM_BROADCAST_PACKETS, STATS_FROM_BROADCAST_BYTES,
	STATS_TO_PACKETS, STATS_TO_BYTES,		/* sums, made here */
	STATS_TO_UNICAST_PACKETS, STATS_TO_UNICAST_BYTES,
	STATS_TO_MULTICAST_PACKETS, STATS_TO_MULTICAST_BYTES,
	STATS_TO_BROADCAST_PACKETS, STATS_TO_BROADCAST_BYTES,
	STATS_FROM_DROPS, STATS_TO_DROPS,		/* sums, made here */
	STATS_LEARNED, STATS_MOVED, STATS_AGED, STATS_NOT_LEARNED,
	STATS_COUNTERS
};

struct vsw_stats {
	struct vsw_object object;
	char switch_name[IFNAMSIZ];
	char port[VSW_PORT_NAME_MAX + 1];
	uint64_t counters[STATS_COUNTERS];
	uint64_t drops[VSW_DROP_MAX + 1];	/* by enum vsw_drop */
};

/* One reason of one port; never on the wire, made from vsw_stats. */
struct vsw_drops {
	struct vsw_object object;
	char switch_name[IFNAMSIZ];
	char port[VSW_PORT_NAME_MAX + 1];
	bool to;			/* the direction */
	const char *drop;
	uint64_t packets;
	const char *text;
};

#endif /* VSWCTL_MODEL_STATS_H */
