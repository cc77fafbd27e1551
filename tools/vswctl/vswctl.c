// SPDX-License-Identifier: GPL-2.0
/*
 * vswctl.c: configures and shows the virtual switches of the kernel module
 * vswitch. A command goes words -> struct command (command.c) -> ipc (ipc.c); the
 * tables of words stand in one file for each object.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "help.h"
#include "ipc.h"
#include "options.h"
#include "transaction.h"

#define NETNS_FOLDER	"/run/netns/"

const struct topic *const topics[] = {
	&topic_switch, &topic_port, &topic_nic, &topic_fdb, &topic_vlan,
	&topic_stats, &topic_show, &topic_monitor, &topic_wait,
	&topic_save, &topic_apply, &topic_diff, &topic_qemu_link, NULL
};

static int usage(const char *words, const struct problem *why)
{
	error_print(words, why->text);
	return STATUS_USAGE;
}

static int enter_netns(const char *name)
{
	char path[300], words[300];
	int fd, rc;

	snprintf(words, sizeof(words), "network namespace \"%.200s\"", name);
	snprintf(path, sizeof(path), NETNS_FOLDER "%.255s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_print(words, errno == ENOENT ? "no such network namespace" :
						     strerror(errno));
		return STATUS_FAILED;
	}
	rc = setns(fd, CLONE_NEWNET);
	if (rc)
		error_print(words, strerror(errno));
	close(fd);
	return rc ? STATUS_FAILED : STATUS_DONE;
}

static int connect_kernel(const struct command *cmd)
{
	int rc;

	if (options.timed)
		ipc_set_timeout(options.timeout);
	rc = ipc_open();
	if (!rc)
		return STATUS_DONE;
	if (!ipc_missing(rc))
		return command_refused(cmd);
	error_print("", "kernel module vswitch is not loaded; load it with \"modprobe vswitch\"");
	return STATUS_FAILED;
}

/* The transaction, or if there is none, the command. */
static int run(struct command *cmd, struct transaction *transaction)
{
	int status = STATUS_DONE;

	if (options.netns)
		status = enter_netns(options.netns);
	if (!status)
		status = connect_kernel(cmd);
	if (!status && transaction)
		status = transaction_run(transaction, options.dry_run);
	else if (!status)
		status = cmd->verb->run(cmd);
	ipc_close();
	return status;
}

static unsigned int count_to_separator(struct words words)
{
	int i;

	for (i = 0; i < words.count && strcmp(words.at[i], "--"); i++)
		;
	return i;
}

/* The options in front of the first command; getopt must not see a "--". */
static bool take_options(struct words *words, struct problem *why)
{
	struct words first = { count_to_separator(*words), words->at };
	int behind = words->count - first.count;

	if (!options_parse(&first, false, why))
		return false;
	words->at = first.at;
	words->count = first.count + behind;
	return true;
}

/* Options that do not go with the command, or with several. */
static bool check_options(const struct command *cmd, struct words words,
			  struct problem *why)
{
	unsigned int flags = cmd->verb ? cmd->verb->flags : 0;

	if (options.stamp && cmd->topic != &topic_monitor)
		return problem_set(why, "-t goes with monitor only");
	if (options.resync && cmd->topic != &topic_monitor)
		return problem_set(why, "--resync goes with monitor only");
	if (options.prune && cmd->topic != &topic_apply &&
	    cmd->topic != &topic_diff)
		return problem_set(why, "--prune goes with apply and diff only");
	if (words.count && options.file_count && !(flags & VERB_FILE))
		return problem_set(why, "-f FILE stands in place of a command; leave one out");
	if (cmd->verb && options.dry_run && !cmd->verb->command &&
	    !(flags & VERB_DRY_RUN))
		return problem_set(why, "--dry-run goes with commands that change something");
	return true;
}

static int run_file(struct words words)
{
	struct transaction *transaction;
	struct command none = { 0 };
	struct problem why;
	int status;

	if (options.may_exist || options.if_exists) {
		problem_set(&why, "%s stands in front of a command, in its line of the file",
			    options.may_exist ? "--may-exist" : "--if-exists");
		return usage("", &why);
	}
	if (options.file_count > 1)
		problem_set(&why, "-f is given twice; a transaction is one file");
	if (options.file_count > 1 || !check_options(&none, words, &why))
		return usage("", &why);
	transaction = transaction_new();
	status = transaction_read(transaction, options.files[0]);
	if (!status)
		status = run(&none, transaction);
	transaction_free(transaction);
	return status;
}

static int run_chain(struct words words)
{
	struct transaction *transaction;
	struct command none = { 0 };
	struct problem why;
	int status;

	if (!check_options(&none, words, &why))
		return usage("", &why);
	transaction = transaction_new();
	status = transaction_words(transaction, words);
	if (!status)
		status = run(&none, transaction);
	transaction_free(transaction);
	return status;
}

/* Everything that can be wrong with the words is told before anything is done. */
static bool understand(struct command *cmd, struct words words,
		       struct problem *why)
{
	if (!words.count)
		return options.help ||
		       problem_set(why, "no command is given; \"vswctl help\" lists them");
	cmd->may_exist = options.may_exist;
	cmd->if_exists = options.if_exists;
	return command_parse(cmd, words, why) && check_options(cmd, words, why);
}

/* A command alone; to try it out, or to settle what is sent, takes a transaction. */
static int run_one(struct command *cmd, struct words words)
{
	struct transaction *transaction = NULL;
	struct problem why;
	int status;

	if (!understand(cmd, words, &why))
		return usage(cmd->words, &why);
	if (options.help || !cmd->verb)
		return help_run(cmd);
	if (cmd->verb->settle || (options.dry_run && cmd->verb->command)) {
		transaction = transaction_new();
		transaction_add(transaction, cmd, 0, &why);
	}
	status = run(cmd, transaction);
	if (transaction)
		transaction_free(transaction);
	return status;
}

/* What was printed is done only when it is out. */
static int finish(const struct command *cmd, int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	error_print(cmd->words, "cannot write to standard output");
	return STATUS_FAILED;
}

int main(int argc, char **argv)
{
	struct words words = { argc ? argc - 1 : 0, argv + 1 };
	struct command cmd = { 0 };
	struct problem why;
	bool chained;
	int status = STATUS_DONE;

	setlocale(LC_CTYPE, "");
	if (!take_options(&words, &why))
		return usage("", &why);
	if (options.quiet && !freopen("/dev/null", "w", stdout))
		return STATUS_FAILED;
	if (options.help)
		words.count = count_to_separator(words);
	chained = count_to_separator(words) < (unsigned int)words.count;
	if (options.version)
		printf("vswctl %s\n", VSWCTL_VERSION);
	else if (chained)
		status = run_chain(words);
	else if (options.file_count && !words.count && !options.help)
		status = run_file(words);
	else
		status = run_one(&cmd, words);
	return finish(&cmd, status);
}
