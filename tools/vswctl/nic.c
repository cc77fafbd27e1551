// SPDX-License-Identifier: GPL-2.0
/*
 * nic.c: the object nic: its words and its table.
 */
#include <stdio.h>
#include <string.h>

#include "get.h"
#include "print.h"
#include "query.h"
#include "where.h"

/* The kernel has kinds that cannot be made. */
static const struct field_name made_names[] = {
	{ VSW_NIC_HOST, "host" },
	{ VSW_NIC_GUEST, "guest" },
	{ VSW_NIC_TAP, "tap" },
	{ 0, NULL }
};

static const struct setting nic_arguments[] = {
	{ .word = "NAME", .field = NIC_NAME, .parse = set_name,
	  .complete = COMPLETE_NIC, .help = "name of the netdev" },
	{ NULL }
};

static const struct setting new_arguments[] = {
	{ .word = "NAME", .field = NIC_NAME, .parse = set_name,
	  .help = "name of the netdev" },
	{ NULL }
};

static const struct setting show_arguments[] = {
	{ .word = "SWITCH|NAME", .field = NIC_NAME, .parse = set_name,
	  .complete = COMPLETE_NIC,
	  .help = "name of a switch or of a netdev" },
	{ NULL }
};

static const struct setting connect_arguments[] = {
	{ .word = "NAME", .field = NIC_NAME, .parse = set_name,
	  .complete = COMPLETE_NETDEV,
	  .help = "name of the netdev, which may be any Ethernet netdev" },
	{ .word = "SWITCH", .field = NIC_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "PORT", .field = NIC_PORT, .parse = set_name,
	  .complete = COMPLETE_PORT, .help = "name of the port" },
	{ NULL }
};

static const struct setting new_settings[] = {
	{ .word = "type", .value = "host|guest|tap", .field = NIC_KIND,
	  .names = made_names, .parse = set_word, .required = true,
	  .help = "a NIC of the host itself, of a container, or of a virtual machine (/dev/tapN)" },
	{ .word = "mac", .value = "MAC", .field = NIC_MAC, .parse = set_mac,
	  .help = "MAC address; if not given, the same whenever a NIC of this name is made" },
	{ .word = "mtu", .value = "N", .field = NIC_MTU, .parse = set_number,
	  .range = "68 to 65535", .help = "largest payload in octets" },
	{ .word = "queues", .value = "N", .field = NIC_QUEUES,
	  .parse = set_number, .range = "1 to 64", .help = "pairs of queues" },
	{ NULL }
};

static const struct setting connect_settings[] = {
	{ .word = "role", .value = "edge|uplink", .field = NIC_ROLE,
	  .parse = set_word,
	  .help = "it leads to an end station, or to the physical network" },
	{ NULL }
};

static const struct setting get_arguments[] = {
	{ .word = "NAME", .field = NIC_NAME, .parse = set_name,
	  .complete = COMPLETE_NIC, .help = "name of the netdev" },
	{ .word = "KEY", .field = NIC_NAME, .parse = get_key,
	  .complete = COMPLETE_KEY, .help = "key of JSON" },
	{ NULL }
};

/* The word of a bool is not a state: say which it is. */
static void carrier_cell(const struct record *record, char *text, size_t size)
{
	const struct vsw_nic *nic = record->data;

	if (field_has(nic, NIC_CARRIER))
		snprintf(text, size, "%s", nic->carrier ? "up" : "down");
}

static const struct column columns[] = {
	{ "NAME", COLUMN_NAME, NIC_NAME, NULL },
	{ "KIND", 0, NIC_KIND, NULL },
	{ "STATE", 0, NIC_STATE, NULL },
	{ "CARRIER", COLUMN_STATE, 0, carrier_cell },
	{ "SWITCH", 0, NIC_SWITCH, NULL },
	{ "PORT", 0, NIC_PORT, NULL },
	{ "ROLE", 0, NIC_ROLE, NULL },
	{ "ADDRESS", 0, NIC_MAC, NULL },
	{ "MTU", COLUMN_RIGHT | COLUMN_DETAIL, NIC_MTU, NULL },
	{ "QUEUES", COLUMN_RIGHT | COLUMN_DETAIL, NIC_QUEUES, NULL },
	{ "IFINDEX", COLUMN_RIGHT | COLUMN_DETAIL, NIC_IFINDEX, NULL },
	{ "NETNSID", COLUMN_RIGHT | COLUMN_DETAIL, NIC_NETNSID, NULL },
	{ NULL, 0, 0, NULL }
};

/* NICs with this name; a guest that was moved is not found by its key. */
static int find_named(struct command *cmd, struct ipc_list *list)
{
	int status = query_list(cmd, list);

	if (!status && !list->count)
		status = query_missing(&kind_nic, &cmd->model);
	return status;
}

/* A switch and a NIC in its namespace cannot have the same name. */
static int find_nics(struct command *cmd, struct ipc_list *list)
{
	struct vsw_nic *model = &cmd->model.nic;
	struct vsw_nic filter = { 0 }, nic = *model;
	int rc;

	memset(list, 0, sizeof(*list));
	list->kind = &kind_nic;
	if (!field_has(model, NIC_NAME))
		return query_list(cmd, list);
	if (query_switch(model->name)) {
		strcpy(filter.switch_name, model->name);
		field_mark(&filter, NIC_SWITCH);
		return query_all(cmd, &kind_nic, &filter, list);
	}
	rc = ipc_get(&kind_nic, &nic);
	if (ipc_missing(rc))
		return find_named(cmd, list);
	if (rc)
		return command_refused(cmd);
	ipc_list_add(list, &nic);
	return STATUS_DONE;
}

static int nic_show(struct command *cmd)
{
	struct ipc_list list;
	int status = find_nics(cmd, &list);

	where_filter(cmd, &list);
	if (!status)
		print_list(columns, &list);
	ipc_list_free(&list);
	return status;
}

static const struct verb verbs[] = {
	{ .name = "add", .help = "make a NIC",
	  .arguments = new_arguments, .required = 1, .settings = new_settings,
	  .command = VSW_CMD_NIC_NEW, .flags = VERB_ADD | VERB_NIC,
	  .run = command_change },
	{ .name = "connect", .help = "plug a NIC into a port",
	  .arguments = connect_arguments, .required = 3,
	  .settings = connect_settings, .command = VSW_CMD_NIC_CONNECT,
	  .run = command_change },
	{ .name = "disconnect", .help = "unplug a NIC and give it back",
	  .arguments = nic_arguments, .required = 1,
	  .command = VSW_CMD_NIC_DISCONNECT, .run = command_change },
	{ .name = "del", .help = "remove a NIC that was made by nic add",
	  .arguments = nic_arguments, .required = 1,
	  .command = VSW_CMD_NIC_DEL, .flags = VERB_IF_EXISTS,
	  .run = command_change },
	{ .name = "show", .help = "show NICs: all, those of a switch, or one",
	  .arguments = show_arguments, .flags = VERB_WHERE, .run = nic_show },
	{ .name = "get", .help = "print one value of a NIC, nothing if it has none",
	  .arguments = get_arguments, .required = 2, .flags = VERB_IF_EXISTS,
	  .run = get_run },
	{ NULL }
};

const struct topic topic_nic = {
	.name = "nic",
	.help = "a network card that is plugged into a port",
	.kind = &kind_nic,
	.verbs = verbs,
};
