/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_BED_TEST_H
#define _VSW_BED_TEST_H

/*
 * What the KUnit tests of ingress and egress stand on: a switch in memory with
 * one port whose link is up, and frames as a NIC hands them in.
 */

#include <kunit/test.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "vport/frame.h"
#include "vport/vport.h"
#include "vswitch/vswitch.h"

#define VSW_TESTBED_DST		0x020000000002ULL
#define VSW_TESTBED_SRC		0x020000000001ULL
#define VSW_TESTBED_PROTO	0x88b5	/* local experimental EtherType 1 */

/* Ports of all modes; the members are VLANs 10 and 20, 10 comes first. */
enum vsw_testbed_vlans {
	VSW_TESTBED_NONE,
	VSW_TESTBED_ACCESS,		/* 10 */
	VSW_TESTBED_TRUNK,		/* 10 and 20 */
	VSW_TESTBED_NATIVE,		/* 10 and 20, native 10 */
	VSW_TESTBED_NATIVE_ONLY,	/* native 10 */
};

extern const char *const vsw_testbed_names[];	/* by that */

/* Where a frame has its tag. */
enum vsw_testbed_tag {
	VSW_TESTBED_UNTAGGED,
	VSW_TESTBED_METADATA,
	VSW_TESTBED_PAYLOAD,
};

/* In kunit.priv. */
struct vsw_testbed {
	struct vsw_switch	*sw;
	struct net_device	*dev;
	struct vsw_port		*port;
};

/* for kunit_suite.init and exit */
int vsw_testbed_create(struct kunit *test);
void vsw_testbed_destroy(struct kunit *test);

void vsw_testbed_set_tpid(struct kunit *test, u16 tpid);
void vsw_testbed_set_vlans(struct kunit *test, int which);
struct sk_buff *vsw_testbed_skb(struct kunit *test, enum vsw_testbed_tag where,
				u16 tpid, u16 tci, unsigned int len);
void vsw_testbed_make_gso(struct sk_buff *skb, int type, unsigned int size);
bool vsw_testbed_skb_is_intact(const struct sk_buff *skb, unsigned int len);
struct vsw_frame vsw_testbed_frame(struct kunit *test,
				   enum vsw_testbed_tag where, u16 tpid,
				   u16 tci, unsigned int len);
void vsw_testbed_ingress(struct kunit *test, struct vsw_frame *f,
			 enum vsw_drop drop);

#endif /* _VSW_BED_TEST_H */
