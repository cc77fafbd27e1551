// SPDX-License-Identifier: GPL-2.0
/*
 * vlan.c: the object vlan: which ports are members of which VLANs. The table has
 * a line for VLANs that follow each other and have the same members; with -d it
 * has, as JSON always, a line for each member.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "options.h"
#include "print.h"
#include "query.h"
#include "where.h"

/* A line of the short table. */
struct group {
	const char *switch_name;
	unsigned int first;
	unsigned int last;
	size_t member;			/* first member of the first VLAN */
	size_t members;
};

static const struct ipc_list *list;	/* what the lines of the table index */

static const struct setting vlan_arguments[] = {
	{ .word = "SWITCH", .field = VLAN_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ NULL }
};

static const struct setting vlan_settings[] = {
	{ .word = "vlan", .value = "VID", .field = VLAN_VID, .parse = set_vid,
	  .help = "only this VLAN" },
	{ NULL }
};

static const struct column member_columns[] = {
	{ "SWITCH", 0, VLAN_SWITCH, NULL },
	{ "VLAN", COLUMN_NAME | COLUMN_RIGHT, VLAN_VID, NULL },
	{ "PORT", 0, VLAN_PORT, NULL },
	{ "TAGGED", 0, VLAN_TAGGED, NULL },
	{ "PVID", 0, VLAN_PVID, NULL },
	{ NULL, 0, 0, NULL }
};

static void group_switch(const struct record *record, char *text, size_t size)
{
	const struct group *group = record->data;

	snprintf(text, size, "%s", group->switch_name);
}

static void group_vlans(const struct record *record, char *text, size_t size)
{
	const struct group *group = record->data;

	if (group->last > group->first)
		snprintf(text, size, "%u-%u", group->first, group->last);
	else
		snprintf(text, size, "%u", group->first);
}

static void group_ports(const struct group *group, bool tagged, char *text,
			size_t size)
{
	const struct vsw_vlan *v;
	size_t at = 0, i;

	for (i = 0; i < group->members && at < size; i++) {
		v = ipc_list_at(list, group->member + i);
		if (v->tagged == tagged)
			at += snprintf(text + at, size - at, "%s%s",
				       at ? " " : "", v->port);
	}
}

static void group_untagged(const struct record *record, char *text, size_t size)
{
	group_ports(record->data, false, text, size);
}

static void group_tagged(const struct record *record, char *text, size_t size)
{
	group_ports(record->data, true, text, size);
}

static const struct column group_columns[] = {
	{ "SWITCH", 0, 0, group_switch },
	{ "VLAN", COLUMN_NAME, 0, group_vlans },
	{ "UNTAGGED", 0, 0, group_untagged },
	{ "TAGGED", 0, 0, group_tagged },
	{ NULL, 0, 0, NULL }
};

static int compare(const void *a, const void *b)
{
	const struct vsw_vlan *x = a, *y = b;
	int order = strcmp(x->switch_name, y->switch_name);

	if (!order)
		order = x->vid - y->vid;
	return order ? order : strcmp(x->port, y->port);
}

/* Are the members of both groups the same, and alike? */
static bool same_members(const struct group *a, const struct group *b)
{
	const struct vsw_vlan *x, *y;
	size_t i;

	if (a->members != b->members || strcmp(a->switch_name, b->switch_name))
		return false;
	for (i = 0; i < a->members; i++) {
		x = ipc_list_at(list, a->member + i);
		y = ipc_list_at(list, b->member + i);
		if (x->tagged != y->tagged || strcmp(x->port, y->port))
			return false;
	}
	return true;
}

/* The group of the VLAN whose first member is @member. */
static struct group group_at(size_t member)
{
	const struct vsw_vlan *v = ipc_list_at(list, member);
	struct group group = { v->switch_name, v->vid, v->vid, member, 0 };

	for (; member < list->count; member++, group.members++) {
		v = ipc_list_at(list, member);
		if (v->vid != group.first ||
		    strcmp(v->switch_name, group.switch_name))
			break;
	}
	return group;
}

static void print_groups(void)
{
	struct group *groups = calloc(list->count + 1, sizeof(*groups));
	struct record *records = calloc(list->count + 1, sizeof(*records));
	struct group next;
	size_t i, count = 0;

	if (!groups || !records)
		error_memory();
	for (i = 0; i < list->count; i += next.members) {
		next = group_at(i);
		if (count && groups[count - 1].last + 1 == next.first &&
		    same_members(&groups[count - 1], &next)) {
			groups[count - 1].last = next.last;
			continue;
		}
		groups[count] = next;
		records[count].data = &groups[count];
		count++;
	}
	print_records(group_columns, records, count);
	free(records);
	free(groups);
}

static int vlan_show(struct command *cmd)
{
	struct ipc_list vlans;
	int status = query_list(cmd, &vlans);

	where_filter(cmd, &vlans);
	if (!status && vlans.count)
		qsort(vlans.objects, vlans.count, vlans.kind->size, compare);
	list = &vlans;
	if (!status && (options.json || options.oneline || options.details))
		print_list(member_columns, &vlans);
	else if (!status)
		print_groups();
	ipc_list_free(&vlans);
	return status;
}

static const struct verb verbs[] = {
	{ .name = "show", .help = "show which ports are members of which VLANs",
	  .arguments = vlan_arguments, .required = 1,
	  .settings = vlan_settings, .flags = VERB_WHERE, .run = vlan_show },
	{ NULL }
};

const struct topic topic_vlan = {
	.name = "vlan",
	.help = "the VLANs of a switch, as its ports make them",
	.kind = &kind_vlan,
	.verbs = verbs,
};
