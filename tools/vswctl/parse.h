/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parse.h: one word of the command line to one value. Everything is strict:
 * characters that are left over and numbers that do not fit are refused.
 */
#ifndef VSWCTL_PARSE_H
#define VSWCTL_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a word was refused: one line that names the word and what was expected. */
struct problem {
	char text[256];
};

bool problem_set(struct problem *why, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

bool parse_word(const char *word, const char *const *list, const char *what,
		unsigned int *index, struct problem *why);
bool parse_number(const char *word, uint32_t max, uint32_t *value,
		  struct problem *why);
bool parse_time(const char *word, uint32_t *ms, struct problem *why);
bool parse_vid(const char *word, uint16_t *vid, struct problem *why);
bool parse_vlans(const char *word, uint8_t *bitmap, struct problem *why);
bool parse_mac(const char *word, uint8_t *mac, struct problem *why);
bool parse_string(const char *word, char *text, size_t size,
		  struct problem *why);

#endif /* VSWCTL_PARSE_H */
