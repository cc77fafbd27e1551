// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of fdb_table.c: static entries, flushes, and what a walk sees.
 */

#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/netlink.h>

#include "vswitch/fdb.h"
#include "vswitch/fdb_bed_test.h"

#define STATION	0x020000000000ULL

static bool find(struct vsw_bed *bed, u64 addr, u16 vid,
		 struct vsw_fdb_info *info)
{
	u8 mac[ETH_ALEN];
	bool found;

	u64_to_ether_addr(addr, mac);
	rtnl_lock();
	found = vsw_fdb_find(bed->sw, mac, vid, info);
	rtnl_unlock();
	return found;
}

/* Number of entries that it took, or an error. */
static int flush(struct vsw_bed *bed, const struct vsw_fdb_filter *filter)
{
	u32 before = vsw_fdb_count(bed->sw);
	struct vsw_txn txn;
	int err;

	rtnl_lock();
	vsw_txn_begin(&txn);
	err = vsw_fdb_flush(&txn, bed->sw, filter, NULL);
	vsw_txn_commit(&txn);
	rtnl_unlock();
	return err ?: before - vsw_fdb_count(bed->sw);
}

/* What an entry should look like from outside. */
static void expect_entry(struct kunit *test, u64 addr, u16 vid,
			 const char *port, bool is_static, bool sticky)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_info info = {};

	KUNIT_ASSERT_TRUE(test, find(bed, addr, vid, &info));
	KUNIT_EXPECT_EQ(test, ether_addr_to_u64(info.mac), addr);
	KUNIT_EXPECT_EQ(test, info.vid, vid);
	KUNIT_EXPECT_STREQ(test, info.port, port);
	KUNIT_EXPECT_EQ(test, info.is_static, is_static);
	KUNIT_EXPECT_EQ(test, info.sticky, sticky);
}

static void entries_are_found(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_info info = {};
	struct vsw_fdb_entry *e;

	KUNIT_EXPECT_FALSE(test, find(bed, STATION, 10, &info));
	vsw_bed_speak(bed->a, STATION, 10);
	expect_entry(test, STATION, 10, "a", false, false);
	KUNIT_EXPECT_FALSE(test, find(bed, STATION, 11, &info));
	KUNIT_EXPECT_FALSE(test, find(bed, STATION + 1, 10, &info));

	rcu_read_lock();
	e = vsw_fdb_entry_rcu(bed->sw->fdb, vsw_fdb_key(STATION, 10));
	e->used = jiffies - 100 * HZ;
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, find(bed, STATION, 10, &info));
	KUNIT_EXPECT_GE(test, info.age_ms, 100000);
	KUNIT_EXPECT_LT(test, info.age_ms, 200000);
}

/**
 * struct add_case - a static entry that is wanted where there may be one
 * @name: of the case
 * @before: what there is at port a: nothing, 'd'ynamic, 's'tatic, 'p'inned
 * @sticky: what is wanted at port b
 * @replace: in place of a static one
 * @err: as expected
 */
struct add_case {
	const char	*name;
	char		before;
	bool		sticky;
	bool		replace;
	int		err;
};

static const struct add_case add_cases[] = {
	{ "new", 0, false, false, 0 },
	{ "new, sticky", 0, true, false, 0 },
	{ "new, replace", 0, false, true, 0 },
	{ "dynamic becomes static", 'd', false, false, 0 },
	{ "dynamic becomes sticky", 'd', true, false, 0 },
	{ "dynamic, replace", 'd', false, true, 0 },
	{ "static is refused", 's', false, false, -EEXIST },
	{ "static is refused, sticky", 's', true, false, -EEXIST },
	{ "static is replaced", 's', false, true, 0 },
	{ "static becomes sticky", 's', true, true, 0 },
	{ "sticky is refused", 'p', false, false, -EEXIST },
	{ "sticky is replaced", 'p', true, true, 0 },
	{ "sticky becomes static", 'p', false, true, 0 },
};

static void add_desc(const struct add_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(add, add_cases, add_desc);

static void static_entries_are_added(struct kunit *test)
{
	const struct add_case *c = test->param_value;
	struct vsw_bed *bed = test->priv;
	int err;

	if (c->before == 'd')
		vsw_bed_speak(bed->a, STATION, 10);
	else if (c->before)
		KUNIT_ASSERT_EQ(test, vsw_bed_add(bed->a, STATION, 10,
						  c->before == 'p', false), 0);
	vsw_bed_expect(test, !!c->before, 0);

	err = vsw_bed_add(bed->b, STATION, 10, c->sticky, c->replace);
	KUNIT_EXPECT_EQ(test, err, c->err);
	if (c->err) {
		vsw_bed_expect(test, 1, 0);
		expect_entry(test, STATION, 10, "a", true, c->before == 'p');
		return;
	}
	vsw_bed_expect(test, 0, 1);
	expect_entry(test, STATION, 10, "b", true, c->sticky);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 10),
			c->sticky ? VSW_DROP : VSW_PASS);
	expect_entry(test, STATION, 10, "b", true, c->sticky);
}

/**
 * struct bad_case - an entry that is refused
 * @addr: station
 * @vid: VLAN
 */
struct bad_case {
	u64	addr;
	u16	vid;
};

static const struct bad_case bad_cases[] = {
	{ 0x000000000000ULL, 10 },
	{ 0xffffffffffffULL, 10 },
	{ 0x010000000000ULL, 10 },
	{ 0x01005e000001ULL, 10 },
	{ 0x0180c2000000ULL, 0 },
	{ STATION, 4096 },
	{ STATION, 65535 },
};

static void bad_desc(const struct bad_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%012llx VLAN %u", c->addr,
		 c->vid);
}

KUNIT_ARRAY_PARAM(bad, bad_cases, bad_desc);

static void bad_entries_are_refused(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct vsw_bed *bed = test->priv;
	struct netlink_ext_ack extack = {};
	struct vsw_fdb_settings set = {
		.vid		= c->vid,
		.port		= bed->a,
		.replace	= true,
	};
	struct vsw_txn txn;
	u8 mac[ETH_ALEN];
	int err;

	u64_to_ether_addr(c->addr, mac);
	set.mac = mac;
	rtnl_lock();
	vsw_txn_begin(&txn);
	err = vsw_fdb_add(&txn, bed->sw, &set, &extack);
	vsw_txn_commit(&txn);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, err, -EINVAL);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	vsw_bed_expect(test, 0, 0);
}

static void a_full_database_refuses(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	vsw_bed_limit(bed, 2);
	vsw_bed_speak(bed->a, STATION, 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->a, STATION + 1, 0, false, false),
			0);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->a, STATION + 2, 0, false, false),
			-ENOSPC);
	vsw_bed_expect(test, 2, 0);
	/* what needs no room of its own is not refused */
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->b, STATION, 0, false, false), 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->b, STATION + 1, 0, true, true),
			0);
	vsw_bed_expect(test, 0, 2);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, 0), 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->a, STATION + 2, 0, false, false),
			0);
	vsw_bed_expect(test, 1, 1);
}

/* The limit of a port is one of learned entries. */
static void a_full_port_does_not(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	bed->a->fdb_max = 1;
	vsw_bed_speak(bed->a, STATION, 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->a, STATION + 1, 0, false, false),
			0);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->a, STATION + 2, 0, true, false),
			0);
	vsw_bed_expect(test, 3, 0);
}

static void entries_are_deleted(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct netlink_ext_ack extack = {};
	struct vsw_txn txn;
	u8 mac[ETH_ALEN];
	int err;

	vsw_bed_speak(bed->a, STATION, 0);
	vsw_bed_speak(bed->a, STATION, 10);
	vsw_bed_add(bed->b, STATION, 20, false, false);
	vsw_bed_add(bed->b, STATION, 4094, true, false);
	vsw_bed_expect(test, 2, 2);

	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, 30), -ENOENT);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION + 1, 10), -ENOENT);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, 4095), -ENOENT);
	vsw_bed_expect(test, 2, 2);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, 10), 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, 20), 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, 4094), 0);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 0), bed->a);
	vsw_bed_expect(test, 1, 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, 0), 0);
	vsw_bed_expect(test, 0, 0);

	u64_to_ether_addr(STATION, mac);
	rtnl_lock();
	vsw_txn_begin(&txn);
	err = vsw_fdb_del(&txn, bed->sw, mac, 0, &extack);
	vsw_txn_commit(&txn);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, err, -ENOENT);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
}

/*
 * Flushes. There are eight entries, numbered 0 to 7. Bit 0: behind port b. Bit
 * 1: of VLAN 20, not 10. Bit 2: static. Those that differ in bit 1 only are of
 * the same station.
 */
#define ENTRIES		8
#define ENTRY_ADDR(i)	(STATION + ((i) & 5))
#define ENTRY_VID(i)	((i) & 2 ? 20 : 10)

/**
 * struct flush_case - a filter, and the entries that it matches
 * @name: of the case
 * @port: 'a', 'b', or 0 for any
 * @vid: VLAN, -1 for any
 * @station: its number, -1 for any
 * @except: VLAN in except_vids, -1 for none in it, 0 for no bitmap
 * @dynamic: want_dynamic
 * @fixed: want_static
 * @matched: bits
 */
struct flush_case {
	const char	*name;
	char		port;
	int		vid;
	int		station;
	int		except;
	bool		dynamic;
	bool		fixed;
	u8		matched;
};

static const struct flush_case flush_cases[] = {
	{ "nothing wanted", 0, -1, -1, 0, false, false, 0x00 },
	{ "dynamic", 0, -1, -1, 0, true, false, 0x0f },
	{ "static", 0, -1, -1, 0, false, true, 0xf0 },
	{ "all", 0, -1, -1, 0, true, true, 0xff },
	{ "port a", 'a', -1, -1, 0, true, true, 0x55 },
	{ "port b", 'b', -1, -1, 0, true, true, 0xaa },
	{ "port a, dynamic", 'a', -1, -1, 0, true, false, 0x05 },
	{ "port b, static", 'b', -1, -1, 0, false, true, 0xa0 },
	{ "VLAN 10", 0, 10, -1, 0, true, true, 0x33 },
	{ "VLAN 20, dynamic", 0, 20, -1, 0, true, false, 0x0c },
	{ "VLAN 0", 0, 0, -1, 0, true, true, 0x00 },
	{ "VLAN 30", 0, 30, -1, 0, true, true, 0x00 },
	{ "station 0", 0, -1, 0, 0, true, true, 0x05 },
	{ "station 5", 0, -1, 5, 0, true, true, 0xa0 },
	{ "station 5, dynamic", 0, -1, 5, 0, true, false, 0x00 },
	{ "station unknown", 0, -1, 2, 0, true, true, 0x00 },
	{ "port a, VLAN 10", 'a', 10, -1, 0, true, true, 0x11 },
	{ "port b, VLAN 20, dynamic", 'b', 20, -1, 0, true, false, 0x08 },
	{ "port a, station 0", 'a', -1, 0, 0, true, true, 0x05 },
	{ "port b, station 0", 'b', -1, 0, 0, true, true, 0x00 },
	{ "VLAN 20, station 4", 0, 20, 4, 0, true, true, 0x40 },
	{ "port, VLAN, station", 'b', 10, 1, 0, true, false, 0x02 },
	{ "except none", 0, -1, -1, -1, true, true, 0xff },
	{ "except VLAN 10", 0, -1, -1, 10, true, true, 0xcc },
	{ "except VLAN 20, dynamic", 0, -1, -1, 20, true, false, 0x03 },
	{ "except VLAN 10, port a", 'a', -1, -1, 10, true, true, 0x44 },
	{ "except VLAN 10, VLAN 10", 0, 10, -1, 10, true, true, 0x00 },
	{ "except VLAN 10, VLAN 20", 0, 20, -1, 10, true, true, 0xcc },
	{ "except VLAN 20, station 1", 0, -1, 1, 20, true, true, 0x02 },
};

static void flush_desc(const struct flush_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(flush, flush_cases, flush_desc);

static void entries_make(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_port *port;
	int i;

	for (i = 0; i < ENTRIES; i++) {
		port = i & 1 ? bed->b : bed->a;
		if (i & 4)
			vsw_bed_add(port, ENTRY_ADDR(i), ENTRY_VID(i), false,
				    false);
		else
			vsw_bed_speak(port, ENTRY_ADDR(i), ENTRY_VID(i));
	}
	vsw_bed_expect(test, 4, 4);
}

static struct vsw_fdb_filter filter_of(struct kunit *test,
				       const struct flush_case *c)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_filter filter = {
		.mac		= c->station < 0 ? 0 : STATION + c->station,
		.has_mac	= c->station >= 0,
		.vid		= c->vid < 0 ? 0 : c->vid,
		.has_vid	= c->vid >= 0,
		.want_static	= c->fixed,
		.want_dynamic	= c->dynamic,
	};
	unsigned long *vids;

	if (c->port)
		filter.port = c->port == 'a' ? bed->a : bed->b;
	if (c->except) {
		vids = kunit_kcalloc(test, BITS_TO_LONGS(VLAN_N_VID),
				     sizeof(*vids), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, vids);
		if (c->except > 0)
			__set_bit(c->except, vids);
		filter.except_vids = vids;
	}
	return filter;
}

static void flushes_take_what_matches(struct kunit *test)
{
	const struct flush_case *c = test->param_value;
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_filter filter;
	int i;

	entries_make(test);
	filter = filter_of(test, c);
	KUNIT_EXPECT_EQ(test, flush(bed, &filter), hweight8(c->matched));
	for (i = 0; i < ENTRIES; i++)
		KUNIT_EXPECT_EQ_MSG(test, !vsw_bed_where(bed, ENTRY_ADDR(i),
							 ENTRY_VID(i)),
				    !!(c->matched & BIT(i)), "entry %d", i);
	vsw_bed_expect(test, 4 - hweight8(c->matched & 0x55),
		       4 - hweight8(c->matched & 0xaa));
	KUNIT_EXPECT_EQ(test, flush(bed, &filter), 0);
}

/* Many more than are looked at in one go: none may be left that leads to a. */
static void a_large_flush_leaves_nothing(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_filter filter = {
		.port = bed->a,
		.want_dynamic = true,
	};
	u32 i;

	for (i = 0; i < 20000; i++)
		vsw_bed_speak(i % 10 ? bed->a : bed->b, STATION + i, i % 4000);
	vsw_bed_expect(test, 18000, 2000);
	KUNIT_EXPECT_EQ(test, flush(bed, &filter), 18000);
	vsw_bed_expect(test, 0, 2000);
}

/* A walk sees what a flush with the same filter would take. */
static void walks_see_what_matches(struct kunit *test)
{
	const struct flush_case *c = test->param_value;
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_filter filter;
	struct vsw_fdb_walk *walk;
	struct vsw_fdb_info info;
	u8 seen = 0, twice = 0;
	int i;

	entries_make(test);
	filter = filter_of(test, c);
	rtnl_lock();
	walk = vsw_fdb_walk_create(bed->sw);
	rtnl_unlock();
	KUNIT_ASSERT_NOT_NULL(test, walk);
	vsw_fdb_walk_start(walk);
	while (vsw_fdb_walk_next(walk, &filter, &info)) {
		for (i = 0; i < ENTRIES; i++) {
			if (ether_addr_to_u64(info.mac) != ENTRY_ADDR(i) ||
			    info.vid != ENTRY_VID(i))
				continue;
			twice |= seen & BIT(i);
			seen |= BIT(i);
		}
	}
	vsw_fdb_walk_stop(walk);
	vsw_fdb_walk_destroy(walk);
	KUNIT_EXPECT_EQ(test, seen, c->matched);
	KUNIT_EXPECT_EQ(test, twice, 0);
	vsw_bed_expect(test, 4, 4);
}

static struct kunit_case fdb_table_cases[] = {
	KUNIT_CASE(entries_are_found),
	KUNIT_CASE_PARAM(static_entries_are_added, add_gen_params),
	KUNIT_CASE_PARAM(bad_entries_are_refused, bad_gen_params),
	KUNIT_CASE(a_full_database_refuses),
	KUNIT_CASE(a_full_port_does_not),
	KUNIT_CASE(entries_are_deleted),
	KUNIT_CASE_PARAM(flushes_take_what_matches, flush_gen_params),
	KUNIT_CASE(a_large_flush_leaves_nothing),
	KUNIT_CASE_PARAM(walks_see_what_matches, flush_gen_params),
	{}
};

static struct kunit_suite fdb_table_suite = {
	.name		= "vsw_fdb_table",
	.suite_init	= vsw_bed_init,
	.suite_exit	= vsw_bed_exit,
	.init		= vsw_bed_create,
	.exit		= vsw_bed_destroy,
	.test_cases	= fdb_table_cases,
};

kunit_test_suite(fdb_table_suite);
