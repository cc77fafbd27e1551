// SPDX-License-Identifier: GPL-2.0
/*
 * NICs: NIC_GET, NIC_NEW, NIC_CONNECT, NIC_DISCONNECT, NIC_DEL.
 *
 * A NIC in a container's namespace may be plugged into a switch of its host's.
 * The container sees its NIC, but neither the switch nor the port: these are told
 * in the switch's namespace only.
 */

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "netlink/family.h"
#include "netlink/netlink.h"
#include "netlink/parse.h"
#include "nic/nic.h"
#include "vswitch/vswitch.h"

/**
 * struct nic_walk - position of a dump, in cb->ctx
 * @ports: first the NICs that are plugged in, by port ...
 * @ports_done: ... then the vswnics that are not; see seen_at_port()
 * @index: of these the one to go on with
 */
struct nic_walk {
	struct vsw_nl_walk	ports;
	bool			ports_done;
	unsigned int		index;
};

static int put_plug(struct sk_buff *skb, const struct vsw_nl_head *head,
		    const struct vsw_nic *nic)
{
	const struct vsw_port *port = rtnl_dereference(nic->port);

	bool connected = port && head->event != VSW_EVENT_DISCONNECT;

	if (nla_put_u8(skb, VSW_A_NIC_CONNECTED, connected))
		return -EMSGSIZE;
	if (!port || !net_eq(dev_net(port->sw->dev), head->net))
		return 0;
	if (nla_put_string(skb, VSW_A_NIC_SWITCH, port->sw->dev->name) ||
	    nla_put_string(skb, VSW_A_NIC_PORT, port->name) ||
	    nla_put_u32(skb, VSW_A_NIC_ROLE, nic->role))
		return -EMSGSIZE;
	return 0;
}

static int put_dev(struct sk_buff *skb, const struct vsw_nl_head *head,
		   const struct net_device *dev)
{
	struct net *net = dev_net(dev);
	u32 queues = vsw_dev_is_vnic(dev) ? dev->num_tx_queues :
					    dev->real_num_tx_queues;

	if (!net_eq(net, head->net) &&
	    nla_put_s32(skb, VSW_A_NIC_NETNSID,
			peernet2id_alloc(head->net, net, GFP_KERNEL)))
		return -EMSGSIZE;
	if (nla_put_string(skb, VSW_A_NIC_NAME, dev->name) ||
	    nla_put_u32(skb, VSW_A_NIC_IFINDEX, dev->ifindex) ||
	    nla_put(skb, VSW_A_NIC_MAC, ETH_ALEN, dev->dev_addr) ||
	    nla_put_u32(skb, VSW_A_NIC_MTU, dev->mtu) ||
	    nla_put_u32(skb, VSW_A_NIC_QUEUES, queues) ||
	    nla_put_u8(skb, VSW_A_NIC_CARRIER, netif_carrier_ok(dev)))
		return -EMSGSIZE;
	return 0;
}

/**
 * vsw_nl_put_nic - write the message that tells of a NIC
 * @skb: where to
 * @head: of the message
 * @nic: the NIC
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_nic(struct sk_buff *skb, const struct vsw_nl_head *head,
		   const struct vsw_nic *nic)
{
	void *hdr = vsw_nl_begin(skb, head);

	if (!hdr)
		return -EMSGSIZE;
	if (put_dev(skb, head, nic->dev) ||
	    nla_put_u32(skb, VSW_A_NIC_KIND, nic->kind) ||
	    put_plug(skb, head, nic) ||
	    vsw_nl_put_event(skb, VSW_A_NIC_EVENT, head)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Any netdev by name. */
static struct net_device *info_dev(struct genl_info *info)
{
	struct net_device *dev;
	struct nlattr *name;

	if (vsw_nl_missing(info, VSW_A_NIC_NAME,
			   "the NIC is missing; give its name"))
		return ERR_PTR(-EINVAL);
	name = info->attrs[VSW_A_NIC_NAME];
	dev = vsw_nic_dev_get_rtnl(genl_info_net(info), nla_data(name));
	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(info->extack, name,
			    "no such NIC; see vswctl nic show, or ip link");
	return ERR_PTR(-ENOENT);
}

/* A NIC by name: a vswnic, or a netdev that is plugged in. */
static struct vsw_nic *info_nic(struct genl_info *info)
{
	struct net_device *dev = info_dev(info);
	struct vsw_nic *nic;

	if (IS_ERR(dev))
		return ERR_CAST(dev);
	nic = vsw_nic_of_dev_rtnl(dev);
	if (nic)
		return nic;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_NAME],
			    "no such NIC: the device is not plugged into a switch");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_nic_get - handler of NIC_GET, one NIC
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_nic_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_nic *nic = info_nic(info);
	struct vsw_nl_head head;
	struct sk_buff *msg;

	if (IS_ERR(nic))
		return PTR_ERR(nic);
	if (info->attrs[VSW_A_NIC_SWITCH]) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_SWITCH],
				    "the switch is a filter of dumps; leave it out");
		return -EINVAL;
	}
	msg = vsw_nl_reply_new(info, VSW_CMD_NIC_GET, &head);
	if (!msg)
		return -ENOMEM;
	return vsw_nl_reply_send(msg, info, vsw_nl_put_nic(msg, &head, nic));
}

static bool name_matches(const struct vsw_nl_head *head,
			 const struct net_device *dev)
{
	struct nlattr *name = genl_info_dump(head->cb)->attrs[VSW_A_NIC_NAME];

	return !name || !nla_strcmp(name, dev->name);
}

static int tell_at_port(struct sk_buff *skb, const struct vsw_nl_head *head,
			const struct vsw_port *port, struct vsw_nl_walk *walk)
{
	struct vsw_nic *nic = rtnl_dereference(port->nic);

	if (!nic || !name_matches(head, nic->dev))
		return 0;
	return vsw_nl_put_nic(skb, head, nic);
}

/* Told already, as what is plugged into a port of this namespace? */
static bool seen_at_port(const struct vsw_nic *nic, const struct net *net)
{
	struct vsw_port *port = rtnl_dereference(nic->port);

	return port && net_eq(dev_net(port->sw->dev), net);
}

static int tell_others(struct sk_buff *skb, const struct vsw_nl_head *head,
		       struct nic_walk *walk)
{
	struct net_device *dev;
	unsigned int index = 0;
	struct vsw_nic *nic;
	int err;

	for_each_netdev(head->net, dev) {
		if (index++ < walk->index)
			continue;
		nic = vsw_dev_is_vnic(dev) ? vsw_nic_of_dev_rtnl(dev) : NULL;
		if (nic && !seen_at_port(nic, head->net) &&
		    name_matches(head, dev)) {
			err = vsw_nl_put_nic(skb, head, nic);
			if (err)
				return err;
		}
		walk->index = index;
	}
	return 0;
}

static int nic_dump(struct sk_buff *skb, const struct vsw_nl_head *head)
{
	struct nic_walk *walk = (void *)head->cb->ctx;
	int err;

	if (!walk->ports_done) {
		err = vsw_nl_walk_ports(skb, head, VSW_A_NIC_SWITCH,
					VSW_A_NIC_PORT, tell_at_port);
		if (err)
			return err;
		walk->ports_done = true;
	}
	return walk->ports.only_ifindex ? 0 : tell_others(skb, head, walk);
}

/**
 * vsw_nl_nic_dump - handler of NIC_GET, all NICs
 * @skb: room for messages
 * @cb: the dump
 *
 * Context: RTNL not held, may sleep.
 * Return: 0 if all is told, more if not, or an error.
 */
int vsw_nl_nic_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vsw_nl_head head;
	int err;
	u32 seq;

	BUILD_BUG_ON(sizeof(struct nic_walk) > sizeof(cb->ctx));
	rtnl_lock();
	/* both only ever grow, so their sum tells whether either did */
	seq = vsw_config_seq + sock_net(cb->skb->sk)->dev_base_seq;
	vsw_nl_dump_head(cb, VSW_CMD_NIC_GET, seq, &head);
	err = nic_dump(skb, &head);
	rtnl_unlock();
	return vsw_nl_dump_end(skb, err);
}

static int parse_kind(struct genl_info *info, struct vsw_nic_settings *set)
{
	if (vsw_nl_missing(info, VSW_A_NIC_KIND,
			   "the kind of the NIC is missing; give host, guest or tap"))
		return -EINVAL;
	set->kind = nla_get_u32(info->attrs[VSW_A_NIC_KIND]);
	if (set->kind != VSW_NIC_NETDEV)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_KIND],
			    "only host, guest and tap NICs can be made; an existing device is used with nic connect");
	return -EINVAL;
}

static int parse_queues(const struct nlattr *attr, u32 *queues,
			struct netlink_ext_ack *extack)
{
	BUILD_BUG_ON(VSW_QUEUES_MAX != 64);
	*queues = nla_get_u32(attr);
	if (*queues >= 1 && *queues <= VSW_QUEUES_MAX)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "the number of queues must be 1 to 64");
	return -EINVAL;
}

static int parse_nic(struct genl_info *info, struct vsw_nic_settings *set)
{
	struct nlattr **tb = info->attrs;
	int err;

	memset(set, 0, sizeof(*set));
	err = parse_kind(info, set);
	if (!err && tb[VSW_A_NIC_MAC]) {
		set->mac = nla_data(tb[VSW_A_NIC_MAC]);
		err = vsw_nl_check_station(tb[VSW_A_NIC_MAC], info->extack);
	}
	if (!err && tb[VSW_A_NIC_MTU])
		err = vsw_nl_parse_mtu(tb[VSW_A_NIC_MTU], &set->mtu,
				       info->extack);
	if (!err && tb[VSW_A_NIC_QUEUES])
		err = parse_queues(tb[VSW_A_NIC_QUEUES], &set->queues,
				   info->extack);
	return err;
}

/* What cannot be changed must be as the request has it. */
static int replace_check(const struct net_device *dev, struct genl_info *info,
			 const struct vsw_nic_settings *set)
{
	struct vsw_nic *nic = vsw_nic_of_dev_rtnl(dev);

	if (nic->kind != set->kind) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_KIND],
				    "the NIC exists with another kind; delete it first");
		return -EEXIST;
	}
	if (set->queues && set->queues != dev->num_tx_queues) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_QUEUES],
				    "the number of queues of a NIC cannot be changed; delete it first");
		return -EINVAL;
	}
	return 0;
}

static int nic_create(struct genl_info *info,
		      const struct vsw_nic_settings *set)
{
	struct nlattr *name = info->attrs[VSW_A_NIC_NAME];
	int err;

	err = vsw_nl_check_dev_name(name, info->extack);
	if (err)
		return err;
	return vsw_nic_add(vsw_nl_txn(info), genl_info_net(info),
			   nla_data(name), set, info->extack);
}

static int nic_replace(struct net_device *dev, struct genl_info *info,
		       const struct vsw_nic_settings *set)
{
	int err;

	err = replace_check(dev, info, set);
	if (err)
		return err;
	return vsw_nic_set(vsw_nl_txn(info), dev, set, info->extack);
}

/**
 * vsw_nl_nic_new - handler of NIC_NEW
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_nic_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_nic_settings set;
	struct net_device *dev;
	struct nlattr *name;
	int err;

	if (vsw_nl_missing(info, VSW_A_NIC_NAME,
			   "the NIC is missing; give its name"))
		return -EINVAL;
	err = parse_nic(info, &set);
	if (err)
		return err;

	name = info->attrs[VSW_A_NIC_NAME];
	dev = __dev_get_by_name(genl_info_net(info), nla_data(name));
	if (!dev)
		return nic_create(info, &set);
	if (!vsw_dev_is_vnic(dev)) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "another network device has the name; choose another");
		return -EEXIST;
	}
	if (vsw_nic_of_dev_rtnl(dev)->leaving) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "the NIC that the transaction deletes has the name until it is over; make the new one in the next");
		return -EEXIST;
	}
	if (info->nlhdr->nlmsg_flags & NLM_F_REPLACE)
		return nic_replace(dev, info, &set);
	NL_SET_ERR_MSG_ATTR(info->extack, name,
			    "the name is taken; choose another or use --may-exist");
	return -EEXIST;
}

/**
 * vsw_nl_nic_connect - handler of NIC_CONNECT
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_nic_connect(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *role = info->attrs[VSW_A_NIC_ROLE];
	struct net_device *dev;
	struct vsw_port *port;

	port = vsw_nl_info_port(info, VSW_A_NIC_SWITCH, VSW_A_NIC_PORT);
	if (IS_ERR(port))
		return PTR_ERR(port);
	dev = info_dev(info);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	return vsw_plug_connect(vsw_nl_txn(info), port, dev,
				role ? nla_get_u32(role) : VSW_ROLE_EDGE,
				info->extack);
}

/**
 * vsw_nl_nic_disconnect - handler of NIC_DISCONNECT
 * @skb: the request
 * @info: the same, parsed
 *
 * A container may not unplug its NIC from a switch of its host's.
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_nic_disconnect(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_nic *nic = info_nic(info);
	struct vsw_port *port;
	struct net *net;

	if (IS_ERR(nic))
		return PTR_ERR(nic);
	port = nic->plug;
	if (!port && nic->kind == VSW_NIC_NETDEV) {
		/* the transaction gives it back: it is no NIC any more */
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_NAME],
				    "no such NIC: the device is not plugged into a switch");
		return -ENOENT;
	}
	if (!port) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_NAME],
				    "the NIC is not plugged in; nothing to disconnect");
		return -ENOTCONN;
	}
	net = dev_net(port->sw->dev);
	if (!net_eq(net, genl_info_net(info)) &&
	    !netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_NAME],
				    "the switch is in another network namespace; unplug the NIC there");
		return -EPERM;
	}
	return vsw_plug_disconnect(vsw_nl_txn(info), port, info->extack);
}

/**
 * vsw_nl_nic_del - handler of NIC_DEL
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_nic_del(struct sk_buff *skb, struct genl_info *info)
{
	struct net_device *dev = info_dev(info);

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	if (!vsw_dev_is_vnic(dev)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_NIC_NAME],
				    "the device was not made by vswitch; use nic disconnect");
		return -EINVAL;
	}
	return vsw_nic_del(vsw_nl_txn(info), dev, info->extack);
}
