/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints in the path of a frame. They are seen under events/vswitch of the
 * tracefs; off, each costs a branch that is not taken.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vswitch

#if !defined(_VSW_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VSW_TRACE_H

#include <linux/skbuff.h>
#include <linux/tracepoint.h>
#include <linux/vswitch.h>

#include "vport/vport.h"

#define VSW_DROP_SYMBOL(upper, lower, text) { VSW_DROP_##upper, #lower },
#define VSW_SHOW_DROP(reason)						\
	__print_symbolic(reason, VSW_DROPS(VSW_DROP_SYMBOL) { 0, "none" })

DECLARE_EVENT_CLASS(vsw_frame_class,
	TP_PROTO(const struct vsw_port *port, const struct sk_buff *skb,
		 u64 dst, u64 src, u16 vid),
	TP_ARGS(port, skb, dst, src, vid),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, port)
		__field(u32, len)
		__field(u64, dst)
		__field(u64, src)
		__field(u16, vid)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->port = port->id;
		__entry->len = skb->len;
		__entry->dst = dst;
		__entry->src = src;
		__entry->vid = vid;
	),
	TP_printk("port=%u skbaddr=%p len=%u dst=%012llx src=%012llx vid=%u",
		  __entry->port, __entry->skbaddr, __entry->len, __entry->dst,
		  __entry->src, __entry->vid)
);

/* A frame that a NIC handed in; its VLAN is not known yet. */
DEFINE_EVENT(vsw_frame_class, vsw_input,
	TP_PROTO(const struct vsw_port *port, const struct sk_buff *skb,
		 u64 dst, u64 src, u16 vid),
	TP_ARGS(port, skb, dst, src, vid)
);

/* A frame on its way to the NIC of a port. */
DEFINE_EVENT(vsw_frame_class, vsw_xmit,
	TP_PROTO(const struct vsw_port *port, const struct sk_buff *skb,
		 u64 dst, u64 src, u16 vid),
	TP_ARGS(port, skb, dst, src, vid)
);

TRACE_EVENT(vsw_drop,
	TP_PROTO(const struct vsw_port *port, const struct sk_buff *skb,
		 u64 dst, u64 src, u16 vid, enum vsw_drop reason),
	TP_ARGS(port, skb, dst, src, vid, reason),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, port)
		__field(u32, reason)
		__field(u64, dst)
		__field(u64, src)
		__field(u16, vid)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->port = port->id;
		__entry->reason = reason;
		__entry->dst = dst;
		__entry->src = src;
		__entry->vid = vid;
	),
	TP_printk("port=%u skbaddr=%p reason=%s dst=%012llx src=%012llx vid=%u",
		  __entry->port, __entry->skbaddr,
		  VSW_SHOW_DROP(__entry->reason), __entry->dst, __entry->src,
		  __entry->vid)
);

/* A station was learned, or moved to the port. */
TRACE_EVENT(vsw_learn,
	TP_PROTO(const struct vsw_port *port, u64 addr, u16 vid, bool moved),
	TP_ARGS(port, addr, vid, moved),
	TP_STRUCT__entry(
		__field(u32, port)
		__field(u64, addr)
		__field(u16, vid)
		__field(bool, moved)
	),
	TP_fast_assign(
		__entry->port = port->id;
		__entry->addr = addr;
		__entry->vid = vid;
		__entry->moved = moved;
	),
	TP_printk("port=%u addr=%012llx vid=%u moved=%d", __entry->port,
		  __entry->addr, __entry->vid, __entry->moved)
);

#endif /* _VSW_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH vswitch
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
