// SPDX-License-Identifier: GPL-2.0
/*
 * VLANs: VLAN_GET. Who is in which VLAN follows from the ports' settings; it is
 * told port by port, one message for each VLAN of each port.
 */

#include <linux/rtnetlink.h>

#include "netlink/family.h"
#include "netlink/parse.h"
#include "vswitch/fdb_table.h"
#include "vswitch/vswitch.h"

static int check_filter(struct netlink_callback *cb)
{
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	u16 vid;

	if (!attrs[VSW_A_VLAN_SWITCH]) {
		NL_SET_ERR_ATTR_MISS(cb->extack, NULL, VSW_A_VLAN_SWITCH);
		NL_SET_ERR_MSG(cb->extack,
			       "the switch is missing; give its name");
		return -EINVAL;
	}
	if (!attrs[VSW_A_VLAN_VID])
		return 0;
	return vsw_nl_parse_vid(attrs[VSW_A_VLAN_VID], 1, &vid, cb->extack);
}

static int put_vlan(struct sk_buff *skb, const struct vsw_nl_head *head,
		    const struct vsw_port *port,
		    const struct vsw_port_vlans *vlans, u16 vid)
{
	bool pvid = vlans->admit_untagged && vid == vlans->pvid;
	u16 fid = vsw_fdb_vlan_fid(port->sw, vid);
	void *hdr = vsw_nl_begin(skb, head);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, VSW_A_VLAN_SWITCH, port->sw->dev->name) ||
	    nla_put_u16(skb, VSW_A_VLAN_VID, vid) ||
	    nla_put_string(skb, VSW_A_VLAN_PORT, port->name) ||
	    nla_put_u8(skb, VSW_A_VLAN_UNTAGGED,
		       vsw_port_vlans_untag(vlans, vid)) ||
	    nla_put_u8(skb, VSW_A_VLAN_PVID, pvid) ||
	    (fid && nla_put_u16(skb, VSW_A_VLAN_FID, fid)) ||
	    nla_put_u16(skb, VSW_A_VLAN_INSTANCE,
			vsw_vlan_instance(port->sw, vid)) ||
	    nla_put_u32(skb, VSW_A_VLAN_STATE, vsw_port_state(port, vid)) ||
	    nla_put_u32(skb, VSW_A_VLAN_FDB_COUNT,
			vsw_fdb_vlan_count(port->sw, vid))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* @walk->next: the VLAN to go on with. VID 0 is no VLAN. */
static int tell_port(struct sk_buff *skb, const struct vsw_nl_head *head,
		     const struct vsw_port *port, struct vsw_nl_walk *walk)
{
	const struct vsw_port_vlans *vlans = rtnl_dereference(port->vlans);
	struct nlattr *only = genl_info_dump(head->cb)->attrs[VSW_A_VLAN_VID];
	u32 vid = walk->next ?: 1;
	int err;

	for_each_set_bit_from(vid, vlans->members, VLAN_N_VID) {
		if (only && nla_get_u16(only) != vid)
			continue;
		walk->next = vid;
		err = put_vlan(skb, head, port, vlans, vid);
		if (err)
			return err;
	}
	return 0;
}

/**
 * vsw_nl_vlan_dump - handler of VLAN_GET
 * @skb: room for messages
 * @cb: the dump
 *
 * Context: RTNL not held, may sleep.
 * Return: 0 if all is told, more if not, or an error.
 */
int vsw_nl_vlan_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vsw_nl_head head;
	int err;

	err = check_filter(cb);
	if (err)
		return err;
	rtnl_lock();
	vsw_nl_dump_head(cb, VSW_CMD_VLAN_GET, vsw_config_seq, &head);
	err = vsw_nl_walk_ports(skb, &head, VSW_A_VLAN_SWITCH, VSW_A_VLAN_PORT,
				tell_port);
	rtnl_unlock();
	return vsw_nl_dump_end(skb, err);
}
