/* SPDX-License-Identifier: GPL-2.0 */
/*
 * help.h: help, man page and bash completion, all made from the tables that the
 * parser works from.
 */
#ifndef VSWCTL_HELP_H
#define VSWCTL_HELP_H

#include "command.h"

#define VSWCTL_VERSION		"0.1"
#define HELP_LINE_MAX		1024

/* The same facts stand in help and man page. */
struct help_status {
	const char *status;
	const char *help;
};

extern const struct help_status help_statuses[];	/* ended by an empty one */
extern const char *const help_values[];	/* how values are written; likewise */

int help_run(const struct command *cmd);
void help_synopsis(const struct topic *topic, const struct verb *verb,
		   char *text, size_t size);
bool help_settings_apart(const struct verb *verb);
bool help_settings_again(const struct topic *topic, const struct verb *verb);
void help_setting(const struct setting *setting, char *text, size_t size);
void man_print(void);
void complete_print(void);

#endif /* VSWCTL_HELP_H */
