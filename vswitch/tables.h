/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VSW_TABLES_H
#define _VSW_TABLES_H

/*
 * What frames go by at a port, in records that are replaced whole: VLANs, priorities
 * and VID translation. A change is prepared, which may fail, entered for the verbs
 * of the transaction that follow, and committed or aborted. Private to this folder.
 */

struct netlink_ext_ack;
struct vsw_port;
struct vsw_port_prio;
struct vsw_port_settings;
struct vsw_port_vidmap;
struct vsw_port_vlans;

/**
 * struct vsw_port_tables - new tables of a port
 * @new_vlans: @vlans takes the place of what there is
 * @new_prio: likewise @prio
 * @new_vidmap: likewise @vidmap
 * @vlans: VLAN record; a place in its set is reserved
 * @prio: priorities, NULL for none
 * @vidmap: VID translation, NULL for none
 * @old_vlans: what the verb before left
 * @old_prio: likewise
 */
struct vsw_port_tables {
	bool				new_vlans;
	bool				new_prio;
	bool				new_vidmap;
	struct vsw_port_vlans		*vlans;
	struct vsw_port_prio		*prio;
	struct vsw_port_vidmap		*vidmap;
	const struct vsw_port_vlans	*old_vlans;
	const struct vsw_port_prio	*old_prio;
};

int vsw_port_tables_prepare(struct vsw_port_tables *tables,
			    struct vsw_port *port,
			    const struct vsw_port_settings *set,
			    struct netlink_ext_ack *extack);
void vsw_port_tables_drop(struct vsw_port_tables *tables, struct vsw_port *port);
void vsw_port_tables_enter(struct vsw_port_tables *tables,
			   struct vsw_port *port);
void vsw_port_tables_commit(struct vsw_port_tables *tables,
			    struct vsw_port *port);
void vsw_port_tables_abort(struct vsw_port_tables *tables,
			   struct vsw_port *port);

#endif /* _VSW_TABLES_H */
