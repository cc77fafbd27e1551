// SPDX-License-Identifier: GPL-2.0
/*
 * order.c: the changes of a plan as operations of one transaction, in an order in
 * which they can be done.
 *
 *   first what is held is let go: entries, NICs, bindings, roles that the new type
 *   of a switch does not admit; then ports and switches go;
 *   then switches come and change, then NICs, and ports with what is plugged in;
 *   last the entries, which point to ports.
 *
 * So two ports can exchange their NICs, and a port that gets a new name is one that
 * goes and one that comes.
 */
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fdb.h"
#include "plan.h"
#include "port.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT(n)		((uint64_t)1 << (n))
#define VLAN_MEMBERS	(BIT(PORT_VLAN_MODE) | BIT(PORT_VLAN) | \
			 BIT(PORT_VLANS) | BIT(PORT_NATIVE) | \
			 BIT(PORT_NATIVE_TAGGED) | BIT(PORT_UNTAGGED) | \
			 BIT(PORT_PVID) | BIT(PORT_CVLANS) | \
			 BIT(PORT_SERVICES))

/* Send @members of @object, besides its key. */
static void add_step(struct steps *steps, const struct change *change,
		     uint8_t command, enum ipc_mode mode, const void *object,
		     uint64_t members)
{
	const struct kind *kind = config_classes[change->which].kind;
	size_t count = ipc_batch_count(steps->batch);
	union model model;

	if (count == steps->room) {
		steps->room = steps->room ? steps->room * 2 : 16;
		steps->changes = reallocarray(steps->changes, steps->room,
					      sizeof(*steps->changes));
		if (!steps->changes)
			error_memory();
	}
	steps->changes[count] = change;
	memcpy(&model, object, kind->size);
	model.object.has = kind->key | members;
	if (change->which == CONFIG_FDB)
		fdb_target(&model.fdb);
	ipc_batch_add(steps->batch, command, mode, false, kind, &model);
}

/* The members in which two objects differ. */
static uint64_t difference(const struct config_class *class, const void *a,
			   const void *b)
{
	const struct config_key *key;
	uint64_t members = 0;

	for (key = class->keys; key->name; key++)
		if (!config_member_same(config_field(class, key), a, b))
			members |= BIT(key->field);
	return members & ~class->kind->key;
}

static bool nic_leaves(const struct change *change)
{
	const struct vsw_port *from = change->from, *to = change->to;

	return from->nic[0] && (change->replug || strcmp(from->nic, to->nic));
}

/* What a port that stays lets go of, before anyone else takes it. */
static void release_port(struct steps *steps, const struct change *change)
{
	const struct vsw_port *from = change->from, *to = change->to;
	struct vsw_port port = *to;
	uint64_t members = 0;

	port.nic[0] = '\0';
	port.bind[0] = '\0';
	if (nic_leaves(change))
		members |= BIT(PORT_NIC);
	else if (from->role == VSW_ROLE_UPLINK && to->role != from->role &&
		 (from->nic[0] || to->bind[0]))
		members |= BIT(PORT_ROLE);
	if (from->bind[0] && strcmp(from->bind, to->bind))
		members |= BIT(PORT_BIND);
	if (members)
		add_step(steps, change, VSW_CMD_PORT_SET, IPC_PLAIN, &port,
			 members);
}

/* What is left to do for a port when release_port() is done. */
static uint64_t port_members(const struct change *change, uint64_t members)
{
	const struct vsw_port *to = change->to;

	if (members & VLAN_MEMBERS) {
		members &= ~VLAN_MEMBERS;
		members |= port_vlan_members(to);
	}
	if (members & BIT(PORT_NIC) || change->replug) {
		members &= ~(BIT(PORT_NIC) | BIT(PORT_ROLE));
		/* a binding that is set again looks for its NIC */
		if (to->nic[0])
			members |= BIT(PORT_NIC) | BIT(PORT_ROLE);
		else
			members |= BIT(PORT_BIND) | BIT(PORT_ROLE);
	} else if (members & BIT(PORT_ROLE) && to->role == VSW_ROLE_EDGE) {
		members &= ~BIT(PORT_ROLE);
	}
	if (!to->bind[0])
		members &= ~BIT(PORT_BIND);
	if (!to->bind[0] && !to->nic[0])
		members &= ~BIT(PORT_ROLE);
	return members;
}

static void set_object(struct steps *steps, const struct change *change)
{
	const struct config_class *class = &config_classes[change->which];
	union model blank;
	uint64_t members;

	config_blank(class, &blank);
	members = difference(class, change->from ? change->from : &blank,
			     change->to);
	if (change->which == CONFIG_PORT)
		members = port_members(change, members);
	if (!change->from)
		add_step(steps, change, class->add, IPC_CREATE, change->to,
			 members | class->always);
	else if (members)
		add_step(steps, change, class->set,
			 class->set == class->add ? IPC_REPLACE : IPC_PLAIN,
			 change->to, members | class->always);
}

static void del_object(struct steps *steps, const struct change *change)
{
	add_step(steps, change, config_classes[change->which].del, IPC_PLAIN,
		 change->from, 0);
}

/* Does the object go with its switch or, if an entry, with its port? */
static bool goes_with_other(const struct plan *plan, const struct change *change)
{
	const struct config_class *class = &config_classes[change->which];
	const struct vsw_fdb *fdb = change->from;
	struct vsw_switch sw = { 0 };
	struct vsw_port port = { 0 };

	if (!class->of_switch)
		return false;
	strcpy(sw.name, field_at(&class->kind->fields[0], change->from));
	if (!config_find(&plan->want, CONFIG_SWITCH, &sw))
		return true;
	if (change->which != CONFIG_FDB || fdb->ports)
		return false;
	strcpy(port.switch_name, fdb->switch_name);
	strcpy(port.name, fdb->port);
	return !config_find(&plan->want, CONFIG_PORT, &port);
}

static void each(struct steps *steps, const struct plan *plan,
		 enum config_kind which, bool (*wanted)(const struct change *c),
		 void (*step)(struct steps *steps, const struct change *change))
{
	const struct change *c;

	for (c = plan->changes; c < plan->changes + plan->count; c++)
		if (c->which == which && wanted(c) &&
		    (c->to || !goes_with_other(plan, c)))
			step(steps, c);
}

static bool goes(const struct change *change)
{
	return !change->to;
}

static bool stays(const struct change *change)
{
	return change->from && change->to;
}

static bool is_there_after(const struct change *change)
{
	return change->to;
}

/* A binding takes a netdev at once, also one that another port names as its NIC. */
static bool takes_first(const struct change *change)
{
	const struct vsw_port *port = change->to;

	return port && (port->nic[0] || !port->bind[0]);
}

static bool takes_last(const struct change *change)
{
	return change->to && !takes_first(change);
}

/**
 * steps_make - put the changes of a plan into an order
 * @steps:	where to put the operations
 * @plan:	the plan, which must live as long
 */
void steps_make(struct steps *steps, const struct plan *plan)
{
	static const struct {
		enum config_kind which;
		bool (*wanted)(const struct change *change);
		void (*step)(struct steps *steps, const struct change *change);
	} phases[] = {
		{ CONFIG_FDB, goes, del_object },
		{ CONFIG_PORT, stays, release_port },
		{ CONFIG_PORT, goes, del_object },
		{ CONFIG_SWITCH, goes, del_object },
		{ CONFIG_NIC, goes, del_object },
		{ CONFIG_SWITCH, is_there_after, set_object },
		{ CONFIG_NIC, is_there_after, set_object },
		{ CONFIG_PORT, takes_first, set_object },
		{ CONFIG_PORT, takes_last, set_object },
		{ CONFIG_FDB, is_there_after, set_object },
	};
	unsigned int i;

	memset(steps, 0, sizeof(*steps));
	steps->batch = ipc_batch_new();
	for (i = 0; i < ARRAY_SIZE(phases); i++)
		each(steps, plan, phases[i].which, phases[i].wanted,
		     phases[i].step);
}

/**
 * steps_free - give the memory of operations back
 * @steps:	the operations
 */
void steps_free(struct steps *steps)
{
	ipc_batch_free(steps->batch);
	free(steps->changes);
}
