// SPDX-License-Identifier: GPL-2.0
/*
 * Egress: may this frame leave the switch at this port, and with which tag?
 * A stage of the relay; runs under rcu_read_lock().
 */

#include <linux/if_vlan.h>
#include <linux/rcupdate.h>

#include "nic/nic.h"
#include "vport/frame.h"
#include "vport/mtu.h"
#include "vport/resaddr.h"
#include "vport/tunnel.h"
#include "vport/vport.h"

static enum vsw_verdict send_untagged(struct vsw_frame *f,
				      const struct vsw_port *to)
{
	const struct vsw_port_prio *prio = rcu_dereference(to->prio);

	if (unlikely(prio) && vsw_prio_wants_tag(prio, f->prio))
		__vlan_hwaccel_put_tag(f->skb, to->tpid,
				       vsw_prio_out(prio, f->prio));
	else
		__vlan_hwaccel_clear_tag(f->skb);
	return VSW_PASS;
}

/* 6.9: VID translation; 6.9.3: encoding */
static enum vsw_verdict send_tagged(struct vsw_frame *f,
				    const struct vsw_port *to)
{
	const struct vsw_port_vidmap *map = rcu_dereference(to->vidmap);
	const struct vsw_port_prio *prio = rcu_dereference(to->prio);
	u16 vid = f->vid, bits = f->prio;

	if (unlikely(map)) {
		vid = map->wire[vid];
		if (!vid)
			return vsw_frame_drop(f, VSW_DROP_TO_VLAN_FILTER);
	}
	if (unlikely(prio))
		bits = vsw_prio_out(prio, bits);
	__vlan_hwaccel_put_tag(f->skb, to->tpid, vid | bits);
	return VSW_PASS;
}

/* What a customer may not send it does not get, nor what another service carries. */
static bool customer_gets(const struct vsw_frame *f,
			  const struct vsw_port_vlans *vlans)
{
	int vid = vsw_customer_vid(f->skb);

	return vid >= 0 && vsw_customer_has(vlans, vid) &&
	       vsw_customer_service(vlans, vid) == f->vid;
}

/**
 * vsw_port_egress - check a frame on its way out and give it its tag
 * @f: frame; the skb is the target's own, its tag is changed
 * @to: target port
 * @nic: what is plugged in at @to, NULL if nothing
 *
 * The tag is in the metadata: the card or the stack puts it into the payload
 * when the frame leaves. Its PCP and DEI are those the frame came in with.
 *
 * Context: rcu_read_lock() held, BH off.
 * Return: VSW_PASS, or VSW_DROP with the reason in @f, to be counted at @to.
 */
enum vsw_verdict vsw_port_egress(struct vsw_frame *f, struct vsw_port *to,
				 const struct vsw_nic *nic)
{
	const struct vsw_port_vlans *vlans = rcu_dereference(to->vlans);

	if (unlikely(!vsw_port_is_up(to) || !nic))
		return vsw_frame_drop(f, VSW_DROP_TO_LINK_DOWN);
	/* 8.6.4: the egress port has to be in the VLAN's member set */
	if (unlikely(!vsw_port_vlans_allow(vlans, f->vid)))
		return vsw_frame_drop(f, VSW_DROP_TO_VLAN_FILTER);
	if (unlikely(vlans->customer) && !customer_gets(f, vlans))
		return vsw_frame_drop(f, VSW_DROP_TO_VLAN_FILTER);
	if (unlikely(!vsw_mtu_fits(f->skb, READ_ONCE(nic->dev->mtu))))
		return vsw_frame_drop(f, VSW_DROP_TO_OVERSIZE);
	if (unlikely(test_bit(VSW_PORT_F_BPDU_FILTER, &to->flags)) &&
	    vsw_addr_is_bpdu(f->dst))
		return vsw_frame_drop(f, VSW_DROP_TO_BPDU_FILTER);

	/* 8.8: the untagged set */
	if (vsw_port_vlans_untag(vlans, f->vid))
		return send_untagged(f, to);
	return send_tagged(f, to);
}
