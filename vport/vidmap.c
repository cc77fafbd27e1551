// SPDX-License-Identifier: GPL-2.0
/*
 * VID translation at one port: a user's ranges become two flat tables. Pure, but
 * for the allocation.
 */

#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "vport/vidmap.h"

static bool vids_are_valid(u16 first, u16 count)
{
	return first && count && first + count <= VLAN_VID_MASK;
}

/* Each VLAN id at most once on either side. */
static int range_fill(struct vsw_port_vidmap *map,
		      const struct vsw_vid_range *range,
		      struct netlink_ext_ack *extack)
{
	u16 wire = range->wire, vid = range->vid, left = range->count;

	if (!vids_are_valid(wire, left) || !vids_are_valid(vid, left)) {
		NL_SET_ERR_MSG(extack,
			       "the VLAN ids of a translation must be 1 to 4094");
		return -EINVAL;
	}
	for (; left; left--, wire++, vid++) {
		if (map->vid[wire] || map->wire[vid]) {
			NL_SET_ERR_MSG(extack,
				       "a VLAN id is translated twice; name each once on either side");
			return -EINVAL;
		}
		map->vid[wire] = vid;
		map->wire[vid] = wire;
	}
	return 0;
}

static int ranges_fill(struct vsw_port_vidmap *map,
		       struct netlink_ext_ack *extack)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < map->count && !err; i++)
		err = range_fill(map, &map->ranges[i], extack);
	return err;
}

/*
 * All others stay what they are, unless that is taken: if 10 on the wire is VLAN
 * 20, then 20 on the wire is no VLAN, and VLAN 10 has no id on the wire.
 */
static void rest_fill(struct vsw_port_vidmap *map)
{
	u16 vid;

	for (vid = 1; vid < VLAN_VID_MASK; vid++) {
		if (map->vid[vid] || map->wire[vid])
			continue;
		map->vid[vid] = vid;
		map->wire[vid] = vid;
	}
}

/**
 * vsw_port_vidmap_create - make a port's translation from a user's ranges
 * @ranges: the ranges, any values
 * @count: how many
 * @extack: where a refusal is explained
 *
 * Context: may sleep.
 * Return: the translation, for the caller to publish or kvfree(), or
 * ERR_PTR(-EINVAL) or ERR_PTR(-ENOMEM).
 */
struct vsw_port_vidmap *
vsw_port_vidmap_create(const struct vsw_vid_range *ranges, unsigned int count,
		       struct netlink_ext_ack *extack)
{
	struct vsw_port_vidmap *map;
	int err;

	map = kvzalloc(struct_size(map, ranges, count), GFP_KERNEL_ACCOUNT);
	if (!map) {
		NL_SET_ERR_MSG(extack,
			       "out of memory for the translation; try again");
		return ERR_PTR(-ENOMEM);
	}
	map->count = count;
	memcpy(map->ranges, ranges, flex_array_size(map, ranges, count));
	err = ranges_fill(map, extack);
	if (err) {
		kvfree(map);
		return ERR_PTR(err);
	}
	rest_fill(map);
	return map;
}
