/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * vswitch: generic netlink interface of the in-kernel virtual switch.
 *
 * This header is the manual of the interface; netlink/vswitch.yaml says the
 * same to programs (YNL). Family "vswitch", version 1, multicast group
 * "events". Requests act in the network namespace of the socket.
 *
 * OBJECTS AND THEIR KEYS
 *   switch  VSW_A_SWITCH_NAME: name of the switch's netdev
 *   port    VSW_A_PORT_SWITCH + VSW_A_PORT_NAME
 *   nic     VSW_A_NIC_NAME: netdev name in the caller's namespace
 *   vlan    VSW_A_VLAN_SWITCH + VSW_A_VLAN_VID + VSW_A_VLAN_PORT (read only)
 *   fdb     VSW_A_FDB_SWITCH + VSW_A_FDB_MAC + VSW_A_FDB_VID
 *   stats   VSW_A_STATS_SWITCH + VSW_A_STATS_PORT (read only)
 *
 * COMMANDS
 *   *_GET   do: the object named by its key. dump: all, or those that match
 *           the attributes given as filter. Needs no privilege. A dump during
 *           which something changed is marked with NLM_F_DUMP_INTR.
 *   *_NEW   makes an object; NLM_F_EXCL is implied: an existing object is
 *           refused with EEXIST, unless NLM_F_REPLACE is given, when it is
 *           brought to the settings in the message. Attributes that are left
 *           out keep their defaults (or their present values).
 *   *_SET   changes the settings that the message has, all or none of them.
 *   *_DEL   removes the object.
 *   *_NTF, *_DEL_NTF  events on the group "events", with the layout of GET and
 *           VSW_A_*_EVENT, which says what happened.
 *   Everything but GET needs CAP_NET_ADMIN in the user namespace that owns the
 *   network namespace. Every refusal carries an extended ack: the offending
 *   attribute where there is one, and a message that names the remedy.
 *
 * SWITCH_NEW   NAME; optional TYPE, PROTOCOL, AGEING, FDB_MAX, MTU, UP, FIDS,
 *              INSTANCES
 * SWITCH_SET   NAME; optional as above. TYPE only if the NICs present allow it;
 *              PROTOCOL only while no NIC is plugged in
 * SWITCH_DEL   NAME. Its ports go with it, the NICs are given back
 *   FIDS and INSTANCES are arrays of struct vsw_vid_group: which VLANs share a
 *   filtering database (1 to 4094), and which spanning tree instance (0 to 63) each
 *   is of. VLANs that are not named learn on their own, and are of instance 0. An
 *   empty array: none is named.
 *
 * PORT_NEW     SWITCH, NAME; optional UP, the VLAN attributes, ADMIT,
 *              INGRESS_FILTER, VID_MAP, PCP_TABLE, USE_DEI, PRIO_REGEN,
 *              DEFAULT_PRIO, PRIO_TAGS, STATES, RESERVED_RELAY, BPDU,
 *              GUARD_RECOVERY, NIC, ROLE, BIND, LEARN, FLOOD, FDB_MAX, LINK_FOLLOW,
 *              DESC, HOLD
 * PORT_SET     SWITCH, NAME; optional as above. NIC "" unplugs, BIND "" unbinds
 * PORT_DEL     SWITCH, NAME. A NIC plugged in is unplugged and given back
 *   ROLE is that of the NIC that is plugged in or, while there is none, of the one
 *   that the port is bound to.
 *   HOLD keeps the NIC from sending and from being learned; it receives. When it is
 *   released, the switch announces a synthetic NIC's address on its port's VLANs.
 *   The VLAN attributes come together:
 *     VLAN_MODE none                       frames without a tag, no VLAN
 *     VLAN_MODE access + VLAN_VID          one VLAN, untagged on the wire
 *     VLAN_MODE trunk + VLAN_TRUNKS [+ VLAN_NATIVE [+ VLAN_NATIVE_TAGGED]]
 *               many VLANs, tagged; the native VLAN, a member in any case, is that
 *               of untagged frames, and untagged unless VLAN_NATIVE_TAGGED is 1
 *     VLAN_MODE hybrid + VLAN_TRUNKS + VLAN_UNTAGGED [+ VLAN_NATIVE]
 *               many VLANs, some of them untagged; VLAN_NATIVE is the PVID
 *     VLAN_MODE tunnel + VLAN_VID [+ VLAN_CUSTOMER] [+ VLAN_SERVICES]
 *               tags are the customer's, and payload: one VLAN for all of them, or
 *               for those that VLAN_SERVICES does not give another
 *     VLAN_TRUNKS, VLAN_UNTAGGED and VLAN_CUSTOMER are bitmaps of 4096 bits, VID v
 *     at bit v % 8 of byte v / 8; 4095 must not be set, and 0 only in VLAN_CUSTOMER.
 *     VLAN_SERVICES is an array of struct vsw_vid_group: VLANs of the customer, and
 *     the VLAN that carries them.
 *   STATES is an array of struct vsw_port_state; a request changes the instances
 *   that it names, an answer has those that do not forward.
 *   RESERVED_RELAY has bit n set if frames to 01-80-C2-00-00-0n are relayed. Bit 1
 *   (pause) must not be set.
 *   BPDU guard: a BPDU takes the link down, until UP is set again, or for
 *   GUARD_RECOVERY ms if that is not 0. BPDU filter: BPDUs are dropped, both ways.
 *
 * NIC_GET         dump filter: SWITCH, NAME
 * NIC_NEW         NAME, KIND host, guest or tap; optional MAC, MTU, QUEUES
 * NIC_CONNECT     NAME, SWITCH, PORT; optional ROLE. Any Ethernet netdev
 * NIC_DISCONNECT  NAME
 * NIC_DEL         NAME, of kind host, guest or tap; unplugged first
 *
 * VLAN_GET     dump only: SWITCH; optional VID, PORT. One message for each port
 *              of each VLAN
 *
 * FDB_NEW      SWITCH, MAC, PORT or PORTS; optional VID (default 0) or ALL_VLANS,
 *              STICKY. A static entry; an address known as dynamic becomes static.
 *              PORTS is a nest of names: frames go to these, and to none if it is
 *              empty. The entry for a VLAN goes before that for all, and both before
 *              what is learned. A group address needs PORTS
 * FDB_DEL      SWITCH, MAC; optional VID or ALL_VLANS
 * FDB_FLUSH    SWITCH; optional PORT, VID, INSTANCE, STATIC (flag: static entries
 *              too; PORT is taken out of PORTS)
 * FDB_GET      dump filter: SWITCH, PORT, VID, MAC, STATIC or DYNAMIC
 *              An entry that aged out or was flushed is told by FDB_DEL_NTF
 *
 * STATS_GET    filter: SWITCH, PORT
 *
 * BATCH        OP, any number of them: one transaction, all or nothing. Each OP
 *              is a nest with CMD, a command that needs CAP_NET_ADMIN; optional
 *              FLAGS; and SWITCH, PORT, NIC or FDB, a nest with the attributes
 *              of that command. They are carried out in order; what an operation
 *              makes, those behind it can use. If one is refused, those before
 *              it are undone, and nothing was changed: no event was sent, no link
 *              went down, no entry was flushed.
 *     FLAGS    REPLACE as NLM_F_REPLACE with *_NEW; IF_EXISTS: an object that is
 *              not there (ENOENT) is no error, the operation does nothing
 *     DRY_RUN  flag: check all, answer, and undo it
 *     PART, MORE  a batch that is too large for one message is sent in parts, as
 *              separate messages on one socket. All but the last have the flag
 *              MORE and are only kept; PART is the number of parts before this
 *              one, 0 if left out, and must follow. What was kept goes with the
 *              last part, with PART 0, with a part that BATCH refuses, and with the
 *              socket.
 *   A refusal has, besides message and attribute, a cookie
 *   (NLMSGERR_ATTR_COOKIE), struct vsw_batch_error, that says which operation
 *   was meant. A netdev of a NIC or switch that is deleted keeps its name until
 *   the transaction is over, and an existing netdev can go from one switch to
 *   another only in two. Netdevs that are made, and those that are plugged in, are
 *   seen by others (RTM_NEWLINK) before the transaction is known to succeed.
 *
 * EVENTS are sent when a change is final, in its order. Their nlmsg_seq counts
 * up by one in each network namespace, while someone listens: a reader who finds
 * a gap knows how many it missed.
 *
 * DIRECTIONS are seen from the switch: "from" is what comes in from the NIC, "to"
 * is what goes out to the NIC.
 */
#ifndef _UAPI_LINUX_VSWITCH_H
#define _UAPI_LINUX_VSWITCH_H

#include <linux/types.h>

#define VSW_GENL_NAME		"vswitch"
#define VSW_GENL_VERSION	1
#define VSW_MCGRP_EVENTS	"events"

#define VSW_PORT_NAME_MAX	31	/* characters, without the NUL */
#define VSW_DESC_MAX		127
#define VSW_PORTS_MAX		4096	/* ports of one switch */
#define VSW_VLAN_BITMAP_BYTES	512
#define VSW_VID_RANGES_MAX	256
#define VSW_VID_GROUPS_MAX	256
#define VSW_INSTANCES		64	/* spanning tree instances, from 0 */
#define VSW_FDB_PORTS_MAX	64	/* ports of one entry */
#define VSW_AGEING_MIN_MS	10000U
#define VSW_AGEING_MAX_MS	1000000000U
#define VSW_AGEING_DEFAULT_MS	300000U
#define VSW_FDB_MAX_DEFAULT	65536U	/* entries of one switch */
#define VSW_FDB_MAX_LIMIT	1048576U
#define VSW_MTU_MIN		68U
#define VSW_MTU_MAX		65535U
#define VSW_QUEUES_MAX		64U
#define VSW_BATCH_OPS_MAX	16384U	/* operations of one batch */
#define VSW_BATCH_BYTES_MAX	33554432U	/* octets of kept parts, of a namespace */

enum vsw_cmd {
	VSW_CMD_SWITCH_GET = 1,
	VSW_CMD_SWITCH_NEW,
	VSW_CMD_SWITCH_SET,
	VSW_CMD_SWITCH_DEL,
	VSW_CMD_SWITCH_NTF,
	VSW_CMD_SWITCH_DEL_NTF,

	VSW_CMD_PORT_GET,
	VSW_CMD_PORT_NEW,
	VSW_CMD_PORT_SET,
	VSW_CMD_PORT_DEL,
	VSW_CMD_PORT_NTF,
	VSW_CMD_PORT_DEL_NTF,

	VSW_CMD_NIC_GET,
	VSW_CMD_NIC_NEW,
	VSW_CMD_NIC_CONNECT,
	VSW_CMD_NIC_DISCONNECT,
	VSW_CMD_NIC_DEL,
	VSW_CMD_NIC_NTF,
	VSW_CMD_NIC_DEL_NTF,

	VSW_CMD_VLAN_GET,

	VSW_CMD_FDB_GET,
	VSW_CMD_FDB_NEW,
	VSW_CMD_FDB_DEL,
	VSW_CMD_FDB_FLUSH,
	VSW_CMD_FDB_NTF,
	VSW_CMD_FDB_DEL_NTF,

	VSW_CMD_STATS_GET,

	VSW_CMD_BATCH,

	__VSW_CMD_MAX,
	VSW_CMD_MAX = __VSW_CMD_MAX - 1
};

/* Switch types: the kinds of NIC that they admit. */
enum vsw_switch_type {
	VSW_SWITCH_PRIVATE,		/* guest NICs */
	VSW_SWITCH_INTERNAL,		/* guest and host NICs */
	VSW_SWITCH_EXTERNAL,		/* guest and host NICs, and uplinks */
};

enum vsw_vlan_mode {
	VSW_VLAN_NONE,
	VSW_VLAN_ACCESS,
	VSW_VLAN_TRUNK,
	VSW_VLAN_HYBRID,		/* any VLANs tagged, any untagged */
	VSW_VLAN_TUNNEL,		/* dot1q-tunnel: tags are the customer's */
};

/* Acceptable frame types; those with a priority tag count as untagged. */
enum vsw_admit {
	VSW_ADMIT_MODE,			/* as the VLAN mode says */
	VSW_ADMIT_ALL,
	VSW_ADMIT_TAGGED,
	VSW_ADMIT_UNTAGGED,
};

/* Which priorities share a priority code point, to tell which may be dropped. */
enum vsw_pcp_table {
	VSW_PCP_8P0D,			/* none */
	VSW_PCP_7P1D,			/* 4 and 5 */
	VSW_PCP_6P2D,			/* and 2 and 3 */
	VSW_PCP_5P3D,			/* and 0 and 1 */
};

/* When does a frame that leaves untagged get a tag with its priority only? */
enum vsw_prio_tag {
	VSW_PRIO_TAG_NEVER,
	VSW_PRIO_TAG_NONZERO,
	VSW_PRIO_TAG_ALWAYS,
};

/*
 * VSW_A_PORT_VID_MAP is an array of these, VSW_VID_RANGES_MAX at most: @count VLAN
 * ids from @wire on are, in the switch, those from @vid on. Each is named once on
 * either side.
 */
struct vsw_vid_range {
	__u16	wire;
	__u16	vid;
	__u16	count;
};

/*
 * VSW_A_SWITCH_FIDS, VSW_A_SWITCH_INSTANCES and VSW_A_PORT_VLAN_SERVICES are arrays
 * of these, VSW_VID_GROUPS_MAX at most: @count VLANs from @vid on are given @to. Each
 * VLAN is named once.
 */
struct vsw_vid_group {
	__u16	vid;
	__u16	count;
	__u16	to;
};

/* Port states (IEEE 802.1Q-2022, 8.4). */
enum vsw_state {
	VSW_STATE_FORWARDING,
	VSW_STATE_LEARNING,		/* frames are learned from, not relayed */
	VSW_STATE_DISCARDING,
};

/* VSW_A_PORT_STATES is an array of these, VSW_INSTANCES at most. */
struct vsw_port_state {
	__u16	instance;
	__u16	state;			/* enum vsw_state */
};

/* What becomes of BPDUs: frames to 01-80-C2-00-00-00, -08 and 01-00-0C-CC-CC-CD. */
enum vsw_bpdu {
	VSW_BPDU_NORMAL,		/* as of other frames to their address */
	VSW_BPDU_GUARD,			/* one from the NIC takes the link down */
	VSW_BPDU_FILTER,		/* dropped, both ways */
};

enum vsw_nic_kind {
	VSW_NIC_NETDEV,			/* an existing netdev taken over */
	VSW_NIC_HOST,			/* link kind vswnic, for the host itself */
	VSW_NIC_GUEST,			/* link kind vswnic, for a container */
	VSW_NIC_TAP,			/* link kind vswtap, for a virtual machine */
};

enum vsw_nic_role {
	VSW_ROLE_EDGE,			/* an end station, not trusted */
	VSW_ROLE_UPLINK,		/* the physical network */
};

/* Why a port's link is down. */
enum vsw_down_reason {
	VSW_DOWN_NOT,			/* it is up */
	VSW_DOWN_PORT,			/* the port is shut */
	VSW_DOWN_SWITCH,		/* the switch is down */
	VSW_DOWN_NO_NIC,		/* nothing is plugged in */
	VSW_DOWN_UPLINK,		/* link-follow: no uplink is up */
	VSW_DOWN_NIC,			/* the NIC is administratively down */
	VSW_DOWN_CARRIER,		/* the NIC has no carrier */
	VSW_DOWN_GUARD,			/* BPDU guard: a BPDU came from the NIC */
};

/* What an event on the group "events" reports. */
enum vsw_event {
	VSW_EVENT_NEW,			/* an object was made */
	VSW_EVENT_SET,			/* settings were changed */
	VSW_EVENT_DEL,			/* an object was removed */
	VSW_EVENT_UP,			/* port: the link came up */
	VSW_EVENT_DOWN,			/* port: the link went down */
	VSW_EVENT_CONNECT,		/* nic: plugged in */
	VSW_EVENT_DISCONNECT,		/* nic: unplugged */
	VSW_EVENT_LEARN,		/* fdb: a new station */
	VSW_EVENT_MOVE,			/* fdb: the station changed its port */
	VSW_EVENT_AGE,			/* fdb: not heard of for the ageing time */
	VSW_EVENT_FLUSH,		/* fdb: flushed */
};

enum {
	VSW_A_SWITCH_NAME = 1,		/* string */
	VSW_A_SWITCH_IFINDEX,		/* u32 */
	VSW_A_SWITCH_TYPE,		/* u32, enum vsw_switch_type */
	VSW_A_SWITCH_PROTOCOL,		/* u32, EtherType of the tag: 0x8100, 0x88a8 */
	VSW_A_SWITCH_AGEING,		/* u32, ms */
	VSW_A_SWITCH_FDB_MAX,		/* u32, entries */
	VSW_A_SWITCH_FDB_COUNT,		/* u32, entries */
	VSW_A_SWITCH_MTU,		/* u32, octets of payload, tags not counted */
	VSW_A_SWITCH_UP,		/* u8, 0 or 1 */
	VSW_A_SWITCH_PORT_COUNT,	/* u32 */
	VSW_A_SWITCH_EVENT,		/* u32, enum vsw_event */
	VSW_A_SWITCH_FIDS,		/* binary, struct vsw_vid_group[] */
	VSW_A_SWITCH_INSTANCES,		/* binary, struct vsw_vid_group[] */

	__VSW_A_SWITCH_MAX,
	VSW_A_SWITCH_MAX = __VSW_A_SWITCH_MAX - 1
};

enum {
	VSW_A_PORT_SWITCH = 1,		/* string */
	VSW_A_PORT_NAME,		/* string */
	VSW_A_PORT_ID,			/* u32, never used again while loaded */
	VSW_A_PORT_UP,			/* u8, as configured */
	VSW_A_PORT_OPER,		/* u8, as it is */
	VSW_A_PORT_DOWN_REASON,		/* u32, enum vsw_down_reason */
	VSW_A_PORT_VLAN_MODE,		/* u32, enum vsw_vlan_mode */
	VSW_A_PORT_VLAN_VID,		/* u16, of an access port */
	VSW_A_PORT_VLAN_TRUNKS,		/* binary, VSW_VLAN_BITMAP_BYTES */
	VSW_A_PORT_VLAN_NATIVE,		/* u16, of a trunk port */
	VSW_A_PORT_NIC,			/* string, "" unplugs */
	VSW_A_PORT_NIC_IFINDEX,		/* u32 */
	VSW_A_PORT_NIC_NETNSID,		/* s32, if the NIC is in another namespace */
	VSW_A_PORT_NIC_KIND,		/* u32, enum vsw_nic_kind */
	VSW_A_PORT_ROLE,		/* u32, enum vsw_nic_role */
	VSW_A_PORT_BIND,		/* string, "" unbinds */
	VSW_A_PORT_LEARN,		/* u8 */
	VSW_A_PORT_FLOOD,		/* u8, unknown unicast is sent to this port */
	VSW_A_PORT_FDB_MAX,		/* u32, 0: only the switch's limit */
	VSW_A_PORT_FDB_COUNT,		/* u32 */
	VSW_A_PORT_LINK_FOLLOW,		/* u8 */
	VSW_A_PORT_DESC,		/* string */
	VSW_A_PORT_EVENT,		/* u32, enum vsw_event */
	VSW_A_PORT_HOLD,		/* u8, the NIC may not send yet */
	VSW_A_PORT_VLAN_NATIVE_TAGGED,	/* u8, of a trunk port */
	VSW_A_PORT_VLAN_UNTAGGED,	/* binary, of a hybrid port */
	VSW_A_PORT_VLAN_CUSTOMER,	/* binary, of a tunnel; bit 0: without tag */
	VSW_A_PORT_ADMIT,		/* u32, enum vsw_admit */
	VSW_A_PORT_INGRESS_FILTER,	/* u8 */
	VSW_A_PORT_VID_MAP,		/* binary, struct vsw_vid_range[], empty: none */
	VSW_A_PORT_PCP_TABLE,		/* u32, enum vsw_pcp_table */
	VSW_A_PORT_USE_DEI,		/* u8 */
	VSW_A_PORT_PRIO_REGEN,		/* binary, 8: the priority of each received one */
	VSW_A_PORT_DEFAULT_PRIO,	/* u8, of frames without tag */
	VSW_A_PORT_PRIO_TAGS,		/* u32, enum vsw_prio_tag */
	VSW_A_PORT_VLAN_SERVICES,	/* binary, struct vsw_vid_group[], of a tunnel */
	VSW_A_PORT_STATES,		/* binary, struct vsw_port_state[] */
	VSW_A_PORT_RESERVED_RELAY,	/* u16, bit n: 01-80-C2-00-00-0n */
	VSW_A_PORT_BPDU,		/* u32, enum vsw_bpdu */
	VSW_A_PORT_GUARD_RECOVERY,	/* u32, ms; 0: not by itself */

	__VSW_A_PORT_MAX,
	VSW_A_PORT_MAX = __VSW_A_PORT_MAX - 1
};

enum {
	VSW_A_NIC_NAME = 1,		/* string */
	VSW_A_NIC_IFINDEX,		/* u32 */
	VSW_A_NIC_NETNSID,		/* s32, if in another namespace */
	VSW_A_NIC_KIND,			/* u32, enum vsw_nic_kind */
	VSW_A_NIC_MAC,			/* binary, 6 */
	VSW_A_NIC_MTU,			/* u32 */
	VSW_A_NIC_QUEUES,		/* u32 */
	VSW_A_NIC_SWITCH,		/* string, if connected to one of the namespace */
	VSW_A_NIC_PORT,			/* string, likewise */
	VSW_A_NIC_ROLE,			/* u32, enum vsw_nic_role, likewise */
	VSW_A_NIC_CARRIER,		/* u8 */
	VSW_A_NIC_EVENT,		/* u32, enum vsw_event */
	VSW_A_NIC_CONNECTED,		/* u8, also to one of another namespace */

	__VSW_A_NIC_MAX,
	VSW_A_NIC_MAX = __VSW_A_NIC_MAX - 1
};

enum {
	VSW_A_VLAN_SWITCH = 1,		/* string */
	VSW_A_VLAN_VID,			/* u16 */
	VSW_A_VLAN_PORT,		/* string */
	VSW_A_VLAN_UNTAGGED,		/* u8, sent without tag to this port */
	VSW_A_VLAN_PVID,		/* u8, untagged frames from it are of this VLAN */
	VSW_A_VLAN_FID,			/* u16, if it shares its database */
	VSW_A_VLAN_INSTANCE,		/* u16 */
	VSW_A_VLAN_STATE,		/* u32, enum vsw_state, of the port */
	VSW_A_VLAN_FDB_COUNT,		/* u32, entries of its database */

	__VSW_A_VLAN_MAX,
	VSW_A_VLAN_MAX = __VSW_A_VLAN_MAX - 1
};

enum {
	VSW_A_FDB_SWITCH = 1,		/* string */
	VSW_A_FDB_MAC,			/* binary, 6 */
	VSW_A_FDB_VID,			/* u16, 0: no VLAN */
	VSW_A_FDB_PORT,			/* string */
	VSW_A_FDB_STATIC,		/* flag */
	VSW_A_FDB_DYNAMIC,		/* flag, as a filter only */
	VSW_A_FDB_STICKY,		/* flag */
	VSW_A_FDB_AGE,			/* u32, ms since the station was last heard */
	VSW_A_FDB_OLD_PORT,		/* string, in a move event */
	VSW_A_FDB_EVENT,		/* u32, enum vsw_event */
	VSW_A_FDB_ALL_VLANS,		/* flag, instead of VID */
	VSW_A_FDB_PORTS,		/* nest of VSW_A_PORTS_PORT, repeated */
	VSW_A_FDB_FID,			/* u16, if it is shared */
	VSW_A_FDB_INSTANCE,		/* u16, for a flush only */

	__VSW_A_FDB_MAX,
	VSW_A_FDB_MAX = __VSW_A_FDB_MAX - 1
};

enum {
	VSW_A_PORTS_PORT = 1,		/* string, a port's name */

	__VSW_A_PORTS_MAX,
	VSW_A_PORTS_MAX = __VSW_A_PORTS_MAX - 1
};

enum {
	VSW_A_STATS_SWITCH = 1,		/* string */
	VSW_A_STATS_PORT,		/* string */
	VSW_A_STATS_PAD,			/* never sent */
	VSW_A_STATS_FROM_UNICAST_PACKETS,	/* u64, this and the following */
	VSW_A_STATS_FROM_UNICAST_BYTES,
	VSW_A_STATS_FROM_MULTICAST_PACKETS,
	VSW_A_STATS_FROM_MULTICAST_BYTES,
	VSW_A_STATS_FROM_BROADCAST_PACKETS,
	VSW_A_STATS_FROM_BROADCAST_BYTES,
	VSW_A_STATS_TO_UNICAST_PACKETS,
	VSW_A_STATS_TO_UNICAST_BYTES,
	VSW_A_STATS_TO_MULTICAST_PACKETS,
	VSW_A_STATS_TO_MULTICAST_BYTES,
	VSW_A_STATS_TO_BROADCAST_PACKETS,
	VSW_A_STATS_TO_BROADCAST_BYTES,
	VSW_A_STATS_LEARNED,		/* stations learned at this port */
	VSW_A_STATS_MOVED,		/* stations that moved to this port */
	VSW_A_STATS_AGED,		/* stations aged out */
	VSW_A_STATS_NOT_LEARNED,	/* frames whose source a limit kept out */
	VSW_A_STATS_DROPS,		/* nest: type is enum vsw_drop, payload u64 */

	__VSW_A_STATS_MAX,
	VSW_A_STATS_MAX = __VSW_A_STATS_MAX - 1
};

enum {
	VSW_A_BATCH_OP = 1,		/* nest of VSW_A_OP_*, repeated */
	VSW_A_BATCH_PART,		/* u32, parts sent before this one */
	VSW_A_BATCH_MORE,		/* flag, parts follow */
	VSW_A_BATCH_DRY_RUN,		/* flag, with the last part */

	__VSW_A_BATCH_MAX,
	VSW_A_BATCH_MAX = __VSW_A_BATCH_MAX - 1
};

enum {
	VSW_A_OP_CMD = 1,		/* u32, enum vsw_cmd */
	VSW_A_OP_FLAGS,			/* u32, VSW_OP_* */
	VSW_A_OP_SWITCH,		/* nest of VSW_A_SWITCH_*, if CMD is of it */
	VSW_A_OP_PORT,			/* nest of VSW_A_PORT_*, likewise */
	VSW_A_OP_NIC,			/* nest of VSW_A_NIC_*, likewise */
	VSW_A_OP_FDB,			/* nest of VSW_A_FDB_*, likewise */

	__VSW_A_OP_MAX,
	VSW_A_OP_MAX = __VSW_A_OP_MAX - 1
};

/* VSW_A_OP_FLAGS */
enum {
	VSW_OP_REPLACE		= 1,	/* *_NEW: an existing object is set */
	VSW_OP_IF_EXISTS	= 2,	/* others: a missing object is no error */
};

/**
 * struct vsw_batch_error - the cookie in the refusal of a batch
 * @op: operation that was refused, from 0, counted over all parts
 * @attr: attribute of its object that was at fault, 0 if none
 */
struct vsw_batch_error {
	__u32	op;
	__u32	attr;
};

/*
 * Every reason for which a frame does not come out: name, text. The number of
 * a reason never changes; new ones are added at the end.
 */
#define VSW_DROPS(X)							\
	X(FROM_LINK_DOWN, from_link_down,				\
	  "came in while the port's link was down")			\
	X(FROM_RUNT, from_runt,						\
	  "shorter than an Ethernet header")				\
	X(FROM_OVERSIZE, from_oversize,					\
	  "larger than the switch's MTU")				\
	X(FROM_SOURCE_INVALID, from_source_invalid,			\
	  "source address is zero or a group address")			\
	X(FROM_RESERVED, from_reserved,					\
	  "destination is a reserved group address (01-80-C2-00-00-0X)") \
	X(FROM_UNTAGGED, from_untagged,					\
	  "untagged frame at a port that admits tagged frames only")	\
	X(FROM_TAGGED, from_tagged,					\
	  "tagged frame at a port that admits untagged frames only")	\
	X(FROM_VID_RESERVED, from_vid_reserved,				\
	  "VLAN id 4095 in the tag")					\
	X(FROM_VLAN_FILTER, from_vlan_filter,				\
	  "the port is no member of the frame's VLAN")			\
	X(FROM_STICKY, from_sticky,					\
	  "source address is pinned to another port (sticky)")		\
	X(FROM_SAME_PORT, from_same_port,				\
	  "destination is behind the port it came from")		\
	X(FROM_NO_TARGET, from_no_target,				\
	  "no other port to send it to")				\
	X(FROM_NO_MEMORY, from_no_memory,				\
	  "no memory to take it in")					\
	X(TO_LINK_DOWN, to_link_down,					\
	  "the destination port's link is down")			\
	X(TO_VLAN_FILTER, to_vlan_filter,				\
	  "the destination port is no member of the frame's VLAN")	\
	X(TO_OVERSIZE, to_oversize,					\
	  "larger than the MTU of the NIC it goes to")			\
	X(TO_NO_MEMORY, to_no_memory,					\
	  "no memory for a copy")					\
	X(TO_NIC_FULL, to_nic_full,					\
	  "refused by the NIC: its queue is full")			\
	X(TO_NO_READER, to_no_reader,					\
	  "no one has opened the tap NIC it goes to")			\
	X(FROM_HELD, from_held,						\
	  "the port is on hold: its NIC may not send yet")		\
	X(TO_OFFLOAD_INVALID, to_offload_invalid,			\
	  "no headers that the offload it asks for could work on")	\
	X(FROM_DEST_INVALID, from_dest_invalid,				\
	  "destination address is zero")				\
	X(FROM_TOO_MANY_TAGS, from_too_many_tags,			\
	  "more than two VLAN tags")					\
	X(FROM_DISCARDING, from_discarding,				\
	  "the port does not forward in the VLAN's spanning tree")	\
	X(TO_DISCARDING, to_discarding,					\
	  "the destination port does not forward in the VLAN's spanning tree") \
	X(FROM_FILTERED, from_filtered,					\
	  "a static entry without port filters the destination")	\
	X(FROM_BPDU_GUARD, from_bpdu_guard,				\
	  "BPDU at a port with BPDU guard, which shuts it")		\
	X(FROM_BPDU_FILTER, from_bpdu_filter,				\
	  "BPDU from a port with BPDU filter")				\
	X(TO_BPDU_FILTER, to_bpdu_filter,				\
	  "BPDU to a port with BPDU filter")

#define VSW_DROP_ENUM(upper, lower, text) VSW_DROP_##upper,
enum vsw_drop {
	VSW_DROP_NOT,			/* the frame goes on */
	VSW_DROPS(VSW_DROP_ENUM)

	__VSW_DROP_MAX,
	VSW_DROP_MAX = __VSW_DROP_MAX - 1
};

#undef VSW_DROP_ENUM

#endif /* _UAPI_LINUX_VSWITCH_H */
