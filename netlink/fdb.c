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
	    nla_put_u16(skb, VSW_A_FDB_VID, entry->vid) ||
	    nla_put_string(skb, VSW_A_FDB_PORT, entry->port) ||
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
	       nla_total_size(VSW_PORT_NAME_MAX + 1) +	/* PORT */
	       nla_total_size(0) * 2 +			/* STATIC, STICKY */
	       nla_total_size(sizeof(u32)) +		/* AGE */
	       nla_total_size(VSW_PORT_NAME_MAX + 1) +	/* OLD_PORT */
	       nla_total_size(sizeof(u32));		/* EVENT */
}

/* VID and MAC of a filter. */
static int parse_filter(struct nlattr **attrs, struct vsw_fdb_filter *filter,
			struct netlink_ext_ack *extack)
{
	if (attrs[VSW_A_FDB_MAC]) {
		filter->has_mac = true;
		filter->mac = ether_addr_to_u64(nla_data(attrs[VSW_A_FDB_MAC]));
	}
	if (!attrs[VSW_A_FDB_VID])
		return 0;
	filter->has_vid = true;
	return vsw_nl_parse_vid(attrs[VSW_A_FDB_VID], 0, &filter->vid, extack);
}

/* Switch, MAC and VID of a request; to @vid 0 if it has none. */
static struct vsw_switch *info_key(struct genl_info *info, u16 *vid)
{
	struct nlattr *attr = info->attrs[VSW_A_FDB_VID];
	struct vsw_switch *sw;
	int err;

	sw = vsw_nl_info_switch(info, VSW_A_FDB_SWITCH);
	if (IS_ERR(sw))
		return sw;
	if (vsw_nl_missing(info, VSW_A_FDB_MAC,
			   "the MAC address is missing; give it"))
		return ERR_PTR(-EINVAL);
	*vid = 0;
	if (attr) {
		err = vsw_nl_parse_vid(attr, 0, vid, info->extack);
		if (err)
			return ERR_PTR(err);
	}
	return sw;
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

static int table_tell(struct sk_buff *skb, const struct vsw_nl_head *head,
		      const struct vsw_fdb_filter *filter)
{
	struct nlattr *port = genl_info_dump(head->cb)->attrs[VSW_A_FDB_PORT];
	struct fdb_walk *walk = (void *)head->cb->ctx;
	struct vsw_fdb_info entry;
	int err = 0;

	vsw_fdb_walk_start(walk->table);
	while (vsw_fdb_walk_next(walk->table, filter, &entry)) {
		if (port && nla_strcmp(port, entry.port))
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
	struct nlattr *mac = info->attrs[VSW_A_FDB_MAC];
	struct vsw_switch *sw;
	struct vsw_port *port;
	int err;
	u16 vid;

	sw = info_key(info, &vid);
	if (IS_ERR(sw))
		return PTR_ERR(sw);
	port = vsw_nl_info_port(info, VSW_A_FDB_SWITCH, VSW_A_FDB_PORT);
	if (IS_ERR(port))
		return PTR_ERR(port);
	err = vsw_nl_check_station(mac, info->extack);
	if (err)
		return err;
	return vsw_fdb_add(vsw_nl_txn(info), port, nla_data(mac), vid,
			   nla_get_flag(info->attrs[VSW_A_FDB_STICKY]),
			   info->nlhdr->nlmsg_flags & NLM_F_REPLACE,
			   info->extack);
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
	err = parse_filter(info->attrs, &filter, info->extack);
	if (err)
		return err;
	return vsw_fdb_flush(vsw_nl_txn(info), sw, &filter, info->extack);
}
