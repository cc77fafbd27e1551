// SPDX-License-Identifier: GPL-2.0
/*
 * show.c: everything, as a tree: switches, their ports, what is plugged in, and
 * why a port is down. As JSON a flat array in the same order, where key "object"
 * says what a record is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "options.h"
#include "port.h"
#include "print.h"
#include "query.h"

/* All there is, and the records made of it. */
struct everything {
	struct ipc_list switches;
	struct ipc_list ports;
	struct ipc_list nics;
	struct ipc_list stats;
	struct record *records;
	size_t count;
};

static void name_cell(const struct record *record, char *text, size_t size)
{
	static const unsigned int names[] = { SWITCH_NAME, PORT_NAME, NIC_NAME };
	const struct field *f;

	f = &record->kind->fields[names[record->kind == &kind_port ? 1 :
					record->kind == &kind_nic ? 2 : 0]];
	snprintf(text, size, "%s", field_text(f, record->data));
}

static void object_cell(const struct record *record, char *text, size_t size)
{
	snprintf(text, size, "%s", record->object);
}

static void state_cell(const struct record *record, char *text, size_t size)
{
	const struct vsw_switch *sw = record->data;
	const struct vsw_port *port = record->data;
	const struct vsw_nic *nic = record->data;

	if (record->kind == &kind_switch)
		snprintf(text, size, "%s", sw->up ? "up" : "down");
	else if (record->kind == &kind_nic)
		snprintf(text, size, "%s", nic->carrier ? "up" : "down");
	else if (field_has(port, PORT_REASON))
		snprintf(text, size, "down (%s)",
			 field_text(&kind_port.fields[PORT_REASON], port));
	else
		snprintf(text, size, "%s", port->oper ? "up" : "down");
}

static void vlan_cell(const struct record *record, char *text, size_t size)
{
	if (record->kind == &kind_port)
		port_vlan_text(record->data, text, size);
}

/* That it is silent, though its link is up; and what it waits for, or what it is. */
static void port_details(const struct vsw_port *port, char *text, size_t size)
{
	bool waits = !port->nic[0] && port->bind[0];
	const char *what = waits ? port->bind : port->desc;

	snprintf(text, size, "%s%s%s%s", port->hold ? "on hold" : "",
		 port->hold && *what ? ", " : "", waits ? "waits for " : "", what);
}

/* What else there is to know at a glance. */
static void details_cell(const struct record *record, char *text, size_t size)
{
	const struct vsw_switch *sw = record->data;
	const struct vsw_nic *nic = record->data;

	if (record->kind == &kind_switch)
		snprintf(text, size, "%s, mtu %u, fdb %u of %u",
			 field_text(&kind_switch.fields[SWITCH_TYPE], sw),
			 sw->mtu, sw->fdb_count, sw->fdb_max);
	else if (record->kind == &kind_nic)
		snprintf(text, size, "%s%s%s",
			 field_text(&kind_nic.fields[NIC_KIND], nic),
			 nic->role == VSW_ROLE_UPLINK ? ", uplink" : "",
			 !nic->connected ? ", not connected" :
			 !nic->switch_name[0] ? ", connected elsewhere" : "");
	else
		port_details(record->data, text, size);
}

#define COUNTER(head, counter) \
	{ head, COLUMN_RIGHT | COLUMN_STATS, STATS_FIRST_COUNTER + STATS_##counter, NULL }
static const struct column columns[] = {
	{ "NAME", COLUMN_NAME | COLUMN_TREE, 0, name_cell },
	{ "OBJECT", 0, 0, object_cell },
	{ "STATE", COLUMN_STATE, 0, state_cell },
	{ "VLAN", 0, 0, vlan_cell },
	COUNTER("FROM-PACKETS", FROM_PACKETS),
	COUNTER("FROM-DROPS", FROM_DROPS),
	COUNTER("TO-PACKETS", TO_PACKETS),
	COUNTER("TO-DROPS", TO_DROPS),
	{ "DETAILS", 0, 0, details_cell },
	{ NULL, 0, 0, NULL }
};

static struct record *add_record(struct everything *all, const struct kind *kind,
				 const void *data, unsigned int depth)
{
	struct record *record = &all->records[all->count++];

	record->kind = kind;
	record->object = kind->name;
	record->data = data;
	record->depth = depth;
	return record;
}

static void add_nics(struct everything *all, const struct vsw_port *port)
{
	const struct vsw_nic *nic;
	size_t i;

	for (i = 0; i < all->nics.count; i++) {
		nic = ipc_list_at(&all->nics, i);
		if (nic->connected && !strcmp(nic->port, port->name) &&
		    !strcmp(nic->switch_name, port->switch_name))
			add_record(all, &kind_nic, nic, 2);
	}
}

static void add_ports(struct everything *all, const struct vsw_switch *sw)
{
	const struct vsw_port *port;
	struct record *record;
	size_t i;

	for (i = 0; i < all->ports.count; i++) {
		port = ipc_list_at(&all->ports, i);
		if (strcmp(port->switch_name, sw->name))
			continue;
		record = add_record(all, &kind_port, port, 1);
		record->stats = query_stats_of(&all->stats, port);
		if (port->nic[0])
			add_nics(all, port);
	}
}

/* NICs that are plugged in nowhere stand at the end. */
static void add_all(struct everything *all)
{
	const struct vsw_nic *nic;
	size_t i;

	for (i = 0; i < all->switches.count; i++) {
		const struct vsw_switch *sw = ipc_list_at(&all->switches, i);

		add_record(all, &kind_switch, sw, 0);
		add_ports(all, sw);
	}
	for (i = 0; i < all->nics.count; i++) {
		nic = ipc_list_at(&all->nics, i);
		if (!nic->switch_name[0])
			add_record(all, &kind_nic, nic, 0);
	}
}

static int show_show(struct command *cmd)
{
	struct everything all = { 0 };
	struct vsw_port any = { 0 };
	int status;

	status = query_all(cmd, &kind_switch, NULL, &all.switches);
	if (!status)
		status = query_all(cmd, &kind_port, NULL, &all.ports);
	if (!status)
		status = query_all(cmd, &kind_nic, NULL, &all.nics);
	if (!status && options.stats)
		status = query_stats(cmd, &any, &all.stats);
	if (!status) {
		all.records = calloc(all.switches.count + all.ports.count +
				     all.nics.count + 1, sizeof(*all.records));
		if (!all.records)
			error_memory();
		add_all(&all);
		print_records(columns, all.records, all.count);
	}
	free(all.records);
	ipc_list_free(&all.switches);
	ipc_list_free(&all.ports);
	ipc_list_free(&all.nics);
	ipc_list_free(&all.stats);
	return status;
}

static const struct verb verbs[] = {
	{ .name = "", .help = "show everything as a tree", .run = show_show },
	{ NULL }
};

const struct topic topic_show = {
	.name = "show",
	.help = "everything as a tree, and why a port is down",
	.verbs = verbs,
};
