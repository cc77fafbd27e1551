// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_event.c: the stream of events, on a socket of its own, so that the state can
 * be asked for while events wait. Counts those that were lost.
 */
#include <errno.h>
#include <sys/socket.h>

#include <netlink/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

#include "ipc.h"
#include "ipc_wire.h"

#define EVENTS_BUFFER	(4 << 20)

struct receiver {
	ipc_receiver receive;
	void *context;
};

static struct nl_sock *sock;
static bool numbered;			/* @last is the number of an event */
static uint32_t last;
static uint32_t missed;			/* not told yet */

/**
 * ipc_listen - have the kernel send events from now on
 *
 * Return: 0 or a negative errno.
 */
int ipc_listen(void)
{
	int group, rc, size = EVENTS_BUFFER;

	sock = nl_socket_alloc();
	if (!sock)
		return ipc_fail_nl(-NLE_NOMEM);
	nl_socket_disable_seq_check(sock);
	rc = genl_connect(sock);
	if (rc < 0)
		return ipc_fail_nl(rc);
	group = genl_ctrl_resolve_grp(sock, VSW_GENL_NAME, VSW_MCGRP_EVENTS);
	if (group < 0)
		return ipc_fail_nl(group);
	if (setsockopt(ipc_socket(), SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size)))
		nl_socket_set_buffer_size(sock, size, 0);
	nl_socket_set_nonblocking(sock);
	rc = nl_socket_add_membership(sock, group);
	return rc < 0 ? ipc_fail_nl(rc) : 0;
}

/**
 * ipc_listen_end - listen no longer
 */
void ipc_listen_end(void)
{
	nl_socket_free(sock);
	sock = NULL;
}

/**
 * ipc_socket - what to poll for events
 */
int ipc_socket(void)
{
	return nl_socket_get_fd(sock);
}

/* Events of one namespace are numbered without gaps, those of all kinds. */
static void count_missed(uint32_t number)
{
	if (numbered && number != last)
		missed += number - last - 1;
	last = number;
	numbered = true;
}

static int on_event(struct nl_msg *msg, void *context)
{
	static const struct kind *const kinds[] = { &kind_switch, &kind_port,
						    &kind_nic, &kind_fdb, NULL };
	struct nlmsghdr *header = nlmsg_hdr(msg);
	struct receiver *receiver = context;
	struct ipc_event event = { .number = header->nlmsg_seq };
	const struct kind *const *kind;
	union model model;
	uint8_t command;

	if (!genlmsg_valid_hdr(header, 0))
		return NL_OK;
	count_missed(event.number);
	command = genlmsg_hdr(header)->cmd;
	for (kind = kinds; *kind; kind++) {
		if (command != (*kind)->commands.ntf &&
		    command != (*kind)->commands.del_ntf)
			continue;
		if (!ipc_wire_decode(*kind, header, &model))
			break;
		event.kind = *kind;
		event.object = &model;
		event.missed = missed;
		missed = 0;
		receiver->receive(&event, receiver->context);
		break;
	}
	return NL_OK;
}

/**
 * ipc_receive - take in events that are there, without waiting
 * @receive:	called for each
 * @context:	handed to @receive
 *
 * Return: 0 or a negative errno; -ENOBUFS if events were lost.
 */
int ipc_receive(ipc_receiver receive, void *context)
{
	struct receiver receiver = { .receive = receive, .context = context };
	int rc;

	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_event, &receiver);
	errno = 0;
	rc = nl_recvmsgs_default(sock);
	if (rc >= 0 || rc == -NLE_AGAIN)
		return 0;
	if (errno != ENOBUFS)
		return ipc_fail_nl(rc);
	return -ENOBUFS;
}
