// SPDX-License-Identifier: GPL-2.0
/*
 * New tables of a port: see tables.h.
 */

#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vswitch/fdb.h"
#include "vswitch/fdb_table.h"
#include "vswitch/portset.h"
#include "vswitch/tables.h"
#include "vswitch/vswitch.h"

#define HAS_VLANS	(VSW_PORT_HAS_VLAN | VSW_PORT_HAS_ADMIT |	\
			 VSW_PORT_HAS_FILTER)
#define HAS_PRIO	(VSW_PORT_HAS_PCP_TABLE | VSW_PORT_HAS_USE_DEI | \
			 VSW_PORT_HAS_PRIO_REGEN |			 \
			 VSW_PORT_HAS_DEFAULT_PRIO |			 \
			 VSW_PORT_HAS_PRIO_TAGS)

/*
 * Acceptable frame types and the filter stay when the mode changes, unless the mode
 * has no use for them.
 */
static void vlans_settings(const struct vsw_port *port,
			   const struct vsw_port_settings *set,
			   struct vsw_vlan_settings *want)
{
	u8 admit;
	bool no_filter;

	vsw_port_vlans_settings(port->next_vlans, want);
	admit = want->admit;
	no_filter = want->no_filter;
	if (set->has & VSW_PORT_HAS_VLAN) {
		*want = set->vlan;
		if (want->mode == VSW_VLAN_NONE || want->mode == VSW_VLAN_TUNNEL) {
			admit = VSW_ADMIT_MODE;
			no_filter = false;
		}
	}
	want->admit = set->has & VSW_PORT_HAS_ADMIT ? set->admit : admit;
	want->no_filter = set->has & VSW_PORT_HAS_FILTER ? !set->filter :
							    no_filter;
}

static int vlans_prepare(struct vsw_port_tables *tables, struct vsw_port *port,
			 const struct vsw_port_settings *set,
			 struct netlink_ext_ack *extack)
{
	struct vsw_vlan_settings want;
	struct vsw_port_vlans *vlans;
	int err;

	vlans_settings(port, set, &want);
	vlans = vsw_port_vlans_create(&want, extack);
	if (IS_ERR(vlans))
		return PTR_ERR(vlans);
	err = vsw_portset_reserve(port->sw, vlans);
	if (err) {
		NL_SET_ERR_MSG(extack, "out of memory for the VLANs; try again");
		vsw_port_vlans_free(vlans);
		return err;
	}
	tables->vlans = vlans;
	tables->new_vlans = true;
	return 0;
}

static void prio_settings(const struct vsw_port *port,
			  const struct vsw_port_settings *set,
			  struct vsw_prio_settings *want)
{
	vsw_prio_settings_init(want);
	if (port->next_prio)
		*want = port->next_prio->set;
	if (set->has & VSW_PORT_HAS_PCP_TABLE)
		want->table = set->prio.table;
	if (set->has & VSW_PORT_HAS_USE_DEI)
		want->no_dei = set->prio.no_dei;
	if (set->has & VSW_PORT_HAS_PRIO_REGEN)
		memcpy(want->regen, set->prio.regen, sizeof(want->regen));
	if (set->has & VSW_PORT_HAS_DEFAULT_PRIO)
		want->untagged = set->prio.untagged;
	if (set->has & VSW_PORT_HAS_PRIO_TAGS)
		want->tag = set->prio.tag;
}

static int prio_prepare(struct vsw_port_tables *tables, struct vsw_port *port,
			const struct vsw_port_settings *set,
			struct netlink_ext_ack *extack)
{
	struct vsw_prio_settings want;

	prio_settings(port, set, &want);
	tables->new_prio = true;
	if (vsw_prio_settings_default(&want))
		return 0;
	tables->prio = kzalloc(sizeof(*tables->prio), GFP_KERNEL_ACCOUNT);
	if (!tables->prio) {
		NL_SET_ERR_MSG(extack,
			       "out of memory for the priorities; try again");
		return -ENOMEM;
	}
	vsw_port_prio_fill(tables->prio, &want);
	return 0;
}

static int vidmap_prepare(struct vsw_port_tables *tables,
			  const struct vsw_port_settings *set,
			  struct netlink_ext_ack *extack)
{
	struct vsw_port_vidmap *map;

	tables->new_vidmap = true;
	if (!set->vid_range_count)
		return 0;
	map = vsw_port_vidmap_create(set->vid_ranges, set->vid_range_count,
				     extack);
	if (IS_ERR(map))
		return PTR_ERR(map);
	tables->vidmap = map;
	return 0;
}

/**
 * vsw_port_tables_prepare - make the tables that a request wants
 * @tables: filled, all zero before
 * @port: the port
 * @set: the request's settings
 * @extack: where a refusal is explained
 *
 * Context: RTNL held, may sleep.
 * Return: 0, for vsw_port_tables_enter() or vsw_port_tables_drop(); or -EINVAL or
 * -ENOMEM, and nothing is left.
 */
int vsw_port_tables_prepare(struct vsw_port_tables *tables,
			    struct vsw_port *port,
			    const struct vsw_port_settings *set,
			    struct netlink_ext_ack *extack)
{
	int err = 0;

	ASSERT_RTNL();
	if (set->has & HAS_VLANS)
		err = vlans_prepare(tables, port, set, extack);
	if (!err && set->has & HAS_PRIO)
		err = prio_prepare(tables, port, set, extack);
	if (!err && set->has & VSW_PORT_HAS_VID_MAP)
		err = vidmap_prepare(tables, set, extack);
	if (err)
		vsw_port_tables_drop(tables, port);
	return err;
}

/**
 * vsw_port_tables_drop - free tables that were prepared
 * @tables: the tables
 * @port: their port
 *
 * Context: RTNL held, may sleep.
 */
void vsw_port_tables_drop(struct vsw_port_tables *tables, struct vsw_port *port)
{
	if (tables->vlans)
		vsw_portset_unreserve(port->sw, tables->vlans);
	vsw_port_vlans_free(tables->vlans);
	kfree(tables->prio);
	kvfree(tables->vidmap);
}

/**
 * vsw_port_tables_enter - let the verbs that follow go by the new tables
 * @tables: the tables
 * @port: their port
 *
 * Context: RTNL held.
 */
void vsw_port_tables_enter(struct vsw_port_tables *tables, struct vsw_port *port)
{
	tables->old_vlans = port->next_vlans;
	tables->old_prio = port->next_prio;
	if (tables->new_vlans)
		port->next_vlans = tables->vlans;
	if (tables->new_prio)
		port->next_prio = tables->prio;
}

/**
 * vsw_port_tables_abort - undo vsw_port_tables_enter(), and free the tables
 * @tables: the tables
 * @port: their port
 *
 * Context: RTNL held, may sleep.
 */
void vsw_port_tables_abort(struct vsw_port_tables *tables, struct vsw_port *port)
{
	port->next_vlans = tables->old_vlans;
	port->next_prio = tables->old_prio;
	vsw_port_tables_drop(tables, port);
}

static void vlans_commit(struct vsw_port *port, struct vsw_port_vlans *vlans)
{
	struct vsw_port_vlans *old = rtnl_dereference(port->vlans);
	struct vsw_fdb_filter left = {
		.port = port,
		.want_dynamic = true,
		.except_vids = vlans->members,
	};

	if (vsw_portset_same(old, vlans)) {
		rcu_assign_pointer(port->vlans, vlans);
		vsw_portset_unreserve(port->sw, vlans);
	} else {
		vsw_portset_del(port->sw, port, old);
		rcu_assign_pointer(port->vlans, vlans);
		vsw_portset_add(port->sw, port, vlans);
	}
	vsw_port_vlans_retire(old);
	vsw_fdb_purge(port->sw, &left);
}

static void prio_commit(struct vsw_port *port, struct vsw_port_prio *prio)
{
	struct vsw_port_prio *old = rtnl_dereference(port->prio);

	rcu_assign_pointer(port->prio, prio);
	if (old)
		kfree_rcu(old, rcu);
}

static void vidmap_commit(struct vsw_port *port, struct vsw_port_vidmap *map)
{
	struct vsw_port_vidmap *old = rtnl_dereference(port->vidmap);

	rcu_assign_pointer(port->vidmap, map);
	if (old)
		kvfree_rcu(old, rcu);
}

/**
 * vsw_port_tables_commit - let frames go by the new tables
 * @tables: the tables
 * @port: their port
 *
 * What was learned in VLANs that the port leaves is forgotten.
 *
 * Context: RTNL held, may sleep.
 */
void vsw_port_tables_commit(struct vsw_port_tables *tables,
			    struct vsw_port *port)
{
	if (tables->new_vlans)
		vlans_commit(port, tables->vlans);
	if (tables->new_prio)
		prio_commit(port, tables->prio);
	if (tables->new_vidmap)
		vidmap_commit(port, tables->vidmap);
}
