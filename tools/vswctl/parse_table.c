// SPDX-License-Identifier: GPL-2.0
/*
 * parse_table.c: words that are tables: VID translations, groups of VLANs, states,
 * priorities, reserved addresses, names of ports.
 */
#include <ctype.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "field.h"
#include "parse.h"

#define PRIO_MAX	7
#define GROUP_FORM	"is not VID[-VID]:N with VLAN ids from 1 to 4094"
#define STATE_FORM	"is not N:STATE with N from 0 to 63, such as 3:learning"
#define RESERVED_FORM	"is not all, none or digits such as 0,2,e"
#define NAMES_BYTES	(VSW_FDB_PORTS_MAX * (VSW_PORT_NAME_MAX + 1) + 1)
#define RESERVED_ALL	0xfff0	/* without those that concern one cable only */

/* One element of a translation, "10:110" or "20-29:120". */
static bool parse_mapping(const char *element, size_t length,
			  struct vsw_vid_range *range, struct problem *why)
{
	uint64_t first, last, vid;
	const char *at = element;

	if (!parse_vids(&at, 1, &first, &last) || *at++ != ':' ||
	    !parse_digits(&at, VID_MAX, &vid) || !vid || at != element + length)
		return problem_element(why, element, length,
				       "is not WIRE[-WIRE]:VID with ids from 1 to 4094");
	if (last < first)
		return problem_element(why, element, length, PROBLEM_REVERSED);
	if (vid + last - first > VID_MAX)
		return problem_element(why, element, length,
				       "leads beyond VLAN 4094");
	range->wire = first;
	range->vid = vid;
	range->count = last - first + 1;
	return true;
}

/**
 * parse_vid_map - a VID translation such as 10:110,20-29:120, in any order
 * @word:	the word
 * @map:	where to put it
 * @why:	why not
 */
bool parse_vid_map(const char *word, struct vid_map *map, struct problem *why)
{
	size_t length;

	memset(map, 0, sizeof(*map));
	for (;; word += length + 1) {
		length = strcspn(word, ",");
		if (map->count == VSW_VID_RANGES_MAX)
			return problem_set(why, "more than %u ranges are not allowed",
					   VSW_VID_RANGES_MAX);
		if (!parse_mapping(word, length, &map->ranges[map->count], why))
			return false;
		map->count++;
		if (!word[length])
			break;
	}
	vid_map_tidy(map);
	return true;
}

/**
 * parse_prios - a priority for each of those from 0 to 7, such as 1,0,2,3,4,5,6,7
 * @word:	the word
 * @prios:	where to put them, MODEL_PRIOS octets
 * @why:	why not
 */
bool parse_prios(const char *word, uint8_t *prios, struct problem *why)
{
	const char *at = word;
	uint64_t prio;
	unsigned int i;

	for (i = 0; i < MODEL_PRIOS; i++) {
		if ((i && *at++ != ',') || !parse_digits(&at, PRIO_MAX, &prio))
			break;
		prios[i] = prio;
	}
	if (i == MODEL_PRIOS && !*at)
		return true;
	return problem_set(why, "\"%.60s\" is not eight priorities such as 0,1,2,3,4,5,6,7",
			   word);
}

/* One element of groups, "10-19:1". */
static bool parse_group(const char *element, size_t length,
			struct vsw_vid_group *group, struct problem *why)
{
	uint64_t first, last, to;
	const char *at = element;

	if (!parse_vids(&at, 1, &first, &last) || *at++ != ':' ||
	    !parse_digits(&at, VID_MAX, &to) || at != element + length)
		return problem_element(why, element, length, GROUP_FORM);
	if (last < first)
		return problem_element(why, element, length, PROBLEM_REVERSED);
	group->vid = first;
	group->count = last - first + 1;
	group->to = to;
	return true;
}

/**
 * parse_groups - VLANs and what they are given, such as 10-19:1,20:2, in any order
 * @word:	the word
 * @groups:	where to put them
 * @why:	why not
 */
bool parse_groups(const char *word, struct vid_groups *groups,
		  struct problem *why)
{
	size_t length;

	memset(groups, 0, sizeof(*groups));
	for (;; word += length + 1) {
		length = strcspn(word, ",");
		if (groups->count == VSW_VID_GROUPS_MAX)
			return problem_set(why, "more than %u groups are not allowed",
					   VSW_VID_GROUPS_MAX);
		if (!parse_group(word, length, &groups->groups[groups->count],
				 why))
			return false;
		groups->count++;
		if (!word[length])
			break;
	}
	vid_groups_tidy(groups);
	return true;
}

/* One element of states, "3:learning". */
static bool parse_state(const char *element, size_t length,
			struct port_states *states, struct problem *why)
{
	const struct field_name *n;
	const char *at = element;
	uint64_t instance;

	if (parse_digits(&at, VSW_INSTANCES - 1, &instance) && *at++ == ':') {
		length -= at - element;
		for (n = spanning_names; n->word; n++) {
			if (strlen(n->word) != length ||
			    strncmp(n->word, at, length))
				continue;
			states->named |= (uint64_t)1 << instance;
			states->state[instance] = n->value;
			return true;
		}
		length += at - element;
	}
	return problem_element(why, element, length,
			       STATE_FORM);
}

/**
 * parse_states - states of instances, such as 0:discarding,3:learning, or forwarding
 * @word:	the word
 * @states:	where to put them
 * @why:	why not
 */
bool parse_states(const char *word, struct port_states *states,
		  struct problem *why)
{
	size_t length;

	memset(states, 0, sizeof(*states));
	if (!strcmp(word, "forwarding")) {
		states->named = UINT64_MAX;
		return true;
	}
	for (;; word += length + 1) {
		length = strcspn(word, ",");
		if (!parse_state(word, length, states, why))
			return false;
		if (!word[length])
			return true;
	}
}

/**
 * parse_reserved - last digits of reserved addresses, such as 0,2,e; all, or none
 * @word:	the word
 * @bits:	where to put them
 * @why:	why not
 */
bool parse_reserved(const char *word, uint16_t *bits, struct problem *why)
{
	const char *at = word;

	*bits = !strcmp(word, "all") ? RESERVED_ALL : 0;
	if (*bits || !strcmp(word, "none"))
		return true;
	for (;; at += 2) {
		if (!isxdigit((unsigned char)*at) || (at[1] && at[1] != ','))
			return problem_element(why, word, strlen(word),
					       RESERVED_FORM);
		*bits |= 1 << (isdigit((unsigned char)*at) ? *at - '0' :
			       tolower((unsigned char)*at) - 'a' + 10);
		if (!at[1])
			return true;
	}
}

static int text_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int name_compare(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

/* A copy that lasts, the same one for the same text. */
static const char *keep_text(const char *text)
{
	static void *known;
	const char *const *found = tfind(text, &known, text_compare);
	char *copy;

	if (found)
		return *found;
	copy = strdup(text);
	if (!copy || !tsearch(copy, &known, text_compare))
		error_memory();
	return copy;
}

/**
 * parse_names - names of ports, such as p1,p2, in any order
 * @word:	the word; "" for none
 * @names:	where to put them, in their own order, in a copy that lasts
 * @why:	why not
 */
bool parse_names(const char *word, const char **names, struct problem *why)
{
	char *list[VSW_FDB_PORTS_MAX], *copy = strdup(word), *rest = copy;
	char text[NAMES_BYTES] = "", *end = text;
	size_t count = 0, length, i;

	if (!copy)
		error_memory();
	while (*word && rest && count < VSW_FDB_PORTS_MAX) {
		list[count] = strsep(&rest, ",");
		length = strlen(list[count]);
		if (!length || length > VSW_PORT_NAME_MAX) {
			problem_element(why, list[count], length,
					"is not the name of a port");
			free(copy);
			return false;
		}
		count++;
	}
	qsort(list, count, sizeof(list[0]), name_compare);
	for (i = 0; i < count; i++)
		end += sprintf(end, "%s%s", i ? "," : "", list[i]);
	if (*word && rest)
		problem_set(why, "more than %u ports are not allowed",
			    VSW_FDB_PORTS_MAX);
	else
		*names = keep_text(text);
	free(copy);
	return !*word || !rest;
}
