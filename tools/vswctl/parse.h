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

#include "table.h"

/* Why a word was refused: one line that names the word and what was expected. */
struct problem {
	char text[512];
};

bool problem_set(struct problem *why, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

bool problem_element(struct problem *why, const char *element, size_t length,
		     const char *what);

/* For those who parse lists of other things. */
#define VID_MAX			4094
#define PROBLEM_REVERSED	"is a reversed range; write the lower id first"
bool parse_digits(const char **at, uint64_t max, uint64_t *value);
bool parse_vids(const char **at, unsigned int lowest, uint64_t *first,
		uint64_t *last);

bool parse_word(const char *word, const char *const *list, const char *what,
		unsigned int *index, struct problem *why);
bool parse_number(const char *word, uint32_t max, uint32_t *value,
		  struct problem *why);
bool parse_time(const char *word, uint32_t *ms, struct problem *why);
bool parse_vid(const char *word, uint16_t *vid, struct problem *why);
bool parse_vlans(const char *word, unsigned int lowest, uint8_t *bitmap,
		 struct problem *why);
bool parse_vid_map(const char *word, struct vid_map *map, struct problem *why);
bool parse_groups(const char *word, struct vid_groups *groups,
		  struct problem *why);
bool parse_states(const char *word, struct port_states *states,
		  struct problem *why);
bool parse_reserved(const char *word, uint16_t *bits, struct problem *why);
bool parse_names(const char *word, const char **names, struct problem *why);
bool parse_prios(const char *word, uint8_t *prios, struct problem *why);
bool parse_mac(const char *word, uint8_t *mac, struct problem *why);
bool parse_string(const char *word, char *text, size_t size,
		  struct problem *why);

#endif /* VSWCTL_PARSE_H */
