// SPDX-License-Identifier: GPL-2.0
/*
 * port_vlan.c: the VLANs of a port: the words for them, what they look like to
 * people, and how they change VLAN by VLAN.
 *
 * The kernel is told a mode with all that goes with it. VLAN by VLAN is made of
 * that here: the port's VLANs as they are become a set of members, of those that
 * are sent untagged, and a PVID; that is changed, and becomes a mode again.
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "port.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT(n)		((uint64_t)1 << (n))
#define VLANS_END	(VSW_VLAN_BITMAP_BYTES * 8)
#define LIST_SHOWN	30	/* characters of a VLAN list in a table */
#define NO_VLAN		"the port would be in no VLAN; shut it, or use port set ... vlan none"
#define TEXT_PART	(LIST_SHOWN + 16)

/* What a port does with VLANs, whatever its mode. */
struct membership {
	uint8_t members[VSW_VLAN_BITMAP_BYTES];
	uint8_t untagged[VSW_VLAN_BITMAP_BYTES];
	uint16_t pvid;
};

static bool take_vid(struct vsw_port *port, const char *mode,
		     struct words *words, struct problem *why)
{
	const char *value = words_next(words);

	if (!value)
		return problem_set(why, "VID is missing behind %s", mode);
	field_mark(port, PORT_VLAN);
	return parse_vid(value, &port->vlan, why);
}

static bool take_list(struct vsw_port *port, const char *mode,
		      struct words *words, struct problem *why)
{
	const char *value = words_next(words);

	if (!value)
		return problem_set(why, "LIST is missing behind %s", mode);
	field_mark(port, PORT_VLANS);
	if (port->vlan_mode == VSW_VLAN_HYBRID)
		field_mark(port, PORT_UNTAGGED);
	return parse_vlans(value, 1, port->vlans, why);
}

/**
 * port_set_vlan - the mode, with the VLAN or the VLANs that it needs
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 *
 * What it may have besides, such as native, are keywords of their own.
 */
bool port_set_vlan(struct command *cmd, const struct setting *setting,
		   struct words *words, struct problem *why)
{
	const struct field_name *names = kind_port.fields[PORT_VLAN_MODE].names;
	const char *modes[VSW_VLAN_TUNNEL + 2] = { NULL };
	struct vsw_port *port = &cmd->model.port;
	const char *mode = words_next(words);
	unsigned int i;

	if (!mode)
		return problem_set(why, "%s is missing", setting->value);
	for (i = 0; i <= VSW_VLAN_TUNNEL; i++)
		modes[i] = field_word(names, i);
	if (!parse_word(mode, modes, NULL, &port->vlan_mode, why))
		return false;
	mode = modes[port->vlan_mode];
	switch (port->vlan_mode) {
	case VSW_VLAN_ACCESS:
	case VSW_VLAN_TUNNEL:
		return take_vid(port, mode, words, why);
	case VSW_VLAN_TRUNK:
	case VSW_VLAN_HYBRID:
		return take_list(port, mode, words, why);
	default:
		return true;
	}
}

/**
 * port_set_native_tagged - the native VLAN of a trunk, which leaves tagged
 * @cmd:	the command
 * @setting:	line of the table
 * @words:	the words that are left
 * @why:	why not
 */
bool port_set_native_tagged(struct command *cmd, const struct setting *setting,
			    struct words *words, struct problem *why)
{
	struct vsw_port *port = &cmd->model.port;
	const char *value = words_next(words);

	if (!value)
		return problem_set(why, "%s is missing", setting->value);
	port->native_tagged = true;
	field_mark(port, PORT_NATIVE);
	return parse_vid(value, &port->native, why);
}

/**
 * port_check_vlan - do the words about VLANs go together?
 * @cmd:	the command
 * @why:	why not
 */
bool port_check_vlan(struct command *cmd, struct problem *why)
{
	static const struct {
		unsigned int field;
		uint32_t mode;
		const char *word;
		const char *with;
	} behind[] = {
		{ PORT_NATIVE_TAGGED, VSW_VLAN_TRUNK, "native-tagged", "trunk LIST" },
		{ PORT_NATIVE, VSW_VLAN_TRUNK, "native", "trunk LIST" },
		{ PORT_UNTAGGED, VSW_VLAN_HYBRID, "untagged", "hybrid LIST" },
		{ PORT_PVID, VSW_VLAN_HYBRID, "pvid", "hybrid LIST" },
		{ PORT_CVLANS, VSW_VLAN_TUNNEL, "cvlans", "dot1q-tunnel VID" },
		{ PORT_SERVICES, VSW_VLAN_TUNNEL, "services", "dot1q-tunnel VID" },
	};
	const struct vsw_port *port = &cmd->model.port;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(behind); i++)
		if (field_has(port, behind[i].field) &&
		    (!field_has(port, PORT_VLAN_MODE) ||
		     port->vlan_mode != behind[i].mode))
			return problem_set(why, "\"%s\" goes with \"vlan %s\" only",
					   behind[i].word, behind[i].with);
	return true;
}

/**
 * port_vlan_members - what the kernel is told of a port's VLANs
 * @port:	the port
 *
 * The attributes come together, those that the mode has.
 *
 * Return: bit n: member n.
 */
uint64_t port_vlan_members(const struct vsw_port *port)
{
	uint64_t members = BIT(PORT_VLAN_MODE);

	switch (port->vlan_mode) {
	case VSW_VLAN_ACCESS:
		return members | BIT(PORT_VLAN);
	case VSW_VLAN_TRUNK:
		members |= BIT(PORT_VLANS);
		if (port->native)
			members |= BIT(PORT_NATIVE) | BIT(PORT_NATIVE_TAGGED);
		return members;
	case VSW_VLAN_HYBRID:
		members |= BIT(PORT_VLANS) | BIT(PORT_UNTAGGED);
		return port->pvid ? members | BIT(PORT_PVID) : members;
	case VSW_VLAN_TUNNEL:
		members |= BIT(PORT_VLAN);
		if (port->services.count)
			members |= BIT(PORT_SERVICES);
		return vlans_none(port->cvlans) ? members :
						  members | BIT(PORT_CVLANS);
	default:
		return members;
	}
}

/* A list for people is cut behind a comma; whole it stands in JSON and with -o. */
static const char *short_list(const uint8_t *bitmap)
{
	static char list[FIELD_TEXT_MAX];
	char *end = list + LIST_SHOWN;

	vlans_text(bitmap, list, sizeof(list));
	if (strlen(list) <= LIST_SHOWN)
		return list;
	while (end > list && end[-1] != ',')
		end--;
	strcpy(end, "...");
	return list;
}

/* " untagged 10,20", or nothing if there are none. */
static void list_part(const char *word, const uint8_t *bitmap, char *part)
{
	*part = '\0';
	if (!vlans_none(bitmap))
		snprintf(part, TEXT_PART, " %s %s", word, short_list(bitmap));
}

static void vid_part(const char *word, uint16_t vid, char *part)
{
	*part = '\0';
	if (vid)
		snprintf(part, TEXT_PART, " %s %u", word, vid);
}

/**
 * port_vlan_text - the VLANs of a port for people, such as "access 10"
 * @port:	the port
 * @text:	where to put it
 * @size:	room there
 */
void port_vlan_text(const struct vsw_port *port, char *text, size_t size)
{
	char list[TEXT_PART] = "", vid[TEXT_PART] = "";

	switch (port->vlan_mode) {
	case VSW_VLAN_ACCESS:
		snprintf(text, size, "access %u", port->vlan);
		break;
	case VSW_VLAN_TRUNK:
		vid_part(port->native_tagged ? "native-tagged" : "native",
			 port->native, vid);
		snprintf(text, size, "trunk %s%s", short_list(port->vlans), vid);
		break;
	case VSW_VLAN_HYBRID:
		list_part("untagged", port->untagged, list);
		vid_part("pvid", port->pvid, vid);
		snprintf(text, size, "hybrid %s%s%s", short_list(port->vlans),
			 list, vid);
		break;
	case VSW_VLAN_TUNNEL:
		list_part("cvlans", port->cvlans, list);
		snprintf(text, size, "dot1q-tunnel %u%s%s", port->vlan, list,
			 port->services.count ? " services ..." : "");
		break;
	default:
		snprintf(text, size, "none");
		break;
	}
}

/**
 * port_in_vlan - is the port in a VLAN?
 * @port:	the port
 * @vid:	VLAN id; 0: has it no VLANs?
 */
bool port_in_vlan(const struct vsw_port *port, uint64_t vid)
{
	unsigned int i;

	switch (port->vlan_mode) {
	case VSW_VLAN_TUNNEL:
		for (i = 0; i < port->services.count; i++)
			if (port->services.groups[i].to == vid)
				return true;
		return port->vlan == vid;
	case VSW_VLAN_ACCESS:
		return port->vlan == vid;
	case VSW_VLAN_TRUNK:
	case VSW_VLAN_HYBRID:
		return vid < VLANS_END && vlans_have(port->vlans, vid);
	default:
		return !vid;
	}
}

static struct membership membership_of(const struct vsw_port *port)
{
	struct membership m = { .pvid = 0 };

	switch (port->vlan_mode) {
	case VSW_VLAN_ACCESS:
		m.pvid = port->vlan;
		break;
	case VSW_VLAN_TRUNK:
		memcpy(m.members, port->vlans, sizeof(m.members));
		m.pvid = port->native;
		break;
	case VSW_VLAN_HYBRID:
		memcpy(m.members, port->vlans, sizeof(m.members));
		memcpy(m.untagged, port->untagged, sizeof(m.untagged));
		m.pvid = port->pvid;
		return m;
	default:
		return m;
	}
	if (m.pvid)
		vlans_add(m.members, m.pvid);
	if (m.pvid && !port->native_tagged)
		vlans_add(m.untagged, m.pvid);
	return m;
}

/* Is the set just this VLAN, or with 0 empty? */
static bool is_only(const uint8_t *bitmap, uint16_t vid)
{
	uint8_t only[VSW_VLAN_BITMAP_BYTES] = { 0 };

	if (vid)
		vlans_add(only, vid);
	return !memcmp(bitmap, only, sizeof(only));
}

/* Can an access port, or a trunk, have these VLANs in this way? */
static bool mode_fits(uint32_t mode, const struct membership *m)
{
	if (mode == VSW_VLAN_ACCESS)
		return is_only(m->members, m->pvid) &&
		       is_only(m->untagged, m->pvid);
	return mode == VSW_VLAN_TRUNK &&
	       (!m->pvid || vlans_have(m->members, m->pvid)) &&
	       (is_only(m->untagged, m->pvid) || vlans_none(m->untagged));
}

/* Make @port, which has its key, what is sent: with its mode if that fits. */
static void port_become(struct vsw_port *port, uint32_t mode,
			const struct membership *m)
{
	memcpy(port->vlans, m->members, sizeof(port->vlans));
	memcpy(port->untagged, m->untagged, sizeof(port->untagged));
	port->pvid = m->pvid;
	port->vlan_mode = VSW_VLAN_HYBRID;
	if (mode_fits(mode, m)) {
		port->vlan_mode = mode;
		port->vlan = m->pvid;
		port->native = m->pvid;
		port->native_tagged = m->pvid && vlans_none(m->untagged);
	}
	port->object.has = kind_port.key | port_vlan_members(port);
}

/* What the kernel is told of a port that is not there: its name, which it refuses. */
static bool port_become_key(struct vsw_port *port)
{
	port->object.has = kind_port.key;
	return true;
}

static bool check_tunnel(const struct vsw_port *now, struct problem *why)
{
	if (now->vlan_mode != VSW_VLAN_TUNNEL)
		return true;
	return problem_set(why, "the VLANs of a dot1q-tunnel are the customer's; use port set");
}

/**
 * port_add_vlans - VLANs that are to be added become all VLANs of the port
 * @port:	has those in vlans, in untagged if they are, in pvid if it is
 * @now:	the port as it is, NULL if it is not there
 * @why:	why not
 */
bool port_add_vlans(struct vsw_port *port, const struct vsw_port *now,
		    struct problem *why)
{
	struct membership m;
	unsigned int i;

	if (!now)
		return port_become_key(port);
	if (!check_tunnel(now, why))
		return false;
	m = membership_of(now);
	for (i = 0; i < VSW_VLAN_BITMAP_BYTES; i++) {
		m.members[i] |= port->vlans[i];
		m.untagged[i] &= ~port->vlans[i];
		m.untagged[i] |= port->untagged[i];
	}
	if (port->pvid)
		m.pvid = port->pvid;
	else if (vlans_have(port->vlans, m.pvid))
		m.pvid = 0;
	port_become(port, now->vlan_mode, &m);
	return true;
}

/**
 * port_del_vlans - VLANs that are to be removed become those that are left
 * @port:	has them in vlans
 * @now:	the port as it is, NULL if it is not there
 * @why:	why not
 */
bool port_del_vlans(struct vsw_port *port, const struct vsw_port *now,
		    struct problem *why)
{
	struct membership m;
	unsigned int i;

	if (!now)
		return port_become_key(port);
	if (!check_tunnel(now, why))
		return false;
	m = membership_of(now);
	for (i = 0; i < VSW_VLAN_BITMAP_BYTES; i++) {
		m.members[i] &= ~port->vlans[i];
		m.untagged[i] &= ~port->vlans[i];
	}
	if (vlans_have(port->vlans, m.pvid))
		m.pvid = 0;
	if (now->vlan_mode != VSW_VLAN_NONE && vlans_none(m.members))
		return problem_set(why, "%s", NO_VLAN);
	if (now->vlan_mode == VSW_VLAN_NONE)
		return port_become_key(port);
	port_become(port, now->vlan_mode, &m);
	return true;
}
