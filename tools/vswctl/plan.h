/* SPDX-License-Identifier: GPL-2.0 */
/*
 * plan.h: what has to be changed so that the kernel's configuration becomes that
 * of a file (plan.c), and in which order it can be done (order.c).
 */
#ifndef VSWCTL_PLAN_H
#define VSWCTL_PLAN_H

#include "config.h"

/**
 * struct change - an object that differs
 * @which:	its kind
 * @from:	as it is, NULL if it is to be made
 * @to:		as it is to be, NULL if it is to be removed
 * @place:	where a file has it; in no file if that says nothing of it
 * @replug:	a port whose NIC has to be unplugged meanwhile
 */
struct change {
	enum config_kind which;
	const void *from;
	const void *to;
	const struct place *place;
	bool replug;
};

/**
 * struct plan - all that differs
 * @want:	configuration that is wanted
 * @have:	configuration that there is
 * @changes:	the objects; first NICs, then switches, ports, entries
 * @count:	how many there are
 * @room:	how many there is room for
 */
struct plan {
	struct config want;
	struct config have;
	struct change *changes;
	size_t count;
	size_t room;
};

/**
 * struct steps - operations in an order in which they can be done
 * @batch:	the operations
 * @changes:	for each operation the change that it belongs to
 * @room:	how many there is room for
 */
struct steps {
	struct ipc_batch *batch;
	const struct change **changes;
	size_t room;
};

void plan_make(struct plan *plan, bool prune);
bool plan_check(const struct plan *plan, struct problem *why);
void plan_free(struct plan *plan);
void steps_make(struct steps *steps, const struct plan *plan);
void steps_free(struct steps *steps);

#endif /* VSWCTL_PLAN_H */
