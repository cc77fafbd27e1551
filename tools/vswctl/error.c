// SPDX-License-Identifier: GPL-2.0
/*
 * error.c: the only place that writes to standard error.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "error.h"

static char prefix[512];

/* One line stays one line: names and words may have any octets. */
static void put_safe(const char *text)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text,
		      stderr);
}

static void put_part(const char *text)
{
	if (!*text)
		return;
	put_safe(text);
	fputs(": ", stderr);
}

/**
 * error_prefix - from now on errors are about this place
 * @format:	as of printf, such as "command 3 of 5"
 */
void error_prefix(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(prefix, sizeof(prefix), format, args);
	va_end(args);
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
	put_part(prefix);
	put_part(words);
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
