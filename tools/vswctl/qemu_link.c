// SPDX-License-Identifier: GPL-2.0
/*
 * qemu_link.c: a virtual machine does not watch the carrier of the tap that it has
 * open. This keeps the link that it shows its guest as that of the port.
 *
 * It listens first, then reads what the link is, and reads it again whenever a port
 * or a NIC had an event or events were lost: which event it was does not matter.
 * What the machine was told is known only while the connection lasts; a machine
 * that is started again is told anew.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "error.h"
#include "print.h"
#include "qmp.h"
#include "signals.h"

#define RETRY_MS	250	/* between two looks for a machine that is away */
#define MODULE_MS	2000	/* between two looks whether the module is there */
#define DEVICE_BYTES	128

enum link { LINK_UNKNOWN, LINK_DOWN, LINK_UP };

static const char *socket_path, *device_given;
static bool patience_given;
static uint32_t patience;	/* ms that a machine may be away */

/**
 * struct session - how things are
 * @cmd:	the command
 * @qmp:	the machine
 * @link:	what the guest should see
 * @told:	what the machine was told
 * @shown:	what was said of it here
 * @reason:	why the link is down
 * @device:	the machine's name for the NIC, "" if it is not known
 * @away_since:	when the machine was seen last, ms
 * @module_seen:	when the module was seen last, ms
 * @lost:	the machine was lost in this turn: a pause comes before the next try
 * @complained:	the last thing that was complained of
 * @changed:	the link has to be read again
 */
struct session {
	const struct command *cmd;
	struct qmp qmp;
	enum link link;
	enum link told;
	enum link shown;
	const char *reason;
	char device[DEVICE_BYTES];
	int64_t away_since;
	int64_t module_seen;
	bool lost;
	struct problem complained;
	bool changed;
};

static bool set_socket(struct command *cmd, const struct setting *setting,
		       struct words *words, struct problem *why)
{
	(void)cmd;
	(void)setting;
	socket_path = words_next(words);
	return *socket_path || problem_set(why, "a path is expected, not an empty word");
}

static bool set_device(struct command *cmd, const struct setting *setting,
		       struct words *words, struct problem *why)
{
	(void)cmd;
	device_given = words_next(words);
	if (!device_given)
		return problem_set(why, "%s is missing", setting->value);
	if (!*device_given || strlen(device_given) >= DEVICE_BYTES)
		return problem_set(why, "an id of 1 to %d characters is expected",
				   DEVICE_BYTES - 1);
	return true;
}

static bool set_patience(struct command *cmd, const struct setting *setting,
			 struct words *words, struct problem *why)
{
	const char *word = words_next(words);

	(void)cmd;
	patience_given = true;
	if (!word)
		return problem_set(why, "%s is missing", setting->value);
	return parse_time(word, &patience, why);
}

static const struct setting arguments[] = {
	{ .word = "NAME", .field = NIC_NAME, .parse = set_name,
	  .complete = COMPLETE_NIC, .help = "name of the netdev" },
	{ .word = "QMP-SOCKET", .parse = set_socket,
	  .help = "a QMP socket that the machine has for this alone" },
	{ NULL }
};

static const struct setting settings[] = {
	{ .word = "device", .value = "ID", .parse = set_device,
	  .help = "id of the NIC in the machine, or of its netdev; found by address if not given" },
	{ .word = "wait", .value = "TIME", .parse = set_patience,
	  .help = "end when the machine has been away for so long; if not given, never" },
	{ NULL }
};

static void tell(const struct session *session, const char *what,
		 const char *reason)
{
	print_safe(session->cmd->model.nic.name);
	printf(" %s", what);
	if (reason)
		printf(": %s", reason);
	putchar('\n');
	fflush(stdout);
}

/* The same thing is not complained of again and again. */
static void complain(struct session *session, const struct problem *why)
{
	if (!strcmp(session->complained.text, why->text))
		return;
	session->complained = *why;
	error_print(session->cmd->words, why->text);
}

/* The port's link, down too while the NIC is not there or plugged in nowhere. */
static int read_link(struct session *session)
{
	struct vsw_nic nic = session->cmd->model.nic;
	struct vsw_port port = { 0 };
	int rc;

	session->changed = false;
	session->link = LINK_DOWN;
	session->reason = "no-port";
	rc = ipc_get(&kind_nic, &nic);
	if (ipc_missing(rc))
		session->reason = "no-nic";
	if (rc || !nic.connected)
		return ipc_missing(rc) ? 0 : rc;
	strcpy(port.switch_name, nic.switch_name);
	strcpy(port.name, nic.port);
	field_mark(&port, PORT_SWITCH);
	field_mark(&port, PORT_NAME);
	rc = ipc_get(&kind_port, &port);
	if (rc)
		return ipc_missing(rc) ? 0 : rc;
	if (port.oper)
		session->link = LINK_UP;
	else
		session->reason = field_word(kind_port.fields[PORT_REASON].names,
					     port.reason);
	return 0;
}

static bool same_mac(const json_t *card, const uint8_t *mac)
{
	const char *text = json_string_value(json_object_get(card, "main-mac"));
	uint8_t other[MODEL_MAC_BYTES];
	struct problem unused;

	return text && parse_mac(text, other, &unused) &&
	       !memcmp(other, mac, sizeof(other));
}

/* Which of the machine's NICs is it? NULL if it cannot be told. */
static const char *choose_card(const json_t *cards, const uint8_t *mac)
{
	const json_t *card, *chosen = NULL;
	unsigned int count = 0;
	size_t i;

	json_array_foreach(cards, i, card) {
		if (!same_mac(card, mac))
			continue;
		chosen = card;
		count++;
	}
	if (count != 1)
		return NULL;
	return json_string_value(json_object_get(chosen, "name"));
}

static int find_device(struct session *session, struct problem *why)
{
	struct vsw_nic nic = session->cmd->model.nic;
	const char *name;
	json_t *cards;
	int rc;

	if (device_given) {
		strcpy(session->device, device_given);
		return 0;
	}
	memset(nic.mac, 0, sizeof(nic.mac));
	rc = ipc_get(&kind_nic, &nic);
	if (rc && !ipc_missing(rc))
		return problem_set(why, "%s", ipc_error()->text), rc;
	rc = qmp_execute(&session->qmp, "query-rx-filter", NULL, &cards, why);
	if (rc)
		return rc;
	name = choose_card(cards, nic.mac);
	if (name && strlen(name) < sizeof(session->device))
		strcpy(session->device, name);
	json_decref(cards);
	if (*session->device)
		return 0;
	problem_set(why, "no NIC of the machine has this one's address; name it with device ID");
	return -EREMOTEIO;
}

static int set_link(struct session *session, struct problem *why)
{
	json_t *what;
	int rc = 0;

	if (!*session->device)
		rc = find_device(session, why);
	if (rc)
		return rc;
	what = json_pack("{s:s, s:b}", "name", session->device, "up",
			 session->link == LINK_UP);
	if (!what)			/* a name that is no UTF-8 */
		return problem_set(why, "the id is not a text"), -EREMOTEIO;
	return qmp_execute(&session->qmp, "set_link", what, NULL, why);
}

/* The machine is gone, or what is there is none. */
static void lose_machine(struct session *session)
{
	qmp_close(&session->qmp);
	session->told = LINK_UNKNOWN;
	session->shown = LINK_UNKNOWN;
	session->device[0] = '\0';
	session->away_since = clock_now_ms();
	session->lost = true;
}

static void find_machine(struct session *session)
{
	struct problem why;
	int rc = qmp_open(&session->qmp, socket_path, &why);

	if (!rc) {
		session->complained.text[0] = '\0';
		tell(session, "machine found", NULL);
	} else if (rc != -ENOENT && rc != -ECONNREFUSED && rc != -EAGAIN &&
		   rc != -EINTR) {
		complain(session, &why);
	}
}

/* One line for each change. */
static void show(struct session *session)
{
	bool up = session->link == LINK_UP;

	if (session->shown == session->link)
		return;
	session->shown = session->link;
	tell(session, up ? "up" : "down", up ? NULL : session->reason);
}

/* Bring the guest's link to what it should be. */
static void update(struct session *session)
{
	struct problem why;
	int rc;

	if (session->qmp.fd < 0 || session->told == session->link)
		return;
	rc = set_link(session, &why);
	if (!rc) {
		session->told = session->link;
		session->complained.text[0] = '\0';
		show(session);
		return;
	}
	if (rc == -EINTR)
		return;
	complain(session, &why);
	if (rc == -EREMOTEIO)		/* it may get the device later */
		session->device[0] = '\0';
	else
		lose_machine(session);
}

/* The next one with this name is another one, which begins with its link up. */
static void forget_unplugged(struct session *session)
{
	if (!session->qmp.unplugged)
		return;
	session->qmp.unplugged = false;
	session->told = LINK_UNKNOWN;
	session->device[0] = '\0';
}

static void hear_machine(struct session *session)
{
	struct problem why;

	if (!qmp_drain(&session->qmp, &why))
		return;
	tell(session, "machine gone", NULL);
	lose_machine(session);
}

static void on_event(const struct ipc_event *event, void *context)
{
	struct session *session = context;

	if (event->kind == &kind_port || event->kind == &kind_nic)
		session->changed = true;
}

static int hear_kernel(struct session *session)
{
	int rc = ipc_receive(on_event, session);

	if (rc != -ENOBUFS)
		return rc;
	session->changed = true;
	return 0;
}

/*
 * With the module go its events, without a word: whoever is in their group does not
 * hear those of the next one.
 */
static int check_module(struct session *session)
{
	int64_t now = clock_now_ms();

	if (now - session->module_seen < MODULE_MS)
		return 0;
	session->module_seen = now;
	return ipc_check();
}

/* How long nothing has to be done unless something happens. */
static const struct timespec *pause_of(const struct session *session,
				       struct timespec *pause)
{
	bool done = session->qmp.fd >= 0 && session->told == session->link;
	int ms = done ? MODULE_MS : RETRY_MS;
	const struct timespec *left = ipc_time_left(pause);

	if (session->qmp.unplugged)
		ms = 0;
	if (left && left->tv_sec * 1000LL + left->tv_nsec / 1000000 < ms)
		return left;
	*pause = (struct timespec){ .tv_sec = ms / 1000,
				    .tv_nsec = ms % 1000 * 1000000L };
	return pause;
}

static bool time_is_over(const struct session *session)
{
	struct timespec left;

	if (ipc_time_left(&left) && !left.tv_sec && !left.tv_nsec)
		return true;
	return patience_given && session->qmp.fd < 0 &&
	       clock_now_ms() - session->away_since >= patience;
}

/* Returns 1 when it is time to end. */
static int turn(struct session *session)
{
	struct timespec pause;
	struct pollfd fds[3];
	int rc;

	if (session->qmp.fd < 0 && !session->lost)
		find_machine(session);
	session->lost = false;
	rc = check_module(session);
	if (!rc && session->changed)
		rc = read_link(session);
	if (rc)
		return rc;
	forget_unplugged(session);
	update(session);
	if (session->qmp.length)	/* came together with an answer */
		hear_machine(session);
	fds[0] = (struct pollfd){ .fd = session->qmp.stop, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = ipc_socket(), .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = session->qmp.fd, .events = POLLIN };
	if (ppoll(fds, 3, pause_of(session, &pause), NULL) < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[2].revents)
		hear_machine(session);
	if (fds[1].revents)
		rc = hear_kernel(session);
	if (rc)
		return rc;
	return fds[0].revents || time_is_over(session);
}

static int qemu_link_run(struct command *cmd)
{
	struct session session = {
		.cmd = cmd,
		.qmp = { .fd = -1, .stop = signals_open() },
		.away_since = clock_now_ms(),
		.module_seen = clock_now_ms(),
		.changed = true,
	};
	int rc;

	rc = ipc_listen();
	while (!rc)
		rc = turn(&session);
	qmp_close(&session.qmp);
	close(session.qmp.stop);
	return rc < 0 && rc != -ETIMEDOUT ? command_refused(cmd) : STATUS_DONE;
}

static const struct verb verbs[] = {
	{ .name = "",
	  .help = "keep the link that the guest sees as that of the NIC's port, until SIGTERM",
	  .arguments = arguments, .required = 2, .settings = settings,
	  .kind = &kind_nic, .run = qemu_link_run },
	{ NULL }
};

const struct topic topic_qemu_link = {
	.name = "qemu-link",
	.help = "the link of a virtual machine's NIC, by QEMU's QMP",
	.kind = &kind_nic,
	.verbs = verbs,
};
