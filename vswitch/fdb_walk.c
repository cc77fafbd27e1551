// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over the filtering database, for those who want to read it all.
 */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/vswitch.h"

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
		if (vsw_fdb_entry_matches(walk->fdb, e, filter) &&
		    vsw_fdb_entry_info(e, info))
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
