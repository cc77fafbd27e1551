// SPDX-License-Identifier: GPL-2.0
/*
 * complete.c: prints the bash completion from the tables; gen-docs keeps it in
 * vswctl.bash. The tables become arrays, the function below works from them.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "help.h"
#include "options.h"

/* What stands for names that only the kernel knows. */
static const char *name_of(enum complete complete)
{
	switch (complete) {
	case COMPLETE_SWITCH:
		return "@switch";
	case COMPLETE_PORT:
		return "@port";
	case COMPLETE_NIC:
		return "@nic";
	case COMPLETE_NETDEV:
		return "@netdev";
	case COMPLETE_KEY:
		return "@key";
	case COMPLETE_CONDITION:
		return "@condition";
	default:
		return "";
	}
}

/* Those words of "access VID|trunk LIST|none" that are to be typed as they are. */
static void put_values(const char *value)
{
	const char *gap = "";
	int length;

	for (; value; value = strchr(value, '|')) {
		value += *value == '|';
		length = strcspn(value, " |");
		if (!islower((unsigned char)*value) &&
		    !isdigit((unsigned char)*value))
			continue;
		printf("%s%.*s", gap, length, value);
		gap = " ";
	}
}

static void put_options(void)
{
	const struct option_text *o;

	printf("_vswctl_options='");
	for (o = option_texts; o->name; o++)
		printf("%s%s%s%s", o == option_texts ? "" : " ",
		       o->brief ? o->brief : "", o->brief ? " " : "", o->name);
	puts("'");
}

static void put_topics(void)
{
	const struct topic *const *t;
	const struct verb *v;

	printf("_vswctl_objects='");
	for (t = topics; *t; t++)
		printf("%s ", (*t)->name);
	puts("help'\ndeclare -A _vswctl_verbs=(");
	for (t = topics; *t; t++) {
		printf("\t[%s]='", (*t)->name);
		for (v = (*t)->verbs; v->run; v++)
			printf("%s%s", v->name, *v->name ? " " : "");
		puts("help'");
	}
	puts(")");
}

/* For each verb its arguments by position; "-" has nothing to offer. */
static void put_arguments(const struct topic *topic, const struct verb *verb)
{
	const struct setting *a;
	const char *name;

	printf("\t['%s %s']='", topic->name, verb->name);
	for (a = verb->arguments; a && a->word; a++) {
		name = name_of(a->complete);
		printf("%s%s", a == verb->arguments ? "" : " ",
		       *name ? name : a->value ? a->value : "-");
	}
	puts("'");
}

static void put_settings(const struct topic *topic, const struct verb *verb)
{
	const struct setting *s;

	printf("\t['%s %s']='", topic->name, verb->name);
	for (s = verb->settings; s && s->word; s++)
		printf("%s%s", s == verb->settings ? "" : " ", s->word);
	if (verb->flags & VERB_WHERE)
		printf("%swhere", verb->settings ? " " : "");
	puts("'");
}

/* What stands behind a keyword. */
static void put_setting_values(const struct topic *topic,
			       const struct verb *verb)
{
	const char *name, *values;
	const struct setting *s;

	if (verb->flags & VERB_WHERE)
		printf("\t['%s %s where']='@condition'\n", topic->name, verb->name);
	for (s = verb->settings; s && s->word; s++) {
		if (!s->value)
			continue;
		name = name_of(s->complete);
		printf("\t['%s %s %s']='%s", topic->name, verb->name, s->word,
		       name);
		values = strpbrk(s->value, "abcdefghijklmnopqrstuvwxyz0123456789");
		if (*name && values)
			putchar(' ');
		put_values(s->value);
		puts("'");
	}
}

static void put_table(const char *name,
		      void (*line)(const struct topic *, const struct verb *))
{
	const struct topic *const *t;
	const struct verb *v;

	printf("declare -A %s=(\n", name);
	for (t = topics; *t; t++)
		for (v = (*t)->verbs; v->run; v++)
			line(*t, v);
	puts(")");
}

static void put_members(const struct kind *kind, unsigned int from)
{
	const char *gap = from ? " " : "";
	unsigned int i;

	for (i = from; i < kind->count; i++) {
		if (!kind->fields[i].key)
			continue;
		printf("%s%s", gap, kind->fields[i].key);
		gap = " ";
	}
}

/* Of a port get knows the counters too. */
static void put_keys(void)
{
	const struct kind *const kinds[] = { &kind_switch, &kind_port, &kind_nic,
					     &kind_fdb, &kind_vlan, NULL };
	unsigned int k;

	puts("declare -A _vswctl_keys=(");
	for (k = 0; kinds[k]; k++) {
		printf("\t[%s]='", kinds[k]->name);
		put_members(kinds[k], 0);
		if (kinds[k] == &kind_port)
			put_members(&kind_stats, STATS_FIRST_COUNTER);
		puts("'");
	}
	printf("\t[stats]='");
	put_members(&kind_stats, 0);
	puts("'\n)");
}

static const char *const function[] = {
	"# The names of kind $1; for keys, of object $2, for ports, of switch $3. The other",
	"# words are options.",
	"_vswctl_names()",
	"{",
	"\tlocal kind=$1 object=$2 switch=$3",
	"\tshift 3",
	"\tcase $kind in",
	"\t@switch) vswctl \"$@\" -o switch show | cut -d' ' -f2 ;;",
	"\t@port) vswctl \"$@\" -o port show ${switch:+\"$switch\"} | cut -d' ' -f4 ;;",
	"\t@nic) vswctl \"$@\" -o nic show | cut -d' ' -f2 ;;",
	"\t@netdev) ls /sys/class/net ;;",
	"\t@key) echo \"${_vswctl_keys[$object]}\" ;;",
	"\t@condition) echo \"${_vswctl_keys[$object]} \" | sed 's/ /= /g' ;;",
	"\t-) ;;",
	"\t*) echo \"${kind//|/ }\" ;;",
	"\tesac 2>/dev/null",
	"}",
	"",
	"# What can stand behind object $1, verb $2 and their words $3...",
	"_vswctl_after()",
	"{",
	"\tlocal verb=\"$1 $2\" previous=${*: -1} value",
	"\tlocal -a arguments",
	"\tread -ra arguments <<<\"${_vswctl_arguments[$verb]}\"",
	"\tshift 2",
	"\tif (($# < ${#arguments[@]})); then",
	"\t\techo \"${arguments[$#]}\"",
	"\t\treturn",
	"\tfi",
	"\tvalue=${_vswctl_values[$verb $previous]-@keyword}",
	"\tif (($# > ${#arguments[@]})) && [[ $value != @keyword ]]; then",
	"\t\techo \"${value:--}\"",
	"\telse",
	"\t\techo \"${_vswctl_settings[$verb]}\"",
	"\tfi",
	"}",
	"",
	"_vswctl()",
	"{",
	"\tlocal word current=${COMP_WORDS[COMP_CWORD]} offer='' object='' switch='' i",
	"\tlocal -a words=() netns=() offers=()",
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do",
	"\t\tword=${COMP_WORDS[i]}",
	"\t\tcase ${#words[@]},$word in",
	"\t\t*,--) words=() ;;",
	"\t\t0,-n | 0,--netns) netns=(-n \"${COMP_WORDS[++i]}\") ;;",
	"\t\t0,--timeout | 0,-f | 0,--file) ((++i)) ;;",
	"\t\t0,-*) ;;",
	"\t\t*) words+=(\"$word\") ;;",
	"\t\tesac",
	"\tdone",
	"\tcase ${#words[@]} in",
	"\t0) offer=$_vswctl_objects",
	"\t   [[ $current == -* ]] && offer=$_vswctl_options ;;",
	"\t1) offer=\"${_vswctl_verbs[${words[0]}]} ${_vswctl_arguments[${words[0]} ]}\"",
	"\t   [[ ${words[0]} == help ]] && offer=$_vswctl_objects ;;",
	"\t*) object=${words[0]} switch=${words[2]}",
	"\t   [[ $object == wait-until ]] && object=${words[1]}",
	"\t   offer=$(_vswctl_after \"${words[@]}\") ;;",
	"\tesac",
	"\tfor word in $offer; do",
	"\t\tcase $word in",
	"\t\t@* | *'|'*) offers+=($(_vswctl_names \"$word\" \"$object\" \"$switch\" \"${netns[@]}\")) ;;",
	"\t\t-) ;;",
	"\t\t*) offers+=(\"$word\") ;;",
	"\t\tesac",
	"\tdone",
	"\tCOMPREPLY=($(compgen -W \"${offers[*]}\" -- \"$current\"))",
	"\t[[ $offer == @condition ]] && compopt -o nospace",
	"}",
	"complete -F _vswctl vswctl",
	NULL
};

/**
 * complete_print - print the bash completion
 */
void complete_print(void)
{
	const char *const *line;

	printf("# SPDX-%s: GPL-2.0\n", "License-Identifier");
	puts("# bash completion for vswctl");
	puts("# Generated by tools/vswctl/gen-docs from the tables of vswctl.");
	puts("# shellcheck shell=bash disable=SC2207");
	put_options();
	put_topics();
	put_table("_vswctl_arguments", put_arguments);
	put_table("_vswctl_settings", put_settings);
	put_table("_vswctl_values", put_setting_values);
	put_keys();
	puts("");
	for (line = function; *line; line++)
		puts(*line);
}
