// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of prio.c: the tables of the standard, written out.
 */

#include <kunit/test.h>

#include "vport/prio.h"

/* Table 6-2, encoding: of priorities 7, 7DE, 6, 6DE, ... 0, 0DE. */
static const u8 encoded[][2 * VSW_PRIOS] = {
	[VSW_PCP_8P0D] = { 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0 },
	[VSW_PCP_7P1D] = { 7, 7, 6, 6, 5, 4, 5, 4, 3, 3, 2, 2, 1, 1, 0, 0 },
	[VSW_PCP_6P2D] = { 7, 7, 6, 6, 5, 4, 5, 4, 3, 2, 3, 2, 1, 1, 0, 0 },
	[VSW_PCP_5P3D] = { 7, 7, 6, 6, 5, 4, 5, 4, 3, 2, 3, 2, 1, 0, 1, 0 },
};

/* Table 6-3, decoding: of code points 7 to 0; 8 and more are drop eligible. */
#define DE	8
static const u8 decoded[][VSW_PRIOS] = {
	[VSW_PCP_8P0D] = { 7, 6, 5, 4, 3, 2, 1, 0 },
	[VSW_PCP_7P1D] = { 7, 6, 4, 4 | DE, 3, 2, 1, 0 },
	[VSW_PCP_6P2D] = { 7, 6, 4, 4 | DE, 2, 2 | DE, 1, 0 },
	[VSW_PCP_5P3D] = { 7, 6, 4, 4 | DE, 2, 2 | DE, 0, 0 | DE },
};

static void fill(struct vsw_port_prio *prio, u8 table, bool no_dei)
{
	struct vsw_prio_settings set;

	vsw_prio_settings_init(&set);
	set.table = table;
	set.no_dei = no_dei;
	vsw_port_prio_fill(prio, &set);
}

static void prio_encodes_as_table_6_2(struct kunit *test)
{
	struct vsw_port_prio prio;
	u8 table, priority, dei, pcp;

	for (table = VSW_PCP_8P0D; table <= VSW_PCP_5P3D; table++) {
		fill(&prio, table, false);
		for (priority = 0; priority < VSW_PRIOS; priority++)
			for (dei = 0; dei < 2; dei++) {
				pcp = encoded[table][2 * (7 - priority) + dei];
				KUNIT_EXPECT_EQ_MSG(test,
						    prio.out[priority << 1 | dei],
						    pcp << 1 | dei,
						    "table %u, %u, %u", table,
						    priority, dei);
			}
	}
}

static void prio_decodes_as_table_6_3(struct kunit *test)
{
	struct vsw_port_prio prio;
	u8 table, pcp, dei, want;

	for (table = VSW_PCP_8P0D; table <= VSW_PCP_5P3D; table++) {
		fill(&prio, table, false);
		for (pcp = 0; pcp < VSW_PRIOS; pcp++)
			for (dei = 0; dei < 2; dei++) {
				want = decoded[table][7 - pcp];
				KUNIT_EXPECT_EQ_MSG(test,
						    prio.in[pcp << 1 | dei],
						    (want & 7) << 1 |
						    (dei || want & DE),
						    "table %u, %u, %u", table,
						    pcp, dei);
			}
	}
}

static void prio_without_dei(struct kunit *test)
{
	struct vsw_port_prio prio;
	u8 i;

	fill(&prio, VSW_PCP_8P0D, true);
	for (i = 0; i < 2 * VSW_PRIOS; i++) {
		KUNIT_EXPECT_EQ(test, prio.in[i], i & ~1);
		KUNIT_EXPECT_EQ(test, prio.out[i], i & ~1);
	}
	fill(&prio, VSW_PCP_5P3D, true);
	KUNIT_EXPECT_EQ(test, prio.in[4 << 1 | 1], 4 << 1 | 1);
	KUNIT_EXPECT_EQ(test, prio.in[5 << 1 | 1], 4 << 1);
	KUNIT_EXPECT_EQ(test, prio.out[4 << 1 | 1], 4 << 1);
}

static void prio_regenerates_after_decoding(struct kunit *test)
{
	struct vsw_prio_settings set;
	struct vsw_port_prio prio;

	vsw_prio_settings_init(&set);
	KUNIT_EXPECT_TRUE(test, vsw_prio_settings_default(&set));
	set.table = VSW_PCP_7P1D;
	set.regen[4] = 1;
	set.regen[5] = 7;
	set.untagged = 4;
	KUNIT_EXPECT_FALSE(test, vsw_prio_settings_default(&set));
	vsw_port_prio_fill(&prio, &set);
	KUNIT_EXPECT_EQ(test, prio.in[5 << 1], 1 << 1);
	KUNIT_EXPECT_EQ(test, prio.in[4 << 1], 1 << 1 | 1);
	KUNIT_EXPECT_EQ(test, prio.in[6 << 1 | 1], 6 << 1 | 1);
	KUNIT_EXPECT_EQ(test, prio.untagged, 1 << 1);
}

static void prio_tag_policy(struct kunit *test)
{
	static const bool wanted[][3] = {
		[VSW_PRIO_TAG_NEVER]	= { false, false, false },
		[VSW_PRIO_TAG_NONZERO]	= { false, false, true },
		[VSW_PRIO_TAG_ALWAYS]	= { true, true, true },
	};
	static const u16 bits[] = { 0, VLAN_CFI_MASK, 0x2000 };
	struct vsw_port_prio prio;
	unsigned int tag, i;

	fill(&prio, VSW_PCP_8P0D, false);
	for (tag = 0; tag < ARRAY_SIZE(wanted); tag++)
		for (i = 0; i < ARRAY_SIZE(bits); i++) {
			prio.set.tag = tag;
			KUNIT_EXPECT_EQ(test, vsw_prio_wants_tag(&prio, bits[i]),
					wanted[tag][i]);
		}
}

static struct kunit_case prio_cases[] = {
	KUNIT_CASE(prio_encodes_as_table_6_2),
	KUNIT_CASE(prio_decodes_as_table_6_3),
	KUNIT_CASE(prio_without_dei),
	KUNIT_CASE(prio_regenerates_after_decoding),
	KUNIT_CASE(prio_tag_policy),
	{}
};

static struct kunit_suite prio_suite = {
	.name		= "vsw_prio",
	.test_cases	= prio_cases,
};

kunit_test_suite(prio_suite);
