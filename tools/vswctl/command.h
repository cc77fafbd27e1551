/* SPDX-License-Identifier: GPL-2.0 */
/*
 * command.h: a command is words -> struct command (command.c, by the tables of
 * the object's file) -> ipc. Several of them can be one transaction.
 */
#ifndef VSWCTL_COMMAND_H
#define VSWCTL_COMMAND_H

#include "ipc.h"
#include "setting.h"

/* Exit statuses; there are no others. */
enum {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,	/* refused or failed, nothing changed */
	STATUS_NO = 2,		/* the answer is no */
	STATUS_USAGE = 64,
};

#define VERB_ADD	1	/* takes --may-exist */
#define VERB_IF_EXISTS	2	/* takes --if-exists */
#define VERB_SETTINGS	4	/* needs at least one setting */
#define VERB_OPTIONS	8	/* options may follow the object */
#define VERB_REPEAT	16	/* the last argument may be repeated */
#define VERB_FILE	32	/* -f is its own */
#define VERB_DRY_RUN	64	/* has no command, and takes --dry-run */
#define VERB_WHERE	128	/* conditions may stand at the end */
#define VERB_NIC	256	/* makes a NIC, for which an address is chosen */

/**
 * struct verb - what can be done with an object
 * @name:	the word; "" if the object has only this one, without a word
 * @help:	one sentence without a full stop
 * @arguments:	by position, ended by an empty one; may be NULL
 * @required:	how many of them must be there
 * @settings:	keywords, ended by an empty one; may be NULL
 * @kind:	what it is about, if that is not the object's kind
 * @command:	netlink command of a verb that changes something
 * @flags:	VERB_*
 * @check:	what goes together and what does not; may be NULL
 * @settle:	makes what is sent of what was said and of the object as it is, NULL
 *		if it is not there; may be NULL
 * @run:	does it; returns an exit status
 */
struct verb {
	const char *name;
	const char *help;
	const struct setting *arguments;
	unsigned int required;
	const struct setting *settings;
	const struct kind *kind;
	uint8_t command;
	unsigned int flags;
	bool (*check)(struct command *cmd, struct problem *why);
	bool (*settle)(struct vsw_port *port, const struct vsw_port *now,
		       struct problem *why);
	int (*run)(struct command *cmd);
};

/**
 * struct topic - an object of the command line
 * @name:	its word
 * @help:	what it is, one sentence without a full stop
 * @kind:	its kind in the model; NULL if it has none
 * @verbs:	ended by one without @run
 */
struct topic {
	const char *name;
	const char *help;
	const struct kind *kind;
	const struct verb *verbs;
};

struct condition;

/**
 * struct command - a command that was understood
 * @topic:	its object; NULL for help on everything
 * @verb:	its verb; NULL for help
 * @model:	keys and settings; of a show, the filter
 * @may_exist:	--may-exist was given
 * @if_exists:	--if-exists was given
 * @choice:	its meaning is the topic's own
 * @key:	key that get asks for; of help, the page
 * @conditions:	what an object has to be like; NULL: anything
 * @words:	the words that say what it is, for errors
 */
struct command {
	const struct topic *topic;
	const struct verb *verb;
	union model model;
	bool may_exist;
	bool if_exists;
	unsigned int choice;
	const char *key;
	struct condition *conditions;
	char words[256];
};

extern const struct topic topic_switch, topic_port, topic_nic, topic_fdb,
	topic_vlan, topic_stats, topic_show, topic_monitor, topic_wait,
	topic_save, topic_apply, topic_diff, topic_qemu_link;
extern const struct topic *const topics[];	/* ended by NULL */

bool command_parse(struct command *cmd, struct words words,
		   struct problem *why);
const struct kind *command_kind(const struct command *cmd);
enum ipc_mode command_mode(const struct command *cmd);
int command_change(struct command *cmd);
int command_exists(struct command *cmd);
int command_refused(const struct command *cmd);

#endif /* VSWCTL_COMMAND_H */
