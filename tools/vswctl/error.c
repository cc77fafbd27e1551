// SPDX-License-Identifier: GPL-2.0
/*
 * error.c: the only place that writes to standard error.
 */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "error.h"

/* One line stays one line: names and words may have any octets. */
static void put_safe(const char *text)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text,
		      stderr);
}

/**
 * error_print - print an error or a warning
 * @words:	the words of the command, or "" for none
 * @text:	what is wrong; what to do
 */
void error_print(const char *words, const char *text)
{
	fflush(stdout);
	flockfile(stderr);
	fputs("vswctl: ", stderr);
	if (*words) {
		put_safe(words);
		fputs(": ", stderr);
	}
	put_safe(text);
	fputc('\n', stderr);
	funlockfile(stderr);
}

/**
 * error_memory - give up: there is no memory
 */
_Noreturn void error_memory(void)
{
	error_print("", "out of memory");
	exit(STATUS_FAILED);
}
