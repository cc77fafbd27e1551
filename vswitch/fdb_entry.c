// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of the filtering database and the database itself: how they come and
 * go. What is learned is decided in fdb.c, what is configured in fdb_table.c.
 *
 * The filtering database (IEEE 802.1Q-2022, 8.8): which station is behind which
 * port, for each VLAN on its own (independent VLAN learning), or for VLANs that share
 * a table (shared VLAN learning).
 *
 * Table. A resizable hash of entries keyed by address and VLAN. Stations are
 * learned from the source addresses of admitted frames; administrators add
 * static entries, which never age, never move and are never evicted.
 *
 * Order (8.8.9). What is static for the VLAN goes before what is static for all
 * VLANs, and both before what was learned. As long as there are no static entries of
 * that kind, nor for groups, and no VLANs that share, which @ways tells, one lookup
 * finds what there is.
 *
 * The path of a frame reads two entries and, for a station that is known, where
 * it was and heard of within the last second, writes nothing. Everything else
 * (new stations, moves, ageing, the administrator) goes through @lock, which
 * also guards the counts. Readers are under RCU; entries are freed one grace
 * period after they left the table.
 *
 * Limits. @max entries in all, vsw_port.fdb_max learned ones per port. At the
 * limit nothing is evicted: new stations are not learned, their frames are
 * flooded, and counted, so one port cannot push out what others learned.
 *
 * Ports. Every port has a list of the entries that lead to it, under @lock, so a
 * flush is exact; a walk over the table is not, it may miss entries while others
 * are removed, which is good enough for ageing, and for dumps, that say so.
 *
 * Transactions. An entry that a transaction is to make is put into the table at
 * once, which may fail, but leads to no port until the transaction is committed;
 * a known one that it is to change stays where it is until then, and if it is
 * removed meanwhile it stays in the table without port. To readers that is no
 * entry. Later verbs see in @staged what was done to an entry by its key, and in
 * @flushes what else removes it.
 *
 * A port that goes down. vsw_link_update() clears VSW_PORT_F_UP, then flushes; in
 * the same way the port's new VLANs are published before a flush for those that
 * it left. Learning looks at the flag, and at the VLANs, under @lock. An insertion
 * that saw the old ones was finished before the flush took the lock, and is found
 * by it; one that comes later sees the new ones. So no entry ever leads to a port
 * that is gone.
 *
 * Life. The switch holds one reference, and so does each walk (netlink dump),
 * which may thus outlive the switch; it finds the table empty then.
 */

#include <linux/jiffies.h>
#include <linux/slab.h>

#include "netlink/netlink.h"
#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"

static struct kmem_cache *entry_cache;

static u16 entry_table(const struct vsw_fdb_entry *e)
{
	return e->key & (VSW_FDB_TABLES - 1);
}

static struct vsw_port *entry_port(const struct vsw_fdb_entry *e)
{
	/* the database's lock is held */
	return rcu_dereference_protected(e->port, true);
}

static void port_link(struct vsw_fdb *fdb, struct vsw_port *port,
		      struct vsw_fdb_entry *e)
{
	hlist_add_head(&e->of_port, &port->fdb_entries);
	fdb->counts[entry_table(e)]++;
	port->fdb_count++;
	if (!vsw_fdb_entry_has(e, VSW_FDB_F_STATIC))
		port->fdb_learned++;
}

static void port_unlink(struct vsw_fdb *fdb, struct vsw_port *port,
			struct vsw_fdb_entry *e)
{
	hlist_del(&e->of_port);
	fdb->counts[entry_table(e)]--;
	port->fdb_count--;
	if (!vsw_fdb_entry_has(e, VSW_FDB_F_STATIC))
		port->fdb_learned--;
}

/* From wherever it leads; frames may still go there. */
static void entry_leave(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	if (entry_port(e)) {
		port_unlink(fdb, entry_port(e), e);
	} else if (rcu_access_pointer(e->ports)) {
		hlist_del(&e->of_port);
		fdb->counts[entry_table(e)]--;
	}
}

static void ports_retire(struct vsw_fdb_entry *e)
{
	struct vsw_fdb_ports *old = rcu_dereference_protected(e->ports, true);

	if (!old)
		return;
	RCU_INIT_POINTER(e->ports, NULL);
	kfree_rcu(old, rcu);
}

/* What most lookups need not look for. */
static void special_count(struct vsw_fdb *fdb, const struct vsw_fdb_entry *e,
			  int change)
{
	if (vsw_addr_is_group(e->key >> 16))
		fdb->n_groups += change;
	if (entry_table(e) == VSW_FDB_ALL_VLANS)
		fdb->n_all_vlans += change;
	vsw_fdb_update_ways(fdb);
}

/**
 * vsw_fdb_entry_add - put a station into the database
 * @fdb: the database
 * @key: vsw_fdb_key() that is not in it
 * @vid: VLAN that it is learned in or set for
 * @port: where the station is, NULL if that comes with vsw_fdb_entry_move()
 * @flags: bits VSW_FDB_F_*
 *
 * Context: @fdb->lock held.
 * Return: the entry, NULL if there is no memory for it.
 */
struct vsw_fdb_entry *vsw_fdb_entry_add(struct vsw_fdb *fdb, u64 key, u16 vid,
					struct vsw_port *port, u16 flags)
{
	struct vsw_fdb_entry *e;

	lockdep_assert_held(&fdb->lock);
	e = kmem_cache_zalloc(entry_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!e)
		return NULL;
	e->key = key;
	e->vid = vid;
	e->used = jiffies;
	e->flags = flags;
	RCU_INIT_POINTER(e->port, port);
	if (rhashtable_lookup_insert_fast(&fdb->table, &e->node,
					  vsw_fdb_params)) {
		kmem_cache_free(entry_cache, e);
		return NULL;
	}
	fdb->count++;
	special_count(fdb, e, 1);
	if (port)
		port_link(fdb, port, e);
	return e;
}

static void entry_free(struct rcu_head *rcu)
{
	kmem_cache_free(entry_cache,
			container_of(rcu, struct vsw_fdb_entry, rcu));
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
	special_count(fdb, e, -1);
	call_rcu(&e->rcu, entry_free);
}

/**
 * vsw_fdb_entry_unlink - have an entry lead nowhere
 * @fdb: the database
 * @e: entry in it that leads somewhere
 *
 * Context: @fdb->lock held.
 */
void vsw_fdb_entry_unlink(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	lockdep_assert_held(&fdb->lock);
	entry_leave(fdb, e);
	/* neither learned anew nor aged */
	WRITE_ONCE(e->flags, BIT(VSW_FDB_F_STATIC));
	RCU_INIT_POINTER(e->port, NULL);
	ports_retire(e);
}

/**
 * vsw_fdb_entry_del - have the database know a station no more
 * @fdb: the database
 * @e: entry in it that leads somewhere
 *
 * Context: @fdb->lock held.
 */
void vsw_fdb_entry_del(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	vsw_fdb_entry_unlink(fdb, e);
	if (!e->staged)
		vsw_fdb_entry_end(fdb, e);
}

/**
 * vsw_fdb_entry_move - a station is behind another port now, or is pinned
 * @fdb: the database
 * @e: its entry
 * @port: the port
 * @flags: bits VSW_FDB_F_*
 *
 * Context: @fdb->lock held.
 */
void vsw_fdb_entry_move(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
			struct vsw_port *port, u16 flags)
{
	lockdep_assert_held(&fdb->lock);
	entry_leave(fdb, e);
	WRITE_ONCE(e->flags, flags);
	port_link(fdb, port, e);
	WRITE_ONCE(e->used, (u32)jiffies);
	rcu_assign_pointer(e->port, port);
	ports_retire(e);
}

/**
 * vsw_fdb_entry_map - a static entry's frames go to several ports, or to none
 * @fdb: the database
 * @e: the entry
 * @ports: where to; from now on the entry's
 *
 * Context: @fdb->lock held.
 */
void vsw_fdb_entry_map(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
		       struct vsw_fdb_ports *ports)
{
	struct vsw_fdb_ports *old = rcu_dereference_protected(e->ports, true);

	lockdep_assert_held(&fdb->lock);
	entry_leave(fdb, e);
	WRITE_ONCE(e->flags, BIT(VSW_FDB_F_STATIC));
	hlist_add_head(&e->of_port, &fdb->maps);
	fdb->counts[entry_table(e)]++;
	rcu_assign_pointer(e->ports, ports);
	RCU_INIT_POINTER(e->port, NULL);
	if (old)
		kfree_rcu(old, rcu);
}

/**
 * vsw_fdb_entry_notify - tell the world of an entry
 * @fdb: the database
 * @e: entry in it that leads somewhere
 * @old: where its station was before, NULL if nowhere
 * @event: what happened
 *
 * Context: @fdb->lock held.
 */
void vsw_fdb_entry_notify(const struct vsw_fdb *fdb,
			  const struct vsw_fdb_entry *e,
			  const struct vsw_port *old, enum vsw_event event)
{
	struct vsw_fdb_info info;

	lockdep_assert_held(&fdb->lock);
	rcu_read_lock();
	if (vsw_fdb_entry_info(e, &info))
		vsw_nl_notify_fdb(fdb->sw, &info, old, event);
	rcu_read_unlock();
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
 * vsw_fdb_update_ways - say what lookups have to look for
 * @fdb: the database
 *
 * Context: @fdb->lock held.
 */
void vsw_fdb_update_ways(struct vsw_fdb *fdb)
{
	u32 ways = 0;

	lockdep_assert_held(&fdb->lock);
	if (rcu_access_pointer(fdb->fids))
		ways |= VSW_FDB_WAY_SHARED;
	if (fdb->n_all_vlans)
		ways |= VSW_FDB_WAY_ALL_VLANS;
	if (fdb->n_groups)
		ways |= VSW_FDB_WAY_GROUPS;
	if (ways != fdb->ways)
		WRITE_ONCE(fdb->ways, ways);
}

/**
 * vsw_fdb_create - make an empty database with default limits
 * @sw: its switch
 *
 * Context: may sleep.
 * Return: the database, NULL if there is no memory.
 */
struct vsw_fdb *vsw_fdb_create(struct vsw_switch *sw)
{
	struct vsw_fdb *fdb;

	fdb = kvzalloc(struct_size(fdb, counts, VSW_FDB_TABLES),
		       GFP_KERNEL_ACCOUNT);
	if (!fdb)
		return NULL;
	if (rhashtable_init(&fdb->table, &vsw_fdb_params)) {
		kvfree(fdb);
		return NULL;
	}
	fdb->sw = sw;
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
	kvfree(rcu_dereference_protected(fdb->fids, true));
	kvfree(fdb);
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
