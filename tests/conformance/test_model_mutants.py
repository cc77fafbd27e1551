# SPDX-License-Identifier: GPL-2.0
"""The comparison with the model finds what is wrong: a model that leaks a VLAN, forgets a
table or learns too early differs from the switch (model_mutants.py), the smallest
scenario that shows it is found, and the properties are checked for themselves.
"""

import contextlib
import dataclasses

import model_properties
import pytest
from lib.genl import PROTOCOLS
from model import PortSettings, SwitchSettings
from model_bed import ModelBed
from model_minimise import Minimiser, scenario_text
from model_mutants import MUTANTS, ForgetsRegeneration
from model_random import Scenario, Send, Source, station
from model_run import FEATURES, difference, predict

PORTS = 6
EACH = 20                           # scenarios of a protocol
CHANGES = 6                         # many more than in test_model.py
OBSERVED = []                       # what the switch made of them, once for all mutants


@pytest.fixture
def observed(host):
    if OBSERVED:
        return OBSERVED
    for protocol in PROTOCOLS.values():
        with contextlib.closing(ModelBed(host, protocol, PORTS, FEATURES)) as bed:
            for number in range(EACH):
                scenario = Source(f"{protocol} {number}", protocol, PORTS, FEATURES,
                                  CHANGES).scenario()
                OBSERVED.append((scenario, bed.run(scenario)))
        host.clean()
    return OBSERVED


def test_model_is_right(observed):
    """Or the mutants prove nothing."""
    for scenario, found in observed:
        assert not difference(predict(scenario), found)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_mutant_is_found(observed, mutant):
    if getattr(mutant, "needs", None) not in FEATURES | {None}:
        pytest.skip("the kernel does not have this")
    finds = [scenario for scenario, found in observed
             if difference(predict(scenario, mutant), found)]
    assert finds, "nothing differs"


def test_smallest_scenario_is_found(host):
    """One frame, two ports, one table."""
    protocol = PROTOCOLS["802.1q"]
    with contextlib.closing(ModelBed(host, protocol, PORTS, FEATURES)) as bed:
        def differs(scenario):
            return difference(predict(scenario, ForgetsRegeneration), bed.run(scenario))
        scenario = next(one for one in (
            Source(f"smallest {number}", protocol, PORTS, FEATURES).scenario()
            for number in range(100)) if differs(one))
        smallest = Minimiser(differs).minimise(scenario)
        text = differs(smallest)
    assert len(smallest.steps) == 1 and len(smallest.ports) == 2
    assert not smallest.statics and smallest.switch == SwitchSettings()
    sender = smallest.ports[smallest.steps[0].port]
    assert sender.regen != PortSettings.regen
    assert "expected" in text and "observed" in text
    assert "regen=" in scenario_text(smallest)


# --- The properties -------------------------------------------------------------------

ACCESS = {number: PortSettings(mode="access", vid=10 if number < 3 else 20)
          for number in (1, 2, 3)}
FRAME = b"\xff" * 6 + station(1) + b"\x88\xb5" + bytes(40) + b"#00000"
SCENARIO = Scenario("", PROTOCOLS["802.1q"], SwitchSettings(), ACCESS, (),
                    (Send(1, FRAME),))


def outcome(drops=0, **got):
    return [(1, {number: got.get(f"p{number}", []) for number in ACCESS})], {
        1: {"from_no_target": drops} if drops else {}}, set()


def test_properties_hold():
    model_properties.check(SCENARIO, outcome(p2=[FRAME]))
    model_properties.check(SCENARIO, outcome(drops=1))
    both = dataclasses.replace(SCENARIO, ports={**ACCESS, 3: ACCESS[2]})
    model_properties.check(both, outcome(p2=[FRAME], p3=[FRAME]))


@pytest.mark.parametrize("wrong, says", [
    (outcome(p1=[FRAME]), "came back"), (outcome(p2=[FRAME, FRAME]), "twice"),
    (outcome(p3=[FRAME]), "not in VLAN 10"), (outcome(), "with a reason"),
    (outcome(p2=[FRAME[:-1] + b"9"]), "no one sent")])
def test_property_is_violated(wrong, says):
    with pytest.raises(AssertionError, match=says):
        model_properties.check(SCENARIO, wrong)
