/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_FDB_ENTRY_H
#define _VSW_FDB_ENTRY_H

/*
 * An entry of the filtering database: see fdb_entry.c for the rules.
 *
 * Its key is an address and a table: that of a VLAN; that of static entries for all
 * VLANs; or one that VLANs share to learn in (the standard's FID), which are numbered
 * apart from the VLANs, so that what is static for one of them has a place of its own.
 */

#include <linux/if_vlan.h>
#include <linux/rhashtable.h>
#include <linux/types.h>
#include <linux/vswitch.h>

#include "vswitch/fdb_ports.h"

struct vsw_fdb;
struct vsw_fdb_step;
struct vsw_port;

#define VSW_FDB_SHARED		VLAN_N_VID	/* | FID: a table that is shared */
#define VSW_FDB_TABLES		(2 * VLAN_N_VID)

enum {
	VSW_FDB_F_STATIC,
	VSW_FDB_F_STICKY,
};

/**
 * struct vsw_fdb_entry - a station; one cache line
 * @node: in vsw_fdb.table
 * @key: address << 16 | table
 * @port: where it is; NULL if @ports says, or if a transaction is to say. The
 *	database's lock writes
 * @ports: where a static entry's frames go, if not to one port; likewise
 * @staged: what the transaction at work is to do with it last, or NULL; likewise
 * @used: jiffies (its lower half) when it was last heard of, exact to a second
 * @vid: VLAN that it was learned in or set for
 * @flags: VSW_FDB_F_*; the database's lock writes
 * @of_port: in vsw_port.fdb_entries or vsw_fdb.maps, while it leads anywhere
 * @rcu: for call_rcu(), afterwards
 */
struct vsw_fdb_entry {
	struct rhash_head	node;
	u64			key;
	struct vsw_port __rcu	*port;
	struct vsw_fdb_ports __rcu *ports;
	struct vsw_fdb_step	*staged;
	u32			used;
	u16			vid;
	u16			flags;
	union {
		struct hlist_node	of_port;
		struct rcu_head		rcu;
	};
};

static inline u64 vsw_fdb_key(u64 addr, u16 table)
{
	return addr << 16 | table;
}

static inline bool vsw_fdb_entry_has(const struct vsw_fdb_entry *e, int flag)
{
	return READ_ONCE(e->flags) & BIT(flag);
}

/* Does it lead anywhere, be it to no port? If not it is none to readers. */
static inline bool vsw_fdb_entry_leads(const struct vsw_fdb_entry *e)
{
	return rcu_access_pointer(e->port) || rcu_access_pointer(e->ports);
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
struct vsw_fdb_entry *vsw_fdb_entry_add(struct vsw_fdb *fdb, u64 key, u16 vid,
					struct vsw_port *port, u16 flags);
void vsw_fdb_entry_del(struct vsw_fdb *fdb, struct vsw_fdb_entry *e);
void vsw_fdb_entry_unlink(struct vsw_fdb *fdb, struct vsw_fdb_entry *e);
void vsw_fdb_entry_end(struct vsw_fdb *fdb, struct vsw_fdb_entry *e);
void vsw_fdb_entry_move(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
			struct vsw_port *port, u16 flags);
void vsw_fdb_entry_map(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
		       struct vsw_fdb_ports *ports);
void vsw_fdb_entry_notify(const struct vsw_fdb *fdb,
			  const struct vsw_fdb_entry *e,
			  const struct vsw_port *old, enum vsw_event event);

#endif /* _VSW_FDB_ENTRY_H */
