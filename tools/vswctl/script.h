/* SPDX-License-Identifier: GPL-2.0 */
/*
 * script.h: files of commands, for -f. One line after the other, as words, with
 * the quotes taken off.
 */
#ifndef VSWCTL_SCRIPT_H
#define VSWCTL_SCRIPT_H

#include <stdio.h>

#include "setting.h"

#define SCRIPT_LINE_MAX	65536	/* octets of a line */

/**
 * struct script - a file that is read
 * @name:	its name, for errors
 * @line:	the line that was read last, from 1
 * @failed:	errno, if it could not be read to its end
 * @stream:	what is read
 * @text:	the line, with room for its newline and a NUL
 * @at:		its words, in @text; one more in front, as of a program's name
 */
struct script {
	const char *name;
	unsigned int line;
	int failed;
	FILE *stream;
	char text[SCRIPT_LINE_MAX + 2];
	char *at[SCRIPT_LINE_MAX / 2 + 2];
};

bool script_open(struct script *script, const char *name);
bool script_next(struct script *script, struct words *words,
		 struct problem *why);
void script_close(struct script *script);

#endif /* VSWCTL_SCRIPT_H */
