// SPDX-License-Identifier: GPL-2.0
/*
 * config_value.c: one value of JSON to one member of the model. As strict as the
 * words of the command line, but that nothing may be abbreviated.
 */
#include <stdio.h>
#include <string.h>

#include "config.h"

static bool take_word(const struct field_name *names, const struct field *f,
		      const json_t *value, void *object, struct problem *why)
{
	const struct field_name *n;
	char words[128] = "";
	size_t at = 0;

	if (!json_is_string(value))
		return problem_set(why, "must be a string");
	for (n = names; n->word; n++) {
		if (!strcmp(n->word, json_string_value(value))) {
			field_set_number(f, object, n->value);
			return true;
		}
		at += snprintf(words + at, sizeof(words) - at, "%s%s",
			       at ? ", " : "", n->word);
	}
	return problem_set(why, "\"%.40s\" is not one of %s",
			   json_string_value(value), words);
}

static bool take_number(const struct config_key *key, const struct field *f,
			const json_t *value, void *object, struct problem *why)
{
	json_int_t number;

	if (!json_is_integer(value))
		return problem_set(why, "must be a whole number");
	number = json_integer_value(value);
	if (number < key->min || number > key->max)
		return problem_set(why, "must be %u to %u", key->min, key->max);
	field_set_number(f, object, number);
	return true;
}

static bool take_bool(const struct field *f, const json_t *value, void *object,
		      struct problem *why)
{
	if (!json_is_boolean(value))
		return problem_set(why, "must be true or false");
	field_set_number(f, object, json_is_true(value));
	return true;
}

static bool take_mac(const char *text, uint8_t *mac, struct problem *why)
{
	static const uint8_t none[MODEL_MAC_BYTES];

	if (!parse_mac(text, mac, why))
		return false;
	if (mac[0] & 1 || !memcmp(mac, none, sizeof(none)))
		return problem_set(why, "must be one station's: not a group address, not all zero");
	return true;
}

static bool take_text(const struct config_key *key, const struct field *f,
		      const json_t *value, void *object, struct problem *why)
{
	const char *text = json_string_value(value);
	void *to = field_at(f, object);

	if (!text)
		return problem_set(why, "must be a string");
	if (f->type == FIELD_MAC)
		return f == &kind_fdb.fields[FDB_MAC] ?
		       parse_mac(text, to, why) : take_mac(text, to, why);
	if (f->type == FIELD_GROUPS)
		return parse_groups(text, to, why);
	if (f->type == FIELD_RESERVED)
		return parse_reserved(text, to, why);
	if (f->type == FIELD_NAMES)
		return parse_names(text, to, why);
	if (f->type == FIELD_VLANS)
		return parse_vlans(text, key->min, to, why);
	if (f->type == FIELD_VID_MAP)
		return parse_vid_map(text, to, why);
	if (f->type == FIELD_PRIOS)
		return parse_prios(text, to, why);
	if (strlen(text) < key->min)
		return problem_set(why, "must not be empty");
	return parse_string(text, to, f->size, why);
}

/**
 * config_value - take a value out of a file
 * @class:	kind of object
 * @key:	the key whose value it is
 * @value:	the value
 * @object:	the object
 * @why:	why not
 */
bool config_value(const struct config_class *class,
		  const struct config_key *key, const json_t *value,
		  void *object, struct problem *why)
{
	const struct field_name *names = config_names(class, key);
	const struct field *f = config_field(class, key);
	bool good;

	if (names)
		good = take_word(names, f, value, object, why);
	else if (f->type == FIELD_BOOL || f->type == FIELD_FLAG)
		good = take_bool(f, value, object, why);
	else if (f->type == FIELD_VID || f->type == FIELD_U8 || f->type == FIELD_U16 ||
		 f->type == FIELD_U32)
		good = take_number(key, f, value, object, why);
	else
		good = take_text(key, f, value, object, why);
	if (good)
		field_mark(object, key->field);
	return good;
}
