// SPDX-License-Identifier: GPL-2.0
/*
 * What frames go by at a port, in requests and answers: VLANs, acceptable frame
 * types, VID translation, priorities, states and what becomes of reserved addresses.
 */

#include <linux/rtnetlink.h>

#include "netlink/parse.h"
#include "vswitch/vswitch.h"

#define LIST_MODES	(BIT(VSW_VLAN_TRUNK) | BIT(VSW_VLAN_HYBRID))
#define VID_MODES	(BIT(VSW_VLAN_ACCESS) | BIT(VSW_VLAN_TUNNEL))

/* Is there an attribute that the mode has no use for? @modes: bits of those that have */
static bool unwanted(const struct genl_info *info, int which, u32 modes, u8 mode)
{
	return info->attrs[which] && !(modes & BIT(mode));
}

static int check_lists(struct genl_info *info, u8 mode)
{
	struct nlattr **tb = info->attrs;

	if (unwanted(info, VSW_A_PORT_VLAN_TRUNKS, LIST_MODES, mode)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[VSW_A_PORT_VLAN_TRUNKS],
				    "the list of VLANs is a trunk's or a hybrid port's; give VLAN mode trunk or hybrid with it");
		return -EINVAL;
	}
	if (unwanted(info, VSW_A_PORT_VLAN_UNTAGGED, BIT(VSW_VLAN_HYBRID),
		     mode)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[VSW_A_PORT_VLAN_UNTAGGED],
				    "the list of untagged VLANs is a hybrid port's; give VLAN mode hybrid with it");
		return -EINVAL;
	}
	if (unwanted(info, VSW_A_PORT_VLAN_CUSTOMER, BIT(VSW_VLAN_TUNNEL),
		     mode)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[VSW_A_PORT_VLAN_CUSTOMER],
				    "the list of customer's VLANs is a tunnel's; give VLAN mode dot1q-tunnel with it");
		return -EINVAL;
	}
	return 0;
}

static int check_services(struct genl_info *info, u8 mode)
{
	if (!unwanted(info, VSW_A_PORT_VLAN_SERVICES, BIT(VSW_VLAN_TUNNEL),
		      mode))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack,
			    info->attrs[VSW_A_PORT_VLAN_SERVICES],
			    "services are a tunnel's; give VLAN mode dot1q-tunnel with them");
	return -EINVAL;
}

static int check_vids(struct genl_info *info, u8 mode)
{
	struct nlattr **tb = info->attrs;

	if (unwanted(info, VSW_A_PORT_VLAN_VID, VID_MODES, mode)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[VSW_A_PORT_VLAN_VID],
				    "the VLAN id is an access port's or a tunnel's; give VLAN mode access or dot1q-tunnel with it");
		return -EINVAL;
	}
	if (unwanted(info, VSW_A_PORT_VLAN_NATIVE, LIST_MODES, mode)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[VSW_A_PORT_VLAN_NATIVE],
				    "the native VLAN is a trunk's or a hybrid port's; give VLAN mode trunk or hybrid with it");
		return -EINVAL;
	}
	if (unwanted(info, VSW_A_PORT_VLAN_NATIVE_TAGGED, BIT(VSW_VLAN_TRUNK),
		     mode)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    tb[VSW_A_PORT_VLAN_NATIVE_TAGGED],
				    "native-tagged is a trunk's; give VLAN mode trunk with it");
		return -EINVAL;
	}
	return 0;
}

/* VID v is bit v % 8 of octet v / 8, whatever the order of a long's octets. */
static int parse_bitmap(const struct nlattr *attr, unsigned long **map,
			struct netlink_ext_ack *extack)
{
	const u8 *octets = nla_data(attr);
	unsigned int i;

	*map = bitmap_zalloc(VLAN_N_VID, GFP_KERNEL);
	if (!*map) {
		NL_SET_ERR_MSG(extack, "out of memory for the VLANs; try again");
		return -ENOMEM;
	}
	for (i = 0; i < VSW_VLAN_BITMAP_BYTES; i++)
		bitmap_set_value8(*map, octets[i], i * BITS_PER_BYTE);
	return 0;
}

/* @lowest: VLAN id from which on the list may have them */
static int parse_list(struct genl_info *info, int which, u16 lowest,
		      unsigned long **map)
{
	const struct nlattr *attr = info->attrs[which];
	int err;

	err = parse_bitmap(attr, map, info->extack);
	if (err)
		return err;
	if (find_first_bit(*map, VLAN_N_VID) >= lowest &&
	    !test_bit(VLAN_VID_MASK, *map))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the VLAN ids of a list must be 1 to 4094, a tunnel's 0 (no tag) to 4094");
	return -EINVAL;
}

static int parse_native(struct genl_info *info, struct vsw_vlan_settings *vlan)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_VLAN_NATIVE];

	if (!attr)
		return 0;
	return vsw_nl_parse_vid(attr, 1, &vlan->vid, info->extack);
}

static int parse_trunk(struct genl_info *info, struct vsw_nl_port_request *req)
{
	struct nlattr *tagged = info->attrs[VSW_A_PORT_VLAN_NATIVE_TAGGED];
	struct vsw_vlan_settings *vlan = &req->set.vlan;
	int err;

	if (vsw_nl_missing(info, VSW_A_PORT_VLAN_TRUNKS,
			   "VLAN modes trunk and hybrid need a list of VLANs; give it"))
		return -EINVAL;
	err = parse_list(info, VSW_A_PORT_VLAN_TRUNKS, 1, &req->trunks);
	if (err)
		return err;
	vlan->trunks = req->trunks;
	vlan->native_tagged = tagged && nla_get_u8(tagged);
	return parse_native(info, vlan);
}

static int parse_hybrid(struct genl_info *info, struct vsw_nl_port_request *req)
{
	int err;

	err = parse_trunk(info, req);
	if (err)
		return err;
	if (vsw_nl_missing(info, VSW_A_PORT_VLAN_UNTAGGED,
			   "VLAN mode hybrid needs a list of untagged VLANs; it may be empty"))
		return -EINVAL;
	err = parse_list(info, VSW_A_PORT_VLAN_UNTAGGED, 1, &req->untagged);
	req->set.vlan.untagged = req->untagged;
	return err;
}

static int parse_access(struct genl_info *info, struct vsw_nl_port_request *req)
{
	if (vsw_nl_missing(info, VSW_A_PORT_VLAN_VID,
			   "VLAN modes access and dot1q-tunnel need a VLAN id; give it"))
		return -EINVAL;
	return vsw_nl_parse_vid(info->attrs[VSW_A_PORT_VLAN_VID], 1,
				&req->set.vlan.vid, info->extack);
}

static int parse_services(struct genl_info *info,
			  struct vsw_vlan_settings *vlan)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_VLAN_SERVICES];
	struct vsw_nl_groups services;
	int err;

	if (!attr)
		return 0;
	err = vsw_nl_parse_groups(attr, 1, VLAN_VID_MASK - 1, &services,
				  info->extack);
	vlan->services = services.groups;
	vlan->service_count = services.count;
	return err;
}

static int parse_tunnel(struct genl_info *info, struct vsw_nl_port_request *req)
{
	int err;

	err = parse_access(info, req) ?: parse_services(info, &req->set.vlan);
	if (err || !info->attrs[VSW_A_PORT_VLAN_CUSTOMER])
		return err;
	err = parse_list(info, VSW_A_PORT_VLAN_CUSTOMER, 0, &req->trunks);
	req->set.vlan.trunks = req->trunks;
	return err;
}

static int parse_vlan(struct genl_info *info, struct vsw_nl_port_request *req)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_VLAN_MODE];
	u8 mode = attr ? nla_get_u32(attr) : VSW_VLAN_NONE;
	int err;

	err = check_lists(info, mode) ?: check_services(info, mode) ?:
	      check_vids(info, mode);
	if (err || !attr)
		return err;
	req->set.has |= VSW_PORT_HAS_VLAN;
	req->set.vlan.mode = mode;
	switch (mode) {
	case VSW_VLAN_ACCESS:
		return parse_access(info, req);
	case VSW_VLAN_TRUNK:
		return parse_trunk(info, req);
	case VSW_VLAN_HYBRID:
		return parse_hybrid(info, req);
	case VSW_VLAN_TUNNEL:
		return parse_tunnel(info, req);
	default:
		return 0;
	}
}

static void parse_admit(struct nlattr **tb, struct vsw_port_settings *set)
{
	if (tb[VSW_A_PORT_ADMIT]) {
		set->has |= VSW_PORT_HAS_ADMIT;
		set->admit = nla_get_u32(tb[VSW_A_PORT_ADMIT]);
	}
	if (tb[VSW_A_PORT_INGRESS_FILTER]) {
		set->has |= VSW_PORT_HAS_FILTER;
		set->filter = nla_get_u8(tb[VSW_A_PORT_INGRESS_FILTER]);
	}
}

static int parse_regen(struct genl_info *info, struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_PRIO_REGEN];
	unsigned int i;

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_PRIO_REGEN;
	memcpy(set->prio.regen, nla_data(attr), sizeof(set->prio.regen));
	for (i = 0; i < VSW_PRIOS; i++) {
		if (set->prio.regen[i] < VSW_PRIOS)
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a priority must be 0 to 7");
		return -EINVAL;
	}
	return 0;
}

static void parse_prio(struct nlattr **tb, struct vsw_port_settings *set)
{
	if (tb[VSW_A_PORT_PCP_TABLE]) {
		set->has |= VSW_PORT_HAS_PCP_TABLE;
		set->prio.table = nla_get_u32(tb[VSW_A_PORT_PCP_TABLE]);
	}
	if (tb[VSW_A_PORT_USE_DEI]) {
		set->has |= VSW_PORT_HAS_USE_DEI;
		set->prio.no_dei = !nla_get_u8(tb[VSW_A_PORT_USE_DEI]);
	}
	if (tb[VSW_A_PORT_DEFAULT_PRIO]) {
		set->has |= VSW_PORT_HAS_DEFAULT_PRIO;
		set->prio.untagged = nla_get_u8(tb[VSW_A_PORT_DEFAULT_PRIO]);
	}
	if (tb[VSW_A_PORT_PRIO_TAGS]) {
		set->has |= VSW_PORT_HAS_PRIO_TAGS;
		set->prio.tag = nla_get_u32(tb[VSW_A_PORT_PRIO_TAGS]);
	}
}

static int parse_vid_map(struct genl_info *info, struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_VID_MAP];

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_VID_MAP;
	if (nla_len(attr) % sizeof(*set->vid_ranges)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the VID translation is no array of struct vsw_vid_range");
		return -EINVAL;
	}
	set->vid_ranges = nla_data(attr);
	set->vid_range_count = nla_len(attr) / sizeof(*set->vid_ranges);
	return 0;
}

/* Return: false if it makes no sense, or if the instance was named before. */
static bool state_add(const struct vsw_port_state *state,
		      struct vsw_state_settings *set)
{
	u64 bit;

	if (state->instance >= VSW_INSTANCES ||
	    state->state > VSW_STATE_DISCARDING)
		return false;
	bit = BIT_ULL(state->instance);
	if (set->changed & bit)
		return false;
	set->changed |= bit;
	if (state->state != VSW_STATE_FORWARDING)
		set->not_forwarding |= bit;
	if (state->state == VSW_STATE_DISCARDING)
		set->not_learning |= bit;
	return true;
}

static int parse_states(struct genl_info *info, struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_STATES];
	const struct vsw_port_state *states;
	unsigned int i, count;
	bool sound;

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_STATES;
	states = nla_data(attr);
	count = nla_len(attr) / sizeof(*states);
	sound = nla_len(attr) % sizeof(*states) == 0;
	for (i = 0; i < count && sound; i++)
		sound = state_add(&states[i], &set->states);
	if (sound)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the states must be an array of spanning tree instances, 0 to 63, each named once, and their states");
	return -EINVAL;
}

static int parse_reserved_relay(struct genl_info *info,
				struct vsw_port_settings *set)
{
	struct nlattr *attr = info->attrs[VSW_A_PORT_RESERVED_RELAY];

	if (!attr)
		return 0;
	set->has |= VSW_PORT_HAS_RESERVED_RELAY;
	set->reserved_relay = nla_get_u16(attr);
	if (!(set->reserved_relay & BIT(1)))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "01-80-C2-00-00-01 is for pause frames between two NICs, which are never relayed; leave it out");
	return -EINVAL;
}

static void parse_bpdu(struct nlattr **tb, struct vsw_port_settings *set)
{
	if (tb[VSW_A_PORT_BPDU]) {
		set->has |= VSW_PORT_HAS_BPDU;
		set->bpdu = nla_get_u32(tb[VSW_A_PORT_BPDU]);
	}
	if (tb[VSW_A_PORT_GUARD_RECOVERY]) {
		set->has |= VSW_PORT_HAS_GUARD_RECOVERY;
		set->guard_recovery = nla_get_u32(tb[VSW_A_PORT_GUARD_RECOVERY]);
	}
}

/**
 * vsw_nl_parse_tables - settings of VLANs and priorities that a request has
 * @info: the request
 * @req: these are filled in
 *
 * Context: RTNL held, may sleep.
 * Return: 0, -EINVAL or -ENOMEM; what was allocated is in @req in any case.
 */
int vsw_nl_parse_tables(struct genl_info *info, struct vsw_nl_port_request *req)
{
	int err;

	parse_admit(info->attrs, &req->set);
	parse_prio(info->attrs, &req->set);
	parse_bpdu(info->attrs, &req->set);
	err = parse_regen(info, &req->set) ?:
	      parse_vid_map(info, &req->set) ?:
	      parse_states(info, &req->set) ?:
	      parse_reserved_relay(info, &req->set);
	return err ?: parse_vlan(info, req);
}

static int put_bitmap(struct sk_buff *skb, int which, const unsigned long *map)
{
	struct nlattr *attr;
	unsigned int i;
	u8 *octets;

	attr = nla_reserve(skb, which, VSW_VLAN_BITMAP_BYTES);
	if (!attr)
		return -EMSGSIZE;
	octets = nla_data(attr);
	for (i = 0; i < VSW_VLAN_BITMAP_BYTES; i++)
		octets[i] = bitmap_get_value8(map, i * BITS_PER_BYTE);
	return 0;
}

/* Of a trunk or a hybrid port. */
static int put_lists(struct sk_buff *skb, const struct vsw_port_vlans *vlans)
{
	if (put_bitmap(skb, VSW_A_PORT_VLAN_TRUNKS, vlans->members))
		return -EMSGSIZE;
	if (vlans->untagged &&
	    put_bitmap(skb, VSW_A_PORT_VLAN_UNTAGGED, vlans->untagged))
		return -EMSGSIZE;
	if (vlans->pvid &&
	    nla_put_u16(skb, VSW_A_PORT_VLAN_NATIVE, vlans->pvid))
		return -EMSGSIZE;
	if (vlans->native_tagged)
		return nla_put_u8(skb, VSW_A_PORT_VLAN_NATIVE_TAGGED, 1);
	return 0;
}

/**
 * vsw_nl_put_groups - tell which VLANs are given a number
 * @skb: the message
 * @which: the attribute
 * @table: the numbers, NULL for none: then it is left out
 *
 * Context: any.
 * Return: 0, or -EMSGSIZE.
 */
int vsw_nl_put_groups(struct sk_buff *skb, int which,
		      const struct vsw_vid_table *table)
{
	if (!table)
		return 0;
	return nla_put(skb, which,
		       flex_array_size(table, groups, table->count),
		       table->groups);
}

static int put_vlans(struct sk_buff *skb, const struct vsw_port_vlans *vlans)
{
	if (nla_put_u32(skb, VSW_A_PORT_VLAN_MODE, vlans->mode) ||
	    nla_put_u32(skb, VSW_A_PORT_ADMIT, vlans->admit) ||
	    nla_put_u8(skb, VSW_A_PORT_INGRESS_FILTER, vlans->filter))
		return -EMSGSIZE;
	switch (vlans->mode) {
	case VSW_VLAN_ACCESS:
		return nla_put_u16(skb, VSW_A_PORT_VLAN_VID, vlans->pvid);
	case VSW_VLAN_TRUNK:
	case VSW_VLAN_HYBRID:
		return put_lists(skb, vlans);
	case VSW_VLAN_TUNNEL:
		return nla_put_u16(skb, VSW_A_PORT_VLAN_VID, vlans->pvid) ?:
		       put_bitmap(skb, VSW_A_PORT_VLAN_CUSTOMER,
				  vlans->customer) ?:
		       vsw_nl_put_groups(skb, VSW_A_PORT_VLAN_SERVICES,
					 vlans->services);
	default:
		return 0;
	}
}

static int put_prio(struct sk_buff *skb, const struct vsw_port_prio *prio)
{
	struct vsw_prio_settings set;

	vsw_prio_settings_init(&set);
	if (prio)
		set = prio->set;
	if (nla_put_u32(skb, VSW_A_PORT_PCP_TABLE, set.table) ||
	    nla_put_u8(skb, VSW_A_PORT_USE_DEI, !set.no_dei) ||
	    nla_put(skb, VSW_A_PORT_PRIO_REGEN, sizeof(set.regen), set.regen) ||
	    nla_put_u8(skb, VSW_A_PORT_DEFAULT_PRIO, set.untagged) ||
	    nla_put_u32(skb, VSW_A_PORT_PRIO_TAGS, set.tag))
		return -EMSGSIZE;
	return 0;
}

static int put_vid_map(struct sk_buff *skb, const struct vsw_port_vidmap *map)
{
	if (!map)
		return 0;
	return nla_put(skb, VSW_A_PORT_VID_MAP,
		       flex_array_size(map, ranges, map->count), map->ranges);
}

/* Those that do not forward. */
static int put_states(struct sk_buff *skb, const struct vsw_port *port)
{
	struct vsw_port_state *state;
	unsigned int instance;
	struct nlattr *attr;

	if (!port->not_forwarding)
		return 0;
	attr = nla_reserve(skb, VSW_A_PORT_STATES,
			   hweight64(port->not_forwarding) * sizeof(*state));
	if (!attr)
		return -EMSGSIZE;
	state = nla_data(attr);
	for (instance = 0; instance < VSW_INSTANCES; instance++) {
		if (!(port->not_forwarding & BIT_ULL(instance)))
			continue;
		state->instance = instance;
		state->state = port->not_learning & BIT_ULL(instance) ?
			       VSW_STATE_DISCARDING : VSW_STATE_LEARNING;
		state++;
	}
	return 0;
}

static u32 port_bpdu(const struct vsw_port *port)
{
	if (test_bit(VSW_PORT_F_BPDU_GUARD, &port->flags))
		return VSW_BPDU_GUARD;
	return test_bit(VSW_PORT_F_BPDU_FILTER, &port->flags) ?
	       VSW_BPDU_FILTER : VSW_BPDU_NORMAL;
}

static int put_control(struct sk_buff *skb, const struct vsw_port *port)
{
	if (nla_put_u16(skb, VSW_A_PORT_RESERVED_RELAY, port->reserved_relay) ||
	    nla_put_u32(skb, VSW_A_PORT_BPDU, port_bpdu(port)) ||
	    nla_put_u32(skb, VSW_A_PORT_GUARD_RECOVERY, port->guard_recovery))
		return -EMSGSIZE;
	return put_states(skb, port);
}

/**
 * vsw_nl_put_tables - tell VLANs and priorities of a port
 * @skb: the message
 * @port: the port
 *
 * Context: RTNL held.
 * Return: 0, or -EMSGSIZE.
 */
int vsw_nl_put_tables(struct sk_buff *skb, const struct vsw_port *port)
{
	if (put_vlans(skb, rtnl_dereference(port->vlans)) ||
	    put_prio(skb, rtnl_dereference(port->prio)) ||
	    put_vid_map(skb, rtnl_dereference(port->vidmap)) ||
	    put_control(skb, port))
		return -EMSGSIZE;
	return 0;
}
