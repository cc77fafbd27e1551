// SPDX-License-Identifier: GPL-2.0
/*
 * model.c: the tables of the objects' members, and what has to be tidied up in
 * an object that came from the kernel. The order of a table is the order of the
 * keys in JSON; the documentation strings go into the man page.
 */
#include "field.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define F(object, member, kind_of, attribute, json, names_of, text)	\
	{ .key = (json), .type = FIELD_##kind_of, .attr = (attribute),	\
	  .offset = offsetof(struct object, member),			\
	  .size = sizeof(((struct object *)0)->member),			\
	  .names = (names_of), .doc = (text) }

static const struct field_name type_names[] = {
	{ VSW_SWITCH_PRIVATE, "private" },
	{ VSW_SWITCH_INTERNAL, "internal" },
	{ VSW_SWITCH_EXTERNAL, "external" },
	{ 0, NULL }
};

static const struct field_name protocol_names[] = {
	{ 0x8100, "802.1q" },
	{ 0x88a8, "802.1ad" },
	{ 0, NULL }
};

static const struct field_name state_names[] = {
	{ 0, "down" },
	{ 1, "up" },
	{ 0, NULL }
};

static const struct field_name reason_names[] = {
	{ VSW_DOWN_PORT, "port-down" },
	{ VSW_DOWN_SWITCH, "switch-down" },
	{ VSW_DOWN_NO_NIC, "no-nic" },
	{ VSW_DOWN_UPLINK, "uplink-down" },
	{ VSW_DOWN_NIC, "nic-down" },
	{ VSW_DOWN_CARRIER, "no-carrier" },
	{ 0, NULL }
};

static const struct field_name mode_names[] = {
	{ VSW_VLAN_NONE, "none" },
	{ VSW_VLAN_ACCESS, "access" },
	{ VSW_VLAN_TRUNK, "trunk" },
	{ 0, NULL }
};

static const struct field_name kind_names[] = {
	{ VSW_NIC_NETDEV, "netdev" },
	{ VSW_NIC_HOST, "host" },
	{ VSW_NIC_GUEST, "guest" },
	{ VSW_NIC_TAP, "tap" },
	{ 0, NULL }
};

static const struct field_name role_names[] = {
	{ VSW_ROLE_EDGE, "edge" },
	{ VSW_ROLE_UPLINK, "uplink" },
	{ 0, NULL }
};

static const struct field_name plug_names[] = {
	{ 0, "created" },
	{ 1, "connected" },
	{ 0, NULL }
};

static const struct field_name entry_names[] = {
	{ 0, "dynamic" },
	{ 1, "static" },
	{ 0, NULL }
};

static const struct field_name direction_names[] = {
	{ 0, "from" },
	{ 1, "to" },
	{ 0, NULL }
};

const struct field_name event_names[] = {
	{ VSW_EVENT_NEW, "new" },
	{ VSW_EVENT_SET, "set" },
	{ VSW_EVENT_DEL, "del" },
	{ VSW_EVENT_UP, "up" },
	{ VSW_EVENT_DOWN, "down" },
	{ VSW_EVENT_CONNECT, "connect" },
	{ VSW_EVENT_DISCONNECT, "disconnect" },
	{ VSW_EVENT_LEARN, "learn" },
	{ VSW_EVENT_MOVE, "move" },
	{ VSW_EVENT_AGE, "age" },
	{ VSW_EVENT_FLUSH, "flush" },
	{ 0, NULL }
};

static const struct field switch_fields[] = {
	[SWITCH_NAME] = F(vsw_switch, name, STRING, VSW_A_SWITCH_NAME, "ifname",
			  NULL, "name of the switch and of its netdev"),
	[SWITCH_IFINDEX] = F(vsw_switch, ifindex, U32, VSW_A_SWITCH_IFINDEX,
			     "ifindex", NULL, "index of its netdev"),
	[SWITCH_TYPE] = F(vsw_switch, type, U32, VSW_A_SWITCH_TYPE, "type",
			  type_names, "which NICs it admits"),
	[SWITCH_PROTOCOL] = F(vsw_switch, protocol, U32, VSW_A_SWITCH_PROTOCOL,
			      "protocol", protocol_names, "kind of VLAN tag"),
	[SWITCH_UP] = F(vsw_switch, up, BOOL, VSW_A_SWITCH_UP, "adminstate",
			state_names, "as configured"),
	[SWITCH_MTU] = F(vsw_switch, mtu, U32, VSW_A_SWITCH_MTU, "mtu", NULL,
			 "largest payload in octets, tags not counted"),
	[SWITCH_AGEING] = F(vsw_switch, ageing, U32, VSW_A_SWITCH_AGEING,
			    "ageing_ms", NULL,
			    "a station silent for so long is forgotten"),
	[SWITCH_FDB_MAX] = F(vsw_switch, fdb_max, U32, VSW_A_SWITCH_FDB_MAX,
			     "fdb_max", NULL,
			     "most entries in its filtering database"),
	[SWITCH_FDB_COUNT] = F(vsw_switch, fdb_count, U32,
			       VSW_A_SWITCH_FDB_COUNT, "fdb_count", NULL,
			       "entries in it now"),
	[SWITCH_PORTS] = F(vsw_switch, ports, U32, VSW_A_SWITCH_PORT_COUNT,
			   "ports", NULL, "number of its ports"),
};

#define P(member, type, attr, json, names, doc) \
	F(vsw_port, member, type, VSW_A_PORT_##attr, json, names, doc)
static const struct field port_fields[] = {
	[PORT_SWITCH] = P(switch_name, STRING, SWITCH, "switch", NULL,
			  "the switch that has the port"),
	[PORT_NAME] = P(name, STRING, NAME, "port", NULL, "name of the port"),
	[PORT_ID] = P(id, U32, ID, "id", NULL,
		      "number of the port, never used again while the module is loaded"),
	[PORT_UP] = P(up, BOOL, UP, "adminstate", state_names, "as configured"),
	[PORT_OPER] = P(oper, BOOL, OPER, "operstate", state_names,
			"the link as it is"),
	[PORT_REASON] = P(reason, U32, DOWN_REASON, "reason", reason_names,
			  "why the link is down"),
	[PORT_VLAN_MODE] = P(vlan_mode, U32, VLAN_MODE, "vlan_mode", mode_names,
			     "how VLANs are used"),
	[PORT_VLAN] = P(vlan, U16, VLAN_VID, "vlan", NULL,
			"the VLAN of an access port"),
	[PORT_VLANS] = P(vlans, VLANS, VLAN_TRUNKS, "vlans", NULL,
			 "the VLANs of a trunk, a string such as 10,20,100-199"),
	[PORT_NATIVE] = P(native, U16, VLAN_NATIVE, "native", NULL,
			  "the untagged VLAN of a trunk"),
	[PORT_NIC] = P(nic, STRING, NIC, "nic", NULL, "NIC that is plugged in"),
	[PORT_IFINDEX] = P(ifindex, U32, NIC_IFINDEX, "ifindex", NULL,
			   "index of the NIC"),
	[PORT_NETNSID] = P(netnsid, S32, NIC_NETNSID, "netnsid", NULL,
			   "namespace of the NIC, if it is in another one"),
	[PORT_NIC_KIND] = P(nic_kind, U32, NIC_KIND, "nic_kind", kind_names,
			    "kind of the NIC"),
	[PORT_ROLE] = P(role, U32, ROLE, "role", role_names, "what the NIC leads to"),
	[PORT_BIND] = P(bind, STRING, BIND, "bind", NULL,
			"a netdev of this name is plugged in when it appears"),
	[PORT_LEARN] = P(learn, BOOL, LEARN, "learn", NULL,
			 "stations are learned at this port"),
	[PORT_FLOOD] = P(flood, BOOL, FLOOD, "flood", NULL,
			 "unknown unicast is sent to this port"),
	[PORT_FDB_MAX] = P(fdb_max, U32, FDB_MAX, "fdb_max", NULL,
			   "most stations learned here, 0: only the switch's limit"),
	[PORT_FDB_COUNT] = P(fdb_count, U32, FDB_COUNT, "fdb_count", NULL,
			     "entries that point here now"),
	[PORT_LINK_FOLLOW] = P(link_follow, BOOL, LINK_FOLLOW, "link_follow", NULL,
			       "the link is down while no uplink is up"),
	[PORT_HOLD] = P(hold, BOOL, HOLD, "hold", NULL,
			"the NIC may not send, nor be learned, yet"),
	[PORT_DESC] = P(desc, STRING, DESC, "desc", NULL, "free text"),
};

#define N(member, type, attr, json, names, doc) \
	F(vsw_nic, member, type, VSW_A_NIC_##attr, json, names, doc)
static const struct field nic_fields[] = {
	[NIC_NAME] = N(name, STRING, NAME, "ifname", NULL, "name of the netdev"),
	[NIC_IFINDEX] = N(ifindex, U32, IFINDEX, "ifindex", NULL, "its index"),
	[NIC_NETNSID] = N(netnsid, S32, NETNSID, "netnsid", NULL,
			  "its namespace, if that is another one"),
	[NIC_KIND] = N(kind, U32, KIND, "kind", kind_names,
		       "netdev: one taken over; host, guest, tap: made by nic add"),
	[NIC_MAC] = N(mac, MAC, MAC, "address", NULL, "MAC address"),
	[NIC_MTU] = N(mtu, U32, MTU, "mtu", NULL, "largest payload in octets"),
	[NIC_QUEUES] = N(queues, U32, QUEUES, "queues", NULL, "pairs of queues"),
	[NIC_STATE] = N(connected, BOOL, CONNECTED, "state", plug_names,
			"whether it is plugged into a port, be it of another namespace"),
	[NIC_CARRIER] = N(carrier, BOOL, CARRIER, "carrier", NULL,
			  "it has a carrier"),
	[NIC_SWITCH] = N(switch_name, STRING, SWITCH, "switch", NULL,
			 "switch it is plugged into"),
	[NIC_PORT] = N(port, STRING, PORT, "port", NULL, "port it is plugged into"),
	[NIC_ROLE] = N(role, U32, ROLE, "role", role_names, "what it leads to"),
};

#define V(member, type, attr, json, doc) \
	F(vsw_vlan, member, type, VSW_A_VLAN_##attr, json, NULL, doc)
static const struct field vlan_fields[] = {
	[VLAN_SWITCH] = V(switch_name, STRING, SWITCH, "switch", "the switch"),
	[VLAN_VID] = V(vid, U16, VID, "vlan", "VLAN id"),
	[VLAN_PORT] = V(port, STRING, PORT, "port", "a port that is a member"),
	[VLAN_TAGGED] = V(tagged, NOT, UNTAGGED, "tagged",
			  "frames of it are sent to the port with a tag"),
	[VLAN_PVID] = V(pvid, BOOL, PVID, "pvid",
			"untagged frames from the port are of this VLAN"),
};

#define E(member, type, attr, json, names, doc) \
	F(vsw_fdb, member, type, VSW_A_FDB_##attr, json, names, doc)
static const struct field fdb_fields[] = {
	[FDB_SWITCH] = E(switch_name, STRING, SWITCH, "switch", NULL, "the switch"),
	[FDB_MAC] = E(mac, MAC, MAC, "mac", NULL, "address of the station"),
	[FDB_VID] = E(vid, U16, VID, "vlan", NULL, "VLAN id, 0: no VLAN"),
	[FDB_PORT] = E(port, STRING, PORT, "port", NULL, "port it is behind"),
	[FDB_OLD_PORT] = E(old_port, STRING, OLD_PORT, "old_port", NULL,
			   "port it was behind; in a move event only"),
	[FDB_STATIC] = E(is_static, FLAG, STATIC, "state", entry_names,
			 "learned or configured"),
	[FDB_DYNAMIC] = E(is_dynamic, FLAG, DYNAMIC, NULL, NULL, NULL),
	[FDB_STICKY] = E(sticky, FLAG, STICKY, "sticky", NULL,
			 "frames with this source address are refused elsewhere"),
	[FDB_AGE] = E(age, U32, AGE, "age_ms", NULL,
		      "time since the station was last heard; dynamic entries only"),
};

#define S(counter, json, attribute, text)				\
	[STATS_FIRST_COUNTER + STATS_##counter] = {			\
		.key = (json), .type = FIELD_U64, .attr = (attribute),	\
		.offset = offsetof(struct vsw_stats, counters) +	\
			  STATS_##counter * sizeof(uint64_t),		\
		.size = sizeof(uint64_t), .doc = (text) }
#define S_ATTR(counter, json, text) S(counter, json, VSW_A_STATS_##counter, text)
static const struct field stats_fields[] = {
	[STATS_SWITCH] = F(vsw_stats, switch_name, STRING, VSW_A_STATS_SWITCH,
			   "switch", NULL, "the switch"),
	[STATS_PORT] = F(vsw_stats, port, STRING, VSW_A_STATS_PORT, "port", NULL,
			 "the port"),
	[STATS_DROPS] = F(vsw_stats, drops, DROPS, VSW_A_STATS_DROPS, NULL, NULL,
			  NULL),
	S(FROM_PACKETS, "from_packets", 0, "frames that came in from the NIC"),
	S(FROM_BYTES, "from_bytes", 0, "their octets"),
	S_ATTR(FROM_UNICAST_PACKETS, "from_unicast_packets", "of these, unicast"),
	S_ATTR(FROM_UNICAST_BYTES, "from_unicast_bytes", "their octets"),
	S_ATTR(FROM_MULTICAST_PACKETS, "from_multicast_packets",
	       "of these, multicast"),
	S_ATTR(FROM_MULTICAST_BYTES, "from_multicast_bytes", "their octets"),
	S_ATTR(FROM_BROADCAST_PACKETS, "from_broadcast_packets",
	       "of these, broadcast"),
	S_ATTR(FROM_BROADCAST_BYTES, "from_broadcast_bytes", "their octets"),
	S(TO_PACKETS, "to_packets", 0, "frames that went out to the NIC"),
	S(TO_BYTES, "to_bytes", 0, "their octets"),
	S_ATTR(TO_UNICAST_PACKETS, "to_unicast_packets", "of these, unicast"),
	S_ATTR(TO_UNICAST_BYTES, "to_unicast_bytes", "their octets"),
	S_ATTR(TO_MULTICAST_PACKETS, "to_multicast_packets", "of these, multicast"),
	S_ATTR(TO_MULTICAST_BYTES, "to_multicast_bytes", "their octets"),
	S_ATTR(TO_BROADCAST_PACKETS, "to_broadcast_packets", "of these, broadcast"),
	S_ATTR(TO_BROADCAST_BYTES, "to_broadcast_bytes", "their octets"),
	S(FROM_DROPS, "from_drops", 0, "frames dropped on their way in"),
	S(TO_DROPS, "to_drops", 0, "frames dropped on their way out"),
	S_ATTR(LEARNED, "learned", "stations learned at this port"),
	S_ATTR(MOVED, "moved", "stations that moved to this port"),
	S_ATTR(AGED, "aged", "stations aged out"),
	S_ATTR(NOT_LEARNED, "not_learned",
	       "frames whose source address a limit kept out of the database"),
};

#define D(member, type, json, names, doc) \
	F(vsw_drops, member, type, 0, json, names, doc)
static const struct field drops_fields[] = {
	[DROPS_SWITCH] = D(switch_name, STRING, "switch", NULL, "the switch"),
	[DROPS_PORT] = D(port, STRING, "port", NULL, "the port"),
	[DROPS_DIRECTION] = D(to, BOOL, "direction", direction_names,
			      "on the way in or out"),
	[DROPS_DROP] = D(drop, TEXT, "drop", NULL, "name of the reason"),
	[DROPS_PACKETS] = D(packets, U64, "packets", NULL, "frames dropped for it"),
	[DROPS_TEXT] = D(text, TEXT, "text", NULL, "the reason in words"),
};

static void port_tidy(void *object)
{
	struct vsw_port *port = object;

	if (port->oper || port->reason == VSW_DOWN_NOT)
		field_unmark(port, PORT_REASON);
	if (port->vlan_mode != VSW_VLAN_ACCESS)
		field_unmark(port, PORT_VLAN);
	if (port->vlan_mode != VSW_VLAN_TRUNK) {
		field_unmark(port, PORT_VLANS);
		field_unmark(port, PORT_NATIVE);
	}
	if (!port->native)
		field_unmark(port, PORT_NATIVE);
	if (!port->nic[0]) {
		field_unmark(port, PORT_NIC);
		field_unmark(port, PORT_IFINDEX);
		field_unmark(port, PORT_NETNSID);
		field_unmark(port, PORT_NIC_KIND);
	}
	if (!port->nic[0] && !port->bind[0])
		field_unmark(port, PORT_ROLE);
	if (!port->bind[0])
		field_unmark(port, PORT_BIND);
	if (!port->desc[0])
		field_unmark(port, PORT_DESC);
}

/* Nor is the switch told that it is plugged into, if that is of another namespace. */
static void nic_tidy(void *object)
{
	struct vsw_nic *nic = object;

	if (!nic->switch_name[0]) {
		field_unmark(nic, NIC_SWITCH);
		field_unmark(nic, NIC_PORT);
		field_unmark(nic, NIC_ROLE);
	}
}

static void fdb_tidy(void *object)
{
	struct vsw_fdb *fdb = object;

	field_mark(fdb, FDB_STATIC);
	field_mark(fdb, FDB_STICKY);
	field_unmark(fdb, FDB_DYNAMIC);
	if (fdb->is_static)
		field_unmark(fdb, FDB_AGE);
}

/* Unicast, multicast and broadcast stand after the sum, packets and bytes in turn. */
static void stats_sum(struct vsw_stats *stats, unsigned int sum)
{
	unsigned int i;

	for (i = 2; i < 8; i++)
		stats->counters[sum + i % 2] += stats->counters[sum + i];
	field_mark(stats, STATS_FIRST_COUNTER + sum);
	field_mark(stats, STATS_FIRST_COUNTER + sum + 1);
}

#define DROP_IS_TO(upper, lower, text)	\
	[VSW_DROP_##upper] = (#lower)[0] == 't',
static const bool drop_is_to[] = { VSW_DROPS(DROP_IS_TO) };

static void stats_tidy(void *object)
{
	struct vsw_stats *stats = object;
	unsigned int i;

	stats_sum(stats, STATS_FROM_PACKETS);
	stats_sum(stats, STATS_TO_PACKETS);
	for (i = 1; i <= VSW_DROP_MAX; i++)
		stats->counters[drop_is_to[i] ? STATS_TO_DROPS :
				STATS_FROM_DROPS] += stats->drops[i];
	field_mark(stats, STATS_FIRST_COUNTER + STATS_FROM_DROPS);
	field_mark(stats, STATS_FIRST_COUNTER + STATS_TO_DROPS);
}

#define KIND(object, named, called, event_attribute)			\
	.name = (named), .noun = (called), .fields = object##_fields,	\
	.count = ARRAY_SIZE(object##_fields),				\
	.size = sizeof(struct vsw_##object), .event_attr = (event_attribute)

const struct kind kind_switch = {
	KIND(switch, "switch", "switch", VSW_A_SWITCH_EVENT),
	.key = 1 << SWITCH_NAME,
	.commands = { VSW_CMD_SWITCH_GET, VSW_CMD_SWITCH_NTF,
		      VSW_CMD_SWITCH_DEL_NTF, VSW_A_OP_SWITCH },
};

const struct kind kind_port = {
	KIND(port, "port", "port", VSW_A_PORT_EVENT),
	.key = 1 << PORT_SWITCH | 1 << PORT_NAME,
	.commands = { VSW_CMD_PORT_GET, VSW_CMD_PORT_NTF, VSW_CMD_PORT_DEL_NTF,
		      VSW_A_OP_PORT },
	.tidy = port_tidy,
};

const struct kind kind_nic = {
	KIND(nic, "nic", "nic", VSW_A_NIC_EVENT),
	.key = 1 << NIC_NAME,
	.commands = { VSW_CMD_NIC_GET, VSW_CMD_NIC_NTF, VSW_CMD_NIC_DEL_NTF,
		      VSW_A_OP_NIC },
	.tidy = nic_tidy,
};

const struct kind kind_vlan = {
	KIND(vlan, "vlan", "VLAN", 0),
	.key = 1 << VLAN_SWITCH | 1 << VLAN_VID | 1 << VLAN_PORT,
	.commands = { .get = VSW_CMD_VLAN_GET },
};

const struct kind kind_fdb = {
	KIND(fdb, "fdb", "entry", VSW_A_FDB_EVENT),
	.key = 1 << FDB_SWITCH | 1 << FDB_MAC | 1 << FDB_VID,
	.commands = { VSW_CMD_FDB_GET, VSW_CMD_FDB_NTF, VSW_CMD_FDB_DEL_NTF,
		      VSW_A_OP_FDB },
	.tidy = fdb_tidy,
};

const struct kind kind_stats = {
	KIND(stats, "port", "port", 0),
	.key = 1 << STATS_SWITCH | 1 << STATS_PORT,
	.commands = { .get = VSW_CMD_STATS_GET },
	.tidy = stats_tidy,
};

const struct kind kind_drops = {
	KIND(drops, "drop", "reason", 0),
	.key = 1 << DROPS_SWITCH | 1 << DROPS_PORT | 1 << DROPS_DROP,
};
