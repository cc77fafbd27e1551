// SPDX-License-Identifier: GPL-2.0
/*
 * port.c: the object port: its words and its table. A port has all the settings;
 * NICs are plugged into it and unplugged from it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "get.h"
#include "options.h"
#include "port.h"
#include "print.h"
#include "query.h"
#include "where.h"

#define LIST_SHOWN	30	/* characters of a VLAN list in a table */

static const struct field_name none_name[] = { { 0, "none" }, { 0, NULL } };

static const struct setting port_arguments[] = {
	{ .word = "SWITCH", .field = PORT_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "PORT", .field = PORT_NAME, .parse = set_name,
	  .complete = COMPLETE_PORT, .help = "name of the port" },
	{ NULL }
};

static const struct setting new_arguments[] = {
	{ .word = "SWITCH", .field = PORT_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "PORT", .field = PORT_NAME, .parse = set_name,
	  .help = "name of the port" },
	{ NULL }
};

/* vlan access VID | vlan trunk LIST | vlan none; native is a keyword of its own. */
static bool set_vlan(struct command *cmd, const struct setting *setting,
		     struct words *words, struct problem *why)
{
	static const char *const modes[] = { "none", "access", "trunk", NULL };
	struct vsw_port *port = &cmd->model.port;
	const char *mode = words_next(words);
	const char *value;
	unsigned int i;

	if (!mode)
		return problem_set(why, "%s is missing", setting->value);
	if (!parse_word(mode, modes, NULL, &i, why))
		return false;
	port->vlan_mode = i;
	if (port->vlan_mode == VSW_VLAN_NONE)
		return true;
	value = words_next(words);
	if (port->vlan_mode == VSW_VLAN_ACCESS) {
		if (!value)
			return problem_set(why, "VID is missing behind access");
		field_mark(port, PORT_VLAN);
		return parse_vid(value, &port->vlan, why);
	}
	if (!value)
		return problem_set(why, "LIST is missing behind trunk");
	field_mark(port, PORT_VLANS);
	return parse_vlans(value, port->vlans, why);
}

static const struct setting port_settings[] = {
	{ .word = "up", .field = PORT_UP, .parse = set_constant, .constant = 1,
	  .help = "let the link be up" },
	{ .word = "down", .field = PORT_UP, .parse = set_constant,
	  .constant = 0, .alternative = true, .help = "shut the port" },
	{ .word = "vlan", .value = "access VID|trunk LIST|none",
	  .field = PORT_VLAN_MODE, .parse = set_vlan,
	  .help = "one VLAN, untagged; several, tagged; no VLAN and no tags" },
	{ .word = "native", .value = "VID", .field = PORT_NATIVE,
	  .parse = set_vid,
	  .help = "untagged VLAN of a trunk; a member whether or not LIST names it" },
	{ .word = "nic", .value = "NAME|none", .field = PORT_NIC,
	  .parse = set_name, .names = none_name, .complete = COMPLETE_NETDEV,
	  .help = "plug this NIC in, none: unplug" },
	{ .word = "role", .value = "edge|uplink", .field = PORT_ROLE,
	  .parse = set_word,
	  .help = "the NIC leads to an end station, or to the physical network" },
	{ .word = "bind", .value = "NAME|none", .field = PORT_BIND,
	  .parse = set_name, .names = none_name, .complete = COMPLETE_NETDEV,
	  .help = "plug a netdev of this name in when it appears" },
	{ .word = "learn", .value = "on|off", .field = PORT_LEARN,
	  .parse = set_word, .names = on_off_names,
	  .help = "learn stations at this port" },
	{ .word = "flood", .value = "on|off", .field = PORT_FLOOD,
	  .parse = set_word, .names = on_off_names,
	  .help = "send unknown unicast to this port" },
	{ .word = "fdb-max", .value = "N", .field = PORT_FDB_MAX,
	  .parse = set_number, .range = "0 to 1048576",
	  .help = "most stations learned at this port, 0: only the switch's limit" },
	{ .word = "link-follow", .value = "on|off", .field = PORT_LINK_FOLLOW,
	  .parse = set_word, .names = on_off_names,
	  .help = "take the link down while no uplink is up" },
	{ .word = "hold", .value = "on|off", .field = PORT_HOLD,
	  .parse = set_word, .names = on_off_names,
	  .help = "let the NIC receive but not send; off announces where it is" },
	{ .word = "desc", .value = "TEXT", .field = PORT_DESC,
	  .parse = set_text, .help = "free text" },
	{ NULL }
};

static bool check_native(struct command *cmd, struct problem *why)
{
	if (field_has(&cmd->model, PORT_NATIVE) &&
	    !field_has(&cmd->model, PORT_VLANS))
		return problem_set(why, "\"native\" goes with \"vlan trunk LIST\" only");
	return true;
}

/* A list for people is cut behind a comma; whole it stands in JSON and with -o. */
static void shorten(char *list)
{
	char *end = list + LIST_SHOWN;

	if (strlen(list) <= LIST_SHOWN)
		return;
	while (end > list && end[-1] != ',')
		end--;
	strcpy(end, "...");
}

/**
 * port_vlan_text - the VLANs of a port for people, such as "access 10"
 * @port:	the port
 * @text:	where to put it
 * @size:	room there
 */
void port_vlan_text(const struct vsw_port *port, char *text, size_t size)
{
	static char list[FIELD_TEXT_MAX];

	if (port->vlan_mode == VSW_VLAN_ACCESS) {
		snprintf(text, size, "access %u", port->vlan);
	} else if (port->vlan_mode == VSW_VLAN_TRUNK) {
		vlans_text(port->vlans, list, sizeof(list));
		shorten(list);
		if (port->native)
			snprintf(text, size, "trunk %s native %u", list,
				 port->native);
		else
			snprintf(text, size, "trunk %s", list);
	} else {
		snprintf(text, size, "none");
	}
}

static void vlan_cell(const struct record *record, char *text, size_t size)
{
	port_vlan_text(record->data, text, size);
}

/* The name that a port waits for stands in brackets. */
static void nic_cell(const struct record *record, char *text, size_t size)
{
	const struct vsw_port *port = record->data;

	if (port->nic[0])
		snprintf(text, size, "%s", port->nic);
	else if (port->bind[0])
		snprintf(text, size, "(%s)", port->bind);
}

#define COUNTER(head, counter) \
	{ head, COLUMN_RIGHT | COLUMN_STATS, STATS_FIRST_COUNTER + STATS_##counter, NULL }
static const struct column columns[] = {
	{ "SWITCH", 0, PORT_SWITCH, NULL },
	{ "PORT", COLUMN_NAME, PORT_NAME, NULL },
	{ "ID", COLUMN_RIGHT | COLUMN_DETAIL, PORT_ID, NULL },
	{ "ADMIN", COLUMN_DETAIL | COLUMN_STATE, PORT_UP, NULL },
	{ "STATE", COLUMN_STATE, PORT_OPER, NULL },
	{ "REASON", 0, PORT_REASON, NULL },
	{ "VLAN", 0, 0, vlan_cell },
	{ "NIC", 0, 0, nic_cell },
	{ "KIND", 0, PORT_NIC_KIND, NULL },
	{ "ROLE", 0, PORT_ROLE, NULL },
	{ "IFINDEX", COLUMN_RIGHT | COLUMN_DETAIL, PORT_IFINDEX, NULL },
	{ "NETNSID", COLUMN_RIGHT | COLUMN_DETAIL, PORT_NETNSID, NULL },
	{ "BIND", COLUMN_DETAIL, PORT_BIND, NULL },
	{ "LEARN", COLUMN_DETAIL, PORT_LEARN, NULL },
	{ "FLOOD", COLUMN_DETAIL, PORT_FLOOD, NULL },
	{ "FDB", COLUMN_RIGHT | COLUMN_DETAIL, PORT_FDB_COUNT, NULL },
	{ "FDB-MAX", COLUMN_RIGHT | COLUMN_DETAIL, PORT_FDB_MAX, NULL },
	{ "FOLLOW", COLUMN_DETAIL, PORT_LINK_FOLLOW, NULL },
	{ "HOLD", COLUMN_DETAIL, PORT_HOLD, NULL },
	COUNTER("FROM-PACKETS", FROM_PACKETS),
	COUNTER("FROM-BYTES", FROM_BYTES),
	COUNTER("FROM-DROPS", FROM_DROPS),
	COUNTER("TO-PACKETS", TO_PACKETS),
	COUNTER("TO-BYTES", TO_BYTES),
	COUNTER("TO-DROPS", TO_DROPS),
	{ "DESC", COLUMN_DETAIL, PORT_DESC, NULL },
	{ NULL, 0, 0, NULL }
};

static void print_ports(const struct ipc_list *ports,
			const struct ipc_list *stats)
{
	struct record *records = calloc(ports->count + 1, sizeof(*records));
	size_t i;

	if (!records)
		error_memory();
	for (i = 0; i < ports->count; i++) {
		records[i].kind = &kind_port;
		records[i].data = ipc_list_at(ports, i);
		records[i].stats = query_stats_of(stats, records[i].data);
	}
	print_records(columns, records, ports->count);
	free(records);
}

static int port_show(struct command *cmd)
{
	struct ipc_list ports, stats = { 0 };
	int status;

	if (field_has(&cmd->model, PORT_NAME))
		status = query_one(cmd, &ports);
	else
		status = query_list(cmd, &ports);
	where_filter(cmd, &ports);
	if (!status && options.stats)
		status = query_stats(cmd, &cmd->model.port, &stats);
	if (!status)
		print_ports(&ports, &stats);
	ipc_list_free(&ports);
	ipc_list_free(&stats);
	return status;
}

static const struct setting get_arguments[] = {
	{ .word = "SWITCH", .field = PORT_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "PORT", .field = PORT_NAME, .parse = set_name,
	  .complete = COMPLETE_PORT, .help = "name of the port" },
	{ .word = "KEY", .field = PORT_NAME, .parse = get_key,
	  .complete = COMPLETE_KEY, .help = "key of JSON, as of port show -s" },
	{ NULL }
};

static const struct verb verbs[] = {
	{ .name = "add", .help = "make a port",
	  .arguments = new_arguments, .required = 2,
	  .settings = port_settings, .check = check_native,
	  .command = VSW_CMD_PORT_NEW, .flags = VERB_ADD,
	  .run = command_change },
	{ .name = "set", .help = "change settings of a port, plug a NIC in or unplug it",
	  .arguments = port_arguments, .required = 2,
	  .settings = port_settings, .check = check_native,
	  .command = VSW_CMD_PORT_SET,
	  .flags = VERB_IF_EXISTS | VERB_SETTINGS, .run = command_change },
	{ .name = "del", .help = "remove a port; the NIC is given back",
	  .arguments = port_arguments, .required = 2,
	  .command = VSW_CMD_PORT_DEL, .flags = VERB_IF_EXISTS,
	  .run = command_change },
	{ .name = "show", .help = "show ports; with -s their counters too",
	  .arguments = port_arguments, .flags = VERB_WHERE, .run = port_show },
	{ .name = "exists", .help = "exit with 0 if the port exists, with 2 if not",
	  .arguments = port_arguments, .required = 2, .run = command_exists },
	{ .name = "get", .help = "print one value of a port, nothing if it has none",
	  .arguments = get_arguments, .required = 3, .flags = VERB_IF_EXISTS,
	  .run = get_run },
	{ NULL }
};

const struct topic topic_port = {
	.name = "port",
	.help = "a socket of a switch; has all the settings, with or without a NIC",
	.kind = &kind_port,
	.verbs = verbs,
};
