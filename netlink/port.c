// SPDX-License-Identifier: GPL-2.0
/*
 * Ports: PORT_GET, PORT_NEW, PORT_SET, PORT_DEL; and the walk over ports that
 * most dumps are made of.
 */

#include <linux/rtnetlink.h>

#include "netlink/family.h"
#include "netlink/parse.h"
#include "nic/nic.h"
#include "vswitch/vswitch.h"

static int walk_switch(struct sk_buff *skb, const struct vsw_nl_head *head,
		       const struct vsw_switch *sw, const struct nlattr *name,
		       vsw_nl_port_fn *fn)
{
	struct vsw_nl_walk *walk = (void *)head->cb->ctx;
	struct vsw_port *port;
	int err;

	vsw_port_for_each_rtnl(port, sw) {
		if (port->id < walk->port_id)
			continue;
		if (name && nla_strcmp(name, port->name))
			continue;
		if (port->id != walk->port_id) {
			walk->port_id = port->id;
			walk->next = 0;
		}
		err = fn(skb, head, port, walk);
		if (err)
			return err;
		walk->port_id = port->id + 1;
		walk->next = 0;
	}
	return 0;
}

/**
 * vsw_nl_walk_ports - a part of a dump: tell of ports, until the room is used up
 * @skb: room for messages
 * @head: of the messages; the context of its dump begins with the walk
 * @switch_attr: attribute that names the switch that is meant
 * @port_attr: attribute that names the port that is meant
 * @fn: what to tell of a port
 *
 * Context: RTNL held.
 * Return: 0 if all is told, -ENOENT if what is meant is not there, or what @fn
 * returned.
 */
int vsw_nl_walk_ports(struct sk_buff *skb, const struct vsw_nl_head *head,
		      int switch_attr, int port_attr, vsw_nl_port_fn *fn)
{
	const struct nlattr *name = genl_info_dump(head->cb)->attrs[port_attr];
	struct vsw_nl_walk *walk = (void *)head->cb->ctx;
	struct vsw_switch *sw;
	u32 ifindex;
	int err;

	err = vsw_nl_walk_begin(head->cb, switch_attr, port_attr);
	if (err)
		return err;
	while ((sw = vsw_nl_walk_switch(walk, head->net)) != NULL) {
		ifindex = sw->dev->ifindex;
		if (ifindex != walk->ifindex) {
			walk->ifindex = ifindex;
			walk->port_id = 0;
			walk->next = 0;
		}
		err = walk_switch(skb, head, sw, name, fn);
		if (err)
			return err;
		walk->ifindex = ifindex + 1;
		walk->port_id = 0;
		walk->next = 0;
	}
	return 0;
}

static int put_nic(struct sk_buff *skb, const struct vsw_nl_head *head,
		   const struct vsw_port *port)
{
	const struct vsw_nic *nic = rtnl_dereference(port->nic);
	struct net *net;

	if (!nic && port->bind[0])	/* of the one that is to come */
		return nla_put_u32(skb, VSW_A_PORT_ROLE, port->role);
	if (!nic)
		return 0;
	net = dev_net(nic->dev);
	if (!net_eq(net, head->net) &&
	    nla_put_s32(skb, VSW_A_PORT_NIC_NETNSID,
			peernet2id_alloc(head->net, net, GFP_KERNEL)))
		return -EMSGSIZE;
	if (nla_put_string(skb, VSW_A_PORT_NIC, nic->dev->name) ||
	    nla_put_u32(skb, VSW_A_PORT_NIC_IFINDEX, nic->dev->ifindex) ||
	    nla_put_u32(skb, VSW_A_PORT_NIC_KIND, nic->kind) ||
	    nla_put_u32(skb, VSW_A_PORT_ROLE, nic->role))
		return -EMSGSIZE;
	return 0;
}

static int put_state(struct sk_buff *skb, const struct vsw_port *port)
{
	if (nla_put_string(skb, VSW_A_PORT_SWITCH, port->sw->dev->name) ||
	    nla_put_string(skb, VSW_A_PORT_NAME, port->name) ||
	    nla_put_u32(skb, VSW_A_PORT_ID, port->id) ||
	    nla_put_u8(skb, VSW_A_PORT_UP, port->admin_up) ||
	    nla_put_u8(skb, VSW_A_PORT_OPER, vsw_port_is_up(port)) ||
	    nla_put_u32(skb, VSW_A_PORT_DOWN_REASON, port->reason))
		return -EMSGSIZE;
	return 0;
}

static int put_settings(struct sk_buff *skb, const struct vsw_port *port)
{
	bool learn = test_bit(VSW_PORT_F_LEARN, &port->flags);
	bool flood = test_bit(VSW_PORT_F_FLOOD, &port->flags);
	bool hold = test_bit(VSW_PORT_F_HELD, &port->flags);

	if (nla_put_u8(skb, VSW_A_PORT_LEARN, learn) ||
	    nla_put_u8(skb, VSW_A_PORT_FLOOD, flood) ||
	    nla_put_u32(skb, VSW_A_PORT_FDB_MAX, READ_ONCE(port->fdb_max)) ||
	    nla_put_u32(skb, VSW_A_PORT_FDB_COUNT,
			READ_ONCE(port->fdb_count)) ||
	    nla_put_u8(skb, VSW_A_PORT_LINK_FOLLOW, port->link_follow) ||
	    nla_put_u8(skb, VSW_A_PORT_HOLD, hold))
		return -EMSGSIZE;
	if (port->bind[0] && nla_put_string(skb, VSW_A_PORT_BIND, port->bind))
		return -EMSGSIZE;
	if (port->desc && nla_put_string(skb, VSW_A_PORT_DESC, port->desc))
		return -EMSGSIZE;
	return 0;
}

/**
 * vsw_nl_put_port - write the message that tells of a port
 * @skb: where to
 * @head: of the message
 * @port: the port
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_port(struct sk_buff *skb, const struct vsw_nl_head *head,
		    const struct vsw_port *port)
{
	void *hdr = vsw_nl_begin(skb, head);

	if (!hdr)
		return -EMSGSIZE;
	if (put_state(skb, port) || vsw_nl_put_tables(skb, port) ||
	    put_nic(skb, head, port) || put_settings(skb, port) ||
	    vsw_nl_put_event(skb, VSW_A_PORT_EVENT, head)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * vsw_nl_port_get - handler of PORT_GET, one port
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_port_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_nl_head head;
	struct vsw_port *port;
	struct sk_buff *msg;

	port = vsw_nl_info_port(info, VSW_A_PORT_SWITCH, VSW_A_PORT_NAME);
	if (IS_ERR(port))
		return PTR_ERR(port);
	msg = vsw_nl_reply_new(info, VSW_CMD_PORT_GET, &head);
	if (!msg)
		return -ENOMEM;
	return vsw_nl_reply_send(msg, info, vsw_nl_put_port(msg, &head, port));
}

static int port_tell(struct sk_buff *skb, const struct vsw_nl_head *head,
		     const struct vsw_port *port, struct vsw_nl_walk *walk)
{
	return vsw_nl_put_port(skb, head, port);
}

/**
 * vsw_nl_port_dump - handler of PORT_GET, all ports
 * @skb: room for messages
 * @cb: the dump
 *
 * Context: RTNL not held, may sleep.
 * Return: 0 if all is told, more if not, or an error.
 */
int vsw_nl_port_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vsw_nl_head head;
	int err;

	rtnl_lock();
	vsw_nl_dump_head(cb, VSW_CMD_PORT_GET, vsw_config_seq, &head);
	err = vsw_nl_walk_ports(skb, &head, VSW_A_PORT_SWITCH, VSW_A_PORT_NAME,
				port_tell);
	rtnl_unlock();
	return vsw_nl_dump_end(skb, err);
}

static int port_create(struct vsw_switch *sw, struct genl_info *info,
		       const struct vsw_port_settings *set)
{
	struct nlattr *name = info->attrs[VSW_A_PORT_NAME];
	struct vsw_port *port;
	int err;

	err = vsw_nl_check_port_name(name, info->extack);
	if (err)
		return err;
	if (set->has & VSW_PORT_HAS_ROLE && !set->nic &&
	    !(set->has & VSW_PORT_HAS_BIND && set->bind[0])) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_PORT_ROLE],
				    "a port without NIC has no role; give nic or bind with it");
		return -EINVAL;
	}
	port = vsw_port_add(vsw_nl_txn(info), sw, nla_data(name), set,
			    info->extack);
	return PTR_ERR_OR_ZERO(port);
}

static int port_new(struct genl_info *info, const struct vsw_port_settings *set)
{
	struct vsw_switch *sw = vsw_nl_info_switch(info, VSW_A_PORT_SWITCH);
	struct vsw_port *port;
	struct nlattr *name;

	if (IS_ERR(sw))
		return PTR_ERR(sw);
	if (vsw_nl_missing(info, VSW_A_PORT_NAME,
			   "the port is missing; give its name"))
		return -EINVAL;
	name = info->attrs[VSW_A_PORT_NAME];
	port = vsw_port_get_rtnl(sw, nla_data(name));
	if (!port)
		return port_create(sw, info, set);
	if (info->nlhdr->nlmsg_flags & NLM_F_REPLACE)
		return vsw_port_set(vsw_nl_txn(info), port, set,
				    info->extack);
	NL_SET_ERR_MSG_ATTR(info->extack, name,
			    "the name is taken; choose another or use --may-exist");
	return -EEXIST;
}

/**
 * vsw_nl_port_new - handler of PORT_NEW
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_port_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_nl_port_request req;
	int err;

	err = vsw_nl_parse_port(info, &req);
	if (err)
		return err;
	err = port_new(info, &req.set);
	vsw_nl_port_request_free(&req);
	return err;
}

/**
 * vsw_nl_port_set - handler of PORT_SET
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_port_set(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_nl_port_request req;
	struct vsw_port *port;
	int err;

	port = vsw_nl_info_port(info, VSW_A_PORT_SWITCH, VSW_A_PORT_NAME);
	if (IS_ERR(port))
		return PTR_ERR(port);
	err = vsw_nl_parse_port(info, &req);
	if (err)
		return err;
	err = vsw_port_set(vsw_nl_txn(info), port, &req.set, info->extack);
	vsw_nl_port_request_free(&req);
	return err;
}

/**
 * vsw_nl_port_del - handler of PORT_DEL
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_port_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *port;

	port = vsw_nl_info_port(info, VSW_A_PORT_SWITCH, VSW_A_PORT_NAME);
	if (IS_ERR(port))
		return PTR_ERR(port);
	return vsw_port_del(vsw_nl_txn(info), port, info->extack);
}
