// SPDX-License-Identifier: GPL-2.0
/*
 * Events to the multicast group "events". Each costs a look at the list of
 * listeners while there are none. Where there is no memory, listeners are told
 * with ENOBUFS that they have missed something.
 *
 * Events are numbered in each namespace, and sent in the order of their numbers:
 * a gap tells a reader how many it missed.
 *
 * An event is told in the namespace of its switch; that of a NIC that is plugged
 * in nowhere in the NIC's own.
 */

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <net/netns/generic.h>

#include "netlink/family.h"
#include "netlink/netlink.h"
#include "nic/nic.h"
#include "vswitch/fdb_table.h"
#include "vswitch/vswitch.h"

/**
 * struct event_count - numbers of the events of a namespace
 * @lock: keeps order; nothing but a send is done under it
 * @seq: number of the latest
 */
struct event_count {
	spinlock_t	lock;	/* see above */
	u32		seq;
};

static unsigned int event_count_id __read_mostly;

static int __net_init event_net_init(struct net *net)
{
	struct event_count *count = net_generic(net, event_count_id);

	spin_lock_init(&count->lock);
	return 0;
}

static struct pernet_operations event_net_ops = {
	.init	= event_net_init,
	.id	= &event_count_id,
	.size	= sizeof(struct event_count),
};

/* Returns NULL if no one listens, or if there is no memory. */
static struct sk_buff *event_new(struct net *net, u8 cmd, enum vsw_event event,
				 struct vsw_nl_head *head, size_t size,
				 gfp_t gfp)
{
	struct event_count *count = net_generic(net, event_count_id);
	struct sk_buff *msg;

	if (!genl_has_listeners(&vsw_nl_family, net, VSW_NL_GROUP_EVENTS))
		return NULL;
	*head = (struct vsw_nl_head) {
		.net	= net,
		.cmd	= cmd,
		.event	= event,
	};
	msg = genlmsg_new(size, gfp);
	if (msg)
		return msg;
	spin_lock_bh(&count->lock);
	count->seq++;
	spin_unlock_bh(&count->lock);
	genl_set_err(&vsw_nl_family, net, 0, VSW_NL_GROUP_EVENTS, -ENOBUFS);
	return NULL;
}

/* @err: what filling the message came to. It always fits. */
static void event_send(struct sk_buff *msg, const struct vsw_nl_head *head,
		       int err)
{
	struct event_count *count = net_generic(head->net, event_count_id);

	if (WARN_ON_ONCE(err)) {
		nlmsg_free(msg);
		return;
	}
	spin_lock_bh(&count->lock);
	nlmsg_hdr(msg)->nlmsg_seq = ++count->seq;
	genlmsg_multicast_netns(&vsw_nl_family, head->net, msg, 0,
				VSW_NL_GROUP_EVENTS, GFP_ATOMIC);
	spin_unlock_bh(&count->lock);
}

/* The key of what is gone: its name, and that of the switch if it had one. */
static int put_gone(struct sk_buff *msg, const struct vsw_nl_head *head,
		    int switch_attr, const char *sw, int name_attr,
		    const char *name, int event_attr)
{
	void *hdr = vsw_nl_begin(msg, head);

	if (!hdr)
		return -EMSGSIZE;
	if ((sw && nla_put_string(msg, switch_attr, sw)) ||
	    nla_put_string(msg, name_attr, name) ||
	    vsw_nl_put_event(msg, event_attr, head))
		return -EMSGSIZE;
	genlmsg_end(msg, hdr);
	return 0;
}

/**
 * vsw_nl_notify_switch - tell of a switch
 * @sw: the switch; with VSW_EVENT_DEL still named, whatever else is gone
 * @event: VSW_EVENT_NEW, VSW_EVENT_SET or VSW_EVENT_DEL
 *
 * Context: RTNL held, may sleep.
 */
void vsw_nl_notify_switch(struct vsw_switch *sw, enum vsw_event event)
{
	bool gone = event == VSW_EVENT_DEL;
	struct vsw_nl_head head;
	struct sk_buff *msg;
	int err;

	ASSERT_RTNL();
	msg = event_new(dev_net(sw->dev),
			gone ? VSW_CMD_SWITCH_DEL_NTF : VSW_CMD_SWITCH_NTF,
			event, &head, VSW_NL_MESSAGE_MAX, GFP_KERNEL);
	if (!msg)
		return;
	if (gone)
		err = put_gone(msg, &head, 0, NULL, VSW_A_SWITCH_NAME,
			       sw->dev->name, VSW_A_SWITCH_EVENT);
	else
		err = vsw_nl_put_switch(msg, &head, sw);
	event_send(msg, &head, err);
}

/**
 * vsw_nl_notify_port - tell of a port
 * @port: the port
 * @event: VSW_EVENT_NEW, _SET, _DEL, _UP or _DOWN
 *
 * Context: RTNL held, may sleep.
 */
void vsw_nl_notify_port(struct vsw_port *port, enum vsw_event event)
{
	bool gone = event == VSW_EVENT_DEL;
	struct vsw_nl_head head;
	struct sk_buff *msg;
	int err;

	ASSERT_RTNL();
	msg = event_new(dev_net(port->sw->dev),
			gone ? VSW_CMD_PORT_DEL_NTF : VSW_CMD_PORT_NTF,
			event, &head, VSW_NL_MESSAGE_MAX, GFP_KERNEL);
	if (!msg)
		return;
	if (gone)
		err = put_gone(msg, &head, VSW_A_PORT_SWITCH,
			       port->sw->dev->name, VSW_A_PORT_NAME,
			       port->name, VSW_A_PORT_EVENT);
	else
		err = vsw_nl_put_port(msg, &head, port);
	event_send(msg, &head, err);
}

/**
 * vsw_nl_notify_nic - tell of a NIC
 * @nic: the NIC; with VSW_EVENT_DISCONNECT still plugged in
 * @event: VSW_EVENT_NEW, _SET, _DEL, _CONNECT or _DISCONNECT
 *
 * Context: RTNL held, may sleep.
 */
void vsw_nl_notify_nic(struct vsw_nic *nic, enum vsw_event event)
{
	const struct vsw_port *port = rtnl_dereference(nic->port);
	bool gone = event == VSW_EVENT_DEL;
	struct vsw_nl_head head;
	struct sk_buff *msg;
	int err;

	ASSERT_RTNL();
	msg = event_new(dev_net(port ? port->sw->dev : nic->dev),
			gone ? VSW_CMD_NIC_DEL_NTF : VSW_CMD_NIC_NTF,
			event, &head, VSW_NL_MESSAGE_MAX, GFP_KERNEL);
	if (!msg)
		return;
	if (gone)
		err = put_gone(msg, &head, 0, NULL, VSW_A_NIC_NAME,
			       nic->dev->name, VSW_A_NIC_EVENT);
	else
		err = vsw_nl_put_nic(msg, &head, nic);
	event_send(msg, &head, err);
}

/**
 * vsw_nl_notify_fdb - tell of an entry of the filtering database
 * @sw: the switch
 * @entry: the entry, as it is, or was
 * @old_port: where it was before, with VSW_EVENT_MOVE, else NULL
 * @event: VSW_EVENT_NEW, _SET, _DEL, _LEARN, _MOVE, _AGE or _FLUSH
 *
 * Context: rcu_read_lock() held.
 */
void vsw_nl_notify_fdb(const struct vsw_switch *sw,
		       const struct vsw_fdb_info *entry,
		       const struct vsw_port *old_port, enum vsw_event event)
{
	bool gone = event == VSW_EVENT_DEL || event == VSW_EVENT_AGE ||
		    event == VSW_EVENT_FLUSH;
	struct vsw_nl_head head;
	char name[IFNAMSIZ];
	struct sk_buff *msg;
	int err;

	msg = event_new(dev_net(sw->dev),
			gone ? VSW_CMD_FDB_DEL_NTF : VSW_CMD_FDB_NTF,
			event, &head, vsw_nl_fdb_size(), GFP_ATOMIC);
	if (!msg)
		return;
	/* without RTNL, the switch may be renamed any moment */
	strscpy(name, sw->dev->name, sizeof(name));
	err = vsw_nl_put_fdb(msg, &head, name, entry,
			     old_port ? old_port->name : NULL);
	event_send(msg, &head, err);
}

/**
 * vsw_nl_notify_init - begin to number events
 *
 * Context: module init.
 * Return: 0 or -ENOMEM.
 */
int vsw_nl_notify_init(void)
{
	return register_pernet_subsys(&event_net_ops);
}

/**
 * vsw_nl_notify_exit - no one sends events any more
 *
 * Context: module exit, may sleep.
 */
void vsw_nl_notify_exit(void)
{
	unregister_pernet_subsys(&event_net_ops);
}
