// SPDX-License-Identifier: GPL-2.0
/*
 * qmp.c: see qmp.h. A call that fails with anything but -EREMOTEIO, which is the
 * machine's own refusal, leaves a connection that is good for nothing but
 * qmp_close().
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "qmp.h"

#define ANSWER_MS	5000
#define LINE_MAX_BYTES	1048576
#define READ_BYTES	4096

/* Until the socket is ready for @events; @deadline 0: only look. */
static int wait_for(const struct qmp *qmp, short events, int64_t deadline)
{
	struct pollfd fds[] = {
		{ .fd = qmp->fd, .events = events },
		{ .fd = qmp->stop, .events = POLLIN },
	};
	int64_t left = deadline ? deadline - clock_now_ms() : 0;
	int rc;

	rc = poll(fds, 2, left > 0 ? left : 0);
	if (rc < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[1].revents)
		return -EINTR;
	return rc ? 0 : -ETIMEDOUT;
}

static int send_all(struct qmp *qmp, const char *text, int64_t deadline)
{
	size_t length = strlen(text);
	ssize_t sent;
	int rc;

	while (length) {
		sent = send(qmp->fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent > 0) {
			text += sent;
			length -= sent;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		rc = wait_for(qmp, POLLOUT, deadline);
		if (rc)
			return rc;
	}
	return 0;
}

/* Take in what is there. */
static int fill(struct qmp *qmp)
{
	ssize_t got;

	if (qmp->length == LINE_MAX_BYTES)
		return -EMSGSIZE;
	if (qmp->room - qmp->length < READ_BYTES) {
		qmp->room += READ_BYTES + qmp->room;
		if (qmp->room > LINE_MAX_BYTES)
			qmp->room = LINE_MAX_BYTES;
		qmp->line = realloc(qmp->line, qmp->room);
		if (!qmp->line)
			error_memory();
	}
	got = recv(qmp->fd, qmp->line + qmp->length, qmp->room - qmp->length,
		   MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (!got)
		return -ECONNRESET;
	qmp->length += got;
	return 0;
}

/* The next object; NULL and 0 if no line is complete. */
static int take_line(struct qmp *qmp, json_t **message)
{
	char *end = qmp->length ? memchr(qmp->line, '\n', qmp->length) : NULL;
	size_t used;

	*message = NULL;
	if (!end)
		return 0;
	used = end - qmp->line + 1;
	*message = json_loadb(qmp->line, used, 0, NULL);
	qmp->length -= used;
	memmove(qmp->line, end + 1, qmp->length);
	if (json_is_object(*message))
		return 0;
	json_decref(*message);
	*message = NULL;
	return -EBADMSG;
}

static int next_message(struct qmp *qmp, int64_t deadline, json_t **message)
{
	int rc = take_line(qmp, message);

	while (!rc && !*message) {
		rc = wait_for(qmp, POLLIN, deadline);
		if (!rc)
			rc = fill(qmp);
		if (!rc)
			rc = take_line(qmp, message);
	}
	return rc;
}

/* What went wrong with the connection, in words; -EINTR is nobody's fault. */
static int broken(int rc, struct problem *why)
{
	switch (rc) {
	case -ETIMEDOUT:
		problem_set(why, "the machine does not answer");
		break;
	case -EMSGSIZE:
	case -EBADMSG:
		problem_set(why, "what answers does not speak QMP");
		break;
	case -ECONNRESET:
	case -EPIPE:
		problem_set(why, "the machine has hung up");
		break;
	default:
		problem_set(why, "%s", strerror(-rc));
	}
	return rc;
}

/* The machine's refusal, as a text that is not too long. */
static int refusal(const json_t *error, struct problem *why)
{
	const char *text = json_string_value(json_object_get(error, "desc"));

	problem_set(why, "%.200s", text ? text : "refused without a reason");
	return -EREMOTEIO;
}

/* An event, or an answer to what was asked before. */
static void pass_over(struct qmp *qmp, json_t *message)
{
	const char *event = json_string_value(json_object_get(message, "event"));

	if (event && !strcmp(event, "DEVICE_DELETED"))
		qmp->unplugged = true;
	json_decref(message);
}

static int wait_answer(struct qmp *qmp, int64_t deadline, json_t **result,
		       struct problem *why)
{
	json_t *message, *id, *error;
	int rc;

	for (;;) {
		rc = next_message(qmp, deadline, &message);
		if (rc)
			return broken(rc, why);
		id = json_object_get(message, "id");
		if (json_is_integer(id) && json_integer_value(id) == qmp->number)
			break;
		pass_over(qmp, message);
	}
	error = json_object_get(message, "error");
	if (error)
		rc = refusal(error, why);
	else if (result)
		*result = json_incref(json_object_get(message, "return"));
	json_decref(message);
	return rc;
}

/**
 * qmp_execute - have a command carried out
 * @qmp:	the connection
 * @command:	its name
 * @arguments:	an object, which is consumed, or NULL
 * @result:	where to put what it returns, may be NULL; to be given back
 * @why:	why not
 *
 * Return: 0; -EREMOTEIO if the machine refused, -EINTR if it is time to stop, or
 * another negative errno if the connection is of no use any more.
 */
int qmp_execute(struct qmp *qmp, const char *command, json_t *arguments,
		json_t **result, struct problem *why)
{
	int64_t deadline = clock_now_ms() + ANSWER_MS;
	json_t *message;
	char *text;
	int rc;

	if (result)
		*result = NULL;
	message = json_pack("{s:s, s:I, s:o*}", "execute", command, "id",
			    ++qmp->number, "arguments", arguments);
	text = message ? json_dumps(message, JSON_COMPACT) : NULL;
	json_decref(message);
	if (!text)
		error_memory();
	rc = send_all(qmp, text, deadline);
	if (!rc)
		rc = send_all(qmp, "\n", deadline);
	free(text);
	return rc ? broken(rc, why) : wait_answer(qmp, deadline, result, why);
}

/**
 * qmp_drain - take in what came unasked
 * @qmp:	the connection
 * @why:	why not
 *
 * Return: 0, or a negative errno if the connection is of no use any more.
 */
int qmp_drain(struct qmp *qmp, struct problem *why)
{
	json_t *message;
	int rc = fill(qmp);

	do {
		if (!rc)
			rc = take_line(qmp, &message);
		if (rc)
			return broken(rc, why);
		pass_over(qmp, message);
	} while (message);
	return 0;
}

static int greet(struct qmp *qmp, struct problem *why)
{
	json_t *greeting;
	bool spoken;
	int rc;

	rc = next_message(qmp, clock_now_ms() + ANSWER_MS, &greeting);
	if (rc)
		return broken(rc, why);
	spoken = json_object_get(greeting, "QMP");
	json_decref(greeting);
	if (!spoken)
		return broken(-EBADMSG, why);
	return qmp_execute(qmp, "qmp_capabilities", NULL, NULL, why);
}

/**
 * qmp_open - connect to a machine
 * @qmp:	the connection, closed; @stop has been set
 * @path:	its socket
 * @why:	why not
 *
 * Return: 0 or a negative errno, -ENOENT or -ECONNREFUSED if no one is there.
 */
int qmp_open(struct qmp *qmp, const char *path, struct problem *why)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int rc;

	if (strlen(path) >= sizeof(address.sun_path))
		return broken(-ENAMETOOLONG, why);
	strcpy(address.sun_path, path);
	/* connecting waits while others do; there is one place in the queue */
	qmp->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (qmp->fd < 0)
		return broken(-errno, why);
	rc = connect(qmp->fd, (struct sockaddr *)&address, sizeof(address));
	rc = rc ? broken(-errno, why) : greet(qmp, why);
	if (rc)
		qmp_close(qmp);
	return rc;
}

/**
 * qmp_close - hang up
 * @qmp:	the connection, which may be closed already
 */
void qmp_close(struct qmp *qmp)
{
	if (qmp->fd >= 0)
		close(qmp->fd);
	free(qmp->line);
	qmp->fd = -1;
	qmp->unplugged = false;
	qmp->line = NULL;
	qmp->length = 0;
	qmp->room = 0;
}
