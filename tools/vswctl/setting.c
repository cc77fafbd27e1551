// SPDX-License-Identifier: GPL-2.0
/*
 * setting.c: takes keywords and their values off the command line and puts them
 * into the model, as the tables of the objects' files say.
 */
#include <stdio.h>
#include <string.h>

#include "where.h"

#define SETTINGS_MAX	48	/* lines of one table */

const struct field_name on_off_names[] = {
	{ 1, "on" },
	{ 0, "off" },
	{ 0, NULL }
};

/**
 * words_next - take the next word
 * @words:	the words that are left
 *
 * Return: the word, or NULL if none is left.
 */
const char *words_next(struct words *words)
{
	if (!words->count)
		return NULL;
	words->count--;
	return *words->at++;
}

static const struct field *setting_field(const struct command *cmd,
					 const struct setting *setting)
{
	return &command_kind(cmd)->fields[setting->field];
}

/* The value of a keyword, or the argument itself. */
static const char *next_value(const struct setting *setting,
			      struct words *words, struct problem *why)
{
	const char *word = words_next(words);

	if (!word)
		problem_set(why, "%s is missing",
			    setting->value ? setting->value : "the value");
	return word;
}

/**
 * set_text - a text, which may be empty
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_text(struct command *cmd, const struct setting *setting,
	      struct words *words, struct problem *why)
{
	const struct field *f = setting_field(cmd, setting);
	const char *word = next_value(setting, words, why);

	return word && parse_string(word, field_at(f, &cmd->model), f->size, why);
}

/**
 * set_name - a name; with names in the table, one of these stands for ""
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_name(struct command *cmd, const struct setting *setting,
	      struct words *words, struct problem *why)
{
	const struct field *f = setting_field(cmd, setting);
	const char *word = next_value(setting, words, why);

	if (!word)
		return false;
	if (!*word)
		return problem_set(why, "a name is expected, not an empty word");
	if (setting->names && !strcmp(word, setting->names->word))
		word = "";
	return parse_string(word, field_at(f, &cmd->model), f->size, why);
}

/**
 * set_number - a decimal number; what is too small or large the kernel says, unless
 * the table has a largest one
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_number(struct command *cmd, const struct setting *setting,
		struct words *words, struct problem *why)
{
	uint32_t largest = setting->constant ? setting->constant : UINT32_MAX;
	const char *word = next_value(setting, words, why);
	uint32_t value;

	if (!word || !parse_number(word, largest, &value, why))
		return false;
	field_set_number(setting_field(cmd, setting), &cmd->model, value);
	return true;
}

/**
 * set_time - a time, kept in milliseconds
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_time(struct command *cmd, const struct setting *setting,
	      struct words *words, struct problem *why)
{
	const char *word = next_value(setting, words, why);
	uint32_t ms;

	if (!word || !parse_time(word, &ms, why))
		return false;
	field_set_number(setting_field(cmd, setting), &cmd->model, ms);
	return true;
}

/**
 * set_vid - a VLAN id
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_vid(struct command *cmd, const struct setting *setting,
	     struct words *words, struct problem *why)
{
	const char *word = next_value(setting, words, why);
	uint16_t vid;

	if (!word || !parse_vid(word, &vid, why))
		return false;
	field_set_number(setting_field(cmd, setting), &cmd->model, vid);
	return true;
}

/**
 * set_vid_or_none - a VLAN id, or 0 for frames without a VLAN
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_vid_or_none(struct command *cmd, const struct setting *setting,
		     struct words *words, struct problem *why)
{
	if (!words->count || strcmp(*words->at, "0"))
		return set_vid(cmd, setting, words, why);
	words_next(words);
	field_set_number(setting_field(cmd, setting), &cmd->model, 0);
	return true;
}

/**
 * set_vlans - a list of VLANs
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_vlans(struct command *cmd, const struct setting *setting,
	       struct words *words, struct problem *why)
{
	const struct field *f = setting_field(cmd, setting);
	const char *word = next_value(setting, words, why);

	return word && parse_vlans(word, setting->constant,
				   field_at(f, &cmd->model), why);
}

/**
 * set_vid_map - a VID translation, or none
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_vid_map(struct command *cmd, const struct setting *setting,
		 struct words *words, struct problem *why)
{
	struct vid_map *map = field_at(setting_field(cmd, setting), &cmd->model);
	const char *word = next_value(setting, words, why);

	if (!word)
		return false;
	if (strcmp(word, "none"))
		return parse_vid_map(word, map, why);
	memset(map, 0, sizeof(*map));
	return true;
}

/**
 * set_groups - VLANs and what they are given, or none
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_groups(struct command *cmd, const struct setting *setting,
		struct words *words, struct problem *why)
{
	struct vid_groups *groups = field_at(setting_field(cmd, setting),
					     &cmd->model);
	const char *word = next_value(setting, words, why);

	if (!word)
		return false;
	if (strcmp(word, "none"))
		return parse_groups(word, groups, why);
	memset(groups, 0, sizeof(*groups));
	return true;
}

/**
 * set_prios - eight priorities
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_prios(struct command *cmd, const struct setting *setting,
	       struct words *words, struct problem *why)
{
	const struct field *f = setting_field(cmd, setting);
	const char *word = next_value(setting, words, why);

	return word && parse_prios(word, field_at(f, &cmd->model), why);
}

/**
 * set_mac - a MAC address
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_mac(struct command *cmd, const struct setting *setting,
	     struct words *words, struct problem *why)
{
	const struct field *f = setting_field(cmd, setting);
	const char *word = next_value(setting, words, why);

	return word && parse_mac(word, field_at(f, &cmd->model), why);
}

/**
 * set_word - one word of several
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_word(struct command *cmd, const struct setting *setting,
	      struct words *words, struct problem *why)
{
	const struct field *f = setting_field(cmd, setting);
	const struct field_name *names = setting->names ? setting->names : f->names;
	const char *list[SETTINGS_MAX + 1] = { NULL };
	const char *word = next_value(setting, words, why);
	unsigned int i;

	if (!word)
		return false;
	for (i = 0; i < SETTINGS_MAX && names[i].word; i++)
		list[i] = names[i].word;
	if (!parse_word(word, list, NULL, &i, why))
		return false;
	field_set_number(f, &cmd->model, names[i].value);
	return true;
}

/**
 * set_constant - a word without a value that is a value itself
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool set_constant(struct command *cmd, const struct setting *setting,
		  struct words *words, struct problem *why)
{
	(void)words;
	(void)why;
	field_set_number(setting_field(cmd, setting), &cmd->model,
			 setting->constant);
	return true;
}

/**
 * setting_take - take the value of a setting and note that it is there
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left, the keyword taken
 * @why:	why not, with the setting's word in front
 */
bool setting_take(struct command *cmd, const struct setting *setting,
		  struct words *words, struct problem *why)
{
	struct problem inner;

	if (!setting->parse(cmd, setting, words, &inner))
		return problem_set(why, "%s: %s", setting->word, inner.text);
	if (command_kind(cmd))
		field_mark(&cmd->model, setting->field);
	return true;
}

/**
 * settings_have - is the word exactly a keyword?
 * @table:	the keywords, or NULL
 * @word:	the word
 */
bool settings_have(const struct setting *table, const char *word)
{
	for (; table && table->word; table++)
		if (!strcmp(table->word, word))
			return true;
	return false;
}

/* Is @index, or one of those that exclude it, given already? */
static bool given_already(const struct setting *table, unsigned int index,
			  uint64_t given, struct problem *why)
{
	unsigned int first = index, i;

	if (given >> index & 1) {
		problem_set(why, "\"%s\" is given twice", table[index].word);
		return true;
	}
	while (table[first].alternative)
		first--;
	for (i = first; i == first || table[i].alternative; i++) {
		if (!(given >> i & 1))
			continue;
		problem_set(why, "\"%s\" and \"%s\" exclude each other",
			    table[i].word, table[index].word);
		return true;
	}
	return false;
}

static bool required_given(const struct setting *table, uint64_t given,
			   struct problem *why)
{
	unsigned int i;

	for (i = 0; table[i].word; i++)
		if (table[i].required && !(given >> i & 1))
			return problem_set(why, "\"%s %s\" is missing",
					   table[i].word, table[i].value);
	return true;
}

/**
 * settings_parse - take the words that are left as settings, in any order
 * @cmd:	the command
 * @table:	the keywords
 * @words:	the words that are left
 * @why:	why not
 */
bool settings_parse(struct command *cmd, const struct setting *table,
		    struct words *words, struct problem *why)
{
	const char *list[SETTINGS_MAX + 1] = { NULL };
	uint64_t given = 0;
	const char *word;
	unsigned int i;

	for (i = 0; i < SETTINGS_MAX && table[i].word; i++)
		list[i] = table[i].word;
	while (words->count && !where_begins(cmd, *words->at)) {
		word = words_next(words);
		if (!parse_word(word, list, "a setting", &i, why))
			return false;
		if (given_already(table, i, given, why))
			return false;
		given |= (uint64_t)1 << i;
		if (!setting_take(cmd, &table[i], words, why))
			return false;
	}
	return required_given(table, given, why);
}
