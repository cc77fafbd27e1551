/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_NL_PARSE_H
#define _VSW_NL_PARSE_H

/*
 * Private to netlink/: what requests say, turned into objects and settings. All
 * that is refused here is refused with the attribute and a remedy in extack.
 */

#include <net/genetlink.h>

#include "vswitch/vswitch.h"

/*
 * Is an attribute that the command cannot do without left out? @msg, a string
 * constant, says so.
 */
#define vsw_nl_missing(info, attr, msg) ({				\
	struct genl_info *__req = (info);				\
	bool __miss = GENL_REQ_ATTR_CHECK(__req, attr);			\
									\
	if (__miss)							\
		NL_SET_ERR_MSG(__req->extack, msg);			\
	__miss;								\
})

/* Objects by name, under RTNL. @attr: the name, never NULL. */
struct vsw_switch *vsw_nl_switch_find(struct net *net,
				      const struct nlattr *attr,
				      struct netlink_ext_ack *extack);
struct vsw_port *vsw_nl_port_find(struct vsw_switch *sw,
				  const struct nlattr *attr,
				  struct netlink_ext_ack *extack);

/* The same, by the keys of a request. */
struct vsw_switch *vsw_nl_info_switch(struct genl_info *info, int switch_attr);
struct vsw_port *vsw_nl_info_port(struct genl_info *info, int switch_attr,
				  int port_attr);

/* Single values. */
int vsw_nl_check_dev_name(const struct nlattr *attr,
			  struct netlink_ext_ack *extack);
int vsw_nl_check_port_name(const struct nlattr *attr,
			   struct netlink_ext_ack *extack);
int vsw_nl_check_station(const struct nlattr *attr,
			 struct netlink_ext_ack *extack);
int vsw_nl_parse_mtu(const struct nlattr *attr, u32 *mtu,
		     struct netlink_ext_ack *extack);
int vsw_nl_parse_vid(const struct nlattr *attr, u16 min, u16 *vid,
		     struct netlink_ext_ack *extack);

/**
 * struct vsw_nl_groups - an array of struct vsw_vid_group in a request
 * @groups: the array
 * @count: how many
 */
struct vsw_nl_groups {
	const struct vsw_vid_group	*groups;
	u32				count;
};

int vsw_nl_parse_groups(const struct nlattr *attr, u16 min, u16 max,
			struct vsw_nl_groups *groups,
			struct netlink_ext_ack *extack);

/* Settings. */
int vsw_nl_parse_switch(struct genl_info *info,
			struct vsw_switch_settings *set);

/**
 * struct vsw_nl_port_request - settings of a port, and what they point to
 * @set: the settings
 * @trunks: bitmap behind @set.vlan.trunks, or NULL
 * @untagged: bitmap behind @set.vlan.untagged, or NULL
 */
struct vsw_nl_port_request {
	struct vsw_port_settings	set;
	unsigned long			*trunks;
	unsigned long			*untagged;
};

int vsw_nl_parse_port(struct genl_info *info, struct vsw_nl_port_request *req);
void vsw_nl_port_request_free(struct vsw_nl_port_request *req);

/* tables.c: VLANs, priorities and VID translation of a port */
int vsw_nl_parse_tables(struct genl_info *info,
			struct vsw_nl_port_request *req);
int vsw_nl_put_groups(struct sk_buff *skb, int which,
		      const struct vsw_vid_table *table);
int vsw_nl_put_tables(struct sk_buff *skb, const struct vsw_port *port);

#endif /* _VSW_NL_PARSE_H */
