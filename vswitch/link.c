// SPDX-License-Identifier: GPL-2.0
/*
 * Links: is the cable between a port and its NIC live, and what follows when
 * that changes. The one place that sets VSW_PORT_F_UP.
 *
 * A link is up when the port and the switch are up and the NIC is there, is up
 * and has carrier. With link-follow an uplink must be up as well.
 */

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/link.h"
#include "vswitch/vswitch.h"

static bool port_is_uplink(const struct vsw_port *port)
{
	const struct vsw_nic *nic = rtnl_dereference(port->nic);

	return nic && nic->role == VSW_ROLE_UPLINK;
}

static bool uplink_is_up(const struct vsw_switch *sw)
{
	const struct vsw_port *port;

	vsw_port_for_each_rtnl(port, sw) {
		if (port_is_uplink(port) && vsw_port_is_up(port))
			return true;
	}
	return false;
}

/* Why the switch's side gives no link, VSW_DOWN_NOT if it does. */
static enum vsw_down_reason switch_side_reason(const struct vsw_port *port)
{
	if (!port->admin_up)
		return VSW_DOWN_PORT;
	if (port->guarded)
		return VSW_DOWN_GUARD;
	if (!netif_running(port->sw->dev))
		return VSW_DOWN_SWITCH;
	if (!rtnl_dereference(port->nic))
		return VSW_DOWN_NO_NIC;
	if (port->link_follow && !port_is_uplink(port) &&
	    !uplink_is_up(port->sw))
		return VSW_DOWN_UPLINK;
	return VSW_DOWN_NOT;
}

/**
 * vsw_link_update_followers - an uplink came, went or changed its link
 * @sw: its switch
 *
 * The ports that follow are never uplinks themselves, so this ends.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_link_update_followers(struct vsw_switch *sw)
{
	struct vsw_port *port;

	vsw_port_for_each_rtnl(port, sw) {
		if (port->link_follow && !port_is_uplink(port))
			vsw_link_update(port);
	}
}

static void link_changed(struct vsw_port *port, bool up)
{
	struct vsw_fdb_filter learned = { .port = port, .want_dynamic = true };

	if (up) {
		set_bit(VSW_PORT_F_UP, &port->flags);
	} else {
		/* in this order: what is not up is not learned, see fdb.c */
		clear_bit(VSW_PORT_F_UP, &port->flags);
		vsw_fdb_purge(port->sw, &learned);
	}
	vsw_nl_notify_port(port, up ? VSW_EVENT_UP : VSW_EVENT_DOWN);
	if (port_is_uplink(port))
		vsw_link_update_followers(port->sw);
}

/**
 * vsw_link_update - bring a port's link to what it has to be
 * @port: the port
 *
 * To open or close an adopted netdev brings us back here through the notifier;
 * the inner call then does the work, and the outer one finds nothing to do.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_link_update(struct vsw_port *port)
{
	struct vsw_nic *nic = rtnl_dereference(port->nic);
	enum vsw_down_reason reason = switch_side_reason(port);
	bool up;

	ASSERT_RTNL();
	if (nic)
		vsw_nic_set_link(nic, reason == VSW_DOWN_NOT);
	if (reason == VSW_DOWN_NOT)
		reason = vsw_nic_link_reason(nic);
	port->reason = reason;
	up = reason == VSW_DOWN_NOT;
	if (vsw_port_is_up(port) != up)
		link_changed(port, up);
}

/**
 * vsw_link_update_all - bring all links of a switch to what they have to be
 * @sw: the switch
 *
 * Context: RTNL held, may sleep.
 */
void vsw_link_update_all(struct vsw_switch *sw)
{
	struct vsw_port *port;

	vsw_port_for_each_rtnl(port, sw)
		vsw_link_update(port);
}

/* Of those uplinks that are up, and tell it. */
static u32 fastest_uplink(const struct vsw_switch *sw)
{
	struct ethtool_link_ksettings settings;
	const struct vsw_port *port;
	u32 fastest = 0;

	vsw_port_for_each_rtnl(port, sw) {
		if (!port_is_uplink(port) || !vsw_port_is_up(port))
			continue;
		if (__ethtool_get_link_ksettings(rtnl_dereference(port->nic)->dev,
						 &settings))
			continue;
		if (settings.base.speed != (u32)SPEED_UNKNOWN)
			fastest = max(fastest, settings.base.speed);
	}
	return fastest;
}

/**
 * vsw_link_uplink_speed - the speed of a switch's way out
 * @sw: the switch
 *
 * Context: RTNL held.
 * Return: that of the fastest uplink that is up, in Mbit/s; 0 if none is, or if
 * it does not tell.
 */
u32 vsw_link_uplink_speed(const struct vsw_switch *sw)
{
	static bool asking;	/* RTNL */
	u32 speed;

	ASSERT_RTNL();
	/* an uplink may lie over a NIC of ours, whose switch's lies over this one */
	if (asking)
		return 0;
	asking = true;
	speed = fastest_uplink(sw);
	asking = false;
	return speed;
}

/**
 * vsw_link_speed - the speed of a synthetic NIC's link
 * @nic: the NIC
 *
 * That of the switch's fastest uplink, beyond which it cannot send anyway; without
 * one, the least that is usual between machines of one host.
 *
 * Context: RTNL held. Up-call from nic/.
 * Return: Mbit/s, SPEED_UNKNOWN if the link is down.
 */
u32 vsw_link_speed(const struct vsw_nic *nic)
{
	const struct vsw_port *port = rtnl_dereference(nic->port);

	if (!port || !vsw_port_is_up(port))
		return SPEED_UNKNOWN;
	return vsw_link_uplink_speed(port->sw) ?: SPEED_10000;
}
