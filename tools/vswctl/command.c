// SPDX-License-Identifier: GPL-2.0
/*
 * command.c: words -> struct command, by the tables of the objects' files; and
 * what commands of all objects do alike: tell the kernel, and say what it refused.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "ipc.h"
#include "mac.h"
#include "options.h"
#include "where.h"

#define WORDS_MAX	16	/* objects, or verbs of one object */

/* The object that a word names; NULL is help. */
static bool find_topic(const char *word, const struct topic **topic,
		       struct problem *why)
{
	const char *list[WORDS_MAX + 1] = { NULL };
	unsigned int i;

	for (i = 0; topics[i]; i++)
		list[i] = topics[i]->name;
	list[i] = "help";
	if (!parse_word(word, list, "an object", &i, why))
		return false;
	*topic = topics[i];
	return true;
}

static void add_word(struct command *cmd, const char *word)
{
	size_t at = strlen(cmd->words);

	if (*word)
		snprintf(cmd->words + at, sizeof(cmd->words) - at, "%s%.60s",
			 at ? " " : "", word);
}

/* An object alone is shown, if it can be. */
static const char *default_verb(const struct topic *topic)
{
	const struct verb *verb;

	for (verb = topic->verbs; verb->run; verb++)
		if (!strcmp(verb->name, "show"))
			return verb->name;
	return "";
}

/* The verb, NULL for help. */
static bool find_verb(struct command *cmd, struct words *words,
		      struct problem *why)
{
	const struct verb *verbs = cmd->topic->verbs;
	const char *list[WORDS_MAX + 1] = { NULL };
	const char *word = words->count ? *words->at : default_verb(cmd->topic);
	unsigned int i;

	if (!*verbs->name && (strcmp(word, "help") && strcmp(word, "--help") &&
			      strcmp(word, "-h"))) {
		cmd->verb = verbs;
		return true;
	}
	words_next(words);
	for (i = 0; verbs[i].run; i++)
		list[i] = verbs[i].name;
	list[i] = "help";
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return true;
	if (!parse_word(word, list, "a verb", &i, why))
		return false;
	if (!verbs[i].run)
		return true;
	cmd->verb = &verbs[i];
	add_word(cmd, cmd->verb->name);
	return true;
}

/* Names may look like anything; what is an option stood at the wrong place. */
static bool take_argument(struct command *cmd, const struct setting *argument,
			  struct words *words, struct problem *why)
{
	const char *word = *words->at;

	if (options_known(word))
		return problem_set(why, "%s: options stand in front of the object",
				   word);
	add_word(cmd, word);
	return setting_take(cmd, argument, words, why);
}

static bool take_arguments(struct command *cmd, struct words *words,
			   struct problem *why)
{
	const struct verb *verb = cmd->verb;
	const struct setting *argument = verb->arguments;
	unsigned int i;

	for (i = 0; argument && argument->word; i++) {
		if (!words->count) {
			if (i >= verb->required)
				return true;
			return problem_set(why, "%s is missing", argument->word);
		}
		if (i >= verb->required &&
		    (settings_have(verb->settings, *words->at) ||
		     where_begins(cmd, *words->at)))
			return true;
		if (!take_argument(cmd, argument, words, why))
			return false;
		if (argument[1].word || !(verb->flags & VERB_REPEAT))
			argument++;
	}
	return true;
}

static bool take_settings(struct command *cmd, struct words *words,
			  struct problem *why)
{
	const struct verb *verb = cmd->verb;

	if (verb->flags & VERB_SETTINGS && !words->count)
		return problem_set(why, "no setting is given; expected at least one");
	if (verb->settings && !settings_parse(cmd, verb->settings, words, why))
		return false;
	if (words->count && where_begins(cmd, *words->at))
		return where_parse(cmd, words, why);
	if (words->count)
		return problem_set(why, "\"%.60s\" is one word too many",
				   *words->at);
	return true;
}

static bool check_conditions(const struct command *cmd, struct problem *why)
{
	if (cmd->may_exist && !(cmd->verb->flags & VERB_ADD))
		return problem_set(why, "--may-exist goes with add only");
	if (cmd->if_exists && !(cmd->verb->flags & VERB_IF_EXISTS))
		return problem_set(why, "--if-exists goes with del, set and get only");
	return true;
}

/* Behind "help" may stand an object, or a page that is made from the tables. */
static bool parse_help(struct command *cmd, struct words *words,
		       struct problem *why)
{
	if (words->count && !strncmp(*words->at, "--", 2))
		cmd->key = words_next(words);
	else if (words->count &&
		 !find_topic(words_next(words), &cmd->topic, why))
		return false;
	if (words->count)
		return problem_set(why, "\"%.60s\" is one word too many",
				   *words->at);
	return true;
}

/**
 * command_parse - understand a command
 * @cmd:	where to put it; may_exist and if_exists are set
 * @words:	its words, at least one
 * @why:	why not; @cmd has the command's words as far as they are known
 */
bool command_parse(struct command *cmd, struct words words,
		   struct problem *why)
{
	if (!find_topic(words_next(&words), &cmd->topic, why))
		return false;
	add_word(cmd, cmd->topic ? cmd->topic->name : "help");
	if (!cmd->topic)
		return parse_help(cmd, &words, why);
	if (!find_verb(cmd, &words, why))
		return false;
	if (!cmd->verb)
		return parse_help(cmd, &words, why);
	if (cmd->verb->flags & VERB_OPTIONS && !options_parse(&words, true, why))
		return false;
	return check_conditions(cmd, why) &&
	       take_arguments(cmd, &words, why) &&
	       take_settings(cmd, &words, why) &&
	       (!cmd->verb->check || cmd->verb->check(cmd, why));
}

/**
 * command_kind - the kind of object that a command is about
 * @cmd:	the command, which has a verb
 *
 * Return: the kind, or NULL if there is none.
 */
const struct kind *command_kind(const struct command *cmd)
{
	return cmd->verb->kind ? cmd->verb->kind : cmd->topic->kind;
}

/* The setting on the line that the kernel's attribute is. */
static const struct setting *offending_setting(const struct command *cmd)
{
	const struct setting *setting = cmd->verb ? cmd->verb->settings : NULL;
	uint16_t attr = ipc_error()->attr;

	for (; attr && setting && setting->word; setting++)
		if (command_kind(cmd)->fields[setting->field].attr == attr &&
		    field_has(&cmd->model, setting->field))
			return setting;
	return NULL;
}

/**
 * command_refused - say what the kernel refused
 * @cmd:	the command
 *
 * The kernel's own words are best. Where they do not name the setting, as the
 * general ones of netlink's policy, it is put in front; where they do not say
 * what is allowed, that is put behind.
 *
 * Return: exit status.
 */
int command_refused(const struct command *cmd)
{
	const struct setting *setting = offending_setting(cmd);
	const struct ipc_error *error = ipc_error();
	const char *text = error->text, *remedy = "";
	const char *word = "", *range = NULL;
	char line[512];

	if (!*text)
		text = strerror(error->code);
	if (!*error->text && error->code == EPERM)
		remedy = "; CAP_NET_ADMIN is needed";
	if (setting && !strstr(text, setting->word))
		word = setting->word;
	if (setting && error->code == ERANGE)
		range = setting->range;
	snprintf(line, sizeof(line), "%s%s%s%s%s%s", word, *word ? ": " : "",
		 text, remedy, range ? "; allowed is " : "", range ? range : "");
	error_print(cmd->words, line);
	return STATUS_FAILED;
}

/* Is the object that the command names there? */
static bool object_there(const struct command *cmd)
{
	union model model = cmd->model;

	return !ipc_missing(ipc_get(command_kind(cmd), &model));
}

/**
 * command_mode - what a command does with an object that is there already
 * @cmd:	the command
 */
enum ipc_mode command_mode(const struct command *cmd)
{
	if (!(cmd->verb->flags & VERB_ADD) || cmd->verb->settle)
		return IPC_PLAIN;
	return cmd->may_exist ? IPC_REPLACE : IPC_CREATE;
}

/**
 * command_change - tell the kernel
 * @cmd:	the command
 *
 * Return: exit status.
 */
int command_change(struct command *cmd)
{
	struct vsw_nic *nic = &cmd->model.nic;
	struct ipc_error error;
	int rc;

	if (cmd->verb->flags & VERB_NIC)
		mac_choose(&nic, 1);
	rc = ipc_change(cmd->verb->command, command_mode(cmd), command_kind(cmd),
			&cmd->model);
	if (!rc)
		return STATUS_DONE;
	error = *ipc_error();
	if (cmd->if_exists && ipc_missing(rc) && !object_there(cmd))
		return STATUS_DONE;
	ipc_error_restore(&error);
	return command_refused(cmd);
}

/**
 * command_exists - answer whether an object is there
 * @cmd:	the command
 *
 * Return: exit status.
 */
int command_exists(struct command *cmd)
{
	int rc = ipc_get(command_kind(cmd), &cmd->model);

	if (!rc)
		return STATUS_DONE;
	return ipc_missing(rc) ? STATUS_NO : command_refused(cmd);
}
