// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of vidmap.c: which VLAN a translated one is, and which translations
 * are refused.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "vport/vidmap.h"

static void expect_vid(struct kunit *test, const struct vsw_port_vidmap *map,
		       u16 wire, u16 vid)
{
	KUNIT_EXPECT_EQ_MSG(test, map->vid[wire], vid, "wire %u", wire);
}

static void expect_wire(struct kunit *test, const struct vsw_port_vidmap *map,
			u16 vid, u16 wire)
{
	KUNIT_EXPECT_EQ_MSG(test, map->wire[vid], wire, "VLAN %u", vid);
}

static void vidmap_of_one(struct kunit *test)
{
	static const struct vsw_vid_range ranges[] = { { 10, 20, 1 } };
	struct vsw_port_vidmap *map =
		vsw_port_vidmap_create(ranges, ARRAY_SIZE(ranges), NULL);
	u16 vid;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	expect_vid(test, map, 10, 20);
	expect_wire(test, map, 20, 10);
	/* taken on the one side, free on the other: no VLAN */
	expect_vid(test, map, 20, 0);
	expect_wire(test, map, 10, 0);
	for (vid = 1; vid < VLAN_VID_MASK; vid++) {
		if (vid == 10 || vid == 20)
			continue;
		expect_vid(test, map, vid, vid);
		expect_wire(test, map, vid, vid);
	}
	expect_vid(test, map, 0, 0);
	expect_vid(test, map, VLAN_VID_MASK, 0);
	kvfree(map);
}

static void vidmap_that_swaps(struct kunit *test)
{
	static const struct vsw_vid_range ranges[] = {
		{ 10, 20, 1 }, { 20, 10, 1 },
	};
	struct vsw_port_vidmap *map =
		vsw_port_vidmap_create(ranges, ARRAY_SIZE(ranges), NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	expect_vid(test, map, 10, 20);
	expect_vid(test, map, 20, 10);
	expect_wire(test, map, 10, 20);
	expect_wire(test, map, 20, 10);
	kvfree(map);
}

static void vidmap_of_ranges(struct kunit *test)
{
	static const struct vsw_vid_range ranges[] = {
		{ 1, 2001, 1000 }, { 4094, 1, 1 },
	};
	struct vsw_port_vidmap *map =
		vsw_port_vidmap_create(ranges, ARRAY_SIZE(ranges), NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	expect_vid(test, map, 1, 2001);
	expect_vid(test, map, 1000, 3000);
	expect_vid(test, map, 1001, 1001);
	expect_vid(test, map, 2001, 0);
	expect_vid(test, map, 4094, 1);
	expect_wire(test, map, 3000, 1000);
	expect_wire(test, map, 1, 4094);
	expect_wire(test, map, 2, 0);
	kvfree(map);
}

static void vidmap_refused(struct kunit *test)
{
	static const struct vsw_vid_range bad[][2] = {
		{ { 0, 10, 1 }, { 1, 1, 1 } },
		{ { 10, 0, 1 }, { 1, 1, 1 } },
		{ { 10, 20, 0 }, { 1, 1, 1 } },
		{ { 4095, 20, 1 }, { 1, 1, 1 } },
		{ { 20, 4095, 1 }, { 1, 1, 1 } },
		{ { 4094, 20, 2 }, { 1, 1, 1 } },
		{ { 20, 4000, 96 }, { 1, 1, 1 } },
		{ { 20, 30, 65535 }, { 1, 1, 1 } },
		{ { 10, 20, 1 }, { 10, 30, 1 } },	/* one to two */
		{ { 10, 20, 1 }, { 11, 20, 1 } },	/* two to one */
		{ { 10, 20, 5 }, { 30, 24, 5 } },
	};
	struct netlink_ext_ack extack;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		extack = (struct netlink_ext_ack) {};
		KUNIT_EXPECT_EQ_MSG(test, PTR_ERR(vsw_port_vidmap_create(bad[i], 2, &extack)),
				    -EINVAL, "case %u", i);
		KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	}
}

static struct kunit_case vidmap_cases[] = {
	KUNIT_CASE(vidmap_of_one),
	KUNIT_CASE(vidmap_that_swaps),
	KUNIT_CASE(vidmap_of_ranges),
	KUNIT_CASE(vidmap_refused),
	{}
};

static struct kunit_suite vidmap_suite = {
	.name		= "vsw_vidmap",
	.test_cases	= vidmap_cases,
};

kunit_test_suite(vidmap_suite);
