/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_PRIO_H
#define _VSW_PRIO_H

/*
 * Priorities at one port: what the three bits of a tag and its drop-eligible bit
 * mean here (IEEE 802.1Q-2022, 6.9.3 and 6.9.4). Most ports have nothing of this:
 * then they mean what they say.
 *
 * Values of priority and drop eligibility travel as in a tag's first four bits:
 * priority << 1 | drop eligible.
 */

#include <linux/if_vlan.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/vswitch.h>

#define VSW_PRIOS	8
#define VSW_PRIO_SHIFT	12	/* of the four bits in a TCI */

/**
 * struct vsw_prio_settings - priorities as a user gives them
 * @table: enum vsw_pcp_table
 * @no_dei: the drop-eligible bit of a tag is not used
 * @untagged: priority of frames without tag
 * @tag: when what leaves untagged gets a priority tag, enum vsw_prio_tag
 * @regen: the priority that a received one becomes
 */
struct vsw_prio_settings {
	u8	table;
	bool	no_dei;
	u8	untagged;
	u8	tag;
	u8	regen[VSW_PRIOS];
};

/**
 * struct vsw_port_prio - priorities of a port, immutable once published
 * @rcu: for kfree_rcu()
 * @in: what a received tag's four bits mean
 * @out: the four bits that are sent
 * @untagged: of frames that come without tag
 * @set: as configured
 */
struct vsw_port_prio {
	struct rcu_head			rcu;
	u8				in[2 * VSW_PRIOS];
	u8				out[2 * VSW_PRIOS];
	u8				untagged;
	struct vsw_prio_settings	set;
};

void vsw_prio_settings_init(struct vsw_prio_settings *set);
bool vsw_prio_settings_default(const struct vsw_prio_settings *set);
void vsw_port_prio_fill(struct vsw_port_prio *prio,
			const struct vsw_prio_settings *set);

/* A received TCI's upper bits, as they go on. */
static inline u16 vsw_prio_in(const struct vsw_port_prio *prio, u16 tci)
{
	return prio->in[tci >> VSW_PRIO_SHIFT] << VSW_PRIO_SHIFT;
}

/* And as they are sent. */
static inline u16 vsw_prio_out(const struct vsw_port_prio *prio, u16 bits)
{
	return prio->out[bits >> VSW_PRIO_SHIFT] << VSW_PRIO_SHIFT;
}

/* Does a frame that leaves untagged get a priority tag? */
static inline bool vsw_prio_wants_tag(const struct vsw_port_prio *prio, u16 bits)
{
	return prio->set.tag == VSW_PRIO_TAG_ALWAYS ||
	       (prio->set.tag == VSW_PRIO_TAG_NONZERO &&
		bits & VLAN_PRIO_MASK);
}

#endif /* _VSW_PRIO_H */
