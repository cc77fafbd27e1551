// SPDX-License-Identifier: GPL-2.0
/*
 * config_keys.c: what stands in a file of configuration under which key, what is
 * allowed there, and what it is when it is left out. The order of a table is the
 * order in which save writes.
 */
#include <stdio.h>
#include <string.h>

#include "config.h"

#define VID_MAX		4094
#define MTU_DEFAULT	1500	/* of a NIC */
#define BIT(n)		((uint64_t)1 << (n))

/* Those of a NIC that can be made. */
static const struct field_name made_names[] = {
	{ VSW_NIC_HOST, "host" },
	{ VSW_NIC_GUEST, "guest" },
	{ VSW_NIC_TAP, "tap" },
	{ 0, NULL }
};

static const struct config_key nic_keys[] = {
	{ .name = "name", .field = NIC_NAME, .flags = KEY_REQUIRED, .min = 1 },
	{ .name = "kind", .field = NIC_KIND, .flags = KEY_REQUIRED,
	  .names = made_names },
	{ .name = "mac", .field = NIC_MAC, .flags = KEY_CHOSEN },
	{ .name = "mtu", .field = NIC_MTU, .min = VSW_MTU_MIN,
	  .max = VSW_MTU_MAX, .preset = MTU_DEFAULT },
	{ .name = "queues", .field = NIC_QUEUES, .min = 1,
	  .max = VSW_QUEUES_MAX, .preset = 1 },
	{ NULL }
};

static const struct config_key switch_keys[] = {
	{ .name = "name", .field = SWITCH_NAME, .flags = KEY_REQUIRED, .min = 1 },
	{ .name = "type", .field = SWITCH_TYPE, .preset = VSW_SWITCH_EXTERNAL },
	{ .name = "protocol", .field = SWITCH_PROTOCOL, .preset = 0x8100 },
	{ .name = "adminstate", .field = SWITCH_UP, .preset = 1 },
	{ .name = "mtu", .field = SWITCH_MTU, .min = VSW_MTU_MIN,
	  .max = VSW_MTU_MAX, .preset = VSW_MTU_MAX },
	{ .name = "ageing_ms", .field = SWITCH_AGEING, .min = VSW_AGEING_MIN_MS,
	  .max = VSW_AGEING_MAX_MS, .preset = VSW_AGEING_DEFAULT_MS },
	{ .name = "fdb_max", .field = SWITCH_FDB_MAX, .min = 1,
	  .max = VSW_FDB_MAX_LIMIT, .preset = VSW_FDB_MAX_DEFAULT },
	{ .name = "fid_map", .field = SWITCH_FIDS },
	{ .name = "instance_map", .field = SWITCH_INSTANCES },
	{ NULL }
};

const struct config_vlan_mode config_vlan_modes[CONFIG_VLAN_MODES] = {
	{ VSW_VLAN_NONE, { NULL }, { NULL } },
	{ VSW_VLAN_ACCESS, { "vid" }, { NULL } },
	{ VSW_VLAN_TRUNK, { "vids", "native" }, { "native_tagged" } },
	{ VSW_VLAN_HYBRID, { "vids" }, { "untagged", "pvid" } },
	{ VSW_VLAN_TUNNEL, { "vid" }, { "cvlans", "services" } },
};

static const struct config_key port_keys[] = {
	{ .name = "name", .field = PORT_NAME, .flags = KEY_REQUIRED, .min = 1 },
	{ .name = "adminstate", .field = PORT_UP, .preset = 1 },
	{ .name = "mode", .group = "vlan", .field = PORT_VLAN_MODE,
	  .flags = KEY_REQUIRED },
	{ .name = "vid", .group = "vlan", .field = PORT_VLAN, .min = 1,
	  .max = VID_MAX },
	{ .name = "vids", .group = "vlan", .field = PORT_VLANS, .min = 1 },
	{ .name = "native", .group = "vlan", .field = PORT_NATIVE, .min = 1,
	  .max = VID_MAX },
	{ .name = "native_tagged", .group = "vlan",
	  .field = PORT_NATIVE_TAGGED },
	{ .name = "untagged", .group = "vlan", .field = PORT_UNTAGGED,
	  .min = 1 },
	{ .name = "pvid", .group = "vlan", .field = PORT_PVID, .min = 1,
	  .max = VID_MAX },
	{ .name = "cvlans", .group = "vlan", .field = PORT_CVLANS },
	{ .name = "services", .group = "vlan", .field = PORT_SERVICES },
	{ .name = "admit", .field = PORT_ADMIT },
	{ .name = "ingress_filter", .field = PORT_INGRESS_FILTER, .preset = 1 },
	{ .name = "vid_map", .field = PORT_VID_MAP },
	{ .name = "pcp_table", .field = PORT_PCP_TABLE },
	{ .name = "use_dei", .field = PORT_USE_DEI, .preset = 1 },
	{ .name = "prio_regen", .field = PORT_PRIO_REGEN },
	{ .name = "default_prio", .field = PORT_DEFAULT_PRIO, .max = 7 },
	{ .name = "priority_tags", .field = PORT_PRIORITY_TAGS },
	{ .name = "reserved_relay", .field = PORT_RESERVED_RELAY },
	{ .name = "bpdu", .field = PORT_BPDU },
	{ .name = "guard_recovery_ms", .field = PORT_GUARD_RECOVERY,
	  .max = UINT32_MAX },
	{ .name = "nic", .field = PORT_NIC, .min = 1 },
	{ .name = "role", .field = PORT_ROLE },
	{ .name = "bind", .field = PORT_BIND, .min = 1 },
	{ .name = "learn", .field = PORT_LEARN, .preset = 1 },
	{ .name = "flood", .field = PORT_FLOOD, .preset = 1 },
	{ .name = "fdb_max", .field = PORT_FDB_MAX, .max = VSW_FDB_MAX_LIMIT },
	{ .name = "link_follow", .field = PORT_LINK_FOLLOW },
	{ .name = "hold", .field = PORT_HOLD },
	{ .name = "desc", .field = PORT_DESC },
	{ NULL }
};

static const struct config_key fdb_keys[] = {
	{ .name = "mac", .field = FDB_MAC, .flags = KEY_REQUIRED },
	{ .name = "vlan", .field = FDB_VID, .max = VID_MAX },
	{ .name = "all_vlans", .field = FDB_ALL_VLANS },
	{ .name = "port", .field = FDB_PORT, .min = 1 },
	{ .name = "ports", .field = FDB_PORTS },
	{ .name = "sticky", .field = FDB_STICKY },
	{ NULL }
};

const struct config_class config_classes[CONFIG_KINDS] = {
	[CONFIG_NIC] = {
		.kind = &kind_nic, .array = "nics", .keys = nic_keys,
		.doc = "NICs that are made, for the host, for containers or for virtual machines",
		.always = BIT(NIC_KIND), .most = CONFIG_ARRAY_MAX,
		.add = VSW_CMD_NIC_NEW, .set = VSW_CMD_NIC_NEW,
		.del = VSW_CMD_NIC_DEL,
	},
	[CONFIG_SWITCH] = {
		.kind = &kind_switch, .array = "switches", .keys = switch_keys,
		.doc = "the switches", .most = CONFIG_ARRAY_MAX,
		.add = VSW_CMD_SWITCH_NEW, .set = VSW_CMD_SWITCH_SET,
		.del = VSW_CMD_SWITCH_DEL,
	},
	[CONFIG_PORT] = {
		.kind = &kind_port, .array = "ports", .keys = port_keys,
		.doc = "its ports", .of_switch = true, .most = VSW_PORTS_MAX,
		.add = VSW_CMD_PORT_NEW, .set = VSW_CMD_PORT_SET,
		.del = VSW_CMD_PORT_DEL,
	},
	[CONFIG_FDB] = {
		.kind = &kind_fdb, .array = "fdb", .keys = fdb_keys,
		.doc = "static entries of its filtering database",
		.always = BIT(FDB_PORT) | BIT(FDB_STICKY), .of_switch = true,
		.most = CONFIG_ARRAY_MAX,
		.add = VSW_CMD_FDB_NEW, .set = VSW_CMD_FDB_NEW,
		.del = VSW_CMD_FDB_DEL,
	},
};

/**
 * config_field - the member of the model that a key is
 * @class:	kind of object
 * @key:	the key
 */
const struct field *config_field(const struct config_class *class,
				 const struct config_key *key)
{
	return &class->kind->fields[key->field];
}

/**
 * config_names - the words that a key takes
 * @class:	kind of object
 * @key:	the key
 *
 * Return: the words, or NULL if it takes none.
 */
const struct field_name *config_names(const struct config_class *class,
				      const struct config_key *key)
{
	return key->names ? key->names : config_field(class, key)->names;
}

static const uint8_t prios_preset[MODEL_PRIOS] = { 0, 1, 2, 3, 4, 5, 6, 7 };

/**
 * config_is_preset - would it be the same if the key was left out?
 * @class:	kind of object
 * @key:	the key
 * @object:	the object
 */
bool config_is_preset(const struct config_class *class,
		      const struct config_key *key, const void *object)
{
	const struct field *f = config_field(class, key);

	if (key->flags & KEY_CHOSEN)
		return !field_has(object, key->field);
	switch (f->type) {
	case FIELD_STRING:
		return !*(const char *)field_at(f, object);
	case FIELD_VLANS:
		return vlans_none(field_at(f, object));
	case FIELD_VID:
		return field_number(f, object) == key->preset ||
		       field_number(f, object) == MODEL_ALL_VLANS;
	case FIELD_GROUPS:
		return !((const struct vid_groups *)field_at(f, object))->count;
	case FIELD_NAMES:
		return !*(const char *const *)field_at(f, object);
	case FIELD_VID_MAP:
		return !((const struct vid_map *)field_at(f, object))->count;
	case FIELD_PRIOS:
		return !memcmp(field_at(f, object), prios_preset, f->size);
	case FIELD_MAC:
		return false;
	default:
		return field_number(f, object) == key->preset;
	}
}

/**
 * config_preset - give a member its default
 * @class:	kind of object
 * @key:	its key
 * @object:	the object, which has nothing there
 */
void config_preset(const struct config_class *class,
		   const struct config_key *key, void *object)
{
	const struct field *f = config_field(class, key);

	if (f->type == FIELD_PRIOS)
		memcpy(field_at(f, object), prios_preset, f->size);
	else
		field_set_number(f, object, key->preset);
}

/**
 * config_blank - make an object of which nothing is said
 * @class:	kind of object
 * @object:	where to put it
 */
void config_blank(const struct config_class *class, void *object)
{
	const struct config_key *key;

	memset(object, 0, class->kind->size);
	for (key = class->keys; key->name; key++) {
		config_preset(class, key, object);
		if (!(key->flags & KEY_CHOSEN))
			field_mark(object, key->field);
	}
}

/**
 * config_mode_has - may a key stand in "vlan" with this mode?
 * @mode:	the mode
 * @key:	the key, other than "mode"
 */
bool config_mode_has(const struct config_vlan_mode *mode, const char *key)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if ((mode->needs[i] && !strcmp(mode->needs[i], key)) ||
		    (mode->takes[i] && !strcmp(mode->takes[i], key)))
			return true;
	return false;
}

static void describe_entry(const struct vsw_fdb *fdb, char *text, size_t size)
{
	int at = snprintf(text, size, "fdb \"%s\"",
			  field_text(&kind_fdb.fields[FDB_MAC], fdb));

	snprintf(text + at, size - at, " vlan %s of switch \"%s\"",
		 field_text(&kind_fdb.fields[FDB_VID], fdb), fdb->switch_name);
}

/**
 * config_describe - what an object is called in errors and by diff
 * @which:	its kind
 * @object:	the object
 * @text:	where to put it, such as: port "web" of switch "sw0"
 * @size:	room there
 */
void config_describe(enum config_kind which, const void *object, char *text,
		     size_t size)
{
	const struct vsw_switch *sw = object;
	const struct vsw_port *port = object;
	const struct vsw_nic *nic = object;
	const struct vsw_fdb *fdb = object;

	if (which == CONFIG_NIC)
		snprintf(text, size, "nic \"%s\"", nic->name);
	else if (which == CONFIG_SWITCH)
		snprintf(text, size, "switch \"%s\"", sw->name);
	else if (which == CONFIG_PORT)
		snprintf(text, size, "port \"%s\" of switch \"%s\"", port->name,
			 port->switch_name);
	else
		describe_entry(fdb, text, size);
}
