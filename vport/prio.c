// SPDX-License-Identifier: GPL-2.0
/*
 * Priorities at one port: a user's settings become two flat tables. Pure.
 */

#include <linux/bits.h>
#include <linux/string.h>

#include "vport/prio.h"

/*
 * Tables 6-2 and 6-3 of the standard. Where a table has fewer priorities than
 * eight, the PCP of an odd one of these pairs means the even one's, which leaves
 * its own free to mean "drop eligible".
 */
static const u8 pairs_of[] = {
	[VSW_PCP_8P0D]	= 0,
	[VSW_PCP_7P1D]	= BIT(2),
	[VSW_PCP_6P2D]	= BIT(2) | BIT(1),
	[VSW_PCP_5P3D]	= BIT(2) | BIT(1) | BIT(0),
};

/* 4 and 5 are the pair 2, and so on. */
static bool shares_pcp(u8 table, u8 value)
{
	return pairs_of[table] & BIT(value >> 1);
}

/* Return: priority << 1 | drop eligible. */
static u8 decode(const struct vsw_prio_settings *set, u8 pcp, bool dei)
{
	u8 priority = pcp;

	if (set->no_dei)
		dei = false;
	if (shares_pcp(set->table, pcp)) {
		dei |= !(pcp & 1);
		priority = pcp & ~1;
	}
	return set->regen[priority] << 1 | dei;
}

/* Return: PCP << 1 | DEI. */
static u8 encode(const struct vsw_prio_settings *set, u8 priority, bool dei)
{
	u8 pcp = priority;

	if (shares_pcp(set->table, priority))
		pcp = (priority & ~1) + !dei;
	return pcp << 1 | (dei && !set->no_dei);
}

/**
 * vsw_prio_settings_init - settings of a port that has none
 * @set: filled: 8P0D with DEI, every priority stays, none for what is untagged
 *
 * Context: any.
 */
void vsw_prio_settings_init(struct vsw_prio_settings *set)
{
	u8 i;

	*set = (struct vsw_prio_settings) {};
	for (i = 0; i < VSW_PRIOS; i++)
		set->regen[i] = i;
}

/**
 * vsw_prio_settings_default - would these change nothing?
 * @set: the settings
 *
 * Context: any.
 * Return: true if so.
 */
bool vsw_prio_settings_default(const struct vsw_prio_settings *set)
{
	struct vsw_prio_settings none;

	vsw_prio_settings_init(&none);
	return set->table == none.table && set->no_dei == none.no_dei &&
	       set->untagged == none.untagged && set->tag == none.tag &&
	       !memcmp(set->regen, none.regen, sizeof(none.regen));
}

/**
 * vsw_port_prio_fill - make a port's tables from a user's settings
 * @prio: filled
 * @set: the settings, in range
 *
 * Context: any.
 */
void vsw_port_prio_fill(struct vsw_port_prio *prio,
			const struct vsw_prio_settings *set)
{
	u8 i;

	prio->set = *set;
	prio->untagged = set->regen[set->untagged] << 1;
	for (i = 0; i < 2 * VSW_PRIOS; i++) {
		prio->in[i] = decode(set, i >> 1, i & 1);
		prio->out[i] = encode(set, i >> 1, i & 1);
	}
}
