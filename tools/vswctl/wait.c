// SPDX-License-Identifier: GPL-2.0
/*
 * wait.c: waits until an object is there and as it is wanted. It listens first,
 * then asks, and asks again after events: what changed between is not missed, and
 * which event it was does not matter.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "where.h"

/* Members that change without an event, with what to wait for instead. */
static const struct {
	const struct kind *kind;
	unsigned int index;
	const char *remedy;
} silent[] = {
	{ &kind_nic, NIC_CARRIER, "wait for the operstate of its port" },
	{ &kind_nic, NIC_MAC, "it changes with ip link" },
	{ &kind_nic, NIC_MTU, "it changes with ip link" },
	{ &kind_nic, NIC_NETNSID, "wait for its port" },
	{ &kind_fdb, FDB_AGE, "an entry that ages out can be monitored" },
	{ NULL, 0, NULL }
};

static bool set_condition(struct command *cmd, const struct setting *setting,
			  struct words *words, struct problem *why)
{
	const struct kind *kind = command_kind(cmd);
	const char *word = words_next(words);
	unsigned int i;

	(void)setting;
	if (!where_add(cmd, kind, word, why))
		return false;
	for (i = 0; silent[i].kind; i++)
		if (silent[i].kind == kind &&
		    where_last(cmd) == silent[i].index)
			return problem_set(why, "%s changes without an event; %s",
					   kind->fields[silent[i].index].key,
					   silent[i].remedy);
	return true;
}

#define CONDITION						\
	{ .word = "KEY=VALUE", .parse = set_condition,		\
	  .complete = COMPLETE_CONDITION,			\
	  .help = "what has to hold, also KEY!=VALUE" }

static const struct setting switch_arguments[] = {
	{ .word = "NAME", .field = SWITCH_NAME, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	CONDITION, { NULL }
};

static const struct setting port_arguments[] = {
	{ .word = "SWITCH", .field = PORT_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "PORT", .field = PORT_NAME, .parse = set_name,
	  .complete = COMPLETE_PORT, .help = "name of the port" },
	CONDITION, { NULL }
};

static const struct setting nic_arguments[] = {
	{ .word = "NAME", .field = NIC_NAME, .parse = set_name,
	  .complete = COMPLETE_NETDEV, .help = "name of the netdev" },
	CONDITION, { NULL }
};

static const struct setting fdb_arguments[] = {
	{ .word = "SWITCH", .field = FDB_SWITCH, .parse = set_name,
	  .complete = COMPLETE_SWITCH, .help = "name of the switch" },
	{ .word = "MAC", .field = FDB_MAC, .parse = set_mac,
	  .help = "address of the station" },
	{ .word = "VID", .field = FDB_VID, .parse = set_vid_or_none,
	  .help = "its VLAN, 0: no VLAN" },
	CONDITION, { NULL }
};

/* Negative: refused. */
static int holds(const struct command *cmd)
{
	union model model = cmd->model;
	int rc = ipc_get(command_kind(cmd), &model);

	if (ipc_missing(rc))
		return false;
	return rc ? rc : where_holds(cmd, command_kind(cmd), &model);
}

/* That it happened is enough. */
static void on_event(const struct ipc_event *event, void *context)
{
	(void)event;
	(void)context;
}

static int wait_run(struct command *cmd)
{
	struct pollfd fd = { .events = POLLIN };
	struct timespec left;
	int rc;

	rc = ipc_listen();
	fd.fd = ipc_socket();
	while (!rc) {
		rc = holds(cmd);
		if (rc > 0)
			return STATUS_DONE;
		if (rc == -ETIMEDOUT)
			return STATUS_NO;
		if (rc)
			break;
		rc = ppoll(&fd, 1, ipc_time_left(&left), NULL);
		if (!rc)
			return STATUS_NO;
		rc = rc > 0 ? ipc_receive(on_event, NULL) : 0;
		if (rc == -ENOBUFS)
			rc = 0;
	}
	return command_refused(cmd);
}

#define VERB(object, count)						\
	.kind = &kind_##object, .arguments = object##_arguments,	\
	.required = (count), .flags = VERB_OPTIONS | VERB_REPEAT,	\
	.run = wait_run

static const struct verb verbs[] = {
	{ .name = "switch", .help = "wait for a switch", VERB(switch, 1) },
	{ .name = "port", .help = "wait for a port", VERB(port, 2) },
	{ .name = "nic", .help = "wait for a NIC", VERB(nic, 1) },
	{ .name = "fdb", .help = "wait for an entry of the filtering database",
	  VERB(fdb, 3) },
	{ NULL }
};

const struct topic topic_wait = {
	.name = "wait-until",
	.help = "wait until an object is there and its keys have these values, or --timeout",
	.verbs = verbs,
};
