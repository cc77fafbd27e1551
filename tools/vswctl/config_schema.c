// SPDX-License-Identifier: GPL-2.0
/*
 * config_schema.c: the JSON schema of a file of configuration, from its tables;
 * gen-docs keeps it in docs/vswitch.schema.json.
 */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "error.h"
#include "help.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define SCHEMA_DIALECT	"https://json-schema.org/draft/2020-12/schema"
#define MAC_PATTERN	"^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$"
#define ANY_MAC_PATTERN	"^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$"
#define NO_MAC		"00:00:00:00:00:00"
#define VID		"0*[1-9][0-9]*"
#define RANGE		VID "(-" VID ")?"
#define VLANS_PATTERN	"^" RANGE "(," RANGE ")*$"
#define RANGE_0		"[0-9]+(-[0-9]+)?"
#define VLANS_0_PATTERN	"^" RANGE_0 "(," RANGE_0 ")*$"
#define MAP_PATTERN	"^" RANGE ":" VID "(," RANGE ":" VID ")*$"
#define GROUP		RANGE ":[0-9]+"
#define GROUPS_PATTERN	"^" GROUP "(," GROUP ")*$"
#define RESERVED_PATTERN	"^(all|none|[0-9a-fA-F](,[0-9a-fA-F])*)$"
#define NAMES_PATTERN	"^([^,]{1,31}(,[^,]{1,31})*)?$"
#define PRIOS_PATTERN	"^0*[0-7](,0*[0-7]){7}$"

static json_t *words_schema(const struct field_name *names)
{
	json_t *words = json_array();

	for (; names->word; names++)
		json_array_append_new(words, json_string(names->word));
	return json_pack("{so}", "enum", words);
}

/* That of an entry may be a group's. */
static bool is_entry_mac(const struct field *f)
{
	return f == &kind_fdb.fields[FDB_MAC];
}

/* Of a text that is no name. */
static const char *pattern_of(const struct config_key *key,
			      const struct field *f)
{
	switch (f->type) {
	case FIELD_MAC:
		return is_entry_mac(f) ? ANY_MAC_PATTERN : MAC_PATTERN;
	case FIELD_GROUPS:
		return GROUPS_PATTERN;
	case FIELD_RESERVED:
		return RESERVED_PATTERN;
	case FIELD_NAMES:
		return NAMES_PATTERN;
	case FIELD_VLANS:
		return key->min ? VLANS_PATTERN : VLANS_0_PATTERN;
	case FIELD_VID_MAP:
		return MAP_PATTERN;
	case FIELD_PRIOS:
		return PRIOS_PATTERN;
	default:
		return NULL;
	}
}

static json_t *text_schema(const struct config_key *key, const struct field *f)
{
	json_t *schema = json_pack("{ss}", "type", "string");
	const char *pattern = pattern_of(key, f);

	if (pattern) {
		json_object_set_new(schema, "pattern", json_string(pattern));
		if (f->type == FIELD_MAC && !is_entry_mac(f))
			json_object_set_new(schema, "not",
					    json_pack("{ss}", "const", NO_MAC));
	} else {
		if (key->min)
			json_object_set_new(schema, "minLength",
					    json_integer(key->min));
		json_object_set_new(schema, "maxLength",
				    json_integer((json_int_t)f->size - 1));
	}
	return schema;
}

static json_t *key_schema(const struct config_class *class,
			  const struct config_key *key)
{
	const struct field_name *names = config_names(class, key);
	const struct field *f = config_field(class, key);
	json_t *schema, *preset = NULL;

	if (names) {
		schema = words_schema(names);
		preset = json_string(field_word(names, key->preset));
	} else if (f->type == FIELD_BOOL || f->type == FIELD_FLAG) {
		schema = json_pack("{ss}", "type", "boolean");
		preset = json_boolean(key->preset);
	} else if (f->type == FIELD_VID || f->type == FIELD_U8 || f->type == FIELD_U16 ||
		   f->type == FIELD_U32) {
		schema = json_pack("{sssIsI}", "type", "integer",
				   "minimum", (json_int_t)key->min,
				   "maximum", (json_int_t)key->max);
		if (key->preset >= key->min)
			preset = json_integer(key->preset);
	} else {
		schema = text_schema(key, f);
	}
	json_object_set_new(schema, "description", json_string(f->doc));
	if (preset && !(key->flags & KEY_REQUIRED))
		json_object_set(schema, "default", preset);
	json_decref(preset);
	return schema;
}

/* An object in which nothing is allowed but what is put into it later. */
static json_t *object_schema(void)
{
	return json_pack("{sss{}s[]sb}", "type", "object", "properties",
			 "required", "additionalProperties", 0);
}

static void add_property(json_t *object, const char *name, json_t *schema,
			 bool required)
{
	json_object_set_new(json_object_get(object, "properties"), name, schema);
	if (required)
		json_array_append_new(json_object_get(object, "required"),
				      json_string(name));
}

static json_t *mode_schema(const struct config_vlan_mode *mode,
			   json_t *properties)
{
	const struct field_name *names = kind_port.fields[PORT_VLAN_MODE].names;
	json_t *own, *needs = json_array(), *schema, *value;
	const char *name;
	unsigned int i;

	own = json_pack("{s{ss}}", "mode", "const", field_word(names, mode->mode));
	json_object_foreach(properties, name, value)
		if (strcmp(name, "mode") && !config_mode_has(mode, name))
			json_object_set_new(own, name, json_false());
	for (i = 0; i < 2 && mode->needs[i]; i++)
		json_array_append_new(needs, json_pack("{s[s]}", "required",
						       mode->needs[i]));
	schema = json_pack("{so}", "properties", own);
	if (json_array_size(needs))
		json_object_set(schema, "anyOf", needs);
	json_decref(needs);
	return schema;
}

/* What no table says: what goes together. */
static void add_port_rules(json_t *port)
{
	json_t *vlan = json_object_get(json_object_get(port, "properties"),
				       "vlan");
	json_t *properties = json_object_get(vlan, "properties");
	json_t *modes = json_array();
	unsigned int i;

	for (i = 0; i < CONFIG_VLAN_MODES; i++)
		json_array_append_new(modes, mode_schema(&config_vlan_modes[i],
							 properties));
	json_object_set_new(vlan, "oneOf", modes);
	json_object_set_new(vlan, "dependentRequired",
			    json_pack("{s[s]}", "native_tagged", "native"));
	json_object_set_new(port, "dependentSchemas",
			    json_pack("{s{s[{s[s]}{s[s]}]}}", "role", "anyOf",
				      "required", "nic", "required", "bind"));
}

static void add_entry_rules(json_t *entry)
{
	json_object_set_new(entry, "oneOf",
			    json_pack("[{s[s]}{s[s]}]", "required", "port",
				      "required", "ports"));
	json_object_set_new(entry, "not",
			    json_pack("{s[ss]s{s{sb}}}", "required", "vlan",
				      "all_vlans", "properties", "all_vlans",
				      "const", 1));
}

static json_t *array_schema(enum config_kind which);

static json_t *class_schema(enum config_kind which)
{
	const struct config_class *class = &config_classes[which];
	json_t *schema = object_schema(), *to;
	const struct config_key *key;

	for (key = class->keys; key->name; key++) {
		to = schema;
		if (key->group) {
			to = json_object_get(json_object_get(schema, "properties"),
					     key->group);
			if (!to) {
				to = object_schema();
				add_property(schema, key->group, to, false);
			}
		}
		add_property(to, key->name, key_schema(class, key),
			     key->flags & KEY_REQUIRED);
	}
	if (which == CONFIG_SWITCH) {
		add_property(schema, config_classes[CONFIG_PORT].array,
			     array_schema(CONFIG_PORT), false);
		add_property(schema, config_classes[CONFIG_FDB].array,
			     array_schema(CONFIG_FDB), false);
	}
	if (which == CONFIG_PORT)
		add_port_rules(schema);
	if (which == CONFIG_FDB)
		add_entry_rules(schema);
	return schema;
}

static json_t *array_schema(enum config_kind which)
{
	const struct config_class *class = &config_classes[which];

	return json_pack("{sssssIso}", "type", "array", "description", class->doc,
			 "maxItems", (json_int_t)class->most,
			 "items", class_schema(which));
}

/**
 * config_schema_print - print the JSON schema of a file
 */
void config_schema_print(void)
{
	json_t *schema;

	schema = json_pack("{sssssssss{s{si}}s[s]sb}", "$schema", SCHEMA_DIALECT,
			   "title", "configuration of vswitch", "description",
			   "as vswctl " VSWCTL_VERSION " save writes it and apply reads it",
			   "type", "object", "properties", "version", "const",
			   CONFIG_VERSION, "required", "version",
			   "additionalProperties", 0);
	if (!schema)
		error_memory();
	add_property(schema, config_classes[CONFIG_NIC].array,
		     array_schema(CONFIG_NIC), false);
	add_property(schema, config_classes[CONFIG_SWITCH].array,
		     array_schema(CONFIG_SWITCH), false);
	json_dumpf(schema, stdout, JSON_INDENT(2));
	json_decref(schema);
	putchar('\n');
}
