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

static bool port_set_states(struct command *cmd, const struct setting *setting,
			    struct words *words, struct problem *why)
{
	const char *word = words_next(words);

	if (!word)
		return problem_set(why, "%s is missing", setting->value);
	return parse_states(word, &cmd->model.port.states, why);
}

static bool port_set_reserved(struct command *cmd, const struct setting *setting,
			      struct words *words, struct problem *why)
{
	const char *word = words_next(words);

	if (!word)
		return problem_set(why, "%s is missing", setting->value);
	return parse_reserved(word, &cmd->model.port.reserved_relay, why);
}

/* 0 is never. */
static bool port_set_recovery(struct command *cmd, const struct setting *setting,
			      struct words *words, struct problem *why)
{
	if (!words->count || strcmp(*words->at, "never"))
		return set_time(cmd, setting, words, why);
	words_next(words);
	cmd->model.port.guard_recovery = 0;
	return true;
}

static const struct setting port_settings[] = {
	{ .word = "up", .field = PORT_UP, .parse = set_constant, .constant = 1,
	  .help = "let the link be up" },
	{ .word = "down", .field = PORT_UP, .parse = set_constant,
	  .constant = 0, .alternative = true, .help = "shut the port" },
	{ .word = "vlan",
	  .value = "access VID|trunk LIST|hybrid LIST|dot1q-tunnel VID|none",
	  .field = PORT_VLAN_MODE, .parse = port_set_vlan,
	  .help = "one, untagged; several, tagged; several in any way; one for all tags; no VLAN" },
	{ .word = "native", .value = "VID", .field = PORT_NATIVE,
	  .parse = set_vid,
	  .help = "untagged VLAN of a trunk; a member whether or not LIST names it" },
	{ .word = "native-tagged", .value = "VID",
	  .field = PORT_NATIVE_TAGGED, .parse = port_set_native_tagged,
	  .alternative = true,
	  .help = "likewise, but its frames are sent with a tag" },
	{ .word = "untagged", .value = "LIST", .field = PORT_UNTAGGED,
	  .parse = set_vlans, .constant = 1,
	  .help = "those VLANs of a hybrid port that are sent without a tag" },
	{ .word = "pvid", .value = "VID", .field = PORT_PVID,
	  .parse = set_vid,
	  .help = "VLAN of frames that come in without a tag at a hybrid port" },
	{ .word = "cvlans", .value = "LIST", .field = PORT_CVLANS,
	  .parse = set_vlans,
	  .help = "customer's VLANs that a tunnel takes, 0: untagged; not given: all" },
	{ .word = "services", .value = "VID[-VID]:VID,...|none",
	  .field = PORT_SERVICES, .parse = set_groups,
	  .help = "customer's VLANs that have another VLAN than the tunnel's" },
	{ .word = "admit", .value = "mode|all|tagged|untagged",
	  .field = PORT_ADMIT, .parse = set_word,
	  .help = "frames that may come in; mode: those that the VLAN mode has a VLAN for" },
	{ .word = "ingress-filter", .value = "on|off",
	  .field = PORT_INGRESS_FILTER, .parse = set_word,
	  .names = on_off_names,
	  .help = "drop frames of VLANs that the port is not in" },
	{ .word = "vid-map", .value = "WIRE[-WIRE]:VID,...|none",
	  .field = PORT_VID_MAP, .parse = set_vid_map,
	  .help = "VLAN ids on the wire and those that they are in the switch" },
	{ .word = "pcp-table", .value = "8p0d|7p1d|6p2d|5p3d",
	  .field = PORT_PCP_TABLE, .parse = set_word,
	  .help = "which priorities share a code point in tags, to tell what may be dropped" },
	{ .word = "use-dei", .value = "on|off", .field = PORT_USE_DEI,
	  .parse = set_word, .names = on_off_names,
	  .help = "let the DEI bit of tags tell what may be dropped" },
	{ .word = "prio-regen", .value = "P0,...,P7",
	  .field = PORT_PRIO_REGEN, .parse = set_prios,
	  .help = "the priorities that the received ones from 0 to 7 become" },
	{ .word = "default-prio", .value = "N", .field = PORT_DEFAULT_PRIO,
	  .parse = set_number, .constant = 7, .range = "0 to 7",
	  .help = "priority of frames that come in without a tag" },
	{ .word = "priority-tags", .value = "never|if-nonzero|always",
	  .field = PORT_PRIORITY_TAGS, .parse = set_word,
	  .help = "send untagged frames with a tag that has their priority only" },
	{ .word = "states", .value = "N:STATE,...|forwarding",
	  .field = PORT_STATES, .parse = port_set_states,
	  .help = "change the states in these spanning tree instances, or in all" },
	{ .word = "state", .value = "forwarding|learning|discarding",
	  .field = PORT_STATE, .parse = set_word, .alternative = true,
	  .help = "change the state in one instance, 0 if none is named" },
	{ .word = "instance", .value = "N", .field = PORT_INSTANCE,
	  .parse = set_number, .constant = 63, .range = "0 to 63",
	  .help = "the spanning tree instance that state is about" },
	{ .word = "reserved-relay", .value = "N,...|all|none",
	  .field = PORT_RESERVED_RELAY, .parse = port_set_reserved,
	  .help = "relay frames to 01-80-C2-00-00-0N; all: but for 0, 1, 2 and 3" },
	{ .word = "bpdu", .value = "normal|guard|filter", .field = PORT_BPDU,
	  .parse = set_word,
	  .help = "guard: one from the NIC shuts the port; filter: drop them, both ways" },
	{ .word = "guard-recovery", .value = "TIME|never",
	  .field = PORT_GUARD_RECOVERY, .parse = port_set_recovery,
	  .help = "let a port that BPDU guard has shut be up again after so long" },
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

/* state and instance are one of the states. */
static bool port_check(struct command *cmd, struct problem *why)
{
	struct vsw_port *port = &cmd->model.port;

	if (!port_check_vlan(cmd, why))
		return false;
	if (!field_has(port, PORT_STATE))
		return !field_has(port, PORT_INSTANCE) ||
		       problem_set(why, "\"instance\" goes with \"state\" only");
	port->states.named = (uint64_t)1 << port->instance;
	port->states.state[port->instance] = port->state;
	field_mark(port, PORT_STATES);
	return true;
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
	{ "ADMIT", COLUMN_DETAIL, PORT_ADMIT, NULL },
	{ "FILTER", COLUMN_DETAIL, PORT_INGRESS_FILTER, NULL },
	{ "VID-MAP", COLUMN_DETAIL, PORT_VID_MAP, NULL },
	{ "PCP", COLUMN_DETAIL, PORT_PCP_TABLE, NULL },
	{ "DEI", COLUMN_DETAIL, PORT_USE_DEI, NULL },
	{ "REGEN", COLUMN_DETAIL, PORT_PRIO_REGEN, NULL },
	{ "PRIO", COLUMN_RIGHT | COLUMN_DETAIL, PORT_DEFAULT_PRIO, NULL },
	{ "PRIO-TAGS", COLUMN_DETAIL, PORT_PRIORITY_TAGS, NULL },
	{ "STATES", COLUMN_DETAIL, PORT_STATES, NULL },
	{ "RESERVED", COLUMN_DETAIL, PORT_RESERVED_RELAY, NULL },
	{ "BPDU", COLUMN_DETAIL, PORT_BPDU, NULL },
	{ "RECOVERY-MS", COLUMN_RIGHT | COLUMN_DETAIL, PORT_GUARD_RECOVERY, NULL },
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
	  .settings = port_settings, .check = port_check,
	  .command = VSW_CMD_PORT_NEW, .flags = VERB_ADD,
	  .run = command_change },
	{ .name = "set", .help = "change settings of a port, plug a NIC in or unplug it",
	  .arguments = port_arguments, .required = 2,
	  .settings = port_settings, .check = port_check,
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
