/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config_class.h: the tables of what stands in a file under which key; they are in
 * config_keys.c.
 */
#ifndef VSWCTL_CONFIG_CLASS_H
#define VSWCTL_CONFIG_CLASS_H

#include "field.h"

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

#endif /* VSWCTL_CONFIG_CLASS_H */
