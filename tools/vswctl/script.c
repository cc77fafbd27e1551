// SPDX-License-Identifier: GPL-2.0
/*
 * script.c: files of commands. Words are as in a shell: blanks part them, quotes
 * and backslashes keep blanks; there is nothing else that a shell has. A file that
 * is none of commands is refused at the first line that shows it, however large.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "script.h"

#define STDIN_NAME	"-"

/**
 * script_open - begin to read a file
 * @script:	where to put what is known of it
 * @name:	its name, "-" is standard input
 *
 * Return: whether it could be opened; errno says why not.
 */
bool script_open(struct script *script, const char *name)
{
	bool input = !strcmp(name, STDIN_NAME);
	int fd;

	script->name = input ? "standard input" : name;
	script->line = 0;
	script->failed = 0;
	fd = input ? dup(STDIN_FILENO) :
		     open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	script->stream = fd < 0 ? NULL : fdopen(fd, "r");
	return script->stream;
}

/**
 * script_close - read no further
 * @script:	the file
 */
void script_close(struct script *script)
{
	fclose(script->stream);
}

static bool is_text(int c)
{
	return (c >= ' ' && c != 0x7f) || c == '\t' || c == '\r';
}

/* The next line without its newline; -1 if it is refused. */
static int read_line(struct script *script, struct problem *why)
{
	int length = 0, c;

	while ((c = getc_unlocked(script->stream)) != EOF && c != '\n') {
		if (!is_text(c)) {
			problem_set(why, "octet 0x%02x is no text; is this a file of commands?",
				    c);
			return -1;
		}
		if (length == SCRIPT_LINE_MAX) {
			problem_set(why, "the line is longer than %u octets",
				    SCRIPT_LINE_MAX);
			return -1;
		}
		script->text[length++] = (char)c;
	}
	script->text[length] = '\0';
	return length;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * One quoted part from behind its quote to behind its end. Between single quotes
 * all is as it stands; between double ones a backslash keeps a quote or another.
 */
static char *take_quoted(char *from, char quote, char **to)
{
	for (; *from != quote; from++) {
		if (quote == '"' && *from == '\\' &&
		    (from[1] == '"' || from[1] == '\\'))
			from++;
		if (!*from)
			return NULL;
		*(*to)++ = *from;
	}
	return from + 1;
}

/*
 * One word, its quotes taken off in place: it never grows. Behind it stands a NUL,
 * which may take the place of the blank that ended it.
 */
static char *take_word(char *from, char *to, struct problem *why)
{
	char quote;

	while (*from && !is_blank(*from)) {
		if (*from == '\'' || *from == '"') {
			quote = *from;
			from = take_quoted(from + 1, quote, &to);
			if (!from) {
				problem_set(why, "the quote %c is not closed in this line",
					    quote);
				return NULL;
			}
			continue;
		}
		if (*from == '\\' && !*++from) {
			problem_set(why, "a backslash ends the line; a command stands in one line");
			return NULL;
		}
		*to++ = *from++;
	}
	from += *from != '\0';
	*to = '\0';
	return from;
}

static bool split(struct script *script, struct words *words,
		  struct problem *why)
{
	char *from = script->text, *word;

	words->count = 0;
	words->at = script->at + 1;
	for (;;) {
		while (is_blank(*from))
			from++;
		if (!*from || *from == '#')
			return true;
		word = from;
		from = take_word(from, word, why);
		if (!from)
			return false;
		words->at[words->count++] = word;
	}
}

/**
 * script_next - the words of the next line that has any
 * @script:	the file
 * @words:	where to put them; they last until the next call, and there are none
 *		at the end of the file
 * @why:	why the line, or the file, is refused
 */
bool script_next(struct script *script, struct words *words,
		 struct problem *why)
{
	words->count = 0;
	errno = 0;
	do {
		if (feof(script->stream))
			return true;
		script->line++;
		if (read_line(script, why) < 0)
			return false;
		if (ferror(script->stream)) {
			script->failed = errno;
			return problem_set(why, "%s", strerror(errno));
		}
		if (!split(script, words, why))
			return false;
	} while (!words->count);
	return true;
}
