# SPDX-License-Identifier: GPL-2.0
"""Scenarios carried out by the model, and what they come to compared with what the switch
made of them.
"""

import collections
import os
import time

from lib import frames, uapi
from model import Entry, Switch
from model_bed import is_eaten
from model_random import EMPTY, Delete, Flush, Send, SetPort, SetSwitch, is_veth

SEED = int(os.environ.get("VSW_MODEL_SEED") or time.time_ns() // 1000000)


def features():
    """What came later: which of it does the kernel under test have?"""
    ports, switch, fdb = (uapi.ATTRIBUTES[kind] for kind in ("port", "switch", "fdb"))
    found = {name for name in ("states", "reserved_relay", "bpdu") if name in ports}
    found |= {name for name in ("fids", "instances") if name in switch}
    found |= {"port_maps"} if "ports" in fdb else set()
    found |= {"services"} if "vlan_services" in ports else set()
    return found | set(uapi.DROP_NAMES)


FEATURES = features()
Switch.features = FEATURES


# --- The model's side ---------------------------------------------------------------

def predict(scenario, make=Switch):
    """As ModelBed.run() observes it: what each station got after each round of frames,
    what each port counted, and the database."""
    switch = make(scenario.protocol, scenario.switch, scenario.ports)
    switch.strips = {number for number in scenario.ports if is_veth(number)}
    for one in scenario.statics:
        switch.add_static(one.vid, one.address, Entry(
            one.ports, True, one.sticky, one.is_map))
    rounds = []
    got = {number: [] for number in scenario.ports if number != EMPTY}
    for number, step in enumerate((*scenario.steps, None)):
        if isinstance(step, Send):
            carry(switch, step, got)
            continue
        rounds.append((number, got))
        got = {number: [] for number in got}
        change(switch, step)
    counts = {number: dict(counted) for number, counted in switch.counters.items()}
    return rounds, counts, switch.content()


def change(switch, step):
    if isinstance(step, SetPort):
        switch.set_port(step.port, step.settings)
    elif isinstance(step, SetSwitch):
        switch.set_switch(step.settings)
    elif isinstance(step, Flush):
        switch.flush(*step)
    elif isinstance(step, Delete):
        switch.delete(step.vid, step.address)


def carry(switch, step, got):
    """A frame to the switch, and what comes out to the stations."""
    if is_veth(step.port) and is_eaten(step.octets):
        return
    for number, tag, rest in switch.receive(step.port, step.octets):
        addresses = step.octets[:12]
        if tag:
            got[number].append(addresses + tag.octets(switch.tpid) + rest)
        elif not is_eaten(addresses + rest):
            got[number].append(addresses + rest)


# --- Comparing ----------------------------------------------------------------------

def difference(expected, observed):
    """In words, "" if there is none."""
    lines = []
    for (number, wanted), (_, found) in zip(expected[0], observed[0]):
        for port in sorted(wanted.keys() | found.keys()):
            one, other = wanted.get(port, []), found.get(port, [])
            if one != other:
                lines.append(f"p{port} got of the steps before {number}:")
                lines += frames_text(one, other)
    for port in sorted(expected[1].keys() | observed[1].keys()):
        one, other = expected[1].get(port, {}), observed[1].get(port, {})
        lines += [f"p{port} {name}: expected {one.get(name, 0)}, "
                  f"observed {other.get(name, 0)}"
                  for name in sorted(one.keys() | other.keys())
                  if one.get(name, 0) != other.get(name, 0)]
    for what, entries in (("expected", expected[2] - observed[2]),
                          ("observed", observed[2] - expected[2])):
        lines += [f"only {what} in the database: {entry_text(entry)}"
                  for entry in sorted(entries, key=repr)]
    return "\n".join(lines)


def frames_text(expected, observed):
    """Side by side; in octets where two frames only look alike."""
    parsed = [[frames.parse(octets) for octets in got] for got in (expected, observed)]
    return [frames.side_by_side(*parsed)] + [
        f"  expected {one.hex()}\n  observed {other.hex()}"
        for one, other in zip(expected, observed)
        if one != other and str(frames.parse(one)) == str(frames.parse(other))]


def entry_text(entry):
    vid, address, ports, static, sticky = entry
    return (f"vlan {vid} {address.hex(':')} at {','.join(f'p{port}' for port in ports)}"
            + " static" * static + " sticky" * sticky)


# --- The sum of it ------------------------------------------------------------------

class Tally:
    """Of all scenarios that were carried out and compared."""

    def __init__(self):
        self.numbers = collections.Counter()
        self.reasons = collections.Counter()

    def add(self, scenario, observed):
        self.numbers["configurations"] += 1
        self.numbers["frames"] += sum(
            isinstance(step, Send) and not (is_veth(step.port) and is_eaten(step.octets))
            for step in scenario.steps)
        self.numbers["deliveries"] += sum(
            len(got) for _, found in observed[0] for got in found.values())
        for counted in observed[1].values():
            self.reasons.update({name: count for name, count in counted.items()
                                 if name in uapi.DROP_NAMES})

    def __str__(self):
        numbers = ", ".join(f"{count} {name}" for name, count in self.numbers.items())
        return (f"model: VSW_MODEL_SEED={SEED}: {numbers}, {self.reasons.total()} drops "
                f"of {len(self.reasons)} reasons")


TALLY = Tally()
