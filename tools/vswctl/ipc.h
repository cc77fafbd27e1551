/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ipc.h: asks the kernel and tells it. The only place that knows netlink; all
 * others see structs of model.h.
 */
#ifndef VSWCTL_IPC_H
#define VSWCTL_IPC_H

#include <time.h>

#include "field.h"

/* How *_NEW treats an object that is there already. */
enum ipc_mode {
	IPC_PLAIN,		/* no *_NEW */
	IPC_CREATE,		/* it is an error */
	IPC_REPLACE,		/* it is brought to the settings */
};

/**
 * struct ipc_error - why the last call failed
 * @code:	errno
 * @attr:	the offending attribute, 0: not known
 * @counted:	the call was a batch and one operation was refused: @operation
 * @operation:	which one, from 0
 * @text:	the kernel's words, "" if it gave none
 */
struct ipc_error {
	int code;
	uint16_t attr;
	bool counted;
	size_t operation;
	char text[256];
};

/**
 * struct ipc_list - objects of one kind
 * @kind:	their kind
 * @objects:	the structs, one behind the other
 * @count:	how many there are
 * @room:	how many there is room for
 * @torn:	they changed while they were read, and kept doing so
 */
struct ipc_list {
	const struct kind *kind;
	char *objects;
	size_t count;
	size_t room;
	bool torn;
};

struct ipc_batch;

/**
 * struct ipc_event - something happened
 * @kind:	kind of @object
 * @object:	what it happened to, as it was then
 * @number:	counts up by one in each network namespace
 * @missed:	so many events before this one were lost
 */
struct ipc_event {
	const struct kind *kind;
	const void *object;
	uint32_t number;
	uint32_t missed;
};

typedef void (*ipc_receiver)(const struct ipc_event *event, void *context);

int ipc_open(void);
int ipc_check(void);
void ipc_close(void);
void ipc_set_timeout(uint32_t ms);
struct timespec *ipc_time_left(struct timespec *left);
const struct ipc_error *ipc_error(void);
void ipc_error_restore(const struct ipc_error *error);
bool ipc_missing(int rc);

int ipc_get(const struct kind *kind, void *object);
int ipc_list_get(const struct kind *kind, const void *filter,
		 struct ipc_list *list);
void ipc_list_add(struct ipc_list *list, const void *object);
void *ipc_list_at(const struct ipc_list *list, size_t index);
void ipc_list_free(struct ipc_list *list);
int ipc_change(uint8_t command, enum ipc_mode mode, const struct kind *kind,
	       const void *object);

struct ipc_batch *ipc_batch_new(void);
void ipc_batch_add(struct ipc_batch *batch, uint8_t command,
		   enum ipc_mode mode, bool if_exists, const struct kind *kind,
		   const void *object);
size_t ipc_batch_count(const struct ipc_batch *batch);
int ipc_batch_run(struct ipc_batch *batch, bool dry_run);
void ipc_batch_free(struct ipc_batch *batch);

int ipc_listen(void);
void ipc_listen_end(void);
int ipc_receive(ipc_receiver receive, void *context);
int ipc_socket(void);

#endif /* VSWCTL_IPC_H */
