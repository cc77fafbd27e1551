// SPDX-License-Identifier: GPL-2.0
/*
 * help.c: what "vswctl help" and "vswctl OBJECT help" print, from the tables.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "error.h"
#include "help.h"
#include "options.h"

#define APART_MIN	6	/* so many settings get a paragraph of their own */

const struct help_status help_statuses[] = {
	{ "0", "done" },
	{ "1", "refused or failed, nothing was changed" },
	{ "2", "the answer is no (exists, diff), or the time was over (wait-until)" },
	{ "64", "bad usage" },
	{ NULL, NULL }
};

const char *const help_values[] = {
	"A TIME is written 300, 1.5s or 250ms; without a unit it is in seconds.",
	"A VID is a VLAN id from 1 to 4094, a LIST of them is written 10,20,100-199.",
	"Objects, verbs and keywords may be abbreviated as long as they are unambiguous.",
	"An object alone shows all of its kind; settings may stand in any order.",
	"A condition is KEY=VALUE or KEY!=VALUE with a key of JSON; all of them have to hold.",
	"KEY= holds where there is no such key. vlan=VID of a port holds if the port is in the VLAN.",
	"Several commands with \"--\" between them are one transaction: all are done, or none.",
	NULL
};

/* Put a text behind what is there, as much as there is room for. */
static void __attribute__((format(printf, 3, 4)))
append(char *text, size_t size, const char *format, ...)
{
	size_t at = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + at, size - at, format, args);
	va_end(args);
}

/**
 * help_setting - a setting as it is written, such as "mtu N"
 * @setting:	the setting
 * @text:	where to put it
 * @size:	room there
 */
void help_setting(const struct setting *setting, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", setting->word,
		 setting->value ? " " : "",
		 setting->value ? setting->value : "");
}

/**
 * help_settings_apart - are the settings too many for the verb's line?
 * @verb:	the verb
 */
bool help_settings_apart(const struct verb *verb)
{
	unsigned int count = 0;

	while (verb->settings && verb->settings[count].word)
		count++;
	return count >= APART_MIN;
}

/**
 * help_settings_again - has a verb before this one the same settings?
 * @topic:	the object
 * @verb:	its verb
 */
bool help_settings_again(const struct topic *topic, const struct verb *verb)
{
	const struct verb *v;

	for (v = topic->verbs; v != verb; v++)
		if (v->settings == verb->settings)
			return true;
	return false;
}

/* [up|down] [mtu N] vlan VID */
static void append_settings(const struct setting *table, char *text,
			    size_t size)
{
	const struct setting *s;
	char one[128];

	for (s = table; s && s->word; s++) {
		help_setting(s, one, sizeof(one));
		if (s->alternative)
			append(text, size, "|%s", one);
		else
			append(text, size, s->required ? " %s" : " [%s", one);
		if (!s->required && !s[1].alternative)
			append(text, size, "]");
	}
}

/**
 * help_synopsis - how a verb is written
 * @topic:	the object
 * @verb:	its verb
 * @text:	where to put, for example, "switch add NAME [SETTINGS]"
 * @size:	room there
 */
void help_synopsis(const struct topic *topic, const struct verb *verb,
		   char *text, size_t size)
{
	const struct setting *a;
	unsigned int i = 0, open = 0;

	snprintf(text, size, "%s", topic->name);
	if (*verb->name)
		append(text, size, " %s", verb->name);
	for (a = verb->arguments; a && a->word; a++, i++) {
		append(text, size, i < verb->required ? " %s" : " [%s", a->word);
		open += i >= verb->required;
	}
	if (verb->flags & VERB_REPEAT)
		append(text, size, " ...");
	for (; open; open--)
		append(text, size, "]");
	if (verb->flags & VERB_FILE)
		append(text, size, " -f FILE ... [--prune]");
	if (help_settings_apart(verb))
		append(text, size, verb->flags & VERB_SETTINGS ? " SETTINGS" :
								 " [SETTINGS]");
	else
		append_settings(verb->settings, text, size);
	if (verb->flags & VERB_WHERE)
		append(text, size, " [where KEY=VALUE ...]");
}

static void print_settings(const struct setting *table)
{
	const struct setting *s;
	char text[128];

	for (s = table; s && s->word; s++) {
		help_setting(s, text, sizeof(text));
		printf("      %-32s  %s", text, s->help);
		printf(s->range ? " (%s)\n" : "%s\n", s->range ? s->range : "");
	}
}

static void print_topic(const struct topic *topic)
{
	const struct verb *v;
	char text[HELP_LINE_MAX];

	printf("%s: %s\n\n", topic->name, topic->help);
	for (v = topic->verbs; v->run; v++) {
		help_synopsis(topic, v, text, sizeof(text));
		printf("vswctl %s\n      %s\n", text, v->help);
		if (!v->settings || help_settings_again(topic, v))
			continue;
		if (help_settings_apart(v))
			printf("   SETTINGS\n");
		print_settings(v->settings);
	}
}

static void print_options(void)
{
	const struct option_text *o;
	char text[64];

	for (o = option_texts; o->name; o++) {
		snprintf(text, sizeof(text), "%s%s%s%s%s", o->brief ? o->brief : "",
			 o->brief ? ", " : "    ", o->name, o->value ? " " : "",
			 o->value ? o->value : "");
		printf("  %-24s  %s\n", text, o->help);
	}
}

static void print_all(void)
{
	const struct help_status *s;
	const struct topic *const *t;
	const struct verb *v;
	char text[HELP_LINE_MAX];
	unsigned int i;

	printf("vswctl [OPTIONS] COMMAND [ -- COMMAND ]...\n");
	printf("vswctl [OPTIONS] -f FILE\n\nCOMMAND\n");
	for (t = topics; *t; t++) {
		for (v = (*t)->verbs; v->run; v++) {
			help_synopsis(*t, v, text, sizeof(text));
			printf("  %s\n", text);
		}
	}
	printf("  [OBJECT] help\n\nOPTIONS\n");
	print_options();
	printf("\nVALUES\n");
	for (i = 0; help_values[i]; i++)
		printf("  %s\n", help_values[i]);
	printf("\nEXIT STATUS\n");
	for (s = help_statuses; s->status; s++)
		printf("  %-2s  %s\n", s->status, s->help);
}

/**
 * help_run - print help on an object, on everything, or a generated page
 * @cmd:	the command; its object may be NULL
 *
 * Return: exit status.
 */
int help_run(const struct command *cmd)
{
	struct problem why;

	if (cmd->key && !strcmp(cmd->key, "--man")) {
		man_print();
	} else if (cmd->key && !strcmp(cmd->key, "--bash")) {
		complete_print();
	} else if (cmd->key && !strcmp(cmd->key, "--schema")) {
		config_schema_print();
	} else if (cmd->key) {
		problem_set(&why, "\"%.60s\" is not an object", cmd->key);
		error_print("help", why.text);
		return STATUS_USAGE;
	} else if (cmd->topic) {
		print_topic(cmd->topic);
	} else {
		print_all();
	}
	return STATUS_DONE;
}
