/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ipc_wire.h: what objects and errors look like in netlink messages, and how one
 * is sent. For the files ipc*.c only.
 */
#ifndef VSWCTL_IPC_WIRE_H
#define VSWCTL_IPC_WIRE_H

#include <netlink/netlink.h>

#include "ipc.h"

int ipc_wire_encode(const struct kind *kind, const void *object,
		    uint64_t which, struct nl_msg *msg);
bool ipc_wire_decode(const struct kind *kind, struct nlmsghdr *header,
		     void *object);
void ipc_wire_extack(struct nlmsghdr *header, size_t skip,
		     struct nl_msg *request, struct ipc_error *error);

int ipc_fail_nl(int nl_error);
struct nl_msg *ipc_request_new(uint8_t command, int flags, size_t size);
int ipc_request_send(struct nl_msg *request);

#endif /* VSWCTL_IPC_WIRE_H */
