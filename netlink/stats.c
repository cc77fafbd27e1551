// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of ports: STATS_GET.
 */

#include <linux/rtnetlink.h>

#include "netlink/family.h"
#include "netlink/parse.h"
#include "vswitch/vswitch.h"

/*
 * Without padding before it: the kernel's own YNL client would not read what has
 * padding attributes, and readers of today do not depend on 64-bit alignment.
 */
static int put_counter(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put(skb, attr, sizeof(value), &value);
}

/* The attributes are in the order of VSW_CAST_*, packets before bytes. */
static int put_casts(struct sk_buff *skb, int attr, const u64 *packets,
		     const u64 *bytes)
{
	int cast;

	for (cast = 0; cast < VSW_CASTS; cast++, attr += 2) {
		if (put_counter(skb, attr, packets[cast]) ||
		    put_counter(skb, attr + 1, bytes[cast]))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_drops(struct sk_buff *skb, const u64 *drops)
{
	struct nlattr *nest = nla_nest_start(skb, VSW_A_STATS_DROPS);
	int reason;

	if (!nest)
		return -EMSGSIZE;
	for (reason = VSW_DROP_NOT + 1; reason <= VSW_DROP_MAX; reason++) {
		if (put_counter(skb, reason, drops[reason]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_counters(struct sk_buff *skb, const struct vsw_port_stats *stats)
{
	if (put_casts(skb, VSW_A_STATS_FROM_UNICAST_PACKETS,
		      stats->from.packets, stats->from.bytes) ||
	    put_casts(skb, VSW_A_STATS_TO_UNICAST_PACKETS,
		      stats->to.packets, stats->to.bytes) ||
	    put_counter(skb, VSW_A_STATS_LEARNED, stats->learned) ||
	    put_counter(skb, VSW_A_STATS_MOVED, stats->moved) ||
	    put_counter(skb, VSW_A_STATS_AGED, stats->aged) ||
	    put_counter(skb, VSW_A_STATS_NOT_LEARNED, stats->not_learned))
		return -EMSGSIZE;
	return put_drops(skb, stats->drops);
}

static int put_stats(struct sk_buff *skb, const struct vsw_nl_head *head,
		     const struct vsw_port *port)
{
	void *hdr = vsw_nl_begin(skb, head);
	struct vsw_port_stats stats;

	if (!hdr)
		return -EMSGSIZE;
	vsw_port_stats_get(port, &stats);
	if (nla_put_string(skb, VSW_A_STATS_SWITCH, port->sw->dev->name) ||
	    nla_put_string(skb, VSW_A_STATS_PORT, port->name) ||
	    put_counters(skb, &stats)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * vsw_nl_stats_get - handler of STATS_GET, one port
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_nl_head head;
	struct vsw_port *port;
	struct sk_buff *msg;

	port = vsw_nl_info_port(info, VSW_A_STATS_SWITCH, VSW_A_STATS_PORT);
	if (IS_ERR(port))
		return PTR_ERR(port);
	msg = vsw_nl_reply_new(info, VSW_CMD_STATS_GET, &head);
	if (!msg)
		return -ENOMEM;
	return vsw_nl_reply_send(msg, info, put_stats(msg, &head, port));
}

static int tell_port(struct sk_buff *skb, const struct vsw_nl_head *head,
		     const struct vsw_port *port, struct vsw_nl_walk *walk)
{
	return put_stats(skb, head, port);
}

/**
 * vsw_nl_stats_dump - handler of STATS_GET, all ports
 * @skb: room for messages
 * @cb: the dump
 *
 * Context: RTNL not held, may sleep.
 * Return: 0 if all is told, more if not, or an error.
 */
int vsw_nl_stats_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vsw_nl_head head;
	int err;

	rtnl_lock();
	vsw_nl_dump_head(cb, VSW_CMD_STATS_GET, vsw_config_seq, &head);
	err = vsw_nl_walk_ports(skb, &head, VSW_A_STATS_SWITCH,
				VSW_A_STATS_PORT, tell_port);
	rtnl_unlock();
	return vsw_nl_dump_end(skb, err);
}
