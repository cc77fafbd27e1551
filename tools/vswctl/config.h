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
#include "config_class.h"
#include "ipc.h"
#include "place.h"

#define CONFIG_VERSION	1
#define CONFIG_ARRAY_MAX	VSW_FDB_MAX_LIMIT	/* elements of an array */

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
