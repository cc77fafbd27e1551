// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a port: 64 bit, one set a CPU, so that no line is written by two.
 */

#include <linux/percpu.h>

#include "vport/frame.h"
#include "vport/vport.h"

static unsigned int cast_of(u64 dst)
{
	if (likely(!vsw_addr_is_group(dst)))
		return VSW_CAST_UNICAST;
	return vsw_addr_is_broadcast(dst) ? VSW_CAST_BROADCAST :
					    VSW_CAST_MULTICAST;
}

static void cast_stats_add(struct vsw_cast_stats *stats, u64 dst,
			   unsigned int octets)
{
	unsigned int cast = cast_of(dst);

	u64_stats_inc(&stats->packets[cast]);
	u64_stats_add(&stats->bytes[cast], octets);
}

/**
 * vsw_port_count_from - count a frame that the NIC handed in
 * @port: where it came in
 * @dst: its destination address
 * @octets: its length without tag and FCS
 *
 * Context: BH off.
 */
void vsw_port_count_from(struct vsw_port *port, u64 dst, unsigned int octets)
{
	struct vsw_port_pcpu *pcpu = this_cpu_ptr(port->pcpu);

	u64_stats_update_begin(&pcpu->syncp);
	cast_stats_add(&pcpu->from, dst, octets);
	u64_stats_update_end(&pcpu->syncp);
}

/**
 * vsw_port_count_to - count a frame that the NIC took
 * @port: where it went out
 * @dst: its destination address
 * @octets: its length without tag and FCS
 *
 * Context: BH off.
 */
void vsw_port_count_to(struct vsw_port *port, u64 dst, unsigned int octets)
{
	struct vsw_port_pcpu *pcpu = this_cpu_ptr(port->pcpu);

	u64_stats_update_begin(&pcpu->syncp);
	cast_stats_add(&pcpu->to, dst, octets);
	u64_stats_update_end(&pcpu->syncp);
}

/**
 * vsw_port_count_drop - count a frame that was dropped
 * @port: where
 * @reason: why
 *
 * Context: BH off.
 */
void vsw_port_count_drop(struct vsw_port *port, enum vsw_drop reason)
{
	struct vsw_port_pcpu *pcpu = this_cpu_ptr(port->pcpu);

	u64_stats_update_begin(&pcpu->syncp);
	u64_stats_inc(&pcpu->drops[reason]);
	u64_stats_update_end(&pcpu->syncp);
}

/**
 * vsw_port_count_not_learned - count a frame whose source found no room
 * @port: where it came in
 *
 * Context: BH off.
 */
void vsw_port_count_not_learned(struct vsw_port *port)
{
	struct vsw_port_pcpu *pcpu = this_cpu_ptr(port->pcpu);

	u64_stats_update_begin(&pcpu->syncp);
	u64_stats_inc(&pcpu->not_learned);
	u64_stats_update_end(&pcpu->syncp);
}

/* One CPU's counters, all of the same moment. */
static void pcpu_read(const struct vsw_port_pcpu *pcpu,
		      struct vsw_port_stats *now)
{
	unsigned int start;
	int i;

	do {
		start = u64_stats_fetch_begin(&pcpu->syncp);
		for (i = 0; i < VSW_CASTS; i++) {
			now->from.packets[i] = u64_stats_read(&pcpu->from.packets[i]);
			now->from.bytes[i] = u64_stats_read(&pcpu->from.bytes[i]);
			now->to.packets[i] = u64_stats_read(&pcpu->to.packets[i]);
			now->to.bytes[i] = u64_stats_read(&pcpu->to.bytes[i]);
		}
		for (i = 0; i <= VSW_DROP_MAX; i++)
			now->drops[i] = u64_stats_read(&pcpu->drops[i]);
		now->not_learned = u64_stats_read(&pcpu->not_learned);
	} while (u64_stats_fetch_retry(&pcpu->syncp, start));
}

static void stats_add(struct vsw_port_stats *sum,
		      const struct vsw_port_stats *now)
{
	int i;

	for (i = 0; i < VSW_CASTS; i++) {
		sum->from.packets[i] += now->from.packets[i];
		sum->from.bytes[i] += now->from.bytes[i];
		sum->to.packets[i] += now->to.packets[i];
		sum->to.bytes[i] += now->to.bytes[i];
	}
	for (i = 0; i <= VSW_DROP_MAX; i++)
		sum->drops[i] += now->drops[i];
	sum->not_learned += now->not_learned;
}

/**
 * vsw_port_stats_get - sum a port's counters over all CPUs
 * @port: the port
 * @stats: filled in
 *
 * Context: any; the port must not go away (RTNL or RCU).
 */
void vsw_port_stats_get(const struct vsw_port *port,
			struct vsw_port_stats *stats)
{
	struct vsw_port_stats now = {};
	int cpu;

	memset(stats, 0, sizeof(*stats));
	for_each_possible_cpu(cpu) {
		pcpu_read(per_cpu_ptr(port->pcpu, cpu), &now);
		stats_add(stats, &now);
	}
	stats->learned = READ_ONCE(port->learned);
	stats->moved = READ_ONCE(port->moved);
	stats->aged = READ_ONCE(port->aged);
}
