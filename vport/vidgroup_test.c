// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of vidgroup.c: which number a VLAN is given, and which groups are
 * refused.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "vport/vidgroup.h"

static void groups_give_numbers(struct kunit *test)
{
	static const struct vsw_vid_group groups[] = {
		{ 1, 1, 7 }, { 100, 100, 8 }, { 4094, 1, 7 }, { 4093, 1, 0 },
	};
	struct vsw_vid_table *table =
		vsw_vid_table_create(groups, ARRAY_SIZE(groups), NULL);
	u16 vid, to;

	KUNIT_ASSERT_FALSE(test, IS_ERR(table));
	for (vid = 0; vid < VLAN_N_VID; vid++) {
		to = vid == 1 || vid == 4094 ? 7 :
		     vid >= 100 && vid < 200 ? 8 : 0;
		KUNIT_EXPECT_EQ_MSG(test, table->to[vid], to, "VLAN %u", vid);
	}
	KUNIT_EXPECT_EQ(test, table->count, ARRAY_SIZE(groups));
	KUNIT_EXPECT_EQ(test, memcmp(table->groups, groups, sizeof(groups)), 0);
	kvfree(table);
}

static void group_of_all(struct kunit *test)
{
	static const struct vsw_vid_group groups[] = { { 1, 4094, 63 } };
	struct vsw_vid_table *table = vsw_vid_table_create(groups, 1, NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(table));
	KUNIT_EXPECT_EQ(test, table->to[0], 0);
	KUNIT_EXPECT_EQ(test, table->to[1], 63);
	KUNIT_EXPECT_EQ(test, table->to[4094], 63);
	KUNIT_EXPECT_EQ(test, table->to[4095], 0);
	kvfree(table);
}

static const struct vsw_vid_group bad_groups[][2] = {
	{ { 0, 1, 1 } },
	{ { 1, 0, 1 } },
	{ { 4095, 1, 1 } },
	{ { 4094, 2, 1 } },
	{ { 2, 65535, 1 } },
	{ { 65535, 65535, 1 } },
	{ { 10, 2, 1 }, { 11, 1, 1 } },
	{ { 11, 1, 0 }, { 10, 2, 0 } },
};

static void bad_desc(const struct vsw_vid_group (*groups)[2], char *desc)
{
	const struct vsw_vid_group *first = &(*groups)[0];
	const struct vsw_vid_group *second = &(*groups)[1];

	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u+%u, %u+%u", first->vid,
		 first->count, second->vid, second->count);
}

KUNIT_ARRAY_PARAM(bad, bad_groups, bad_desc);

static void bad_groups_are_refused(struct kunit *test)
{
	const struct vsw_vid_group (*groups)[2] = test->param_value;
	struct netlink_ext_ack extack = {};
	struct vsw_vid_table *table;

	table = vsw_vid_table_create(*groups, (*groups)[1].count ? 2 : 1,
				     &extack);
	KUNIT_EXPECT_EQ(test, PTR_ERR(table), -EINVAL);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
}

static struct kunit_case vidgroup_cases[] = {
	KUNIT_CASE(groups_give_numbers),
	KUNIT_CASE(group_of_all),
	KUNIT_CASE_PARAM(bad_groups_are_refused, bad_gen_params),
	{}
};

static struct kunit_suite vidgroup_suite = {
	.name		= "vsw_vidgroup",
	.test_cases	= vidgroup_cases,
};

kunit_test_suite(vidgroup_suite);
