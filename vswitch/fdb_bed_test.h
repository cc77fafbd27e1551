/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_FDB_BED_TEST_H
#define _VSW_FDB_BED_TEST_H

/*
 * What the KUnit tests of the filtering database stand on: a switch in memory
 * with a database and two ports, a and b, whose links are up.
 */

#include <kunit/test.h>
#include <linux/netdevice.h>

#include "vport/vport.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

/**
 * struct vsw_bed - in kunit.priv
 * @sw: the switch
 * @dev: its netdev, known to no one
 * @a: port "a"
 * @b: port "b"
 */
struct vsw_bed {
	struct vsw_switch	*sw;
	struct net_device	*dev;
	struct vsw_port		*a;
	struct vsw_port		*b;
};

/* for kunit_suite.suite_init and suite_exit, init and exit */
int vsw_bed_init(struct kunit_suite *suite);
void vsw_bed_exit(struct kunit_suite *suite);
int vsw_bed_create(struct kunit *test);
void vsw_bed_destroy(struct kunit *test);

void vsw_bed_member(struct vsw_port *port, u16 vid, u16 count, bool member);
void vsw_bed_limit(struct vsw_bed *bed, u32 max);
void vsw_bed_put_fdb(struct vsw_bed *bed);
enum vsw_verdict vsw_bed_speak(struct vsw_port *port, u64 addr, u16 vid);
struct vsw_port *vsw_bed_where(struct vsw_bed *bed, u64 addr, u16 vid);
int vsw_bed_add(struct vsw_port *port, u64 addr, u16 vid, bool sticky,
		bool replace);
int vsw_bed_del(struct vsw_bed *bed, u64 addr, u16 vid);
void vsw_bed_expect(struct kunit *test, u32 a, u32 b);

#endif /* _VSW_FDB_BED_TEST_H */
