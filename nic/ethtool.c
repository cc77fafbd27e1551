// SPDX-License-Identifier: GPL-2.0
/*
 * What ethtool shows of synthetic NICs: driver, queues, link settings, and why
 * frames were dropped at their port.
 */

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <net/rtnetlink.h>

#include "nic/kinds.h"
#include "vswitch/vswitch.h"

#define DROP_NAME(upper, lower, text) #lower,

static const char drop_names[][ETH_GSTRING_LEN] = {
	VSW_DROPS(DROP_NAME)
};

#undef DROP_NAME

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, dev->rtnl_link_ops->kind, sizeof(info->driver));
}

static int get_link_ksettings(struct net_device *dev,
			      struct ethtool_link_ksettings *settings)
{
	u32 speed = vsw_link_speed(vsw_vnic_nic(dev));

	settings->base.speed = speed;
	settings->base.duplex = speed == (u32)SPEED_UNKNOWN ? DUPLEX_UNKNOWN :
							     DUPLEX_FULL;
	settings->base.port = PORT_OTHER;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static void get_channels(struct net_device *dev,
			 struct ethtool_channels *channels)
{
	channels->max_combined = dev->num_tx_queues;
	channels->combined_count = dev->real_num_tx_queues;
}

static int set_channels(struct net_device *dev,
			struct ethtool_channels *channels)
{
	unsigned int count = channels->combined_count;

	return netif_set_real_num_queues(dev, count, count);
}

static int get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? ARRAY_SIZE(drop_names) : -EOPNOTSUPP;
}

static void get_strings(struct net_device *dev, u32 set, u8 *names)
{
	if (set == ETH_SS_STATS)
		memcpy(names, drop_names, sizeof(drop_names));
}

static void get_stats(struct net_device *dev, struct ethtool_stats *request,
		      u64 *drops)
{
	BUILD_BUG_ON(ARRAY_SIZE(drop_names) != VSW_DROP_MAX);
	vsw_plug_drops(vsw_vnic_nic(dev), drops);
}

const struct ethtool_ops vsw_vnic_ethtool_ops = {
	.get_drvinfo		= get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= get_link_ksettings,
	.get_channels		= get_channels,
	.set_channels		= set_channels,
	.get_sset_count		= get_sset_count,
	.get_strings		= get_strings,
	.get_ethtool_stats	= get_stats,
	.get_ts_info		= ethtool_op_get_ts_info,
};
