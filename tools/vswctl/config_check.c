// SPDX-License-Identifier: GPL-2.0
/*
 * config_check.c: what goes together in a file of configuration and what does
 * not: within one object, and between objects of all the files.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "error.h"

/* Where a member stands, "vlan.vid" or "role"; false if it stands nowhere. */
static bool member_place(const json_t *value, const char *group,
			 const char *name, const struct place *place,
			 struct place *inner)
{
	const char *wanted = group ? group : name, *key;
	uint32_t step = 0;
	json_t *member;

	json_object_foreach((json_t *)value, key, member) {
		if (strcmp(key, wanted)) {
			step++;
			continue;
		}
		*inner = place_in(place, step);
		return !group || member_place(member, NULL, name, inner, inner);
	}
	return false;
}

/* The modes that a key goes with, "trunk or hybrid". */
static void modes_of(const char *key, char *text, size_t size)
{
	const struct field_name *names = kind_port.fields[PORT_VLAN_MODE].names;
	const struct config_vlan_mode *mode = config_vlan_modes;
	size_t at = 0;

	for (; mode < config_vlan_modes + CONFIG_VLAN_MODES; mode++)
		if (config_mode_has(mode, key) && at < size)
			at += snprintf(text + at, size - at, "%s%s",
				       at ? " or " : "",
				       field_word(names, mode->mode));
}

/* No key of "vlan" is there that the mode does not have. */
static bool check_others(const struct config_vlan_mode *mode,
			 const json_t *value, const struct place *place,
			 struct problem *why)
{
	const struct config_key *key = config_classes[CONFIG_PORT].keys;
	struct place inner;
	char modes[64];

	for (; key->name; key++) {
		if (!key->group || key->field == PORT_VLAN_MODE ||
		    config_mode_has(mode, key->name) ||
		    !member_place(value, key->group, key->name, place, &inner))
			continue;
		modes_of(key->name, modes, sizeof(modes));
		return config_problem(&inner, why, "goes with mode %s only",
				      modes);
	}
	return true;
}

/* The keys of a VLAN mode are there, and those of others are not. */
static bool check_vlan(struct vsw_port *port, const json_t *value,
		       const struct place *place, struct problem *why)
{
	const struct config_vlan_mode *mode = config_vlan_modes;
	struct place inner, vlan;
	unsigned int i;

	while (mode->mode != port->vlan_mode)
		mode++;
	if (!check_others(mode, value, place, why))
		return false;
	for (i = 0; i < 2 && mode->needs[i]; i++)
		if (member_place(value, "vlan", mode->needs[i], place, &inner))
			break;
	if (mode->needs[0] && (i == 2 || !mode->needs[i])) {
		member_place(value, NULL, "vlan", place, &vlan);
		return config_problem(&vlan, why, "\"%s\" is missing",
				      mode->needs[0]);
	}
	if (!port->native &&
	    member_place(value, "vlan", "native_tagged", place, &inner))
		return config_problem(&inner, why, "goes with \"native\" only");
	if (port->vlan_mode == VSW_VLAN_TRUNK && port->native)
		vlans_add(port->vlans, port->native);
	return true;
}

static bool check_port(struct vsw_port *port, const json_t *value,
		       const struct place *place, struct problem *why)
{
	struct place inner;

	if (!port->nic[0] && !port->bind[0] &&
	    member_place(value, NULL, "role", place, &inner))
		return config_problem(&inner, why,
				      "goes with \"nic\" or \"bind\" only");
	return check_vlan(port, value, place, why);
}

/* It is for one VLAN or for all, and has one port or a list. */
static bool check_fdb(struct vsw_fdb *fdb, const json_t *value,
		      const struct place *place, struct problem *why)
{
	bool port = json_object_get(value, "port");
	struct place inner;

	if (fdb->all_vlans && member_place(value, NULL, "vlan", place, &inner))
		return config_problem(&inner, why, "does not go with \"all_vlans\"");
	if (fdb->all_vlans)
		fdb->vid = MODEL_ALL_VLANS;
	if (port && member_place(value, NULL, "ports", place, &inner))
		return config_problem(&inner, why, "does not go with \"port\"");
	if (!port && !fdb->ports)
		return config_problem(place, why, "\"port\" is missing");
	/* a list of one is a port */
	if (fdb->ports && *fdb->ports && !strchr(fdb->ports, ',')) {
		strcpy(fdb->port, fdb->ports);
		fdb->ports = NULL;
	}
	return true;
}

/**
 * config_check_object - do the settings of an object go together?
 * @which:	its kind
 * @object:	the object; what follows from its settings is put into it
 * @value:	what the file has
 * @place:	where it has it
 * @why:	why not
 */
bool config_check_object(enum config_kind which, void *object,
			 const json_t *value, const struct place *place,
			 struct problem *why)
{
	if (which == CONFIG_PORT)
		return check_port(object, value, place, why);
	return which != CONFIG_FDB || check_fdb(object, value, place, why);
}

/* What stands further behind in a file is the one that is wrong. */
static void put_in_order(const struct config_entry **first,
			 const struct config_entry **second)
{
	const struct config_entry *entry = *first;

	if (entry->place.file != (*second)->place.file ||
	    place_line(&entry->place) <= place_line(&(*second)->place))
		return;
	*first = *second;
	*second = entry;
}

static bool problem_twice(enum config_kind which,
			  const struct config_entry *first,
			  const struct config_entry *second,
			  struct problem *why)
{
	char name[160];

	put_in_order(&first, &second);
	config_describe(which, second->object, name, sizeof(name));
	return config_problem(&second->place, why, "%s is in %.80s:%u already",
			      name, first->place.file->name,
			      place_line(&first->place));
}

/* Nothing has the name of its neighbour. */
static bool check_names(struct config *config, enum config_kind which,
			struct problem *why)
{
	struct config_list *list = &config->lists[which];
	struct config_entry *entry;
	size_t i;

	for (i = 1; i < list->count; i++) {
		entry = &list->entries[i];
		if (!config_compare(&config_classes[which], entry[-1].object,
				    entry->object))
			return problem_twice(which, entry - 1, entry, why);
	}
	return true;
}

static int text_compare(const void *a, const void *b, void *field)
{
	const struct config_entry *const *one = a, *const *other = b;

	return strcmp(field_at(field, (*one)->object),
		      field_at(field, (*other)->object));
}

static bool problem_shared(const struct config_key *key,
			   const struct config_entry *first,
			   const struct config_entry *second,
			   struct problem *why)
{
	const struct field *f = config_field(&config_classes[CONFIG_PORT], key);
	char name[160];

	put_in_order(&first, &second);
	config_describe(CONFIG_PORT, first->object, name, sizeof(name));
	return config_problem(&second->place, why, "%s: \"%s\" is that of %s already (%.80s:%u)",
			      key->name, (char *)field_at(f, second->object),
			      name, first->place.file->name,
			      place_line(&first->place));
}

/* No two ports have the same text there, but for none. */
static bool check_shared(const struct config_list *ports,
			 const struct config_key *key, struct problem *why)
{
	const struct field *f = config_field(&config_classes[CONFIG_PORT], key);
	const struct config_entry **list;
	bool good = true;
	size_t i;

	list = calloc(ports->count + 1, sizeof(*list));
	if (!list)
		error_memory();
	for (i = 0; i < ports->count; i++)
		list[i] = &ports->entries[i];
	qsort_r(list, ports->count, sizeof(*list), text_compare, (void *)f);
	for (i = 1; i < ports->count && good; i++)
		if (!text_compare(&list[i - 1], &list[i], (void *)f) &&
		    *(char *)field_at(f, list[i]->object))
			good = problem_shared(key, list[i - 1], list[i], why);
	free(list);
	return good;
}

static bool check_netdevs(struct config *config, struct problem *why)
{
	struct config_list *nics = &config->lists[CONFIG_NIC];
	struct config_entry *sw;
	size_t i;

	for (i = 0; i < nics->count; i++) {
		struct vsw_switch named = { 0 };
		struct vsw_nic *nic = nics->entries[i].object;

		strcpy(named.name, nic->name);
		sw = config_find(config, CONFIG_SWITCH, &named);
		if (sw)
			return config_problem(&nics->entries[i].place, why,
					      "the name \"%s\" is that of a switch already (%.80s:%u)",
					      nic->name, sw->place.file->name,
					      place_line(&sw->place));
	}
	return true;
}

/**
 * config_check - do the objects of all files go together?
 * @config:	the objects; they are sorted
 * @why:	why not, with file, line and key
 */
bool config_check(struct config *config, struct problem *why)
{
	const struct config_key *key;
	int which;

	config_sort(config);
	for (which = 0; which < CONFIG_KINDS; which++)
		if (!check_names(config, which, why))
			return false;
	for (key = config_classes[CONFIG_PORT].keys; key->name; key++)
		if ((key->field == PORT_NIC || key->field == PORT_BIND) &&
		    !check_shared(&config->lists[CONFIG_PORT], key, why))
			return false;
	return check_netdevs(config, why);
}
