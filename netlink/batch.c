// SPDX-License-Identifier: GPL-2.0
/*
 * BATCH: many operations, one transaction. Each is a nest that is taken apart and
 * handed to the handler of its command, as if it were a message of its own; all
 * enter what they do into the transaction of the request, which is committed in
 * family.c if no one was refused.
 *
 * What is too large for one message comes in parts. All but the last are kept,
 * copied, with the socket they came from, and are carried out with the last.
 */

#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "netlink/batch.h"
#include "netlink/family.h"
#include "vswitch/txn.h"

/* More than any object has. */
#define OP_ATTRS	48

/**
 * struct batch_part - operations that are kept
 * @node: in batch.parts
 * @len: octets of @attrs
 * @attrs: the attributes of the message
 */
struct batch_part {
	struct list_head	node;
	u32			len;
	u8			attrs[] __aligned(NLA_ALIGNTO);
};

/**
 * struct batch - a batch of which not all parts have come
 * @node: in batches
 * @net: namespace of the socket, which outlives this
 * @portid: the socket's
 * @sk: the socket, to tell it from one that got its portid; never looked into
 * @parts: what is kept, in order
 * @count: of @parts
 * @octets: of @parts
 */
struct batch {
	struct list_head	node;
	const struct net	*net;
	u32			portid;
	const struct sock	*sk;
	struct list_head	parts;
	u32			count;
	u32			octets;
};

/**
 * struct batch_run - a batch that is being carried out
 * @skb: message of the last part
 * @info: the same, parsed
 * @index: of the operation at hand
 * @op: the operation at hand
 * @object: attribute with its object, NULL if that was not found yet
 */
struct batch_run {
	struct sk_buff		*skb;
	struct genl_info	*info;
	u32			index;
	const struct nlattr	*op;
	const struct nlattr	*object;
};

/* Unfinished batches. The lock nests inside RTNL. */
static LIST_HEAD(batches);
static DEFINE_MUTEX(batches_lock);

static const struct nla_policy op_policy[VSW_A_OP_MAX + 1] = {
	[VSW_A_OP_CMD]		= { .type = NLA_U32 },
	[VSW_A_OP_FLAGS]	= NLA_POLICY_MASK(NLA_U32, VSW_OP_REPLACE |
							   VSW_OP_IF_EXISTS),
	[VSW_A_OP_SWITCH]	= { .type = NLA_NESTED },
	[VSW_A_OP_PORT]		= { .type = NLA_NESTED },
	[VSW_A_OP_NIC]		= { .type = NLA_NESTED },
	[VSW_A_OP_FDB]		= { .type = NLA_NESTED },
};

static struct batch *batch_find(const struct net *net, u32 portid)
{
	struct batch *batch;

	list_for_each_entry(batch, &batches, node) {
		if (batch->portid == portid && net_eq(batch->net, net))
			return batch;
	}
	return NULL;
}

static void batch_free(struct batch *batch)
{
	struct batch_part *part, *next;

	if (!batch)
		return;
	list_for_each_entry_safe(part, next, &batch->parts, node) {
		kvfree(part);
		cond_resched();
	}
	kfree(batch);
}

/* The socket's unfinished batch, which is the caller's to free, or NULL. */
static struct batch *batch_take(const struct net *net, u32 portid)
{
	struct batch *batch;

	mutex_lock(&batches_lock);
	batch = batch_find(net, portid);
	if (batch)
		list_del(&batch->node);
	mutex_unlock(&batches_lock);
	return batch;
}

static struct batch *batch_new(const struct net *net, u32 portid,
			       const struct sock *sk)
{
	struct batch *batch = kzalloc(sizeof(*batch), GFP_KERNEL_ACCOUNT);

	if (!batch)
		return NULL;
	batch->net = net;
	batch->portid = portid;
	batch->sk = sk;
	INIT_LIST_HEAD(&batch->parts);
	return batch;
}

/* Octets that are kept for a namespace. */
static u64 octets_of(const struct net *net)
{
	const struct batch *batch;
	u64 sum = 0;

	list_for_each_entry(batch, &batches, node) {
		if (net_eq(batch->net, net))
			sum += batch->octets;
	}
	return sum;
}

static int part_append(struct batch *batch, const struct genl_info *info)
{
	u32 len = genlmsg_len(info->genlhdr);
	u32 size = struct_size_t(struct batch_part, attrs, len);
	struct batch_part *part;

	if (batch->octets + octets_of(batch->net) + size >
	    VSW_BATCH_BYTES_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "too many octets in unfinished batches of this namespace; send a smaller one, or wait");
		return -E2BIG;
	}
	part = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!part) {
		NL_SET_ERR_MSG(info->extack,
			       "out of memory for the batch; try again");
		return -ENOMEM;
	}
	part->len = len;
	memcpy(part->attrs, genlmsg_data(info->genlhdr), len);
	list_add_tail(&part->node, &batch->parts);
	batch->count++;
	batch->octets += size;
	return 0;
}

/* @batch: what was kept so far, NULL if nothing; freed if it is refused. */
static int batch_keep(struct sk_buff *skb, struct genl_info *info,
		      struct batch *batch)
{
	int err = -EINVAL;

	if (info->attrs[VSW_A_BATCH_DRY_RUN]) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[VSW_A_BATCH_DRY_RUN],
				    "dry-run goes with the last part; leave it out here");
		goto free;
	}
	if (!batch)
		batch = batch_new(genl_info_net(info), info->snd_portid,
				  NETLINK_CB(skb).sk);
	if (!batch) {
		NL_SET_ERR_MSG(info->extack,
			       "out of memory for the batch; try again");
		return -ENOMEM;
	}
	mutex_lock(&batches_lock);
	err = part_append(batch, info);
	if (!err)
		list_add_tail(&batch->node, &batches);
	mutex_unlock(&batches_lock);
	if (!err)
		return 0;
free:
	batch_free(batch);
	return err;
}

/* The operation's command and the attribute of its object, or an error. */
static const struct genl_ops *op_find(struct batch_run *run, struct nlattr **op)
{
	struct netlink_ext_ack *extack = run->info->extack;
	const struct genl_ops *ops;

	if (!op[VSW_A_OP_CMD]) {
		NL_SET_ERR_MSG_ATTR(extack, run->op,
				    "the operation has no command; give one");
		return ERR_PTR(-EINVAL);
	}
	ops = vsw_nl_op(nla_get_u32(op[VSW_A_OP_CMD]));
	if (!ops || !ops->internal_flags) {
		NL_SET_ERR_MSG_ATTR(extack, op[VSW_A_OP_CMD],
				    "the command cannot be part of a batch; send it by itself");
		return ERR_PTR(-EOPNOTSUPP);
	}
	run->object = op[ops->internal_flags];
	if (!run->object) {
		NL_SET_ERR_MSG_ATTR(extack, run->op,
				    "the operation has no object of the kind of its command; give one");
		return ERR_PTR(-EINVAL);
	}
	return ops;
}

/* NLM_F_* of a message for the flags of an operation, or an error. */
static int op_flags(struct batch_run *run, u32 cmd, const struct nlattr *attr)
{
	u32 flags = attr ? nla_get_u32(attr) : 0;
	bool is_new = vsw_nl_cmd_is_new(cmd);

	if (flags & (is_new ? VSW_OP_IF_EXISTS : VSW_OP_REPLACE)) {
		NL_SET_ERR_MSG_ATTR(run->info->extack, attr,
				    "replace goes with the commands that make an object, if-exists with the others");
		return -EINVAL;
	}
	if (!is_new)
		return 0;
	return NLM_F_CREATE | (flags & VSW_OP_REPLACE ? NLM_F_REPLACE : 0);
}

/* Hand the operation to its handler, in a request of its own. */
static int op_call(struct batch_run *run, const struct genl_ops *ops, int flags)
{
	struct genlmsghdr genlhdr = { .cmd = ops->cmd };
	struct nlmsghdr nlhdr = { .nlmsg_flags = flags };
	struct genl_info info = *run->info;
	struct nlattr *attrs[OP_ATTRS];
	int err;

	BUILD_BUG_ON(ARRAY_SIZE(attrs) <= VSW_A_SWITCH_MAX);
	BUILD_BUG_ON(ARRAY_SIZE(attrs) <= VSW_A_PORT_MAX);
	BUILD_BUG_ON(ARRAY_SIZE(attrs) <= VSW_A_NIC_MAX);
	BUILD_BUG_ON(ARRAY_SIZE(attrs) <= VSW_A_FDB_MAX);
	err = nla_parse_nested(attrs, ops->maxattr, run->object, ops->policy,
			       info.extack);
	if (err)
		return err;
	info.nlhdr = &nlhdr;
	info.genlhdr = &genlhdr;
	info.attrs = attrs;
	return ops->doit(run->skb, &info);
}

static int op_run(struct batch_run *run)
{
	struct netlink_ext_ack *extack = run->info->extack;
	struct nlattr *op[VSW_A_OP_MAX + 1];
	const struct genl_ops *ops;
	int err, flags;

	err = nla_parse_nested(op, VSW_A_OP_MAX, run->op, op_policy, extack);
	if (err)
		return err;
	ops = op_find(run, op);
	if (IS_ERR(ops))
		return PTR_ERR(ops);
	flags = op_flags(run, ops->cmd, op[VSW_A_OP_FLAGS]);
	if (flags < 0)
		return flags;
	err = op_call(run, ops, flags);
	if (err != -ENOENT || !op[VSW_A_OP_FLAGS] ||
	    !(nla_get_u32(op[VSW_A_OP_FLAGS]) & VSW_OP_IF_EXISTS))
		return err;
	/* what is missing is no error: take back what was said of it */
	extack->_msg = NULL;
	extack->bad_attr = NULL;
	return 0;
}

/* The operations of one part. */
static int part_run(struct batch_run *run, const void *attrs, u32 len)
{
	const struct nlattr *attr;
	int err, rem;

	nla_for_each_attr(attr, attrs, len, rem) {
		if (nla_type(attr) != VSW_A_BATCH_OP)
			continue;
		if (run->index == VSW_BATCH_OPS_MAX) {
			NL_SET_ERR_MSG(run->info->extack,
				       "a batch has at most 16384 operations; send several");
			return -E2BIG;
		}
		run->op = attr;
		run->object = NULL;
		err = op_run(run);
		if (err)
			return err;
		run->index++;
		cond_resched();
		if (fatal_signal_pending(current)) {
			NL_SET_ERR_MSG(run->info->extack,
				       "whoever sent the batch was killed");
			return -EINTR;
		}
	}
	return 0;
}

static int parts_run(struct batch_run *run, const struct batch *batch)
{
	const struct batch_part *part;
	int err;

	if (batch) {
		list_for_each_entry(part, &batch->parts, node) {
			err = part_run(run, part->attrs, part->len);
			if (err)
				return err;
		}
	}
	return part_run(run, genlmsg_data(run->info->genlhdr),
			genlmsg_len(run->info->genlhdr));
}

static bool is_inside(const void *at, const void *begin, u32 len)
{
	return at >= begin && at < begin + len;
}

/*
 * Which operation it was goes into the cookie. The core would look for the
 * attribute in the message at hand, where it is not if its part was kept.
 */
static void run_explain(const struct batch_run *run)
{
	struct netlink_ext_ack *extack = run->info->extack;
	const struct nlattr *bad = extack->bad_attr, *object = run->object;
	struct vsw_batch_error where = { .op = run->index };

	BUILD_BUG_ON(sizeof(where) > sizeof(extack->cookie));
	if (bad && object &&
	    is_inside(bad, nla_data(object), nla_len(object)))
		where.attr = nla_type(bad);
	else if (extack->miss_type)
		where.attr = extack->miss_type;
	extack->miss_type = 0;	/* it is none of the batch's own */
	memcpy(extack->cookie, &where, sizeof(where));
	extack->cookie_len = sizeof(where);
	if (bad && !is_inside(bad, run->skb->data, run->skb->len))
		extack->bad_attr = NULL;
}

static int batch_run(struct sk_buff *skb, struct genl_info *info,
		     const struct batch *batch)
{
	struct batch_run run = { .skb = skb, .info = info };
	int err = parts_run(&run, batch);

	if (err)
		run_explain(&run);
	if (err || info->attrs[VSW_A_BATCH_DRY_RUN])
		vsw_txn_abort(vsw_nl_txn(info));
	return err;
}

/**
 * vsw_nl_batch - handler of BATCH
 * @skb: the request
 * @info: the same, parsed
 *
 * Context: RTNL held, may sleep.
 * Return: 0 or an error.
 */
int vsw_nl_batch(struct sk_buff *skb, struct genl_info *info)
{
	struct batch *batch = batch_take(genl_info_net(info),
					 info->snd_portid);
	struct nlattr *attr = info->attrs[VSW_A_BATCH_PART];
	u32 part = attr ? nla_get_u32(attr) : 0;
	int err;

	if (!part) {		/* it begins anew */
		batch_free(batch);
		batch = NULL;
	}
	if (part != (batch ? batch->count : 0) ||
	    (batch && batch->sk != NETLINK_CB(skb).sk)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "parts of the batch are missing; begin again with part 0");
		batch_free(batch);
		return -EINVAL;
	}
	if (info->attrs[VSW_A_BATCH_MORE])
		return batch_keep(skb, info, batch);
	err = batch_run(skb, info, batch);
	batch_free(batch);
	return err;
}

/* Parts go with their socket. */
static int socket_event(struct notifier_block *nb, unsigned long event,
			void *data)
{
	struct netlink_notify *notify = data;

	if (event == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC)
		batch_free(batch_take(notify->net, notify->portid));
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = {
	.notifier_call = socket_event,
};

/**
 * vsw_nl_batch_init - begin to keep parts
 *
 * Context: module init.
 * Return: 0 or an error.
 */
int vsw_nl_batch_init(void)
{
	return netlink_register_notifier(&socket_notifier);
}

/**
 * vsw_nl_batch_exit - give up what is kept; no request is at work
 *
 * Context: module exit, may sleep.
 */
void vsw_nl_batch_exit(void)
{
	struct batch *batch, *next;

	netlink_unregister_notifier(&socket_notifier);
	list_for_each_entry_safe(batch, next, &batches, node)
		batch_free(batch);
	INIT_LIST_HEAD(&batches);
}
