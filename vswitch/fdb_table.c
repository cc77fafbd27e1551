// SPDX-License-Identifier: GPL-2.0
/*
 * The filtering database as its administrator sees it: static entries, in a
 * transaction (txn.h). Flushes are in fdb_flush.c.
 */

#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/state.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/**
 * struct vsw_fdb_step - an entry is added or deleted
 * @step: first member
 * @sw: the switch
 * @entry: the entry, in the table until the step is over
 * @port: where it is to be
 * @ports: where its frames are to go, if not to one port. Neither: it is deleted
 * @flags: bits VSW_FDB_F_*
 * @earlier: what the same transaction is to do with it before
 * @number: the order of steps, flushes included
 */
struct vsw_fdb_step {
	struct vsw_step		step;
	struct vsw_switch	*sw;
	struct vsw_fdb_entry	*entry;
	struct vsw_port		*port;
	struct vsw_fdb_ports	*ports;
	u16			flags;
	struct vsw_fdb_step	*earlier;
	u64			number;
};

static struct vsw_fdb_step *fdb_step(struct vsw_step *step)
{
	return container_of(step, struct vsw_fdb_step, step);
}

static bool step_adds(const struct vsw_fdb_step *step)
{
	return step->port || step->ports;
}

static bool entry_is_static(const struct vsw_fdb_entry *e)
{
	return e->staged || vsw_fdb_entry_has(e, VSW_FDB_F_STATIC);
}

/* Is it there, as far as the transaction at work has come? */
static bool entry_is_there(const struct vsw_fdb *fdb,
			   const struct vsw_fdb_entry *e)
{
	const struct vsw_port *port = rcu_dereference_protected(e->port, true);
	bool leads = vsw_fdb_entry_leads(e);
	u64 since = 0;

	if (e->staged) {
		port = e->staged->port;
		leads = step_adds(e->staged);
		since = e->staged->number;
	}
	if (!leads || (port && port->leaving))
		return false;
	return !vsw_fdb_entry_is_flushed(fdb, e, port, entry_is_static(e),
					 since);
}

/* What is to be done with the entry last; the database's lock is held. */
static void entry_stage(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
			struct vsw_fdb_step *step)
{
	if (e->staged && !step_adds(e->staged))
		fdb->doomed--;
	if (step && !step_adds(step))
		fdb->doomed++;
	e->staged = step;
}

/* A step is over: the entry may be needed no more. */
static void entry_settle(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	if (!e->staged && !vsw_fdb_entry_leads(e))
		vsw_fdb_entry_end(fdb, e);
}

static int addr_check(const struct vsw_fdb_settings *set,
		      struct netlink_ext_ack *extack)
{
	if (set->port && !is_valid_ether_addr(set->mac)) {
		NL_SET_ERR_MSG(extack,
			       "the address must be that of a station: not zero, not a group");
		return -EINVAL;
	}
	if (is_zero_ether_addr(set->mac)) {
		NL_SET_ERR_MSG(extack, "the address must not be zero");
		return -EINVAL;
	}
	if (is_link_local_ether_addr(set->mac)) {
		NL_SET_ERR_MSG(extack,
			       "frames to a reserved address stop at each bridge; see reserved-relay of a port");
		return -EINVAL;
	}
	if (set->vid > VSW_FDB_ALL_VLANS) {
		NL_SET_ERR_MSG(extack,
			       "the VLAN id must be 1 to 4094, or 0 for no VLAN");
		return -EINVAL;
	}
	if (!set->port && set->sticky) {
		NL_SET_ERR_MSG(extack,
			       "a station that is pinned is behind one port; leave sticky out, or give one port");
		return -EINVAL;
	}
	return 0;
}

static void entry_add(struct vsw_fdb *fdb, struct vsw_fdb_entry *e,
		      struct vsw_fdb_step *add)
{
	enum vsw_event event = vsw_fdb_entry_leads(e) ? VSW_EVENT_SET :
							 VSW_EVENT_NEW;

	if (add->port)
		vsw_fdb_entry_move(fdb, e, add->port, add->flags);
	else
		vsw_fdb_entry_map(fdb, e, add->ports);
	vsw_fdb_entry_notify(fdb, e, NULL, event);
}

/* It may have been removed meanwhile, by ageing or by an earlier step. */
static void entry_del(struct vsw_fdb *fdb, struct vsw_fdb_entry *e)
{
	if (!vsw_fdb_entry_leads(e))
		return;
	vsw_fdb_entry_notify(fdb, e, NULL, VSW_EVENT_DEL);
	vsw_fdb_entry_unlink(fdb, e);
}

static void key_commit(struct vsw_txn *txn, struct vsw_step *step)
{
	struct vsw_fdb_step *change = fdb_step(step);
	struct vsw_fdb *fdb = change->sw->fdb;
	struct vsw_fdb_entry *e = change->entry;

	spin_lock_bh(&fdb->lock);
	if (e->staged == change)
		entry_stage(fdb, e, NULL);
	if (step_adds(change))
		entry_add(fdb, e, change);
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
	kfree(change->ports);
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
	bool is_doomed = e && e->staged && !step_adds(e->staged);

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
		e = vsw_fdb_entry_add(sw->fdb, key,
				      key & (VSW_FDB_TABLES - 1), NULL,
				      BIT(VSW_FDB_F_STATIC));
	if (!e) {
		NL_SET_ERR_MSG(extack, "out of memory for the entry; try again");
		return ERR_PTR(-ENOMEM);
	}
	return e;
}

/* The VLAN's own, or that in the table which it shares; or NULL. */
static struct vsw_fdb_entry *entry_find(struct vsw_fdb *fdb, u64 addr, u16 vid)
{
	u16 table = vsw_fdb_vid_table(fdb, vid);
	struct vsw_fdb_entry *e;

	e = vsw_fdb_entry_rcu(fdb, vsw_fdb_key(addr, vid));
	if (table == vid || (e && entry_is_there(fdb, e)))
		return e;
	return vsw_fdb_entry_rcu(fdb, vsw_fdb_key(addr, table));
}

/* The entry to be deleted, or an error. */
static struct vsw_fdb_entry *entry_for_del(struct vsw_switch *sw, u64 addr,
					   u16 vid,
					   struct netlink_ext_ack *extack)
{
	struct vsw_fdb_entry *e = entry_find(sw->fdb, addr, vid);

	if (e && entry_is_there(sw->fdb, e))
		return e;
	NL_SET_ERR_MSG(extack, "no such entry in this VLAN; see vswctl fdb show");
	return ERR_PTR(-ENOENT);
}

/* Add the entry that @change has, or delete it if it has none. */
static int key_change(struct vsw_txn *txn, struct vsw_fdb_step *change,
		      const u8 *mac, u16 vid, bool replace,
		      struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = change->sw;
	u64 addr = ether_addr_to_u64(mac);
	struct vsw_fdb *fdb = sw->fdb;
	struct vsw_fdb_entry *e;
	u64 key;

	change->number = ++fdb->last_number;
	rcu_read_lock();
	spin_lock_bh(&fdb->lock);
	if (step_adds(change)) {
		key = vsw_fdb_key(addr, vid);
		e = entry_for_add(sw, vsw_fdb_entry_rcu(fdb, key), key,
				  replace, extack);
	} else {
		e = entry_for_del(sw, addr, vid, extack);
	}
	if (!IS_ERR(e)) {
		change->entry = e;
		change->earlier = e->staged;
		entry_stage(fdb, e, change);
	}
	spin_unlock_bh(&fdb->lock);
	rcu_read_unlock();
	if (IS_ERR(e)) {
		kfree(change->ports);
		kfree(change);
		return PTR_ERR(e);
	}
	vsw_txn_add(txn, &change->step);
	return 0;
}

static struct vsw_fdb_ports *ports_create(const struct vsw_fdb_settings *set,
					  struct netlink_ext_ack *extack)
{
	struct vsw_fdb_ports *ports;
	u32 i;

	ports = kzalloc(struct_size(ports, places, set->port_count),
			GFP_KERNEL_ACCOUNT);
	if (!ports) {
		NL_SET_ERR_MSG(extack, "out of memory for the entry; try again");
		return NULL;
	}
	ports->count = set->port_count;
	for (i = 0; i < ports->count; i++)
		RCU_INIT_POINTER(ports->places[i], set->ports[i]);
	return ports;
}

/**
 * vsw_fdb_add - add a static entry
 * @txn: the transaction
 * @sw: the switch
 * @set: the entry
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, -EINVAL, -EEXIST, -ENOSPC or -ENOMEM.
 */
int vsw_fdb_add(struct vsw_txn *txn, struct vsw_switch *sw,
		const struct vsw_fdb_settings *set,
		struct netlink_ext_ack *extack)
{
	struct vsw_fdb_step *change;
	int err;

	ASSERT_RTNL();
	err = addr_check(set, extack);
	if (err)
		return err;
	change = vsw_step_create(sizeof(*change), &key_ops, extack);
	if (!change)
		return -ENOMEM;
	change->sw = sw;
	change->port = set->port;
	change->flags = BIT(VSW_FDB_F_STATIC);
	if (set->sticky)
		change->flags |= BIT(VSW_FDB_F_STICKY);
	if (!set->port) {
		change->ports = ports_create(set, extack);
		if (!change->ports) {
			kfree(change);
			return -ENOMEM;
		}
	}
	return key_change(txn, change, set->mac, set->vid, set->replace, extack);
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
	struct vsw_fdb_step *change;

	ASSERT_RTNL();
	change = vsw_step_create(sizeof(*change), &key_ops, extack);
	if (!change)
		return -ENOMEM;
	change->sw = sw;
	return key_change(txn, change, mac, vid, false, extack);
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

	memset(info, 0, sizeof(*info));
	info->ports = port ? NULL : rcu_dereference(e->ports);
	if (!port && !info->ports)
		return false;
	u64_to_ether_addr(e->key >> 16, info->mac);
	info->vid = READ_ONCE(e->vid);
	if (e->key & VSW_FDB_SHARED)
		info->fid = e->key & (VSW_FDB_SHARED - 1);
	info->is_static = vsw_fdb_entry_has(e, VSW_FDB_F_STATIC);
	info->sticky = vsw_fdb_entry_has(e, VSW_FDB_F_STICKY);
	info->age_ms = jiffies_to_msecs((u32)jiffies - used);
	if (port)
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
	e = entry_find(sw->fdb, ether_addr_to_u64(mac), vid);
	found = e && vsw_fdb_entry_info(e, info);
	rcu_read_unlock();
	return found;
}

/**
 * vsw_fdb_fids_rtnl - which VLANs share a table
 * @sw: the switch
 *
 * Context: RTNL held.
 * Return: the table of each, NULL if all have their own.
 */
const struct vsw_vid_table *vsw_fdb_fids_rtnl(const struct vsw_switch *sw)
{
	return rtnl_dereference(sw->fdb->fids);
}

/**
 * vsw_fdb_vlan_fid - the table that a VLAN shares
 * @sw: the switch
 * @vid: the VLAN
 *
 * Context: RTNL held.
 * Return: its number, 0 if the VLAN has its own.
 */
u16 vsw_fdb_vlan_fid(const struct vsw_switch *sw, u16 vid)
{
	return vsw_fdb_vid_table(sw->fdb, vid) == vid ? 0 :
	       vsw_fdb_vid_table(sw->fdb, vid) & (VSW_FDB_SHARED - 1);
}

/**
 * vsw_fdb_vlan_count - entries of a VLAN, and of the table that it shares
 * @sw: the switch
 * @vid: the VLAN
 *
 * Context: RTNL held.
 * Return: how many.
 */
u32 vsw_fdb_vlan_count(const struct vsw_switch *sw, u16 vid)
{
	u16 table = vsw_fdb_vid_table(sw->fdb, vid);
	u32 count = READ_ONCE(sw->fdb->counts[vid]);

	return table == vid ? count : count + READ_ONCE(sw->fdb->counts[table]);
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
