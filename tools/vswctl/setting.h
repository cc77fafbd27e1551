/* SPDX-License-Identifier: GPL-2.0 */
/*
 * setting.h: a keyword with its value, or an argument by position, as a line of
 * a table. From these tables come the parser (setting.c), the help, the man page
 * and the shell's completion.
 */
#ifndef VSWCTL_SETTING_H
#define VSWCTL_SETTING_H

#include "field.h"
#include "parse.h"

/* What a word names, for the shell's completion. */
enum complete {
	COMPLETE_NOTHING,
	COMPLETE_SWITCH,
	COMPLETE_PORT,		/* of the switch named before it */
	COMPLETE_NIC,
	COMPLETE_NETDEV,
	COMPLETE_KEY,		/* a JSON key of the object */
	COMPLETE_CONDITION,	/* a condition on one */
};

struct command;
struct setting;

/* The words that are left. */
struct words {
	int count;
	char **at;
};

typedef bool (*setting_parse)(struct command *cmd, const struct setting *setting,
			      struct words *words, struct problem *why);

/**
 * struct setting - a keyword and its value, or an argument by position
 * @word:	the keyword; what an argument by position is called in help
 * @value:	what follows the keyword, as help shows it; NULL: nothing
 * @help:	one sentence without a full stop
 * @field:	member that it sets
 * @constant:	what set_constant() sets it to; largest number that set_number()
 *		takes, 0: any; lowest VLAN id that set_vlans() takes
 * @names:	words that set_word() takes, if not those of the member
 * @range:	what the kernel allows, for help and errors
 * @parse:	takes the value
 * @complete:	what the value names
 * @alternative: excludes the setting in front of it
 * @required:	must be given
 */
struct setting {
	const char *word;
	const char *value;
	const char *help;
	unsigned int field;
	uint32_t constant;
	const struct field_name *names;
	const char *range;
	setting_parse parse;
	enum complete complete;
	bool alternative;
	bool required;
};

extern const struct field_name on_off_names[];

const char *words_next(struct words *words);
bool setting_take(struct command *cmd, const struct setting *setting,
		  struct words *words, struct problem *why);
bool settings_have(const struct setting *table, const char *word);
bool settings_parse(struct command *cmd, const struct setting *table,
		    struct words *words, struct problem *why);

bool set_name(struct command *cmd, const struct setting *setting,
	      struct words *words, struct problem *why);
bool set_text(struct command *cmd, const struct setting *setting,
	      struct words *words, struct problem *why);
bool set_number(struct command *cmd, const struct setting *setting,
		struct words *words, struct problem *why);
bool set_time(struct command *cmd, const struct setting *setting,
	      struct words *words, struct problem *why);
bool set_vid(struct command *cmd, const struct setting *setting,
	     struct words *words, struct problem *why);
bool set_vid_or_none(struct command *cmd, const struct setting *setting,
		     struct words *words, struct problem *why);
bool set_vlans(struct command *cmd, const struct setting *setting,
	       struct words *words, struct problem *why);
bool set_vid_map(struct command *cmd, const struct setting *setting,
		 struct words *words, struct problem *why);
bool set_prios(struct command *cmd, const struct setting *setting,
	       struct words *words, struct problem *why);
bool set_groups(struct command *cmd, const struct setting *setting,
		struct words *words, struct problem *why);
bool set_mac(struct command *cmd, const struct setting *setting,
	     struct words *words, struct problem *why);
bool set_word(struct command *cmd, const struct setting *setting,
	      struct words *words, struct problem *why);
bool set_constant(struct command *cmd, const struct setting *setting,
		  struct words *words, struct problem *why);

#endif /* VSWCTL_SETTING_H */
