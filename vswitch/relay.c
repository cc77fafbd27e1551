// SPDX-License-Identifier: GPL-2.0
/*
 * The relay: one page on which a frame can be followed from the NIC it came
 * from to the NICs it goes to (IEEE 802.1Q-2022, 8.6).
 *
 *   NIC -> vsw_input()      is it admitted, and in which VLAN?   vport/ingress.c
 *                           where is its source?                 fdb.c
 *                           where is its destination?            fdb.c
 *            forward()      one port is known
 *            flood()        group address, or not known: the VLAN's ports
 *              deliver()    may it leave here, with which tag?   vport/egress.c
 *   NIC <-                  nic/nic.c
 *
 * Stages return a verdict and never free. Here, and only here, a frame that is
 * not sent is counted under its reason and freed.
 */

#include <linux/etherdevice.h>
#include <linux/rcupdate.h>

#include "nic/nic.h"
#include "vport/frame.h"
#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/guard.h"
#include "vswitch/portset.h"
#include "vswitch/state.h"
#include "vswitch/trace.h"
#include "vswitch/vswitch.h"

/* The one end of every frame that does not come out. */
static void drop(struct vsw_frame *f, struct vsw_port *at)
{
	trace_vsw_drop(at, f->skb, f->dst, f->src, f->vid, f->drop);
	vsw_port_count_drop(at, f->drop);
	kfree_skb(f->skb);
}

/*
 * Only pktgen shares what a netdev transmits, and just waits for its end: between
 * two stacks it need not be copied. Others may hold what a netdev received; what
 * is transmitted again may need room for more headers; and a virtual machine may
 * never read what it is sent.
 */
static enum vsw_verdict unshare(struct vsw_frame *f, enum vsw_drop reason)
{
	f->skb = skb_share_check(f->skb, GFP_ATOMIC);
	return likely(f->skb) ? VSW_PASS : vsw_frame_drop(f, reason);
}

/* 8.6.1: the active topology. What a port discards it does not learn from either. */
static enum vsw_verdict enforce_learning(struct vsw_frame *f)
{
	if (!vsw_port_learns(f->from, f->vid))
		return vsw_frame_drop(f, VSW_DROP_FROM_DISCARDING);
	return VSW_PASS;
}

static enum vsw_verdict enforce_from(struct vsw_frame *f)
{
	if (!vsw_port_forwards(f->from, f->vid))
		return vsw_frame_drop(f, VSW_DROP_FROM_DISCARDING);
	return VSW_PASS;
}

/* 8.6.4 */
static enum vsw_verdict enforce_to(struct vsw_frame *f,
				   const struct vsw_port *to)
{
	if (!vsw_port_forwards(to, f->vid))
		return vsw_frame_drop(f, VSW_DROP_TO_DISCARDING);
	return VSW_PASS;
}

/* Hand the frame, with its skb, to the NIC of one port. */
static void deliver(struct vsw_frame *f, struct vsw_port *to)
{
	const struct vsw_nic *nic = rcu_dereference(to->nic);
	enum vsw_drop refused;
	unsigned int octets;

	if (vsw_port_egress(f, to, nic) == VSW_DROP ||
	    enforce_to(f, to) == VSW_DROP ||
	    (unlikely(skb_shared(f->skb)) &&
	     (nic->kind == VSW_NIC_NETDEV || nic->kind == VSW_NIC_TAP) &&
	     unshare(f, VSW_DROP_TO_NO_MEMORY) == VSW_DROP)) {
		drop(f, to);
		return;
	}
	trace_vsw_xmit(to, f->skb, f->dst, f->src, f->vid);
	octets = vsw_skb_octets(f->skb);
	refused = vsw_nic_xmit(nic, f->skb);
	if (likely(refused == VSW_DROP_NOT))
		vsw_port_count_to(to, f->dst, octets);
	else
		vsw_port_count_drop(to, refused);
}

/* A copy for all targets but the last; payload and tag are shared until then. */
static void deliver_copy(const struct vsw_frame *f, struct vsw_port *to)
{
	struct vsw_frame copy = *f;

	copy.skb = skb_clone(f->skb, GFP_ATOMIC);
	if (likely(copy.skb)) {
		deliver(&copy, to);
		return;
	}
	vsw_frame_drop(&copy, VSW_DROP_TO_NO_MEMORY);
	drop(&copy, to);
}

/* Is a port a target of a flood? What it skips is no drop. */
static bool flood_reaches(const struct vsw_frame *f, const struct vsw_port *to)
{
	return to != f->from && vsw_port_is_up(to) &&
	       vsw_port_vlans_allow(rcu_dereference(to->vlans), f->vid) &&
	       vsw_port_forwards(to, f->vid);
}

static bool flood_takes(const struct vsw_frame *f, const struct vsw_port *to)
{
	return test_bit(VSW_PORT_F_FLOOD, &to->flags) ||
	       vsw_addr_is_group(f->dst);
}

/*
 * To all ports of a set. Each target is delivered to when the next one is found,
 * so that the last one gets the frame itself: @last, NULL at first.
 */
static struct vsw_port *flood_set(const struct vsw_frame *f,
				  const struct vsw_portset *set,
				  struct vsw_port *last)
{
	struct vsw_port *to;
	u32 i;

	vsw_portset_for_each_rcu(to, set, i) {
		if (!flood_takes(f, to) || !flood_reaches(f, to))
			continue;
		if (last)
			deliver_copy(f, last);
		last = to;
	}
	return last;
}

static void deliver_last(struct vsw_frame *f, struct vsw_port *last)
{
	if (likely(last)) {
		deliver(f, last);
		return;
	}
	vsw_frame_drop(f, VSW_DROP_FROM_NO_TARGET);
	drop(f, f->from);
}

static void flood(struct vsw_switch *sw, struct vsw_frame *f)
{
	struct vsw_port *last;

	last = flood_set(f, rcu_dereference(sw->access[f->vid]), NULL);
	last = flood_set(f, rcu_dereference(sw->trunks), last);
	deliver_last(f, last);
}

/* Where an administrator wants it to go, and nowhere else. */
static void follow(struct vsw_frame *f, const struct vsw_fdb_ports *ports)
{
	struct vsw_port *to, *last = NULL;
	u32 i;

	if (!ports->count) {
		vsw_frame_drop(f, VSW_DROP_FROM_FILTERED);
		drop(f, f->from);
		return;
	}
	vsw_fdb_ports_for_each(to, ports, i) {
		if (!flood_reaches(f, to))
			continue;
		if (last)
			deliver_copy(f, last);
		last = to;
	}
	deliver_last(f, last);
}

/* What is known of group addresses is static. */
static const struct vsw_fdb_entry *find(struct vsw_switch *sw,
					const struct vsw_frame *f)
{
	if (unlikely(vsw_addr_is_group(f->dst)) &&
	    likely(!(READ_ONCE(sw->fdb->ways) & VSW_FDB_WAY_GROUPS)))
		return NULL;
	return vsw_fdb_lookup_rcu(sw->fdb, f->dst, f->vid);
}

static void forward(struct vsw_switch *sw, struct vsw_frame *f)
{
	const struct vsw_fdb_entry *e = find(sw, f);
	const struct vsw_fdb_ports *ports;
	struct vsw_port *to;

	to = e ? rcu_dereference(e->port) : NULL;
	if (unlikely(!to)) {
		ports = e ? rcu_dereference(e->ports) : NULL;
		if (ports)
			follow(f, ports);
		else
			flood(sw, f);
		return;
	}
	if (likely(to != f->from)) {
		deliver(f, to);
		return;
	}
	vsw_frame_drop(f, VSW_DROP_FROM_SAME_PORT);
	drop(f, f->from);
}

/* 8.6.1 to 8.7, in this order: what a filter refuses is not learned. */
static enum vsw_verdict admit(struct vsw_switch *sw, struct vsw_frame *f)
{
	if (unlikely(skb_shared(f->skb)) && !vsw_dev_is_vnic(f->skb->dev) &&
	    unshare(f, VSW_DROP_FROM_NO_MEMORY) == VSW_DROP)
		return VSW_DROP;
	if (vsw_port_ingress(f) == VSW_DROP || enforce_learning(f) == VSW_DROP ||
	    vsw_fdb_learn(sw->fdb, f) == VSW_DROP)
		return VSW_DROP;
	return enforce_from(f);
}

/**
 * vsw_input_runt - a NIC was given something too short to be a frame
 * @port: where it came in
 * @skb: what it is, consumed
 *
 * Context: rcu_read_lock() held, BH off. Up-call from nic/.
 */
void vsw_input_runt(struct vsw_port *port, struct sk_buff *skb)
{
	struct vsw_frame f = { .skb = skb, .from = port };

	vsw_port_count_from(port, f.dst, skb->len);
	vsw_frame_drop(&f, VSW_DROP_FROM_RUNT);
	drop(&f, port);
}

/* As ether_addr_to_u64() reads them; two octets beside each come along. */
static void read_addresses(struct vsw_frame *f)
{
	const u8 *header = skb_mac_header(f->skb);

	f->dst = get_unaligned_be64(header) >> 16;
	f->src = get_unaligned_be64(header + 2 * ETH_ALEN - sizeof(u64)) &
		 GENMASK_ULL(47, 0);
}

/**
 * vsw_input - a frame enters the switch
 * @port: where it came in
 * @skb: the frame, consumed; data points behind the linear Ethernet header
 *
 * Context: rcu_read_lock() held, BH off. Up-call from nic/.
 */
void vsw_input(struct vsw_port *port, struct sk_buff *skb)
{
	struct vsw_frame f = { .skb = skb, .from = port };
	unsigned int octets = vsw_skb_octets(skb);
	struct vsw_switch *sw = port->sw;
	enum vsw_verdict verdict;

	read_addresses(&f);
	trace_vsw_input(port, skb, f.dst, f.src, 0);

	verdict = admit(sw, &f);
	if (likely(f.skb))	/* without a tag that was in the payload */
		octets = vsw_skb_octets(f.skb);
	vsw_port_count_from(port, f.dst, octets);
	if (verdict == VSW_PASS) {
		forward(sw, &f);
		return;
	}
	if (unlikely(f.drop == VSW_DROP_FROM_BPDU_GUARD))
		vsw_guard_trip(port);
	drop(&f, port);
}
