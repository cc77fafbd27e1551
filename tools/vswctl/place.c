// SPDX-License-Identifier: GPL-2.0
/*
 * place.c: files of configuration, and places in them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "place.h"

#define STDIN_NAME	"-"
#define READ_SIZE	65536
#define WHITE		" \t\r\n"

static bool too_large(const char *name, struct problem *why)
{
	return problem_set(why, "%.200s: larger than %u MiB; split it", name,
			   CONFIG_FILE_MAX >> 20);
}

/* All that can be read; what is too large is not read to its end. */
static char *read_all(int fd, const char *name, size_t *size,
		      struct problem *why)
{
	size_t room = 0;
	char *text = NULL;
	ssize_t got;

	*size = 0;
	do {
		if (room - *size < READ_SIZE + 1) {
			room = room * 2 + READ_SIZE + 1;
			text = realloc(text, room);
			if (!text)
				error_memory();
		}
		got = read(fd, text + *size, READ_SIZE);
		if (got > 0)
			*size += got;
	} while ((got > 0 && *size <= CONFIG_FILE_MAX) ||
		 (got < 0 && errno == EINTR));
	if (got < 0)
		problem_set(why, "%.200s: %s", name, strerror(errno));
	else if (*size > CONFIG_FILE_MAX)
		too_large(name, why);
	else
		return text;
	free(text);
	return NULL;
}

static int open_file(const char *name, struct problem *why)
{
	struct stat st;
	int fd;

	if (!strcmp(name, STDIN_NAME))
		return dup(STDIN_FILENO);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st)) {
		problem_set(why, "%.200s: %s", name, strerror(errno));
		return -1;
	}
	if (!S_ISREG(st.st_mode) || st.st_size <= CONFIG_FILE_MAX)
		return fd;
	too_large(name, why);
	close(fd);
	return -1;
}

static bool parse_text(struct config_file *file, size_t size,
		       struct problem *why)
{
	json_error_t error;

	if (strspn(file->text, WHITE) == size)
		return problem_set(why, "%.200s: the file is empty; the least is {\"version\": 1}",
				   file->name);
	file->root = json_loadb(file->text, size, JSON_REJECT_DUPLICATES,
				&error);
	return file->root ||
	       problem_set(why, "%.200s:%d: %s", file->name, error.line,
			   error.text);
}

/**
 * config_file_load - read a file and parse it as JSON
 * @name:	its name, "-" is standard input
 * @file:	where to put it; to be freed in any case
 * @why:	why not, with the file's name and the line
 */
bool config_file_load(const char *name, struct config_file *file,
		      struct problem *why)
{
	size_t size;
	int fd;

	memset(file, 0, sizeof(*file));
	fd = open_file(name, why);
	if (fd < 0)
		return false;
	file->name = strdup(strcmp(name, STDIN_NAME) ? name : "standard input");
	if (!file->name)
		error_memory();
	file->text = read_all(fd, file->name, &size, why);
	close(fd);
	if (!file->text)
		return false;
	file->text[size] = '\0';
	return parse_text(file, size, why);
}

/**
 * config_file_free - give the memory of a file back
 * @file:	the file
 */
void config_file_free(struct config_file *file)
{
	json_decref(file->root);
	free(file->text);
	free(file->name);
}

/**
 * place_in - one step further
 * @place:	a place
 * @step:	which member or element of what is there
 */
struct place place_in(const struct place *place, uint32_t step)
{
	struct place inner = *place;

	if (inner.depth < PLACE_DEPTH)
		inner.at[inner.depth++] = step;
	return inner;
}

/*
 * The following walk over a text that jansson has parsed, and take for granted
 * that it is JSON.
 */
static const char *skip_white(const char *p)
{
	return p + strspn(p, WHITE);
}

static const char *skip_string(const char *p)
{
	for (p++; *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p + 1;
}

static const char *skip_value(const char *p)
{
	unsigned int depth = 0;

	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		else if (!strchr(WHITE ",:", *p))
			p += strcspn(p, WHITE ",:[]{}\"") - 1;
		p++;
	} while (depth);
	return p;
}

/* From a key to its value. */
static const char *skip_key(const char *p)
{
	return skip_white(skip_white(skip_string(p)) + 1);
}

/* From an object or array to its n-th key or element. */
static const char *step_in(const char *p, uint32_t n)
{
	bool keys = *p == '{';

	p = skip_white(p + 1);
	while (n--) {
		p = skip_value(keys ? skip_key(p) : p);
		p = skip_white(skip_white(p) + 1);
	}
	return p;
}

/**
 * place_line - the line of a place
 * @place:	the place
 *
 * Return: the line of a member's key, or of an element; from 1.
 */
unsigned int place_line(const struct place *place)
{
	const char *text = place->file->text, *p = skip_white(text);
	unsigned int i, line = 1;
	bool key = false;

	for (i = 0; i < place->depth; i++) {
		if (key)
			p = skip_key(p);
		key = *p == '{';
		p = step_in(p, place->at[i]);
	}
	for (; text < p; text++)
		line += *text == '\n';
	return line;
}

/**
 * place_path - the path of a place, such as switches[0].ports[2].vlan.vid
 * @place:	the place
 * @text:	where to put it; "" for the root
 * @size:	room there
 */
void place_path(const struct place *place, char *text, size_t size)
{
	json_t *value = place->file->root;
	unsigned int i, n;
	size_t at = 0;
	void *iter;

	text[0] = '\0';
	for (i = 0; i < place->depth && at < size; i++) {
		if (json_is_array(value)) {
			at += snprintf(text + at, size - at, "[%u]", place->at[i]);
			value = json_array_get(value, place->at[i]);
			continue;
		}
		iter = json_object_iter(value);
		for (n = place->at[i]; n; n--)
			iter = json_object_iter_next(value, iter);
		at += snprintf(text + at, size - at, "%s%.60s", at ? "." : "",
			       json_object_iter_key(iter));
		value = json_object_iter_value(iter);
	}
}
