/* SPDX-License-Identifier: GPL-2.0 */
/*
 * options.h: the options in front of the command.
 */
#ifndef VSWCTL_OPTIONS_H
#define VSWCTL_OPTIONS_H

#include "setting.h"

#define OPTIONS_FILES_MAX	64

/**
 * struct options - what was asked for
 * @json:	JSON
 * @pretty:	JSON for people
 * @stats:	counters too
 * @details:	more columns
 * @oneline:	one line for a record, key value key value
 * @color:	colours
 * @quiet:	no normal output
 * @stamp:	monitor: time stamps
 * @resync:	monitor: the state too
 * @dry_run:	change nothing in the end
 * @prune:	apply: remove what the files do not name
 * @may_exist:	--may-exist
 * @if_exists:	--if-exists
 * @help:	help is wanted
 * @version:	the version is wanted
 * @timed:	@timeout was given
 * @timeout:	in milliseconds
 * @netns:	name of the network namespace to act in, or NULL
 * @files:	files that -f names, "-" is standard input
 * @file_count:	how many
 */
struct options {
	bool json;
	bool pretty;
	bool stats;
	bool details;
	bool oneline;
	bool color;
	bool quiet;
	bool stamp;
	bool resync;
	bool dry_run;
	bool prune;
	bool may_exist;
	bool if_exists;
	bool help;
	bool version;
	bool timed;
	uint32_t timeout;
	const char *netns;
	const char *files[OPTIONS_FILES_MAX];
	unsigned int file_count;
};

/* An option, for help, man page and completion. */
struct option_text {
	const char *brief;	/* "-n", or NULL */
	const char *name;	/* "--netns" */
	const char *value;	/* "NAME", or NULL */
	const char *help;
};

extern struct options options;
extern const struct option_text option_texts[];	/* ended by an empty one */

bool options_parse(struct words *words, bool anywhere, struct problem *why);
bool options_of_command(struct words *words, bool *may_exist, bool *if_exists,
			struct problem *why);
bool options_known(const char *word);

#endif /* VSWCTL_OPTIONS_H */
