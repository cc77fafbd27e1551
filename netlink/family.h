/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_NL_FAMILY_H
#define _VSW_NL_FAMILY_H

/*
 * Private to netlink/: the handlers behind the table of operations, and what
 * they share: messages, which GET and the events fill in the same way, and the
 * walk over ports that all dumps but two are made of.
 */

#include <net/genetlink.h>
#include <linux/vswitch.h>

struct vsw_fdb_info;
struct vsw_nic;
struct vsw_port;
struct vsw_switch;
struct vsw_txn;

enum {
	VSW_NL_GROUP_EVENTS,
};

#define VSW_NL_NO_EVENT		(-1)

/* Octets of the longest message, with room to spare: a tunnel's port with all tables */
#define VSW_NL_MESSAGE_MAX	6144

extern struct genl_family vsw_nl_family;

/* The transaction that a request is part of. */
static inline struct vsw_txn *vsw_nl_txn(const struct genl_info *info)
{
	return info->user_ptr[0];
}

/**
 * struct vsw_nl_head - what a message begins with, and for whom it is
 * @cb: the dump it is part of, or NULL
 * @net: namespace of the reader
 * @portid: socket of the reader, 0 for an event
 * @seq: of the request, 0 for an event
 * @flags: NLM_F_*
 * @cmd: enum vsw_cmd
 * @event: enum vsw_event, or VSW_NL_NO_EVENT
 */
struct vsw_nl_head {
	struct netlink_callback	*cb;
	struct net		*net;
	u32			portid;
	u32			seq;
	int			flags;
	u8			cmd;
	int			event;
};

/**
 * struct vsw_nl_walk - a dump of switches, of ports or of what ports have
 * @only_ifindex: the switch that is meant, 0 for all of the namespace
 * @ifindex: switch to go on with, or the next above
 * @port_id: port to go on with, or the next above
 * @next: what to go on with within the port, as the dump likes
 * @begun: the request has been looked at
 *
 * Lives in cb->ctx, all zero at first. Port ids ascend in each switch's list, and
 * switches are walked by ifindex: so whatever comes or goes between two parts of
 * a dump, nothing is told twice and nothing that stayed is left out.
 */
struct vsw_nl_walk {
	u32	only_ifindex;
	u32	ifindex;
	u32	port_id;
	u32	next;
	bool	begun;
};

typedef int vsw_nl_port_fn(struct sk_buff *skb, const struct vsw_nl_head *head,
			   const struct vsw_port *port,
			   struct vsw_nl_walk *walk);

/* switch.c, port.c: the walk of dumps */
int vsw_nl_walk_begin(struct netlink_callback *cb, int switch_attr,
		      int port_attr);
struct vsw_switch *vsw_nl_walk_switch(const struct vsw_nl_walk *walk,
				      struct net *net);
int vsw_nl_walk_ports(struct sk_buff *skb, const struct vsw_nl_head *head,
		      int switch_attr, int port_attr, vsw_nl_port_fn *fn);

/* family.c: operations, and messages */
const struct genl_ops *vsw_nl_op(u32 cmd);
bool vsw_nl_cmd_is_new(u32 cmd);
struct sk_buff *vsw_nl_reply_new(struct genl_info *info, u8 cmd,
				 struct vsw_nl_head *head);
int vsw_nl_reply_send(struct sk_buff *msg, struct genl_info *info, int err);
int vsw_nl_dump_start(struct netlink_callback *cb);
void vsw_nl_dump_head(struct netlink_callback *cb, u8 cmd, u32 seq,
		      struct vsw_nl_head *head);
int vsw_nl_dump_end(const struct sk_buff *skb, int err);
void *vsw_nl_begin(struct sk_buff *skb, const struct vsw_nl_head *head);
int vsw_nl_put_event(struct sk_buff *skb, int attr,
		     const struct vsw_nl_head *head);

/* switch.c */
int vsw_nl_put_switch(struct sk_buff *skb, const struct vsw_nl_head *head,
		      const struct vsw_switch *sw);
int vsw_nl_switch_get(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_switch_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vsw_nl_switch_new(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_switch_set(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_switch_del(struct sk_buff *skb, struct genl_info *info);

/* port.c */
int vsw_nl_put_port(struct sk_buff *skb, const struct vsw_nl_head *head,
		    const struct vsw_port *port);
int vsw_nl_port_get(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_port_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vsw_nl_port_new(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_port_set(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_port_del(struct sk_buff *skb, struct genl_info *info);

/* nic.c */
int vsw_nl_put_nic(struct sk_buff *skb, const struct vsw_nl_head *head,
		   const struct vsw_nic *nic);
int vsw_nl_nic_get(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_nic_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vsw_nl_nic_new(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_nic_connect(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_nic_disconnect(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_nic_del(struct sk_buff *skb, struct genl_info *info);

/* vlan.c */
int vsw_nl_vlan_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* fdb.c */
int vsw_nl_put_fdb(struct sk_buff *skb, const struct vsw_nl_head *head,
		   const char *sw, const struct vsw_fdb_info *entry,
		   const char *old_port);
size_t vsw_nl_fdb_size(void);
int vsw_nl_fdb_get(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_fdb_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vsw_nl_fdb_done(struct netlink_callback *cb);
int vsw_nl_fdb_new(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_fdb_del(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_fdb_flush(struct sk_buff *skb, struct genl_info *info);

/* stats.c */
int vsw_nl_stats_get(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_stats_dump(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* _VSW_NL_FAMILY_H */
