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
 * @sw: the switch
 * @entry: the entry, in the table until the step is over
 * @port: where it is to be, NULL to delete it
 * @flags: bits VSW_FDB_F_*
 * @earlier: what the same transaction is to do with it before
 * @number: the order of steps, flushes included
 */
struct vsw_fdb_step {
	struct vsw_step		step;
	struct vsw_switch	*sw;
	struct vsw_fdb_entry	*entry;
	struct vsw_port		*port;
	unsigned long		flags;
	struct vsw_fdb_step	*earlier;
	u64			number;
};

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

/* RTNL. */
static u64 last_number;

static struct vsw_fdb_step *fdb_step(struct vsw_step *step)
{
	return container_of(step, struct vsw_fdb_step, step);
}

/* With @port and @is_static as they are, or as they are to be. */
static bool key_matches(u64 key, const struct vsw_port *port, bool is_static,
			const struct vsw_fdb_filter *filter)
{
	u16 vid = key & 0xffff;

	if (is_static ? !filter->want_static : !filter->want_dynamic)
		return false;
	if (filter->port && port != filter->port)
		return false;
	if (filter->has_vid && vid != filter->vid)
		return false;
	if (filter->has_mac && key >> 16 != filter->mac)
		return false;
	return !filter->except_vids || !test_bit(vid, filter->except_vids);
}

static bool entry_is_static(const struct vsw_fdb_entry *e)
{
	return e->staged || test_bit(VSW_FDB_F_STATIC, &e->flags);
}

/* Is it there, as far as the transaction at work has come? */
static bool entry_is_there(const struct vsw_fdb *fdb,
			   const struct vsw_fdb_entry *e)
{
	const struct vsw_port *port = rcu_dereference_protected(e->port, true);
	const struct flush_step *flush;
	u64 since = 0;

	if (e->staged) {
		port = e->staged->port;
		since = e->staged->number;
	}
	if (!port || port->leaving)
		return false;
	list_for_each_entry(flush, &fdb->flushes, node) {
		if (flush->number > since &&
		    key_matches(e->key, port, entry_is_static(e),
				&flush->filter))
			return false;
	}
	return true;
}

/* What is to be done with the entry last; the database's lock is held. */
static void entry_stage(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
			struct vsw_fdb_step *step)
{
	if (e->staged && !e->staged->port)
		fdb->doomed--;
	if (step && !step->port)
		fdb->doomed++;
	e->staged = step;
}

/* A step is over: the entry may be needed no more. */
static void entry_settle(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	if (!e->staged && !rcu_access_pointer(e->port))
		vsw_fdb_entry_end(fdb, e);
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

static void entry_add(struct vsw_fdb_entry *e, const struct vsw_fdb_step *add)
{
	enum vsw_event event = rcu_access_pointer(e->port) ? VSW_EVENT_SET :
							      VSW_EVENT_NEW;

	vsw_fdb_entry_move(e, add->port, add->flags);
	vsw_fdb_entry_notify(e, add->port, NULL, event);
}

/* It may have been removed meanwhile, by ageing or by an earlier step. */
static void entry_del(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	struct vsw_port *port = rcu_dereference_protected(e->port, true);

	if (!port)
		return;
	vsw_fdb_entry_notify(e, port, NULL, VSW_EVENT_DEL);
	vsw_fdb_entry_unlink(e);
}

static void key_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_fdb_step *change = fdb_step(step);
	struct vsw_fdb *fdb = change->sw->fdb;
	struct vsw_fdb_entry *e = change->entry;

	spin_lock_bh(&fdb->lock);
	if (e->staged == change)
		entry_stage(fdb, e, NULL);
	if (change->port)
		entry_add(e, change);
	else
		entry_del(fdb, e);
	entry_settle(fdb, e);
	spin_unlock_bh(&fdb->lock);
}

static void key_abort(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_fdb_step *change = fdb_step(step);
	struct vsw_fdb *fdb = change->sw->fdb;

	spin_lock_bh(&fdb->lock);
	entry_stage(fdb, change->entry, change->earlier);
	entry_settle(fdb, change->entry);
	spin_unlock_bh(&fdb->lock);
}

static const struct vsw_step_ops key_ops = {
	.commit	= key_commit,
	.abort	= key_abort,
};

/* What is to be deleted makes room; what is flushed, only when it is gone. */
static bool has_room(const struct vsw_switch *sw)
{
	return sw->fdb->count - sw->fdb->doomed < sw->fdb_max;
}

/* The entry to be made or changed, in the table, or an error. */
static struct vsw_fdb_entry *entry_for_add(struct vsw_switch *sw,
					   struct vsw_fdb_entry *e, u64 key,
					   bool replace,
					   struct netlink_ext_ack *extack)
{
	bool is_doomed = e && e->staged && !e->staged->port;

	if (e && !replace && entry_is_there(sw->fdb, e) && entry_is_static(e)) {
		NL_SET_ERR_MSG(extack,
			       "there is such a static entry; delete it first or use --may-exist");
		return ERR_PTR(-EEXIST);
	}
	if ((!e || is_doomed) && !has_room(sw)) {
		NL_SET_ERR_MSG(extack,
			       "the switch's database is full; flush it first, or raise fdb-max");
		return ERR_PTR(-ENOSPC);
	}
	if (!e)
		e = vsw_fdb_entry_add(sw->fdb, key, NULL,
				      BIT(VSW_FDB_F_STATIC));
	if (!e) {
		NL_SET_ERR_MSG(extack, "out of memory for the entry; try again");
		return ERR_PTR(-ENOMEM);
	}
	return e;
}

/* The entry to be deleted, or an error. */
static struct vsw_fdb_entry *entry_for_del(struct vsw_switch *sw,
					   struct vsw_fdb_entry *e,
					   struct netlink_ext_ack *extack)
{
	if (e && entry_is_there(sw->fdb, e))
		return e;
	NL_SET_ERR_MSG(extack, "no such entry in this VLAN; see vswctl fdb show");
	return ERR_PTR(-ENOENT);
}

/* Add the entry, or delete it if @port is NULL. */
static int key_change(struct vsw_txn *txn, struct vsw_switch *sw,
		      struct vsw_port *port, u64 key, unsigned long flags,
		      bool replace, struct netlink_ext_ack *extack)
{
	struct vsw_fdb *fdb = sw->fdb;
	struct vsw_fdb_step *change;
	struct vsw_fdb_entry *e;

	change = vsw_step_create(sizeof(*change), &key_ops, extack);
	if (!change)
		return -ENOMEM;
	change->sw = sw;
	change->port = port;
	change->flags = flags;
	change->number = ++last_number;

	rcu_read_lock();
	spin_lock_bh(&fdb->lock);
	e = vsw_fdb_entry_rcu(fdb, key);
	if (port)
		e = entry_for_add(sw, e, key, replace, extack);
	else
		e = entry_for_del(sw, e, extack);
	if (!IS_ERR(e)) {
		change->entry = e;
		change->earlier = e->staged;
		entry_stage(fdb, e, change);
	}
	spin_unlock_bh(&fdb->lock);
	rcu_read_unlock();
	if (IS_ERR(e)) {
		kfree(change);
		return PTR_ERR(e);
	}
	vsw_txn_add(txn, &change->step);
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
	unsigned long flags = BIT(VSW_FDB_F_STATIC) |
			      (sticky ? BIT(VSW_FDB_F_STICKY) : 0);
	int err;

	ASSERT_RTNL();
	err = addr_check(mac, vid, extack);
	if (err)
		return err;
	return key_change(txn, port->sw, port,
			  vsw_fdb_key(ether_addr_to_u64(mac), vid), flags,
			  replace, extack);
}

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
	ASSERT_RTNL();
	return key_change(txn, sw, NULL,
			  vsw_fdb_key(ether_addr_to_u64(mac), vid), 0, false,
			  extack);
}

/**
 * vsw_fdb_entry_info - copy an entry out
 * @e: the entry
 * @info: filled in
 *
 * Context: rcu_read_lock() held.
 * Return: false if it leads to no port, and so is none.
 */
bool vsw_fdb_entry_info(const struct vsw_fdb_entry *e,
			struct vsw_fdb_info *info)
{
	const struct vsw_port *port = rcu_dereference(e->port);
	u32 used = READ_ONCE(e->used);

	if (!port)
		return false;
	u64_to_ether_addr(e->key >> 16, info->mac);
	info->vid = e->key & 0xffff;
	info->is_static = test_bit(VSW_FDB_F_STATIC, &e->flags);
	info->sticky = test_bit(VSW_FDB_F_STICKY, &e->flags);
	info->age_ms = jiffies_to_msecs((u32)jiffies - used);
	strscpy(info->port, port->name, sizeof(info->port));
	return true;
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
	bool found;

	rcu_read_lock();
	e = vsw_fdb_entry_rcu(sw->fdb,
			      vsw_fdb_key(ether_addr_to_u64(mac), vid));
	found = e && vsw_fdb_entry_info(e, info);
	rcu_read_unlock();
	return found;
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

	return port && key_matches(e->key, port,
				   test_bit(VSW_FDB_F_STATIC, &e->flags),
				   filter);
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
	flush->number = ++last_number;
	list_add_tail(&flush->node, &sw->fdb->flushes);
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
