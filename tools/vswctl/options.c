// SPDX-License-Identifier: GPL-2.0
/*
 * options.c: the options in front of the command.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

enum {
	OPTION_COLOR = 'c',
	OPTION_MAY_EXIST = 256,
	OPTION_IF_EXISTS,
	OPTION_TIMEOUT,
	OPTION_DRY_RUN,
	OPTION_PRUNE,
	OPTION_RESYNC,
};

struct options options;

const struct option_text option_texts[] = {
	{ "-j", "--json", NULL, "print JSON: an array of flat objects" },
	{ "-p", "--pretty", NULL, "with -j: lines and indentation for people" },
	{ "-s", "--stats", NULL, "print counters too" },
	{ "-d", "--details", NULL, "print more columns" },
	{ "-o", "--oneline", NULL, "print one line for each record: key value key value" },
	{ "-n", "--netns", "NAME", "act in this network namespace, as made by ip netns" },
	{ "-c", "--color", NULL, "use colours if standard output is a terminal" },
	{ "-q", "--quiet", NULL, "print nothing but errors" },
	{ "-t", "--timestamp", NULL, "monitor: print the time of every event" },
	{ NULL, "--resync", NULL, "monitor: print the state at the beginning and after each gap" },
	{ NULL, "--timeout", "SECONDS",
	  "wait so long at most; ends monitor and qemu-link with status 0, wait-until with 2" },
	{ "-f", "--file", "FILE",
	  "a file of commands, of apply and diff a configuration; - is standard input" },
	{ NULL, "--dry-run", NULL, "say what would be refused, and change nothing" },
	{ NULL, "--prune", NULL, "apply, diff: remove what the files do not name" },
	{ NULL, "--may-exist", NULL, "add: bring an existing object to the settings given" },
	{ NULL, "--if-exists", NULL, "del, set, get: a missing object is no error" },
	{ "-V", "--version", NULL, "print the version" },
	{ "-h", "--help", NULL, "print help" },
	{ NULL, NULL, NULL, NULL }
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "pretty", no_argument, NULL, 'p' },
	{ "stats", no_argument, NULL, 's' },
	{ "details", no_argument, NULL, 'd' },
	{ "oneline", no_argument, NULL, 'o' },
	{ "netns", required_argument, NULL, 'n' },
	{ "color", optional_argument, NULL, OPTION_COLOR },
	{ "quiet", no_argument, NULL, 'q' },
	{ "timestamp", no_argument, NULL, 't' },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "may-exist", no_argument, NULL, OPTION_MAY_EXIST },
	{ "if-exists", no_argument, NULL, OPTION_IF_EXISTS },
	{ "file", required_argument, NULL, 'f' },
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ "prune", no_argument, NULL, OPTION_PRUNE },
	{ "resync", no_argument, NULL, OPTION_RESYNC },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static bool set_color(const char *when, struct problem *why)
{
	static const char *const words[] = { "auto", "always", "never", NULL };
	unsigned int i = 0;

	if (when && !parse_word(when, words, NULL, &i, why))
		return false;
	options.color = i == 1 || (i == 0 && isatty(STDOUT_FILENO));
	return true;
}

static bool set_netns(const char *name, struct problem *why)
{
	if (!*name || strchr(name, '/') || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		return problem_set(why, "\"%.60s\" is not the name of a network namespace",
				   name);
	options.netns = name;
	return true;
}

static bool set_timeout(const char *time, struct problem *why)
{
	struct problem inner;

	if (!parse_time(time, &options.timeout, &inner))
		return problem_set(why, "--timeout: %s", inner.text);
	options.timed = true;
	return true;
}

static bool set_file(const char *name, struct problem *why)
{
	if (options.file_count == OPTIONS_FILES_MAX)
		return problem_set(why, "-f is given more than %u times; name a folder",
				   OPTIONS_FILES_MAX);
	options.files[options.file_count++] = name;
	return true;
}

/* Options that are a word and no more. */
static bool *option_flag(int code)
{
	switch (code) {
	case 'j':
		return &options.json;
	case 'p':
		return &options.pretty;
	case 's':
		return &options.stats;
	case 'd':
		return &options.details;
	case 'o':
		return &options.oneline;
	case 'q':
		return &options.quiet;
	case 't':
		return &options.stamp;
	case 'V':
		return &options.version;
	case 'h':
		return &options.help;
	case OPTION_MAY_EXIST:
		return &options.may_exist;
	case OPTION_IF_EXISTS:
		return &options.if_exists;
	case OPTION_DRY_RUN:
		return &options.dry_run;
	case OPTION_PRUNE:
		return &options.prune;
	case OPTION_RESYNC:
		return &options.resync;
	default:
		return NULL;
	}
}

/* What getopt could not make sense of; @word is the one that it stopped behind. */
static bool refuse_option(int code, const char *word, struct problem *why)
{
	char brief[3] = { '-', (char)optopt, '\0' };

	if (code == ':')
		return problem_set(why, "%.60s: the value is missing", word);
	if (optopt && option_flag(optopt))
		return problem_set(why, "\"%.60s\": the option takes no value", word);
	if (optopt)
		word = brief;
	return problem_set(why, "\"%.60s\" is not an option; \"vswctl help\" lists them",
			   word);
}

static bool take_option(int code, const char *word, struct problem *why)
{
	bool *flag = option_flag(code);

	if (flag) {
		*flag = true;
		return true;
	}
	switch (code) {
	case OPTION_COLOR:
		return set_color(optarg, why);
	case 'n':
		return set_netns(optarg, why);
	case OPTION_TIMEOUT:
		return set_timeout(optarg, why);
	case 'f':
		return set_file(optarg, why);
	default:
		return refuse_option(code, word, why);
	}
}

/**
 * options_parse - take the options off the command line
 * @words:	the words behind the program's or the object's name; what is left
 * @anywhere:	options may stand between and behind other words too
 * @why:	why not
 */
bool options_parse(struct words *words, bool anywhere, struct problem *why)
{
	const char *brief = anywhere ? ":jpsdon:cqtf:Vh" : "+:jpsdon:cqtf:Vh";
	int count = words->count + 1, code;
	char **list = words->at - 1;

	opterr = 0;
	optind = 0;
	for (;;) {
		code = getopt_long(count, list, brief, long_options, NULL);
		if (code == -1)
			break;
		if (!take_option(code, list[optind - 1], why))
			return false;
	}
	words->count = count - optind;
	words->at = list + optind;
	return true;
}

/**
 * options_of_command - take the options of one command of several
 * @words:	its words; what is left
 * @may_exist:	set if it has --may-exist
 * @if_exists:	set if it has --if-exists
 * @why:	why not
 */
bool options_of_command(struct words *words, bool *may_exist, bool *if_exists,
			struct problem *why)
{
	while (words->count && **words->at == '-') {
		const char *word = words_next(words);

		if (!strcmp(word, "--may-exist"))
			*may_exist = true;
		else if (!strcmp(word, "--if-exists"))
			*if_exists = true;
		else
			return problem_set(why, "%.60s: it stands in front of the first command",
					   word);
	}
	return true;
}

/**
 * options_known - is the word an option?
 * @word:	the word
 */
bool options_known(const char *word)
{
	const struct option_text *o;

	for (o = option_texts; o->name; o++)
		if ((o->brief && !strcmp(o->brief, word)) ||
		    !strcmp(o->name, word))
			return true;
	return false;
}
