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
#include "port.h"
#include "print.h"
#include "query.h"
#include "where.h"

/*
 * The object vlan is a port in a VLAN. Such are added and removed by setting all
 * VLANs of the port, see port_vlan.c.
 */
static const struct setting change_arguments[] = {
	{ .word = "SWITCH", .field = PORT_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "PORT", .field = PORT_NAME, .parse = set_name,
	  .complete = COMPLETE_PORT, .help = "name of the port" },
	{ .word = "LIST", .field = PORT_VLANS, .parse = set_vlans,
	  .constant = 1, .help = "the VLANs" },
	{ NULL }
};

static bool set_untagged(struct command *cmd, const struct setting *setting,
			 struct words *words, struct problem *why)
{
	struct vsw_port *port = &cmd->model.port;

	(void)setting;
	(void)words;
	(void)why;
	memcpy(port->untagged, port->vlans, sizeof(port->untagged));
	return true;
}

static bool set_pvid(struct command *cmd, const struct setting *setting,
		     struct words *words, struct problem *why)
{
	struct vsw_port *port = &cmd->model.port;
	unsigned int vid;

	(void)setting;
	(void)words;
	for (vid = 1; vid < VSW_VLAN_BITMAP_BYTES * 8; vid++) {
		if (!vlans_have(port->vlans, vid))
			continue;
		if (port->pvid)
			return problem_set(why, "that is one VLAN; give it alone");
		port->pvid = vid;
	}
	return true;
}

static const struct setting add_settings[] = {
	{ .word = "untagged", .field = PORT_UNTAGGED, .parse = set_untagged,
	  .help = "their frames are sent without a tag; not given: with one" },
	{ .word = "pvid", .field = PORT_PVID, .parse = set_pvid,
	  .help = "frames that come in without a tag are of this VLAN; not given: not of these" },
	{ NULL }
};

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
	{ "FID", COLUMN_RIGHT, VLAN_FID, NULL },
	{ "INSTANCE", COLUMN_RIGHT, VLAN_INSTANCE, NULL },
	{ "STATE", 0, VLAN_STATE, NULL },
	{ "FDB", COLUMN_RIGHT, VLAN_FDB_COUNT, NULL },
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

/* The ports of which it holds. */
static void group_ports(const struct group *group,
			bool (*holds)(const struct vsw_vlan *v), char *text,
			size_t size)
{
	const struct vsw_vlan *v;
	size_t at = 0, i;

	for (i = 0; i < group->members && at < size; i++) {
		v = ipc_list_at(list, group->member + i);
		if (holds(v))
			at += snprintf(text + at, size - at, "%s%s",
				       at ? " " : "", v->port);
	}
}

static bool is_untagged(const struct vsw_vlan *v)
{
	return !v->tagged;
}

static bool is_tagged(const struct vsw_vlan *v)
{
	return v->tagged;
}

static bool is_pvid(const struct vsw_vlan *v)
{
	return v->pvid;
}

static void group_untagged(const struct record *record, char *text, size_t size)
{
	group_ports(record->data, is_untagged, text, size);
}

static void group_tagged(const struct record *record, char *text, size_t size)
{
	group_ports(record->data, is_tagged, text, size);
}

static void group_pvid(const struct record *record, char *text, size_t size)
{
	group_ports(record->data, is_pvid, text, size);
}

static const struct column group_columns[] = {
	{ "SWITCH", 0, 0, group_switch },
	{ "VLAN", COLUMN_NAME, 0, group_vlans },
	{ "UNTAGGED", 0, 0, group_untagged },
	{ "TAGGED", 0, 0, group_tagged },
	{ "PVID", 0, 0, group_pvid },
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
		if (x->tagged != y->tagged || x->pvid != y->pvid ||
		    strcmp(x->port, y->port))
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
	{ .name = "add", .help = "put a port into VLANs, or change how it is in them",
	  .arguments = change_arguments, .required = 3,
	  .settings = add_settings, .kind = &kind_port,
	  .command = VSW_CMD_PORT_SET, .flags = VERB_ADD,
	  .settle = port_add_vlans, .run = command_change },
	{ .name = "del", .help = "take a port out of VLANs",
	  .arguments = change_arguments, .required = 3, .kind = &kind_port,
	  .command = VSW_CMD_PORT_SET, .flags = VERB_IF_EXISTS,
	  .settle = port_del_vlans, .run = command_change },
	{ .name = "show", .help = "show which ports are members of which VLANs",
	  .arguments = vlan_arguments, .required = 1,
	  .settings = vlan_settings, .flags = VERB_WHERE, .run = vlan_show },
	{ NULL }
};

const struct topic topic_vlan = {
	.name = "vlan",
	.help = "which ports are in which VLANs, and how",
	.kind = &kind_vlan,
	.verbs = verbs,
};
