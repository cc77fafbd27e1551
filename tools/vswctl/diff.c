// SPDX-License-Identifier: GPL-2.0
/*
 * diff.c: a plan, printed like a patch or as JSON: of each object that differs all
 * that is not default, before and after.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "error.h"
#include "options.h"
#include "print.h"

#define PRETTY_INDENT	4

static void print_line(char sign, const struct config_class *class,
		       const struct config_key *key, const void *object)
{
	json_t *value = config_value_json(class, key, object);
	char *text = json_dumps(value, JSON_ENCODE_ANY);

	printf("%c  %s%s%s: %s\n", sign, key->group ? key->group : "",
	       key->group ? "." : "", key->name, text ? text : "?");
	free(text);
	json_decref(value);
}

/* A key that has its default is not there, as in a file. */
static void print_key(const struct change *change, const struct config_key *key)
{
	const struct config_class *class = &config_classes[change->which];
	const void *from = change->from, *to = change->to;

	if (from && (class->kind->key >> key->field & 1 ||
		     !config_shows(class, key, from)))
		from = NULL;
	if (to && (class->kind->key >> key->field & 1 ||
		   !config_shows(class, key, to)))
		to = NULL;
	if (from && to &&
	    config_member_same(config_field(class, key), from, to)) {
		print_line(' ', class, key, to);
		return;
	}
	if (from)
		print_line('-', class, key, from);
	if (to)
		print_line('+', class, key, to);
}

static void print_change(const struct change *change)
{
	char sign = !change->from ? '+' : !change->to ? '-' : ' ';
	const struct config_key *key;
	char name[160];

	config_describe(change->which, change->to ? change->to : change->from,
			name, sizeof(name));
	putchar(sign);
	print_safe(name);
	putchar('\n');
	for (key = config_classes[change->which].keys; key->name; key++)
		print_key(change, key);
}

static json_t *change_json(const struct change *change)
{
	const struct config_class *class = &config_classes[change->which];
	const void *object = change->to ? change->to : change->from;
	json_t *json;

	json = json_pack("{ssss}", "object", class->kind->name, "change",
			 !change->from ? "add" : !change->to ? "del" : "set");
	if (!json)
		error_memory();
	if (class->of_switch)
		json_object_set_new(json, "switch",
				    json_string(field_at(&class->kind->fields[0],
							 object)));
	if (change->from)
		json_object_set_new(json, "from",
				    config_json(class, change->from));
	if (change->to)
		json_object_set_new(json, "to", config_json(class, change->to));
	return json;
}

/* A port that is only unplugged meanwhile is the same afterwards. */
static bool is_shown(const struct change *change)
{
	return !change->from || !change->to ||
	       !config_same(&config_classes[change->which], change->from,
			    change->to);
}

static void print_json(const struct plan *plan)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (is_shown(&plan->changes[i]))
			json_array_append_new(list,
					      change_json(&plan->changes[i]));
	json_dumpf(list, stdout, options.pretty ? JSON_INDENT(PRETTY_INDENT) :
						  JSON_COMPACT);
	json_decref(list);
	putchar('\n');
}

static void print_patch(const struct plan *plan, const struct sources *sources)
{
	size_t i;

	printf("--- kernel\n");
	for (i = 0; i < sources->count; i++) {
		printf("+++ ");
		print_safe(sources->files[i]->name);
		putchar('\n');
	}
	for (i = 0; i < plan->count; i++)
		if (is_shown(&plan->changes[i]))
			print_change(&plan->changes[i]);
}

/**
 * diff_print - print what would be changed
 * @plan:	the changes
 * @sources:	the files that they are from
 *
 * Return: exit status.
 */
int diff_print(const struct plan *plan, const struct sources *sources)
{
	if (options.json)
		print_json(plan);
	else if (plan->count)
		print_patch(plan, sources);
	return plan->count ? STATUS_NO : STATUS_DONE;
}
