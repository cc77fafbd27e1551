// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of ports: see portset.h.
 */

#include <linux/overflow.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vswitch/portset.h"
#include "vswitch/vswitch.h"

#define FIRST_SIZE	2

static struct vsw_portset __rcu **
set_of(struct vsw_switch *sw, const struct vsw_port_vlans *vlans)
{
	u16 vid;

	return vsw_port_vlans_single(vlans, &vid) ? &sw->access[vid] :
						    &sw->trunks;
}

/**
 * vsw_portset_same - do two VLAN records put a port into the same set?
 * @a: VLAN record
 * @b: VLAN record
 *
 * Context: any.
 * Return: true if so.
 */
bool vsw_portset_same(const struct vsw_port_vlans *a,
		      const struct vsw_port_vlans *b)
{
	u16 vid_a, vid_b;
	bool single_a = vsw_port_vlans_single(a, &vid_a);
	bool single_b = vsw_port_vlans_single(b, &vid_b);

	return single_a == single_b && (!single_a || vid_a == vid_b);
}

/* The place of a port, or a free one if @port is NULL. */
static struct vsw_port __rcu **place_of(struct vsw_portset *set,
					const struct vsw_port *port)
{
	u32 i;

	for (i = 0; set && i < set->size; i++)
		if (rcu_access_pointer(set->places[i]) == port)
			return &set->places[i];
	return NULL;
}

static struct vsw_portset *set_grow(const struct vsw_portset *old)
{
	u32 size = old ? 2 * old->size : FIRST_SIZE, i;
	struct vsw_portset *set;

	set = kvzalloc(struct_size(set, places, size), GFP_KERNEL_ACCOUNT);
	if (!set)
		return NULL;
	set->size = size;
	set->end = old ? old->end : 0;
	set->used = old ? old->used : 0;
	set->reserved = old ? old->reserved : 0;
	for (i = 0; old && i < old->size; i++)
		RCU_INIT_POINTER(set->places[i],
				 rtnl_dereference(old->places[i]));
	return set;
}

/* No more places are ever taken at once than a switch has ports. */
static bool has_room(const struct vsw_portset *set)
{
	return set && (set->used + set->reserved < set->size ||
		       set->size >= VSW_PORTS_MAX);
}

static void set_put(struct vsw_portset __rcu **slot)
{
	struct vsw_portset *set = rtnl_dereference(*slot);

	if (set->used || set->reserved)
		return;
	RCU_INIT_POINTER(*slot, NULL);
	kvfree_rcu(set, rcu);
}

/**
 * vsw_portset_reserve - make sure of a place in the set that VLANs call for
 * @sw: the switch
 * @vlans: the VLANs
 *
 * Context: RTNL held, may sleep. The place is there until vsw_portset_add() or
 * vsw_portset_unreserve().
 * Return: 0 or -ENOMEM.
 */
int vsw_portset_reserve(struct vsw_switch *sw,
			const struct vsw_port_vlans *vlans)
{
	struct vsw_portset __rcu **slot = set_of(sw, vlans);
	struct vsw_portset *old, *set;

	ASSERT_RTNL();
	old = rtnl_dereference(*slot);
	if (has_room(old)) {
		old->reserved++;
		return 0;
	}
	set = set_grow(old);
	if (!set)
		return -ENOMEM;
	set->reserved++;
	rcu_assign_pointer(*slot, set);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

/**
 * vsw_portset_unreserve - the place is not needed
 * @sw: the switch
 * @vlans: the VLANs for which it was reserved
 *
 * Context: RTNL held.
 */
void vsw_portset_unreserve(struct vsw_switch *sw,
			   const struct vsw_port_vlans *vlans)
{
	struct vsw_portset __rcu **slot = set_of(sw, vlans);

	ASSERT_RTNL();
	rtnl_dereference(*slot)->reserved--;
	set_put(slot);
}

/**
 * vsw_portset_add - put a port into the set that its VLANs call for
 * @sw: the switch
 * @port: the port, in no set
 * @vlans: its VLANs, for which a place is reserved
 *
 * Context: RTNL held.
 */
void vsw_portset_add(struct vsw_switch *sw, struct vsw_port *port,
		     const struct vsw_port_vlans *vlans)
{
	struct vsw_portset *set = rtnl_dereference(*set_of(sw, vlans));
	struct vsw_port __rcu **place = place_of(set, NULL);

	ASSERT_RTNL();
	if (WARN_ON_ONCE(!place))
		return;
	rcu_assign_pointer(*place, port);
	WRITE_ONCE(set->end, max_t(u32, set->end, place - set->places + 1));
	set->used++;
	set->reserved--;
}

/**
 * vsw_portset_del - take a port out of the set that its VLANs call for
 * @sw: the switch
 * @port: the port
 * @vlans: its VLANs
 *
 * Context: RTNL held.
 */
void vsw_portset_del(struct vsw_switch *sw, const struct vsw_port *port,
		     const struct vsw_port_vlans *vlans)
{
	struct vsw_portset __rcu **slot = set_of(sw, vlans);
	struct vsw_portset *set = rtnl_dereference(*slot);
	struct vsw_port __rcu **place = place_of(set, port);

	ASSERT_RTNL();
	if (WARN_ON_ONCE(!place))
		return;
	RCU_INIT_POINTER(*place, NULL);
	while (set->end && !rcu_access_pointer(set->places[set->end - 1]))
		WRITE_ONCE(set->end, set->end - 1);
	set->used--;
	set_put(slot);
}

/**
 * vsw_portset_free_all - free all sets of a switch
 * @sw: a switch that no frame can be in any more
 *
 * Context: any.
 */
void vsw_portset_free_all(struct vsw_switch *sw)
{
	int vid;

	kvfree(rcu_dereference_protected(sw->trunks, true));
	for (vid = 0; vid < VLAN_N_VID; vid++)
		kvfree(rcu_dereference_protected(sw->access[vid], true));
}
