# SPDX-License-Identifier: GPL-2.0
"""NICs of virtual machines: a netdev of kind vswtap, and a character device that the
machine's process has open, laid out as macvtap's.

     +--------- sw0 ---------+
     | p1        p2       p3 |
     +-+---------+--------+--+
       v1        v2       e3          vswtap, vswtap, adopted veth
       |         |        |
     /dev/tapN /dev/tapM  h3          read and written by the test
"""

import contextlib
import os
import stat
import struct
import subprocess
import threading

import pytest

from lib import ns, packets, vhost, vswctl, wait
from lib.frames import frame
from lib.genl import NetlinkError, access, trunk
from lib.rtnl import links_in
from lib.vtap import (IFF_MULTI_QUEUE, OFFLOADS, TUNGETFEATURES, TUNGETIFF, TUNSETSNDBUF,
                      Vtap, node)

RING = 500          # frames that wait for a reader


def reopen(bed, station, **how):
    """As a machine that was started again."""
    station.end.close()
    station.end = Vtap(station.nic, bed.links.index(station.nic), **how)


# --- The tool's words -------------------------------------------------------------

def test_nic_of_kind_tap(bed, tmp_path):
    with vswctl.Monitor("nic") as monitor:
        vswctl.run("nic add vm0 type tap mac 02:00:00:00:00:aa mtu 9000 queues 4")
        event = monitor.event()
    assert (event["event"], event["ifname"], event["kind"]) == ("new", "vm0", "tap")
    shown = vswctl.one("nic show vm0")
    assert shown == {"ifname": "vm0", "ifindex": bed.links.index("vm0"), "kind": "tap",
                     "address": "02:00:00:00:00:aa", "mtu": 9000, "queues": 4,
                     "state": "created", "carrier": False}
    assert bed.links.get("vm0")["kind"] == "vswtap"
    file = tmp_path / "net.json"
    file.write_text(vswctl.run("save"))
    assert '"kind": "tap"' in file.read_text()
    assert vswctl.run(f"diff -f {file}") == ""
    vswctl.run("nic del vm0")
    vswctl.run(f"apply -f {file}")
    again = vswctl.one("nic show vm0")
    assert again == {**shown, "ifindex": again["ifindex"]}


def test_by_ip_link(bed):
    ns.ip("link add vm0 type vswtap")
    assert bed.vsw.nic("vm0")["kind"] == "tap"
    assert os.path.exists(node(bed.links.index("vm0")))
    ns.ip("link del vm0")
    assert bed.vsw.nics() == []


@pytest.mark.parametrize("kind", ["private", "internal", "external"])
def test_every_type_of_switch_admits_it(bed, kind):
    bed.switch(type=kind)
    bed.vtap("p1")


def test_is_no_uplink(bed):
    bed.switch()
    a = bed.vtap("p1")
    bed.vsw.disconnect(a.nic)
    with pytest.raises(NetlinkError, match="EINVAL"):
        bed.vsw.connect(a.nic, "sw0", "p1", role="uplink")


# --- The device ----------------------------------------------------------------------

@pytest.mark.short
def test_layout_is_that_of_macvtap(bed):
    """libvirt and others find the device by way of sysfs."""
    bed.vsw.add_nic("vm0", "tap")
    index = bed.links.index("vm0")
    folder = f"/sys/class/net/vm0/vswtap/tap{index}"
    with open(f"{folder}/dev") as file:
        major, minor = map(int, file.read().split(":"))
    status = os.stat(node(index))
    assert stat.S_ISCHR(status.st_mode)
    assert (os.major(status.st_rdev), os.minor(status.st_rdev)) == (major, minor)
    for link in (f"/sys/class/net/vm0/tap{index}", f"/sys/class/vswtap/tap{index}"):
        assert os.path.realpath(link) == os.path.realpath(folder)
    assert os.path.realpath(f"{folder}/device") == os.path.realpath("/sys/class/net/vm0")
    bed.vsw.del_nic("vm0")
    assert not os.path.exists(node(index))
    assert not os.path.lexists(f"/sys/class/vswtap/tap{index}")


def test_ioctls(bed):
    bed.switch()
    a = bed.vtap("p1", header=12, offloads=OFFLOADS).end
    name, flags = struct.unpack("16sH22x", a.ioctl(TUNGETIFF, bytes(40)))
    assert (name.rstrip(b"\0").decode(), flags & IFF_MULTI_QUEUE) == ("v1", IFF_MULTI_QUEUE)
    features, = struct.unpack("=I", a.ioctl(TUNGETFEATURES, bytes(4)))
    assert features & IFF_MULTI_QUEUE
    with pytest.raises(OSError):
        a.ioctl(TUNSETSNDBUF, struct.pack("=i", 0))
    with pytest.raises(OSError):
        a.ioctl(0x12345678, 0)


@pytest.mark.short
def test_frames_both_ways(bed):
    bed.switch()
    a, b, c = bed.vtap("p1"), bed.vtap("p2"), bed.station("p3")
    bed.learn(a, b, c)
    for size in (14, 60, 61, 1514):
        there, everywhere = frame(src=1, dst=2, size=size), frame(src=1, size=size)
        a.send(there, everywhere)
        bed.expect({b: [there, everywhere], c: [everywhere]})
        back, out = frame(src=2, dst=1, size=size), frame(src=3, dst=1, size=size)
        b.send(back)
        c.send(out)
        bed.expect({a: [back, out]})
    assert a.drops() == b.drops() == {}


def test_counters_of_the_netdev(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    a.send(frame(src=1, size=60), frame(src=1, size=100))
    bed.drain()
    counters = ns.ip_json("-s link show v1")[0]["stats64"]
    assert (counters["tx"]["packets"], counters["tx"]["bytes"]) == (2, 160)
    counters = ns.ip_json("-s link show v2")[0]["stats64"]
    assert (counters["rx"]["packets"], counters["rx"]["bytes"]) == (2, 160)
    assert b.stats()["to_broadcast_packets"] == 2


def test_vlans(bed):
    """Tags are in the payload, as they are on a wire."""
    bed.switch()
    a = bed.vtap("p1", **access(10))
    t = bed.vtap("p2", header=12, **trunk("10,20", native=20))
    b = bed.vtap("p3", **access(20))
    sent = frame(src=1)
    a.send(sent)
    bed.expect({t: [sent.tagged(10)]})
    t.send(frame(src=2, tag=10), frame(src=2, dst=9), frame(src=2, tag=30))
    assert [len(station.take()) for station in (a, b)] == [1, 1]
    assert t.drops() == {"from_vlan_filter": 1}
    b.send(sent)
    bed.expect({t: [sent]})
    a.send(frame(src=1, tag=10))
    assert a.drops() == {"from_tagged": 1}


def test_reader_is_woken(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    os.set_blocking(b.end.file, True)
    sent, got = frame(src=1), []
    reader = threading.Thread(target=lambda: got.append(b.end.receive_octets()[0]))
    reader.start()
    a.send(sent)
    reader.join(60)
    assert got == [sent.wire()]


# --- Queues ---------------------------------------------------------------------------

def flow(number):
    return packets.packet(4, packets.UDP, b"flow", source=1000 + number)


def test_queues(bed):
    """A flow stays in its queue; flows spread; a queue that is detached gets none."""
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2", queues=4)
    bed.learn(a, b)
    index = bed.links.index(b.nic)
    queues = [b.end, *[bed.keep(Vtap(b.nic, index)) for _ in range(3)]]

    def send_all():
        for number in range(64):
            for _ in range(3):
                a.send_octets(flow(number))
        bed.clock.settle()
        found = []
        for queue in queues:
            found.append([])
            while (received := queue.receive_octets()) is not None:
                found[-1].append(received[0])
        return found

    found = send_all()
    assert sum(map(len, found)) == 192 and all(found)
    for number in range(64):
        assert sorted(queue.count(flow(number)) for queue in found) == [0, 0, 0, 3]
    queues[1].set_queue(False)
    found = send_all()
    assert found[1] == [] and sum(map(len, found)) == 192
    queues[1].set_queue(True)
    assert all(send_all())
    for queue in queues:            # each of them sends, too
        queue.send_octets(frame(src=2, dst=1).wire())
    assert len(a.take()) == 4


def test_queue_that_is_closed_under_traffic(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    index = bed.links.index(b.nic)
    for number in range(200):
        more = Vtap(b.nic, index)
        a.send_octets(flow(number))
        more.close()
        a.send_octets(flow(number))
    bed.clock.settle()
    assert b.stats()["to_unicast_packets"] == 400
    assert b.drops() == {}


# --- A reader that does not read, or is not there -------------------------------------------

def test_full_ring_is_counted(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    sent = [frame(src=1) for _ in range(RING + 7)]
    a.send(*sent)
    assert b.drops() == {"to_nic_full": 7}
    assert b.take() == sent[:RING]
    assert a.drops() == {}
    a.send(sent[0])
    bed.expect({b: [sent[0]]})


def test_length_of_the_ring(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    for length in (5, 0, 1000):
        before = b.drops().get("to_nic_full", 0)
        ns.ip(f"link set v2 txqueuelen {length}")
        sent = [frame(src=1) for _ in range(1003)]
        a.send(*sent)
        assert b.drops()["to_nic_full"] - before == 1003 - length
        assert b.take() == sent[:length]


def test_no_reader(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    b.end.close()
    a.send(*[frame(src=1) for _ in range(9)])
    assert b.drops() == {"to_no_reader": 9}
    assert b.stats()["to_broadcast_packets"] == 0
    reopen(bed, b)
    sent = frame(src=1)
    a.send(sent)
    bed.expect({b: [sent]})
    b.end.set_queue(False)          # open, but wants nothing
    a.send(sent)
    bed.expect({})
    assert b.drops() == {"to_no_reader": 10}


def test_close_and_reopen(bed):
    """What was not read is gone with the reader; nothing else is."""
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2", **access(5))
    b.set(vlan_mode="none")
    for _ in range(50):
        a.send(frame(src=1))
        reopen(bed, b)
    assert b.take() == []
    assert b.stats()["to_broadcast_packets"] == 50
    assert b.drops() == {}


# --- Its link ------------------------------------------------------------------------------

def test_link_down_keeps_frames_out(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    b.set(up=0)
    bed.links.wait_carrier("v2", False)
    b.send(frame(src=2))            # a machine that does not watch its link
    a.send(frame(src=1))
    bed.expect({})
    b.set(up=1)
    bed.links.wait_ready("v2")
    one, two = frame(src=1), frame(src=2)
    a.send(one)
    b.send(two)
    bed.expect({a: [two], b: [one]})


def test_bound_port_finds_it_again(bed, events):
    bed.switch()
    bed.vsw.add_port("sw0", "web", bind="vm0", **access(10))
    other = bed.station("other", **access(10))
    for _ in range(3):
        bed.vsw.add_nic("vm0", "tap")
        bed.links.up("vm0")
        bed.vsw.wait_port("sw0", "web")
        vm = Vtap("vm0", bed.links.index("vm0"))
        sent = frame(src=1)
        other.send(sent)
        bed.clock.settle()
        assert vm.receive_octets()[0] == sent.wire()
        vm.close()
        bed.vsw.del_nic("vm0")
        assert events.wait(object="nic", event="disconnect")["port"] == "web"


# --- It goes, it moves ----------------------------------------------------------------------

def test_deleted_while_open(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    bed.vsw.del_nic(b.nic)
    assert b.show()["down_reason"] == "no-nic"
    b.send(frame(src=2))            # into nowhere
    assert b.end.receive_octets() is None
    with pytest.raises(OSError):
        b.end.ioctl(TUNGETIFF, bytes(40))
    with pytest.raises(OSError):
        b.end.set_queue(False)
    a.send(frame(src=1))
    bed.expect({})


def test_deleted_while_written_to(bed):
    bed.switch()
    a, other = bed.vtap("p1"), bed.station("p2")
    for number in range(20):
        name = f"w{number}"
        bed.vsw.add_nic(name, "tap")
        bed.links.up(name)
        bed.vsw.add_port("sw0", name, nic=name)
        bed.vsw.wait_port("sw0", name)
        index = bed.links.index(name)
        writers = [subprocess.Popen(["dd", "if=/dev/zero", f"of={node(index)}", "bs=100",
                                     "status=none"], stderr=subprocess.DEVNULL)
                   for _ in range(2)]
        wait.until(lambda: bed.vsw.stats("sw0", name)["drops"]["from_source_invalid"],
                   "it is written to")
        bed.vsw.del_nic(name)
        for writer in writers:
            writer.kill()
            writer.wait()
    bed.drain()
    sent = frame(src=1)
    a.send(sent)
    bed.expect({other: [sent]})


def test_two_hundred(bed):
    bed.switch()
    a = bed.vtap("p0")
    ops = [f"nic add t{number} type tap -- port add sw0 t{number} nic t{number}"
           for number in range(200)]
    vswctl.run(" -- ".join(ops))
    with contextlib.ExitStack() as stack:
        taps = []
        for number in range(200):
            bed.links.up(f"t{number}")
            taps.append(Vtap(f"t{number}", bed.links.index(f"t{number}")))
            stack.callback(taps[-1].close)
        for number in range(200):
            bed.vsw.wait_port("sw0", f"t{number}")
        sent = frame(src=1)
        a.send(sent)
        bed.clock.settle()
        assert [tap.receive_octets()[0] for tap in taps] == [sent.wire()] * 200


def test_renamed(bed):
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    index = bed.links.index("v2")
    bed.links.down("v2")
    bed.links.rename("v2", "eth7")
    bed.links.up("eth7")
    b.wait()
    assert b.show()["nic"] == "eth7"
    assert os.path.exists(f"/sys/class/net/eth7/tap{index}")
    bed.links.wait_ready("eth7")
    sent = frame(src=1)
    a.send(sent)
    bed.expect({b: [sent]})


def test_moved_to_another_namespace(bed):
    """The node follows, and whoever has it open keeps it."""
    bed.switch()
    a, b = bed.vtap("p1"), bed.vtap("p2")
    old = bed.links.index("v2")
    ns.add("red")
    with links_in("red") as links:
        for _ in range(old + 3):        # so that its index is taken there
            links.add_veth("x1", "x2")
            links.delete("x1")
        with ns.open_file("red") as space:
            bed.links.move("v2", space)
        links.up("v2")
        new = links.index("v2")
        b.wait()
        links.wait_ready("v2")
    sent = frame(src=1)
    a.send(sent)
    bed.expect({b: [sent]})
    with open(ns_sysfs("red", f"class/net/v2/vswtap/tap{new}/dev")) as file:
        major, minor = map(int, file.read().split(":"))
    status = os.stat(node(new))
    assert (os.major(status.st_rdev), os.minor(status.st_rdev)) == (major, minor)
    assert not os.path.lexists(f"/sys/class/vswtap/tap{new}")
    ns.ip("link set v2 netns 1", netns="red")
    bed.links.up("v2")
    b.wait()
    bed.links.wait_ready("v2")
    b.end.close()
    b.end = Vtap("v2", bed.links.index("v2"))
    a.send(sent)
    bed.expect({b: [sent]})


def ns_sysfs(name, path):
    """A path of a sysfs that shows the namespace, mounted on the side."""
    folder = "/tmp/sys-" + name
    os.makedirs(folder, exist_ok=True)
    ns.run("ip", "netns", "exec", name, "true")
    with ns.inside(name):
        subprocess.run(["mount", "-t", "sysfs", "none", folder], check=True)
    return f"{folder}/{path}"


def test_namespace_is_killed(bed):
    bed.switch()
    b = bed.vtap("p1")
    ns.add("red")
    with ns.open_file("red") as space:
        bed.links.move("v1", space)
    ns.delete("red")
    bed.vsw.wait_port("sw0", "p1", "no-nic")
    b.send(frame(src=1))
    assert b.end.receive_octets() is None


# --- vhost ---------------------------------------------------------------------------------

@pytest.mark.short
@pytest.mark.skipif(not vhost.available(), reason="there is no vhost-net")
def test_vhost_net_takes_it(bed):
    """The kernel moves the frames of a machine's rings, in both directions."""
    bed.switch()
    a, b = bed.vtap("p1", header=12), bed.station("p2")
    machine = bed.keep(vhost.Machine(a.end))
    one, two = frame(src=1), frame(src=2)
    machine.offer_buffer()
    machine.send(bytes(12) + one.wire())
    wait.until(lambda: b.stats()["to_broadcast_packets"], "vhost has sent")
    bed.clock.settle()
    assert b.take() == [one]
    b.send(two)
    assert wait.until(machine.received, "vhost has received")[12:] == two.wire()


# --- The module ------------------------------------------------------------------------------

@pytest.mark.last
def test_module_is_held_while_open(bed):
    bed.switch()
    a = bed.vtap("p1")
    assert "in use" in ns.refused("rmmod", "vswitch")
    a.send(frame(src=1))
    assert a.stats()["from_broadcast_packets"] == 1


