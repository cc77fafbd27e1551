// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of vlan.c: which record a user's VLAN settings become, and which
 * settings are refused.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "vport/vport.h"

#define TRUNKS_MAX	3

/* In a list of VLANs: those from the one before to the one behind. */
#define RANGE		0xffff

/**
 * struct vlan_case - settings, and the record that they become
 * @name: of the case
 * @mode: settings, as vsw_vlan_settings
 * @vid: likewise
 * @trunks: likewise, as a list of TRUNKS_MAX; the first 0 behind a VLAN ends it
 * @bits: number of entries of @trunks
 * @tagged: the record admits tagged frames
 * @untagged: and untagged ones
 * @weight: VLANs that the port is in
 */
struct vlan_case {
	const char	*name;
	u8		mode;
	u16		vid;
	u16		trunks[TRUNKS_MAX];
	u8		bits;
	bool		tagged;
	bool		untagged;
	u16		weight;
};

static const struct vlan_case good_cases[] = {
	{ "none", VSW_VLAN_NONE, 0, {}, 0, false, true, 1 },
	{ "none ignores a VLAN id", VSW_VLAN_NONE, 7, {}, 0, false, true, 1 },
	{ "none ignores a bad VLAN id", VSW_VLAN_NONE, 4095, {}, 0,
	  false, true, 1 },
	{ "none ignores trunks", VSW_VLAN_NONE, 0, { 5, 6 }, 2,
	  false, true, 1 },
	{ "access 1", VSW_VLAN_ACCESS, 1, {}, 0, false, true, 1 },
	{ "access 100", VSW_VLAN_ACCESS, 100, {}, 0, false, true, 1 },
	{ "access 4094", VSW_VLAN_ACCESS, 4094, {}, 0, false, true, 1 },
	{ "access ignores trunks", VSW_VLAN_ACCESS, 9, { 5, 6 }, 2,
	  false, true, 1 },
	{ "trunk of one VLAN", VSW_VLAN_TRUNK, 0, { 20 }, 1, true, false, 1 },
	{ "trunk of 1", VSW_VLAN_TRUNK, 0, { 1 }, 1, true, false, 1 },
	{ "trunk of 4094", VSW_VLAN_TRUNK, 0, { 4094 }, 1, true, false, 1 },
	{ "trunk of three VLANs", VSW_VLAN_TRUNK, 0, { 10, 20, 30 }, 3,
	  true, false, 3 },
	{ "trunk of all VLANs", VSW_VLAN_TRUNK, 0, { 1, RANGE, 4094 }, 3,
	  true, false, 4094 },
	{ "trunk, native among them", VSW_VLAN_TRUNK, 10, { 10, 20 }, 2,
	  true, true, 2 },
	{ "trunk, native beside them", VSW_VLAN_TRUNK, 30, { 10, 20 }, 2,
	  true, true, 3 },
	{ "trunk, native 1", VSW_VLAN_TRUNK, 1, { 20 }, 1, true, true, 2 },
	{ "trunk, native 4094", VSW_VLAN_TRUNK, 4094, { 20 }, 1,
	  true, true, 2 },
	{ "trunk, native only", VSW_VLAN_TRUNK, 10, {}, 0, true, true, 1 },
	{ "trunk of all VLANs, native", VSW_VLAN_TRUNK, 4094,
	  { 1, RANGE, 4094 }, 3, true, true, 4094 },
};

static const struct vlan_case bad_cases[] = {
	{ "access 0", VSW_VLAN_ACCESS, 0 },
	{ "access 4095", VSW_VLAN_ACCESS, 4095 },
	{ "access 4096", VSW_VLAN_ACCESS, 4096 },
	{ "access 65535", VSW_VLAN_ACCESS, 65535 },
	{ "access with a TCI", VSW_VLAN_ACCESS, 0x2000 | 10 },
	{ "empty trunk", VSW_VLAN_TRUNK, 0 },
	{ "trunk with bit 0", VSW_VLAN_TRUNK, 0, { 0 }, 1 },
	{ "trunk with bit 0 among others", VSW_VLAN_TRUNK, 0, { 10, 0 }, 2 },
	{ "trunk with bit 4095", VSW_VLAN_TRUNK, 0, { 4095 }, 1 },
	{ "trunk with all bits", VSW_VLAN_TRUNK, 0, { 0, RANGE, 4095 }, 3 },
	{ "trunk with bit 0, native", VSW_VLAN_TRUNK, 10, { 0, 10 }, 2 },
	{ "trunk with bit 4095, native", VSW_VLAN_TRUNK, 10, { 10, 4095 }, 2 },
	{ "native 4095", VSW_VLAN_TRUNK, 4095, { 10 }, 1 },
	{ "native 4096", VSW_VLAN_TRUNK, 4096, { 10 }, 1 },
	{ "native 65535", VSW_VLAN_TRUNK, 65535, { 10 }, 1 },
	{ "native 4095 only", VSW_VLAN_TRUNK, 4095 },
	{ "mode behind the last", VSW_VLAN_TUNNEL + 1, 10, { 10 }, 1 },
	{ "mode 255", 255, 10, { 10 }, 1 },
};

static void case_desc(const struct vlan_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(good, good_cases, case_desc);
KUNIT_ARRAY_PARAM(bad, bad_cases, case_desc);

static unsigned long *trunks_of(struct kunit *test, const struct vlan_case *c)
{
	unsigned long *map;
	int i;

	map = kunit_kcalloc(test, BITS_TO_LONGS(VLAN_N_VID), sizeof(*map),
			    GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, map);
	for (i = 0; i < c->bits; i++) {
		if (c->trunks[i] != RANGE)
			__set_bit(c->trunks[i], map);
		else
			bitmap_set(map, c->trunks[i - 1],
				   c->trunks[i + 1] - c->trunks[i - 1]);
	}
	return map;
}

/* What the case expects of one VLAN. */
static bool case_allows(const struct vlan_case *c, const unsigned long *trunks,
			u16 vid)
{
	switch (c->mode) {
	case VSW_VLAN_NONE:
		return !vid;
	case VSW_VLAN_ACCESS:
		return vid == c->vid;
	default:
		return test_bit(vid, trunks) || (c->vid && vid == c->vid);
	}
}

static void members_check(struct kunit *test,
			  const struct vsw_port_vlans *vlans,
			  const struct vlan_case *c,
			  const unsigned long *trunks)
{
	u16 pvid = c->mode == VSW_VLAN_NONE ? 0 : c->vid;
	u16 vid;

	for (vid = 0; vid < VLAN_N_VID; vid++) {
		KUNIT_EXPECT_EQ_MSG(test, vsw_port_vlans_allow(vlans, vid),
				    case_allows(c, trunks, vid), "VLAN %u",
				    vid);
		KUNIT_EXPECT_EQ_MSG(test, vsw_port_vlans_untag(vlans, vid),
				    c->untagged && vid == pvid, "VLAN %u", vid);
	}
}

static void vlans_from_good_settings(struct kunit *test)
{
	const struct vlan_case *c = test->param_value;
	struct vsw_vlan_settings set = { .mode = c->mode, .vid = c->vid };
	struct netlink_ext_ack extack = {};
	struct vsw_port_vlans *vlans;
	u16 single = 0xffff;

	set.trunks = trunks_of(test, c);
	vlans = vsw_port_vlans_create(&set, &extack);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(vlans));
	KUNIT_EXPECT_NULL(test, extack._msg);

	KUNIT_EXPECT_EQ(test, vlans->mode, c->mode);
	KUNIT_EXPECT_EQ(test, vlans->pvid,
			c->mode == VSW_VLAN_NONE ? 0 : c->vid);
	KUNIT_EXPECT_EQ(test, vlans->admit_tagged, c->tagged);
	KUNIT_EXPECT_EQ(test, vlans->admit_untagged, c->untagged);
	KUNIT_EXPECT_EQ(test, bitmap_weight(vlans->members, VLAN_N_VID),
			c->weight);
	members_check(test, vlans, c, set.trunks);

	KUNIT_EXPECT_EQ(test, vsw_port_vlans_single(vlans, &single),
			c->mode != VSW_VLAN_TRUNK);
	KUNIT_EXPECT_EQ(test, single, vlans->pvid);
	kfree(vlans);
}

static void vlans_from_bad_settings(struct kunit *test)
{
	const struct vlan_case *c = test->param_value;
	struct vsw_vlan_settings set = { .mode = c->mode, .vid = c->vid };
	struct netlink_ext_ack extack = {};
	struct vsw_port_vlans *vlans;

	set.trunks = trunks_of(test, c);
	vlans = vsw_port_vlans_create(&set, &extack);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(vlans), -EINVAL);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	if (!IS_ERR(vlans))
		kfree(vlans);
}

/* The modes that have no trunks need no bitmap, and no one has to listen. */
static void vlans_without_bitmap(struct kunit *test)
{
	struct vsw_vlan_settings set = { .mode = VSW_VLAN_NONE };
	struct vsw_port_vlans *vlans;

	vlans = vsw_port_vlans_create(&set, NULL);
	KUNIT_EXPECT_FALSE(test, IS_ERR_OR_NULL(vlans));
	if (!IS_ERR(vlans))
		kfree(vlans);

	set.mode = VSW_VLAN_ACCESS;
	vlans = vsw_port_vlans_create(&set, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(vlans), -EINVAL);

	set.vid = 10;
	vlans = vsw_port_vlans_create(&set, NULL);
	KUNIT_EXPECT_FALSE(test, IS_ERR_OR_NULL(vlans));
	if (!IS_ERR(vlans))
		kfree(vlans);
}

/* The record is a copy: what becomes of the settings does not matter to it. */
static void vlans_are_a_copy(struct kunit *test)
{
	static const struct vlan_case c = { .trunks = { 10, 20 }, .bits = 2 };
	unsigned long *trunks = trunks_of(test, &c);
	struct vsw_vlan_settings set = {
		.mode	= VSW_VLAN_TRUNK,
		.vid	= 30,
		.trunks	= trunks,
	};
	struct vsw_port_vlans *vlans;

	vlans = vsw_port_vlans_create(&set, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(vlans));
	KUNIT_EXPECT_FALSE(test, test_bit(30, trunks));
	__clear_bit(10, trunks);
	__set_bit(40, trunks);
	KUNIT_EXPECT_TRUE(test, vsw_port_vlans_allow(vlans, 10));
	KUNIT_EXPECT_TRUE(test, vsw_port_vlans_allow(vlans, 30));
	KUNIT_EXPECT_FALSE(test, vsw_port_vlans_allow(vlans, 40));
	kfree(vlans);
}

static struct kunit_case vlan_cases[] = {
	KUNIT_CASE_PARAM(vlans_from_good_settings, good_gen_params),
	KUNIT_CASE_PARAM(vlans_from_bad_settings, bad_gen_params),
	KUNIT_CASE(vlans_without_bitmap),
	KUNIT_CASE(vlans_are_a_copy),
	{}
};

static struct kunit_suite vlan_suite = {
	.name		= "vsw_vlan",
	.test_cases	= vlan_cases,
};

kunit_test_suite(vlan_suite);
