// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_wire.c: what objects and errors look like in netlink messages, by the
 * tables of model.c. Attributes that are not in the table are those of a newer
 * kernel and are passed over.
 */
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "ipc_wire.h"
#include "parse.h"

/* Old headers end before it. */
#define EXTACK_MISS_TYPE	5	/* NLMSGERR_ATTR_MISS_TYPE */
#define NO_OPERATION		UINT32_MAX

/* Those that are named. */
static int encode_states(const struct field *f,
			 const struct port_states *states, struct nl_msg *msg)
{
	struct vsw_port_state list[VSW_INSTANCES];
	unsigned int i, count = 0;

	for (i = 0; i < VSW_INSTANCES; i++) {
		if (!(states->named >> i & 1))
			continue;
		list[count].instance = i;
		list[count++].state = states->state[i];
	}
	return nla_put(msg, f->attr, count * sizeof(list[0]), list);
}

static int encode_names(const struct field *f, const char *names,
			struct nl_msg *msg)
{
	struct nlattr *nest = nla_nest_start(msg, f->attr | NLA_F_NESTED);
	char name[VSW_PORT_NAME_MAX + 1];
	size_t length;

	if (!nest)
		return -NLE_NOMEM;
	for (; *names; names += length + (names[length] == ',')) {
		length = strcspn(names, ",");
		snprintf(name, sizeof(name), "%.*s", (int)length, names);
		if (nla_put_string(msg, VSW_A_PORTS_PORT, name))
			return -NLE_NOMEM;
	}
	return nla_nest_end_keep_empty(msg, nest);
}

static int encode_field(const struct field *f, const void *object,
			struct nl_msg *msg)
{
	uint64_t value = field_number(f, object);
	const void *p = field_at(f, object);
	const struct vid_groups *groups = p;
	const struct vid_map *map = p;

	switch (f->type) {
	case FIELD_STRING:
		return nla_put_string(msg, f->attr, p);
	case FIELD_U8:
		return nla_put_u8(msg, f->attr, value);
	case FIELD_VID:
		if (value == MODEL_ALL_VLANS)
			return 0;
		return nla_put_u16(msg, f->attr, value);
	case FIELD_U16:
	case FIELD_RESERVED:
		return nla_put_u16(msg, f->attr, value);
	case FIELD_U32:
		return nla_put_u32(msg, f->attr, value);
	case FIELD_S32:
		return nla_put_s32(msg, f->attr, value);
	case FIELD_U64:
		return nla_put_u64(msg, f->attr, value);
	case FIELD_BOOL:
		return nla_put_u8(msg, f->attr, value);
	case FIELD_NOT:
		return nla_put_u8(msg, f->attr, !value);
	case FIELD_FLAG:
		return value ? nla_put_flag(msg, f->attr) : 0;
	case FIELD_MAC:
	case FIELD_VLANS:
	case FIELD_PRIOS:
		return nla_put(msg, f->attr, f->size, p);
	case FIELD_GROUPS:
		return nla_put(msg, f->attr,
			       groups->count * sizeof(groups->groups[0]),
			       groups->groups);
	case FIELD_STATES:
		return encode_states(f, p, msg);
	case FIELD_NAMES:
		return encode_names(f, *(const char *const *)p, msg);
	case FIELD_VID_MAP:
		return nla_put(msg, f->attr,
			       map->count * sizeof(map->ranges[0]), map->ranges);
	default:
		return 0;
	}
}

/**
 * ipc_wire_encode - put members of an object into a message
 * @kind:	kind of the object
 * @object:	the object
 * @which:	bit n: member n, if it is there
 * @msg:	the message
 *
 * Return: 0 or an error of libnl.
 */
int ipc_wire_encode(const struct kind *kind, const void *object,
		    uint64_t which, struct nl_msg *msg)
{
	unsigned int i;
	int rc;

	for (i = 0; i < kind->count; i++) {
		if (!(which >> i & 1) || !field_has(object, i) ||
		    !kind->fields[i].attr)
			continue;
		rc = encode_field(&kind->fields[i], object, msg);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Octets that the attribute has to have, 0: any number. */
static int wire_size(const struct field *f)
{
	switch (f->type) {
	case FIELD_U8:
	case FIELD_U16:
	case FIELD_VID:
	case FIELD_RESERVED:
	case FIELD_U32:
	case FIELD_S32:
	case FIELD_U64:
	case FIELD_MAC:
	case FIELD_VLANS:
	case FIELD_PRIOS:
		return f->size;
	case FIELD_BOOL:
	case FIELD_NOT:
		return 1;
	default:
		return 0;
	}
}

static void decode_drops(struct nlattr *nest, uint64_t *drops)
{
	struct nlattr *a;
	int left;

	nla_for_each_nested(a, nest, left)
		if (nla_type(a) <= VSW_DROP_MAX &&
		    nla_len(a) == sizeof(uint64_t))
			drops[nla_type(a)] = nla_get_u64(a);
}

static void decode_string(struct nlattr *a, char *text, size_t size)
{
	size_t length = strnlen(nla_data(a), nla_len(a));

	if (length >= size)
		length = size - 1;
	memcpy(text, nla_data(a), length);
	text[length] = '\0';
}

static bool decode_vid_map(struct nlattr *a, struct vid_map *map)
{
	size_t size = nla_len(a);

	if (size % sizeof(map->ranges[0]) || size > sizeof(map->ranges))
		return false;
	memcpy(map->ranges, nla_data(a), size);
	map->count = size / sizeof(map->ranges[0]);
	vid_map_tidy(map);
	return true;
}

static bool decode_groups(struct nlattr *a, struct vid_groups *groups)
{
	size_t size = nla_len(a);

	if (size % sizeof(groups->groups[0]) || size > sizeof(groups->groups))
		return false;
	memcpy(groups->groups, nla_data(a), size);
	groups->count = size / sizeof(groups->groups[0]);
	vid_groups_tidy(groups);
	return true;
}

/* All others forward. */
static bool decode_states(struct nlattr *a, struct port_states *states)
{
	const struct vsw_port_state *s = nla_data(a);
	size_t count = nla_len(a) / sizeof(*s);

	for (; count; count--, s++) {
		if (s->instance >= VSW_INSTANCES)
			return false;
		states->state[s->instance] = s->state;
	}
	return true;
}

static bool decode_names(struct nlattr *nest, const char **names)
{
	char text[VSW_FDB_PORTS_MAX * (VSW_PORT_NAME_MAX + 1) + 1] = "";
	struct problem why;
	struct nlattr *a;
	size_t at = 0;
	int left;

	nla_for_each_nested(a, nest, left) {
		if (nla_type(a) != VSW_A_PORTS_PORT || at >= sizeof(text))
			return false;
		at += snprintf(text + at, sizeof(text) - at, "%s%.*s",
			       at ? "," : "", nla_len(a), (char *)nla_data(a));
	}
	return parse_names(text, names, &why);
}

static bool decode_field(const struct field *f, struct nlattr *a, void *object)
{
	void *p = field_at(f, object);
	int size = wire_size(f);

	if (size && nla_len(a) != size)
		return false;
	switch (f->type) {
	case FIELD_STRING:
		decode_string(a, p, f->size);
		break;
	case FIELD_BOOL:
		*(bool *)p = nla_get_u8(a);
		break;
	case FIELD_NOT:
		*(bool *)p = !nla_get_u8(a);
		break;
	case FIELD_FLAG:
		*(bool *)p = true;
		break;
	case FIELD_DROPS:
		decode_drops(a, p);
		break;
	case FIELD_VID_MAP:
		return decode_vid_map(a, p);
	case FIELD_GROUPS:
		return decode_groups(a, p);
	case FIELD_STATES:
		return decode_states(a, p);
	case FIELD_NAMES:
		return decode_names(a, p);
	default:
		memcpy(p, nla_data(a), f->size);
		break;
	}
	return true;
}

static bool decode_attr(const struct kind *kind, struct nlattr *a, void *object)
{
	struct vsw_object *head = object;
	unsigned int i;

	if (kind->event_attr && nla_type(a) == kind->event_attr) {
		if (nla_len(a) == sizeof(uint32_t))
			head->event = nla_get_u32(a);
		return nla_len(a) == sizeof(uint32_t);
	}
	for (i = 0; i < kind->count; i++) {
		if (kind->fields[i].attr != nla_type(a))
			continue;
		field_mark(object, i);
		return decode_field(&kind->fields[i], a, object);
	}
	return true;
}

/**
 * ipc_wire_decode - the object that a message tells of
 * @kind:	kind of the object
 * @header:	the message
 * @object:	where to put it
 *
 * Return: whether the message was as the interface has it.
 */
bool ipc_wire_decode(const struct kind *kind, struct nlmsghdr *header,
		     void *object)
{
	struct genlmsghdr *genl;
	struct nlattr *a;
	bool good = true;
	int left;

	memset(object, 0, kind->size);
	if (!genlmsg_valid_hdr(header, 0))
		return false;
	genl = genlmsg_hdr(header);
	nla_for_each_attr(a, genlmsg_attrdata(genl, 0),
			  genlmsg_attrlen(genl, 0), left)
		good &= decode_attr(kind, a, object);
	if (kind->tidy)
		kind->tidy(object);
	return good;
}

/* The attribute of the request that is @offset octets behind its beginning. */
static uint16_t attr_at(struct nl_msg *request, uint32_t offset)
{
	struct nlmsghdr *header = nlmsg_hdr(request);
	struct genlmsghdr *genl = genlmsg_hdr(header);
	char *wanted = (char *)header + offset;
	struct nlattr *a;
	int left;

	nla_for_each_attr(a, genlmsg_attrdata(genl, 0),
			  genlmsg_attrlen(genl, 0), left)
		if (wanted >= (char *)a &&
		    wanted < (char *)a + nla_total_size(nla_len(a)))
			return nla_type(a);
	return 0;
}

/* In a batch the kernel's offset leads to an operation, the cookie further. */
static bool is_batch(struct nl_msg *request)
{
	return genlmsg_hdr(nlmsg_hdr(request))->cmd == VSW_CMD_BATCH;
}

/**
 * ipc_wire_extack - what the kernel says of an error
 * @header:	the message that tells the error
 * @skip:	octets in front of its extended ack
 * @request:	what was asked
 * @error:	where to put it
 */
void ipc_wire_extack(struct nlmsghdr *header, size_t skip,
		     struct nl_msg *request, struct ipc_error *error)
{
	int left = nlmsg_datalen(header) - (int)NLMSG_ALIGN(skip);
	struct vsw_batch_error batch = { .op = NO_OPERATION };
	struct nlattr *a;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || left <= 0)
		return;
	a = (struct nlattr *)((char *)nlmsg_data(header) + NLMSG_ALIGN(skip));
	for (; nla_ok(a, left); a = nla_next(a, &left)) {
		if (nla_type(a) == NLMSGERR_ATTR_MSG)
			decode_string(a, error->text, sizeof(error->text));
		else if (nla_type(a) == NLMSGERR_ATTR_OFFS &&
			 nla_len(a) == sizeof(uint32_t))
			error->attr = attr_at(request, nla_get_u32(a));
		else if (nla_type(a) == EXTACK_MISS_TYPE &&
			 nla_len(a) == sizeof(uint32_t))
			error->attr = nla_get_u32(a);
		else if (nla_type(a) == NLMSGERR_ATTR_COOKIE &&
			 nla_len(a) == sizeof(batch))
			memcpy(&batch, nla_data(a), sizeof(batch));
	}
	if (is_batch(request)) {
		error->counted = batch.op != NO_OPERATION;
		error->operation = batch.op;
		error->attr = batch.attr;
	}
}
