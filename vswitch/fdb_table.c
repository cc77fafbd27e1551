// SPDX-License-Identifier: GPL-2.0
/*
 * The filtering database as its administrator sees it: static entries, flushes,
 * and walks for those who want to read it all.
 */

#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/vswitch.h"

/* Entries removed before others get the lock. */
#define FLUSH_BATCH	256

/**
 * struct vsw_fdb_walk - a walk that may pause
 * @fdb: the database, on which it holds a reference
 * @iter: where it is
 * @seq: changes when entries may be seen twice
 * @again: the last entry is wanted once more
 */
struct vsw_fdb_walk {
	struct vsw_fdb		*fdb;
	struct rhashtable_iter	iter;
	u32			seq;
	bool			again;
};

static struct vsw_fdb_entry *entry_find(struct vsw_fdb *fdb, const u8 *mac,
					u16 vid)
{
	return vsw_fdb_entry_rcu(fdb, vsw_fdb_key(ether_addr_to_u64(mac), vid));
}

/* A station known as dynamic, or, with replace, as static, is pinned anew. */
static void entry_pin(struct vsw_fdb_entry *e, struct vsw_port *port,
		      unsigned long flags)
{
	vsw_fdb_entry_move(e, port, flags);
	vsw_fdb_entry_notify(e, port, NULL, VSW_EVENT_SET);
}

static int entry_add_static(struct vsw_fdb *fdb, struct vsw_port *port, u64 key,
			    unsigned long flags,
			    struct netlink_ext_ack *extack)
{
	struct vsw_fdb_entry *e;

	if (fdb->count >= fdb->max) {
		NL_SET_ERR_MSG(extack,
			       "the switch's database is full; flush it or raise fdb-max");
		return -ENOSPC;
	}
	e = vsw_fdb_entry_add(fdb, key, port, flags);
	if (!e) {
		NL_SET_ERR_MSG(extack, "out of memory for the entry; try again");
		return -ENOMEM;
	}
	vsw_fdb_entry_notify(e, port, NULL, VSW_EVENT_NEW);
	return 0;
}

static int addr_check(const u8 *mac, u16 vid, struct netlink_ext_ack *extack)
{
	if (!is_valid_ether_addr(mac)) {
		NL_SET_ERR_MSG(extack,
			       "the address must be that of a station: not zero, not a group");
		return -EINVAL;
	}
	if (vid >= VLAN_VID_MASK) {
		NL_SET_ERR_MSG(extack,
			       "the VLAN id must be 1 to 4094, or 0 for no VLAN");
		return -EINVAL;
	}
	return 0;
}

/**
 * vsw_fdb_add - add a static entry
 * @port: where the station is
 * @mac: the station
 * @vid: its VLAN, 0 for none
 * @sticky: drop frames that it sends from elsewhere
 * @replace: an existing static entry is changed rather than refused
 * @extack: where a refusal is explained
 *
 * Context: RTNL held.
 * Return: 0, -EINVAL, -EEXIST, -ENOSPC or -ENOMEM.
 */
int vsw_fdb_add(struct vsw_port *port, const u8 *mac, u16 vid, bool sticky,
		bool replace, struct netlink_ext_ack *extack)
{
	unsigned long flags = BIT(VSW_FDB_F_STATIC) |
			      (sticky ? BIT(VSW_FDB_F_STICKY) : 0);
	struct vsw_fdb *fdb = port->sw->fdb;
	struct vsw_fdb_entry *e;
	int err;

	ASSERT_RTNL();
	err = addr_check(mac, vid, extack);
	if (err)
		return err;

	rcu_read_lock();
	spin_lock_bh(&fdb->lock);
	e = entry_find(fdb, mac, vid);
	if (!e) {
		err = entry_add_static(fdb, port,
				       vsw_fdb_key(ether_addr_to_u64(mac), vid),
				       flags, extack);
	} else if (test_bit(VSW_FDB_F_STATIC, &e->flags) && !replace) {
		NL_SET_ERR_MSG(extack,
			       "there is such a static entry; delete it first or use --may-exist");
		err = -EEXIST;
	} else {
		entry_pin(e, port, flags);
	}
	spin_unlock_bh(&fdb->lock);
	rcu_read_unlock();
	return err;
}

/**
 * vsw_fdb_del - remove an entry, static or dynamic
 * @sw: the switch
 * @mac: the station
 * @vid: its VLAN, 0 for none
 * @extack: where a refusal is explained
 *
 * Context: RTNL held.
 * Return: 0 or -ENOENT.
 */
int vsw_fdb_del(struct vsw_switch *sw, const u8 *mac, u16 vid,
		struct netlink_ext_ack *extack)
{
	struct vsw_fdb *fdb = sw->fdb;
	struct vsw_fdb_entry *e;

	ASSERT_RTNL();
	rcu_read_lock();
	spin_lock_bh(&fdb->lock);
	e = entry_find(fdb, mac, vid);
	if (e) {
		vsw_fdb_entry_notify(e, rcu_dereference(e->port), NULL,
				     VSW_EVENT_DEL);
		vsw_fdb_entry_del(fdb, e);
	}
	spin_unlock_bh(&fdb->lock);
	rcu_read_unlock();
	if (e)
		return 0;
	NL_SET_ERR_MSG(extack, "no such entry in this VLAN; see vswctl fdb show");
	return -ENOENT;
}

static void entry_info(const struct vsw_fdb_entry *e, struct vsw_fdb_info *info)
{
	u64_to_ether_addr(e->key >> 16, info->mac);
	info->vid = e->key & 0xffff;
	info->is_static = test_bit(VSW_FDB_F_STATIC, &e->flags);
	info->sticky = test_bit(VSW_FDB_F_STICKY, &e->flags);
	info->age_ms = jiffies_to_msecs(jiffies - READ_ONCE(e->used));
	strscpy(info->port, rcu_dereference(e->port)->name,
		sizeof(info->port));
}

/**
 * vsw_fdb_find - look an entry up
 * @sw: the switch
 * @mac: the station
 * @vid: its VLAN, 0 for none
 * @info: filled in if it is found
 *
 * Context: RTNL held.
 * Return: whether there is such an entry.
 */
bool vsw_fdb_find(struct vsw_switch *sw, const u8 *mac, u16 vid,
		  struct vsw_fdb_info *info)
{
	struct vsw_fdb_entry *e;

	rcu_read_lock();
	e = entry_find(sw->fdb, mac, vid);
	if (e)
		entry_info(e, info);
	rcu_read_unlock();
	return e;
}

static bool entry_matches(const struct vsw_fdb_entry *e,
			  const struct vsw_fdb_filter *filter)
{
	u16 vid = e->key & 0xffff;

	if (test_bit(VSW_FDB_F_STATIC, &e->flags) ? !filter->want_static :
						    !filter->want_dynamic)
		return false;
	if (filter->port && rcu_access_pointer(e->port) != filter->port)
		return false;
	if (filter->has_vid && vid != filter->vid)
		return false;
	if (filter->has_mac && e->key >> 16 != filter->mac)
		return false;
	return !filter->except_vids || !test_bit(vid, filter->except_vids);
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
		if (!entry_matches(e, filter))
			continue;
		vsw_fdb_entry_notify(e, port, NULL, VSW_EVENT_FLUSH);
		vsw_fdb_entry_del(fdb, e);
		if (++flushed == FLUSH_BATCH)
			break;
	}
	spin_unlock_bh(&fdb->lock);
	return flushed;
}

static u32 flush_port(struct vsw_fdb *fdb, struct vsw_port *port,
		      const struct vsw_fdb_filter *filter)
{
	u32 flushed, sum = 0;

	do {
		flushed = flush_batch(fdb, port, filter);
		sum += flushed;
		cond_resched();
	} while (flushed == FLUSH_BATCH);
	return sum;
}

/**
 * vsw_fdb_flush - remove all entries that match
 * @sw: the switch
 * @filter: which
 *
 * Context: RTNL held, may sleep.
 * Return: number of entries removed.
 */
u32 vsw_fdb_flush(struct vsw_switch *sw, const struct vsw_fdb_filter *filter)
{
	struct vsw_port *port;
	u32 sum = 0;

	ASSERT_RTNL();
	if (filter->port)
		return flush_port(sw->fdb, filter->port, filter);
	vsw_port_for_each_rtnl(port, sw)
		sum += flush_port(sw->fdb, port, filter);
	return sum;
}

/**
 * vsw_fdb_count - entries in the database
 * @sw: the switch
 *
 * Context: any.
 * Return: the count.
 */
u32 vsw_fdb_count(const struct vsw_switch *sw)
{
	return READ_ONCE(sw->fdb->count);
}

/**
 * vsw_fdb_max - limit of entries in the database
 * @sw: the switch
 *
 * Context: any.
 * Return: the limit.
 */
u32 vsw_fdb_max(const struct vsw_switch *sw)
{
	return READ_ONCE(sw->fdb->max);
}

/**
 * vsw_fdb_walk_create - begin a walk over a switch's database
 * @sw: the switch
 *
 * Context: RTNL held, may sleep.
 * Return: the walk, for vsw_fdb_walk_destroy(), or NULL if there is no memory.
 */
struct vsw_fdb_walk *vsw_fdb_walk_create(struct vsw_switch *sw)
{
	struct vsw_fdb_walk *walk;

	ASSERT_RTNL();
	walk = kzalloc(sizeof(*walk), GFP_KERNEL);
	if (!walk)
		return NULL;
	walk->fdb = sw->fdb;
	walk->seq = 1;
	refcount_inc(&walk->fdb->ref);
	rhashtable_walk_enter(&walk->fdb->table, &walk->iter);
	return walk;
}

/**
 * vsw_fdb_walk_destroy - end a walk
 * @walk: the walk, stopped
 *
 * Context: may sleep.
 */
void vsw_fdb_walk_destroy(struct vsw_fdb_walk *walk)
{
	rhashtable_walk_exit(&walk->iter);
	vsw_fdb_put(walk->fdb);
	kfree(walk);
}

/**
 * vsw_fdb_walk_start - go on with a walk
 * @walk: the walk, stopped
 *
 * Context: process context; nothing may sleep until vsw_fdb_walk_stop().
 */
void vsw_fdb_walk_start(struct vsw_fdb_walk *walk)
	__acquires(RCU)
{
	if (vsw_fdb_walk_resume(&walk->iter) == -EAGAIN) {
		walk->seq++;
		walk->again = false;
	}
}

/* After a pause, the last entry or, if it is gone, the one behind it. */
static struct vsw_fdb_entry *walk_step(struct vsw_fdb_walk *walk)
{
	if (!walk->again)
		return rhashtable_walk_next(&walk->iter);
	walk->again = false;
	return rhashtable_walk_peek(&walk->iter);
}

/**
 * vsw_fdb_walk_next - the next entry that matches
 * @walk: the walk, started
 * @filter: which entries
 * @info: filled in
 *
 * Context: between vsw_fdb_walk_start() and vsw_fdb_walk_stop().
 * Return: false at the end.
 */
bool vsw_fdb_walk_next(struct vsw_fdb_walk *walk,
		       const struct vsw_fdb_filter *filter,
		       struct vsw_fdb_info *info)
{
	struct vsw_fdb_entry *e;

	while ((e = walk_step(walk))) {
		if (IS_ERR(e)) {
			walk->seq++;
			continue;
		}
		if (!entry_matches(e, filter))
			continue;
		entry_info(e, info);
		return true;
	}
	return false;
}

/**
 * vsw_fdb_walk_again - let the next step return the last entry once more
 * @walk: the walk, started
 *
 * Context: between vsw_fdb_walk_start() and vsw_fdb_walk_stop().
 */
void vsw_fdb_walk_again(struct vsw_fdb_walk *walk)
{
	walk->again = true;
}

/**
 * vsw_fdb_walk_stop - pause a walk
 * @walk: the walk, started
 *
 * Context: process context.
 */
void vsw_fdb_walk_stop(struct vsw_fdb_walk *walk)
	__releases(RCU)
{
	rhashtable_walk_stop(&walk->iter);
}

/**
 * vsw_fdb_walk_seq - has the walk been disturbed?
 * @walk: the walk
 *
 * Context: any.
 * Return: a number, never 0, that changes when entries may have been seen twice.
 */
u32 vsw_fdb_walk_seq(const struct vsw_fdb_walk *walk)
{
	return walk->seq;
}
