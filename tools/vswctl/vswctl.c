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

#define NETNS_FOLDER	"/run/netns/"

const struct topic *const topics[] = {
	&topic_switch, &topic_port, &topic_nic, &topic_fdb, &topic_vlan,
	&topic_stats, &topic_show, &topic_monitor, NULL
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

static int run(struct command *cmd)
{
	int status = STATUS_DONE;

	if (options.netns)
		status = enter_netns(options.netns);
	if (!status)
		status = connect_kernel(cmd);
	if (!status)
		status = cmd->verb->run(cmd);
	ipc_close();
	return status;
}

/* Everything that can be wrong with the words is told before anything is done. */
static bool understand(struct command *cmd, struct words words,
		       struct problem *why)
{
	int i;

	for (i = 0; i < words.count; i++)
		if (!strcmp(words.at[i], "--"))
			return problem_set(why,
					   "--: not supported by this version; give one command");
	if (!options_parse(&words, false, why))
		return false;
	if (options.version)
		return true;
	if (!words.count)
		return options.help ||
		       problem_set(why, "no command is given; \"vswctl help\" lists them");
	cmd->may_exist = options.may_exist;
	cmd->if_exists = options.if_exists;
	if (!command_parse(cmd, words, why))
		return false;
	if (options.stamp && cmd->topic != &topic_monitor)
		return problem_set(why, "-t goes with monitor only");
	return true;
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

	setlocale(LC_CTYPE, "");
	if (!understand(&cmd, words, &why))
		return usage(cmd.words, &why);
	if (options.quiet && !freopen("/dev/null", "w", stdout))
		return STATUS_FAILED;
	if (options.version) {
		printf("vswctl %s\n", VSWCTL_VERSION);
		return finish(&cmd, STATUS_DONE);
	}
	if (options.help || !cmd.verb)
		return finish(&cmd, help_run(&cmd));
	return finish(&cmd, run(&cmd));
}
