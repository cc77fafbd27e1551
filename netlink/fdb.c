// SPDX-License-Identifier: GPL-2.0
/*
 * The filtering database: FDB_GET, FDB_NEW, FDB_DEL, FDB_FLUSH.
 */

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "netlink/family.h"
#include "netlink/parse.h"
#include "vswitch/fdb_table.h"
#include "vswitch/vswitch.h"

/**
 * struct fdb_walk - position of a dump, in cb->ctx
 * @switches: the switch whose database is to come next
 * @base: what is added to the walk's sequence number, so that the sum goes on
 *	where it was when one database follows another
 * @table: walk over the database at hand, or NULL
 * @name: of its switch, which may be gone
 */
struct fdb_walk {
	struct vsw_nl_walk	switches;
	u32			base;
	struct vsw_fdb_walk	*table;
	char			name[IFNAMSIZ];
};

static int put_vlan(struct sk_buff *skb, const struct vsw_fdb_info *entry)
{
	if (entry->vid == VSW_FDB_ALL_VLANS)
		return nla_put_flag(skb, VSW_A_FDB_ALL_VLANS);
	if (entry->fid && nla_put_u16(skb, VSW_A_FDB_FID, entry->fid))
		return -EMSGSIZE;
	return nla_put_u16(skb, VSW_A_FDB_VID, entry->vid);
}

static int put_ports(struct sk_buff *skb, const struct vsw_fdb_ports *ports)
{
	struct nlattr *nest = nla_nest_start(skb, VSW_A_FDB_PORTS);
	const struct vsw_port *port;
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	vsw_fdb_ports_for_each(port, ports, i) {
		if (nla_put_string(skb, VSW_A_PORTS_PORT, port->name)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_target(struct sk_buff *skb, const struct vsw_fdb_info *entry)
{
	return entry->ports ? put_ports(skb, entry->ports) :
			      nla_put_string(skb, VSW_A_FDB_PORT, entry->port);
}

/**
 * vsw_nl_put_fdb - write the message that tells of an entry
 * @skb: where to
 * @head: of the message
 * @sw: name of the switch
 * @entry: the entry
 * @old_port: name of the port where it was before, or NULL
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_fdb(struct sk_buff *skb, const struct vsw_nl_head *head,
		   const char *sw, const struct vsw_fdb_info *entry,
		   const char *old_port)
{
	bool aged = !entry->is_static && head->event == VSW_NL_NO_EVENT;
	void *hdr = vsw_nl_begin(skb, head);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, VSW_A_FDB_SWITCH, sw) ||
	    nla_put(skb, VSW_A_FDB_MAC, ETH_ALEN, entry->mac) ||
	    put_vlan(skb, entry) || put_target(skb, entry) ||
	    (entry->is_static && nla_put_flag(skb, VSW_A_FDB_STATIC)) ||
	    (entry->sticky && nla_put_flag(skb, VSW_A_FDB_STICKY)) ||
	    (aged && nla_put_u32(skb, VSW_A_FDB_AGE, entry->age_ms)) ||
	    (old_port && nla_put_string(skb, VSW_A_FDB_OLD_PORT, old_port)) ||
	    vsw_nl_put_event(skb, VSW_A_FDB_EVENT, head)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * vsw_nl_fdb_size - room that the message of an entry takes at most
 *
 * Context: any.
 * Return: octets, without the headers.
 */
size_t vsw_nl_fdb_size(void)
{
	return nla_total_size(IFNAMSIZ) +		/* SWITCH */
	       nla_total_size(ETH_ALEN) +		/* MAC */
	       nla_total_size(sizeof(u16)) +		/* VID */
	       nla_total_size(sizeof(u16)) +		/* FID */
	       nla_total_size(VSW_FDB_PORTS_MAX *	/* PORTS, or PORT */
			      nla_total_size(VSW_PORT_NAME_MAX + 1)) +
	       nla_total_size(0) * 2 +			/* STATIC, STICKY */
	       nla_total_size(sizeof(u32)) +		/* AGE */
	       nla_total_size(VSW_PORT_NAME_MAX + 1) +	/* OLD_PORT */
	       nla_total_size(sizeof(u32));		/* EVENT */
}

static bool has_vlan(struct nlattr **attrs)
{
	return attrs[VSW_A_FDB_VID] || attrs[VSW_A_FDB_ALL_VLANS];
}

/* To 0, no VLAN, if there is none. */
static int parse_vlan(struct nlattr **attrs, u16 *vid,
		      struct netlink_ext_ack *extack)
{
	*vid = attrs[VSW_A_FDB_ALL_VLANS] ? VSW_FDB_ALL_VLANS : 0;
	if (!attrs[VSW_A_FDB_VID])
		return 0;
	if (!*vid)
		return vsw_nl_parse_vid(attrs[VSW_A_FDB_VID], 0, vid, extack);
	NL_SET_ERR_MSG_ATTR(extack, attrs[VSW_A_FDB_ALL_VLANS],
			    "an entry is for one VLAN or for all; give one of them");
	return -EINVAL;
}

/* VLAN and MAC of a filter. */
static int parse_filter(struct nlattr **attrs, struct vsw_fdb_filter *filter,
			struct netlink_ext_ack *extack)
{
	if (attrs[VSW_A_FDB_MAC]) {
		filter->has_mac = true;
		filter->mac = ether_addr_to_u64(nla_data(attrs[VSW_A_FDB_MAC]));
	}
	filter->has_vid = has_vlan(attrs);
	return parse_vlan(attrs, &filter->vid, extack);
}

/* Switch, MAC and VID of a request; to @vid 0 if it has none. */
static struct vsw_switch *info_key(struct genl_info *info, u16 *vid)
{
	struct vsw_switch *sw;
	int err;

	sw = vsw_nl_info_switch(info, VSW_A_FDB_SWITCH);
	if (IS_ERR(sw))
		return sw;
	if (vsw_nl_missing(info, VSW_A_FDB_MAC,
			   "the MAC address is missing; give it"))
		return ERR_PTR(-EINVAL);
	err = parse_vlan(info->attrs, vid, info->extack);
	return err ? ERR_PTR(err) : sw;
}

/* Are there attributes that filter a dump only? */
static int check_no_filter(struct genl_info *info)
{
	static const u8 filters[] = {
		VSW_A_FDB_PORT, VSW_A_FDB_STATIC, VSW_A_FDB_DYNAMIC,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(filters); i++) {
		if (!info->attrs[filters[i]])
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[filters[i]],
				    "this is a filter of dumps; leave it out");
		return -EINVAL;
	}
	return 0;
}

/**
 * vsw_nl_fdb_get - handler of FDB_GET, one entry
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_fdb_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_fdb_info entry;
	struct vsw_nl_head head;
	struct vsw_switch *sw;
	struct sk_buff *msg;
	int err;
	u16 vid;

	sw = info_key(info, &vid);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	err = check_no_filter(info);
	if (err)
		return err;
	if (!vsw_fdb_find(sw, nla_data(info->attrs[VSW_A_FDB_MAC]), vid,
			  &entry)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSW_A_FDB_MAC],
				    "no such entry in this VLAN; see vswctl fdb show");
		return -ENOENT;
	}
	msg = vsw_nl_reply_new(info, VSW_CMD_FDB_GET, &head);
	if (!msg)
		return -ENOMEM;
	err = vsw_nl_put_fdb(msg, &head, sw->dev->name, &entry, NULL);
	return vsw_nl_reply_send(msg, info, err);
}

/* What the request is about; looked at in each part of the dump. */
static int dump_filter(struct netlink_callback *cb,
		       struct vsw_fdb_filter *filter)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;

	if (attrs[VSW_A_FDB_STATIC] && attrs[VSW_A_FDB_DYNAMIC]) {
		NL_SET_ERR_MSG_ATTR(cb->extack, attrs[VSW_A_FDB_DYNAMIC],
				    "no entry is both static and dynamic; give one of them, or none");
		return -EINVAL;
	}
	filter->want_static = !attrs[VSW_A_FDB_DYNAMIC];
	filter->want_dynamic = !attrs[VSW_A_FDB_STATIC];
	return parse_filter(attrs, filter, cb->extack);
}

/*
 * Go on to the next switch. Returns 1 if there is one, 0 if there is no more, or
 * an error.
 */
static int table_open(struct netlink_callback *cb)
{
	struct fdb_walk *walk = (void *)cb->ctx;
	struct vsw_switch *sw;
	int err;

	ASSERT_RTNL();
	err = vsw_nl_walk_begin(cb, VSW_A_FDB_SWITCH, VSW_A_FDB_PORT);
	if (err)
		return err;
	sw = vsw_nl_walk_switch(&walk->switches, sock_net(cb->skb->sk));
	if (!sw)
		return 0;
	walk->table = vsw_fdb_walk_create(sw);
	if (!walk->table)
		return -ENOMEM;
	strscpy(walk->name, sw->dev->name, sizeof(walk->name));
	walk->switches.ifindex = (u32)sw->dev->ifindex + 1;
	walk->base = max_t(u32, cb->seq, 1) - vsw_fdb_walk_seq(walk->table);
	return 1;
}

static void table_close(struct fdb_walk *walk)
{
	if (walk->table)
		vsw_fdb_walk_destroy(walk->table);
	walk->table = NULL;
}

static bool leads_to(const struct vsw_fdb_info *entry,
		     const struct nlattr *name)
{
	const struct vsw_port *port;
	u32 i;

	if (!entry->ports)
		return !nla_strcmp(name, entry->port);
	vsw_fdb_ports_for_each(port, entry->ports, i) {
		if (!nla_strcmp(name, port->name))
			return true;
	}
	return false;
}

static int table_tell(struct sk_buff *skb, const struct vsw_nl_head *head,
		      const struct vsw_fdb_filter *filter)
{
	struct nlattr *port = genl_info_dump(head->cb)->attrs[VSW_A_FDB_PORT];
	struct fdb_walk *walk = (void *)head->cb->ctx;
	struct vsw_fdb_info entry;
	int err = 0;

	vsw_fdb_walk_start(walk->table);
	while (vsw_fdb_walk_next(walk->table, filter, &entry)) {
		if (port && !leads_to(&entry, port))
			continue;
		head->cb->seq = walk->base + vsw_fdb_walk_seq(walk->table);
		err = vsw_nl_put_fdb(skb, head, walk->name, &entry, NULL);
		if (err) {
			vsw_fdb_walk_again(walk->table);
			break;
		}
	}
	head->cb->seq = walk->base + vsw_fdb_walk_seq(walk->table);
	vsw_fdb_walk_stop(walk->table);
	return err;
}

/**
 * vsw_nl_fdb_dump - handler of FDB_GET, all entries
 * @skb: room for messages
 * @cb: the dump
 *
 * RTNL is held only to go from switch to switch: a database may be large.
 *
 * Context: RTNL not held, may sleep.
 * Return: 0 if all is told, more if not, or an error.
 */
int vsw_nl_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct fdb_walk *walk = (void *)cb->ctx;
	struct vsw_fdb_filter filter = {};
	struct vsw_nl_head head;
	int err;

	BUILD_BUG_ON(sizeof(*walk) > sizeof(cb->ctx));
	vsw_nl_dump_head(cb, VSW_CMD_FDB_GET, cb->seq, &head);
	err = dump_filter(cb, &filter);
	while (!err) {
		if (!walk->table) {
			rtnl_lock();
			err = table_open(cb);
			rtnl_unlock();
			if (err <= 0)
				break;
		}
		err = table_tell(skb, &head, &filter);
		if (!err)
			table_close(walk);
	}
	return vsw_nl_dump_end(skb, err);
}

/**
 * vsw_nl_fdb_done - end a dump of entries
 * @cb: the dump
 *
 * Context: may sleep.
 * Return: 0.
 */
int vsw_nl_fdb_done(struct netlink_callback *cb)
{
	table_close((struct fdb_walk *)cb->ctx);
	return 0;
}

static bool is_listed(const struct vsw_fdb_settings *set,
		      const struct vsw_port *port)
{
	u32 i;

	for (i = 0; i < set->port_count; i++)
		if (set->ports[i] == port)
			return true;
	return false;
}

/* The next port of a list; @ports is what @set->ports points to. */
static int target_add(struct vsw_switch *sw, const struct nlattr *attr,
		      struct vsw_fdb_settings *set, struct vsw_port **ports,
		      struct netlink_ext_ack *extack)
{
	struct vsw_port *port;

	port = vsw_nl_port_find(sw, attr, extack);
	if (IS_ERR(port))
		return PTR_ERR(port);
	if (is_listed(set, port)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the port is named twice; name each once");
		return -EINVAL;
	}
	if (set->port_count == VSW_FDB_PORTS_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "an entry has at most 64 ports");
		return -E2BIG;
	}
	ports[set->port_count++] = port;
	return 0;
}

static int targets_parse(struct vsw_switch *sw, const struct nlattr *nest,
			 struct vsw_fdb_settings *set, struct vsw_port **ports,
			 struct netlink_ext_ack *extack)
{
	static const struct nla_policy policy = { .type = NLA_NUL_STRING };
	const struct nlattr *attr;
	int err, left;

	set->ports = ports;
	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) != VSW_A_PORTS_PORT ||
		    !memchr(nla_data(attr), 0, nla_len(attr))) {
			NL_SET_ERR_MSG_ATTR_POL(extack, attr, &policy,
						"the list of ports must have names of ports only");
			return -EINVAL;
		}
		err = target_add(sw, attr, set, ports, extack);
		if (err)
			return err;
	}
	return 0;
}

/* Where to: one port, or a list. */
static int target_parse(struct vsw_switch *sw, struct genl_info *info,
			struct vsw_fdb_settings *set, struct vsw_port **ports)
{
	struct nlattr *list = info->attrs[VSW_A_FDB_PORTS];
	struct vsw_port *port;

	if (list && info->attrs[VSW_A_FDB_PORT]) {
		NL_SET_ERR_MSG_ATTR(info->extack, list,
				    "an entry has one port or a list of ports; give one of them");
		return -EINVAL;
	}
	if (list)
		return targets_parse(sw, list, set, ports, info->extack);
	port = vsw_nl_info_port(info, VSW_A_FDB_SWITCH, VSW_A_FDB_PORT);
	if (IS_ERR(port))
		return PTR_ERR(port);
	set->port = port;
	return vsw_nl_check_station(info->attrs[VSW_A_FDB_MAC], info->extack);
}

/**
 * vsw_nl_fdb_new - handler of FDB_NEW
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_fdb_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *ports[VSW_FDB_PORTS_MAX];
	struct vsw_fdb_settings set = {
		.sticky		= nla_get_flag(info->attrs[VSW_A_FDB_STICKY]),
		.replace	= info->nlhdr->nlmsg_flags & NLM_F_REPLACE,
	};
	struct vsw_switch *sw;
	int err;

	sw = info_key(info, &set.vid);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	set.mac = nla_data(info->attrs[VSW_A_FDB_MAC]);
	err = target_parse(sw, info, &set, ports);
	if (err)
		return err;
	return vsw_fdb_add(vsw_nl_txn(info), sw, &set, info->extack);
}

/**
 * vsw_nl_fdb_del - handler of FDB_DEL
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_fdb_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_switch *sw;
	u16 vid;

	sw = info_key(info, &vid);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	return vsw_fdb_del(vsw_nl_txn(info), sw,
			   nla_data(info->attrs[VSW_A_FDB_MAC]), vid,
			   info->extack);
}

/**
 * vsw_nl_fdb_flush - handler of FDB_FLUSH
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_fdb_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_fdb_filter filter = {
		.want_static	= nla_get_flag(info->attrs[VSW_A_FDB_STATIC]),
		.want_dynamic	= true,
	};
	struct vsw_switch *sw;
	struct vsw_port *port;
	int err;

	sw = vsw_nl_info_switch(info, VSW_A_FDB_SWITCH);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	if (info->attrs[VSW_A_FDB_PORT]) {
		port = vsw_nl_port_find(sw, info->attrs[VSW_A_FDB_PORT],
					info->extack);
		if (IS_ERR(port))
			return PTR_ERR(port);
		filter.port = port;
	}
	if (info->attrs[VSW_A_FDB_INSTANCE])
		filter.instances =
			BIT_ULL(nla_get_u16(info->attrs[VSW_A_FDB_INSTANCE]));
	err = parse_filter(info->attrs, &filter, info->extack);
	if (err)
		return err;
	return vsw_fdb_flush(vsw_nl_txn(info), sw, &filter, info->extack);
}
