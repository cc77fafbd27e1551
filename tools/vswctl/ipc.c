// SPDX-License-Identifier: GPL-2.0
/*
 * ipc.c: asks the kernel and tells it, over generic netlink with libnl. What an
 * object looks like on the wire is in ipc_wire.c; here are the conversations:
 * request and answer, dump, change. Changes that go together are in ipc_batch.c,
 * events in ipc_event.c.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <netlink/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

#include "error.h"
#include "ipc.h"
#include "ipc_wire.h"

#define DUMP_TRIES	20	/* of a dump that is torn by changes */
#define SEND_BUFFER	(128 << 10)	/* any part of a batch fits */
#define REQUEST_BYTES	16384		/* any object fits */

/* One request and what comes of it. */
struct exchange {
	const struct kind *kind;
	struct nl_msg *request;
	void *object;			/* where the answer goes, or */
	struct ipc_list *list;		/* where the answers go */
	bool done;
	bool answered;
	bool torn;
	int error;			/* errno */
};

static struct nl_sock *sock;
static struct nl_cb *callbacks;
static int family;
static bool timed;
static uint32_t timeout;
static struct timespec started;
static struct ipc_error last;

static int fail(int code, const char *text)
{
	memset(&last, 0, sizeof(last));
	last.code = code;
	strncpy(last.text, text, sizeof(last.text) - 1);
	return -code;
}

/**
 * ipc_fail_nl - note an error of libnl
 * @nl_error:	the error
 *
 * Return: our errno for it, negative.
 */
int ipc_fail_nl(int nl_error)
{
	switch (-nl_error) {
	case NLE_AGAIN:
		return fail(ETIMEDOUT, "no answer from the kernel in time");
	case NLE_OBJ_NOTFOUND:
		return fail(ENOENT, "");
	case NLE_PERM:
	case NLE_NOACCESS:
		return fail(EPERM, "");
	case NLE_NOMEM:
		return fail(ENOMEM, "");
	default:
		return fail(EIO, nl_geterror(nl_error));
	}
}

/**
 * ipc_error - why the last call failed
 */
const struct ipc_error *ipc_error(void)
{
	return &last;
}

/**
 * ipc_error_restore - have it be another call that failed last
 * @error:	what ipc_error() told of that call
 */
void ipc_error_restore(const struct ipc_error *error)
{
	last = *error;
}

/**
 * ipc_missing - does the result of a call say that an object is not there?
 * @rc:		the result
 */
bool ipc_missing(int rc)
{
	return rc == -ENOENT || rc == -ENODEV;
}

/**
 * ipc_set_timeout - wait no longer for answers
 * @ms:		counted from now
 */
void ipc_set_timeout(uint32_t ms)
{
	clock_gettime(CLOCK_MONOTONIC, &started);
	timeout = ms;
	timed = true;
}

/**
 * ipc_time_left - how long may still be waited
 * @left:	where to put it
 *
 * Return: @left, or NULL if there is no end, as ppoll() takes it.
 */
struct timespec *ipc_time_left(struct timespec *left)
{
	struct timespec now;
	int64_t ms;

	if (!timed)
		return NULL;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = timeout - (now.tv_sec - started.tv_sec) * INT64_C(1000) -
	     (now.tv_nsec - started.tv_nsec) / 1000000;
	if (ms < 0)
		ms = 0;
	left->tv_sec = ms / 1000;
	left->tv_nsec = ms % 1000 * 1000000;
	return left;
}

/* nl_recv() with the timeout. */
static int recv_in_time(struct nl_sock *sk, struct sockaddr_nl *from,
			unsigned char **buffer, struct ucred **creds)
{
	struct pollfd fd = { .fd = nl_socket_get_fd(sk), .events = POLLIN };
	struct timespec left;
	int rc;

	do {
		rc = ppoll(&fd, 1, ipc_time_left(&left), NULL);
	} while (rc < 0 && errno == EINTR);
	return rc > 0 ? nl_recv(sk, from, buffer, creds) : -NLE_AGAIN;
}

/* The kernel explains refusals, and does not send what it refused back. */
static void tune_socket(int fd)
{
	int on = 1, size = SEND_BUFFER;

	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/**
 * ipc_open - open the conversation with the module
 *
 * Return: 0 or a negative errno; -ENOENT if the module is not loaded.
 */
int ipc_open(void)
{
	int rc;

	sock = nl_socket_alloc();
	if (!sock)
		return fail(ENOMEM, "");
	rc = genl_connect(sock);
	if (rc < 0)
		return ipc_fail_nl(rc);
	tune_socket(nl_socket_get_fd(sock));
	callbacks = nl_socket_get_cb(sock);
	nl_cb_overwrite_recv(callbacks, recv_in_time);
	family = genl_ctrl_resolve(sock, VSW_GENL_NAME);
	return family < 0 ? ipc_fail_nl(family) : 0;
}

/**
 * ipc_check - is the module there still, and the same?
 *
 * Return: 0 or a negative errno.
 */
int ipc_check(void)
{
	if (genl_ctrl_resolve(sock, VSW_GENL_NAME) == family)
		return 0;
	return fail(ESTALE, "the module was taken out; start again when it is loaded");
}

/**
 * ipc_close - end the conversation
 */
void ipc_close(void)
{
	ipc_listen_end();
	nl_cb_put(callbacks);
	nl_socket_free(sock);
	callbacks = NULL;
	sock = NULL;
}

/* Room for one more object in the list. */
static void *list_grow(struct ipc_list *list)
{
	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 16;
		list->objects = reallocarray(list->objects, list->room,
					     list->kind->size);
		if (!list->objects)
			error_memory();
	}
	return list->objects + list->count++ * list->kind->size;
}

static int on_valid(struct nl_msg *msg, void *context)
{
	struct exchange *exchange = context;
	struct nlmsghdr *header = nlmsg_hdr(msg);
	void *object = exchange->object;

	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		exchange->torn = true;
	if (exchange->list)
		object = list_grow(exchange->list);
	if (object && !ipc_wire_decode(exchange->kind, header, object)) {
		fail(EPROTO, "the kernel's answer is none that this version knows");
		exchange->error = EPROTO;
	}
	exchange->answered = true;
	return NL_OK;
}

static int on_ack(struct nl_msg *msg, void *context)
{
	struct exchange *exchange = context;

	(void)msg;
	exchange->done = true;
	return NL_STOP;
}

/* The end of a dump may tell an error, as the answer to anything else does. */
static int on_finish(struct nl_msg *msg, void *context)
{
	struct exchange *exchange = context;
	struct nlmsghdr *header = nlmsg_hdr(msg);
	int code = 0;

	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		exchange->torn = true;
	if (nlmsg_datalen(header) >= (int)sizeof(code))
		memcpy(&code, nlmsg_data(header), sizeof(code));
	if (code < 0) {
		exchange->error = -code;
		ipc_wire_extack(header, sizeof(code), exchange->request, &last);
	}
	exchange->done = true;
	return NL_OK;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error,
		    void *context)
{
	struct exchange *exchange = context;
	size_t skip = sizeof(*error);
	struct nlmsghdr *header;

	(void)from;
	header = (struct nlmsghdr *)((char *)error - NLMSG_HDRLEN);
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		skip += error->msg.nlmsg_len - NLMSG_HDRLEN;
	exchange->error = -error->error;
	ipc_wire_extack(header, skip, exchange->request, &last);
	exchange->done = true;
	return NL_STOP;
}

/* Send the request and take in all that comes back. */
static int converse(struct exchange *exchange, struct nl_msg *request)
{
	struct nl_cb *cb = nl_cb_clone(callbacks);
	int rc;

	if (!cb)
		error_memory();
	memset(&last, 0, sizeof(last));
	exchange->request = request;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, exchange);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, exchange);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, exchange);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, exchange);
	rc = nl_send_auto(sock, request);
	while (rc >= 0 && !exchange->done)
		rc = nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	if (!exchange->done)
		return ipc_fail_nl(rc);
	if (exchange->error) {
		last.code = exchange->error;
		return -exchange->error;
	}
	return 0;
}

/**
 * ipc_request_new - an empty request
 * @command:	netlink command
 * @flags:	NLM_F_*
 * @size:	octets that there is room for
 */
struct nl_msg *ipc_request_new(uint8_t command, int flags, size_t size)
{
	struct nl_msg *msg = nlmsg_alloc_size(size);

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
				 flags | NLM_F_REQUEST | NLM_F_ACK, command,
				 VSW_GENL_VERSION))
		error_memory();
	return msg;
}

/**
 * ipc_request_send - send a request that is answered with yes or no
 * @request:	the request, which stays the caller's
 *
 * Return: 0 or a negative errno.
 */
int ipc_request_send(struct nl_msg *request)
{
	struct exchange exchange = { 0 };

	/* It may be older than the conversation. */
	nlmsg_hdr(request)->nlmsg_type = (uint16_t)family;
	return converse(&exchange, request);
}

/* Build the request with @which members of @object, and have the exchange. */
static int ask(struct exchange *exchange, uint8_t command, int flags,
	       const void *object, uint64_t which)
{
	struct nl_msg *msg = ipc_request_new(command, flags, REQUEST_BYTES);
	int rc;

	rc = object ? ipc_wire_encode(exchange->kind, object, which, msg) : 0;
	rc = rc < 0 ? ipc_fail_nl(rc) : converse(exchange, msg);
	nlmsg_free(msg);
	return rc;
}

/**
 * ipc_get - ask for one object
 * @kind:	its kind
 * @object:	has the key, gets the answer
 *
 * Return: 0 or a negative errno; ipc_missing() knows the one for no such object.
 */
int ipc_get(const struct kind *kind, void *object)
{
	struct exchange exchange = { .kind = kind };
	char *answer = calloc(1, kind->size);
	int rc;

	if (!answer)
		error_memory();
	exchange.object = answer;
	rc = ask(&exchange, kind->commands.get, 0, object, kind->key);
	if (!rc && !exchange.answered)
		rc = fail(EPROTO, "the kernel gave no answer");
	if (!rc)
		memcpy(object, answer, kind->size);
	free(answer);
	return rc;
}

/**
 * ipc_list_get - ask for all objects of a kind, or those that match a filter
 * @kind:	their kind
 * @filter:	object whose members that are there have to match, or NULL
 * @list:	where to put them; free it with ipc_list_free() in any case
 *
 * A dump that was torn by a change is read again.
 *
 * Return: 0 or a negative errno.
 */
int ipc_list_get(const struct kind *kind, const void *filter,
		 struct ipc_list *list)
{
	unsigned int tries = 0;
	int rc;

	memset(list, 0, sizeof(*list));
	list->kind = kind;
	do {
		struct exchange exchange = { .kind = kind, .list = list };

		list->count = 0;
		rc = ask(&exchange, kind->commands.get, NLM_F_DUMP, filter,
			 UINT64_MAX);
		list->torn = exchange.torn;
	} while (!rc && list->torn && ++tries < DUMP_TRIES);
	return rc;
}

/**
 * ipc_list_add - put an object into a list
 * @list:	the list
 * @object:	the object, which is copied
 */
void ipc_list_add(struct ipc_list *list, const void *object)
{
	memcpy(list_grow(list), object, list->kind->size);
}

/**
 * ipc_list_at - an object of a list
 * @list:	the list
 * @index:	which one
 */
void *ipc_list_at(const struct ipc_list *list, size_t index)
{
	return list->objects + index * list->kind->size;
}

/**
 * ipc_list_free - give the memory of a list back
 * @list:	the list
 */
void ipc_list_free(struct ipc_list *list)
{
	free(list->objects);
	list->objects = NULL;
	list->count = 0;
	list->room = 0;
}

/**
 * ipc_change - tell the kernel to change something
 * @command:	netlink command
 * @mode:	for *_NEW, what to do with an object that is there already
 * @kind:	kind of the object
 * @object:	its key and the settings
 *
 * Return: 0 or a negative errno.
 */
int ipc_change(uint8_t command, enum ipc_mode mode, const struct kind *kind,
	       const void *object)
{
	struct exchange exchange = { .kind = kind };
	int flags = 0;

	if (mode == IPC_CREATE)
		flags = NLM_F_CREATE | NLM_F_EXCL;
	else if (mode == IPC_REPLACE)
		flags = NLM_F_CREATE | NLM_F_REPLACE;
	return ask(&exchange, command, flags, object, UINT64_MAX);
}
