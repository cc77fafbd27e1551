# SPDX-License-Identifier: GPL-2.0
"""What is changed while frames are on their way, a function for each process. All
work on the switch "soak", drawn in test_soak.py, or on switches joined to it.
"""

import errno
import select

from lib import genl, netlink, rtnl, uapi
from lib.frames import mac
from lib.genl import Op, access, groups, hybrid, no_vlan, states, trunk, tunnel, vid_map
from crew import QuietVsw, quiet_links
from traffic import Source, mix

SWITCH = "soak"
ADOPTED = {"p0": "e0", "p1": "e1", "p2": "e2", "p3": "e3"}
SYNTHETIC = {"g0": "n0", "g1": "n1"}
PORTS = [*ADOPTED, *SYNTHETIC]
VIDS = [0, 10, 20, 4094]

VLANS = [no_vlan(), access(10), access(20), trunk("10,20"), trunk("10,20,4094", 10),
         trunk("1-4094"), trunk("1-4094", 4094), hybrid("10,20", "20", 10), tunnel(10),
         {**tunnel(20), "vlan_services": groups((7, 10, 5))}]
SETTINGS = [{"learn": 0}, {"learn": 1}, {"flood": 0}, {"flood": 1}, {"fdb_max": 0},
            {"fdb_max": 3}, {"link_follow": 1}, {"link_follow": 0}, {"desc": "soaked"},
            {"hold": 1}, {"hold": 0}, {"bpdu": "filter"}, {"bpdu": "guard"},
            {"reserved_relay": 0xfffc}, {"pcp_table": "5p3d", "prio_tags": "always"},
            vid_map((10, 20), (20, 10)), states(i0="learning"),
            states(i0="discarding", i1="learning")]
# As a port is made.
NORMAL = {"up": 1, "learn": 1, "flood": 1, "fdb_max": 0, "link_follow": 0, "desc": "",
          "bpdu": "normal", "reserved_relay": 0, "pcp_table": "8p0d", "prio_tags": "never",
          "vid_map": b"", **states(i0="forwarding", i1="forwarding"), **no_vlan()}
TABLES = [{"fids": b""}, {"fids": groups((10, 1), (20, 1))}, {"instances": b""},
          {"instances": groups((20, 1, 4000))}]


def set_ports(job):
    """VLANs and the other settings of ports that carry frames."""
    vsw = QuietVsw()
    while job.running():
        port = job.random.choice(PORTS)
        if job.attempt("vlan", vsw.set_port, SWITCH, port, **job.random.choice(VLANS)):
            job.attempt("set", vsw.set_port, SWITCH, port, **job.random.choice(SETTINGS))


def make_ports(job):
    """Ports come with a NIC, one of two, and go while it is plugged in."""
    vsw, links = QuietVsw(), quiet_links()
    for near, far in (("x0", "y0"), ("x1", "y1")):
        links.add_veth(near, far)
        links.up(near, far)
    sources = [Source("y0"), Source("y1")]
    octets = mix(job.random, 9, 32)
    number = 0
    while job.running():
        number += 1
        port, one = f"t{number}", number % 2
        settings = dict(job.random.choice(VLANS))
        if job.random.random() < 0.9:
            settings["nic"] = f"x{one}"
        job.attempt("made", vsw.add_port, SWITCH, port, **settings)
        job.count("frames", sources[one].send(octets))
        if job.random.random() < 0.3:
            job.attempt("unplugged", vsw.set_port, SWITCH, port, nic="")
        job.attempt("deleted", vsw.del_port, SWITCH, port)


def change_fdb(job):
    """Static and sticky entries for the stations that are heard, lists of ports, VLANs
    that share a table or a tree, and flushes."""
    vsw = QuietVsw()
    filters = [{}, {"static": True}, {"vid": 10}, {"port": "p1"}, {"port": "g0"},
               {"port": "p0", "vid": 20, "static": True}, {"instance": 1}]
    while job.running():
        station, vid = mac(job.random.randrange(1, 64)), job.random.choice(VIDS)
        job.attempt("made", vsw.add_fdb, SWITCH, station, job.random.choice(PORTS), vid,
                    sticky=job.random.random() < 0.3, replace=job.random.random() < 0.5)
        if job.random.random() < 0.3:
            job.attempt("listed", vsw.add_fdb, SWITCH, station, replace=True,
                        ports=job.random.sample(PORTS, job.random.randrange(4)),
                        all_vlans=job.random.random() < 0.5)
        if job.random.random() < 0.5:
            job.attempt("deleted", vsw.del_fdb, SWITCH, station, vid)
        if job.random.random() < 0.1:
            job.attempt("tables", vsw.set_switch, SWITCH, **job.random.choice(TABLES))
        if job.random.random() < 0.2:
            job.attempt("flushed", vsw.flush_fdb, SWITCH, **job.random.choice(filters))


def shut_links(job):
    """Ports, the switch, and the far ends of the cables go down and come up again."""
    vsw, links = QuietVsw(), quiet_links()
    while job.running():
        port = job.random.choice(PORTS)
        if job.attempt("down", vsw.set_port, SWITCH, port, up=0):
            job.attempt("up", vsw.set_port, SWITCH, port, up=1)
        if job.random.random() < 0.2:
            job.attempt("switch", vsw.set_switch, SWITCH, up=0)
            vsw.set_switch(SWITCH, up=1)
        if job.random.random() < 0.5:
            far = job.random.choice(["h0", "h1", "n0"])
            job.attempt("far", links.down, far)
            links.up(far)


def plug_nics(job):
    """The NICs e2 and n0 are pulled out and plugged in, not always where they were."""
    vsw = QuietVsw()
    vsw.add_port(SWITCH, "spare")
    while job.running():
        nic, home = job.random.choice([("e2", "p2"), ("n0", "g0")])
        role = job.random.choice(["edge", "uplink"]) if nic == "e2" else None
        job.attempt("unplugged", vsw.disconnect, nic)
        if job.random.random() < 0.3:
            job.attempt("plugged", vsw.connect, nic, SWITCH, "spare", role)
            job.attempt("unplugged", vsw.disconnect, nic)
        job.attempt("plugged", vsw.connect, nic, SWITCH, home, role)
    vsw.del_port(SWITCH, "spare")


def make_nics(job):
    """Synthetic NICs come and go; a port is bound to one of the names."""
    vsw, links = QuietVsw(), quiet_links()
    octets = mix(job.random, 11, 32)
    vsw.add_port(SWITCH, "bound", bind="m0")
    vsw.add_port(SWITCH, "made")
    while job.running():
        name = job.random.choice(["m0", "m1"])
        job.attempt("made", vsw.add_nic, name, job.random.choice(["host", "guest"]),
                    queues=job.random.choice([1, 2]))
        if name == "m1":
            job.attempt("plugged", vsw.connect, name, SWITCH, "made")
        links.up(name)
        source = Source(name)
        job.count("frames", source.send(octets))
        if job.random.random() < 0.5:
            job.attempt("deleted", vsw.del_nic, name)
        else:
            job.attempt("deleted", links.delete, name)
        source.close()
    vsw.del_port(SWITCH, "bound")
    vsw.del_port(SWITCH, "made")


def rename_nics(job):
    """A netdev that is up cannot be renamed in all kernels."""
    links = quiet_links()
    while job.running():
        name = job.random.choice(["e3", "n1"])
        for old, new in ((name, f"{name}x"), (f"{name}x", name)):
            if links.get(old):
                links.down(old)
                job.attempt("renamed", links.rename, old, new)
        links.up(name if links.get(name) else f"{name}x")


def make_switches(job):
    """Switches with three adopted netdevs come and go; one of these, "jb", is the
    other end of a cable to the switch "soak"; others send into v0 and v1."""
    vsw, links = QuietVsw(), quiet_links()
    number = 0
    while job.running():
        number += 1
        name = f"sw{number % 3}"
        job.attempt("made", vsw.add_switch, name)
        for port, nic in (("a", "v0"), ("b", "v1"), ("j", "jb")):
            job.attempt("plugged", vsw.add_port, name, port, nic=nic,
                        **job.random.choice([no_vlan(), trunk("1-4094", 1)]))
        job.attempt("set", vsw.set_switch, name, mtu=job.random.choice([1000, 1500]),
                    fdb_max=job.random.choice([4, 1000]))
        job.attempt("set", vsw.set_port, name, "a", **job.random.choice(VLANS))
        if job.random.random() < 0.5:
            job.attempt("deleted", vsw.del_switch, name)
        else:
            job.attempt("deleted", links.delete, name)


def run_batches(job):
    """Transactions: ports with NICs come, their NICs change places, all goes; some are
    run dry, and some are refused at the end."""
    vsw = QuietVsw()
    number = 0
    while job.running():
        number += 1
        names = [f"b{number}.{one}" for one in range(4)]
        make, move, drop = batch_ops(names, job.random.choice(VLANS))
        size = job.random.choice([None, 1, 3])
        job.attempt("dry", vsw.batch, make + move + drop, dry_run=True, part_size=size)
        code, place, _ = vsw.batch_refused(make + [Op("switch_new", name="lo")])
        assert (code, place) == (errno.EEXIST, len(make)), (code, place)
        job.count("undone")
        job.attempt("made", vsw.batch, make, part_size=size)
        job.attempt("moved", vsw.batch, move, part_size=size)
        job.attempt("deleted", vsw.batch, drop, part_size=size)


def batch_ops(names, vlan):
    make = [Op("nic_new", name=name, kind="guest") for name in names]
    make += [Op("port_new", switch=SWITCH, name=name, nic=name, **vlan) for name in names]
    make += [Op("fdb_flush", switch=SWITCH, port=names[0], static=True)]
    move = [Op("nic_disconnect", name=name) for name in names]
    move += [Op("nic_connect", name=name, switch=SWITCH, port=other)
             for name, other in zip(names, names[1:] + names[:1])]
    drop = [Op("port_del", switch=SWITCH, name=name) for name in names]
    drop += [Op("nic_del", name=name) for name in names]
    return make, move, drop


def _dump_once(vsw, command, **filters):
    """Vsw.dump() begins anew when it was disturbed, which would never end here."""
    kind = command.split("_")[0]
    replies = vsw.socket.dump(vsw.family, vsw.body(command, kind, filters))
    for reply in replies[:8]:
        genl.decode(kind, reply.body)


def _abandon(vsw, command):
    """Ask for everything, read the first part, and go."""
    sock = netlink.Socket(netlink.NETLINK_GENERIC, receive_size=4096)
    sock.send(vsw.family, netlink.NLM_F_DUMP, vsw.body(command, command.split("_")[0], {}))
    sock.sock.recv(4096)
    sock.close()


DUMPS = [("switch_get", {}), ("port_get", {}), ("port_get", {"switch": SWITCH}),
         ("nic_get", {}), ("nic_get", {"switch": SWITCH}), ("fdb_get", {}),
         ("fdb_get", {"switch": SWITCH, "port": "p0"}), ("fdb_get", {"vid": 10}),
         ("vlan_get", {"switch": SWITCH}), ("vlan_get", {"switch": SWITCH, "vid": 10}),
         ("stats_get", {}), ("stats_get", {"switch": "sw1"})]
DUMP_KINDS = ["switch", "port", "nic", "fdb", "vlan", "stats", "links", "abandoned"]


def dump(job):
    vsw, links = QuietVsw(), quiet_links()
    while job.running():
        for command, filters in DUMPS:
            job.attempt(command.split("_")[0], _dump_once, vsw, command, **filters)
        links.socket.dump(rtnl.RTM_GETLINK, rtnl.IFINFO.pack(0, 0, 0, 0, 0))
        job.count("links")
        _abandon(vsw, job.random.choice(["fdb_get", "stats_get", "vlan_get", "port_get"]))
        job.count("abandoned")


NAMES = {number: name for name, number in uapi.COMMANDS.items()}


def listen(job):
    """Events, of which some may be lost; those that come can be understood."""
    events = genl.Events()
    while job.running():
        ready = select.select([events], [], [], min(1, job.until.left()))[0]
        try:
            messages = events.socket.receive() if ready else []
        except OSError as error:
            assert error.errno == errno.ENOBUFS, error
            job.count("refused")
            continue
        for message in messages:
            kind = NAMES[message.body[0]].split("_")[0]
            assert genl.decode(kind, message.body)["event"]
            job.count(kind)
