/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_COMPAT_NEWLINK_H
#define _VSW_COMPAT_NEWLINK_H

/*
 * Arguments of rtnl_link_ops.newlink, of which we need @dev and @extack. There is
 * no name to probe for: only the type of a member changed.
 */

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define VSW_NEWLINK_ARGS						\
	struct net_device *dev, struct rtnl_newlink_params *params,	\
	struct netlink_ext_ack *extack
#else
#define VSW_NEWLINK_ARGS						\
	struct net *src_net, struct net_device *dev,			\
	struct nlattr *tb[], struct nlattr *data[],			\
	struct netlink_ext_ack *extack
#endif

#endif /* _VSW_COMPAT_NEWLINK_H */
