// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the walks over the database, as a dump makes them: they pause,
 * for as long as they like, while the table changes and grows below them.
 */

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>

#include "vswitch/fdb.h"
#include "vswitch/fdb_bed_test.h"

#define STATION	0x020000000000ULL
#define FEW	40	/* few enough for the smallest table */
#define MANY	600	/* more than four times that, so that it grows */

static const struct vsw_fdb_filter all = {
	.want_static = true,
	.want_dynamic = true,
};

/**
 * struct walker - a walk and what it has seen
 * @walk: the walk
 * @info: the last entry
 * @seen: number of times, by station
 */
struct walker {
	struct vsw_fdb_walk	*walk;
	struct vsw_fdb_info	info;
	u8			seen[MANY];
};

static struct walker *walker_create(struct kunit *test)
{
	struct walker *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct vsw_bed *bed = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, w);
	rtnl_lock();
	w->walk = vsw_fdb_walk_create(bed->sw);
	rtnl_unlock();
	KUNIT_ASSERT_NOT_NULL(test, w->walk);
	return w;
}

static u32 station_of(const struct vsw_fdb_info *info)
{
	return ether_addr_to_u64(info->mac) - STATION;
}

static bool step(struct walker *w)
{
	if (!vsw_fdb_walk_next(w->walk, &all, &w->info))
		return false;
	w->seen[min_t(u32, station_of(&w->info), MANY - 1)]++;
	return true;
}

static void learn(struct kunit *test, u32 first, u32 end)
{
	struct vsw_bed *bed = test->priv;

	for (; first < end; first++)
		vsw_bed_speak(bed->a, STATION + first, 0);
}

/* The stations that were seen @times times, of the first @of. */
static u32 seen_by(const struct walker *w, u32 of, u8 times)
{
	u32 i, count = 0;

	for (i = 0; i < of; i++)
		count += w->seen[i] == times;
	return count;
}

/* Until the old table, and what was in it, is freed. */
static void wait_for_growth(struct kunit *test, const void *old)
{
	struct vsw_bed *bed = test->priv;
	struct rhashtable *table = &bed->sw->fdb->table;
	int i;

	for (i = 0; i < 500 && rcu_access_pointer(table->tbl) == old; i++)
		msleep(20);
	KUNIT_EXPECT_PTR_NE(test, (const void *)rcu_access_pointer(table->tbl),
			    old);
	rcu_barrier();
}

static void an_empty_table(struct kunit *test)
{
	struct walker *w = walker_create(test);
	bool more;

	vsw_fdb_walk_start(w->walk);
	more = step(w);
	vsw_fdb_walk_stop(w->walk);
	KUNIT_EXPECT_FALSE(test, more);
	KUNIT_EXPECT_NE(test, vsw_fdb_walk_seq(w->walk), 0);
	vsw_fdb_walk_destroy(w->walk);
}

/* By a walk that never pauses, and by one that pauses after each. */
static void all_are_seen_once(struct kunit *test)
{
	struct walker *straight = walker_create(test);
	struct walker *pausing = walker_create(test);
	struct walker *idle = walker_create(test);
	u32 seq = vsw_fdb_walk_seq(pausing->walk);
	bool more = true;

	learn(test, 0, FEW);
	vsw_fdb_walk_start(straight->walk);
	while (step(straight))
		;
	vsw_fdb_walk_stop(straight->walk);
	while (more) {
		vsw_fdb_walk_start(pausing->walk);
		more = step(pausing);
		vsw_fdb_walk_stop(pausing->walk);
	}
	KUNIT_EXPECT_EQ(test, seen_by(straight, FEW, 1), FEW);
	KUNIT_EXPECT_EQ(test, seen_by(pausing, FEW, 1), FEW);
	KUNIT_EXPECT_EQ(test, vsw_fdb_walk_seq(straight->walk), seq);
	KUNIT_EXPECT_EQ(test, vsw_fdb_walk_seq(pausing->walk), seq);

	/* at the end it stays there */
	vsw_fdb_walk_start(straight->walk);
	more = step(straight);
	vsw_fdb_walk_stop(straight->walk);
	KUNIT_EXPECT_FALSE(test, more);
	vsw_fdb_walk_destroy(straight->walk);
	vsw_fdb_walk_destroy(pausing->walk);
	vsw_fdb_walk_destroy(idle->walk);
}

/* As a dump does it when an entry does not fit into the message any more. */
static void each_is_given_again(struct kunit *test)
{
	struct walker *w = walker_create(test);
	struct vsw_fdb_info first;
	u32 differ = 0;

	learn(test, 0, FEW);
	vsw_fdb_walk_start(w->walk);
	while (step(w)) {
		first = w->info;
		vsw_fdb_walk_again(w->walk);
		vsw_fdb_walk_stop(w->walk);
		vsw_fdb_walk_start(w->walk);
		differ += !step(w) ||
			  station_of(&first) != station_of(&w->info);
	}
	vsw_fdb_walk_stop(w->walk);
	KUNIT_EXPECT_EQ(test, differ, 0);
	KUNIT_EXPECT_EQ(test, seen_by(w, FEW, 2), FEW);
	vsw_fdb_walk_destroy(w->walk);
}

/* The one that was wanted again is gone: the one behind it comes. */
static void the_last_one_goes(struct kunit *test)
{
	struct walker *w = walker_create(test);
	struct vsw_bed *bed = test->priv;
	u32 gone;

	learn(test, 0, FEW);
	vsw_fdb_walk_start(w->walk);
	step(w);
	gone = station_of(&w->info);
	vsw_fdb_walk_again(w->walk);
	vsw_fdb_walk_stop(w->walk);

	KUNIT_EXPECT_EQ(test, vsw_bed_del(bed, STATION + gone, 0), 0);
	rcu_barrier();
	vsw_fdb_walk_start(w->walk);
	while (step(w))
		;
	vsw_fdb_walk_stop(w->walk);
	KUNIT_EXPECT_EQ(test, w->seen[gone], 1);
	KUNIT_EXPECT_EQ(test, seen_by(w, FEW, 1), FEW);
	vsw_fdb_walk_destroy(w->walk);
}

/**
 * struct growth_case - what happened before the pause in which the table grows
 * @name: of the case
 * @steps: entries seen before
 * @again: the last one is wanted again
 * @delete: the last one is deleted in the pause
 */
struct growth_case {
	const char	*name;
	u32		steps;
	bool		again;
	bool		delete;
};

static const struct growth_case growth_cases[] = {
	{ "nothing seen", 0, false, false },
	{ "one seen", 1, false, false },
	{ "some seen", FEW / 2, false, false },
	{ "some seen, the last again", FEW / 2, true, false },
	{ "some seen, the last deleted", FEW / 2, false, true },
	{ "some seen, again, deleted", FEW / 2, true, true },
	{ "all seen, the last again", FEW, true, false },
	{ "all seen, again, deleted", FEW, true, true },
};

static void growth_desc(const struct growth_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(growth, growth_cases, growth_desc);

/* The walk begins anew, says so, and misses nothing. */
static void the_table_grows_in_a_pause(struct kunit *test)
{
	const struct growth_case *c = test->param_value;
	struct walker *w = walker_create(test);
	struct vsw_bed *bed = test->priv;
	const void *old;
	u32 i, last = MANY, seq;

	learn(test, 0, FEW);
	seq = vsw_fdb_walk_seq(w->walk);
	old = rcu_access_pointer(bed->sw->fdb->table.tbl);
	vsw_fdb_walk_start(w->walk);
	for (i = 0; i < c->steps; i++)
		step(w);
	if (c->again)
		vsw_fdb_walk_again(w->walk);
	vsw_fdb_walk_stop(w->walk);

	if (c->delete) {
		last = station_of(&w->info);
		vsw_bed_del(bed, STATION + last, 0);
	}
	learn(test, FEW, MANY);
	wait_for_growth(test, old);
	memset(w->seen, 0, sizeof(w->seen));

	vsw_fdb_walk_start(w->walk);
	while (step(w))
		;
	vsw_fdb_walk_stop(w->walk);
	KUNIT_EXPECT_NE(test, vsw_fdb_walk_seq(w->walk), seq);
	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_EQ_MSG(test, !!w->seen[i], i != last,
				    "station %u, the last was %u", i, last);
	vsw_fdb_walk_destroy(w->walk);
}

/* In steps, with the table changing all the time: no one is missed. */
static void entries_come_all_the_time(struct kunit *test)
{
	struct walker *w = walker_create(test);
	bool more = true;
	u32 next = FEW;

	learn(test, 0, FEW);
	while (more) {
		vsw_fdb_walk_start(w->walk);
		more = step(w);
		vsw_fdb_walk_stop(w->walk);
		if (next < MANY)
			learn(test, next, next + 1);
		next++;
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, seen_by(w, FEW, 0), 0);
	vsw_fdb_walk_destroy(w->walk);
}

/* The database goes when the last walk does. */
static void the_switch_goes_first(struct kunit *test)
{
	struct walker *w = walker_create(test);
	struct walker *idle = walker_create(test);
	struct vsw_bed *bed = test->priv;
	bool more;

	learn(test, 0, FEW);
	vsw_fdb_walk_start(w->walk);
	step(w);
	vsw_fdb_walk_again(w->walk);
	vsw_fdb_walk_stop(w->walk);

	vsw_bed_put_fdb(bed);
	rcu_barrier();
	vsw_fdb_walk_start(w->walk);
	more = step(w);
	vsw_fdb_walk_stop(w->walk);
	KUNIT_EXPECT_FALSE(test, more);
	vsw_fdb_walk_destroy(w->walk);
	vsw_fdb_walk_destroy(idle->walk);
}

static struct kunit_case fdb_walk_cases[] = {
	KUNIT_CASE(an_empty_table),
	KUNIT_CASE(all_are_seen_once),
	KUNIT_CASE(each_is_given_again),
	KUNIT_CASE(the_last_one_goes),
	KUNIT_CASE_PARAM(the_table_grows_in_a_pause, growth_gen_params),
	KUNIT_CASE(entries_come_all_the_time),
	KUNIT_CASE(the_switch_goes_first),
	{}
};

static struct kunit_suite fdb_walk_suite = {
	.name		= "vsw_fdb_walk",
	.suite_init	= vsw_bed_init,
	.suite_exit	= vsw_bed_exit,
	.init		= vsw_bed_create,
	.exit		= vsw_bed_destroy,
	.test_cases	= fdb_walk_cases,
};

kunit_test_suite(fdb_walk_suite);
