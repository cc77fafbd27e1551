// SPDX-License-Identifier: GPL-2.0
/*
 * What requests say, turned into objects and settings: look-ups by name, and the
 * checks that a policy cannot make or could not explain. The verbs of vswitch/
 * are handed nothing that did not pass here.
 */

#include <linux/bitmap.h>
#include <linux/etherdevice.h>
#include <linux/netdevice.h>

#include "netlink/parse.h"

/**
 * vsw_nl_switch_find - find a switch by name
 * @net: namespace it is in
 * @attr: its name
 * @extack: where a refusal is explained
 *
 * Context: RTNL held.
 * Return: the switch, or ERR_PTR(-ENOENT).
 */
struct vsw_switch *vsw_nl_switch_find(struct net *net,
				      const struct nlattr *attr,
				      struct netlink_ext_ack *extack)
{
	struct vsw_switch *sw = vsw_switch_get_rtnl(net, nla_data(attr));

	if (sw)
		return sw;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "no such switch; see vswctl switch show");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_port_find - find a port of a switch by name
 * @sw: the switch
 * @attr: name of the port
 * @extack: where a refusal is explained
 *
 * Context: RTNL held.
 * Return: the port, or ERR_PTR(-ENOENT).
 */
struct vsw_port *vsw_nl_port_find(struct vsw_switch *sw,
				  const struct nlattr *attr,
				  struct netlink_ext_ack *extack)
{
	struct vsw_port *port = vsw_port_get_rtnl(sw, nla_data(attr));

	if (port)
		return port;
	NL_SET_ERR_MSG_ATTR(extack, attr, "no such port; see vswctl port show");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_info_switch - find the switch that a request names
 * @info: the request
 * @switch_attr: attribute with the name
 *
 * Context: RTNL held.
 * Return: the switch, or ERR_PTR(): -EINVAL if it is not named, -ENOENT.
 */
struct vsw_switch *vsw_nl_info_switch(struct genl_info *info, int switch_attr)
{
	if (vsw_nl_missing(info, switch_attr,
			   "the switch is missing; give its name"))
		return ERR_PTR(-EINVAL);
	return vsw_nl_switch_find(genl_info_net(info), info->attrs[switch_attr],
				  info->extack);
}

/**
 * vsw_nl_info_port - find the port that a request names
 * @info: the request
 * @switch_attr: attribute with the name of the switch
 * @port_attr: attribute with the name of the port
 *
 * Context: RTNL held.
 * Return: the port, or ERR_PTR(): -EINVAL if it is not named, -ENOENT.
 */
struct vsw_port *vsw_nl_info_port(struct genl_info *info, int switch_attr,
				  int port_attr)
{
	struct vsw_switch *sw = vsw_nl_info_switch(info, switch_attr);

	if (IS_ERR(sw))
		return ERR_CAST(sw);
	if (vsw_nl_missing(info, port_attr,
			   "the port is missing; give its name"))
		return ERR_PTR(-EINVAL);
	return vsw_nl_port_find(sw, info->attrs[port_attr], info->extack);
}

/* Printable in one word, wherever it is shown. */
static bool is_word(const char *text)
{
	for (; *text; text++) {
		if ((u8)*text <= ' ' || *text == 0x7f || *text == '/' ||
		    *text == '%')
			return false;
	}
	return true;
}

/**
 * vsw_nl_check_dev_name - may a netdev have this name?
 * @attr: the name
 * @extack: where a refusal is explained
 *
 * A % would have the kernel choose a number, and the caller not know the name.
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vsw_nl_check_dev_name(const struct nlattr *attr,
			  struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);

	if (!name[0] || strlen(name) >= IFNAMSIZ) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the name must have 1 to 15 characters");
		return -EINVAL;
	}
	if (!dev_valid_name(name) || !is_word(name)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the name must not be . or .., nor have white space, control characters, /, : or % in it");
		return -EINVAL;
	}
	return 0;
}

/**
 * vsw_nl_check_port_name - may a port have this name?
 * @attr: the name
 * @extack: where a refusal is explained
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vsw_nl_check_port_name(const struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);

	BUILD_BUG_ON(VSW_PORT_NAME_MAX != 31);
	if (!name[0] || strlen(name) > VSW_PORT_NAME_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the port name must have 1 to 31 characters");
		return -EINVAL;
	}
	if (!is_word(name) || !strcmp(name, ".") || !strcmp(name, "..")) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the port name must not be . or .., nor have white space, control characters, / or % in it");
		return -EINVAL;
	}
	return 0;
}

/**
 * vsw_nl_check_station - may a station have this address?
 * @attr: the address, ETH_ALEN octets
 * @extack: where a refusal is explained
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vsw_nl_check_station(const struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	if (is_valid_ether_addr(nla_data(attr)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "the MAC address must be one station's: not a group address, not all zero");
	return -EINVAL;
}

/**
 * vsw_nl_parse_mtu - the MTU of a switch or a NIC
 * @attr: u32
 * @mtu: set to it
 * @extack: where a refusal is explained
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vsw_nl_parse_mtu(const struct nlattr *attr, u32 *mtu,
		     struct netlink_ext_ack *extack)
{
	BUILD_BUG_ON(VSW_MTU_MIN != 68 || VSW_MTU_MAX != 65535);
	*mtu = nla_get_u32(attr);
	if (*mtu >= VSW_MTU_MIN && *mtu <= VSW_MTU_MAX)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "the MTU must be 68 to 65535");
	return -EINVAL;
}

/**
 * vsw_nl_parse_vid - a VLAN id
 * @attr: u16
 * @min: 1, or 0 where that means no VLAN
 * @vid: set to it
 * @extack: where a refusal is explained
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vsw_nl_parse_vid(const struct nlattr *attr, u16 min, u16 *vid,
		     struct netlink_ext_ack *extack)
{
	*vid = nla_get_u16(attr);
	if (*vid >= min && *vid < VLAN_VID_MASK)
		return 0;
	if (min)
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the VLAN id must be 1 to 4094");
	else
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the VLAN id must be 1 to 4094, or 0 for no VLAN");
	return -EINVAL;
}

/**
 * vsw_nl_parse_groups - VLANs that are given a number
 * @attr: array of struct vsw_vid_group
 * @min: the least that they may be given
 * @max: the most
 * @groups: set to it
 * @extack: where a refusal is explained
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vsw_nl_parse_groups(const struct nlattr *attr, u16 min, u16 max,
			struct vsw_nl_groups *groups,
			struct netlink_ext_ack *extack)
{
	u32 i;

	groups->groups = nla_data(attr);
	groups->count = nla_len(attr) / sizeof(*groups->groups);
	if (nla_len(attr) % sizeof(*groups->groups)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "this is no array of struct vsw_vid_group");
		return -EINVAL;
	}
	for (i = 0; i < groups->count; i++) {
		if (groups->groups[i].to >= min && groups->groups[i].to <= max)
			continue;
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "what VLANs are given must be 1 to 4094; a spanning tree instance 0 to 63");
		return -EINVAL;
	}
	return 0;
}

static int parse_fids(const struct nlattr *attr, struct vsw_switch_settings *set,
		      struct netlink_ext_ack *extack)
{
	struct vsw_nl_groups fids;
	int err;

	if (!attr)
		return 0;
	err = vsw_nl_parse_groups(attr, 1, VLAN_VID_MASK - 1, &fids, extack);
	set->has |= VSW_SWITCH_HAS_FIDS;
	set->fids = fids.groups;
	set->fid_count = fids.count;
	return err;
}

static int parse_instances(const struct nlattr *attr,
			   struct vsw_switch_settings *set,
			   struct netlink_ext_ack *extack)
{
	struct vsw_nl_groups instances;
	int err;

	if (!attr)
		return 0;
	err = vsw_nl_parse_groups(attr, 0, VSW_INSTANCES - 1, &instances, extack);
	set->has |= VSW_SWITCH_HAS_INSTANCES;
	set->instances = instances.groups;
	set->instance_count = instances.count;
	return err;
}

static int parse_protocol(const struct nlattr *attr, __be16 *tpid,
			  struct netlink_ext_ack *extack)
{
	u32 protocol = nla_get_u32(attr);

	if (protocol != ETH_P_8021Q && protocol != ETH_P_8021AD) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the protocol must be 0x8100 (802.1q) or 0x88a8 (802.1ad)");
		return -EINVAL;
	}
	*tpid = htons(protocol);
	return 0;
}

static int parse_ageing(const struct nlattr *attr, u32 *ms,
			struct netlink_ext_ack *extack)
{
	BUILD_BUG_ON(VSW_AGEING_MIN_MS != 10000 ||
		     VSW_AGEING_MAX_MS != 1000000000);
	*ms = nla_get_u32(attr);
	if (*ms >= VSW_AGEING_MIN_MS && *ms <= VSW_AGEING_MAX_MS)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "the ageing time must be 10 to 1000000 seconds");
	return -EINVAL;
}

static int parse_fdb_max(const struct nlattr *attr, u32 *max,
			 struct netlink_ext_ack *extack)
{
	BUILD_BUG_ON(VSW_FDB_MAX_LIMIT != 1048576);
	*max = nla_get_u32(attr);
	if (*max >= 1 && *max <= VSW_FDB_MAX_LIMIT)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "the limit of entries must be 1 to 1048576");
	return -EINVAL;
}

/**
 * vsw_nl_parse_switch - the settings of a switch that a request has
 * @info: the request
 * @set: filled
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vsw_nl_parse_switch(struct genl_info *info, struct vsw_switch_settings *set)
{
	struct netlink_ext_ack *extack = info->extack;
	struct nlattr **tb = info->attrs;
	int err = 0;

	memset(set, 0, sizeof(*set));
	if (tb[VSW_A_SWITCH_TYPE]) {
		set->has |= VSW_SWITCH_HAS_TYPE;
		set->type = nla_get_u32(tb[VSW_A_SWITCH_TYPE]);
	}
	if (tb[VSW_A_SWITCH_UP]) {
		set->has |= VSW_SWITCH_HAS_UP;
		set->up = nla_get_u8(tb[VSW_A_SWITCH_UP]);
	}
	if (tb[VSW_A_SWITCH_PROTOCOL]) {
		set->has |= VSW_SWITCH_HAS_PROTOCOL;
		err = parse_protocol(tb[VSW_A_SWITCH_PROTOCOL], &set->tpid,
				     extack);
	}
	if (!err && tb[VSW_A_SWITCH_AGEING]) {
		set->has |= VSW_SWITCH_HAS_AGEING;
		err = parse_ageing(tb[VSW_A_SWITCH_AGEING], &set->ageing_ms,
				   extack);
	}
	if (!err && tb[VSW_A_SWITCH_FDB_MAX]) {
		set->has |= VSW_SWITCH_HAS_FDB_MAX;
		err = parse_fdb_max(tb[VSW_A_SWITCH_FDB_MAX], &set->fdb_max,
				    extack);
	}
	if (!err && tb[VSW_A_SWITCH_MTU]) {
		set->has |= VSW_SWITCH_HAS_MTU;
		err = vsw_nl_parse_mtu(tb[VSW_A_SWITCH_MTU], &set->mtu, extack);
	}
	return err ?: parse_fids(tb[VSW_A_SWITCH_FIDS], set, extack) ?:
	       parse_instances(tb[VSW_A_SWITCH_INSTANCES], set, extack);
}

static int parse_nic(struct genl_info *info, struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_NIC];
	const char *name;

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_NIC;
	name = nla_data(attr);
	if (!name[0])
		return 0;
	set->nic = vsw_nic_dev_get_rtnl(genl_info_net(info), name);
	if (set->nic)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "no such network device; see ip link, or make it with vswctl nic add");
	return -ENODEV;
}

static int parse_role(struct genl_info *info, struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_ROLE];

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_ROLE;
	set->role = nla_get_u32(attr);
	if (!(set->has & VSW_PORT_HAS_NIC) || set->nic)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "a port without NIC has no role; leave it out");
	return -EINVAL;
}

static int parse_bind(struct genl_info *info, struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_BIND];

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_BIND;
	set->bind = nla_data(attr);
	return set->bind[0] ? vsw_nl_check_dev_name(attr, info->extack) : 0;
}

static int parse_desc(struct genl_info *info, struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_DESC];
	const char *c;

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_DESC;
	set->desc = nla_data(attr);

	BUILD_BUG_ON(VSW_DESC_MAX != 127);
	if (strlen(set->desc) > VSW_DESC_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the description must have at most 127 characters");
		return -EINVAL;
	}
	for (c = set->desc; *c; c++) {
		if ((u8)*c >= ' ' && *c != 0x7f)
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the description must not have control characters in it");
		return -EINVAL;
	}
	return 0;
}

static int parse_port_fdb_max(struct genl_info *info,
			      struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_FDB_MAX];

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_FDB_MAX;
	set->fdb_max = nla_get_u32(attr);
	if (set->fdb_max <= VSW_FDB_MAX_LIMIT)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the limit of entries must be 1 to 1048576, or 0 for the switch's limit only");
	return -EINVAL;
}

static void parse_switches(struct nlattr **tb, struct vsw_port_settings *set)
{
	if (tb[VSW_A_PORT_UP]) {
		set->has |= VSW_PORT_HAS_UP;
		set->up = nla_get_u8(tb[VSW_A_PORT_UP]);
	}
	if (tb[VSW_A_PORT_LEARN]) {
		set->has |= VSW_PORT_HAS_LEARN;
		set->learn = nla_get_u8(tb[VSW_A_PORT_LEARN]);
	}
	if (tb[VSW_A_PORT_FLOOD]) {
		set->has |= VSW_PORT_HAS_FLOOD;
		set->flood = nla_get_u8(tb[VSW_A_PORT_FLOOD]);
	}
	if (tb[VSW_A_PORT_LINK_FOLLOW]) {
		set->has |= VSW_PORT_HAS_LINK_FOLLOW;
		set->link_follow = nla_get_u8(tb[VSW_A_PORT_LINK_FOLLOW]);
	}
	if (tb[VSW_A_PORT_HOLD]) {
		set->has |= VSW_PORT_HAS_HOLD;
		set->hold = nla_get_u8(tb[VSW_A_PORT_HOLD]);
	}
}

/**
 * vsw_nl_parse_port - the settings of a port that a request has
 * @info: the request
 * @req: filled; to be given to vsw_nl_port_request_free() if all is well
 *
 * Context: RTNL held, may sleep.
 * Return: 0, -EINVAL, -ENOMEM, or -ENODEV if there is no such NIC.
 */
int vsw_nl_parse_port(struct genl_info *info, struct vsw_nl_port_request *req)
{
	int err;

	memset(req, 0, sizeof(*req));
	parse_switches(info->attrs, &req->set);
	err = parse_nic(info, &req->set);
	if (!err)
		err = parse_role(info, &req->set);
	if (!err)
		err = parse_bind(info, &req->set);
	if (!err)
		err = parse_desc(info, &req->set);
	if (!err)
		err = parse_port_fdb_max(info, &req->set);
	if (!err)
		err = vsw_nl_parse_tables(info, req);
	if (err)
		vsw_nl_port_request_free(req);
	return err;
}

/**
 * vsw_nl_port_request_free - free what the settings of a port point to
 * @req: settings
 *
 * Context: may sleep.
 */
void vsw_nl_port_request_free(struct vsw_nl_port_request *req)
{
	bitmap_free(req->trunks);
	bitmap_free(req->untagged);
	req->trunks = NULL;
	req->untagged = NULL;
}
