/* SPDX-License-Identifier: GPL-2.0 */
/*
 * print.h: one way to print everything: as a table or tree for people, as JSON
 * for programs, or as one line for a record. Which one the options say.
 */
#ifndef VSWCTL_PRINT_H
#define VSWCTL_PRINT_H

#include "ipc.h"

/**
 * struct record - what is printed of one object
 * @time:	key "time", or NULL
 * @numbered:	there is a key "seq", with @number
 * @number:	number of the event
 * @event:	key "event", or NULL
 * @object:	key "object", or NULL
 * @kind:	kind of @data
 * @data:	the object
 * @stats:	its counters, or NULL
 * @depth:	in a tree: 0 for a root
 */
struct record {
	const char *time;
	bool numbered;
	uint32_t number;
	const char *event;
	const char *object;
	const struct kind *kind;
	const void *data;
	const struct vsw_stats *stats;
	unsigned int depth;
};

#define COLUMN_DETAIL	1	/* with -d only */
#define COLUMN_STATS	2	/* with -s only */
#define COLUMN_RIGHT	4
#define COLUMN_STATE	8	/* up is green, down is red */
#define COLUMN_NAME	16	/* name of the record */
#define COLUMN_TREE	32

/**
 * struct column - a column of a table
 * @head:	what stands above it
 * @flags:	COLUMN_*
 * @field:	the member that it shows, if @text is NULL; with COLUMN_STATS a
 *		member of the counters
 * @text:	makes the text of a cell; may leave it empty
 */
struct column {
	const char *head;
	unsigned int flags;
	unsigned int field;
	void (*text)(const struct record *record, char *text, size_t size);
};

void print_records(const struct column *columns, const struct record *records,
		   size_t count);
void print_list(const struct column *columns, const struct ipc_list *list);
void print_event(const struct record *record);
void print_value(const struct field *f, const void *data);
void print_safe(const char *text);

#endif /* VSWCTL_PRINT_H */
