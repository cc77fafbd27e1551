// SPDX-License-Identifier: GPL-2.0
/*
 * Module init and exit: the components in the order in which they need each
 * other.
 */

#include <linux/module.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/fdb.h"
#include "vswitch/guard.h"
#include "vswitch/vswitch.h"

static int __init vswitch_init(void)
{
	int err;

	err = vsw_nl_notify_init();
	if (err)
		return err;
	err = vsw_fdb_init();
	if (err)
		goto exit_notify;
	err = vsw_nic_event_init();
	if (err)
		goto exit_fdb;
	err = vsw_vnic_init();
	if (err)
		goto exit_nic_event;
	err = vsw_switch_init();
	if (err)
		goto exit_vnic;
	err = vsw_nl_init();
	if (err)
		goto exit_switch;
	return 0;

exit_switch:
	vsw_switch_exit();
exit_vnic:
	vsw_vnic_exit();
exit_nic_event:
	vsw_nic_event_exit();
exit_fdb:
	vsw_fdb_exit();
exit_notify:
	vsw_nl_notify_exit();
	return err;
}

static void __exit vswitch_exit(void)
{
	/* no one asks for more; then switches and NICs go, then who served them */
	vsw_nl_exit();
	vsw_switch_exit();
	vsw_vnic_exit();
	vsw_nic_event_exit();
	vsw_fdb_exit();
	vsw_guard_exit();	/* all frames are gone */
	vsw_nl_notify_exit();
}

module_init(vswitch_init);
module_exit(vswitch_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("802.1Q virtual switch");
MODULE_ALIAS_GENL_FAMILY(VSW_GENL_NAME);
MODULE_ALIAS_RTNL_LINK("vswitch");
MODULE_ALIAS_RTNL_LINK("vswnic");
MODULE_ALIAS_RTNL_LINK("vswtap");
