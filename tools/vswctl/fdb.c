// SPDX-License-Identifier: GPL-2.0
/*
 * fdb.c: the object fdb, the filtering database: its words and its table.
 */
#include <stdio.h>

#include "print.h"
#include "query.h"
#include "where.h"

#define MS_PER_S	1000

static const struct setting entry_arguments[] = {
	{ .word = "SWITCH", .field = FDB_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "MAC", .field = FDB_MAC, .parse = set_mac,
	  .help = "address of the station" },
	{ NULL }
};

static const struct setting switch_arguments[] = {
	{ .word = "SWITCH", .field = FDB_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ NULL }
};

#define VLAN(text) .word = "vlan", .value = "VID", .field = FDB_VID, \
	.parse = set_vid_or_none, .help = text
#define PORT(text) .word = "port", .value = "PORT", .field = FDB_PORT, \
	.parse = set_name, .complete = COMPLETE_PORT, .help = text

static const struct setting show_settings[] = {
	{ PORT("entries that point to this port") },
	{ VLAN("entries of this VLAN, 0: of no VLAN") },
	{ .word = "mac", .value = "MAC", .field = FDB_MAC, .parse = set_mac,
	  .help = "entries of this station" },
	{ .word = "static", .field = FDB_STATIC, .constant = 1,
	  .parse = set_constant, .help = "configured entries" },
	{ .word = "dynamic", .field = FDB_DYNAMIC, .constant = 1,
	  .alternative = true, .parse = set_constant,
	  .help = "learned entries" },
	{ NULL }
};

static const struct setting add_settings[] = {
	{ VLAN("its VLAN, 0: no VLAN"), .required = true },
	{ PORT("the port it is behind"), .required = true },
	{ .word = "sticky", .field = FDB_STICKY, .constant = 1,
	  .parse = set_constant,
	  .help = "refuse frames with this source address at other ports" },
	{ NULL }
};

static const struct setting del_settings[] = {
	{ VLAN("its VLAN, 0: no VLAN"), .required = true },
	{ NULL }
};

static const struct setting flush_settings[] = {
	{ PORT("entries that point to this port") },
	{ VLAN("entries of this VLAN, 0: of no VLAN") },
	{ .word = "static", .field = FDB_STATIC, .constant = 1,
	  .parse = set_constant, .help = "configured entries too" },
	{ NULL }
};

static void vlan_cell(const struct record *record, char *text, size_t size)
{
	const struct vsw_fdb *fdb = record->data;

	if (fdb->vid)
		snprintf(text, size, "%u", fdb->vid);
}

static void age_cell(const struct record *record, char *text, size_t size)
{
	const struct vsw_fdb *fdb = record->data;

	if (field_has(fdb, FDB_AGE))
		snprintf(text, size, "%u.%03us", fdb->age / MS_PER_S,
			 fdb->age % MS_PER_S);
}

static const struct column columns[] = {
	{ "SWITCH", 0, FDB_SWITCH, NULL },
	{ "MAC", COLUMN_NAME, FDB_MAC, NULL },
	{ "VLAN", COLUMN_RIGHT, 0, vlan_cell },
	{ "PORT", 0, FDB_PORT, NULL },
	{ "STATE", 0, FDB_STATIC, NULL },
	{ "STICKY", 0, FDB_STICKY, NULL },
	{ "AGE", COLUMN_RIGHT, 0, age_cell },
	{ NULL, 0, 0, NULL }
};

static int fdb_show(struct command *cmd)
{
	struct ipc_list list;
	int status = query_list(cmd, &list);

	where_filter(cmd, &list);
	if (!status)
		print_list(columns, &list);
	ipc_list_free(&list);
	return status;
}

static const struct verb verbs[] = {
	{ .name = "show", .help = "show entries",
	  .arguments = switch_arguments, .settings = show_settings,
	  .flags = VERB_WHERE, .run = fdb_show },
	{ .name = "add", .help = "make a static entry",
	  .arguments = entry_arguments, .required = 2,
	  .settings = add_settings, .command = VSW_CMD_FDB_NEW,
	  .flags = VERB_ADD, .run = command_change },
	{ .name = "del", .help = "remove an entry",
	  .arguments = entry_arguments, .required = 2,
	  .settings = del_settings, .command = VSW_CMD_FDB_DEL,
	  .flags = VERB_IF_EXISTS, .run = command_change },
	{ .name = "flush", .help = "remove learned entries: all, or those that match",
	  .arguments = switch_arguments, .required = 1,
	  .settings = flush_settings, .command = VSW_CMD_FDB_FLUSH,
	  .run = command_change },
	{ NULL }
};

const struct topic topic_fdb = {
	.name = "fdb",
	.help = "the filtering database: which station is behind which port",
	.kind = &kind_fdb,
	.verbs = verbs,
};
