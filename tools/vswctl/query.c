// SPDX-License-Identifier: GPL-2.0
/*
 * query.c: what commands that show something ask the kernel. A show with no match
 * is fine; that a named switch or port does not exist is an error.
 */
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "query.h"

/**
 * query_missing - say that a named object does not exist
 * @kind:	its kind
 * @object:	an object that has the key
 *
 * Return: exit status.
 */
int query_missing(const struct kind *kind, const void *object)
{
	struct problem name = { "" }, words, text;
	unsigned int i;
	size_t at = 0;

	for (i = 0; i < kind->count; i++) {
		if (!(kind->key >> i & 1) ||
		    kind->fields[i].type == FIELD_FLAG)
			continue;
		at += snprintf(name.text + at, sizeof(name.text) - at, "%s%s",
			       at ? " " : "",
			       field_text(&kind->fields[i], object));
	}
	problem_set(&words, "%s \"%.200s\"", kind->name, name.text);
	problem_set(&text, "no such %s", kind->noun);
	error_print(words.text, text.text);
	return STATUS_FAILED;
}

/**
 * query_switch - is there a switch with this name?
 * @name:	the name
 */
bool query_switch(const char *name)
{
	struct vsw_switch sw = { 0 };

	strcpy(sw.name, name);
	field_mark(&sw, SWITCH_NAME);
	return !ipc_missing(ipc_get(&kind_switch, &sw));
}

/* The member with @key, if the object has it. */
static const char *member(const struct kind *kind, const void *object,
			  const char *key)
{
	unsigned int index;
	const struct field *f = kind_field(kind, key, &index);

	return f && field_has(object, index) ? field_at(f, object) : NULL;
}

/* Say which of the switch and the port that @object names does not exist, if so. */
static int check_named(const struct kind *kind, const void *object)
{
	const char *switch_name = member(kind, object, "switch");
	const char *port_name = member(kind, object, "port");
	struct vsw_switch sw = { 0 };
	struct vsw_port port = { 0 };

	if (!switch_name)
		return STATUS_DONE;
	strcpy(sw.name, switch_name);
	if (!query_switch(sw.name))
		return query_missing(&kind_switch, &sw);
	if (!port_name)
		return STATUS_DONE;
	strcpy(port.switch_name, switch_name);
	strcpy(port.name, port_name);
	field_mark(&port, PORT_SWITCH);
	field_mark(&port, PORT_NAME);
	if (ipc_missing(ipc_get(&kind_port, &port)))
		return query_missing(&kind_port, &port);
	return STATUS_DONE;
}

/**
 * query_one - ask for the object that the command names
 * @cmd:	the command
 * @list:	where to put it; free it in any case
 *
 * Return: exit status; an error is printed.
 */
int query_one(const struct command *cmd, struct ipc_list *list)
{
	const struct kind *kind = command_kind(cmd);
	union model model = cmd->model;
	int rc, status;

	memset(list, 0, sizeof(*list));
	list->kind = kind;
	rc = ipc_get(kind, &model);
	if (!rc) {
		ipc_list_add(list, &model);
		return STATUS_DONE;
	}
	if (!ipc_missing(rc))
		return command_refused(cmd);
	if (cmd->if_exists)
		return STATUS_DONE;
	status = check_named(kind, &cmd->model);
	return status ? status : query_missing(kind, &cmd->model);
}

/**
 * query_all - ask for all objects of a kind
 * @cmd:	the command, for errors
 * @kind:	the kind
 * @filter:	object whose members that are there have to match, or NULL
 * @list:	where to put them; free it in any case
 *
 * Return: exit status; an error is printed.
 */
int query_all(const struct command *cmd, const struct kind *kind,
	      const void *filter, struct ipc_list *list)
{
	struct ipc_error error;
	int rc, status;

	rc = ipc_list_get(kind, filter, list);
	error = *ipc_error();
	if ((ipc_missing(rc) || !list->count) && filter) {
		status = check_named(kind, filter);
		if (status)
			return status;
	}
	if (rc) {
		ipc_error_restore(&error);
		return command_refused(cmd);
	}
	if (list->torn)
		error_print(cmd->words,
			    "changed while it was read, again and again; some of it may be missing or old");
	return STATUS_DONE;
}

/**
 * query_list - ask for all objects that match the command's model
 * @cmd:	the command
 * @list:	where to put them; free it in any case
 *
 * Return: exit status; an error is printed.
 */
int query_list(const struct command *cmd, struct ipc_list *list)
{
	return query_all(cmd, command_kind(cmd), &cmd->model, list);
}

/**
 * query_stats - ask for the counters of ports
 * @cmd:	the command, for errors
 * @ports:	has the switch and the port that they have to be of, if any
 * @stats:	where to put them; free it in any case
 *
 * Return: exit status; an error is printed.
 */
int query_stats(const struct command *cmd, const struct vsw_port *ports,
		struct ipc_list *stats)
{
	struct vsw_stats filter = { 0 };

	if (field_has(ports, PORT_SWITCH)) {
		strcpy(filter.switch_name, ports->switch_name);
		field_mark(&filter, STATS_SWITCH);
	}
	if (field_has(ports, PORT_NAME)) {
		strcpy(filter.port, ports->name);
		field_mark(&filter, STATS_PORT);
	}
	return query_all(cmd, &kind_stats, &filter, stats);
}

/**
 * query_stats_of - the counters of a port
 * @stats:	counters of many ports
 * @port:	the port
 *
 * Return: the counters, or NULL.
 */
const struct vsw_stats *query_stats_of(const struct ipc_list *stats,
				       const struct vsw_port *port)
{
	const struct vsw_stats *s;
	size_t i;

	for (i = 0; i < stats->count; i++) {
		s = ipc_list_at(stats, i);
		if (!strcmp(s->port, port->name) &&
		    !strcmp(s->switch_name, port->switch_name))
			return s;
	}
	return NULL;
}
