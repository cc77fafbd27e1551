// SPDX-License-Identifier: GPL-2.0
/*
 * What the KUnit tests of the database stand on: see fdb_bed_test.h.
 */

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_bed_test.h"

/* Some kernels run the suites of a module before its init. */
int vsw_bed_init(struct kunit_suite *suite)
{
	return THIS_MODULE->state == MODULE_STATE_COMING ? vsw_fdb_init() : 0;
}

void vsw_bed_exit(struct kunit_suite *suite)
{
	if (THIS_MODULE->state == MODULE_STATE_COMING)
		vsw_fdb_exit();
}

/* Make the port a member of @count VLANs from @vid on, or let it leave them. */
void vsw_bed_member(struct vsw_port *port, u16 vid, u16 count, bool member)
{
	struct vsw_port_vlans *vlans;

	vlans = rcu_dereference_protected(port->vlans, true);
	if (member)
		bitmap_set(vlans->members, vid, count);
	else
		bitmap_clear(vlans->members, vid, count);
}

/* A port that is in all VLANs, and in the VLAN-less segment; up. */
static struct vsw_port *port_create(struct kunit *test, const char *name)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_port *port;

	rtnl_lock();
	port = vsw_port_create(bed->sw, name, NULL);
	rtnl_unlock();
	KUNIT_ASSERT_FALSE(test, IS_ERR(port));
	/* a port learns in its own VLANs only: here it is in all */
	bitmap_fill(rcu_dereference_protected(port->vlans, true)->members,
		    VLAN_N_VID);
	list_add_tail(&port->node, &bed->sw->ports);
	vsw_bed_member(port, 0, VLAN_N_VID, true);
	set_bit(VSW_PORT_F_UP, &port->flags);
	return port;
}

int vsw_bed_create(struct kunit *test)
{
	struct vsw_bed *bed;

	bed = kunit_kzalloc(test, sizeof(*bed), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bed);
	test->priv = bed;
	bed->sw = kunit_kzalloc(test, sizeof(*bed->sw), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bed->sw);
	bed->dev = alloc_etherdev(0);
	KUNIT_ASSERT_NOT_NULL(test, bed->dev);
	bed->sw->dev = bed->dev;
	INIT_LIST_HEAD(&bed->sw->ports);
	bed->sw->fdb = vsw_fdb_create(bed->sw);
	KUNIT_ASSERT_NOT_NULL(test, bed->sw->fdb);
	vsw_bed_limit(bed, VSW_FDB_MAX_DEFAULT);
	/* ageing happens when a test wants it */
	cancel_delayed_work_sync(&bed->sw->fdb->age_work);
	bed->a = port_create(test, "a");
	bed->b = port_create(test, "b");
	return 0;
}

/* As entered, and as frames see it. */
void vsw_bed_limit(struct vsw_bed *bed, u32 max)
{
	bed->sw->fdb_max = max;
	bed->sw->fdb->max = max;
}

/* As the switch does it when it is deleted. */
void vsw_bed_put_fdb(struct vsw_bed *bed)
{
	struct vsw_fdb_filter all = {
		.want_static = true,
		.want_dynamic = true,
	};

	rtnl_lock();
	vsw_fdb_purge(bed->sw, &all);
	rtnl_unlock();
	cancel_delayed_work_sync(&bed->sw->fdb->age_work);
	vsw_fdb_put(bed->sw->fdb);
	bed->sw->fdb = NULL;
}

void vsw_bed_destroy(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_port *port, *next;

	if (!bed || !bed->dev)
		return;
	if (bed->sw->fdb)
		vsw_bed_put_fdb(bed);
	rtnl_lock();
	list_for_each_entry_safe(port, next, &bed->sw->ports, node) {
		list_del(&port->node);
		vsw_port_destroy(port);
	}
	rtnl_unlock();
	rcu_barrier();
	free_netdev(bed->dev);
}

/* A frame of the station comes in. */
enum vsw_verdict vsw_bed_speak(struct vsw_port *port, u64 addr, u16 vid)
{
	struct vsw_frame f = { .from = port, .src = addr, .vid = vid };
	enum vsw_verdict verdict;

	local_bh_disable();
	rcu_read_lock();
	verdict = vsw_fdb_learn(port->sw->fdb, &f);
	rcu_read_unlock();
	local_bh_enable();
	if (verdict == VSW_DROP)
		WARN_ON_ONCE(f.drop != VSW_DROP_FROM_STICKY);
	return verdict;
}

/* Where the database has the station, NULL if nowhere. */
struct vsw_port *vsw_bed_where(struct vsw_bed *bed, u64 addr, u16 vid)
{
	const struct vsw_fdb_entry *e;
	struct vsw_port *port;

	rcu_read_lock();
	e = vsw_fdb_lookup_rcu(bed->sw->fdb, addr, vid);
	port = e ? rcu_dereference(e->port) : NULL;
	rcu_read_unlock();
	return port;
}

int vsw_bed_add(struct vsw_port *port, u64 addr, u16 vid, bool sticky,
		bool replace)
{
	struct vsw_fdb_settings set = {
		.vid		= vid,
		.port		= port,
		.sticky		= sticky,
		.replace	= replace,
	};
	struct vsw_txn txn;
	u8 mac[ETH_ALEN];
	int err;

	u64_to_ether_addr(addr, mac);
	set.mac = mac;
	rtnl_lock();
	vsw_txn_begin(&txn);
	err = vsw_fdb_add(&txn, port->sw, &set, NULL);
	vsw_txn_commit(&txn);
	rtnl_unlock();
	return err;
}

int vsw_bed_del(struct vsw_bed *bed, u64 addr, u16 vid)
{
	struct vsw_txn txn;
	u8 mac[ETH_ALEN];
	int err;

	u64_to_ether_addr(addr, mac);
	rtnl_lock();
	vsw_txn_begin(&txn);
	err = vsw_fdb_del(&txn, bed->sw, mac, vid, NULL);
	vsw_txn_commit(&txn);
	rtnl_unlock();
	return err;
}

/* Entries in the port's list, all of them its own; and those not static. */
static u32 count_listed(const struct vsw_port *port, u32 *learned)
{
	struct vsw_fdb_entry *e;
	u32 count = 0;

	*learned = 0;
	spin_lock_bh(&port->sw->fdb->lock);
	hlist_for_each_entry(e, &port->fdb_entries, of_port) {
		count += rcu_access_pointer(e->port) == port;
		*learned += !vsw_fdb_entry_has(e, VSW_FDB_F_STATIC);
	}
	spin_unlock_bh(&port->sw->fdb->lock);
	return count;
}

static void expect_port(struct kunit *test, const struct vsw_port *port,
			u32 count)
{
	u32 learned;

	KUNIT_EXPECT_EQ(test, count_listed(port, &learned), count);
	KUNIT_EXPECT_EQ(test, port->fdb_count, count);
	KUNIT_EXPECT_EQ(test, port->fdb_learned, learned);
}

/* Entries in the table, by port; false if it is being resized. */
static bool count_table(struct vsw_bed *bed, u32 *a, u32 *b)
{
	struct rhashtable_iter iter;
	struct vsw_fdb_entry *e;

	*a = 0;
	*b = 0;
	rhashtable_walk_enter(&bed->sw->fdb->table, &iter);
	rhashtable_walk_start(&iter);
	while ((e = rhashtable_walk_next(&iter)) && !IS_ERR(e)) {
		*a += rcu_access_pointer(e->port) == bed->a;
		*b += rcu_access_pointer(e->port) == bed->b;
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return !e;
}

/* The books say what the table has: so many behind a, so many behind b. */
void vsw_bed_expect(struct kunit *test, u32 a, u32 b)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb *fdb = bed->sw->fdb;
	u32 in_table_a, in_table_b;

	while (!count_table(bed, &in_table_a, &in_table_b))
		msleep(20);
	KUNIT_EXPECT_EQ(test, in_table_a, a);
	KUNIT_EXPECT_EQ(test, in_table_b, b);
	expect_port(test, bed->a, a);
	expect_port(test, bed->b, b);
	KUNIT_EXPECT_EQ(test, fdb->count, a + b);
	KUNIT_EXPECT_EQ(test, vsw_fdb_count(bed->sw), a + b);
	KUNIT_EXPECT_EQ(test, atomic_read(&fdb->table.nelems), a + b);
}
