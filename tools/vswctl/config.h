/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config.h: a whole configuration, as a file has it or the kernel. What stands in
 * a file under which key is in tables (config_keys.c), from which come the reader,
 * save, diff, apply and the JSON schema.
 *
 * In a configuration every setting has a value: one that a file does not name has
 * its default. So two of them are compared member by member.
 */
#ifndef VSWCTL_CONFIG_H
#define VSWCTL_CONFIG_H

#include <jansson.h>

#include "command.h"
#include "ipc.h"
#include "place.h"

#define CONFIG_VERSION	1
#define CONFIG_ARRAY_MAX	VSW_FDB_MAX_LIMIT	/* elements of an array */

/* In the order in which a file has them, and things that others need first. */
enum config_kind { CONFIG_NIC, CONFIG_SWITCH, CONFIG_PORT, CONFIG_FDB,
	CONFIG_KINDS };

#define KEY_REQUIRED	1	/* has no default */
#define KEY_CHOSEN	2	/* left out, the kernel chooses */

/**
 * struct config_key - a setting in a file
 * @name:	its key
 * @group:	key of the object of JSON that it stands in, if it is one of several
 * @field:	member of the model
 * @flags:	KEY_*
 * @min:	least number, VLAN id of a list, or octets of a text
 * @max:	largest number; of a text the room in the model is the limit
 * @preset:	default of a number, word or bool; that of all else is empty
 * @names:	words that are allowed, if not those of the member
 */
struct config_key {
	const char *name;
	const char *group;
	unsigned int field;
	unsigned int flags;
	uint32_t min;
	uint32_t max;
	uint32_t preset;
	const struct field_name *names;
};

/**
 * struct config_class - a kind of object in a file
 * @kind:	the kind
 * @array:	key of the array that has them
 * @doc:	what they are, one sentence without a full stop
 * @keys:	its settings, ended by an empty one
 * @always:	members that go with every change, bit n: member n
 * @of_switch:	the array is a switch's, and member 0 names the switch
 * @most:	elements of the array at most
 * @add:	netlink command that makes one
 * @set:	netlink command that changes one; may be that of @add
 * @del:	netlink command that removes one
 */
struct config_class {
	const struct kind *kind;
	const char *array;
	const char *doc;
	const struct config_key *keys;
	uint64_t always;
	bool of_switch;
	unsigned int most;
	uint8_t add;
	uint8_t set;
	uint8_t del;
};

/* An object, and where a file has it. */
struct config_entry {
	void *object;
	struct place place;
};

/* Objects of one kind, by their names once they are sorted. */
struct config_list {
	struct config_entry *entries;
	size_t count;
	size_t room;
};

struct config {
	struct config_list lists[CONFIG_KINDS];
};

/**
 * struct config_vlan_mode - keys of a port's "vlan" that go with a mode
 * @mode:	enum vsw_vlan_mode
 * @needs:	keys of which one must be there
 * @takes:	others that may be there
 */
struct config_vlan_mode {
	uint32_t mode;
	const char *needs[2];
	const char *takes[2];
};

#define CONFIG_VLAN_MODES	(VSW_VLAN_TUNNEL + 1)

extern const struct config_vlan_mode config_vlan_modes[CONFIG_VLAN_MODES];
extern const struct config_class config_classes[CONFIG_KINDS];

/* config_keys.c */
const struct field *config_field(const struct config_class *class,
				 const struct config_key *key);
const struct field_name *config_names(const struct config_class *class,
				      const struct config_key *key);
bool config_is_preset(const struct config_class *class,
		      const struct config_key *key, const void *object);
void config_preset(const struct config_class *class,
		   const struct config_key *key, void *object);
void config_blank(const struct config_class *class, void *object);
bool config_mode_has(const struct config_vlan_mode *mode, const char *key);
void config_describe(enum config_kind which, const void *object, char *text,
		     size_t size);

/* config.c */
void *config_add(struct config *config, enum config_kind which,
		 const void *object, const struct place *place);
void config_move(struct config *to, struct config *from);
void config_sort(struct config *config);
struct config_entry *config_find(const struct config *config,
				 enum config_kind which, const void *object);
int config_compare(const struct config_class *class, const void *a,
		   const void *b);
bool config_member_same(const struct field *f, const void *a, const void *b);
bool config_same(const struct config_class *class, const void *a,
		 const void *b);
void config_strip(struct config *config, const char *only);
int config_load(const struct command *cmd, struct config *config);
void config_free(struct config *config);

/* config_read.c, config_value.c and config_check.c */
bool config_read(const struct config_file *file, struct config *config,
		 struct problem *why);
bool config_value(const struct config_class *class,
		  const struct config_key *key, const json_t *value,
		  void *object, struct problem *why);
bool config_problem(const struct place *place, struct problem *why,
		    const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool config_check_object(enum config_kind which, void *object,
			 const json_t *value, const struct place *place,
			 struct problem *why);
bool config_check(struct config *config, struct problem *why);

/* config_json.c */
json_t *config_value_json(const struct config_class *class,
			  const struct config_key *key, const void *object);
bool config_shows(const struct config_class *class,
		  const struct config_key *key, const void *object);
json_t *config_json(const struct config_class *class, const void *object);
void config_print(const struct config *config);

/* config_schema.c */
void config_schema_print(void);

#endif /* VSWCTL_CONFIG_H */
