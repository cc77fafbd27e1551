// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of portset.c: ports come and go, places are used again, and a
 * flood finds those that are there.
 */

#include <kunit/test.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vswitch/portset.h"
#include "vswitch/vswitch.h"

#define PORTS	9

/* A switch that is nothing but its sets, and ports that are nothing at all. */
struct bed {
	struct vsw_switch	*sw;
	struct vsw_port		*ports;
	struct vsw_port_vlans	*none;
	struct vsw_port_vlans	*access10;
	struct vsw_port_vlans	*access20;
	struct vsw_port_vlans	*trunk;
	struct vsw_port_vlans	*native;
};

static struct vsw_port_vlans *vlans_new(struct kunit *test, u8 mode, u16 pvid)
{
	struct vsw_port_vlans *vlans;

	vlans = kunit_kzalloc(test, sizeof(*vlans), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vlans);
	vlans->mode = mode;
	vlans->pvid = pvid;
	return vlans;
}

static int bed_create(struct kunit *test)
{
	struct bed *bed = kunit_kzalloc(test, sizeof(*bed), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bed);
	bed->ports = kunit_kcalloc(test, PORTS, sizeof(*bed->ports),
				   GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bed->ports);
	bed->none = vlans_new(test, VSW_VLAN_NONE, 0);
	bed->access10 = vlans_new(test, VSW_VLAN_ACCESS, 10);
	bed->access20 = vlans_new(test, VSW_VLAN_ACCESS, 20);
	bed->trunk = vlans_new(test, VSW_VLAN_TRUNK, 0);
	bed->native = vlans_new(test, VSW_VLAN_TRUNK, 10);
	bed->sw = kunit_kzalloc(test, sizeof(*bed->sw), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bed->sw);
	test->priv = bed;
	return 0;
}

static void bed_destroy(struct kunit *test)
{
	struct bed *bed = test->priv;

	if (bed)
		vsw_portset_free_all(bed->sw);
}

static int port_add(struct bed *bed, int port,
		    const struct vsw_port_vlans *vlans)
{
	int err;

	rtnl_lock();
	err = vsw_portset_reserve(bed->sw, vlans);
	if (!err)
		vsw_portset_add(bed->sw, &bed->ports[port], vlans);
	rtnl_unlock();
	return err;
}

static void port_del(struct bed *bed, int port,
		     const struct vsw_port_vlans *vlans)
{
	rtnl_lock();
	vsw_portset_del(bed->sw, &bed->ports[port], vlans);
	rtnl_unlock();
}

/* Which ports a flood finds, as bits; a port that is found twice is bit 31. */
static u32 found_in(struct bed *bed, struct vsw_portset __rcu *const *slot)
{
	struct vsw_port *port;
	u32 i, found = 0, bit;

	rcu_read_lock();
	vsw_portset_for_each_rcu(port, rcu_dereference(*slot), i) {
		bit = BIT(port - bed->ports);
		found |= found & bit ? BIT(31) : bit;
	}
	rcu_read_unlock();
	return found;
}

/* Number of places; 0 if there is no set. */
static u32 size_of_set(struct vsw_portset __rcu *const *slot)
{
	const struct vsw_portset *set;
	u32 size;

	rcu_read_lock();
	set = rcu_dereference(*slot);
	size = set ? set->size : 0;
	rcu_read_unlock();
	return size;
}

static int place_of_port(struct bed *bed, struct vsw_portset __rcu *const *slot,
			 int port)
{
	const struct vsw_portset *set;
	int place = -1;
	u32 i;

	rcu_read_lock();
	set = rcu_dereference(*slot);
	for (i = 0; set && i < set->size; i++)
		if (rcu_access_pointer(set->places[i]) == &bed->ports[port])
			place = i;
	rcu_read_unlock();
	return place;
}

static void empty_switch_has_no_sets(struct kunit *test)
{
	struct bed *bed = test->priv;

	KUNIT_EXPECT_EQ(test, size_of_set(&bed->sw->trunks), 0);
	KUNIT_EXPECT_EQ(test, size_of_set(&bed->sw->access[0]), 0);
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->trunks), 0);
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[10]), 0);
}

static void ports_go_where_their_vlans_call_for(struct kunit *test)
{
	struct bed *bed = test->priv;
	u16 vid;

	KUNIT_ASSERT_EQ(test, port_add(bed, 0, bed->none), 0);
	KUNIT_ASSERT_EQ(test, port_add(bed, 1, bed->access10), 0);
	KUNIT_ASSERT_EQ(test, port_add(bed, 2, bed->access20), 0);
	KUNIT_ASSERT_EQ(test, port_add(bed, 3, bed->trunk), 0);
	KUNIT_ASSERT_EQ(test, port_add(bed, 4, bed->native), 0);

	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[0]), BIT(0));
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[10]), BIT(1));
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[20]), BIT(2));
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->trunks), BIT(3) | BIT(4));
	for (vid = 0; vid < VLAN_N_VID; vid++)
		KUNIT_EXPECT_EQ_MSG(test, !!size_of_set(&bed->sw->access[vid]),
				    vid == 0 || vid == 10 || vid == 20,
				    "VLAN %u", vid);
}

static void a_set_grows_and_keeps_its_ports(struct kunit *test)
{
	static const u32 sizes[PORTS] = { 2, 2, 4, 4, 8, 8, 8, 8, 16 };
	struct bed *bed = test->priv;
	int i, j;

	for (i = 0; i < PORTS; i++) {
		KUNIT_ASSERT_EQ(test, port_add(bed, i, bed->trunk), 0);
		KUNIT_EXPECT_EQ(test, size_of_set(&bed->sw->trunks), sizes[i]);
		KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->trunks),
				GENMASK(i, 0));
		for (j = 0; j <= i; j++)
			KUNIT_EXPECT_EQ(test,
					place_of_port(bed, &bed->sw->trunks, j),
					j);
	}
}

static void a_port_that_left_makes_room(struct kunit *test)
{
	struct vsw_portset __rcu **slot;
	struct bed *bed = test->priv;
	int i;

	slot = &bed->sw->access[10];
	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, port_add(bed, i, bed->access10), 0);

	port_del(bed, 1, bed->access10);
	KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0xd);
	port_del(bed, 2, bed->access10);
	KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0x9);
	KUNIT_EXPECT_EQ(test, size_of_set(slot), 4);

	/* the first hole first, and no growth until there is none */
	KUNIT_ASSERT_EQ(test, port_add(bed, 4, bed->access10), 0);
	KUNIT_EXPECT_EQ(test, place_of_port(bed, slot, 4), 1);
	KUNIT_ASSERT_EQ(test, port_add(bed, 5, bed->access10), 0);
	KUNIT_EXPECT_EQ(test, place_of_port(bed, slot, 5), 2);
	KUNIT_EXPECT_EQ(test, size_of_set(slot), 4);
	KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0x39);

	KUNIT_ASSERT_EQ(test, port_add(bed, 6, bed->access10), 0);
	KUNIT_EXPECT_EQ(test, size_of_set(slot), 8);
	KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0x79);
}

static void a_set_may_become_empty(struct kunit *test)
{
	struct vsw_portset __rcu **slot;
	struct bed *bed = test->priv;
	int round;

	slot = &bed->sw->access[0];
	for (round = 0; round < 3; round++) {
		KUNIT_ASSERT_EQ(test, port_add(bed, round, bed->none), 0);
		KUNIT_EXPECT_EQ(test, found_in(bed, slot), BIT(round));
		KUNIT_EXPECT_EQ(test, place_of_port(bed, slot, round), 0);
		port_del(bed, round, bed->none);
		KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0);
		KUNIT_EXPECT_EQ(test, size_of_set(slot), 0);
	}
}

static u32 end_of_set(struct vsw_portset __rcu *const *slot)
{
	u32 end;

	rcu_read_lock();
	end = rcu_dereference(*slot)->end;
	rcu_read_unlock();
	return end;
}

static void a_flood_looks_no_further_than_the_last_port(struct kunit *test)
{
	struct vsw_portset __rcu **slot;
	struct bed *bed = test->priv;
	int i;

	slot = &bed->sw->trunks;
	for (i = 0; i < PORTS; i++)
		KUNIT_ASSERT_EQ(test, port_add(bed, i, bed->trunk), 0);
	KUNIT_EXPECT_EQ(test, end_of_set(slot), PORTS);
	port_del(bed, 4, bed->trunk);
	KUNIT_EXPECT_EQ(test, end_of_set(slot), PORTS);
	for (i = 5; i < PORTS; i++)
		port_del(bed, i, bed->trunk);
	KUNIT_EXPECT_EQ(test, end_of_set(slot), 4);
	port_del(bed, 0, bed->trunk);
	KUNIT_EXPECT_EQ(test, end_of_set(slot), 4);
	KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0xe);
}

/* As a change of a port's VLANs does it: it is in one set at any time. */
static void a_port_changes_sets(struct kunit *test)
{
	struct bed *bed = test->priv;

	KUNIT_ASSERT_EQ(test, port_add(bed, 0, bed->access10), 0);
	KUNIT_ASSERT_EQ(test, port_add(bed, 1, bed->access10), 0);
	port_del(bed, 0, bed->access10);
	KUNIT_ASSERT_EQ(test, port_add(bed, 0, bed->trunk), 0);
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[10]), 0x2);
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->trunks), 0x1);

	port_del(bed, 0, bed->trunk);
	KUNIT_ASSERT_EQ(test, port_add(bed, 0, bed->access20), 0);
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[10]), 0x2);
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[20]), 0x1);
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->trunks), 0);
}

static int place_reserve(struct bed *bed, const struct vsw_port_vlans *vlans)
{
	int err;

	rtnl_lock();
	err = vsw_portset_reserve(bed->sw, vlans);
	rtnl_unlock();
	return err;
}

static void place_unreserve(struct bed *bed, const struct vsw_port_vlans *vlans)
{
	rtnl_lock();
	vsw_portset_unreserve(bed->sw, vlans);
	rtnl_unlock();
}

static void place_take(struct bed *bed, int port,
		       const struct vsw_port_vlans *vlans)
{
	rtnl_lock();
	vsw_portset_add(bed->sw, &bed->ports[port], vlans);
	rtnl_unlock();
}

/* What is reserved is not seen, and stays so until it is taken or given up. */
static void places_are_reserved(struct kunit *test)
{
	struct vsw_portset __rcu **slot;
	struct bed *bed = test->priv;
	int i;

	slot = &bed->sw->access[20];
	for (i = 0; i < 5; i++) {
		KUNIT_ASSERT_EQ(test, place_reserve(bed, bed->access20), 0);
		KUNIT_EXPECT_EQ(test, size_of_set(slot), i < 2 ? 2 : i < 4 ? 4 : 8);
		KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0);
	}
	/* others come and go meanwhile, and do not take them */
	KUNIT_ASSERT_EQ(test, port_add(bed, 5, bed->access20), 0);
	KUNIT_ASSERT_EQ(test, port_add(bed, 6, bed->access20), 0);
	KUNIT_ASSERT_EQ(test, port_add(bed, 7, bed->access20), 0);
	KUNIT_EXPECT_EQ(test, size_of_set(slot), 8);
	port_del(bed, 6, bed->access20);
	for (i = 0; i < 4; i++)
		place_take(bed, i, bed->access20);
	KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0xaf);

	/* one is given up, one is free: two fit, the third does not */
	place_unreserve(bed, bed->access20);
	KUNIT_ASSERT_EQ(test, port_add(bed, 4, bed->access20), 0);
	KUNIT_ASSERT_EQ(test, port_add(bed, 6, bed->access20), 0);
	KUNIT_EXPECT_EQ(test, size_of_set(slot), 8);
	KUNIT_ASSERT_EQ(test, port_add(bed, 8, bed->access20), 0);
	KUNIT_EXPECT_EQ(test, size_of_set(slot), 16);
	KUNIT_EXPECT_EQ(test, found_in(bed, slot), 0x1ff);
	KUNIT_EXPECT_EQ(test, size_of_set(&bed->sw->trunks), 0);
	KUNIT_EXPECT_EQ(test, size_of_set(&bed->sw->access[10]), 0);
}

static void the_switch_with_all_vlans(struct kunit *test)
{
	struct vsw_port_vlans *vlans = vlans_new(test, VSW_VLAN_ACCESS, 0);
	struct bed *bed = test->priv;
	u16 vid;

	for (vid = 1; vid < VLAN_VID_MASK; vid++) {
		vlans->pvid = vid;
		KUNIT_ASSERT_EQ(test, port_add(bed, vid % PORTS, vlans), 0);
	}
	for (vid = 1; vid < VLAN_VID_MASK; vid++)
		KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[vid]),
				BIT(vid % PORTS));
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->access[0]), 0);
	KUNIT_EXPECT_EQ(test, found_in(bed, &bed->sw->trunks), 0);
}

/**
 * struct same_case - two VLAN records, and whether they mean the same set
 * @name: of the case
 * @mode_a: of the first, and so on
 * @pvid_a: likewise
 * @mode_b: likewise
 * @pvid_b: likewise
 * @same: as expected
 */
struct same_case {
	const char	*name;
	u8		mode_a;
	u16		pvid_a;
	u8		mode_b;
	u16		pvid_b;
	bool		same;
};

static const struct same_case same_cases[] = {
	{ "none, none", VSW_VLAN_NONE, 0, VSW_VLAN_NONE, 0, true },
	{ "none, access", VSW_VLAN_NONE, 0, VSW_VLAN_ACCESS, 1, false },
	{ "none, trunk", VSW_VLAN_NONE, 0, VSW_VLAN_TRUNK, 0, false },
	{ "access, same VLAN", VSW_VLAN_ACCESS, 5, VSW_VLAN_ACCESS, 5, true },
	{ "access, other VLAN", VSW_VLAN_ACCESS, 5, VSW_VLAN_ACCESS, 6, false },
	{ "access, native", VSW_VLAN_ACCESS, 5, VSW_VLAN_TRUNK, 5, false },
	{ "trunk, trunk", VSW_VLAN_TRUNK, 0, VSW_VLAN_TRUNK, 0, true },
	{ "trunk, trunk native", VSW_VLAN_TRUNK, 0, VSW_VLAN_TRUNK, 9, true },
	{ "natives differ", VSW_VLAN_TRUNK, 8, VSW_VLAN_TRUNK, 9, true },
};

static void same_desc(const struct same_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(same, same_cases, same_desc);

static void records_that_mean_the_same_set(struct kunit *test)
{
	const struct same_case *c = test->param_value;
	struct vsw_port_vlans *a = vlans_new(test, c->mode_a, c->pvid_a);
	struct vsw_port_vlans *b = vlans_new(test, c->mode_b, c->pvid_b);

	KUNIT_EXPECT_EQ(test, vsw_portset_same(a, b), c->same);
	KUNIT_EXPECT_EQ(test, vsw_portset_same(b, a), c->same);
}

static struct kunit_case portset_cases[] = {
	KUNIT_CASE(empty_switch_has_no_sets),
	KUNIT_CASE(ports_go_where_their_vlans_call_for),
	KUNIT_CASE(a_set_grows_and_keeps_its_ports),
	KUNIT_CASE(a_port_that_left_makes_room),
	KUNIT_CASE(a_set_may_become_empty),
	KUNIT_CASE(a_flood_looks_no_further_than_the_last_port),
	KUNIT_CASE(a_port_changes_sets),
	KUNIT_CASE(places_are_reserved),
	KUNIT_CASE(the_switch_with_all_vlans),
	KUNIT_CASE_PARAM(records_that_mean_the_same_set, same_gen_params),
	{}
};

static struct kunit_suite portset_suite = {
	.name		= "vsw_portset",
	.init		= bed_create,
	.exit		= bed_destroy,
	.test_cases	= portset_cases,
};

kunit_test_suite(portset_suite);
