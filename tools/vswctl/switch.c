// SPDX-License-Identifier: GPL-2.0
/*
 * switch.c: the object switch: its words and its table.
 */
#include "get.h"
#include "print.h"
#include "query.h"
#include "where.h"

static const struct setting switch_arguments[] = {
	{ .word = "NAME", .field = SWITCH_NAME, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ NULL }
};

static const struct setting new_arguments[] = {
	{ .word = "NAME", .field = SWITCH_NAME, .parse = set_name,
	  .help = "name of the switch" },
	{ NULL }
};

static const struct setting switch_settings[] = {
	{ .word = "type", .value = "private|internal|external",
	  .field = SWITCH_TYPE, .parse = set_word,
	  .help = "which NICs it admits: guests; hosts too; uplinks too" },
	{ .word = "protocol", .value = "802.1q|802.1ad",
	  .field = SWITCH_PROTOCOL, .parse = set_word,
	  .help = "kind of VLAN tag, C-tag or S-tag" },
	{ .word = "ageing", .value = "TIME", .field = SWITCH_AGEING,
	  .parse = set_time, .range = "10s to 1000000s",
	  .help = "forget a station that was silent for so long" },
	{ .word = "fdb-max", .value = "N", .field = SWITCH_FDB_MAX,
	  .parse = set_number, .range = "1 to 1048576",
	  .help = "most entries in the filtering database" },
	{ .word = "mtu", .value = "N", .field = SWITCH_MTU,
	  .parse = set_number, .range = "68 to 65535",
	  .help = "largest payload in octets, tags not counted" },
	{ .word = "fid-map", .value = "VID[-VID]:FID,...|none",
	  .field = SWITCH_FIDS, .parse = set_groups,
	  .help = "VLANs that share a filtering database; all others have their own" },
	{ .word = "instance-map", .value = "VID[-VID]:N,...|none",
	  .field = SWITCH_INSTANCES, .parse = set_groups,
	  .help = "VLANs of spanning tree instances 0 to 63; all others are of 0" },
	{ .word = "up", .field = SWITCH_UP, .parse = set_constant,
	  .constant = 1, .help = "relay frames" },
	{ .word = "down", .field = SWITCH_UP, .parse = set_constant,
	  .constant = 0, .alternative = true, .help = "relay nothing" },
	{ NULL }
};

static const struct setting get_arguments[] = {
	{ .word = "NAME", .field = SWITCH_NAME, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "KEY", .field = SWITCH_NAME, .parse = get_key,
	  .complete = COMPLETE_KEY, .help = "key of JSON" },
	{ NULL }
};

static const struct column columns[] = {
	{ "NAME", COLUMN_NAME, SWITCH_NAME, NULL },
	{ "STATE", COLUMN_STATE, SWITCH_UP, NULL },
	{ "TYPE", 0, SWITCH_TYPE, NULL },
	{ "PROTOCOL", 0, SWITCH_PROTOCOL, NULL },
	{ "MTU", COLUMN_RIGHT, SWITCH_MTU, NULL },
	{ "PORTS", COLUMN_RIGHT, SWITCH_PORTS, NULL },
	{ "FDB", COLUMN_RIGHT, SWITCH_FDB_COUNT, NULL },
	{ "FDB-MAX", COLUMN_RIGHT | COLUMN_DETAIL, SWITCH_FDB_MAX, NULL },
	{ "AGEING-MS", COLUMN_RIGHT | COLUMN_DETAIL, SWITCH_AGEING, NULL },
	{ "FID-MAP", COLUMN_DETAIL, SWITCH_FIDS, NULL },
	{ "INSTANCE-MAP", COLUMN_DETAIL, SWITCH_INSTANCES, NULL },
	{ "IFINDEX", COLUMN_RIGHT | COLUMN_DETAIL, SWITCH_IFINDEX, NULL },
	{ NULL, 0, 0, NULL }
};

static int switch_show(struct command *cmd)
{
	struct ipc_list list;
	int status;

	if (field_has(&cmd->model, SWITCH_NAME))
		status = query_one(cmd, &list);
	else
		status = query_list(cmd, &list);
	where_filter(cmd, &list);
	if (!status)
		print_list(columns, &list);
	ipc_list_free(&list);
	return status;
}

static const struct verb verbs[] = {
	{ .name = "add", .help = "make a switch",
	  .arguments = new_arguments, .required = 1,
	  .settings = switch_settings, .command = VSW_CMD_SWITCH_NEW,
	  .flags = VERB_ADD, .run = command_change },
	{ .name = "set", .help = "change settings of a switch",
	  .arguments = switch_arguments, .required = 1,
	  .settings = switch_settings, .command = VSW_CMD_SWITCH_SET,
	  .flags = VERB_IF_EXISTS | VERB_SETTINGS, .run = command_change },
	{ .name = "del", .help = "remove a switch and its ports; the NICs are given back",
	  .arguments = switch_arguments, .required = 1,
	  .command = VSW_CMD_SWITCH_DEL, .flags = VERB_IF_EXISTS,
	  .run = command_change },
	{ .name = "show", .help = "show switches",
	  .arguments = switch_arguments, .flags = VERB_WHERE, .run = switch_show },
	{ .name = "exists", .help = "exit with 0 if the switch exists, with 2 if not",
	  .arguments = switch_arguments, .required = 1, .run = command_exists },
	{ .name = "get", .help = "print one value of a switch, nothing if it has none",
	  .arguments = get_arguments, .required = 2, .flags = VERB_IF_EXISTS,
	  .run = get_run },
	{ NULL }
};

const struct topic topic_switch = {
	.name = "switch",
	.help = "one filtering database and one VLAN space, with ports",
	.kind = &kind_switch,
	.verbs = verbs,
};
