# SPDX-License-Identifier: GPL-2.0
"""Everything that can be seen of the switches, to compare before and after.

The order of a table and the ages of its entries say nothing; carriers of netdevs
that come and go a moment later do not either.
"""


def _database(vsw):
    entries = [{key: value for key, value in entry.items() if key != "age"}
               for entry in vsw.fdb()]
    return sorted(entries, key=lambda entry: (entry["switch"], entry.get("vid", -1),
                                          entry["mac"]))


def _netdev(link):
    return {key: link.get(key) for key in ("ifname", "ifindex", "kind", "up", "master",
                                           "mtu", "promiscuity", "address", "group")}


def snapshot(vsw, links=None):
    state = {"switches": vsw.switches(), "ports": vsw.ports(), "nics": vsw.nics(),
             "fdb": _database(vsw)}
    if links:
        state["netdevs"] = [_netdev(link) for link in links.all()]
    return state


def difference(before, after):
    """What differs, a line each; empty if nothing does."""
    lines = []
    for kind in before:
        for sign, one, other in (("-", before, after), ("+", after, before)):
            lines += [f"{sign} {kind}: {thing}" for thing in one[kind]
                      if thing not in other[kind]]
    return "\n".join(lines)
