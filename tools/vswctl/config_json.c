// SPDX-License-Identifier: GPL-2.0
/*
 * config_json.c: a configuration as JSON, with what differs from the defaults: for
 * people, so that each port and entry is one line; always the same for the same
 * configuration, so that two can be compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "error.h"

/**
 * config_value_json - the value of a key
 * @class:	kind of object
 * @key:	the key
 * @object:	the object
 *
 * Return: the value; NULL if it is a text that is not UTF-8.
 */
json_t *config_value_json(const struct config_class *class,
			  const struct config_key *key, const void *object)
{
	const struct field_name *names = config_names(class, key);
	const struct field *f = config_field(class, key);

	if (names)
		return json_string(field_word(names, field_number(f, object)));
	switch (f->type) {
	case FIELD_STRING:
	case FIELD_MAC:
	case FIELD_VLANS:
	case FIELD_VID_MAP:
	case FIELD_PRIOS:
	case FIELD_GROUPS:
	case FIELD_RESERVED:
	case FIELD_NAMES:
		return json_string(field_text(f, object));
	case FIELD_BOOL:
	case FIELD_FLAG:
		return json_boolean(field_number(f, object));
	default:
		return json_integer((json_int_t)field_number(f, object));
	}
}

/**
 * config_shows - does the key of an object stand in a file?
 * @class:	kind of object
 * @key:	the key
 * @object:	the object
 */
bool config_shows(const struct config_class *class,
		  const struct config_key *key, const void *object)
{
	return !config_is_preset(class, key, object) ||
	       (key->flags & KEY_REQUIRED && !key->group);
}

/* The object of JSON that the key stands in. */
static json_t *group_of(json_t *json, const struct config_key *key)
{
	json_t *group;

	if (!key->group)
		return json;
	group = json_object_get(json, key->group);
	if (!group) {
		group = json_object();
		json_object_set_new(json, key->group, group);
	}
	return group;
}

/**
 * config_json - an object as a file has it
 * @class:	its kind
 * @object:	the object
 *
 * Return: the object of JSON; NULL if there is a name in it that is not UTF-8.
 */
json_t *config_json(const struct config_class *class, const void *object)
{
	json_t *json = json_object(), *value;
	const struct config_key *key;

	for (key = class->keys; key->name; key++) {
		if (!config_shows(class, key, object))
			continue;
		value = config_value_json(class, key, object);
		if (!value) {
			json_decref(json);
			return NULL;
		}
		json_object_set_new(group_of(json, key), key->name, value);
	}
	return json;
}

/* Objects of a kind, one in each line; ports and entries those of one switch. */
static void print_array(const struct config *config, enum config_kind which,
			const struct vsw_switch *sw, const char *indent)
{
	const struct config_class *class = &config_classes[which];
	const struct config_list *list = &config->lists[which];
	const char *before = "";
	json_t *json;
	char *text;
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (sw && strcmp(field_at(&class->kind->fields[0],
					  list->entries[i].object), sw->name))
			continue;
		if (!*before)
			printf(",\n%s\"%s\": [", indent, class->array);
		json = config_json(class, list->entries[i].object);
		text = json_dumps(json, 0);
		if (!text)
			error_memory();
		printf("%s\n%s  %s", before, indent, text);
		free(text);
		json_decref(json);
		before = ",";
	}
	if (*before)
		printf("\n%s]", indent);
}

/* A switch is several lines: its settings, its ports, its entries. */
static void print_switch(const struct config *config,
			 const struct vsw_switch *sw)
{
	json_t *json = config_json(&config_classes[CONFIG_SWITCH], sw), *value;
	const char *name, *before = "";
	char *text;

	printf("    {");
	json_object_foreach(json, name, value) {
		text = json_dumps(value, JSON_ENCODE_ANY);
		if (!text)
			error_memory();
		printf("%s\n      \"%s\": %s", before, name, text);
		free(text);
		before = ",";
	}
	json_decref(json);
	print_array(config, CONFIG_PORT, sw, "      ");
	print_array(config, CONFIG_FDB, sw, "      ");
	printf("\n    }");
}

/**
 * config_print - print a configuration as a file
 * @config:	the configuration, sorted, of which config_json() takes all objects
 */
void config_print(const struct config *config)
{
	const struct config_list *list = &config->lists[CONFIG_SWITCH];
	size_t i;

	printf("{\n  \"version\": %u", CONFIG_VERSION);
	print_array(config, CONFIG_NIC, NULL, "  ");
	if (list->count)
		printf(",\n  \"%s\": [\n", config_classes[CONFIG_SWITCH].array);
	for (i = 0; i < list->count; i++) {
		print_switch(config, list->entries[i].object);
		printf(i + 1 < list->count ? ",\n" : "\n  ]");
	}
	printf("\n}\n");
}
