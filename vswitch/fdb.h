/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_FDB_H
#define _VSW_FDB_H

/*
 * The filtering database (IEEE 802.1Q-2022, 8.8). How it works, and what makes it
 * safe, is at the head of fdb_entry.c.
 */

#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vswitch.h>
#include <linux/workqueue.h>

#include "vport/frame.h"
#include "vport/vport.h"
#include "vswitch/fdb_entry.h"

struct vsw_fdb_filter;
struct vsw_fdb_info;
struct vsw_port;
struct vsw_switch;

/* Bits of vsw_fdb.ways. */
#define VSW_FDB_WAY_SHARED	BIT(0)	/* some VLANs share a table */
#define VSW_FDB_WAY_ALL_VLANS	BIT(1)	/* there are static entries for all VLANs */
#define VSW_FDB_WAY_GROUPS	BIT(2)	/* and for group addresses */

/**
 * struct vsw_fdb - a filtering database
 * @ways: VSW_FDB_WAY_*, what lookups have to look for beside
 * @fids: the table that VLANs share, 0 if it is their own; NULL if all have their own
 * @table: entries by key
 * @lock: see above; taken with BH off
 * @count: entries there are
 * @max: limit of @count
 * @doomed: entries of @count that the transaction at work is to delete last
 * @flushes: what it is to flush, struct flush_step; RTNL
 * @ageing: jiffies after which a station not heard of is forgotten
 * @age_work: looks for such stations
 * @ref: the switch's and the walks'
 * @sw: its switch, as long as there are entries
 * @maps: entries with several ports, or none
 * @last_number: of a step or a flush of a transaction, the order of them; RTNL
 * @n_groups: entries of group addresses
 * @n_all_vlans: entries for all VLANs
 * @counts: entries that lead anywhere, by table
 */
struct vsw_fdb {
	u32			ways;
	struct vsw_vid_table __rcu *fids;
	struct rhashtable	table;
	spinlock_t		lock;	/* see above */
	u32			count;
	u32			max;
	u32			doomed;
	struct list_head	flushes;
	unsigned long		ageing;
	struct delayed_work	age_work;
	refcount_t		ref;
	struct vsw_switch	*sw;
	struct hlist_head	maps;
	u64			last_number;
	u32			n_groups;
	u32			n_all_vlans;
	u32			counts[];
};

/* The table that a VLAN's stations are learned in. */
static inline u16 vsw_fdb_vid_table(const struct vsw_fdb *fdb, u16 vid)
{
	const struct vsw_vid_table *fids = rcu_dereference_rtnl(fdb->fids);

	if (likely(!fids) || !fids->to[vid])
		return vid;
	return VSW_FDB_SHARED | fids->to[vid];
}

static inline struct vsw_fdb_entry *vsw_fdb_entry_rcu(struct vsw_fdb *fdb,
						      u64 key)
{
	return rhashtable_lookup(&fdb->table, &key, vsw_fdb_params);
}

/*
 * Go on with a walk. Some kernels leave it at an entry that is gone if the table
 * was resized meanwhile; then it begins anew, and -EAGAIN is returned.
 */
static inline int vsw_fdb_walk_resume(struct rhashtable_iter *iter)
	__acquires(RCU)
{
	int err = rhashtable_walk_start_check(iter);

	if (err == -EAGAIN)
		iter->p = NULL;
	return err;
}

/* fdb.c: the path of a frame, and ageing */
enum vsw_verdict vsw_fdb_learn(struct vsw_fdb *fdb, struct vsw_frame *f);
const struct vsw_fdb_entry *vsw_fdb_lookup_rcu(struct vsw_fdb *fdb, u64 addr,
					       u16 vid);
u32 vsw_fdb_age(struct vsw_fdb *fdb);

/* fdb_entry.c: the database's life; for entries see fdb_entry.h */
void vsw_fdb_ageing_set(struct vsw_fdb *fdb, unsigned long ageing);
void vsw_fdb_update_ways(struct vsw_fdb *fdb);
struct vsw_fdb *vsw_fdb_create(struct vsw_switch *sw);
void vsw_fdb_put(struct vsw_fdb *fdb);
int vsw_fdb_init(void);
void vsw_fdb_exit(void);

/* fdb_flush.c: what follows from other changes */
void vsw_fdb_purge(struct vsw_switch *sw, const struct vsw_fdb_filter *filter);
void vsw_fdb_fids_set(struct vsw_switch *sw, struct vsw_vid_table *fids);
bool vsw_fdb_entry_matches(const struct vsw_fdb *fdb,
			   const struct vsw_fdb_entry *e,
			   const struct vsw_fdb_filter *filter);
bool vsw_fdb_entry_is_flushed(const struct vsw_fdb *fdb,
			      const struct vsw_fdb_entry *e,
			      const struct vsw_port *port, bool is_static,
			      u64 since);

/* fdb_table.c */
bool vsw_fdb_entry_info(const struct vsw_fdb_entry *e,
			struct vsw_fdb_info *info);

#endif /* _VSW_FDB_H */
