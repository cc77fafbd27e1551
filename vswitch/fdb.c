// SPDX-License-Identifier: GPL-2.0
/*
 * The filtering database in the path of a frame: learning (IEEE 802.1Q-2022,
 * 8.7), lookup, and ageing (8.8.3). See fdb_entry.c for the rules.
 */

#include <linux/jiffies.h>

#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/state.h"
#include "vswitch/trace.h"

/* Entries looked at before others get the CPU. */
#define AGE_BATCH	1024

/*
 * In which order entries count (8.8.9): static for the VLAN, static for all (8.8.1),
 * learned. A VLAN that shares a table has nothing but static entries in its own, and
 * mostly none.
 */
static struct vsw_fdb_entry *lookup_all(struct vsw_fdb *fdb, u32 ways, u64 addr,
					u16 vid)
{
	u16 table = vsw_fdb_vid_table(fdb, vid);
	struct vsw_fdb_entry *own = NULL, *e;

	if (table == vid || READ_ONCE(fdb->counts[vid]))
		own = vsw_fdb_entry_rcu(fdb, vsw_fdb_key(addr, vid));
	if (own && vsw_fdb_entry_has(own, VSW_FDB_F_STATIC) &&
	    vsw_fdb_entry_leads(own))
		return own;
	if (ways & VSW_FDB_WAY_ALL_VLANS) {
		e = vsw_fdb_entry_rcu(fdb, vsw_fdb_key(addr,
						       VSW_FDB_ALL_VLANS));
		if (e && vsw_fdb_entry_leads(e))
			return e;
	}
	if (table == vid)
		return own;
	return vsw_fdb_entry_rcu(fdb, vsw_fdb_key(addr, table));
}

static struct vsw_fdb_entry *lookup(struct vsw_fdb *fdb, u64 addr, u16 vid)
{
	u32 ways = READ_ONCE(fdb->ways);

	if (unlikely(ways))
		return lookup_all(fdb, ways, addr, vid);
	return vsw_fdb_entry_rcu(fdb, vsw_fdb_key(addr, vid));
}

/**
 * vsw_fdb_lookup_rcu - where do frames to an address go? (8.8.9)
 * @fdb: the database
 * @addr: the address, as by ether_addr_to_u64()
 * @vid: the frame's VLAN
 *
 * Context: rcu_read_lock() held.
 * Return: the entry, which may lead nowhere; NULL if there is none.
 */
const struct vsw_fdb_entry *vsw_fdb_lookup_rcu(struct vsw_fdb *fdb, u64 addr,
					       u16 vid)
{
	return lookup(fdb, addr, vid);
}

/* The counts are exact under the lock, and good enough to save taking it. */
static bool port_has_room(const struct vsw_port *port)
{
	u32 max = READ_ONCE(port->fdb_max);

	return !max || READ_ONCE(port->fdb_learned) < max;
}

static bool fdb_has_room(const struct vsw_fdb *fdb, const struct vsw_port *port)
{
	return READ_ONCE(fdb->count) < READ_ONCE(fdb->max) &&
	       port_has_room(port);
}

static u64 learn_key(const struct vsw_fdb *fdb, const struct vsw_frame *f)
{
	return vsw_fdb_key(f->src, vsw_fdb_vid_table(fdb, f->vid));
}

/*
 * Under the lock: has a flush for the port's link, VLANs, state or hold, or for the
 * tables that VLANs share, gone by meanwhile?
 */
static bool may_learn(const struct vsw_fdb *fdb, const struct vsw_frame *f,
		      u64 key)
{
	const struct vsw_port *port = f->from;

	return vsw_port_may_send(port) &&
	       vsw_port_vlans_admit(rcu_dereference(port->vlans), f->vid) &&
	       vsw_port_learns(port, f->vid) && key == learn_key(fdb, f);
}

/* A station that no one has heard of, unless another CPU was faster. */
static void learn_new(struct vsw_fdb *fdb, const struct vsw_frame *f, u64 key)
{
	struct vsw_port *port = f->from;
	struct vsw_fdb_entry *e = NULL;

	if (!fdb_has_room(fdb, port)) {
		vsw_port_count_not_learned(port);
		return;
	}
	spin_lock(&fdb->lock);
	if (!may_learn(fdb, f, key) || vsw_fdb_entry_rcu(fdb, key))
		goto unlock;
	if (fdb_has_room(fdb, port))
		e = vsw_fdb_entry_add(fdb, key, f->vid, port, 0);
	if (!e) {
		vsw_port_count_not_learned(port);
		goto unlock;
	}
	port->learned++;
	trace_vsw_learn(port, f->src, f->vid, false);
	vsw_fdb_entry_notify(fdb, e, NULL, VSW_EVENT_LEARN);
unlock:
	spin_unlock(&fdb->lock);
}

/* A known station spoke at another port. */
static void learn_move(struct vsw_fdb *fdb, const struct vsw_frame *f, u64 key)
{
	struct vsw_port *port = f->from, *old;
	struct vsw_fdb_entry *e;

	spin_lock(&fdb->lock);
	e = vsw_fdb_entry_rcu(fdb, key);
	if (!e || !may_learn(fdb, f, key) ||
	    vsw_fdb_entry_has(e, VSW_FDB_F_STATIC))
		goto unlock;
	old = rcu_dereference_protected(e->port,
					lockdep_is_held(&fdb->lock));
	if (old == port)
		goto unlock;
	if (!port_has_room(port)) {
		vsw_port_count_not_learned(port);
		goto unlock;
	}
	WRITE_ONCE(e->vid, f->vid);
	vsw_fdb_entry_move(fdb, e, port, e->flags);
	port->moved++;
	trace_vsw_learn(port, f->src, f->vid, true);
	vsw_fdb_entry_notify(fdb, e, old, VSW_EVENT_MOVE);
unlock:
	spin_unlock(&fdb->lock);
}

static void entry_refresh(struct vsw_fdb_entry *e)
{
	u32 now = jiffies;

	/* at most once a second: the line is read by all CPUs */
	if (unlikely(!time_before32(now, READ_ONCE(e->used) + HZ)))
		WRITE_ONCE(e->used, now);
}

/* 8.7: what is static is not learned. Return: the verdict on the frame. */
static enum vsw_verdict heed_static(const struct vsw_fdb_entry *e,
				    struct vsw_frame *f)
{
	if (vsw_fdb_entry_has(e, VSW_FDB_F_STICKY) &&
	    rcu_access_pointer(e->port) != f->from)
		return vsw_frame_drop(f, VSW_DROP_FROM_STICKY);
	return VSW_PASS;
}

/**
 * vsw_fdb_learn - take note of where a frame's source is
 * @fdb: the database
 * @f: frame that passed all ingress filters
 *
 * Context: rcu_read_lock() held, BH off.
 * Return: VSW_PASS; VSW_DROP if the address is pinned to another port.
 */
enum vsw_verdict vsw_fdb_learn(struct vsw_fdb *fdb, struct vsw_frame *f)
{
	struct vsw_fdb_entry *e = lookup(fdb, f->src, f->vid);

	if (likely(e && rcu_access_pointer(e->port) == f->from)) {
		entry_refresh(e);
		return VSW_PASS;
	}
	if (e && vsw_fdb_entry_has(e, VSW_FDB_F_STATIC))
		return heed_static(e, f);
	if (!test_bit(VSW_PORT_F_LEARN, &f->from->flags))
		return VSW_PASS;
	if (!e)
		learn_new(fdb, f, learn_key(fdb, f));
	else
		learn_move(fdb, f, learn_key(fdb, f));
	return VSW_PASS;
}

static bool entry_is_aged(const struct vsw_fdb *fdb,
			  const struct vsw_fdb_entry *e)
{
	return !vsw_fdb_entry_has(e, VSW_FDB_F_STATIC) &&
	       !time_before32(jiffies,
			      READ_ONCE(e->used) + READ_ONCE(fdb->ageing));
}

static void entry_age(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	struct vsw_port *port;

	spin_lock_bh(&fdb->lock);
	/* it may have been refreshed, made static or flushed meanwhile */
	if (entry_is_aged(fdb, e) && vsw_fdb_entry_rcu(fdb, e->key) == e) {
		port = rcu_dereference_protected(e->port, true);
		port->aged++;
		vsw_fdb_entry_notify(fdb, e, NULL, VSW_EVENT_AGE);
		vsw_fdb_entry_del(fdb, e);
	}
	spin_unlock_bh(&fdb->lock);
}

/**
 * vsw_fdb_age - forget the stations that have been silent for too long
 * @fdb: the database
 *
 * Context: process context, may sleep.
 * Return: number of entries looked at.
 */
u32 vsw_fdb_age(struct vsw_fdb *fdb)
{
	struct rhashtable_iter iter;
	struct vsw_fdb_entry *e;
	u32 seen = 0;

	rhashtable_walk_enter(&fdb->table, &iter);
	rhashtable_walk_start(&iter);
	while ((e = rhashtable_walk_next(&iter))) {
		if (IS_ERR(e))	/* the table was resized: go on */
			continue;
		if (entry_is_aged(fdb, e))
			entry_age(fdb, e);
		if (++seen % AGE_BATCH)
			continue;
		rhashtable_walk_stop(&iter);
		cond_resched();
		vsw_fdb_walk_resume(&iter);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return seen;
}
