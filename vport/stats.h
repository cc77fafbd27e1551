/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_STATS_H
#define _VSW_STATS_H

/*
 * Counters of a port: per CPU, written by the data path, summed when asked for.
 */

#include <linux/u64_stats_sync.h>
#include <linux/vswitch.h>

struct vsw_port;

/* Frames of one direction by kind of destination. */
enum {
	VSW_CAST_UNICAST,
	VSW_CAST_MULTICAST,
	VSW_CAST_BROADCAST,
	VSW_CASTS,
};

struct vsw_cast_stats {
	u64_stats_t	packets[VSW_CASTS];
	u64_stats_t	bytes[VSW_CASTS];
};

/* One CPU's counters of one port. */
struct vsw_port_pcpu {
	struct vsw_cast_stats	from;
	struct vsw_cast_stats	to;
	u64_stats_t		drops[VSW_DROP_MAX + 1];
	u64_stats_t		not_learned;
	struct u64_stats_sync	syncp;
};

/**
 * struct vsw_port_stats - counters of a port, summed
 * @from: packets and bytes that came in from the NIC, dropped ones included
 * @to: packets and bytes that went out to the NIC
 * @drops: packets dropped at this port, by enum vsw_drop
 * @learned: stations learned here
 * @moved: stations that moved here from another port
 * @aged: stations aged out
 * @not_learned: frames whose source a limit kept out of the database
 */
struct vsw_port_stats {
	struct {
		u64	packets[VSW_CASTS];
		u64	bytes[VSW_CASTS];
	} from, to;
	u64	drops[VSW_DROP_MAX + 1];
	u64	learned;
	u64	moved;
	u64	aged;
	u64	not_learned;
};

void vsw_port_count_from(struct vsw_port *port, u64 dst, unsigned int octets);
void vsw_port_count_to(struct vsw_port *port, u64 dst, unsigned int octets);
void vsw_port_count_drop(struct vsw_port *port, enum vsw_drop reason);
void vsw_port_count_not_learned(struct vsw_port *port);
void vsw_port_stats_get(const struct vsw_port *port,
			struct vsw_port_stats *stats);

#endif /* _VSW_STATS_H */
