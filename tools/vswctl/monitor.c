// SPDX-License-Identifier: GPL-2.0
/*
 * monitor.c: prints events as they happen, one line each. It has subscribed before
 * it prints anything; it ends with 0 at SIGINT, SIGTERM or its timeout.
 *
 * The kernel drops events when the reader is slow, and says so at once; how many
 * it were is known from the number of the next event. If none comes soon, that
 * some were lost is told without a number. With --resync the state follows: it is
 * asked for after the loss, so that it has what the lost events would have told.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "options.h"
#include "port.h"
#include "print.h"
#include "query.h"
#include "signals.h"

#define TIME_BYTES	40
#define QUIET_NS	200000000	/* so long the number of lost events is waited for */

static bool lost;	/* events were, how many is not known yet */
static bool told;	/* and that was told, but not the number that is to come */

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
	if (!record->numbered) {		/* it is the state */
		port_vlan_text(port, vlan, sizeof(vlan));
		printf(": %s, vlan %s", port->oper ? "up" : "down", vlan);
	} else if (port->object.event == VSW_EVENT_DOWN &&
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
	if (record->numbered && options.details)
		printf("%u ", record->number);
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

static bool wanted(const struct command *cmd, const struct kind *kind)
{
	unsigned int i;

	for (i = 0; kinds[i] != kind; i++)
		;
	return !cmd->choice || cmd->choice >> i & 1;
}

static void print(struct record *record)
{
	char time[TIME_BYTES];

	if (options.stamp) {
		time_text(time, sizeof(time));
		record->time = time;
	}
	record->object = record->kind->name;
	if (options.json || options.oneline)
		print_event(record);
	else
		print_text(record);
}

/* A line that is about no object; @count is left out if it is 0. */
static void print_mark(const char *event, uint32_t count)
{
	char time[TIME_BYTES];

	if (options.stamp)
		time_text(time, sizeof(time));
	if (options.json)
		putchar('{');
	if (options.stamp)
		printf(options.json ? "\"time\":\"%s\"," : "time %s ", time);
	printf(options.json ? "\"event\":\"%s\"" : "event %s", event);
	if (count)
		printf(options.json ? ",\"%s\":%u" : " %s %u", event, count);
	puts(options.json ? "}" : "");
	fflush(stdout);
}

/* All objects as they are, and that it was all. */
static int print_state(const struct command *cmd)
{
	struct record record = { .event = "state" };
	struct ipc_list list;
	unsigned int i;
	int status;
	size_t n;

	for (i = 0; kinds[i]; i++) {
		if (!wanted(cmd, kinds[i]))
			continue;
		status = query_all(cmd, kinds[i], NULL, &list);
		for (n = 0; !status && n < list.count; n++) {
			record.kind = kinds[i];
			record.data = ipc_list_at(&list, n);
			print(&record);
		}
		ipc_list_free(&list);
		if (status)
			return status;
	}
	if (options.json || options.oneline)
		print_mark("synced", 0);
	fflush(stdout);
	return STATUS_DONE;
}

/* @count 0: it is not known how many. */
static int tell_lost(const struct command *cmd, uint32_t count)
{
	struct problem text;
	const char *remedy;

	lost = false;
	told = !count;
	remedy = options.resync ? "the state follows" :
				  "with --resync the state would follow";
	if (options.json || options.oneline) {
		print_mark("missed", count);
	} else {
		if (count)
			problem_set(&text, "%u event%s missed; %s", count,
				    count == 1 ? "" : "s", remedy);
		else
			problem_set(&text, "events missed; %s", remedy);
		error_print("monitor", text.text);
	}
	return options.resync ? print_state(cmd) : STATUS_DONE;
}

/* What the events are printed for, and whether that failed. */
struct session {
	const struct command *cmd;
	int status;
};

static void on_event(const struct ipc_event *event, void *context)
{
	const struct vsw_object *head = event->object;
	struct session *session = context;
	struct record record = {
		.kind = event->kind,
		.data = event->object,
		.numbered = true,
		.number = event->number,
		.event = field_word(event_names, head->event),
	};

	if (event->missed && !told && !session->status)
		session->status = tell_lost(session->cmd, event->missed);
	told = false;
	if (!wanted(session->cmd, event->kind))
		return;
	print(&record);
	fflush(stdout);
}

/* Until something can be read; false when the time is over. */
static bool wait_for(struct pollfd *fds, bool *quiet)
{
	const struct timespec pause = { .tv_nsec = QUIET_NS };
	struct timespec left, *until = ipc_time_left(&left);
	int rc;

	*quiet = false;
	if (lost && (!until || until->tv_sec || until->tv_nsec > QUIET_NS)) {
		rc = ppoll(fds, 2, &pause, NULL);
		*quiet = !rc;
		return true;
	}
	return ppoll(fds, 2, until, NULL);
}

static int monitor_run(struct command *cmd)
{
	struct pollfd fds[] = {
		{ .fd = signals_open(), .events = POLLIN },
		{ .events = POLLIN },
	};
	struct session session = { .cmd = cmd };
	bool quiet;
	int rc;

	if (ipc_listen())
		return command_refused(cmd);
	fds[1].fd = ipc_socket();
	if (options.resync)
		session.status = print_state(cmd);
	while (!session.status && !ferror(stdout) && wait_for(fds, &quiet)) {
		if (quiet)
			session.status = tell_lost(cmd, 0);
		if (fds[0].revents)
			break;
		if (!fds[1].revents)
			continue;
		rc = ipc_receive(on_event, &session);
		if (rc == -ENOBUFS)
			lost = true;
		else if (rc)
			return command_refused(cmd);
	}
	return session.status;
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
