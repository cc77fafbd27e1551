// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of the filtering database and the database itself: how they come and
 * go. What is learned is decided in fdb.c, what is configured in fdb_table.c.
 */

#include <linux/jiffies.h>
#include <linux/slab.h>

#include "netlink/netlink.h"
#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/trace.h"

static struct kmem_cache *entry_cache;

static void port_link(struct vsw_port *port, struct vsw_fdb_entry *e)
{
	hlist_add_head(&e->of_port, &port->fdb_entries);
	port->fdb_count++;
	if (!test_bit(VSW_FDB_F_STATIC, &e->flags))
		port->fdb_learned++;
}

static void port_unlink(struct vsw_port *port, struct vsw_fdb_entry *e)
{
	hlist_del(&e->of_port);
	port->fdb_count--;
	if (!test_bit(VSW_FDB_F_STATIC, &e->flags))
		port->fdb_learned--;
}

/**
 * vsw_fdb_entry_add - put a station into the database
 * @fdb: the database
 * @key: vsw_fdb_key() that is not in it
 * @port: where the station is, NULL if that comes with vsw_fdb_entry_move()
 * @flags: bits VSW_FDB_F_*
 *
 * Context: @fdb->lock held.
 * Return: the entry, NULL if there is no memory for it.
 */
struct vsw_fdb_entry *vsw_fdb_entry_add(struct vsw_fdb *fdb, u64 key,
					struct vsw_port *port,
					unsigned long flags)
{
	struct vsw_fdb_entry *e;

	lockdep_assert_held(&fdb->lock);
	e = kmem_cache_zalloc(entry_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!e)
		return NULL;
	e->key = key;
	e->used = jiffies;
	e->flags = flags;
	RCU_INIT_POINTER(e->port, port);
	if (rhashtable_lookup_insert_fast(&fdb->table, &e->node,
					  vsw_fdb_params)) {
		kmem_cache_free(entry_cache, e);
		return NULL;
	}
	fdb->count++;
	if (port)
		port_link(port, e);
	return e;
}

static void entry_free(struct rcu_head *rcu)
{
	kmem_cache_free(entry_cache,
			container_of(rcu, struct vsw_fdb_entry, rcu));
}

static struct vsw_port *entry_port(const struct vsw_fdb_entry *e)
{
	/* the database's lock is held */
	return rcu_dereference_protected(e->port, true);
}

/**
 * vsw_fdb_entry_end - take an entry that leads nowhere out of the database
 * @fdb: the database
 * @e: entry in it, without port
 *
 * Frames that found it may read it for another grace period.
 *
 * Context: @fdb->lock held.
 */
void vsw_fdb_entry_end(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	lockdep_assert_held(&fdb->lock);
	if (WARN_ON_ONCE(rhashtable_remove_fast(&fdb->table, &e->node,
						vsw_fdb_params)))
		return;
	fdb->count--;
	call_rcu(&e->rcu, entry_free);
}

/**
 * vsw_fdb_entry_unlink - have an entry lead nowhere
 * @e: entry, with port
 *
 * Context: lock of the database held.
 */
void vsw_fdb_entry_unlink(struct vsw_fdb_entry *e)
{
	port_unlink(entry_port(e), e);
	/* neither learned anew nor aged */
	WRITE_ONCE(e->flags, BIT(VSW_FDB_F_STATIC));
	RCU_INIT_POINTER(e->port, NULL);
}

/**
 * vsw_fdb_entry_del - have the database know a station no more
 * @fdb: the database
 * @e: entry in it, with port
 *
 * Context: @fdb->lock held.
 */
void vsw_fdb_entry_del(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	lockdep_assert_held(&fdb->lock);
	vsw_fdb_entry_unlink(e);
	if (!e->staged)
		vsw_fdb_entry_end(fdb, e);
}

/**
 * vsw_fdb_entry_move - a station is behind another port now, or is pinned
 * @e: its entry
 * @port: the port
 * @flags: bits VSW_FDB_F_*
 *
 * Context: lock of the database held.
 */
void vsw_fdb_entry_move(struct vsw_fdb_entry *e, struct vsw_port *port,
			unsigned long flags)
{
	if (entry_port(e))
		port_unlink(entry_port(e), e);
	WRITE_ONCE(e->flags, flags);
	port_link(port, e);
	WRITE_ONCE(e->used, (u32)jiffies);
	rcu_assign_pointer(e->port, port);
}

/**
 * vsw_fdb_entry_notify - tell the world of an entry
 * @e: the entry
 * @port: where its station is
 * @old: where it was before, NULL if nowhere
 * @event: what happened
 *
 * Context: any.
 */
void vsw_fdb_entry_notify(const struct vsw_fdb_entry *e,
			  const struct vsw_port *port,
			  const struct vsw_port *old, enum vsw_event event)
{
	vsw_nl_notify_fdb(port, e->key >> 16, e->key & 0xffff,
			  test_bit(VSW_FDB_F_STATIC, &e->flags),
			  test_bit(VSW_FDB_F_STICKY, &e->flags), old, event);
}

static unsigned long age_interval(const struct vsw_fdb *fdb)
{
	return clamp(READ_ONCE(fdb->ageing) / 10, HZ + 0UL, 10UL * HZ);
}

static void age_work_run(struct work_struct *work)
{
	struct vsw_fdb *fdb = container_of(to_delayed_work(work),
					   struct vsw_fdb, age_work);

	vsw_fdb_age(fdb);
	queue_delayed_work(system_power_efficient_wq, &fdb->age_work,
			   age_interval(fdb));
}

/**
 * vsw_fdb_ageing_set - change the ageing time
 * @fdb: the database
 * @ageing: jiffies
 *
 * Context: any.
 */
void vsw_fdb_ageing_set(struct vsw_fdb *fdb, unsigned long ageing)
{
	WRITE_ONCE(fdb->ageing, ageing);
	mod_delayed_work(system_power_efficient_wq, &fdb->age_work,
			 age_interval(fdb));
}

/**
 * vsw_fdb_create - make an empty database with default limits
 *
 * Context: may sleep.
 * Return: the database, NULL if there is no memory.
 */
struct vsw_fdb *vsw_fdb_create(void)
{
	struct vsw_fdb *fdb;

	fdb = kzalloc(sizeof(*fdb), GFP_KERNEL_ACCOUNT);
	if (!fdb)
		return NULL;
	if (rhashtable_init(&fdb->table, &vsw_fdb_params)) {
		kfree(fdb);
		return NULL;
	}
	spin_lock_init(&fdb->lock);
	INIT_LIST_HEAD(&fdb->flushes);
	refcount_set(&fdb->ref, 1);
	fdb->max = VSW_FDB_MAX_DEFAULT;
	fdb->ageing = msecs_to_jiffies(VSW_AGEING_DEFAULT_MS);
	INIT_DELAYED_WORK(&fdb->age_work, age_work_run);
	queue_delayed_work(system_power_efficient_wq, &fdb->age_work,
			   age_interval(fdb));
	return fdb;
}

/**
 * vsw_fdb_put - give back a reference to a database
 * @fdb: the database; empty, and its ageing ended, when the last one goes
 *
 * Context: may sleep.
 */
void vsw_fdb_put(struct vsw_fdb *fdb)
{
	if (!refcount_dec_and_test(&fdb->ref))
		return;
	WARN_ON_ONCE(fdb->count);
	rhashtable_destroy(&fdb->table);
	kfree(fdb);
}

/**
 * vsw_fdb_init - what all databases share
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int vsw_fdb_init(void)
{
	entry_cache = KMEM_CACHE(vsw_fdb_entry, SLAB_HWCACHE_ALIGN);
	return entry_cache ? 0 : -ENOMEM;
}

/**
 * vsw_fdb_exit - free what all databases share
 *
 * Context: module exit; no database is left.
 */
void vsw_fdb_exit(void)
{
	/* entries on their way through call_rcu() */
	rcu_barrier();
	kmem_cache_destroy(entry_cache);
}
