/* SPDX-License-Identifier: GPL-2.0 */
/*
 * place.h: files of configuration, and places in them. jansson tells the line of
 * a syntax error only; for all else a place is kept as the way that leads to it,
 * from which its line and path are made when they are needed.
 */
#ifndef VSWCTL_PLACE_H
#define VSWCTL_PLACE_H

#include <jansson.h>

#include "parse.h"

#define CONFIG_FILE_MAX	(16 << 20)	/* octets */
#define PLACE_DEPTH	6

/**
 * struct config_file - a file
 * @name:	its name, for errors
 * @text:	what is in it, ended by a NUL
 * @root:	the same, parsed
 */
struct config_file {
	char *name;
	char *text;
	json_t *root;
};

/**
 * struct place - where something stands in a file
 * @file:	the file, NULL if it stands in none
 * @depth:	number of steps from the root
 * @at:		each step: the n-th member or element, in the order of the text
 */
struct place {
	const struct config_file *file;
	unsigned int depth;
	uint32_t at[PLACE_DEPTH];
};

bool config_file_load(const char *name, struct config_file *file,
		      struct problem *why);
void config_file_free(struct config_file *file);

struct place place_in(const struct place *place, uint32_t step);
unsigned int place_line(const struct place *place);
void place_path(const struct place *place, char *text, size_t size);

#endif /* VSWCTL_PLACE_H */
