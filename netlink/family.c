// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: what may be said (policies), by whom and to which
 * handler (operations), and the frame of every message. Strict: an attribute
 * that a command has no use for is refused, never ignored.
 *
 * Handlers of requests run under RTNL, taken here, and in a transaction, which is
 * committed here; those of dumps take RTNL themselves. Limits that users run into
 * are not in the policies, which could only answer "integer out of range", but in
 * parse.c, in words.
 */

#include <linux/if_ether.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "netlink/batch.h"
#include "netlink/family.h"
#include "netlink/netlink.h"
#include "vswitch/txn.h"
#include "vswitch/vswitch.h"

#define BOOL	NLA_POLICY_MAX(NLA_U8, 1)
#define VLAN_BITMAP	NLA_POLICY_EXACT_LEN(VSW_VLAN_BITMAP_BYTES)
#define VID_GROUPS {							\
	.type = NLA_BINARY,						\
	.len = VSW_VID_GROUPS_MAX * sizeof(struct vsw_vid_group),	\
}

#define NAME	{ .type = NLA_NUL_STRING }

static const struct nla_policy switch_key[VSW_A_SWITCH_MAX + 1] = {
	[VSW_A_SWITCH_NAME]		= NAME,
};

static const struct nla_policy switch_settings[VSW_A_SWITCH_MAX + 1] = {
	[VSW_A_SWITCH_NAME]		= NAME,
	[VSW_A_SWITCH_TYPE]		= NLA_POLICY_MAX(NLA_U32,
							 VSW_SWITCH_EXTERNAL),
	[VSW_A_SWITCH_PROTOCOL]		= { .type = NLA_U32 },
	[VSW_A_SWITCH_AGEING]		= { .type = NLA_U32 },
	[VSW_A_SWITCH_FDB_MAX]		= { .type = NLA_U32 },
	[VSW_A_SWITCH_MTU]		= { .type = NLA_U32 },
	[VSW_A_SWITCH_UP]		= BOOL,
	[VSW_A_SWITCH_FIDS]		= VID_GROUPS,
	[VSW_A_SWITCH_INSTANCES]	= VID_GROUPS,
};

static const struct nla_policy port_key[VSW_A_PORT_MAX + 1] = {
	[VSW_A_PORT_SWITCH]		= NAME,
	[VSW_A_PORT_NAME]		= NAME,
};

static const struct nla_policy port_settings[VSW_A_PORT_MAX + 1] = {
	[VSW_A_PORT_SWITCH]		= NAME,
	[VSW_A_PORT_NAME]		= NAME,
	[VSW_A_PORT_UP]			= BOOL,
	[VSW_A_PORT_VLAN_MODE]		= NLA_POLICY_MAX(NLA_U32,
							 VSW_VLAN_TUNNEL),
	[VSW_A_PORT_VLAN_VID]		= { .type = NLA_U16 },
	[VSW_A_PORT_VLAN_TRUNKS]	= VLAN_BITMAP,
	[VSW_A_PORT_VLAN_NATIVE]	= { .type = NLA_U16 },
	[VSW_A_PORT_NIC]		= NAME,
	[VSW_A_PORT_ROLE]		= NLA_POLICY_MAX(NLA_U32,
							 VSW_ROLE_UPLINK),
	[VSW_A_PORT_BIND]		= NAME,
	[VSW_A_PORT_LEARN]		= BOOL,
	[VSW_A_PORT_FLOOD]		= BOOL,
	[VSW_A_PORT_FDB_MAX]		= { .type = NLA_U32 },
	[VSW_A_PORT_LINK_FOLLOW]	= BOOL,
	[VSW_A_PORT_DESC]		= NAME,
	[VSW_A_PORT_HOLD]		= BOOL,
	[VSW_A_PORT_VLAN_NATIVE_TAGGED]	= BOOL,
	[VSW_A_PORT_VLAN_UNTAGGED]	= VLAN_BITMAP,
	[VSW_A_PORT_VLAN_CUSTOMER]	= VLAN_BITMAP,
	[VSW_A_PORT_ADMIT]		= NLA_POLICY_MAX(NLA_U32,
							 VSW_ADMIT_UNTAGGED),
	[VSW_A_PORT_INGRESS_FILTER]	= BOOL,
	[VSW_A_PORT_VID_MAP]		= {
		.type = NLA_BINARY,
		.len = VSW_VID_RANGES_MAX * sizeof(struct vsw_vid_range),
	},
	[VSW_A_PORT_PCP_TABLE]		= NLA_POLICY_MAX(NLA_U32,
							 VSW_PCP_5P3D),
	[VSW_A_PORT_USE_DEI]		= BOOL,
	[VSW_A_PORT_PRIO_REGEN]		= NLA_POLICY_EXACT_LEN(8),
	[VSW_A_PORT_DEFAULT_PRIO]	= NLA_POLICY_MAX(NLA_U8, 7),
	[VSW_A_PORT_PRIO_TAGS]		= NLA_POLICY_MAX(NLA_U32,
							 VSW_PRIO_TAG_ALWAYS),
	[VSW_A_PORT_VLAN_SERVICES]	= VID_GROUPS,
	[VSW_A_PORT_STATES]		= {
		.type = NLA_BINARY,
		.len = VSW_INSTANCES * sizeof(struct vsw_port_state),
	},
	[VSW_A_PORT_RESERVED_RELAY]	= { .type = NLA_U16 },
	[VSW_A_PORT_BPDU]		= NLA_POLICY_MAX(NLA_U32,
							 VSW_BPDU_FILTER),
	[VSW_A_PORT_GUARD_RECOVERY]	= { .type = NLA_U32 },
};

static const struct nla_policy nic_key[VSW_A_NIC_MAX + 1] = {
	[VSW_A_NIC_NAME]		= NAME,
};

static const struct nla_policy nic_filter[VSW_A_NIC_MAX + 1] = {
	[VSW_A_NIC_NAME]		= NAME,
	[VSW_A_NIC_SWITCH]		= NAME,
};

static const struct nla_policy nic_settings[VSW_A_NIC_MAX + 1] = {
	[VSW_A_NIC_NAME]		= NAME,
	[VSW_A_NIC_KIND]		= NLA_POLICY_MAX(NLA_U32, VSW_NIC_TAP),
	[VSW_A_NIC_MAC]			= NLA_POLICY_ETH_ADDR,
	[VSW_A_NIC_MTU]			= { .type = NLA_U32 },
	[VSW_A_NIC_QUEUES]		= { .type = NLA_U32 },
};

static const struct nla_policy nic_plug[VSW_A_NIC_MAX + 1] = {
	[VSW_A_NIC_NAME]		= NAME,
	[VSW_A_NIC_SWITCH]		= NAME,
	[VSW_A_NIC_PORT]		= NAME,
	[VSW_A_NIC_ROLE]		= NLA_POLICY_MAX(NLA_U32,
							 VSW_ROLE_UPLINK),
};

static const struct nla_policy vlan_filter[VSW_A_VLAN_MAX + 1] = {
	[VSW_A_VLAN_SWITCH]		= NAME,
	[VSW_A_VLAN_VID]		= { .type = NLA_U16 },
	[VSW_A_VLAN_PORT]		= NAME,
};

static const struct nla_policy fdb_key[VSW_A_FDB_MAX + 1] = {
	[VSW_A_FDB_SWITCH]		= NAME,
	[VSW_A_FDB_MAC]			= NLA_POLICY_ETH_ADDR,
	[VSW_A_FDB_VID]			= { .type = NLA_U16 },
	[VSW_A_FDB_ALL_VLANS]		= { .type = NLA_FLAG },
};

static const struct nla_policy fdb_filter[VSW_A_FDB_MAX + 1] = {
	[VSW_A_FDB_SWITCH]		= NAME,
	[VSW_A_FDB_MAC]			= NLA_POLICY_ETH_ADDR,
	[VSW_A_FDB_VID]			= { .type = NLA_U16 },
	[VSW_A_FDB_PORT]		= NAME,
	[VSW_A_FDB_STATIC]		= { .type = NLA_FLAG },
	[VSW_A_FDB_DYNAMIC]		= { .type = NLA_FLAG },
	[VSW_A_FDB_ALL_VLANS]		= { .type = NLA_FLAG },
};

static const struct nla_policy fdb_settings[VSW_A_FDB_MAX + 1] = {
	[VSW_A_FDB_SWITCH]		= NAME,
	[VSW_A_FDB_MAC]			= NLA_POLICY_ETH_ADDR,
	[VSW_A_FDB_VID]			= { .type = NLA_U16 },
	[VSW_A_FDB_PORT]		= NAME,
	[VSW_A_FDB_STICKY]		= { .type = NLA_FLAG },
	[VSW_A_FDB_ALL_VLANS]		= { .type = NLA_FLAG },
	[VSW_A_FDB_PORTS]		= { .type = NLA_NESTED },
};

static const struct nla_policy fdb_flush[VSW_A_FDB_MAX + 1] = {
	[VSW_A_FDB_SWITCH]		= NAME,
	[VSW_A_FDB_VID]			= { .type = NLA_U16 },
	[VSW_A_FDB_PORT]		= NAME,
	[VSW_A_FDB_STATIC]		= { .type = NLA_FLAG },
	[VSW_A_FDB_ALL_VLANS]		= { .type = NLA_FLAG },
	[VSW_A_FDB_INSTANCE]		= NLA_POLICY_MAX(NLA_U16,
							 VSW_INSTANCES - 1),
};

static const struct nla_policy stats_key[VSW_A_STATS_MAX + 1] = {
	[VSW_A_STATS_SWITCH]		= NAME,
	[VSW_A_STATS_PORT]		= NAME,
};

static const struct nla_policy batch[VSW_A_BATCH_MAX + 1] = {
	[VSW_A_BATCH_OP]		= { .type = NLA_NESTED },
	[VSW_A_BATCH_PART]		= { .type = NLA_U32 },
	[VSW_A_BATCH_MORE]		= { .type = NLA_FLAG },
	[VSW_A_BATCH_DRY_RUN]		= { .type = NLA_FLAG },
};

/*
 * All policies are as long as their attribute set: any index in it is good. What
 * changes something can be part of a batch, where its attributes are in a nest.
 */
#define POLICY(rules, set)						\
	.policy = (rules), .maxattr = VSW_A_##set##_MAX
#define ADMIN(op, handler, rules, set)					\
	{ .cmd = VSW_CMD_##op, .flags = GENL_UNS_ADMIN_PERM,		\
	  .internal_flags = VSW_A_OP_##set, .doit = (handler),		\
	  POLICY(rules, set) }

static const struct genl_ops family_ops[] = {
	{
		.cmd	= VSW_CMD_SWITCH_GET,
		.doit	= vsw_nl_switch_get,
		.start	= vsw_nl_dump_start,
		.dumpit	= vsw_nl_switch_dump,
		POLICY(switch_key, SWITCH),
	},
	ADMIN(SWITCH_NEW, vsw_nl_switch_new, switch_settings, SWITCH),
	ADMIN(SWITCH_SET, vsw_nl_switch_set, switch_settings, SWITCH),
	ADMIN(SWITCH_DEL, vsw_nl_switch_del, switch_key, SWITCH),
	{
		.cmd	= VSW_CMD_PORT_GET,
		.doit	= vsw_nl_port_get,
		.start	= vsw_nl_dump_start,
		.dumpit	= vsw_nl_port_dump,
		POLICY(port_key, PORT),
	},
	ADMIN(PORT_NEW, vsw_nl_port_new, port_settings, PORT),
	ADMIN(PORT_SET, vsw_nl_port_set, port_settings, PORT),
	ADMIN(PORT_DEL, vsw_nl_port_del, port_key, PORT),
	{
		.cmd	= VSW_CMD_NIC_GET,
		.doit	= vsw_nl_nic_get,
		.dumpit	= vsw_nl_nic_dump,
		POLICY(nic_filter, NIC),
	},
	ADMIN(NIC_NEW, vsw_nl_nic_new, nic_settings, NIC),
	ADMIN(NIC_CONNECT, vsw_nl_nic_connect, nic_plug, NIC),
	ADMIN(NIC_DISCONNECT, vsw_nl_nic_disconnect, nic_key, NIC),
	ADMIN(NIC_DEL, vsw_nl_nic_del, nic_key, NIC),
	{
		.cmd	= VSW_CMD_VLAN_GET,
		.dumpit	= vsw_nl_vlan_dump,
		POLICY(vlan_filter, VLAN),
	},
	{
		.cmd	= VSW_CMD_FDB_GET,
		.doit	= vsw_nl_fdb_get,
		.start	= vsw_nl_dump_start,
		.dumpit	= vsw_nl_fdb_dump,
		.done	= vsw_nl_fdb_done,
		POLICY(fdb_filter, FDB),
	},
	ADMIN(FDB_NEW, vsw_nl_fdb_new, fdb_settings, FDB),
	ADMIN(FDB_DEL, vsw_nl_fdb_del, fdb_key, FDB),
	ADMIN(FDB_FLUSH, vsw_nl_fdb_flush, fdb_flush, FDB),
	{
		.cmd	= VSW_CMD_STATS_GET,
		.doit	= vsw_nl_stats_get,
		.dumpit	= vsw_nl_stats_dump,
		POLICY(stats_key, STATS),
	},
	{
		.cmd	= VSW_CMD_BATCH,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= vsw_nl_batch,
		POLICY(batch, BATCH),
	},
};

/* RTNL. A request is one, and that of a batch has the verbs of them all. */
static struct vsw_txn request_txn;

/**
 * vsw_nl_op - the operation behind a command
 * @cmd: enum vsw_cmd, or anything
 *
 * Context: any.
 * Return: the operation, whose internal_flags are the attribute VSW_A_OP_* for its
 * object in a batch, 0 if it cannot be in one; NULL if there is no such command.
 */
const struct genl_ops *vsw_nl_op(u32 cmd)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(family_ops); i++) {
		if (family_ops[i].cmd == cmd)
			return &family_ops[i];
	}
	return NULL;
}

/**
 * vsw_nl_cmd_is_new - is it a command that makes an object?
 * @cmd: enum vsw_cmd
 *
 * Context: any.
 * Return: true if so.
 */
bool vsw_nl_cmd_is_new(u32 cmd)
{
	return cmd == VSW_CMD_SWITCH_NEW || cmd == VSW_CMD_PORT_NEW ||
	       cmd == VSW_CMD_NIC_NEW || cmd == VSW_CMD_FDB_NEW;
}

/*
 * The core would refuse NLM_F_REPLACE with every command that it checks the
 * header of (see resv_start_op below), so the header is checked here.
 */
static int check_header(const struct genl_info *info)
{
	u16 known = NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO;

	if (vsw_nl_cmd_is_new(info->genlhdr->cmd))
		known |= NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE;
	if (info->nlhdr->nlmsg_flags & ~known) {
		NL_SET_ERR_MSG(info->extack,
			       "the message has NLM_F_ flags that the command does not know; leave them out");
		return -EINVAL;
	}
	if (info->genlhdr->reserved) {
		NL_SET_ERR_MSG(info->extack,
			       "the reserved field of the generic netlink header must be 0");
		return -EINVAL;
	}
	return 0;
}

static int family_pre_doit(const struct genl_split_ops *op, struct sk_buff *skb,
			   struct genl_info *info)
{
	int err = check_header(info);

	if (err)
		return err;
	rtnl_lock();
	vsw_txn_begin(&request_txn);
	info->user_ptr[0] = &request_txn;
	return 0;
}

/* A verb that was refused has left nothing behind that could be committed. */
static void family_post_doit(const struct genl_split_ops *op,
			     struct sk_buff *skb, struct genl_info *info)
{
	vsw_txn_commit(&request_txn);
	rtnl_unlock();
}

static const struct genl_multicast_group family_groups[] = {
	[VSW_NL_GROUP_EVENTS]	= { .name = VSW_MCGRP_EVENTS },
};

struct genl_family vsw_nl_family __ro_after_init = {
	.name		= VSW_GENL_NAME,
	.version	= VSW_GENL_VERSION,
	.module		= THIS_MODULE,
	.netnsok	= true,
	.parallel_ops	= true,		/* RTNL is the one lock */
	.ops		= family_ops,
	.n_ops		= ARRAY_SIZE(family_ops),
	.resv_start_op	= VSW_CMD_MAX + 1,
	.mcgrps		= family_groups,
	.n_mcgrps	= ARRAY_SIZE(family_groups),
	.pre_doit	= family_pre_doit,
	.post_doit	= family_post_doit,
};

/**
 * vsw_nl_reply_new - begin the reply to a request
 * @info: the request
 * @cmd: of the reply
 * @head: filled
 *
 * Context: may sleep.
 * Return: room for the message, or NULL if there is none.
 */
struct sk_buff *vsw_nl_reply_new(struct genl_info *info, u8 cmd,
				 struct vsw_nl_head *head)
{
	*head = (struct vsw_nl_head) {
		.net	= genl_info_net(info),
		.portid	= info->snd_portid,
		.seq	= info->snd_seq,
		.cmd	= cmd,
		.event	= VSW_NL_NO_EVENT,
	};
	return genlmsg_new(VSW_NL_MESSAGE_MAX, GFP_KERNEL);
}

/**
 * vsw_nl_reply_send - send the reply to a request
 * @msg: the reply; consumed
 * @info: the request
 * @err: what filling it came to: if not 0, nothing is sent
 *
 * Context: may sleep.
 * Return: @err, or whether it could be sent.
 */
int vsw_nl_reply_send(struct sk_buff *msg, struct genl_info *info, int err)
{
	if (!err)
		return genlmsg_reply(msg, info);
	nlmsg_free(msg);
	return err;
}

/**
 * vsw_nl_dump_head - begin a part of a dump
 * @cb: the dump
 * @cmd: of its messages
 * @seq: the dump is torn if this is not the same in all parts
 * @head: filled
 *
 * Context: process context.
 */
void vsw_nl_dump_head(struct netlink_callback *cb, u8 cmd, u32 seq,
		      struct vsw_nl_head *head)
{
	*head = (struct vsw_nl_head) {
		.cb	= cb,
		.net	= sock_net(cb->skb->sk),
		.portid	= NETLINK_CB(cb->skb).portid,
		.seq	= cb->nlh->nlmsg_seq,
		.flags	= NLM_F_MULTI,
		.cmd	= cmd,
		.event	= VSW_NL_NO_EVENT,
	};
	cb->seq = seq;
}

/**
 * vsw_nl_dump_start - handler that has the parts of a dump hold any message
 * @cb: the dump
 *
 * Context: may sleep.
 * Return: 0.
 */
int vsw_nl_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = VSW_NL_MESSAGE_MAX;
	return 0;
}

/**
 * vsw_nl_dump_end - what a part of a dump came to
 * @skb: the messages
 * @err: 0 if all is told; -EMSGSIZE if not all fitted; another error
 *
 * Context: any.
 * Return: what the dumpit() handler is to return.
 */
int vsw_nl_dump_end(const struct sk_buff *skb, int err)
{
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}

/**
 * vsw_nl_begin - begin a message
 * @skb: where to
 * @head: how
 *
 * Context: any.
 * Return: for genlmsg_end() or genlmsg_cancel(), NULL if there is no room.
 */
void *vsw_nl_begin(struct sk_buff *skb, const struct vsw_nl_head *head)
{
	void *hdr = genlmsg_put(skb, head->portid, head->seq, &vsw_nl_family,
				head->flags, head->cmd);

	if (hdr && head->cb)
		genl_dump_check_consistent(head->cb, hdr);
	return hdr;
}

/**
 * vsw_nl_put_event - what an event reports
 * @skb: where to
 * @attr: VSW_A_*_EVENT
 * @head: of the message; nothing is put if that is no event
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_event(struct sk_buff *skb, int attr,
		     const struct vsw_nl_head *head)
{
	if (head->event == VSW_NL_NO_EVENT)
		return 0;
	return nla_put_u32(skb, attr, head->event);
}

/**
 * vsw_nl_init - register the family
 *
 * Context: module init.
 * Return: 0 or an error.
 */
int vsw_nl_init(void)
{
	int err;

	err = vsw_nl_batch_init();
	if (err)
		return err;
	err = genl_register_family(&vsw_nl_family);
	if (err)
		vsw_nl_batch_exit();
	return err;
}

/**
 * vsw_nl_exit - unregister the family; no request is at work afterwards
 *
 * Context: module exit, may sleep, RTNL not held.
 */
void vsw_nl_exit(void)
{
	genl_unregister_family(&vsw_nl_family);
	vsw_nl_batch_exit();
}
