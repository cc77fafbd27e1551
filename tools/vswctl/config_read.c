// SPDX-License-Identifier: GPL-2.0
/*
 * config_read.c: a file of configuration, parsed as JSON -> objects of the model,
 * by the tables of config_keys.c. The first thing that is wrong ends it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"

/**
 * struct reader - an object that is being read
 * @which:	its kind
 * @object:	the object
 * @given:	bit n: line n of its table was given
 * @config:	where to put it
 * @why:	what is wrong
 */
struct reader {
	enum config_kind which;
	void *object;
	uint64_t given;
	struct config *config;
	struct problem *why;
};

/**
 * config_problem - note what is wrong at a place
 * @place:	the place
 * @why:	where to note it
 * @format:	what is wrong, as of printf
 *
 * Return: false.
 */
bool config_problem(const struct place *place, struct problem *why,
		    const char *format, ...)
{
	char path[160], text[sizeof(why->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	place_path(place, path, sizeof(path));
	return problem_set(why, "%.200s:%u: %s%s%s", place->file->name,
			   place_line(place), path, *path ? ": " : "", text);
}

static bool in_group(const struct config_key *key, const char *group)
{
	return group ? key->group && !strcmp(key->group, group) : !key->group;
}

/* All that may stand in an object, or in a group of it. */
static void list_keys(enum config_kind which, const char *group, char *text,
		      size_t size)
{
	const struct config_class *class = &config_classes[which];
	const char *last = NULL, *name;
	const struct config_key *key;
	size_t at = 0;

	for (key = class->keys; key->name && at < size; key++) {
		name = in_group(key, group) ? key->name : group ? NULL : key->group;
		if (!name || (last && !strcmp(last, name)))
			continue;
		at += snprintf(text + at, size - at, "%s%s", at ? ", " : "",
			       name);
		last = name;
	}
	if (which == CONFIG_SWITCH && at < size)
		snprintf(text + at, size - at, ", %s, %s",
			 config_classes[CONFIG_PORT].array,
			 config_classes[CONFIG_FDB].array);
}

static bool read_members(struct reader *reader, const char *group,
			 const json_t *value, const struct place *place);

/* Is it one of the arrays of a switch? They are read when its name is known. */
static bool is_array_of(enum config_kind which, const char *name)
{
	return which == CONFIG_SWITCH &&
	       (!strcmp(name, config_classes[CONFIG_PORT].array) ||
		!strcmp(name, config_classes[CONFIG_FDB].array));
}

static bool read_member(struct reader *reader, const char *group,
			const char *name, const json_t *value,
			const struct place *place)
{
	const struct config_class *class = &config_classes[reader->which];
	const struct config_key *key;
	struct problem inner;
	char keys[400];

	for (key = class->keys; key->name; key++) {
		if (!group && key->group && !strcmp(key->group, name))
			return read_members(reader, key->group, value, place);
		if (!in_group(key, group) || strcmp(key->name, name))
			continue;
		reader->given |= (uint64_t)1 << (key - class->keys);
		return config_value(class, key, value, reader->object, &inner) ||
		       config_problem(place, reader->why, "%s", inner.text);
	}
	if (!group && is_array_of(reader->which, name))
		return true;
	list_keys(reader->which, group, keys, sizeof(keys));
	return config_problem(place, reader->why, "unknown key; expected %s",
			      keys);
}

static bool required_given(struct reader *reader, const char *group,
			   const struct place *place)
{
	const struct config_class *class = &config_classes[reader->which];
	const struct config_key *key;

	for (key = class->keys; key->name; key++)
		if (key->flags & KEY_REQUIRED && in_group(key, group) &&
		    !(reader->given >> (key - class->keys) & 1))
			return config_problem(place, reader->why,
					      "\"%s\" is missing", key->name);
	return true;
}

static bool read_members(struct reader *reader, const char *group,
			 const json_t *value, const struct place *place)
{
	struct place inner;
	uint32_t step = 0;
	const char *name;
	json_t *member;

	if (!json_is_object(value))
		return config_problem(place, reader->why, "must be an object");
	json_object_foreach((json_t *)value, name, member) {
		inner = place_in(place, step++);
		if (!read_member(reader, group, name, member, &inner))
			return false;
	}
	return required_given(reader, group, place);
}

/* One object, and not what stands in its arrays. */
static bool read_object(struct reader *reader, const json_t *value,
			const struct place *place)
{
	if (!read_members(reader, NULL, value, place) ||
	    !config_check_object(reader->which, reader->object, value, place,
				 reader->why))
		return false;
	config_add(reader->config, reader->which, reader->object, place);
	return true;
}

static bool read_array(struct config *config, enum config_kind which,
		       const struct vsw_switch *sw, const json_t *array,
		       const struct place *place, struct problem *why);

static bool read_arrays_of(struct config *config, const struct vsw_switch *sw,
			   const json_t *value, const struct place *place,
			   struct problem *why)
{
	struct place inner;
	uint32_t step = 0;
	const char *name;
	json_t *member;
	int which;

	json_object_foreach((json_t *)value, name, member) {
		inner = place_in(place, step++);
		if (!is_array_of(CONFIG_SWITCH, name))
			continue;
		which = strcmp(name, config_classes[CONFIG_FDB].array) ?
			CONFIG_PORT : CONFIG_FDB;
		if (!read_array(config, which, sw, member, &inner, why))
			return false;
	}
	return true;
}

/* @sw is the switch that has the array, NULL if none has. */
static bool read_array(struct config *config, enum config_kind which,
		       const struct vsw_switch *sw, const json_t *array,
		       const struct place *place, struct problem *why)
{
	const struct config_class *class = &config_classes[which];
	union model model;
	struct reader reader = { .which = which, .object = &model,
				 .config = config, .why = why };
	struct place inner;
	json_t *value;
	size_t i;

	if (!json_is_array(array))
		return config_problem(place, why, "must be an array");
	if (json_array_size(array) > class->most)
		return config_problem(place, why, "has %zu elements; at most %u are allowed",
				      json_array_size(array), class->most);
	json_array_foreach((json_t *)array, i, value) {
		inner = place_in(place, i);
		config_blank(class, &model);
		reader.given = 0;
		if (sw)
			strcpy(field_at(&class->kind->fields[0], &model), sw->name);
		if (!read_object(&reader, value, &inner))
			return false;
		if (which == CONFIG_SWITCH &&
		    !read_arrays_of(config, &model.sw, value, &inner, why))
			return false;
	}
	return true;
}

static bool read_version(const json_t *value, const struct place *place,
			 struct problem *why)
{
	if (!json_is_integer(value))
		return config_problem(place, why, "must be a whole number");
	if (json_integer_value(value) == CONFIG_VERSION)
		return true;
	return config_problem(place, why, "this version of vswctl knows %u only",
			      CONFIG_VERSION);
}

static bool read_top(struct config *config, const char *name,
		     const json_t *value, const struct place *place,
		     struct problem *why)
{
	static const enum config_kind tops[] = { CONFIG_NIC, CONFIG_SWITCH };
	unsigned int i;

	if (!strcmp(name, "version"))
		return read_version(value, place, why);
	for (i = 0; i < 2; i++)
		if (!strcmp(name, config_classes[tops[i]].array))
			return read_array(config, tops[i], NULL, value, place,
					  why);
	return config_problem(place, why, "unknown key; expected version, nics, switches");
}

/**
 * config_read - read the objects of a file
 * @file:	the file
 * @config:	where to put them, behind those that are there
 * @why:	why not, with file, line and key
 */
bool config_read(const struct config_file *file, struct config *config,
		 struct problem *why)
{
	struct place root = { .file = file }, inner;
	uint32_t step = 0;
	const char *name;
	json_t *value;

	if (!json_is_object(file->root))
		return config_problem(&root, why, "must be an object, {\"version\": 1, ...}");
	if (!json_object_get(file->root, "version"))
		return config_problem(&root, why, "\"version\" is missing");
	json_object_foreach(file->root, name, value) {
		inner = place_in(&root, step++);
		if (!read_top(config, name, value, &inner, why))
			return false;
	}
	return true;
}
