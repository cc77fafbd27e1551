// SPDX-License-Identifier: GPL-2.0
/*
 * Switches: SWITCH_GET, SWITCH_NEW, SWITCH_SET, SWITCH_DEL.
 */

#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "netlink/family.h"
#include "netlink/parse.h"
#include "vswitch/fdb_table.h"
#include "vswitch/vswitch.h"

/**
 * vsw_nl_walk_begin - find out what a dump is to tell of, the first time
 * @cb: the dump; its context is the walk, or begins with it
 * @switch_attr: attribute that names a switch
 * @port_attr: attribute that names a port, 0 if there is none
 *
 * A switch that is named must be there, and so must a port of it. A port without
 * switch only filters. This is no start() handler because those have no extack in
 * all kernels.
 *
 * Context: RTNL held.
 * Return: 0 or -ENOENT.
 */
int vsw_nl_walk_begin(struct netlink_callback *cb, int switch_attr,
		      int port_attr)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	struct vsw_nl_walk *walk = (void *)cb->ctx;
	struct vsw_switch *sw;
	struct vsw_port *port;

	BUILD_BUG_ON(sizeof(*walk) > sizeof(cb->ctx));
	if (walk->begun || !attrs[switch_attr])
		return 0;
	sw = vsw_nl_switch_find(sock_net(cb->skb->sk), attrs[switch_attr],
				cb->extack);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	if (port_attr && attrs[port_attr]) {
		port = vsw_nl_port_find(sw, attrs[port_attr], cb->extack);
		if (IS_ERR(port))
			return PTR_ERR(port);
	}
	walk->only_ifindex = sw->dev->ifindex;
	walk->begun = true;
	return 0;
}

/**
 * vsw_nl_walk_switch - the switch that a walk is at
 * @walk: the walk
 * @net: the namespace
 *
 * Context: RTNL held.
 * Return: of the switches that are meant, the one with the lowest ifindex that is
 * not below @walk->ifindex; NULL if there is none.
 */
struct vsw_switch *vsw_nl_walk_switch(const struct vsw_nl_walk *walk,
				      struct net *net)
{
	struct vsw_switch *sw, *next = NULL;
	u32 ifindex, lowest = U32_MAX;

	vsw_switch_for_each_rtnl(sw, net) {
		ifindex = sw->dev->ifindex;
		if (walk->only_ifindex && walk->only_ifindex != ifindex)
			continue;
		if (ifindex < walk->ifindex || ifindex >= lowest)
			continue;
		lowest = ifindex;
		next = sw;
	}
	return next;
}

/**
 * vsw_nl_put_switch - write the message that tells of a switch
 * @skb: where to
 * @head: of the message
 * @sw: the switch
 *
 * Context: RTNL held.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_switch(struct sk_buff *skb, const struct vsw_nl_head *head,
		      const struct vsw_switch *sw)
{
	void *hdr = vsw_nl_begin(skb, head);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, VSW_A_SWITCH_NAME, sw->dev->name) ||
	    nla_put_u32(skb, VSW_A_SWITCH_IFINDEX, sw->dev->ifindex) ||
	    nla_put_u32(skb, VSW_A_SWITCH_TYPE, sw->type) ||
	    nla_put_u32(skb, VSW_A_SWITCH_PROTOCOL, ntohs(sw->tpid)) ||
	    nla_put_u32(skb, VSW_A_SWITCH_AGEING, vsw_switch_ageing_ms(sw)) ||
	    nla_put_u32(skb, VSW_A_SWITCH_FDB_MAX, sw->fdb_max) ||
	    nla_put_u32(skb, VSW_A_SWITCH_FDB_COUNT, vsw_fdb_count(sw)) ||
	    nla_put_u32(skb, VSW_A_SWITCH_MTU, sw->dev->mtu) ||
	    nla_put_u8(skb, VSW_A_SWITCH_UP, netif_running(sw->dev)) ||
	    nla_put_u32(skb, VSW_A_SWITCH_PORT_COUNT, sw->n_ports) ||
	    vsw_nl_put_groups(skb, VSW_A_SWITCH_FIDS,
			      vsw_fdb_fids_rtnl(sw)) ||
	    vsw_nl_put_groups(skb, VSW_A_SWITCH_INSTANCES,
			      rtnl_dereference(sw->instances)) ||
	    vsw_nl_put_event(skb, VSW_A_SWITCH_EVENT, head)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * vsw_nl_switch_get - handler of SWITCH_GET, one switch
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_switch_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_nl_head head;
	struct vsw_switch *sw;
	struct sk_buff *msg;

	sw = vsw_nl_info_switch(info, VSW_A_SWITCH_NAME);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	msg = vsw_nl_reply_new(info, VSW_CMD_SWITCH_GET, &head);
	if (!msg)
		return -ENOMEM;
	return vsw_nl_reply_send(msg, info, vsw_nl_put_switch(msg, &head, sw));
}

static int switch_dump(struct sk_buff *skb, const struct vsw_nl_head *head)
{
	struct vsw_nl_walk *walk = (void *)head->cb->ctx;
	struct vsw_switch *sw;
	int err;

	while ((sw = vsw_nl_walk_switch(walk, head->net)) != NULL) {
		err = vsw_nl_put_switch(skb, head, sw);
		if (err)
			return err;
		walk->ifindex = (u32)sw->dev->ifindex + 1;
	}
	return 0;
}

/**
 * vsw_nl_switch_dump - handler of SWITCH_GET, all switches
 * @skb: room for messages
 * @cb: the dump
 *
 * Context: RTNL not held, may sleep.
 * Return: 0 if all is told, more if not, or an error.
 */
int vsw_nl_switch_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vsw_nl_head head;
	int err;

	rtnl_lock();
	vsw_nl_dump_head(cb, VSW_CMD_SWITCH_GET, vsw_config_seq, &head);
	err = vsw_nl_walk_begin(cb, VSW_A_SWITCH_NAME, 0);
	if (!err)
		err = switch_dump(skb, &head);
	rtnl_unlock();
	return vsw_nl_dump_end(skb, err);
}

static int switch_create(struct genl_info *info,
			 const struct vsw_switch_settings *set)
{
	struct nlattr *name = info->attrs[VSW_A_SWITCH_NAME];
	struct net_device *dev;
	struct vsw_switch *sw;
	int err;

	err = vsw_nl_check_dev_name(name, info->extack);
	if (err)
		return err;
	dev = __dev_get_by_name(genl_info_net(info), nla_data(name));
	if (dev && vsw_switch_of_dev(dev) && vsw_switch_of_dev(dev)->leaving) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the switch that the transaction deletes has the name until it is over; make the new one in the next");
		return -EEXIST;
	}
	if (dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the name is taken; choose another or use --may-exist");
		return -EEXIST;
	}
	sw = vsw_switch_add(vsw_nl_txn(info), genl_info_net(info),
			    nla_data(name), set, info->extack);
	return PTR_ERR_OR_ZERO(sw);
}

/**
 * vsw_nl_switch_new - handler of SWITCH_NEW
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_switch_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_switch_settings set;
	struct vsw_switch *sw;
	int err;

	if (vsw_nl_missing(info, VSW_A_SWITCH_NAME,
			   "the switch is missing; give its name"))
		return -EINVAL;
	err = vsw_nl_parse_switch(info, &set);
	if (err)
		return err;
	sw = vsw_switch_get_rtnl(genl_info_net(info),
				 nla_data(info->attrs[VSW_A_SWITCH_NAME]));
	if (sw && info->nlhdr->nlmsg_flags & NLM_F_REPLACE)
		return vsw_switch_set(vsw_nl_txn(info), sw, &set,
				      info->extack);
	return switch_create(info, &set);
}

/**
 * vsw_nl_switch_set - handler of SWITCH_SET
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_switch_set(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_switch_settings set;
	struct vsw_switch *sw;
	int err;

	sw = vsw_nl_info_switch(info, VSW_A_SWITCH_NAME);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	err = vsw_nl_parse_switch(info, &set);
	if (err)
		return err;
	return vsw_switch_set(vsw_nl_txn(info), sw, &set, info->extack);
}

/**
 * vsw_nl_switch_del - handler of SWITCH_DEL
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_switch_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_switch *sw = vsw_nl_info_switch(info, VSW_A_SWITCH_NAME);

	if (IS_ERR(sw))
		return PTR_ERR(sw);
	return vsw_switch_del(vsw_nl_txn(info), sw, info->extack);
}
