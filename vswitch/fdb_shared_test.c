// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the filtering database with tables that VLANs share, and entries
 * for all VLANs: what is learned where, and which entry counts (IEEE 802.1Q-2022,
 * 8.8.8, 8.8.9).
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vswitch/fdb.h"
#include "vswitch/fdb_bed_test.h"
#include "vswitch/fdb_table.h"

#define STATION	0x020000000001ULL

/* VLANs 10 and 20 share a table; its number is a VLAN's too. */
static void share(struct kunit *test)
{
	static const struct vsw_vid_group groups[] = {
		{ 10, 1, 30 }, { 20, 1, 30 },
	};
	struct vsw_bed *bed = test->priv;
	struct vsw_vid_table *fids;

	fids = vsw_vid_table_create(groups, ARRAY_SIZE(groups), NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fids));
	rtnl_lock();
	vsw_fdb_fids_set(bed->sw, fids);
	rtnl_unlock();
}

static void shared_vlans_learn_together(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	share(test);
	vsw_bed_speak(bed->a, STATION, 10);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->a);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 20), bed->a);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION, 30));
	vsw_bed_speak(bed->b, STATION, 30);
	vsw_bed_expect(test, 1, 1);
	vsw_bed_speak(bed->b, STATION, 20);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->b);
	vsw_bed_expect(test, 0, 2);
}

static void static_entries_are_a_vlans_own(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	share(test);
	vsw_bed_speak(bed->a, STATION, 10);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->b, STATION, 20, true, false), 0);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->a);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 20), bed->b);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 20), VSW_DROP);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 10), VSW_PASS);
	vsw_bed_expect(test, 1, 1);
}

static void all_vlans_come_between(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb *fdb = bed->sw->fdb;

	vsw_bed_speak(bed->a, STATION, 10);
	KUNIT_EXPECT_EQ(test, fdb->ways, 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->b, STATION, VSW_FDB_ALL_VLANS,
					  false, false), 0);
	KUNIT_EXPECT_EQ(test, fdb->ways, VSW_FDB_WAY_ALL_VLANS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->b);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->a, STATION, 11, false, false), 0);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 11), bed->a);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 12), bed->b);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, VSW_FDB_ALL_VLANS), 0);
	KUNIT_EXPECT_EQ(test, fdb->ways, 0);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->a);
	vsw_bed_expect(test, 2, 0);
}

static void other_tables_forget(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	vsw_bed_speak(bed->a, STATION, 10);
	share(test);
	vsw_bed_expect(test, 0, 0);
	vsw_bed_speak(bed->a, STATION, 10);
	rtnl_lock();
	vsw_fdb_fids_set(bed->sw, NULL);
	rtnl_unlock();
	vsw_bed_expect(test, 0, 0);
	KUNIT_EXPECT_EQ(test, bed->sw->fdb->ways, 0);
}

static void counts_are_kept(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	share(test);
	vsw_bed_speak(bed->a, STATION, 10);
	vsw_bed_speak(bed->a, STATION + 1, 20);
	KUNIT_EXPECT_EQ(test, vsw_bed_add(bed->b, STATION, 20, false, false), 0);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, vsw_fdb_vlan_count(bed->sw, 10), 2);
	KUNIT_EXPECT_EQ(test, vsw_fdb_vlan_count(bed->sw, 20), 3);
	KUNIT_EXPECT_EQ(test, vsw_fdb_vlan_count(bed->sw, 30), 0);
	KUNIT_EXPECT_EQ(test, vsw_fdb_vlan_fid(bed->sw, 20), 30);
	KUNIT_EXPECT_EQ(test, vsw_fdb_vlan_fid(bed->sw, 30), 0);
	rtnl_unlock();
}

static struct kunit_case fdb_shared_cases[] = {
	KUNIT_CASE(shared_vlans_learn_together),
	KUNIT_CASE(static_entries_are_a_vlans_own),
	KUNIT_CASE(all_vlans_come_between),
	KUNIT_CASE(other_tables_forget),
	KUNIT_CASE(counts_are_kept),
	{}
};

static struct kunit_suite fdb_shared_suite = {
	.name		= "vsw_fdb_shared",
	.suite_init	= vsw_bed_init,
	.suite_exit	= vsw_bed_exit,
	.init		= vsw_bed_create,
	.exit		= vsw_bed_destroy,
	.test_cases	= fdb_shared_cases,
};

kunit_test_suite(fdb_shared_suite);
