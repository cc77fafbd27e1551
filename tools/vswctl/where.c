// SPDX-License-Identifier: GPL-2.0
/*
 * where.c: conditions on the members of an object. A condition compares as JSON
 * shows the member: numbers as numbers, addresses as addresses, words as words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "port.h"
#include "where.h"

#define KEYWORD		"where"
#define KEY_MAX		40

/* What is compared with what. */
enum comparison {
	COMPARE_ABSENT,		/* the member is not there, or empty */
	COMPARE_NUMBER,
	COMPARE_TEXT,
	COMPARE_BYTES,
	COMPARE_MEMBER,		/* of a port: it is a member of the VLAN */
};

/**
 * struct condition - KEY=VALUE or KEY!=VALUE
 * @next:	the one that has to hold too
 * @index:	member
 * @negated:	it is !=
 * @comparison:	how to compare
 * @number:	what with, or
 * @text:	what with, or
 * @bytes:	what with
 */
struct condition {
	struct condition *next;
	unsigned int index;
	bool negated;
	enum comparison comparison;
	uint64_t number;
	const char *text;
	uint8_t bytes[sizeof(struct vid_map)];	/* no member has more */
};

/**
 * where_begins - does the word begin the conditions of a show?
 * @cmd:	the command, which has a verb
 * @word:	the word, which stands where a keyword may stand
 */
bool where_begins(const struct command *cmd, const char *word)
{
	return cmd->verb->flags & VERB_WHERE && !strcmp(word, KEYWORD);
}

static bool parse_bool(const char *word, uint64_t *value, struct problem *why)
{
	static const char *const words[] = { "false", "off", "no", "true", "on",
					     "yes", NULL };
	unsigned int i;

	if (!parse_word(word, words, NULL, &i, why))
		return false;
	*value = i >= 3;
	return true;
}

/* A word of a newer kernel that this version does not know can be asked for not. */
static bool parse_name(const struct field *f, const char *word, uint64_t *value,
		       struct problem *why)
{
	const char *list[32] = { NULL };
	unsigned int i;

	for (i = 0; i < 31 && f->names[i].word; i++)
		list[i] = f->names[i].word;
	if (!parse_word(word, list, NULL, &i, why))
		return false;
	*value = f->names[i].value;
	return true;
}

static bool parse_any_number(const char *word, uint64_t *value,
			     struct problem *why)
{
	char *end;

	errno = 0;
	*value = (uint64_t)strtoll(word, &end, 10);
	if (errno || *end || !strchr("-0123456789", *word))
		return problem_set(why, "\"%.60s\" is not a number", word);
	return true;
}

static bool parse_value(struct condition *c, const struct field *f,
			const char *value, struct problem *why)
{
	if (!*value) {
		c->comparison = COMPARE_ABSENT;
		return true;
	}
	c->comparison = COMPARE_NUMBER;
	if (f->names)
		return parse_name(f, value, &c->number, why);
	switch (f->type) {
	case FIELD_BOOL:
	case FIELD_NOT:
	case FIELD_FLAG:
		return parse_bool(value, &c->number, why);
	case FIELD_STRING:
	case FIELD_TEXT:
	case FIELD_RESERVED:
	case FIELD_STATES:
	case FIELD_NAMES:
		c->comparison = COMPARE_TEXT;
		c->text = value;
		return true;
	case FIELD_MAC:
		c->comparison = COMPARE_BYTES;
		return parse_mac(value, c->bytes, why);
	case FIELD_VLANS:
		c->comparison = COMPARE_BYTES;
		return parse_vlans(value, f == &kind_port.fields[PORT_CVLANS] ?
				   0 : 1, c->bytes, why);
	case FIELD_VID_MAP:
		c->comparison = COMPARE_BYTES;
		return parse_vid_map(value, (void *)c->bytes, why);
	case FIELD_GROUPS:
		c->comparison = COMPARE_BYTES;
		return parse_groups(value, (void *)c->bytes, why);
	case FIELD_PRIOS:
		c->comparison = COMPARE_BYTES;
		return parse_prios(value, c->bytes, why);
	default:
		return parse_any_number(value, &c->number, why);
	}
}

/* The key in front of = or !=, and the value behind it. */
static const struct field *split(struct condition *c, const struct kind *kind,
				 const char *word, const char **value,
				 struct problem *why)
{
	size_t length = strcspn(word, "!=");
	const struct field *f = NULL;
	char key[KEY_MAX];

	c->negated = word[length] == '!';
	*value = word + length + c->negated;
	if (!length || **value != '=') {
		problem_set(why, "\"%.60s\" is not a condition KEY=VALUE or KEY!=VALUE",
			    word);
		return NULL;
	}
	++*value;
	if (length < sizeof(key)) {
		memcpy(key, word, length);
		key[length] = '\0';
		f = kind_field(kind, key, &c->index);
	}
	if (f)
		return f;
	problem_set(why, "\"%.*s\" is not a key of %s show; see \"man vswctl\"",
		    length < KEY_MAX ? (int)length : KEY_MAX, word, kind->name);
	return NULL;
}

/**
 * where_add - add a condition to a command
 * @cmd:	the command
 * @kind:	kind of the objects that it is about
 * @word:	KEY=VALUE or KEY!=VALUE
 * @why:	why not
 */
bool where_add(struct command *cmd, const struct kind *kind, const char *word,
	       struct problem *why)
{
	struct condition *c = calloc(1, sizeof(*c)), **end = &cmd->conditions;
	const struct field *f;
	const char *value;
	struct problem inner;

	if (!c)
		error_memory();
	while (*end)
		end = &(*end)->next;
	*end = c;
	f = split(c, kind, word, &value, why);
	if (!f)
		return false;
	if (!parse_value(c, f, value, &inner))
		return problem_set(why, "%s: %s", f->key, inner.text);
	if (kind == &kind_port && c->index == PORT_VLAN)
		c->comparison = COMPARE_MEMBER;
	return true;
}

/**
 * where_last - the member that the last condition is about
 * @cmd:	the command, which has one
 */
unsigned int where_last(const struct command *cmd)
{
	const struct condition *c = cmd->conditions;

	while (c->next)
		c = c->next;
	return c->index;
}

/**
 * where_parse - take the conditions of a show, which are all words that are left
 * @cmd:	the command
 * @words:	the words, the first one begins the conditions
 * @why:	why not
 */
bool where_parse(struct command *cmd, struct words *words, struct problem *why)
{
	const struct kind *kind = command_kind(cmd);
	struct problem inner;

	words_next(words);
	if (kind == &kind_stats && field_has(&cmd->model, STATS_DROPS))
		kind = &kind_drops;
	if (!words->count)
		return problem_set(why, KEYWORD ": KEY=VALUE is missing");
	while (words->count)
		if (!where_add(cmd, kind, words_next(words), &inner))
			return problem_set(why, KEYWORD ": %s", inner.text);
	return true;
}

static bool is_empty(const struct field *f, const void *object)
{
	return (f->type == FIELD_STRING || f->type == FIELD_TEXT) &&
	       !*field_text(f, object);
}

static bool equal(const struct condition *c, const struct field *f,
		  const void *object)
{
	bool there = field_has(object, c->index) && !is_empty(f, object);

	switch (c->comparison) {
	case COMPARE_ABSENT:
		return !there;
	case COMPARE_MEMBER:
		return port_in_vlan(object, c->number);
	case COMPARE_NUMBER:
		return there && field_number(f, object) == c->number;
	case COMPARE_TEXT:
		return there && !strcmp(field_text(f, object), c->text);
	default:
		return there && !memcmp(field_at(f, object), c->bytes, f->size);
	}
}

/**
 * where_holds - do all conditions of a command hold for an object?
 * @cmd:	the command
 * @kind:	kind of the object
 * @object:	the object
 */
bool where_holds(const struct command *cmd, const struct kind *kind,
		 const void *object)
{
	const struct condition *c;

	for (c = cmd->conditions; c; c = c->next)
		if (equal(c, &kind->fields[c->index], object) == c->negated)
			return false;
	return true;
}

/**
 * where_filter - keep those objects for which the command's conditions hold
 * @cmd:	the command
 * @list:	the objects
 */
void where_filter(const struct command *cmd, struct ipc_list *list)
{
	size_t i, kept = 0;

	for (i = 0; i < list->count; i++) {
		if (!where_holds(cmd, list->kind, ipc_list_at(list, i)))
			continue;
		if (kept != i)
			memcpy(ipc_list_at(list, kept), ipc_list_at(list, i),
			       list->kind->size);
		kept++;
	}
	list->count = kept;
}
