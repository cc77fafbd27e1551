// SPDX-License-Identifier: GPL-2.0
/*
 * The life of one vPort. Its place in the switch, its NIC and its link are the
 * business of vswitch/port.c, plug.c and link.c.
 */

#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vport/vport.h"

/* RTNL. Starts at 1, so that 0 is no port. */
static u32 last_port_id;

static struct vsw_port_pcpu __percpu *pcpu_create(void)
{
	struct vsw_port_pcpu __percpu *pcpu;
	int cpu;

	pcpu = alloc_percpu_gfp(struct vsw_port_pcpu, GFP_KERNEL_ACCOUNT);
	if (!pcpu)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(pcpu, cpu)->syncp);
	return pcpu;
}

/**
 * vsw_port_create - make a vPort with default settings, known to no one yet
 * @sw: switch it will belong to
 * @name: its name, at most VSW_PORT_NAME_MAX characters, checked by the caller
 * @extack: where a refusal is explained
 *
 * Defaults: up, no VLAN, learning and flooding on, no limit of its own.
 *
 * Context: RTNL held, may sleep.
 * Return: the port, or ERR_PTR(-ENOMEM).
 */
struct vsw_port *vsw_port_create(struct vsw_switch *sw, const char *name,
				 struct netlink_ext_ack *extack)
{
	struct vsw_vlan_settings none = { .mode = VSW_VLAN_NONE };
	struct vsw_port_vlans *vlans;
	struct vsw_port *port;

	ASSERT_RTNL();
	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		goto nomem;
	port->pcpu = pcpu_create();
	if (!port->pcpu)
		goto free_port;
	vlans = vsw_port_vlans_create(&none, extack);
	if (IS_ERR(vlans))
		goto free_pcpu;

	RCU_INIT_POINTER(port->vlans, vlans);
	port->next_vlans = vlans;
	port->sw = sw;
	port->admin_up = true;
	port->reason = VSW_DOWN_NO_NIC;
	port->id = ++last_port_id;
	__set_bit(VSW_PORT_F_LEARN, &port->flags);
	__set_bit(VSW_PORT_F_FLOOD, &port->flags);
	strscpy(port->name, name, sizeof(port->name));
	INIT_LIST_HEAD(&port->node);
	return port;

free_pcpu:
	free_percpu(port->pcpu);
free_port:
	kfree(port);
nomem:
	NL_SET_ERR_MSG(extack, "out of memory for the port; try again");
	return ERR_PTR(-ENOMEM);
}

static void port_free(struct rcu_head *rcu)
{
	struct vsw_port *port = container_of(rcu, struct vsw_port, rcu);

	vsw_port_vlans_free(rcu_dereference_protected(port->vlans, true));
	kfree(rcu_dereference_protected(port->prio, true));
	kvfree(rcu_dereference_protected(port->vidmap, true));
	free_percpu(port->pcpu);
	kfree(port->desc);
	kfree(port);
}

/**
 * vsw_port_destroy - free a vPort once the last frame has left it
 * @port: a port without NIC that is in no port set and in no database entry
 *
 * A frame may still be at the port in one of three places, each under
 * rcu_read_lock(): it came in through vsw_nic.port before that was cleared, it
 * found the port in a database entry before the flush, or in a port set before
 * it was taken out. One grace period ends all three.
 *
 * Context: RTNL held.
 */
void vsw_port_destroy(struct vsw_port *port)
{
	ASSERT_RTNL();
	WARN_ON_ONCE(rtnl_dereference(port->nic));
	call_rcu(&port->rcu, port_free);
}
