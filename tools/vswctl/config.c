// SPDX-License-Identifier: GPL-2.0
/*
 * config.c: configurations as lists of objects, and the one that the kernel has.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "error.h"
#include "query.h"

/**
 * config_add - put an object into a configuration
 * @config:	the configuration
 * @which:	kind of the object
 * @object:	the object, which is copied
 * @place:	where a file has it, NULL if it is in none
 *
 * Return: the copy.
 */
void *config_add(struct config *config, enum config_kind which,
		 const void *object, const struct place *place)
{
	static const struct place nowhere;
	struct config_list *list = &config->lists[which];
	size_t size = config_classes[which].kind->size;
	struct config_entry *entry;

	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 16;
		list->entries = reallocarray(list->entries, list->room,
					     sizeof(*list->entries));
		if (!list->entries)
			error_memory();
	}
	entry = &list->entries[list->count++];
	entry->object = malloc(size);
	if (!entry->object)
		error_memory();
	entry->place = place ? *place : nowhere;
	return memcpy(entry->object, object, size);
}

/**
 * config_move - move all objects from one configuration into another
 * @to:		gets them, behind those that are there
 * @from:	is empty then
 */
void config_move(struct config *to, struct config *from)
{
	struct config_list *list;
	unsigned int which;
	size_t i;

	for (which = 0; which < CONFIG_KINDS; which++) {
		list = &from->lists[which];
		for (i = 0; i < list->count; i++)
			config_add(to, which, list->entries[i].object,
				   &list->entries[i].place);
	}
	config_free(from);
}

static int names_compare(const char *one, const char *other)
{
	if (!one || !other)
		return !other - !one;
	return strcmp(one, other);
}

/* Texts with numbers in them are sorted by these: p2 comes before p10. */
static int member_compare(const struct field *f, const void *a, const void *b)
{
	const void *one = field_at(f, a), *other = field_at(f, b);
	uint64_t n, m;
	int order;

	switch (f->type) {
	case FIELD_STRING:
		order = strverscmp(one, other);
		return order ? order : strcmp(one, other);
	case FIELD_NAMES:
		return names_compare(*(const char *const *)one,
				     *(const char *const *)other);
	case FIELD_MAC:
	case FIELD_VLANS:
	case FIELD_GROUPS:
	case FIELD_VID_MAP:
	case FIELD_PRIOS:
		return memcmp(one, other, f->size);
	default:
		n = field_number(f, a);
		m = field_number(f, b);
		return n < m ? -1 : n > m;
	}
}

/**
 * config_compare - which of two objects comes first?
 * @class:	their kind
 * @a:		one
 * @b:		the other
 *
 * Return: as strcmp(); 0 if they have the same key.
 */
int config_compare(const struct config_class *class, const void *a,
		   const void *b)
{
	unsigned int i;
	int order = 0;

	for (i = 0; i < class->kind->count && !order; i++)
		if (class->kind->key >> i & 1)
			order = member_compare(&class->kind->fields[i], a, b);
	return order;
}

static int entry_compare(const void *a, const void *b, void *class)
{
	const struct config_entry *one = a, *other = b;

	return config_compare(class, one->object, other->object);
}

/**
 * config_sort - sort a configuration by the names of its objects
 * @config:	the configuration
 */
void config_sort(struct config *config)
{
	struct config_list *list;
	unsigned int which;

	for (which = 0; which < CONFIG_KINDS; which++) {
		list = &config->lists[which];
		if (list->count)
			qsort_r(list->entries, list->count,
				sizeof(*list->entries), entry_compare,
				(void *)&config_classes[which]);
	}
}

/**
 * config_find - find an object by its key
 * @config:	a configuration that is sorted
 * @which:	kind of the object
 * @object:	an object that has the key
 *
 * Return: the entry, or NULL.
 */
struct config_entry *config_find(const struct config *config,
				 enum config_kind which, const void *object)
{
	const struct config_list *list = &config->lists[which];
	size_t low = 0, high = list->count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = config_compare(&config_classes[which], object,
				       list->entries[middle].object);
		if (!order)
			return &list->entries[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/**
 * config_member_same - has a member the same value in both objects?
 * @f:		the member
 * @a:		one object
 * @b:		the other
 */
bool config_member_same(const struct field *f, const void *a, const void *b)
{
	return !member_compare(f, a, b);
}

/**
 * config_same - are two objects of the same key equal?
 * @class:	their kind
 * @a:		one
 * @b:		the other
 */
bool config_same(const struct config_class *class, const void *a,
		 const void *b)
{
	const struct config_key *key;

	for (key = class->keys; key->name; key++)
		if (!config_member_same(config_field(class, key), a, b))
			return false;
	return true;
}

/* Is it configured, rather than found or learned? */
static bool is_configured(enum config_kind which, const void *object)
{
	const struct vsw_nic *nic = object;
	const struct vsw_fdb *fdb = object;

	if (which == CONFIG_NIC)
		return nic->kind != VSW_NIC_NETDEV &&
		       !field_has(nic, NIC_NETNSID) &&
		       !(nic->connected && !nic->switch_name[0]);
	return which != CONFIG_FDB || fdb->is_static;
}

/* What does not apply is told as nothing, or not told: it has its default. */
static void fill_in(const struct config_class *class, void *object)
{
	const struct config_key *key;

	for (key = class->keys; key->name; key++) {
		if (field_has(object, key->field))
			continue;
		/* an entry for all VLANs is told without one */
		if (config_field(class, key)->type != FIELD_VID)
			config_preset(class, key, object);
		field_mark(object, key->field);
	}
}

/*
 * A NIC that came because the port is bound to it comes again, and one that was
 * given to a container is the container's to bring.
 */
static void forget_found(struct vsw_port *port)
{
	if (field_has(port, PORT_NETNSID) || !strcmp(port->nic, port->bind))
		port->nic[0] = '\0';
}

/**
 * config_strip - drop what is found anew whenever the configuration is applied
 * @config:	configuration of the kernel
 * @only:	name of a switch; that and its NICs are what remains; or NULL
 */
void config_strip(struct config *config, const char *only)
{
	const struct config_class *class;
	const struct vsw_nic *nic;
	struct config rest = { 0 };
	unsigned int which;
	const char *of;
	void *object;
	size_t i;

	for (which = 0; which < CONFIG_KINDS; which++) {
		class = &config_classes[which];
		for (i = 0; i < config->lists[which].count; i++) {
			object = config->lists[which].entries[i].object;
			nic = object;
			of = field_at(&class->kind->fields[0], object);
			if (which == CONFIG_NIC)
				of = nic->connected ? nic->switch_name : "";
			if (which == CONFIG_PORT)
				forget_found(object);
			if (!only || !strcmp(of, only))
				config_add(&rest, which, object, NULL);
		}
	}
	config_free(config);
	*config = rest;
}

static int load_kind(const struct command *cmd, enum config_kind which,
		     struct config *config)
{
	const struct config_class *class = &config_classes[which];
	struct vsw_fdb only_static = { .is_static = true };
	struct ipc_list list;
	int status;
	size_t i;

	field_mark(&only_static, FDB_STATIC);
	status = query_all(cmd, class->kind,
			   which == CONFIG_FDB ? &only_static : NULL, &list);
	if (!status && list.torn)	/* that was told */
		status = STATUS_FAILED;
	for (i = 0; i < list.count && !status; i++) {
		fill_in(class, ipc_list_at(&list, i));
		if (is_configured(which, ipc_list_at(&list, i)))
			config_add(config, which, ipc_list_at(&list, i), NULL);
	}
	ipc_list_free(&list);
	return status;
}

/**
 * config_load - get the configuration that the kernel has
 * @cmd:	the command, for errors
 * @config:	where to put it, sorted; to be freed in any case
 *
 * Return: exit status.
 */
int config_load(const struct command *cmd, struct config *config)
{
	int which, status = STATUS_DONE;

	memset(config, 0, sizeof(*config));
	for (which = 0; which < CONFIG_KINDS && !status; which++)
		status = load_kind(cmd, which, config);
	config_sort(config);
	return status;
}

/**
 * config_free - give the memory of a configuration back
 * @config:	the configuration
 */
void config_free(struct config *config)
{
	struct config_list *list;
	unsigned int which;
	size_t i;

	for (which = 0; which < CONFIG_KINDS; which++) {
		list = &config->lists[which];
		for (i = 0; i < list->count; i++)
			free(list->entries[i].object);
		free(list->entries);
	}
	memset(config, 0, sizeof(*config));
}
