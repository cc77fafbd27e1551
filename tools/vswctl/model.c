// SPDX-License-Identifier: GPL-2.0
/*
 * model.c: the tables of the objects' members, and what has to be tidied up in
 * an object that came from the kernel. The order of a table is the order of the
 * keys in JSON; the documentation strings go into the man page.
 */
#include <string.h>

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
	{ VSW_DOWN_GUARD, "bpdu-guard" },
	{ 0, NULL }
};

static const struct field_name mode_names[] = {
	{ VSW_VLAN_NONE, "none" },
	{ VSW_VLAN_ACCESS, "access" },
	{ VSW_VLAN_TRUNK, "trunk" },
	{ VSW_VLAN_HYBRID, "hybrid" },
	{ VSW_VLAN_TUNNEL, "dot1q-tunnel" },
	{ 0, NULL }
};

static const struct field_name admit_names[] = {
	{ VSW_ADMIT_MODE, "mode" },
	{ VSW_ADMIT_ALL, "all" },
	{ VSW_ADMIT_TAGGED, "tagged" },
	{ VSW_ADMIT_UNTAGGED, "untagged" },
	{ 0, NULL }
};

static const struct field_name pcp_names[] = {
	{ VSW_PCP_8P0D, "8p0d" },
	{ VSW_PCP_7P1D, "7p1d" },
	{ VSW_PCP_6P2D, "6p2d" },
	{ VSW_PCP_5P3D, "5p3d" },
	{ 0, NULL }
};

static const struct field_name prio_tag_names[] = {
	{ VSW_PRIO_TAG_NEVER, "never" },
	{ VSW_PRIO_TAG_NONZERO, "if-nonzero" },
	{ VSW_PRIO_TAG_ALWAYS, "always" },
	{ 0, NULL }
};

const struct field_name spanning_names[] = {
	{ VSW_STATE_FORWARDING, "forwarding" },
	{ VSW_STATE_LEARNING, "learning" },
	{ VSW_STATE_DISCARDING, "discarding" },
	{ 0, NULL }
};

static const struct field_name bpdu_names[] = {
	{ VSW_BPDU_NORMAL, "normal" },
	{ VSW_BPDU_GUARD, "guard" },
	{ VSW_BPDU_FILTER, "filter" },
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
	[SWITCH_FIDS] = F(vsw_switch, fids, GROUPS, VSW_A_SWITCH_FIDS,
			  "fid_map", NULL,
			  "VLANs that share a database, such as 10-19:1,20:1"),
	[SWITCH_INSTANCES] = F(vsw_switch, instances, GROUPS,
			       VSW_A_SWITCH_INSTANCES, "instance_map", NULL,
			       "VLANs of spanning tree instances, such as 10-19:1"),
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
			"the VLAN of an access port or of a dot1q-tunnel"),
	[PORT_VLANS] = P(vlans, VLANS, VLAN_TRUNKS, "vlans", NULL,
			 "the VLANs of a trunk or hybrid port, a string such as 10,20,100-199"),
	[PORT_NATIVE] = P(native, U16, VLAN_NATIVE, "native", NULL,
			  "the VLAN of a trunk's untagged frames"),
	[PORT_NATIVE_TAGGED] = P(native_tagged, BOOL, VLAN_NATIVE_TAGGED,
				 "native_tagged", NULL,
				 "frames of the native VLAN are sent with a tag"),
	[PORT_UNTAGGED] = P(untagged, VLANS, VLAN_UNTAGGED, "untagged", NULL,
			    "the VLANs of a hybrid port that are sent without a tag"),
	[PORT_PVID] = P(pvid, U16, VLAN_NATIVE, "pvid", NULL,
			"the VLAN of a hybrid port's untagged frames"),
	[PORT_CVLANS] = P(cvlans, VLANS, VLAN_CUSTOMER, "cvlans", NULL,
			  "the customer's VLANs that a tunnel takes, 0: untagged; not there: all"),
	[PORT_SERVICES] = P(services, GROUPS, VLAN_SERVICES, "services", NULL,
			    "customer's VLANs that have another VLAN, such as 10-19:200"),
	[PORT_ADMIT] = P(admit, U32, ADMIT, "admit", admit_names,
			 "which frames may come in; mode: those that vlan_mode has a VLAN for"),
	[PORT_INGRESS_FILTER] = P(ingress_filter, BOOL, INGRESS_FILTER,
				  "ingress_filter", NULL,
				  "frames of VLANs that the port is not in are dropped"),
	[PORT_VID_MAP] = P(vid_map, VID_MAP, VID_MAP, "vid_map", NULL,
			   "VLAN ids on the wire and in the switch, such as 10:110,20-29:120"),
	[PORT_PCP_TABLE] = P(pcp_table, U32, PCP_TABLE, "pcp_table", pcp_names,
			     "which priorities share a code point in tags"),
	[PORT_USE_DEI] = P(use_dei, BOOL, USE_DEI, "use_dei", NULL,
			   "tags say by their DEI bit what may be dropped"),
	[PORT_PRIO_REGEN] = P(prio_regen, PRIOS, PRIO_REGEN, "prio_regen", NULL,
			      "what the received ones become, such as 0,1,2,3,4,5,6,7"),
	[PORT_DEFAULT_PRIO] = P(default_prio, U8, DEFAULT_PRIO, "default_prio",
				NULL, "priority of frames without a tag"),
	[PORT_PRIORITY_TAGS] = P(priority_tags, U32, PRIO_TAGS, "priority_tags",
				 prio_tag_names,
				 "when untagged frames are sent with a priority tag"),
	[PORT_STATES] = P(states, STATES, STATES, "states", NULL,
			  "instances that do not forward, such as 0:discarding,3:learning"),
	[PORT_STATE] = F(vsw_port, state, U32, 0, NULL, spanning_names,
			 NULL),
	[PORT_INSTANCE] = F(vsw_port, instance, U32, 0, NULL, NULL, NULL),
	[PORT_RESERVED_RELAY] = P(reserved_relay, RESERVED, RESERVED_RELAY,
				  "reserved_relay", NULL,
				  "reserved addresses that are relayed, such as 0,2,e"),
	[PORT_BPDU] = P(bpdu, U32, BPDU, "bpdu", bpdu_names,
			"what becomes of BPDUs from and to the NIC"),
	[PORT_GUARD_RECOVERY] = P(guard_recovery, U32, GUARD_RECOVERY,
				  "guard_recovery_ms", NULL,
				  "BPDU guard lets the port up again after so long, 0: never"),
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
	[VLAN_FID] = V(fid, U16, FID, "fid",
		       "database that the VLAN shares with others"),
	[VLAN_INSTANCE] = V(instance, U16, INSTANCE, "instance",
			    "spanning tree instance of the VLAN"),
	[VLAN_STATE] = F(vsw_vlan, state, U32, VSW_A_VLAN_STATE, "state",
			 spanning_names, "what the port does in it"),
	[VLAN_FDB_COUNT] = V(fdb_count, U32, FDB_COUNT, "fdb_count",
			     "entries of the VLAN's database"),
};

#define E(member, type, attr, json, names, doc) \
	F(vsw_fdb, member, type, VSW_A_FDB_##attr, json, names, doc)
static const struct field fdb_fields[] = {
	[FDB_SWITCH] = E(switch_name, STRING, SWITCH, "switch", NULL, "the switch"),
	[FDB_MAC] = E(mac, MAC, MAC, "mac", NULL, "address of the station"),
	[FDB_VID] = E(vid, VID, VID, "vlan", NULL, "VLAN id, 0: no VLAN"),
	[FDB_ALL_VLANS] = E(all_vlans, FLAG, ALL_VLANS, "all_vlans", NULL,
			    "the entry is for all VLANs; otherwise not there"),
	[FDB_FID] = E(fid, U16, FID, "fid", NULL,
		      "database that the VLAN shares with others"),
	[FDB_PORT] = E(port, STRING, PORT, "port", NULL, "port it is behind"),
	[FDB_PORTS] = E(ports, NAMES, PORTS, "ports", NULL,
			"ports it is sent to, such as p1,p2; empty: to none"),
	[FDB_INSTANCE] = E(instance, U16, INSTANCE, NULL, NULL, NULL),
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

/* On the wire the PVID of a hybrid port is its native VLAN. */
static void native_tidy(struct vsw_port *port)
{
	if (port->vlan_mode == VSW_VLAN_HYBRID && port->native) {
		port->pvid = port->native;
		port->native = 0;
		field_mark(port, PORT_PVID);
	}
	if (port->vlan_mode == VSW_VLAN_TRUNK && port->native) {
		field_mark(port, PORT_NATIVE_TAGGED);
		return;
	}
	field_unmark(port, PORT_NATIVE);
	field_unmark(port, PORT_NATIVE_TAGGED);
}

/* A tunnel that takes all frames is told to take VLANs 0 to 4094. */
static void cvlans_tidy(struct vsw_port *port)
{
	unsigned int vid = 0, end = VSW_VLAN_BITMAP_BYTES * 8 - 1;

	while (vid < end && vlans_have(port->cvlans, vid))
		vid++;
	if (vid == end)
		memset(port->cvlans, 0, sizeof(port->cvlans));
	if (vlans_none(port->cvlans))
		field_unmark(port, PORT_CVLANS);
}

static void port_tidy(void *object)
{
	static const uint8_t forwarding[VSW_INSTANCES];
	struct vsw_port *port = object;

	if (port->oper || port->reason == VSW_DOWN_NOT)
		field_unmark(port, PORT_REASON);
	native_tidy(port);
	cvlans_tidy(port);
	if (vlans_none(port->untagged))
		field_unmark(port, PORT_UNTAGGED);
	if (!port->vid_map.count)
		field_unmark(port, PORT_VID_MAP);
	if (!port->services.count)
		field_unmark(port, PORT_SERVICES);
	if (!memcmp(port->states.state, forwarding, sizeof(forwarding)))
		field_unmark(port, PORT_STATES);
	if (!port->reserved_relay)
		field_unmark(port, PORT_RESERVED_RELAY);
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

static void switch_tidy(void *object)
{
	struct vsw_switch *sw = object;

	if (!sw->fids.count)
		field_unmark(sw, SWITCH_FIDS);
	if (!sw->instances.count)
		field_unmark(sw, SWITCH_INSTANCES);
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
	if (fdb->all_vlans)
		fdb->vid = MODEL_ALL_VLANS;
	/* a list of one is a port */
	if (fdb->ports && *fdb->ports && !strchr(fdb->ports, ',')) {
		strcpy(fdb->port, fdb->ports);
		fdb->ports = NULL;
		field_mark(fdb, FDB_PORT);
		field_unmark(fdb, FDB_PORTS);
	}
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
	.tidy = switch_tidy,
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
	.key = 1 << FDB_SWITCH | 1 << FDB_MAC | 1 << FDB_VID |
	       1 << FDB_ALL_VLANS,
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
