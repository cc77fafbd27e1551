// SPDX-License-Identifier: GPL-2.0
/*
 * field.c: reads and writes any member of any object by its table entry, and
 * turns it into text. Nothing here knows an object or prints anything.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"

/**
 * field_has - is the member there?
 * @object:	any object
 * @index:	its index in the kind's table
 */
bool field_has(const void *object, unsigned int index)
{
	return ((const struct vsw_object *)object)->has >> index & 1;
}

/**
 * field_mark - note that the member is there
 * @object:	any object
 * @index:	its index in the kind's table
 */
void field_mark(void *object, unsigned int index)
{
	((struct vsw_object *)object)->has |= (uint64_t)1 << index;
}

/**
 * field_unmark - note that the member is not there
 * @object:	any object
 * @index:	its index in the kind's table
 */
void field_unmark(void *object, unsigned int index)
{
	((struct vsw_object *)object)->has &= ~((uint64_t)1 << index);
}

/**
 * field_at - where a member is
 * @f:		the member
 * @object:	the object
 */
void *field_at(const struct field *f, const void *object)
{
	return (char *)object + f->offset;
}

/**
 * field_number - value of a member that is a number or a bool
 * @f:		the member
 * @object:	the object
 *
 * Return: the value; a negative one is sign-extended.
 */
uint64_t field_number(const struct field *f, const void *object)
{
	const void *p = field_at(f, object);

	switch (f->type) {
	case FIELD_U8:
		return *(const uint8_t *)p;
	case FIELD_U16:
	case FIELD_VID:
	case FIELD_RESERVED:
		return *(const uint16_t *)p;
	case FIELD_U32:
		return *(const uint32_t *)p;
	case FIELD_S32:
		return (uint64_t)(int64_t)*(const int32_t *)p;
	case FIELD_U64:
		return *(const uint64_t *)p;
	case FIELD_BOOL:
	case FIELD_NOT:
	case FIELD_FLAG:
		return *(const bool *)p;
	default:
		return 0;
	}
}

/**
 * field_set_number - give a member that is a number or a bool its value
 * @f:		the member
 * @object:	the object
 * @value:	the value, which fits
 */
void field_set_number(const struct field *f, void *object, uint64_t value)
{
	void *p = field_at(f, object);

	switch (f->type) {
	case FIELD_U8:
		*(uint8_t *)p = (uint8_t)value;
		break;
	case FIELD_U16:
	case FIELD_VID:
	case FIELD_RESERVED:
		*(uint16_t *)p = (uint16_t)value;
		break;
	case FIELD_U32:
		*(uint32_t *)p = (uint32_t)value;
		break;
	case FIELD_S32:
		*(int32_t *)p = (int32_t)value;
		break;
	case FIELD_U64:
		*(uint64_t *)p = value;
		break;
	case FIELD_BOOL:
	case FIELD_NOT:
	case FIELD_FLAG:
		*(bool *)p = value;
		break;
	default:
		break;
	}
}

/**
 * field_word - the word for a value
 * @names:	words of the values
 * @value:	the value
 *
 * Return: the word; "unknown" for a value of a newer kernel.
 */
const char *field_word(const struct field_name *names, uint64_t value)
{
	for (; names->word; names++)
		if (names->value == value)
			return names->word;
	return "unknown";
}

/* Append "10-19:1"; @at: where in the text, @size or more if it is full. */
static size_t vids_text(char *text, size_t size, size_t at, unsigned int vid,
			unsigned int count, unsigned int to)
{
	if (at < size)
		at += snprintf(text + at, size - at, "%s%u", at ? "," : "", vid);
	if (count > 1 && at < size)
		at += snprintf(text + at, size - at, "-%u", vid + count - 1);
	if (at < size)
		at += snprintf(text + at, size - at, ":%u", to);
	return at;
}

/* "10-19:1,20:2" */
static void groups_text(const struct vid_groups *groups, char *text, size_t size)
{
	const struct vsw_vid_group *g = groups->groups;
	size_t at = 0;

	text[0] = '\0';
	for (; g < groups->groups + groups->count; g++)
		at = vids_text(text, size, at, g->vid, g->count, g->to);
}

/* "0:discarding,3:learning", those that do not forward. */
static void states_text(const struct port_states *states, char *text,
			size_t size)
{
	unsigned int i;
	size_t at = 0;

	text[0] = '\0';
	for (i = 0; i < VSW_INSTANCES && at < size; i++)
		if (states->state[i])
			at += snprintf(text + at, size - at, "%s%u:%s",
				       at ? "," : "", i,
				       field_word(spanning_names,
						  states->state[i]));
}

/* "0,2,e" */
static void reserved_text(uint16_t bits, char *text, size_t size)
{
	unsigned int i;
	size_t at = 0;

	text[0] = '\0';
	for (i = 0; i < 16; i++)
		if (bits >> i & 1)
			at += snprintf(text + at, size - at, "%s%x",
				       at ? "," : "", i);
}

/**
 * field_text - a member as text
 * @f:		the member
 * @object:	the object
 *
 * Return: the text, which lasts until the next call.
 */
const char *field_text(const struct field *f, const void *object)
{
	static char text[FIELD_TEXT_MAX];
	const uint8_t *p = field_at(f, object);

	if (f->names)
		return field_word(f->names, field_number(f, object));
	switch (f->type) {
	case FIELD_STRING:
		return (const char *)p;
	case FIELD_TEXT:
	case FIELD_NAMES:
		return *(const char *const *)(const void *)p;
	case FIELD_MAC:
		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x",
			 p[0], p[1], p[2], p[3], p[4], p[5]);
		break;
	case FIELD_VLANS:
		vlans_text(p, text, sizeof(text));
		break;
	case FIELD_GROUPS:
		groups_text((const void *)p, text, sizeof(text));
		break;
	case FIELD_STATES:
		states_text((const void *)p, text, sizeof(text));
		break;
	case FIELD_VID:
		if (field_number(f, object) == MODEL_ALL_VLANS)
			return "all";
		snprintf(text, sizeof(text), "%u", *(const uint16_t *)(const void *)p);
		break;
	case FIELD_RESERVED:
		reserved_text(field_number(f, object), text, sizeof(text));
		break;
	case FIELD_VID_MAP:
		vid_map_text((const void *)p, text, sizeof(text));
		break;
	case FIELD_PRIOS:
		snprintf(text, sizeof(text), "%u,%u,%u,%u,%u,%u,%u,%u", p[0],
			 p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
		break;
	case FIELD_BOOL:
	case FIELD_NOT:
	case FIELD_FLAG:
		return *(const bool *)p ? "true" : "false";
	default:
		snprintf(text, sizeof(text), "%" PRId64,
			 (int64_t)field_number(f, object));
		break;
	}
	return text;
}

/**
 * kind_field - the member with a JSON key
 * @kind:	kind of object
 * @key:	the key
 * @index:	where to put its index
 *
 * Return: the member, or NULL.
 */
const struct field *kind_field(const struct kind *kind, const char *key,
			       unsigned int *index)
{
	unsigned int i;

	for (i = 0; i < kind->count; i++) {
		if (!kind->fields[i].key || strcmp(kind->fields[i].key, key))
			continue;
		*index = i;
		return &kind->fields[i];
	}
	return NULL;
}

/**
 * vlans_have - is the VLAN in the bitmap?
 * @bitmap:	VSW_VLAN_BITMAP_BYTES octets
 * @vid:	VLAN id
 */
bool vlans_have(const uint8_t *bitmap, unsigned int vid)
{
	return bitmap[vid / 8] >> vid % 8 & 1;
}

/**
 * vlans_add - put a VLAN into the bitmap
 * @bitmap:	VSW_VLAN_BITMAP_BYTES octets
 * @vid:	VLAN id
 */
void vlans_add(uint8_t *bitmap, unsigned int vid)
{
	bitmap[vid / 8] |= 1 << vid % 8;
}

/**
 * vlans_none - is the bitmap empty?
 * @bitmap:	VSW_VLAN_BITMAP_BYTES octets
 */
bool vlans_none(const uint8_t *bitmap)
{
	static const uint8_t none[VSW_VLAN_BITMAP_BYTES];

	return !memcmp(bitmap, none, sizeof(none));
}

/**
 * vlans_text - a bitmap of VLANs as text
 * @bitmap:	VSW_VLAN_BITMAP_BYTES octets
 * @text:	where to put, for example, "10,20,100-199"
 * @size:	room there; FIELD_TEXT_MAX is enough for any
 */
void vlans_text(const uint8_t *bitmap, char *text, size_t size)
{
	unsigned int first, vid, end = VSW_VLAN_BITMAP_BYTES * 8;
	size_t at = 0;

	text[0] = '\0';
	for (vid = 0; vid < end && at < size; vid++) {
		if (!vlans_have(bitmap, vid))
			continue;
		first = vid;
		while (vid + 1 < end && vlans_have(bitmap, vid + 1))
			vid++;
		at += snprintf(text + at, size - at, vid > first ? "%s%u-%u" : "%s%u",
			       at ? "," : "", first, vid);
	}
}

static int range_compare(const void *a, const void *b)
{
	const struct vsw_vid_range *x = a, *y = b;

	if (x->wire != y->wire)
		return x->wire - y->wire;
	return x->vid - y->vid;
}

/**
 * vid_map_tidy - bring a translation into the one form in which it is compared
 * @map:	ranges in any order
 */
void vid_map_tidy(struct vid_map *map)
{
	struct vsw_vid_range *last, *next;
	unsigned int i, kept = 0;

	qsort(map->ranges, map->count, sizeof(map->ranges[0]), range_compare);
	for (i = 0; i < map->count; i++) {
		next = &map->ranges[i];
		last = kept ? &map->ranges[kept - 1] : NULL;
		if (last && last->wire + last->count == next->wire &&
		    last->vid + last->count == next->vid)
			last->count += next->count;
		else
			map->ranges[kept++] = *next;
	}
	memset(&map->ranges[kept], 0,
	       (VSW_VID_RANGES_MAX - kept) * sizeof(map->ranges[0]));
	map->count = kept;
}

/**
 * vid_map_text - a translation as text
 * @map:	the translation
 * @text:	where to put, for example, "10:110,20-29:120"
 * @size:	room there; FIELD_TEXT_MAX is enough for any
 */
void vid_map_text(const struct vid_map *map, char *text, size_t size)
{
	const struct vsw_vid_range *r;
	size_t at = 0;

	text[0] = '\0';
	for (r = map->ranges; r < map->ranges + map->count; r++)
		at = vids_text(text, size, at, r->wire, r->count, r->vid);
}

static int group_compare(const void *a, const void *b)
{
	const struct vsw_vid_group *x = a, *y = b;

	return x->vid != y->vid ? x->vid - y->vid : x->to - y->to;
}

/**
 * vid_groups_tidy - bring groups into the one form in which they are compared
 * @groups:	in any order
 */
void vid_groups_tidy(struct vid_groups *groups)
{
	struct vsw_vid_group *last, *next;
	unsigned int i, kept = 0;

	qsort(groups->groups, groups->count, sizeof(groups->groups[0]),
	      group_compare);
	for (i = 0; i < groups->count; i++) {
		next = &groups->groups[i];
		last = kept ? &groups->groups[kept - 1] : NULL;
		if (last && last->vid + last->count == next->vid &&
		    last->to == next->to)
			last->count += next->count;
		else
			groups->groups[kept++] = *next;
	}
	memset(&groups->groups[kept], 0,
	       (VSW_VID_GROUPS_MAX - kept) * sizeof(groups->groups[0]));
	groups->count = kept;
}
