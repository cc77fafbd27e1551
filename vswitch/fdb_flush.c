// SPDX-License-Identifier: GPL-2.0
/*
 * The filtering database: what is removed from it, by an administrator in a
 * transaction (txn.h), or because something else has changed.
 */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/state.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/* Entries removed before others get the lock. */
#define FLUSH_BATCH	256

/**
 * struct flush_step - entries are flushed
 * @step: first member
 * @sw: the switch
 * @filter: which of them
 * @node: in vsw_fdb.flushes
 * @number: the order of steps
 */
struct flush_step {
	struct vsw_step		step;
	struct vsw_switch	*sw;
	struct vsw_fdb_filter	filter;
	struct list_head	node;
	u64			number;
};

/* In the table of the VLAN, or in that which it shares. */
static bool table_matches(const struct vsw_fdb *fdb,
			  const struct vsw_fdb_entry *e, u16 vid)
{
	u16 table = e->key & (VSW_FDB_TABLES - 1);

	return table == vid || table == vsw_fdb_vid_table(fdb, vid);
}

/* With @port and @is_static as they are, or as they are to be. */
static bool key_matches(const struct vsw_fdb *fdb,
			const struct vsw_fdb_entry *e,
			const struct vsw_port *port, bool is_static,
			const struct vsw_fdb_filter *filter)
{
	u16 vid = READ_ONCE(e->vid);

	if (is_static ? !filter->want_static : !filter->want_dynamic)
		return false;
	if (filter->port && port != filter->port)
		return false;
	if (filter->has_vid && !table_matches(fdb, e, filter->vid))
		return false;
	if (filter->has_mac && e->key >> 16 != filter->mac)
		return false;
	if (filter->instances && !vsw_state_has(fdb->sw, filter->instances, vid))
		return false;
	return !filter->except_vids || !test_bit(vid, filter->except_vids);
}

/**
 * vsw_fdb_entry_matches - is an entry meant?
 * @fdb: the database
 * @e: entry in it
 * @filter: which are meant
 *
 * Context: rcu_read_lock() or the database's lock held.
 * Return: true if so; false if it leads nowhere.
 */
bool vsw_fdb_entry_matches(const struct vsw_fdb *fdb,
			   const struct vsw_fdb_entry *e,
			   const struct vsw_fdb_filter *filter)
{
	return vsw_fdb_entry_leads(e) &&
	       key_matches(fdb, e, rcu_access_pointer(e->port),
			   vsw_fdb_entry_has(e, VSW_FDB_F_STATIC), filter);
}

/**
 * vsw_fdb_entry_is_flushed - has the transaction at work flushed an entry?
 * @fdb: the database
 * @e: entry in it
 * @port: where it leads, or is to lead; NULL if not to one port
 * @is_static: it is static, or is to be
 * @since: number of the step that made it what it is, 0 for none
 *
 * Context: RTNL held.
 * Return: true if so.
 */
bool vsw_fdb_entry_is_flushed(const struct vsw_fdb *fdb,
			      const struct vsw_fdb_entry *e,
			      const struct vsw_port *port, bool is_static,
			      u64 since)
{
	const struct flush_step *flush;

	list_for_each_entry(flush, &fdb->flushes, node) {
		if (flush->number > since &&
		    key_matches(fdb, e, port, is_static, &flush->filter))
			return true;
	}
	return false;
}

/* Up to FLUSH_BATCH entries; returns how many, fewer if there are no more. */
static u32 flush_batch(struct vsw_fdb *fdb, struct vsw_port *port,
		       const struct vsw_fdb_filter *filter)
{
	struct vsw_fdb_entry *e;
	struct hlist_node *next;
	u32 flushed = 0;

	spin_lock_bh(&fdb->lock);
	hlist_for_each_entry_safe(e, next, &port->fdb_entries, of_port) {
		if (!vsw_fdb_entry_matches(fdb, e, filter))
			continue;
		vsw_fdb_entry_notify(fdb, e, NULL, VSW_EVENT_FLUSH);
		vsw_fdb_entry_del(fdb, e);
		if (++flushed == FLUSH_BATCH)
			break;
	}
	spin_unlock_bh(&fdb->lock);
	return flushed;
}

static void flush_port(struct vsw_fdb *fdb, struct vsw_port *port,
		       const struct vsw_fdb_filter *filter)
{
	while (flush_batch(fdb, port, filter) == FLUSH_BATCH)
		cond_resched();
}

/* Take a port out of an entry's list. Return: false if it was not there. */
static bool ports_remove(struct vsw_fdb_ports *ports,
			 const struct vsw_port *port, bool *empty)
{
	bool found = false;
	u32 i;

	*empty = true;
	for (i = 0; i < ports->count; i++) {
		if (rcu_access_pointer(ports->places[i]) == port) {
			RCU_INIT_POINTER(ports->places[i], NULL);
			found = true;
		} else if (rcu_access_pointer(ports->places[i])) {
			*empty = false;
		}
	}
	return found;
}

/* An entry that led to this port only would filter from now on: it goes. */
static void map_flush_port(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
			   const struct vsw_port *port)
{
	bool empty;

	if (!ports_remove(rcu_dereference_protected(e->ports, true), port,
			  &empty))
		return;
	vsw_fdb_entry_notify(fdb, e, NULL,
			     empty ? VSW_EVENT_FLUSH : VSW_EVENT_SET);
	if (empty)
		vsw_fdb_entry_del(fdb, e);
}

/* Entries with several ports. They are few, and an administrator's. */
static void flush_maps(struct vsw_fdb *fdb, const struct vsw_fdb_filter *filter)
{
	struct vsw_fdb_filter any_port = *filter;
	struct vsw_fdb_entry *e;
	struct hlist_node *next;

	any_port.port = NULL;
	spin_lock_bh(&fdb->lock);
	hlist_for_each_entry_safe(e, next, &fdb->maps, of_port) {
		if (!vsw_fdb_entry_matches(fdb, e, &any_port))
			continue;
		if (filter->port) {
			map_flush_port(fdb, e, filter->port);
			continue;
		}
		vsw_fdb_entry_notify(fdb, e, NULL, VSW_EVENT_FLUSH);
		vsw_fdb_entry_del(fdb, e);
	}
	spin_unlock_bh(&fdb->lock);
}

/**
 * vsw_fdb_purge - remove all entries that match, now
 * @sw: the switch
 * @filter: which
 *
 * Context: RTNL held, may sleep.
 */
void vsw_fdb_purge(struct vsw_switch *sw, const struct vsw_fdb_filter *filter)
{
	struct vsw_port *port;

	ASSERT_RTNL();
	if (filter->want_static)
		flush_maps(sw->fdb, filter);
	if (filter->port) {
		flush_port(sw->fdb, filter->port, filter);
		return;
	}
	vsw_port_for_each_rtnl(port, sw)
		flush_port(sw->fdb, port, filter);
}

static void flush_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct flush_step *flush = container_of(step, struct flush_step, step);

	list_del(&flush->node);
	vsw_fdb_purge(flush->sw, &flush->filter);
}

static void flush_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	list_del(&container_of(step, struct flush_step, step)->node);
}

static const struct vsw_step_ops flush_ops = {
	.commit	= flush_commit,
	.abort	= flush_abort,
};

/**
 * vsw_fdb_flush - remove all entries that match
 * @txn: the transaction
 * @sw: the switch
 * @filter: which
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vsw_fdb_flush(struct vsw_txn *txn, struct vsw_switch *sw,
		  const struct vsw_fdb_filter *filter,
		  struct netlink_ext_ack *extack)
{
	struct flush_step *flush;

	ASSERT_RTNL();
	flush = vsw_step_create(sizeof(*flush), &flush_ops, extack);
	if (!flush)
		return -ENOMEM;
	flush->sw = sw;
	flush->filter = *filter;
	flush->number = ++sw->fdb->last_number;
	list_add_tail(&flush->node, &sw->fdb->flushes);
	vsw_txn_add(txn, &flush->step);
	return 0;
}

static bool fids_same(const struct vsw_vid_table *a,
		      const struct vsw_vid_table *b)
{
	return a == b || (a && b && !memcmp(a->to, b->to, sizeof(a->to)));
}

/**
 * vsw_fdb_fids_set - say which VLANs share a table
 * @sw: the switch
 * @fids: the table of each; NULL if all have their own
 *
 * If that is new, what was learned is forgotten: it may be in a table that is asked no
 * more.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_fdb_fids_set(struct vsw_switch *sw, struct vsw_vid_table *fids)
{
	struct vsw_fdb_filter learned = { .want_dynamic = true };
	struct vsw_fdb *fdb = sw->fdb;
	struct vsw_vid_table *old;

	old = rtnl_dereference(fdb->fids);
	spin_lock_bh(&fdb->lock);
	rcu_assign_pointer(fdb->fids, fids);
	vsw_fdb_update_ways(fdb);
	spin_unlock_bh(&fdb->lock);
	if (!fids_same(old, fids))
		vsw_fdb_purge(sw, &learned);
	if (old)
		kvfree_rcu(old, rcu);
}

