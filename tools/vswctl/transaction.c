// SPDX-License-Identifier: GPL-2.0
/*
 * transaction.c: several commands that are carried out all or not at all. All are
 * understood before the kernel is asked; then what they leave open is chosen, and
 * they become the operations of a batch.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "ipc.h"
#include "mac.h"
#include "options.h"
#include "script.h"
#include "transaction.h"

/* A command, with its object as far as its kind has one. */
struct step {
	const struct topic *topic;
	const struct verb *verb;
	const struct kind *kind;
	enum ipc_mode mode;
	bool if_exists;
	union model *model;
	unsigned int line;
	char *words;
};

/**
 * struct transaction - commands
 * @steps:	the commands
 * @count:	how many there are
 * @room:	how many there is room for
 * @file:	name of the file that they are from, or NULL
 */
struct transaction {
	struct step *steps;
	size_t count;
	size_t room;
	const char *file;
};

/**
 * transaction_new - a transaction without commands
 */
struct transaction *transaction_new(void)
{
	struct transaction *t = calloc(1, sizeof(*t));

	if (!t)
		error_memory();
	return t;
}

/**
 * transaction_free - give the memory of a transaction back
 * @t:		the transaction
 */
void transaction_free(struct transaction *t)
{
	size_t i;

	for (i = 0; i < t->count; i++) {
		free(t->steps[i].words);
		free(t->steps[i].model);
	}
	free(t->steps);
	free(t);
}

static struct step *step_new(struct transaction *t)
{
	if (t->count == t->room) {
		t->room = t->room ? t->room * 2 : 16;
		t->steps = reallocarray(t->steps, t->room, sizeof(*t->steps));
		if (!t->steps)
			error_memory();
	}
	return &t->steps[t->count++];
}

/**
 * transaction_add - put a command behind those that are there
 * @t:		the transaction
 * @cmd:	the command, which changes something
 * @line:	its line in the file, 0 if it is from none
 * @why:	why not
 */
bool transaction_add(struct transaction *t, const struct command *cmd,
		     unsigned int line, struct problem *why)
{
	struct step *step;

	if (t->count == VSW_BATCH_OPS_MAX)
		return problem_set(why, "more than %u commands; a transaction has no room for them",
				   VSW_BATCH_OPS_MAX);
	step = step_new(t);
	step->topic = cmd->topic;
	step->verb = cmd->verb;
	step->kind = command_kind(cmd);
	step->mode = command_mode(cmd);
	step->if_exists = cmd->if_exists;
	step->model = malloc(step->kind->size);
	step->line = line;
	step->words = strdup(cmd->words);
	if (!step->model || !step->words)
		error_memory();
	memcpy(step->model, &cmd->model, step->kind->size);
	return true;
}

/* The words as far as the next "--", which is taken. */
static struct words next_command(struct words *words)
{
	struct words one = { 0, words->at };

	while (words->count && strcmp(*words->at, "--")) {
		words_next(words);
		one.count++;
	}
	return one;
}

static bool parse_one(struct command *cmd, struct words words,
		      struct problem *why)
{
	if (!options_of_command(&words, &cmd->may_exist, &cmd->if_exists, why))
		return false;
	if (!words.count)
		return problem_set(why, "no command is given; \"--\" stands between two");
	if (!command_parse(cmd, words, why))
		return false;
	if (!cmd->verb || !cmd->verb->command)
		return problem_set(why, "it changes nothing; give it alone, not in a transaction");
	return true;
}

/* Understand the commands of a line, and add them; @cmd is the last one then. */
static bool take_line(struct transaction *t, struct command *cmd,
		      struct words words, unsigned int line,
		      struct problem *why)
{
	struct words one;

	for (;;) {
		one = next_command(&words);
		memset(cmd, 0, sizeof(*cmd));
		cmd->may_exist = !t->count && options.may_exist;
		cmd->if_exists = !t->count && options.if_exists;
		if (!parse_one(cmd, one, why) ||
		    !transaction_add(t, cmd, line, why))
			return false;
		if (!words.count)
			return true;
		words_next(&words);
	}
}

static unsigned int count_commands(struct words words)
{
	unsigned int count = 1;

	while (words.count)
		count += !strcmp(words_next(&words), "--");
	return count;
}

/**
 * transaction_words - add the commands of the command line
 * @t:		the transaction
 * @words:	all of them, parted by "--"
 *
 * Return: exit status; an error is printed.
 */
int transaction_words(struct transaction *t, struct words words)
{
	unsigned int count = count_commands(words);
	struct command cmd;
	struct problem why;

	if (take_line(t, &cmd, words, 0, &why))
		return STATUS_DONE;
	error_prefix("command %zu of %u", t->count + 1, count);
	error_print(cmd.words, why.text);
	return STATUS_USAGE;
}

static int read_lines(struct transaction *t, struct script *script)
{
	struct command cmd = { 0 };
	struct words words;
	struct problem why;

	for (;;) {
		cmd.words[0] = '\0';
		if (!script_next(script, &words, &why))
			break;
		if (!words.count)
			return STATUS_DONE;
		if (!take_line(t, &cmd, words, script->line, &why))
			break;
	}
	if (script->failed)
		error_prefix("%.300s", script->name);
	else
		error_prefix("%.300s:%u", script->name, script->line);
	error_print(cmd.words, why.text);
	return script->failed ? STATUS_FAILED : STATUS_USAGE;
}

/**
 * transaction_read - add the commands of a file
 * @t:		the transaction
 * @file:	its name, "-" is standard input
 *
 * Return: exit status; an error is printed.
 */
int transaction_read(struct transaction *t, const char *file)
{
	struct script *script = malloc(sizeof(*script));
	int status;

	if (!script)
		error_memory();
	if (script_open(script, file)) {
		status = read_lines(t, script);
		script_close(script);
	} else {
		error_prefix("%.300s", script->name);
		error_print("", strerror(errno));
		status = STATUS_FAILED;
	}
	t->file = script->name;
	free(script);
	return status;
}

/* Where the command stands: in the file, if any, and among the others. */
static void prefix_step(const struct transaction *t, size_t index)
{
	if (t->file)
		error_prefix("%.300s:%u: command %zu of %zu", t->file,
			     t->steps[index].line, index + 1, t->count);
	else if (t->count > 1)
		error_prefix("command %zu of %zu", index + 1, t->count);
}

/* Say what was refused: a command, or the transaction as it is. */
static int refused(const struct transaction *t)
{
	const struct ipc_error *error = ipc_error();
	struct command cmd = { .words = "transaction" };
	size_t index = error->counted ? error->operation : 0;

	if ((!error->counted && t->count != 1) || index >= t->count)
		return command_refused(&cmd);
	cmd.topic = t->steps[index].topic;
	cmd.verb = t->steps[index].verb;
	cmd.model.object.has = t->steps[index].model->object.has;
	strcpy(cmd.words, t->steps[index].words);
	prefix_step(t, index);
	return command_refused(&cmd);
}

/* All together: one may have the address that another one would get. */
static void choose_macs(const struct transaction *t)
{
	struct vsw_nic **nics = calloc(t->count + 1, sizeof(*nics));
	size_t i, count = 0;

	if (!nics)
		error_memory();
	for (i = 0; i < t->count; i++)
		if (t->steps[i].verb->flags & VERB_NIC)
			nics[count++] = &t->steps[i].model->nic;
	mac_choose(nics, count);
	free(nics);
}

static struct ipc_batch *make_batch(const struct transaction *t)
{
	struct ipc_batch *batch = ipc_batch_new();
	const struct step *step;

	for (step = t->steps; step < t->steps + t->count; step++)
		ipc_batch_add(batch, step->verb->command, step->mode,
			      step->if_exists, step->kind, step->model);
	return batch;
}

/* What a command says of the VLANs of a port. */
enum said { SAID_NOTHING, SAID_VLANS, SAID_GONE, SAID_MADE };

/* @port gets the VLANs, if they are said. */
static enum said step_says(const struct step *step, struct vsw_port *port)
{
	const struct vsw_port *said = &step->model->port;
	uint8_t command = step->verb->command;

	if (command == VSW_CMD_SWITCH_DEL)
		return strcmp(step->model->sw.name, port->switch_name) ?
		       SAID_NOTHING : SAID_GONE;
	if (step->kind != &kind_port || strcmp(said->name, port->name) ||
	    strcmp(said->switch_name, port->switch_name))
		return SAID_NOTHING;
	if (command == VSW_CMD_PORT_DEL)
		return SAID_GONE;
	if (field_has(said, PORT_VLAN_MODE) || step->mode == IPC_CREATE) {
		*port = *said;
		return SAID_VLANS;
	}
	return command == VSW_CMD_PORT_NEW ? SAID_MADE : SAID_NOTHING;
}

/*
 * The port that a command is about, with its VLANs as those before it leave them:
 * what they say last, otherwise what the kernel says.
 */
static bool port_before(const struct transaction *t, const struct step *step,
			struct vsw_port *port)
{
	const struct step *s = step;
	enum said said;
	bool made = false;

	memset(port, 0, sizeof(*port));
	strcpy(port->switch_name, step->model->port.switch_name);
	strcpy(port->name, step->model->port.name);
	while (s-- > t->steps) {
		said = step_says(s, port);
		if (said == SAID_VLANS || said == SAID_GONE)
			return said == SAID_VLANS;
		made |= said == SAID_MADE;
	}
	port->object.has = kind_port.key;
	return !ipc_get(&kind_port, port) || made;
}

/* Some commands change what is there: they become what is to be there. */
static int settle(const struct transaction *t)
{
	struct vsw_port now;
	struct problem why;
	struct step *step;
	bool there;

	for (step = t->steps; step < t->steps + t->count; step++) {
		if (!step->verb->settle)
			continue;
		there = port_before(t, step, &now);
		if (step->verb->settle(&step->model->port, there ? &now : NULL,
				       &why))
			continue;
		prefix_step(t, step - t->steps);
		error_print(step->words, why.text);
		return STATUS_FAILED;
	}
	return STATUS_DONE;
}

/**
 * transaction_run - carry all commands out, or none
 * @t:		the transaction
 * @dry_run:	undo them as if the last one were refused
 *
 * Return: exit status; an error is printed.
 */
int transaction_run(struct transaction *t, bool dry_run)
{
	struct ipc_batch *batch;
	int rc;

	if (settle(t))
		return STATUS_FAILED;
	choose_macs(t);
	batch = make_batch(t);
	rc = ipc_batch_run(batch, dry_run);
	ipc_batch_free(batch);
	return rc ? refused(t) : STATUS_DONE;
}
