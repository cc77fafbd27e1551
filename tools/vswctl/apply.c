// SPDX-License-Identifier: GPL-2.0
/*
 * apply.c: the words apply and diff: bring the kernel's configuration to that of
 * files, as one transaction of what differs; or show what that would be.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "diff.h"
#include "error.h"
#include "mac.h"
#include "options.h"
#include "plan.h"
#include "sources.h"

#define LOCK_FILE	"/run/vswctl.lock"
#define NETNS_FILE	"/proc/self/ns/net"
#define LOCK_PAUSE_NS	10000000

static void choose_macs(const struct config *config)
{
	const struct config_list *list = &config->lists[CONFIG_NIC];
	struct vsw_nic **nics = calloc(list->count + 1, sizeof(*nics));
	size_t i;

	if (!nics)
		error_memory();
	for (i = 0; i < list->count; i++)
		nics[i] = list->entries[i].object;
	mac_choose(nics, list->count);
	free(nics);
}

/* Both configurations, and what differs. */
static int prepare(const struct command *cmd, struct sources *sources,
		   struct plan *plan)
{
	struct problem why;
	int status;

	if (!sources_read(sources, options.files, options.file_count,
			  &plan->want, &why)) {
		error_print(cmd->words, why.text);
		return STATUS_FAILED;
	}
	if (options.prune && !sources->count) {
		error_print(cmd->words, "no file is there; --prune would remove everything");
		return STATUS_FAILED;
	}
	status = config_load(cmd, &plan->have);
	if (status)
		return status;
	choose_macs(&plan->want);
	plan_make(plan, options.prune);
	return STATUS_DONE;
}

static int lock_refused(const struct command *cmd, const char *what)
{
	struct problem why;

	problem_set(&why, "%s: %s", LOCK_FILE, what);
	error_print(cmd->words, why.text);
	return STATUS_FAILED;
}

/*
 * Between reading and writing no one else may apply: two files would become one
 * mixture. Who may not write to /run is root in namespaces of his own, where the
 * namespace itself serves. The lock goes with the process.
 */
static int lock(const struct command *cmd)
{
	struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS }, left;
	int fd;

	fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		fd = open(NETNS_FILE, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return lock_refused(cmd, strerror(errno));
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return lock_refused(cmd, strerror(errno));
		if (ipc_time_left(&left) && !left.tv_sec && !left.tv_nsec)
			return lock_refused(cmd, "another apply has it");
		nanosleep(&pause, NULL);
	}
	return STATUS_DONE;
}

/*
 * The key that the kernel's attribute is, "" if its words have it already. An
 * attribute that two keys can be is that which is not left out.
 */
static void offending_key(const struct change *change, char *text, size_t size)
{
	const struct config_class *class = &config_classes[change->which];
	const struct ipc_error *error = ipc_error();
	const struct config_key *key;

	text[0] = '\0';
	for (key = class->keys; error->attr && key->name; key++)
		if (config_field(class, key)->attr == error->attr &&
		    (!change->to || config_shows(class, key, change->to)) &&
		    !strstr(error->text, key->name))
			snprintf(text, size, "%s%s%s: ",
				 key->group ? key->group : "",
				 key->group ? "." : "", key->name);
}

/* Say which object was refused, where the file has it, and why. */
static int refused(const struct command *cmd, const struct steps *steps)
{
	const struct ipc_error *error = ipc_error();
	const struct change *change;
	char key[40], name[160];
	struct problem why;

	if (!error->counted ||
	    error->operation >= ipc_batch_count(steps->batch))
		return command_refused(cmd);
	change = steps->changes[error->operation];
	offending_key(change, key, sizeof(key));
	config_describe(change->which, change->to ? change->to : change->from,
			name, sizeof(name));
	if (change->place->file)
		error_prefix("%s: %.300s:%u", cmd->words,
			     change->place->file->name,
			     place_line(change->place));
	else
		error_prefix("%s", cmd->words);
	problem_set(&why, "%s%s", key,
		    *error->text ? error->text : strerror(error->code));
	error_print(name, why.text);
	return STATUS_FAILED;
}

static int too_many(const struct command *cmd, const struct steps *steps)
{
	struct problem why;

	problem_set(&why, "%zu operations; a transaction has room for %u: apply it in parts",
		    ipc_batch_count(steps->batch), VSW_BATCH_OPS_MAX);
	error_print(cmd->words, why.text);
	return STATUS_FAILED;
}

static int carry_out(const struct command *cmd, const struct plan *plan)
{
	struct steps steps;
	struct problem why;
	int status = STATUS_DONE;

	if (!plan_check(plan, &why)) {
		error_print(cmd->words, why.text);
		return STATUS_FAILED;
	}
	steps_make(&steps, plan);
	if (ipc_batch_count(steps.batch) > VSW_BATCH_OPS_MAX)
		status = too_many(cmd, &steps);
	else if (ipc_batch_run(steps.batch, options.dry_run))
		status = refused(cmd, &steps);
	steps_free(&steps);
	return status;
}

static int apply_run(struct command *cmd)
{
	struct sources sources = { 0 };
	struct plan plan = { 0 };
	int status;

	status = lock(cmd);
	if (!status)
		status = prepare(cmd, &sources, &plan);
	if (!status)
		status = carry_out(cmd, &plan);
	plan_free(&plan);
	sources_free(&sources);
	return status;
}

static int diff_run(struct command *cmd)
{
	struct sources sources = { 0 };
	struct plan plan = { 0 };
	int status;

	status = prepare(cmd, &sources, &plan);
	if (!status)
		status = diff_print(&plan, &sources);
	plan_free(&plan);
	sources_free(&sources);
	return status;
}

static bool check_files(struct command *cmd, struct problem *why)
{
	(void)cmd;
	return options.file_count || problem_set(why, "-f FILE is missing");
}

static const struct verb apply_verbs[] = {
	{ .name = "", .help = "make the configuration that of the files, all or nothing",
	  .flags = VERB_OPTIONS | VERB_FILE | VERB_DRY_RUN,
	  .check = check_files, .run = apply_run },
	{ NULL }
};

static const struct verb diff_verbs[] = {
	{ .name = "", .help = "show what apply would change; exit with 2 if anything",
	  .flags = VERB_OPTIONS | VERB_FILE, .check = check_files,
	  .run = diff_run },
	{ NULL }
};

const struct topic topic_apply = {
	.name = "apply",
	.help = "changes what differs from files of configuration, and nothing else",
	.verbs = apply_verbs,
};

const struct topic topic_diff = {
	.name = "diff",
	.help = "what differs from files of configuration",
	.verbs = diff_verbs,
};
