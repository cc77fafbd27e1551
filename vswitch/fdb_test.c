// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of fdb.c: what is learned, what moves, what is kept out, and what
 * is forgotten. After each step the books are compared with the table.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "vswitch/fdb.h"
#include "vswitch/fdb_bed_test.h"

#define STATION	0x020000000001ULL

/* The entry itself; nothing else is running that could take it away. */
static struct vsw_fdb_entry *entry_of(struct kunit *test, u64 addr, u16 vid)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_entry *e;

	rcu_read_lock();
	e = vsw_fdb_entry_rcu(bed->sw->fdb, vsw_fdb_key(addr, vid));
	rcu_read_unlock();
	KUNIT_ASSERT_NOT_NULL(test, e);
	return e;
}

static struct vsw_port_stats stats_of(const struct vsw_port *port)
{
	struct vsw_port_stats stats;

	vsw_port_stats_get(port, &stats);
	return stats;
}

static void expect_stats(struct kunit *test, const struct vsw_port *port,
			 u64 learned, u64 moved, u64 aged, u64 not_learned)
{
	struct vsw_port_stats stats = stats_of(port);

	KUNIT_EXPECT_EQ(test, stats.learned, learned);
	KUNIT_EXPECT_EQ(test, stats.moved, moved);
	KUNIT_EXPECT_EQ(test, stats.aged, aged);
	KUNIT_EXPECT_EQ(test, stats.not_learned, not_learned);
}

static void a_new_station_is_learned(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_entry *e;

	vsw_bed_expect(test, 0, 0);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION, 0));
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 0), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 0), bed->a);
	vsw_bed_expect(test, 1, 0);
	expect_stats(test, bed->a, 1, 0, 0, 0);
	expect_stats(test, bed->b, 0, 0, 0, 0);
	e = entry_of(test, STATION, 0);
	KUNIT_EXPECT_EQ(test, e->flags, 0);
	KUNIT_EXPECT_TRUE(test, time_before32(jiffies, e->used + 10 * HZ));

	/* once more: nothing is new */
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 0), VSW_PASS);
	vsw_bed_expect(test, 1, 0);
	expect_stats(test, bed->a, 1, 0, 0, 0);

	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->b, STATION + 1, 0), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION + 1, 0), bed->b);
	vsw_bed_expect(test, 1, 1);
}

/* Independent VLAN learning: one address is as many stations as VLANs. */
static void vlans_learn_on_their_own(struct kunit *test)
{
	static const u16 vids[] = { 0, 1, 10, 4094 };
	struct vsw_bed *bed = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vids); i++)
		vsw_bed_speak(i % 2 ? bed->b : bed->a, STATION, vids[i]);
	for (i = 0; i < ARRAY_SIZE(vids); i++)
		KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, vids[i]),
				    i % 2 ? bed->b : bed->a);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION, 2));
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION, 11));
	vsw_bed_expect(test, 2, 2);

	/* it moves in one of them only */
	vsw_bed_speak(bed->b, STATION, 10);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->b);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 0), bed->a);
	vsw_bed_expect(test, 1, 3);
}

/* All bits of the address and of the VLAN id tell entries apart. */
static void all_bits_are_looked_at(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	unsigned int bit, learned = 0;

	for (bit = 0; bit < 48; bit++) {
		if (bit == 40)	/* of a group */
			continue;
		vsw_bed_speak(bed->a, BIT_ULL(bit), 0);
		learned++;
		vsw_bed_expect(test, learned, 0);
	}
	for (bit = 0; bit < 12; bit++) {
		vsw_bed_speak(bed->b, BIT_ULL(47), BIT(bit));
		vsw_bed_expect(test, learned, bit + 1);
	}
}

static void a_known_station_costs_no_write(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_entry *e;
	u32 half, before;

	vsw_bed_speak(bed->a, STATION, 7);
	e = entry_of(test, STATION, 7);

	half = jiffies - HZ / 2;
	e->used = half;
	vsw_bed_speak(bed->a, STATION, 7);
	/* unless the machine was so busy that the second is over */
	if (time_before32(jiffies, half + HZ))
		KUNIT_EXPECT_EQ(test, e->used, half);

	before = jiffies;
	e->used = before - HZ;
	vsw_bed_speak(bed->a, STATION, 7);
	KUNIT_EXPECT_TRUE(test, !time_before32(e->used, before));

	before = jiffies;
	e->used = before - 200 * HZ;
	vsw_bed_speak(bed->a, STATION, 7);
	KUNIT_EXPECT_TRUE(test, !time_before32(e->used, before));
	vsw_bed_expect(test, 1, 0);
	expect_stats(test, bed->a, 1, 0, 0, 0);
}

static void a_station_moves(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_entry *e;
	unsigned long before;

	vsw_bed_speak(bed->a, STATION, 10);
	e = entry_of(test, STATION, 10);
	before = jiffies;
	e->used = before - HZ / 2;
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->b, STATION, 10), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->b);
	KUNIT_EXPECT_PTR_EQ(test, entry_of(test, STATION, 10), e);
	KUNIT_EXPECT_TRUE(test, !time_before32(e->used, before));
	vsw_bed_expect(test, 0, 1);
	expect_stats(test, bed->a, 1, 0, 0, 0);
	expect_stats(test, bed->b, 0, 1, 0, 0);

	vsw_bed_speak(bed->a, STATION, 10);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->a);
	vsw_bed_expect(test, 1, 0);
	expect_stats(test, bed->a, 1, 1, 0, 0);
	expect_stats(test, bed->b, 0, 1, 0, 0);
}

static void a_static_station_does_not_move(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	KUNIT_ASSERT_EQ(test, vsw_bed_add(bed->a, STATION, 10, false, false),
			0);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 10), VSW_PASS);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->b, STATION, 10), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->a);
	vsw_bed_expect(test, 1, 0);
	expect_stats(test, bed->b, 0, 0, 0, 0);

	/* it is static in its VLAN only */
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->b, STATION, 20), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 20), bed->b);
	vsw_bed_expect(test, 1, 1);
}

static void a_sticky_station_is_dropped_elsewhere(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	int learn;

	KUNIT_ASSERT_EQ(test, vsw_bed_add(bed->a, STATION, 10, true, false),
			0);
	for (learn = 0; learn < 2; learn++) {
		assign_bit(VSW_PORT_F_LEARN, &bed->b->flags, learn);
		KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 10),
				VSW_PASS);
		KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->b, STATION, 10),
				VSW_DROP);
		KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10),
				    bed->a);
	}
	vsw_bed_expect(test, 1, 0);
	expect_stats(test, bed->b, 0, 0, 0, 0);

	/* in other VLANs it may be where it likes */
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->b, STATION, 20), VSW_PASS);
	vsw_bed_expect(test, 1, 1);
}

static void learning_can_be_off(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	struct vsw_fdb_entry *e;
	unsigned long before;

	vsw_bed_speak(bed->a, STATION, 0);
	vsw_bed_speak(bed->b, STATION + 1, 0);
	clear_bit(VSW_PORT_F_LEARN, &bed->a->flags);

	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION + 2, 0), VSW_PASS);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION + 2, 0));
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION + 1, 0), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION + 1, 0), bed->b);
	vsw_bed_expect(test, 1, 1);
	/* no limit kept them out */
	expect_stats(test, bed->a, 1, 0, 0, 0);

	/* who is known stays known, and may go */
	e = entry_of(test, STATION, 0);
	before = jiffies;
	e->used = before - 2 * HZ;
	vsw_bed_speak(bed->a, STATION, 0);
	KUNIT_EXPECT_TRUE(test, !time_before32(e->used, before));
	vsw_bed_speak(bed->b, STATION, 0);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 0), bed->b);
	vsw_bed_expect(test, 0, 2);
}

/* See fdb_entry.c: or else an entry could lead to a port that is gone. */
static void a_port_without_link_learns_nothing(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	vsw_bed_speak(bed->b, STATION, 0);
	clear_bit(VSW_PORT_F_UP, &bed->a->flags);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION + 1, 0), VSW_PASS);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 0), VSW_PASS);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION + 1, 0));
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 0), bed->b);
	vsw_bed_expect(test, 0, 1);
	expect_stats(test, bed->a, 0, 0, 0, 0);

	set_bit(VSW_PORT_F_UP, &bed->a->flags);
	vsw_bed_speak(bed->a, STATION + 1, 0);
	vsw_bed_speak(bed->a, STATION, 0);
	vsw_bed_expect(test, 2, 0);
	expect_stats(test, bed->a, 1, 1, 0, 0);
}

/* Likewise: a frame that was classified before the port left its VLAN. */
static void a_vlan_that_was_left_is_not_learned(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	vsw_bed_speak(bed->b, STATION, 10);
	vsw_bed_member(bed->a, 10, 1, false);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION, 10), VSW_PASS);
	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION + 1, 10), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 10), bed->b);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION + 1, 10));
	vsw_bed_expect(test, 0, 1);
	expect_stats(test, bed->a, 0, 0, 0, 0);

	vsw_bed_speak(bed->a, STATION + 1, 11);
	vsw_bed_member(bed->a, 10, 1, true);
	vsw_bed_speak(bed->a, STATION, 10);
	vsw_bed_expect(test, 2, 0);
	expect_stats(test, bed->a, 1, 1, 0, 0);
}

/**
 * struct limit_case - limits, and how many stations at port a are learned
 * @name: of the case
 * @max: limit of the switch
 * @port_max: limit of port a, 0 for none
 * @statics: static entries of port a
 * @others: stations known behind port b
 * @stations: that speak at port a, twice each
 * @learned: how many of them are learned
 */
struct limit_case {
	const char	*name;
	u32		max;
	u32		port_max;
	u32		statics;
	u32		others;
	u32		stations;
	u32		learned;
};

static const struct limit_case limit_cases[] = {
	{ "far away", 1000, 0, 0, 0, 9, 9 },
	{ "switch, reached", 5, 0, 0, 0, 5, 5 },
	{ "switch, exceeded", 5, 0, 0, 0, 6, 5 },
	{ "switch, others were first", 5, 0, 0, 3, 9, 2 },
	{ "switch, all taken by others", 5, 0, 0, 5, 9, 0 },
	{ "switch, static ones take room", 5, 0, 2, 0, 9, 3 },
	{ "port, reached", 1000, 5, 0, 0, 5, 5 },
	{ "port, exceeded", 1000, 5, 0, 0, 6, 5 },
	{ "port of one", 1000, 1, 0, 0, 9, 1 },
	{ "port, others do not matter", 1000, 5, 0, 9, 9, 5 },
	/* the limit is one of learned entries */
	{ "port, nor do static ones", 1000, 3, 2, 0, 9, 3 },
	{ "port, more than the switch's", 4, 5, 0, 0, 9, 4 },
	{ "both", 8, 5, 0, 4, 9, 4 },
};

static void limit_desc(const struct limit_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(limit, limit_cases, limit_desc);

static void limits_keep_stations_out(struct kunit *test)
{
	const struct limit_case *c = test->param_value;
	struct vsw_bed *bed = test->priv;
	u32 i;

	vsw_bed_limit(bed, c->max);
	bed->a->fdb_max = c->port_max;
	for (i = 0; i < c->others; i++)
		vsw_bed_speak(bed->b, STATION + i, 1);
	for (i = 0; i < c->statics; i++)
		KUNIT_ASSERT_EQ(test, vsw_bed_add(bed->a, STATION + i, 2,
						  false, false), 0);
	for (i = 0; i < 2 * c->stations; i++)
		KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a,
						    STATION + i % c->stations,
						    3), VSW_PASS);

	vsw_bed_expect(test, c->learned + c->statics, c->others);
	expect_stats(test, bed->a, c->learned, 0, 0,
		     2 * (c->stations - c->learned));
	expect_stats(test, bed->b, c->others, 0, 0, 0);
	/* first come, first served: nothing was pushed out */
	for (i = 0; i < c->stations; i++)
		KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION + i, 3),
				    i < c->learned ? bed->a : NULL);
}

/* A move takes no room in the switch, but it does at the port. */
static void limits_and_moves(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;

	vsw_bed_limit(bed, 3);
	bed->a->fdb_max = 1;
	vsw_bed_speak(bed->a, STATION, 0);
	vsw_bed_speak(bed->b, STATION + 1, 0);
	vsw_bed_speak(bed->b, STATION + 2, 0);
	vsw_bed_expect(test, 1, 2);

	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->a, STATION + 1, 0), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION + 1, 0), bed->b);
	vsw_bed_expect(test, 1, 2);
	expect_stats(test, bed->a, 1, 0, 0, 1);

	KUNIT_EXPECT_EQ(test, vsw_bed_speak(bed->b, STATION, 0), VSW_PASS);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 0), bed->b);
	vsw_bed_expect(test, 0, 3);
	expect_stats(test, bed->b, 2, 1, 0, 0);

	vsw_bed_speak(bed->a, STATION + 1, 0);
	vsw_bed_expect(test, 1, 2);
	expect_stats(test, bed->a, 1, 1, 0, 1);
}

static void limits_free_and_lowered(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	u64 i;

	vsw_bed_limit(bed, 4);
	for (i = 0; i < 5; i++)
		vsw_bed_speak(bed->a, STATION + i, 0);
	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION, 0), 0);
	vsw_bed_expect(test, 3, 0);
	vsw_bed_speak(bed->a, STATION + 9, 0);
	vsw_bed_expect(test, 4, 0);

	/* below what there is: no one is thrown out, no one comes in */
	vsw_bed_limit(bed, 2);
	vsw_bed_speak(bed->a, STATION + 1, 0);
	vsw_bed_speak(bed->a, STATION + 10, 0);
	vsw_bed_expect(test, 4, 0);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION + 10, 0));
	expect_stats(test, bed->a, 5, 0, 0, 2);
}

static void silent_stations_are_forgotten(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	unsigned long ageing;
	u64 i;

	ageing = bed->sw->fdb->ageing;
	KUNIT_EXPECT_EQ(test, ageing, 300 * HZ);
	for (i = 0; i < 4; i++)
		vsw_bed_speak(i < 3 ? bed->a : bed->b, STATION + i, 10);
	vsw_bed_add(bed->a, STATION, 20, false, false);
	vsw_bed_add(bed->a, STATION, 30, true, false);

	/* none is too old */
	KUNIT_EXPECT_EQ(test, vsw_fdb_age(bed->sw->fdb), 6);
	vsw_bed_expect(test, 5, 1);

	entry_of(test, STATION, 10)->used = jiffies - ageing;
	entry_of(test, STATION + 1, 10)->used = jiffies - ageing + 60 * HZ;
	entry_of(test, STATION + 3, 10)->used = jiffies - 2 * ageing;
	entry_of(test, STATION, 20)->used = jiffies - 2 * ageing;
	entry_of(test, STATION, 30)->used = jiffies - 2 * ageing;
	KUNIT_EXPECT_EQ(test, vsw_fdb_age(bed->sw->fdb), 6);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION, 10));
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION + 1, 10), bed->a);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION + 2, 10), bed->a);
	KUNIT_EXPECT_NULL(test, vsw_bed_where(bed, STATION + 3, 10));
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 20), bed->a);
	KUNIT_EXPECT_PTR_EQ(test, vsw_bed_where(bed, STATION, 30), bed->a);
	vsw_bed_expect(test, 4, 0);
	expect_stats(test, bed->a, 3, 0, 1, 0);
	expect_stats(test, bed->b, 1, 0, 1, 0);

	/* who spoke again in time is not */
	entry_of(test, STATION + 1, 10)->used = jiffies - ageing;
	vsw_bed_speak(bed->a, STATION + 1, 10);
	vsw_fdb_age(bed->sw->fdb);
	vsw_bed_expect(test, 4, 0);

	/* and who was forgotten is learned anew */
	vsw_bed_speak(bed->b, STATION, 10);
	vsw_bed_expect(test, 4, 1);
}

/* More stations than are looked at in one go, while others are kept. */
static void many_stations_are_forgotten(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	u32 i, left = 0, round;

	for (i = 0; i < 5000; i++) {
		vsw_bed_speak(bed->a, STATION + i, 0);
		if (i % 5)
			entry_of(test, STATION + i, 0)->used -= 400 * HZ;
	}
	vsw_bed_expect(test, 5000, 0);
	/* a table that changes may hide some from one run, but not from many */
	for (round = 0; round < 20 && bed->sw->fdb->count > 1000; round++)
		vsw_fdb_age(bed->sw->fdb);
	for (i = 0; i < 5000; i += 5)
		left += vsw_bed_where(bed, STATION + i, 0) == bed->a;
	KUNIT_EXPECT_EQ(test, left, 1000);
	vsw_bed_expect(test, 1000, 0);
	expect_stats(test, bed->a, 5000, 0, 4000, 0);
}

/* The shortest time between two runs is a second. */
static void ageing_happens_by_itself(struct kunit *test)
{
	struct vsw_bed *bed = test->priv;
	int i;

	vsw_bed_speak(bed->a, STATION, 0);
	vsw_bed_add(bed->b, STATION + 1, 0, false, false);
	vsw_fdb_ageing_set(bed->sw->fdb, HZ / 2);
	for (i = 0; i < 200 && vsw_bed_where(bed, STATION, 0); i++)
		msleep(50);
	vsw_bed_expect(test, 0, 1);
	expect_stats(test, bed->a, 1, 0, 1, 0);
}

static struct kunit_case fdb_cases[] = {
	KUNIT_CASE(a_new_station_is_learned),
	KUNIT_CASE(vlans_learn_on_their_own),
	KUNIT_CASE(all_bits_are_looked_at),
	KUNIT_CASE(a_known_station_costs_no_write),
	KUNIT_CASE(a_station_moves),
	KUNIT_CASE(a_static_station_does_not_move),
	KUNIT_CASE(a_sticky_station_is_dropped_elsewhere),
	KUNIT_CASE(learning_can_be_off),
	KUNIT_CASE(a_port_without_link_learns_nothing),
	KUNIT_CASE(a_vlan_that_was_left_is_not_learned),
	KUNIT_CASE_PARAM(limits_keep_stations_out, limit_gen_params),
	KUNIT_CASE(limits_and_moves),
	KUNIT_CASE(limits_free_and_lowered),
	KUNIT_CASE(silent_stations_are_forgotten),
	KUNIT_CASE(many_stations_are_forgotten),
	KUNIT_CASE(ageing_happens_by_itself),
	{}
};

static struct kunit_suite fdb_suite = {
	.name		= "vsw_fdb",
	.suite_init	= vsw_bed_init,
	.suite_exit	= vsw_bed_exit,
	.init		= vsw_bed_create,
	.exit		= vsw_bed_destroy,
	.test_cases	= fdb_cases,
};

kunit_test_suite(fdb_suite);
