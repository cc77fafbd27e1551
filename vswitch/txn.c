// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions: see txn.h.
 */

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "vswitch/plug.h"
#include "vswitch/txn.h"

/* Netdevs that are unregistered in one go, which nothing interrupts. */
#define DOOMED_LOT	64

/**
 * vsw_txn_begin - begin a transaction
 * @txn: the transaction
 *
 * Context: RTNL held, until vsw_txn_commit() or vsw_txn_abort().
 */
void vsw_txn_begin(struct vsw_txn *txn)
{
	ASSERT_RTNL();
	INIT_LIST_HEAD(&txn->steps);
	INIT_LIST_HEAD(&txn->doomed);
}

/**
 * vsw_step_create - get the memory of a step
 * @size: of the verb's struct, whose first member is the vsw_step
 * @ops: what becomes of it
 * @extack: where a refusal is explained
 *
 * Context: may sleep.
 * Return: the struct, zeroed, for vsw_txn_add() or kfree(); NULL if there is no
 * memory.
 */
void *vsw_step_create(size_t size, const struct vsw_step_ops *ops,
		      struct netlink_ext_ack *extack)
{
	struct vsw_step *step = kzalloc(size, GFP_KERNEL_ACCOUNT);

	if (!step) {
		NL_SET_ERR_MSG(extack, "out of memory for the change; try again");
		return NULL;
	}
	step->ops = ops;
	return step;
}

/**
 * vsw_txn_add - a verb has done its first step
 * @txn: the transaction
 * @step: what was entered
 *
 * Context: RTNL held.
 */
void vsw_txn_add(struct vsw_txn *txn, struct vsw_step *step)
{
	list_add_tail(&step->node, &txn->steps);
}

/**
 * vsw_txn_last - the step that was added last, for vsw_txn_abort_to()
 * @txn: the transaction
 *
 * Context: RTNL held.
 * Return: the step, NULL if there is none yet.
 */
struct vsw_step *vsw_txn_last(const struct vsw_txn *txn)
{
	if (list_empty(&txn->steps))
		return NULL;
	return list_last_entry(&txn->steps, struct vsw_step, node);
}

static void step_end(struct vsw_step *step)
{
	list_del(&step->node);
	kfree(step);
	cond_resched();
}

/**
 * vsw_txn_abort_to - take back the latest steps
 * @txn: the transaction
 * @last: what vsw_txn_last() was before them
 *
 * For verbs that are made of several, one of which was refused.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_txn_abort_to(struct vsw_txn *txn, const struct vsw_step *last)
{
	struct vsw_step *step;

	while ((step = vsw_txn_last(txn)) != last) {
		if (step->ops->abort)
			step->ops->abort(txn, step);
		step_end(step);
	}
}

/* One wait for all readers of a lot; and others get the CPU between two lots. */
static void doomed_end(struct vsw_txn *txn)
{
	LIST_HEAD(lot);
	int i;

	while (!list_empty(&txn->doomed)) {
		for (i = 0; i < DOOMED_LOT && !list_empty(&txn->doomed); i++)
			list_move_tail(txn->doomed.next, &lot);
		unregister_netdevice_many(&lot);
		INIT_LIST_HEAD(&lot);
		cond_resched();
	}
}

/**
 * vsw_txn_abort - nothing of it is to be done
 * @txn: the transaction, which is empty afterwards
 *
 * Context: RTNL held, may sleep.
 */
void vsw_txn_abort(struct vsw_txn *txn)
{
	ASSERT_RTNL();
	vsw_txn_abort_to(txn, NULL);
	doomed_end(txn);
}

/**
 * vsw_txn_commit - all of it is to be done
 * @txn: the transaction, which is empty afterwards
 *
 * Context: RTNL held, may sleep.
 */
void vsw_txn_commit(struct vsw_txn *txn)
{
	struct vsw_step *step, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(step, next, &txn->steps, node) {
		if (step->ops->commit)
			step->ops->commit(txn, step);
		step_end(step);
	}
	doomed_end(txn);
	vsw_plug_take_due();
}
