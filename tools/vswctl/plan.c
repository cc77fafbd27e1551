// SPDX-License-Identifier: GPL-2.0
/*
 * plan.c: what has to be changed so that the kernel's configuration becomes that
 * of a file.
 *
 * First the wanted configuration is completed: with what the kernel chooses where
 * the file leaves it open, and with objects that the file does not name and that
 * are to stay. Then both are compared object by object.
 */
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "plan.h"

#define REMEDY		"delete it first, vswctl nic del"
#define AGEING_GRAIN_MS	10	/* the kernel counts it in ticks, at most so long */

/* The object of @config that has the same key. */
static const void *twin(const struct config *config, enum config_kind which,
			const void *object)
{
	const struct config_entry *entry = config_find(config, which, object);

	return entry ? entry->object : NULL;
}

static struct config_entry *nic_named(const struct config *config,
				      const char *name)
{
	struct vsw_nic nic = { 0 };

	strcpy(nic.name, name);
	return config_find(config, CONFIG_NIC, &nic);
}

static void settle_switch(struct vsw_switch *want,
			  const struct vsw_switch *have)
{
	if (have->ageing >= want->ageing &&
	    have->ageing - want->ageing < AGEING_GRAIN_MS)
		want->ageing = have->ageing;
}

static void settle_nic(struct vsw_nic *want, const struct vsw_nic *have)
{
	if (field_has(want, NIC_MAC))
		return;
	memcpy(want->mac, have->mac, sizeof(want->mac));
	field_mark(want, NIC_MAC);
}

/*
 * A NIC that a port found by its binding is as good as none. One that has moved
 * to another namespace since is the one that the file names, whatever it is
 * called there, unless there is one of that name here.
 */
static void settle_port(struct config *config, struct vsw_port *want,
			const struct vsw_port *have)
{
	bool away = field_has(have, PORT_NETNSID);
	struct config_entry *moved;

	if (!have->nic[0])
		return;
	if (want->nic[0] && (!away || if_nametoindex(want->nic)))
		return;
	if (!want->nic[0] && !away && strcmp(have->nic, want->bind))
		return;
	moved = want->nic[0] ? nic_named(config, want->nic) : NULL;
	if (moved)
		field_unmark(moved->object, NIC_NAME);
	strcpy(want->nic, have->nic);
}

/*
 * A NIC that the port is bound to as well may be late: the binding takes it when
 * it comes.
 */
static void settle_late_nic(struct config *config, struct vsw_port *want)
{
	if (!want->nic[0] || strcmp(want->nic, want->bind) ||
	    nic_named(config, want->nic) || if_nametoindex(want->nic))
		return;
	want->nic[0] = '\0';
}

/* Decide what the file leaves to the kernel as the kernel has decided it. */
static void settle(struct plan *plan)
{
	struct config_list *list;
	const void *have;
	void *want;
	int which;
	size_t i;

	for (which = 0; which < CONFIG_KINDS; which++) {
		list = &plan->want.lists[which];
		for (i = 0; i < list->count; i++) {
			want = list->entries[i].object;
			have = twin(&plan->have, which, want);
			if (which == CONFIG_PORT)
				settle_late_nic(&plan->want, want);
			if (!have)
				continue;
			if (which == CONFIG_SWITCH)
				settle_switch(want, have);
			else if (which == CONFIG_NIC)
				settle_nic(want, have);
			else if (which == CONFIG_PORT)
				settle_port(&plan->want, want, have);
		}
	}
}

/* NICs that were found to be in another namespace are not made again. */
static void drop_moved(struct config *config)
{
	struct config_list *nics = &config->lists[CONFIG_NIC];
	size_t i, kept = 0;

	for (i = 0; i < nics->count; i++) {
		if (field_has(nics->entries[i].object, NIC_NAME))
			nics->entries[kept++] = nics->entries[i];
		else
			free(nics->entries[i].object);
	}
	nics->count = kept;
}

/* What the file does not name. */
static void keep_all(struct plan *plan, enum config_kind which,
		     struct config *kept)
{
	const struct config_list *have = &plan->have.lists[which];
	size_t i;

	for (i = 0; i < have->count; i++)
		if (!twin(&plan->want, which, have->entries[i].object))
			config_add(kept, which, have->entries[i].object, NULL);
}

static int name_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of the NICs that the file does not name, those that a port is to have. */
static void keep_nics_of_ports(struct plan *plan, struct config *kept)
{
	const struct config_list *ports = &plan->want.lists[CONFIG_PORT];
	const struct config_list *nics = &plan->have.lists[CONFIG_NIC];
	const char **names = calloc(ports->count * 2 + 1, sizeof(*names));
	const struct vsw_port *port;
	const struct vsw_nic *nic;
	const char *name;
	size_t i;

	if (!names)
		error_memory();
	for (i = 0; i < ports->count; i++) {
		port = ports->entries[i].object;
		names[2 * i] = port->nic;
		names[2 * i + 1] = port->bind;
	}
	qsort(names, ports->count * 2, sizeof(*names), name_compare);
	for (i = 0; i < nics->count; i++) {
		nic = nics->entries[i].object;
		name = nic->name;
		if (!twin(&plan->want, CONFIG_NIC, nic) &&
		    bsearch(&name, names, ports->count * 2, sizeof(*names),
			    name_compare))
			config_add(kept, CONFIG_NIC, nic, NULL);
	}
	free(names);
}

static void complete(struct plan *plan, bool prune)
{
	struct config kept = { 0 };
	int which;

	settle(plan);
	drop_moved(&plan->want);
	if (prune)
		keep_nics_of_ports(plan, &kept);
	for (which = 0; which < CONFIG_KINDS && !prune; which++)
		keep_all(plan, which, &kept);
	config_move(&plan->want, &kept);
	config_sort(&plan->want);
}

static void add_change(struct plan *plan, const struct change *change)
{
	if (plan->count == plan->room) {
		plan->room = plan->room ? plan->room * 2 : 16;
		plan->changes = reallocarray(plan->changes, plan->room,
					     sizeof(*plan->changes));
		if (!plan->changes)
			error_memory();
	}
	plan->changes[plan->count++] = *change;
}

/* The kind of tag can be changed only while nothing is plugged in. */
static bool protocol_changes(const struct plan *plan,
			     const struct vsw_port *port)
{
	const struct vsw_switch *want, *have;
	struct vsw_switch named = { 0 };

	strcpy(named.name, port->switch_name);
	want = twin(&plan->want, CONFIG_SWITCH, &named);
	have = twin(&plan->have, CONFIG_SWITCH, &named);
	return want && have && want->protocol != have->protocol;
}

static void compare(struct plan *plan, enum config_kind which,
		    const struct config_entry *entry, const void *have)
{
	struct change change = { .which = which, .from = have,
				 .to = entry->object, .place = &entry->place };
	const struct vsw_port *port = have;

	change.replug = which == CONFIG_PORT && have && port->nic[0] &&
			!field_has(port, PORT_NETNSID) &&
			protocol_changes(plan, port);
	if (!have || change.replug ||
	    !config_same(&config_classes[which], have, entry->object))
		add_change(plan, &change);
}

/* Both lists are sorted alike; what one does not have the other has first. */
static void compare_lists(struct plan *plan, enum config_kind which)
{
	static const struct place nowhere;
	const struct config_class *class = &config_classes[which];
	const struct config_list *want = &plan->want.lists[which];
	const struct config_list *have = &plan->have.lists[which];
	struct change del = { .which = which, .place = &nowhere };
	size_t w = 0, h = 0;
	int order;

	while (w < want->count || h < have->count) {
		if (w == want->count)
			order = 1;
		else if (h == have->count)
			order = -1;
		else
			order = config_compare(class, want->entries[w].object,
					       have->entries[h].object);
		if (order > 0) {
			del.from = have->entries[h++].object;
			add_change(plan, &del);
			continue;
		}
		compare(plan, which, &want->entries[w++],
			order ? NULL : have->entries[h].object);
		h += !order;
	}
}

/**
 * plan_make - find out what has to be changed
 * @plan:	has both configurations, sorted; that which is wanted is completed
 * @prune:	what it does not name is to be removed
 */
void plan_make(struct plan *plan, bool prune)
{
	int which;

	complete(plan, prune);
	for (which = 0; which < CONFIG_KINDS; which++)
		compare_lists(plan, which);
}

/**
 * plan_check - is there something that cannot be changed?
 * @plan:	the plan
 * @why:	what it is, with file and line
 *
 * The name of a NIC that is deleted is free only after the transaction, so one
 * cannot be made anew in its place.
 */
bool plan_check(const struct plan *plan, struct problem *why)
{
	static const unsigned int fixed[] = { NIC_KIND, NIC_QUEUES };
	const struct change *c;
	const struct vsw_nic *nic;
	const struct field *f;
	unsigned int i;

	for (c = plan->changes; c < plan->changes + plan->count; c++) {
		if (c->which != CONFIG_NIC || !c->from || !c->to)
			continue;
		for (i = 0; i < 2; i++) {
			f = &kind_nic.fields[fixed[i]];
			nic = c->to;
			if (config_member_same(f, c->from, nic))
				continue;
			return problem_set(why, "%.80s:%u: nic \"%s\": %s cannot be changed; %s %s",
					   c->place->file->name,
					   place_line(c->place), nic->name,
					   f->key, REMEDY, nic->name);
		}
	}
	return true;
}

/**
 * plan_free - give the memory of a plan back
 * @plan:	the plan, with its configurations
 */
void plan_free(struct plan *plan)
{
	config_free(&plan->want);
	config_free(&plan->have);
	free(plan->changes);
}
