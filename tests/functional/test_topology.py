# SPDX-License-Identifier: GPL-2.0
"""What a spanning tree daemon, and those who fear one, need: port states, instance by
instance (IEEE 802.1Q-2022, 8.4, 8.6.1, 8.6.4), reserved addresses, BPDUs, and programs of
the host that listen on an adopted netdev.

     h1 --- e1 a +-----+ b e2 --- h2
                 | sw0 |
                 +-----+ c e3 --- h3
"""

import socket

import pytest

from lib import frames
from lib.frames import BPDU, PVST, Tag, frame, mac
from lib.genl import NetlinkError, access, groups, hybrid, states, trunk, tunnel

TREES = groups((10, 1), (20, 2, 10))


def reserved(last):
    return f"01:80:c2:00:00:0{last:x}"


@pytest.fixture
def three(bed):
    bed.switch(instances=TREES)
    return bed.stations_at("a", "b", "c", **trunk("10,20,30", native=40))


def where(bed, vid, number):
    entry = bed.vsw.fdb_entry("sw0", mac(number), vid)
    return entry and entry["port"]


# --- States -----------------------------------------------------------------------------

@pytest.mark.short
@pytest.mark.parametrize("state, learns", [("discarding", False), ("learning", True)])
def test_state_is_of_the_vlans_of_one_instance(bed, three, state, learns):
    a, b, c = three
    a.set(**states(i1=state))
    in_tree, others = frame(src=1, tag=10), [frame(src=1, tag=20), frame(src=1, tag=30)]
    a.send(in_tree, *others)
    bed.expect({b: others, c: others})
    assert where(bed, 10, 1) == ("a" if learns else None)
    assert where(bed, 20, 1) == "a" and a.drops() == {"from_discarding": 1}
    towards = [frame(src=2, tag=10), frame(src=2, tag=20)]
    b.send(*towards)
    bed.expect({a: towards[1:], c: towards})
    assert a.drops() == {"from_discarding": 1}, "what a flood skips is no drop"
    assert a.show()["states"] == states(**{"i1": state})["states"]
    a.set(**states(i1="forwarding"))
    a.send(in_tree)
    bed.expect({b: [in_tree], c: [in_tree]})
    assert "states" not in a.show()


def test_request_changes_what_it_names(three):
    a, *_ = three
    a.set(**states(i0="learning", i1="discarding", i63="discarding"))
    a.set(**states(i1="learning", i2="discarding"))
    assert a.show()["states"] == states(i0="learning", i1="learning", i2="discarding",
                                        i63="discarding")["states"]
    told = {one["vid"]: (one["instance"], one["state"])
            for one in a.bed.vsw.vlans("sw0", port="a")}
    assert told == {10: (1, "learning"), 20: (2, "discarding"), 30: (0, "learning"),
                    40: (0, "learning")}


def test_discarding_forgets_what_was_learned_there(bed, three, events):
    a, b, _ = three
    for vid in (10, 20):
        bed.learn(a, b, tag=vid)
    bed.vsw.add_fdb("sw0", mac(9), "a", vid=10)
    a.set(**states(i1="learning"))
    assert where(bed, 10, 1) == "a"
    events.forget()
    a.set(**states(i1="discarding", i2="learning"))
    assert [where(bed, 10, 1), where(bed, 20, 1), where(bed, 10, 2), where(bed, 10, 9)] == [
        None, "a", "b", "a"]
    assert [(event["event"], event["vid"]) for event in events.read()
            if event["object"] == "fdb"] == [("flush", 10)]


def test_vlan_that_goes_to_an_instance_that_discards_is_forgotten(bed, three):
    a, b, _ = three
    for vid in (10, 30):
        bed.learn(a, b, tag=vid)
    a.set(**states(i5="discarding"))
    assert where(bed, 30, 1) == "a"
    bed.vsw.set_switch("sw0", instances=groups((30, 5)))
    assert [where(bed, 30, 1), where(bed, 30, 2), where(bed, 10, 1)] == [None, "b", "a"]
    assert bed.vsw.switch("sw0")["instances"] == groups((30, 5))
    bed.vsw.set_switch("sw0", instances=b"")
    assert "instances" not in bed.vsw.switch("sw0")


def test_topology_change_flushes_an_instance(bed, three):
    a, b, _ = three
    for vid in (10, 20, 30):
        bed.learn(a, b, tag=vid)
    bed.vsw.flush_fdb("sw0", instance=2)
    assert {(entry["vid"], entry["port"]) for entry in bed.vsw.fdb("sw0")} == {
        (10, "a"), (10, "b"), (30, "a"), (30, "b")}
    bed.vsw.flush_fdb("sw0", instance=1, port="a")
    assert {(entry["vid"], entry["port"]) for entry in bed.vsw.fdb("sw0")} == {
        (10, "b"), (30, "a"), (30, "b")}


@pytest.mark.parametrize("bad", [
    bytes((64, 0, 1, 0)), bytes((1, 0, 3, 0)), bytes((1, 0, 1)), bytes((1, 0, 1, 0) * 2)])
def test_bad_states_are_refused(three, bad):
    a, *_ = three
    with pytest.raises(NetlinkError) as refusal:
        a.set(states=bad, desc="changed")
    assert "spanning tree instances, 0 to 63" in refusal.value.text
    assert "states" not in a.show() and "desc" not in a.show()


@pytest.mark.parametrize("bad", [
    groups((0, 1)), groups((4095, 1)), groups((4094, 1, 2)), groups((10, 64)),
    groups((10, 1), (9, 2, 2)), groups((10, 1, 0)), b"12345"])
def test_bad_instances_are_refused(bed, three, bad):
    with pytest.raises(NetlinkError):
        bed.vsw.set_switch("sw0", instances=bad)
    assert bed.vsw.switch("sw0")["instances"] == TREES


# --- Reserved addresses -----------------------------------------------------------------

def test_customer_bridge_relays_what_it_is_told_to(bed):
    bed.switch()
    a, b = bed.stations_at("a", "b")
    a.set(reserved_relay=1 << 0 | 1 << 2 | 1 << 0xe)
    sent = [frame(src=1, dst=reserved(last)) for last in range(16)]
    a.send(*sent)
    bed.expect({b: [sent[0], sent[2], sent[0xe]]})
    assert a.drops() == {"from_reserved": 13}
    b.send(frame(src=2, dst=reserved(2)))
    bed.expect({})
    assert a.show()["reserved_relay"] == 0x4005 and b.show()["reserved_relay"] == 0


def test_provider_bridge_relays_the_customers(bed):
    """Table 8-2: 00, 0B, 0C, 0D and 0F are not for it."""
    bed.switch(protocol="802.1ad")
    a, b = bed.stations_at("a", "b", **access(10))
    sent = [frame(src=1, dst=reserved(last)) for last in range(16)]
    a.send(*sent)
    bed.expect({b: [sent[last] for last in (0, 0xb, 0xc, 0xd, 0xf)]})
    assert a.drops() == {"from_reserved": 11}


def test_pause_is_never_relayed(bed):
    bed.switch()
    a = bed.station("a")
    with pytest.raises(NetlinkError) as refusal:
        a.set(reserved_relay=2)
    assert "leave it out" in refusal.value.text
    assert a.show()["reserved_relay"] == 0


# --- BPDUs --------------------------------------------------------------------------------

@pytest.mark.parametrize("dst", [BPDU, reserved(8), PVST])
@pytest.mark.parametrize("how", ["station", "guest", "tap"])
def test_guard_takes_the_link_of_who_sends_bpdus(bed, events, how, dst):
    bed.switch()
    vm, b = getattr(bed, how)("vm", bpdu="guard"), bed.station("b")
    bed.learn(vm, b)
    events.forget()
    vm.send(frame(src=1, dst=dst))
    port = vm.wait("guard")
    assert (port["oper"], port["up"], port["bpdu"]) == (0, 1, "guard")
    assert [(event["event"], event["down_reason"]) for event in events.read()
            if event["object"] == "port"] == [("down", "guard")]
    assert where(bed, 0, 1) is None and vm.drops()["from_bpdu_guard"] == 1
    bed.expect({})
    vm.set(desc="looked at")
    assert vm.show()["down_reason"] == "guard"
    vm.set(up=1)
    vm.wait()
    bed.links.wait_carrier(vm.nic, True)


def test_guard_lets_go_after_its_time(bed, events):
    bed.switch()
    vm = bed.guest("vm", bpdu="guard", guard_recovery=200)
    events.forget()
    vm.send(frame(src=1, dst=BPDU))
    vm.wait("guard")
    vm.wait()
    assert [event["event"] for event in events.read() if event["object"] == "port"] == [
        "down", "up"]


def test_guard_lets_go_when_it_is_told_a_time(bed):
    bed.switch()
    vm = bed.guest("vm", bpdu="guard")
    vm.send(frame(src=1, dst=BPDU))
    vm.wait("guard")
    vm.set(guard_recovery=1)
    vm.wait()


def test_guard_lets_go_when_there_is_none_any_more(bed):
    bed.switch()
    vm = bed.guest("vm", bpdu="guard")
    vm.send(frame(src=1, dst=BPDU))
    vm.wait("guard")
    vm.set(bpdu="normal")
    vm.wait()
    vm.send(frame(src=1, dst=BPDU))
    assert vm.drops()["from_reserved"] == 1 and vm.show()["oper"] == 1


def test_guard_heeds_what_the_nic_sends_only(bed):
    """Group addresses that are no BPDUs; and BPDUs that others send to it."""
    bed.switch()
    vm, b = bed.guest("vm", bpdu="guard"), bed.station("b")
    said = frame(src=1, dst=frames.MULTICAST)
    vm.send(said, frame(src=1, dst=reserved(0xe)))
    sent = frame(src=2, dst=PVST)
    b.send(sent)
    bed.expect({vm: [sent], b: [said]})
    assert vm.show()["oper"] == 1


def test_guarded_port_can_be_deleted_at_once(bed):
    bed.switch()
    vm = bed.guest("vm", bpdu="guard", guard_recovery=60000)
    vm.send(frame(src=1, dst=BPDU))
    bed.vsw.del_port("sw0", "vm")
    assert bed.vsw.ports(switch="sw0") == []


def test_filter_drops_bpdus_both_ways(bed):
    bed.switch()
    vm, b = bed.guest("vm", bpdu="filter", reserved_relay=1), bed.station("b", reserved_relay=1)
    bpdus = [frame(src=1, dst=dst) for dst in (BPDU, reserved(8), PVST)]
    vm.send(*bpdus)
    bed.expect({})
    assert vm.drops() == {"from_bpdu_filter": 3}
    said = frame(src=2)
    b.send(frame(src=2, dst=BPDU), frame(src=2, dst=PVST), said)
    bed.expect({vm: [said]})
    assert vm.drops() == {"from_bpdu_filter": 3, "to_bpdu_filter": 2}
    assert vm.show()["oper"] == 1


# --- Programs of the host -----------------------------------------------------------------

LLDP, SLOW, PAE = 0x88cc, 0x8809, 0x888e


def listener(bed, netdev, protocol):
    """Binds to a protocol, and so hears only what the netdev's handler lets pass."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    sock.bind((netdev, protocol))
    sock.setblocking(False)
    return bed.keep(sock)


def heard(sock):
    with_what = []
    while True:
        try:
            with_what.append(frames.parse(sock.recv(2048)))
        except BlockingIOError:
            return with_what


@pytest.mark.parametrize("protocol", [LLDP, SLOW, PAE])
def test_program_on_an_adopted_netdev_hears_its_neighbour(bed, protocol):
    bed.switch()
    a, b = bed.stations_at("a", "b")
    sock = listener(bed, "e1", protocol)
    said = frame(src=1, dst=reserved(0xe), ethertype=protocol)
    to_all = frame(src=1, ethertype=protocol)
    a.send(said, to_all)
    bed.expect({b: [to_all]})
    assert heard(sock) == [said] and a.drops() == {"from_reserved": 1}


def test_reader_of_bpdus_hears_them(bed):
    """Frames with a length and an LLC header, as ETH_P_802_2 has them."""
    bed.switch()
    a = bed.station("a")
    sock = listener(bed, "e1", 0x0004)
    llc = bytes.fromhex("424203") + bytes(35)
    said = frame(src=1, dst=BPDU, ethertype=len(llc), payload=llc.ljust(46, b"\0"))
    a.send(said)
    bed.clock.settle()
    assert heard(sock) == [said]


@pytest.mark.parametrize("protocol", [0x0800, 0x0806, 0x86dd])
def test_hosts_stack_hears_nothing(bed, protocol):
    """An address between bridges is no way around the switch into the host."""
    bed.switch()
    a = bed.station("a")
    sock = listener(bed, "e1", protocol)
    a.send(frame(src=1, dst=reserved(0xe), ethertype=protocol),
           frame(src=1, dst=reserved(0xe), ethertype=LLDP, tag=Tag(10)))
    bed.clock.settle()
    assert heard(sock) == []


# --- Services of a provider bridge ----------------------------------------------------------

def test_customers_vlans_are_carried_by_services(bed):
    """C-tagged service interface: two C-VLANs each have an S-VLAN, others that of the
    port; what is carried is not looked into."""
    bed.switch(protocol="802.1ad")
    customer = bed.station("customer", **tunnel(100, "0,7,10-12"),
                           vlan_services=groups((10, 200), (11, 201)))
    core = bed.station("core", **trunk("100,200,201"))
    sent = [frame(tag=Tag(vid, 3)) for vid in (7, 10, 11, 12)] + [frame()]
    customer.send(*sent, frame(tag=8))
    stag = {7: 100, 10: 200, 11: 201, 12: 100}
    bed.expect({core: [one.tagged(stag.get(one.tags[0].vid if one.tags else 0, 100),
                                  tpid=frames.STAG) for one in sent]})
    assert customer.drops() == {"from_vlan_filter": 1}
    back = {200: frame(tag=10), 201: frame(tag=11), 100: frame()}
    core.send(*[one.tagged(vid, tpid=frames.STAG) for vid, one in back.items()])
    bed.expect({customer: list(back.values())})
    core.send(frame(tag=11).tagged(200, tpid=frames.STAG), frame(tag=8).tagged(100, tpid=frames.STAG),
              frame(tag=10).tagged(100, tpid=frames.STAG))
    bed.expect({})
    assert customer.drops() == {"from_vlan_filter": 1, "to_vlan_filter": 3}
    assert bed.vsw.port("sw0", "customer")["vlan_services"] == groups((10, 200), (11, 201))


@pytest.mark.parametrize("bad", [groups((10, 4095)), groups((10, 0)), groups((10, 5), (10, 6)),
                                 groups((4095, 5))])
def test_bad_services_are_refused(bed, bad):
    bed.switch()
    customer = bed.station("customer", **tunnel(100))
    with pytest.raises(NetlinkError):
        customer.set(**tunnel(101), vlan_services=bad)
    assert customer.show()["vlan_vid"] == 100
    with pytest.raises(NetlinkError) as refusal:
        customer.set(**hybrid("10"), vlan_services=groups((10, 5)))
    assert "services are a tunnel's" in refusal.value.text
