/* SPDX-License-Identifier: GPL-2.0 */
/*
 * field.h: the tables behind the structs of model.h (model.c), and the functions
 * that read and write any member by its table entry (field.c).
 */
#ifndef VSWCTL_FIELD_H
#define VSWCTL_FIELD_H

#include "member.h"
#include "model.h"
#include "model_stats.h"

#define FIELD_TEXT_MAX	12288	/* octets of the longest VLAN list, and more */

/* What a member is, on the wire and in the struct. */
enum field_type {
	FIELD_STRING,		/* char[size] */
	FIELD_TEXT,		/* const char *, never on the wire */
	FIELD_U8,
	FIELD_U16,
	FIELD_U32,
	FIELD_S32,
	FIELD_U64,
	FIELD_BOOL,		/* u8 */
	FIELD_NOT,		/* u8 that says the opposite */
	FIELD_FLAG,		/* there or not */
	FIELD_MAC,
	FIELD_VLANS,		/* bitmap of VLAN ids */
	FIELD_VID_MAP,		/* struct vid_map; on the wire its ranges */
	FIELD_PRIOS,		/* a priority for each of 8 */
	FIELD_VID,		/* as U16; MODEL_ALL_VLANS is not on the wire */
	FIELD_RESERVED,		/* bits of reserved addresses, u16 */
	FIELD_GROUPS,		/* struct vid_groups; on the wire its groups */
	FIELD_STATES,		/* struct port_states; on the wire the named ones */
	FIELD_NAMES,		/* const char *, names; on the wire a nest of them */
	FIELD_DROPS,		/* nest of u64 by enum vsw_drop */
};

/* A number and the word for it; a list ends with a NULL word. */
struct field_name {
	uint32_t value;
	const char *word;
};

/**
 * struct field - one member of an object
 * @key:	its JSON key; NULL: it is not shown
 * @type:	enum field_type
 * @attr:	netlink attribute, 0 if it is made here from others
 * @offset:	where it is in the struct
 * @size:	octets it has there
 * @names:	words of the values of a number or bool that is shown as a word
 * @doc:	what it says, for the man page
 */
struct field {
	const char *key;
	uint8_t type;
	uint16_t attr;
	size_t offset;
	size_t size;
	const struct field_name *names;
	const char *doc;
};

/* Netlink commands of a kind, and its nest in a batch; 0: there is none. */
struct kind_commands {
	uint8_t get;
	uint8_t ntf;
	uint8_t del_ntf;
	uint8_t nest;
};

/**
 * struct kind - one kind of object
 * @name:	"switch", "port", ...
 * @noun:	how an error speaks of one: "switch", "port", "NIC"
 * @fields:	its members
 * @count:	number of @fields
 * @size:	octets of its struct
 * @key:	bit n: member n names the object
 * @event_attr:	attribute that says what an event reports
 * @commands:	how to ask for it and what its events are
 * @tidy:	called on what came from the kernel: drops members that do not
 *		apply and makes those that are computed
 */
struct kind {
	const char *name;
	const char *noun;
	const struct field *fields;
	unsigned int count;
	size_t size;
	uint64_t key;
	uint16_t event_attr;
	struct kind_commands commands;
	void (*tidy)(void *object);
};

/* Room for the object of any kind that is asked for. */
union model {
	struct vsw_object object;
	struct vsw_switch sw;
	struct vsw_port port;
	struct vsw_nic nic;
	struct vsw_vlan vlan;
	struct vsw_fdb fdb;
	struct vsw_stats stats;
};

extern const struct kind kind_switch, kind_port, kind_nic, kind_vlan, kind_fdb,
	kind_stats, kind_drops;
extern const struct field_name event_names[], spanning_names[];

/* What the member @index of @object is; all are in field.c. */
bool field_has(const void *object, unsigned int index);
void field_mark(void *object, unsigned int index);
void field_unmark(void *object, unsigned int index);
void *field_at(const struct field *f, const void *object);
uint64_t field_number(const struct field *f, const void *object);
void field_set_number(const struct field *f, void *object, uint64_t value);
const char *field_word(const struct field_name *names, uint64_t value);
const char *field_text(const struct field *f, const void *object);
const struct field *kind_field(const struct kind *kind, const char *key,
			       unsigned int *index);
bool vlans_have(const uint8_t *bitmap, unsigned int vid);
void vlans_add(uint8_t *bitmap, unsigned int vid);
bool vlans_none(const uint8_t *bitmap);
void vlans_text(const uint8_t *bitmap, char *text, size_t size);
void vid_map_tidy(struct vid_map *map);
void vid_groups_tidy(struct vid_groups *groups);
void vid_map_text(const struct vid_map *map, char *text, size_t size);

#endif /* VSWCTL_FIELD_H */
