# SPDX-License-Identifier: GPL-2.0
"""From any configuration to any other in one transaction: NICs, bindings, names, types
and entries are dealt out anew at random, and what is saved is what was asked for.

What one transaction cannot do is not asked for: an adopted netdev never changes its
switch, a NIC its kind or its number of queues.
"""

import random

import pytest

from lib import state
from lib.config import access, config, port, saved, switch, trunk
from lib.frames import mac

pytestmark = pytest.mark.tool

ROUNDS = 60
TYPES = ("private", "internal", "external")
ADOPTED = {"sw0": ["e1", "e2", "e3"], "sw1": ["e4"], "sw2": []}
MADE = {f"n{number}": ("host", "guest")[number % 2] for number in range(6)}
NOTHING = {"version": 1}


def some(dice, things):
    """Some of them, in any order."""
    return dice.sample(things, dice.randint(0, len(things)))


class Dealer:
    """Deals each NIC and each name out at most once."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.made = some(self.dice, sorted(MADE))
        self.free = list(self.made)
        self.names = some(self.dice, [f"b{number}" for number in range(8)])

    def vlan(self):
        return self.dice.choice((
            None, access(self.dice.randint(1, 4)), trunk("1,5-9"), trunk("2-3", native=2),
            {**trunk("2-3", native=2), "native_tagged": True},
            {"mode": "hybrid", "vids": "1-9"},
            {"mode": "hybrid", "vids": "1-9", "untagged": "2-3", "pvid": 3},
            {"mode": "dot1q-tunnel", "vid": 7},
            {"mode": "dot1q-tunnel", "vid": 7, "cvlans": "0,2-5"}))

    def plug(self, kind, adopted):
        """A NIC that the type of the switch admits, with its role."""
        chosen = [nic for nic in self.free if kind != "private" or MADE[nic] == "guest"]
        nic = self.dice.choice([None, *chosen, *adopted])
        if nic is None:
            return {}
        (adopted if nic in adopted else self.free).remove(nic)
        if nic not in MADE and kind == "external" and self.dice.random() < 0.5:
            return {"nic": nic, "role": "uplink"}
        return {"nic": nic}

    def one_port(self, name, kind, adopted):
        found = port(name, **self.plug(kind, adopted))
        if self.names and self.dice.random() < 0.5:
            found["bind"] = self.names.pop()
        vlan = self.vlan()
        if vlan:
            found["vlan"] = vlan
        for key, value in (("adminstate", "down"), ("learn", False), ("desc", "x"),
                           ("fdb_max", 5), ("link_follow", True),
                           ("hold", True), ("vid_map", "1:20,2-4:31"),
                           ("pcp_table", "6p2d"), ("use_dei", False),
                           ("prio_regen", "1,1,2,3,4,5,6,7"), ("default_prio", 4),
                           ("priority_tags", "always"), ("bpdu", "guard"),
                           ("guard_recovery_ms", 1500), ("reserved_relay", "0,2,e")):
            if self.dice.random() < 0.2:
                found[key] = value
        return found

    def one_switch(self, name):
        kind = self.dice.choice(TYPES)
        adopted = list(ADOPTED[name])
        names = sorted(some(self.dice, [f"p{number}" for number in range(6)]))
        ports = [self.one_port(one, kind, adopted) for one in names]
        entries = [{"mac": mac(number), "port": self.dice.choice(names)}
                   for number in range(1, 4) if names and self.dice.random() < 0.5]
        found = switch(name, ports, entries)
        if kind != "external":
            found["type"] = kind
        if self.dice.random() < 0.3:
            found["protocol"] = "802.1ad"
        if self.dice.random() < 0.3:
            found["fid_map"] = self.dice.choice(("1-2:1", "1-3:1,4-9:7"))
        if self.dice.random() < 0.3:
            found["instance_map"] = "2-3:1,5:63"
        if self.dice.random() < 0.3:
            found["mtu"] = self.dice.choice((1500, 9000))
        return found

    def deal(self):
        switches = [self.one_switch(name) for name in sorted(ADOPTED)
                    if self.dice.random() < 0.8]
        nics = [{"name": name, "kind": MADE[name], "mac": mac(100 + int(name[1:]))}
                for name in sorted(self.made)]
        return config(*switches, nics=nics)


@pytest.fixture
def net(bed):
    for number in range(1, 5):
        bed.links.add(f"e{number}", "dummy")


def test_from_any_to_any(host, net, files):
    for seed in range(ROUNDS):
        wanted = Dealer(seed).deal()
        files.apply(wanted, "--prune")
        assert saved() == wanted, f"seed {seed}"
        assert files.same(wanted, "--prune"), f"seed {seed}"


def test_from_any_to_any_but_not_quite(host, net, files, events):
    """The same, tried and undone, and refused at its last step: nothing is changed."""
    for seed in range(ROUNDS // 3):
        files.apply(Dealer(seed).deal(), "--prune")
        before = state.snapshot(host.vsw, host.links)
        events.forget()
        other = Dealer(seed + 1000).deal()
        files.apply(other, "--prune", "--dry-run")
        other.setdefault("switches", []).append(
            switch("sw9", [port("p")], [{"mac": mac(9), "port": "missing"}]))
        files.refused(other, "--prune")
        assert events.read() == [], f"seed {seed}"
        assert not state.difference(before, state.snapshot(host.vsw, host.links)), seed
