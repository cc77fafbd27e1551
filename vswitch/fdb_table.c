// SPDX-License-Identifier: GPL-2.0
/*
 * The filtering database as its administrator sees it: static entries and
 * flushes, in a transaction (txn.h).
 */

#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/* Entries removed before others get the lock. */
#define FLUSH_BATCH	256

/**
 * struct vsw_fdb_step - an entry is added or deleted
 * @step: first member
 * @fdb: the database
 * @key: of the entry
 * @entry: to add: the entry, in the table until the step is over
 * @port: to add: where it is to be
 * @flags: to add: bits VSW_FDB_F_*
 * @earlier: to add: what the same transaction is to do with it before
 * @was_gone: to add: the same transaction is to remove it before
 */
struct vsw_fdb_step {
	struct vsw_step		step;
	struct vsw_fdb		*fdb;
	u64			key;
	struct vsw_fdb_entry	*entry;
	struct vsw_port		*port;
	unsigned long		flags;
	struct vsw_fdb_step	*earlier;
	bool			was_gone;
};

/**
 * struct flush_step - entries are flushed
 * @step: first member
 * @sw: the switch
 * @filter: which of them
 */
struct flush_step {
	struct vsw_step		step;
	struct vsw_switch	*sw;
	struct vsw_fdb_filter	filter;
};

static struct vsw_fdb_step *fdb_step(struct vsw_step *step)
{
	return container_of(step, struct vsw_fdb_step, step);
}

/* Where the entry is when the transaction at work is done. */
static const struct vsw_port *staged_port(const struct vsw_fdb_entry *e)
{
	return e->staged ? e->staged->port :
			   rcu_dereference_protected(e->port, true);
}

/* Is it there, as far as the transaction has come? */
static bool entry_is_there(const struct vsw_fdb_entry *e,
			   const struct vsw_txn *txn)
{
	return e->gone != txn->id && !staged_port(e)->leaving;
}

static bool entry_is_static(const struct vsw_fdb_entry *e)
{
	return e->staged || test_bit(VSW_FDB_F_STATIC, &e->flags);
}

/* What a transaction removes makes room for what it adds. */
static void room_add(struct vsw_fdb *fdb, const struct vsw_txn *txn, s32 room)
{
	if (fdb->room_txn != txn->id) {
		fdb->room_txn = txn->id;
		fdb->room = 0;
	}
	fdb->room += room;
}

static bool has_room(const struct vsw_fdb *fdb, const struct vsw_txn *txn)
{
	u32 room = fdb->room_txn == txn->id ? fdb->room : 0;

	return fdb->count < READ_ONCE(fdb->max) + room;
}

static void entry_set_gone(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
			   const struct vsw_txn *txn, bool gone)
{
	u32 mark = gone ? txn->id : 0;

	if (e->gone == mark || (!gone && e->gone != txn->id))
		return;
	e->gone = mark;
	room_add(fdb, txn, gone ? 1 : -1);
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

static void add_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_fdb_step *add = fdb_step(step);
	struct vsw_fdb_entry *e = add->entry;
	enum vsw_event event;

	spin_lock_bh(&add->fdb->lock);
	event = rcu_access_pointer(e->port) ? VSW_EVENT_SET : VSW_EVENT_NEW;
	if (e->staged == add)
		e->staged = NULL;
	vsw_fdb_entry_move(e, add->port, add->flags);
	vsw_fdb_entry_notify(e, add->port, NULL, event);
	spin_unlock_bh(&add->fdb->lock);
}

static void add_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_fdb_step *add = fdb_step(step);
	struct vsw_fdb_entry *e = add->entry;

	spin_lock_bh(&add->fdb->lock);
	e->staged = add->earlier;
	entry_set_gone(add->fdb, e, txn, add->was_gone);
	if (!e->staged && !rcu_access_pointer(e->port))
		vsw_fdb_entry_end(add->fdb, e);
	spin_unlock_bh(&add->fdb->lock);
}

static const struct vsw_step_ops add_ops = {
	.commit	= add_commit,
	.abort	= add_abort,
};

/* The entry, in the table and free for @add; with the lock held. */
static int entry_claim(struct vsw_txn *txn, struct vsw_fdb_step *add,
		       bool replace, struct netlink_ext_ack *extack)
{
	struct vsw_fdb_entry *e = vsw_fdb_entry_rcu(add->fdb, add->key);
	bool there = e && entry_is_there(e, txn);

	if (there && entry_is_static(e) && !replace) {
		NL_SET_ERR_MSG(extack,
			       "there is such a static entry; delete it first or use --may-exist");
		return -EEXIST;
	}
	if (!there && !has_room(add->fdb, txn)) {
		NL_SET_ERR_MSG(extack,
			       "the switch's database is full; flush it or raise fdb-max");
		return -ENOSPC;
	}
	if (!e)
		e = vsw_fdb_entry_add(add->fdb, add->key, NULL,
				      BIT(VSW_FDB_F_STATIC));
	if (!e) {
		NL_SET_ERR_MSG(extack, "out of memory for the entry; try again");
		return -ENOMEM;
	}
	add->entry = e;
	add->earlier = e->staged;
	add->was_gone = e->gone == txn->id;
	e->staged = add;
	entry_set_gone(add->fdb, e, txn, false);
	return 0;
}

/**
 * vsw_fdb_add - add a static entry
 * @txn: the transaction
 * @port: where the station is
 * @mac: the station
 * @vid: its VLAN, 0 for none
 * @sticky: drop frames that it sends from elsewhere
 * @replace: an existing static entry is changed rather than refused
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, -EINVAL, -EEXIST, -ENOSPC or -ENOMEM.
 */
int vsw_fdb_add(struct vsw_txn *txn, struct vsw_port *port, const u8 *mac,
		u16 vid, bool sticky, bool replace,
		struct netlink_ext_ack *extack)
{
	struct vsw_fdb *fdb = port->sw->fdb;
	struct vsw_fdb_step *add;
	int err;

	ASSERT_RTNL();
	err = addr_check(mac, vid, extack);
	if (err)
		return err;
	add = vsw_step_create(sizeof(*add), &add_ops, extack);
	if (!add)
		return -ENOMEM;
	add->fdb = fdb;
	add->key = vsw_fdb_key(ether_addr_to_u64(mac), vid);
	add->port = port;
	add->flags = BIT(VSW_FDB_F_STATIC) |
		     (sticky ? BIT(VSW_FDB_F_STICKY) : 0);

	rcu_read_lock();
	spin_lock_bh(&fdb->lock);
	err = entry_claim(txn, add, replace, extack);
	spin_unlock_bh(&fdb->lock);
	rcu_read_unlock();
	if (err) {
		kfree(add);
		return err;
	}
	vsw_txn_add(txn, &add->step);
	return 0;
}

/* It may have been removed meanwhile, by ageing or by an earlier step. */
static void del_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_fdb_step *del = fdb_step(step);
	struct vsw_fdb_entry *e;
	struct vsw_port *port;

	rcu_read_lock();
	spin_lock_bh(&del->fdb->lock);
	e = vsw_fdb_entry_rcu(del->fdb, del->key);
	port = e ? rcu_dereference(e->port) : NULL;
	if (port) {
		vsw_fdb_entry_notify(e, port, NULL, VSW_EVENT_DEL);
		vsw_fdb_entry_del(del->fdb, e);
	}
	spin_unlock_bh(&del->fdb->lock);
	rcu_read_unlock();
}

/* The mark on the entry ends with the transaction. */
static void del_abort(struct vsw_txn *txn, struct vsw_step *step)
{
}

static const struct vsw_step_ops del_ops = {
	.commit	= del_commit,
	.abort	= del_abort,
};

/**
 * vsw_fdb_del - remove an entry, static or dynamic
 * @txn: the transaction
 * @sw: the switch
 * @mac: the station
 * @vid: its VLAN, 0 for none
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, -ENOENT or -ENOMEM.
 */
int vsw_fdb_del(struct vsw_txn *txn, struct vsw_switch *sw, const u8 *mac,
		u16 vid, struct netlink_ext_ack *extack)
{
	struct vsw_fdb *fdb = sw->fdb;
	struct vsw_fdb_entry *e;
	struct vsw_fdb_step *del;

	ASSERT_RTNL();
	del = vsw_step_create(sizeof(*del), &del_ops, extack);
	if (!del)
		return -ENOMEM;
	del->fdb = fdb;
	del->key = vsw_fdb_key(ether_addr_to_u64(mac), vid);

	rcu_read_lock();
	spin_lock_bh(&fdb->lock);
	e = vsw_fdb_entry_rcu(fdb, del->key);
	if (e && !entry_is_there(e, txn))
		e = NULL;
	if (e)
		entry_set_gone(fdb, e, txn, true);
	spin_unlock_bh(&fdb->lock);
	rcu_read_unlock();
	if (!e) {
		NL_SET_ERR_MSG(extack,
			       "no such entry in this VLAN; see vswctl fdb show");
		kfree(del);
		return -ENOENT;
	}
	vsw_txn_add(txn, &del->step);
	return 0;
}

/**
 * vsw_fdb_entry_info - copy an entry out
 * @e: the entry, with port
 * @info: filled in
 *
 * Context: rcu_read_lock() held.
 */
void vsw_fdb_entry_info(const struct vsw_fdb_entry *e,
			struct vsw_fdb_info *info)
{
	const struct vsw_port *port = rcu_dereference(e->port);

	u64_to_ether_addr(e->key >> 16, info->mac);
	info->vid = e->key & 0xffff;
	info->is_static = test_bit(VSW_FDB_F_STATIC, &e->flags);
	info->sticky = test_bit(VSW_FDB_F_STICKY, &e->flags);
	info->age_ms = jiffies_to_msecs((u32)jiffies - READ_ONCE(e->used));
	/* it may just have been removed */
	strscpy(info->port, port ? port->name : "", sizeof(info->port));
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
	e = vsw_fdb_entry_rcu(sw->fdb,
			      vsw_fdb_key(ether_addr_to_u64(mac), vid));
	if (e)
		vsw_fdb_entry_info(e, info);
	rcu_read_unlock();
	return e;
}

/**
 * vsw_fdb_entry_matches - is an entry meant?
 * @e: the entry
 * @filter: which are meant
 *
 * Context: rcu_read_lock() or the database's lock held.
 * Return: true if so; false if it leads to no port.
 */
bool vsw_fdb_entry_matches(const struct vsw_fdb_entry *e,
			   const struct vsw_fdb_filter *filter)
{
	const struct vsw_port *port = rcu_access_pointer(e->port);
	u16 vid = e->key & 0xffff;

	if (!port || (filter->port && port != filter->port))
		return false;
	if (test_bit(VSW_FDB_F_STATIC, &e->flags) ? !filter->want_static :
						    !filter->want_dynamic)
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
		if (!vsw_fdb_entry_matches(e, filter))
			continue;
		vsw_fdb_entry_notify(e, port, NULL, VSW_EVENT_FLUSH);
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
	if (filter->port) {
		flush_port(sw->fdb, filter->port, filter);
		return;
	}
	vsw_port_for_each_rtnl(port, sw)
		flush_port(sw->fdb, port, filter);
}

/**
 * vsw_fdb_port_leaves - a transaction is to delete a port, its entries with it
 * @txn: the transaction
 * @port: the port
 *
 * Context: RTNL held.
 */
void vsw_fdb_port_leaves(const struct vsw_txn *txn, struct vsw_port *port)
{
	room_add(port->sw->fdb, txn, READ_ONCE(port->fdb_count));
}

/* Later verbs of the transaction find them gone. */
static void mark_port(struct vsw_txn *txn, struct vsw_port *port,
		      const struct vsw_fdb_filter *filter)
{
	struct vsw_fdb *fdb = port->sw->fdb;
	struct vsw_fdb_entry *e;

	spin_lock_bh(&fdb->lock);
	hlist_for_each_entry(e, &port->fdb_entries, of_port) {
		if (!e->staged && vsw_fdb_entry_matches(e, filter))
			entry_set_gone(fdb, e, txn, true);
	}
	spin_unlock_bh(&fdb->lock);
}

static void flush_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct flush_step *flush = container_of(step, struct flush_step, step);

	vsw_fdb_purge(flush->sw, &flush->filter);
}

/* The marks on the entries end with the transaction. */
static void flush_abort(struct vsw_txn *txn, struct vsw_step *step)
{
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
	struct vsw_port *port;

	ASSERT_RTNL();
	flush = vsw_step_create(sizeof(*flush), &flush_ops, extack);
	if (!flush)
		return -ENOMEM;
	flush->sw = sw;
	flush->filter = *filter;
	vsw_port_for_each_rtnl(port, sw) {
		if (!filter->port || filter->port == port)
			mark_port(txn, port, filter);
	}
	vsw_txn_add(txn, &flush->step);
	return 0;
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
