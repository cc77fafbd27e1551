// SPDX-License-Identifier: GPL-2.0
/*
 * fdb.c: the object fdb, the filtering database: its words and its table.
 */
#include <stdio.h>
#include <string.h>

#include "fdb.h"
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

/**
 * fdb_target - say where frames go in the way that the kernel wants it
 * @fdb:	an entry that has a port or ports, if that is told
 *
 * A group address has a list of ports, also if it is one; none at all is a list.
 */
void fdb_target(struct vsw_fdb *fdb)
{
	struct problem why;

	if (!fdb->ports && field_has(fdb, FDB_PORT) && fdb->mac[0] & 1)
		parse_names(fdb->port, &fdb->ports, &why);
	if (fdb->ports && field_has(fdb, FDB_PORT)) {
		field_unmark(fdb, FDB_PORT);
		field_mark(fdb, FDB_PORTS);
	}
}

/* vlan VID, or vlan all. */
static bool set_vlan_or_all(struct command *cmd, const struct setting *setting,
			    struct words *words, struct problem *why)
{
	struct vsw_fdb *fdb = &cmd->model.fdb;

	if (!words->count || strcmp(*words->at, "all"))
		return set_vid_or_none(cmd, setting, words, why);
	words_next(words);
	fdb->vid = MODEL_ALL_VLANS;
	fdb->all_vlans = true;
	field_mark(fdb, FDB_ALL_VLANS);
	return true;
}

/* One port, or several: a name with a comma in it is not one. */
static bool set_ports(struct command *cmd, const struct setting *setting,
		      struct words *words, struct problem *why)
{
	struct vsw_fdb *fdb = &cmd->model.fdb;
	const char *word = words->count ? *words->at : "";

	if (!strchr(word, ','))
		return set_name(cmd, setting, words, why);
	return parse_names(words_next(words), &fdb->ports, why);
}

static bool set_filter(struct command *cmd, const struct setting *setting,
		       struct words *words, struct problem *why)
{
	(void)setting;
	(void)words;
	return parse_names("", &cmd->model.fdb.ports, why);
}

static bool check_target(struct command *cmd, struct problem *why)
{
	struct vsw_fdb *fdb = &cmd->model.fdb;

	if (!field_has(fdb, FDB_PORT))
		return problem_set(why, "\"port PORT\" or \"filter\" is missing");
	fdb_target(fdb);
	return true;
}

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

#define VLAN_OR_ALL(text) .word = "vlan", .value = "VID|all", .field = FDB_VID, \
	.parse = set_vlan_or_all, .help = text

static const struct setting add_settings[] = {
	{ VLAN_OR_ALL("its VLAN, 0: no VLAN; all: where no other says more"),
	  .required = true },
	{ .word = "port", .value = "PORT[,PORT...]", .field = FDB_PORT,
	  .parse = set_ports, .complete = COMPLETE_PORT,
	  .help = "the port it is behind, or those of a group" },
	{ .word = "filter", .field = FDB_PORT, .parse = set_filter,
	  .alternative = true, .help = "send frames to it nowhere" },
	{ .word = "sticky", .field = FDB_STICKY, .constant = 1,
	  .parse = set_constant,
	  .help = "refuse frames with this source address at other ports" },
	{ NULL }
};

static const struct setting del_settings[] = {
	{ VLAN_OR_ALL("its VLAN, 0: no VLAN; all: the entry for all"),
	  .required = true },
	{ NULL }
};

static const struct setting flush_settings[] = {
	{ PORT("entries that point to this port") },
	{ VLAN("entries of this VLAN, 0: of no VLAN") },
	{ .word = "instance", .value = "N", .field = FDB_INSTANCE,
	  .parse = set_number, .constant = 63, .range = "0 to 63",
	  .help = "entries of the VLANs of this spanning tree instance" },
	{ .word = "static", .field = FDB_STATIC, .constant = 1,
	  .parse = set_constant, .help = "configured entries too" },
	{ NULL }
};

static void vlan_cell(const struct record *record, char *text, size_t size)
{
	const struct vsw_fdb *fdb = record->data;

	if (fdb->vid)
		snprintf(text, size, "%s",
			 field_text(&kind_fdb.fields[FDB_VID], fdb));
}

static void port_cell(const struct record *record, char *text, size_t size)
{
	const struct vsw_fdb *fdb = record->data;

	if (fdb->ports)
		snprintf(text, size, "%s", *fdb->ports ? fdb->ports : "(none)");
	else
		snprintf(text, size, "%s", fdb->port);
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
	{ "PORT", 0, 0, port_cell },
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
	  .settings = add_settings, .check = check_target, .command = VSW_CMD_FDB_NEW,
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
