// SPDX-License-Identifier: GPL-2.0
/*
 * BPDU guard: a machine that sends BPDUs loses its link, before the physical network
 * takes the host's uplink away from all of them.
 *
 * A frame cannot shut a port, which needs RTNL. It marks the port, whose NIC is
 * heard no more from then on, and wakes one worker for all ports, which looks for
 * marks: so nothing is left behind that could come to a port that is gone.
 */

#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>

#include "vswitch/guard.h"
#include "vswitch/vswitch.h"

static void guard_run(struct work_struct *work);
static DECLARE_DELAYED_WORK(guard_work, guard_run);

static void port_guard(struct vsw_port *port)
{
	port->guarded = true;
	port->guarded_at = jiffies;
	vsw_link_update(port);
}

/* Return: jiffies until the port's time has come, 0 if it never does by itself. */
static unsigned long port_look(struct vsw_port *port)
{
	unsigned long end;

	if (!test_bit(VSW_PORT_F_TRIPPED, &port->flags))
		return 0;
	if (!test_bit(VSW_PORT_F_BPDU_GUARD, &port->flags)) {
		/* by a frame that was on its way when the guard was called off */
		vsw_guard_reset(port);
		return 0;
	}
	if (!port->guarded)
		port_guard(port);
	if (!port->guard_recovery)
		return 0;
	end = port->guarded_at + msecs_to_jiffies(port->guard_recovery);
	if (time_before(jiffies, end))
		return end - jiffies;
	vsw_guard_reset(port);
	vsw_link_update(port);
	return 0;
}

static void guard_run(struct work_struct *work)
{
	unsigned long left, next = MAX_JIFFY_OFFSET;
	struct vsw_switch *sw;
	struct vsw_port *port;

	rtnl_lock();
	list_for_each_entry(sw, &vsw_switches, node) {
		vsw_port_for_each_rtnl(port, sw) {
			left = port_look(port);
			if (left)
				next = min(next, left);
		}
	}
	rtnl_unlock();
	if (next < MAX_JIFFY_OFFSET)
		queue_delayed_work(system_wq, &guard_work, next);
}

/**
 * vsw_guard_trip - a BPDU came in at a port with BPDU guard
 * @port: the port
 *
 * Context: rcu_read_lock() held, BH off.
 */
void vsw_guard_trip(struct vsw_port *port)
{
	if (!test_and_set_bit(VSW_PORT_F_TRIPPED, &port->flags))
		mod_delayed_work(system_wq, &guard_work, 0);
}

/**
 * vsw_guard_reset - forget what the guard has seen at a port
 * @port: the port, whose link the caller then brings to what it has to be
 *
 * Context: RTNL held.
 */
void vsw_guard_reset(struct vsw_port *port)
{
	ASSERT_RTNL();
	clear_bit(VSW_PORT_F_TRIPPED, &port->flags);
	port->guarded = false;
}

/**
 * vsw_guard_wake - the time after which a port may come up has been changed
 * @port: the port
 *
 * Context: RTNL held.
 */
void vsw_guard_wake(const struct vsw_port *port)
{
	if (port->guarded)
		mod_delayed_work(system_wq, &guard_work, 0);
}

/**
 * vsw_guard_exit - end the worker
 *
 * Context: module exit; no port is left.
 */
void vsw_guard_exit(void)
{
	cancel_delayed_work_sync(&guard_work);
}
