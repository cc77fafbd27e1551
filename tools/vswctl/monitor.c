// SPDX-License-Identifier: GPL-2.0
/*
 * monitor.c: prints events as they happen, one line each. It has subscribed before
 * it prints anything; it ends with 0 at SIGINT, SIGTERM or its timeout.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>

#include "error.h"
#include "options.h"
#include "port.h"
#include "print.h"
#include "query.h"

#define TIME_BYTES	40

/* The kinds of the objects that are wanted, as bits; 0: all. */
static const struct kind *const kinds[] = { &kind_switch, &kind_port, &kind_nic,
					    &kind_fdb, NULL };

static bool set_object(struct command *cmd, const struct setting *setting,
		       struct words *words, struct problem *why)
{
	static const char *const names[] = { "switch", "port", "nic", "fdb",
					     NULL };
	unsigned int i;

	(void)setting;
	if (!parse_word(words_next(words), names, NULL, &i,
			why))
		return false;
	cmd->choice |= 1 << i;
	return true;
}

static const struct setting arguments[] = {
	{ .word = "OBJECT", .value = "switch|port|nic|fdb", .parse = set_object,
	  .help = "objects whose events are wanted; all if none is named" },
	{ NULL }
};

/* Now, in UTC, as ISO 8601 has it. */
static void time_text(char *text, size_t size)
{
	struct timespec now;
	struct tm tm;
	size_t at;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	at = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + at, size - at, ".%06ldZ", now.tv_nsec / 1000);
}

static void print_switch(const struct record *record)
{
	const struct vsw_switch *sw = record->data;

	print_safe(sw->name);
	printf(" %s", record->event);
	if (sw->object.event != VSW_EVENT_DEL)
		printf(": %s, %s, mtu %u", sw->up ? "up" : "down",
		       field_text(&kind_switch.fields[SWITCH_TYPE], sw), sw->mtu);
}

static void print_port(const struct record *record)
{
	const struct vsw_port *port = record->data;
	char vlan[FIELD_TEXT_MAX];

	print_safe(port->switch_name);
	putchar(' ');
	print_safe(port->name);
	printf(" %s", record->event);
	if (port->object.event == VSW_EVENT_DOWN &&
	    field_has(port, PORT_REASON)) {
		printf(": %s", field_text(&kind_port.fields[PORT_REASON], port));
	} else if (port->object.event == VSW_EVENT_NEW ||
		   port->object.event == VSW_EVENT_SET) {
		port_vlan_text(port, vlan, sizeof(vlan));
		printf(": vlan %s", vlan);
	}
}

static void print_nic(const struct record *record)
{
	const struct vsw_nic *nic = record->data;

	print_safe(nic->name);
	printf(" %s", record->event);
	if (!nic->switch_name[0])
		return;
	printf(": ");
	print_safe(nic->switch_name);
	putchar(' ');
	print_safe(nic->port);
}

/* A flush may be told of as a whole, without an address. */
static void print_fdb(const struct record *record)
{
	const struct vsw_fdb *fdb = record->data;

	print_safe(fdb->switch_name);
	if (field_has(fdb, FDB_MAC))
		printf(" %s", field_text(&kind_fdb.fields[FDB_MAC], fdb));
	if (field_has(fdb, FDB_VID) && fdb->vid)
		printf(" vlan %u", fdb->vid);
	printf(" %s", record->event);
	if (!field_has(fdb, FDB_PORT))
		return;
	printf(": ");
	print_safe(fdb->port);
	if (!field_has(fdb, FDB_OLD_PORT))
		return;
	printf(", was ");
	print_safe(fdb->old_port);
}

static void print_text(const struct record *record)
{
	if (record->time)
		printf("%s ", record->time);
	printf("%s ", record->object);
	if (record->kind == &kind_switch)
		print_switch(record);
	else if (record->kind == &kind_port)
		print_port(record);
	else if (record->kind == &kind_nic)
		print_nic(record);
	else
		print_fdb(record);
	putchar('\n');
}

static void on_event(const struct kind *kind, const void *object, void *context)
{
	const struct vsw_object *head = object;
	const struct command *cmd = context;
	struct record record = { .kind = kind, .data = object };
	char time[TIME_BYTES];
	unsigned int i;

	for (i = 0; kinds[i] != kind; i++)
		;
	if (cmd->choice && !(cmd->choice >> i & 1))
		return;
	if (options.stamp) {
		time_text(time, sizeof(time));
		record.time = time;
	}
	record.object = kind->name;
	record.event = field_word(event_names, head->event);
	if (options.json || options.oneline)
		print_event(&record);
	else
		print_text(&record);
	fflush(stdout);
}

/* A descriptor that can be read when it is time to end. */
static int signals_open(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

static int monitor_run(struct command *cmd)
{
	struct pollfd fds[] = {
		{ .fd = signals_open(), .events = POLLIN },
		{ .fd = ipc_socket(), .events = POLLIN },
	};
	struct timespec left;
	int rc;

	if (ipc_listen())
		return command_refused(cmd);
	while (!ferror(stdout)) {
		rc = ppoll(fds, 2, ipc_time_left(&left), NULL);
		if (!rc || fds[0].revents)
			break;
		if (rc < 0)
			continue;
		rc = ipc_receive(on_event, cmd);
		if (rc == -ENOBUFS)
			error_print("monitor", "events were lost");
		else if (rc)
			return command_refused(cmd);
	}
	return STATUS_DONE;
}

static const struct verb verbs[] = {
	{ .name = "",
	  .help = "print events as they happen, all or those of switch, port, nic, fdb",
	  .arguments = arguments, .flags = VERB_OPTIONS | VERB_REPEAT,
	  .run = monitor_run },
	{ NULL }
};

const struct topic topic_monitor = {
	.name = "monitor",
	.help = "events as they happen, until interrupted or --timeout",
	.verbs = verbs,
};
