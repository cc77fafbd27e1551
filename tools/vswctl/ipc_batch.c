// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_batch.c: many changes as one transaction of the kernel. They are put into
 * messages as they come; what is too large for one message goes out in several
 * parts, of which the kernel carries out nothing before it has the last one.
 */
#include <stdlib.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "error.h"
#include "ipc.h"
#include "ipc_wire.h"

#define PART_BYTES	(64 << 10)	/* of a message */
#define PART_FULL	(PART_BYTES - 16384)	/* room for any one operation */

/**
 * struct ipc_batch - operations that are carried out all or not at all
 * @parts:	the messages
 * @part_count:	how many of them
 * @room:	how many there is room for
 * @count:	number of operations in them
 */
struct ipc_batch {
	struct nl_msg **parts;
	size_t part_count;
	size_t room;
	size_t count;
};

/**
 * ipc_batch_new - a batch without operations
 */
struct ipc_batch *ipc_batch_new(void)
{
	struct ipc_batch *batch = calloc(1, sizeof(*batch));

	if (!batch)
		error_memory();
	return batch;
}

static void part_add(struct ipc_batch *batch)
{
	if (batch->part_count == batch->room) {
		batch->room = batch->room ? batch->room * 2 : 4;
		batch->parts = reallocarray(batch->parts, batch->room,
					    sizeof(*batch->parts));
		if (!batch->parts)
			error_memory();
	}
	batch->parts[batch->part_count++] = ipc_request_new(VSW_CMD_BATCH, 0,
							    PART_BYTES);
}

/* The message that has room for one more operation. */
static struct nl_msg *part_last(struct ipc_batch *batch)
{
	if (!batch->part_count ||
	    nlmsg_hdr(batch->parts[batch->part_count - 1])->nlmsg_len > PART_FULL)
		part_add(batch);
	return batch->parts[batch->part_count - 1];
}

static struct nlattr *nest_begin(struct nl_msg *msg, int attr)
{
	struct nlattr *nest = nla_nest_start(msg, attr | NLA_F_NESTED);

	if (!nest)
		error_memory();
	return nest;
}

static uint32_t operation_flags(enum ipc_mode mode, bool if_exists)
{
	return (mode == IPC_REPLACE ? VSW_OP_REPLACE : 0) |
	       (if_exists ? VSW_OP_IF_EXISTS : 0);
}

/**
 * ipc_batch_add - put an operation behind those that are there
 * @batch:	the batch
 * @command:	netlink command that changes something
 * @mode:	for *_NEW, what to do with an object that is there already
 * @if_exists:	for others, that the object is not there is no error
 * @kind:	kind of the object
 * @object:	its key and the settings
 */
void ipc_batch_add(struct ipc_batch *batch, uint8_t command,
		   enum ipc_mode mode, bool if_exists, const struct kind *kind,
		   const void *object)
{
	uint32_t flags = operation_flags(mode, if_exists);
	struct nl_msg *msg = part_last(batch);
	struct nlattr *operation, *nest;

	operation = nest_begin(msg, VSW_A_BATCH_OP);
	if (nla_put_u32(msg, VSW_A_OP_CMD, command) ||
	    (flags && nla_put_u32(msg, VSW_A_OP_FLAGS, flags)))
		error_memory();
	nest = nest_begin(msg, kind->commands.nest);
	if (ipc_wire_encode(kind, object, UINT64_MAX, msg))
		error_memory();
	nla_nest_end(msg, nest);
	nla_nest_end(msg, operation);
	batch->count++;
}

/**
 * ipc_batch_count - number of operations
 * @batch:	the batch
 */
size_t ipc_batch_count(const struct ipc_batch *batch)
{
	return batch->count;
}

/* What stands behind the operations: where the part belongs, or what to do. */
static void part_finish(struct ipc_batch *batch, size_t part, bool dry_run)
{
	bool more = part + 1 < batch->part_count;
	struct nl_msg *msg = batch->parts[part];

	if ((part && nla_put_u32(msg, VSW_A_BATCH_PART, part)) ||
	    (more && nla_put_flag(msg, VSW_A_BATCH_MORE)) ||
	    (!more && dry_run && nla_put_flag(msg, VSW_A_BATCH_DRY_RUN)))
		error_memory();
}

/**
 * ipc_batch_run - carry all operations out, or none of them
 * @batch:	the batch, which can be run once
 * @dry_run:	carry them out, hear what the kernel says, and undo them
 *
 * A part is sent when the one before it was taken, so that a refusal ends it. A
 * batch without operations is done.
 *
 * Return: 0 or a negative errno; ipc_error() tells which operation was refused.
 */
int ipc_batch_run(struct ipc_batch *batch, bool dry_run)
{
	size_t part;
	int rc = 0;

	for (part = 0; part < batch->part_count && !rc; part++) {
		part_finish(batch, part, dry_run);
		rc = ipc_request_send(batch->parts[part]);
	}
	return rc;
}

/**
 * ipc_batch_free - give the memory of a batch back
 * @batch:	the batch
 */
void ipc_batch_free(struct ipc_batch *batch)
{
	size_t part;

	for (part = 0; part < batch->part_count; part++)
		nlmsg_free(batch->parts[part]);
	free(batch->parts);
	free(batch);
}
