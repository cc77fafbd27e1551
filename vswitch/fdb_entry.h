/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_FDB_ENTRY_H
#define _VSW_FDB_ENTRY_H

/*
 * An entry of the filtering database: see fdb.h for the rules.
 */

#include <linux/rhashtable.h>
#include <linux/types.h>
#include <linux/vswitch.h>

struct vsw_fdb;
struct vsw_fdb_step;
struct vsw_port;

enum {
	VSW_FDB_F_STATIC,
	VSW_FDB_F_STICKY,
};

/**
 * struct vsw_fdb_entry - a station; one cache line
 * @node: in vsw_fdb.table
 * @key: address << 16 | VLAN id
 * @port: where it is, NULL if a transaction is to say; the database's lock writes
 * @staged: what the transaction at work is to do with it last, or NULL; likewise
 * @used: jiffies (its lower half) when it was last heard of, exact to a second
 * @flags: VSW_FDB_F_*; the database's lock writes
 * @of_port: in vsw_port.fdb_entries, while it is in the table
 * @rcu: for call_rcu(), afterwards
 */
struct vsw_fdb_entry {
	struct rhash_head	node;
	u64			key;
	struct vsw_port __rcu	*port;
	struct vsw_fdb_step	*staged;
	u32			used;
	unsigned long		flags;
	union {
		struct hlist_node	of_port;
		struct rcu_head		rcu;
	};
};

static inline u64 vsw_fdb_key(u64 addr, u16 vid)
{
	return addr << 16 | vid;
}

static inline int vsw_fdb_entry_cmp(struct rhashtable_compare_arg *arg,
				    const void *entry)
{
	const struct vsw_fdb_entry *e = entry;

	return e->key != *(const u64 *)arg->key;
}

/* Known to the compiler wherever it is used: no call for hash and compare. */
static const struct rhashtable_params vsw_fdb_params = {
	.head_offset		= offsetof(struct vsw_fdb_entry, node),
	.key_offset		= offsetof(struct vsw_fdb_entry, key),
	.key_len		= sizeof(u64),
	.obj_cmpfn		= vsw_fdb_entry_cmp,
	.automatic_shrinking	= true,
};

/* fdb_entry.c; with the lock held, but for the last */
struct vsw_fdb_entry *vsw_fdb_entry_add(struct vsw_fdb *fdb, u64 key,
					struct vsw_port *port,
					unsigned long flags);
void vsw_fdb_entry_del(struct vsw_fdb *fdb, struct vsw_fdb_entry *e);
void vsw_fdb_entry_unlink(struct vsw_fdb_entry *e);
void vsw_fdb_entry_end(struct vsw_fdb *fdb, struct vsw_fdb_entry *e);
void vsw_fdb_entry_move(struct vsw_fdb_entry *e, struct vsw_port *port,
			unsigned long flags);
void vsw_fdb_entry_notify(const struct vsw_fdb_entry *e,
			  const struct vsw_port *port,
			  const struct vsw_port *old, enum vsw_event event);

#endif /* _VSW_FDB_ENTRY_H */
