/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_TXN_H
#define _VSW_TXN_H

/*
 * A transaction: changes that are made all, or not at all.
 *
 * A verb does its work in two steps. First it checks all that may be refused and
 * gets all the memory that it will need, and enters what later verbs of the same
 * transaction have to see. What frames see, what links do, what other parts of the
 * kernel and listeners are told comes when the whole is known to succeed: that is
 * the step's commit(). If another verb is refused, abort() takes back what was
 * entered. Neither can fail. A verb that is refused leaves no step behind.
 *
 * What the check of a later verb reads must be what was entered. These are entered
 * at once, and read under RTNL only: names, n_ports, leaving, vsw_switch.type,
 * .tpid and .fdb_max, vsw_port.plug, .role and .bind, vsw_nic.plug, and of an entry
 * of the database what staged leads to. Their effective counterparts, where frames
 * have one, follow in commit(): vsw_port.nic and .tpid, vsw_nic.port and .role,
 * vsw_fdb.max, vsw_fdb_entry.port.
 *
 * Netdevs that are made are registered at once, and those that are to be plugged in
 * taken over, for both may be refused: the rest of the kernel sees that.
 *
 * Deleted objects are marked as leaving, so that they are not found any more, and
 * stay whole until commit(). Netdevs take longest to get rid of; they are
 * collected and go together when all is done.
 */

#include <linux/list.h>
#include <linux/types.h>

struct netlink_ext_ack;
struct vsw_step;

/**
 * struct vsw_txn - a transaction; RTNL is held from its begin to its end
 * @steps: what was entered, in the order of the verbs
 * @doomed: netdevs to be unregistered at the end
 */
struct vsw_txn {
	struct list_head	steps;
	struct list_head	doomed;
};

/* What becomes of a step, NULL if nothing; afterwards it is freed. */
struct vsw_step_ops {
	void (*commit)(struct vsw_txn *txn, struct vsw_step *step);
	void (*abort)(struct vsw_txn *txn, struct vsw_step *step);
};

/**
 * struct vsw_step - what a verb has entered; first member of the verb's own struct
 * @node: in vsw_txn.steps
 * @ops: what becomes of it
 */
struct vsw_step {
	struct list_head		node;
	const struct vsw_step_ops	*ops;
};

void vsw_txn_begin(struct vsw_txn *txn);
void *vsw_step_create(size_t size, const struct vsw_step_ops *ops,
		      struct netlink_ext_ack *extack);
void vsw_txn_add(struct vsw_txn *txn, struct vsw_step *step);
struct vsw_step *vsw_txn_last(const struct vsw_txn *txn);
void vsw_txn_abort_to(struct vsw_txn *txn, const struct vsw_step *last);
void vsw_txn_abort(struct vsw_txn *txn);
void vsw_txn_commit(struct vsw_txn *txn);

#endif /* _VSW_TXN_H */
