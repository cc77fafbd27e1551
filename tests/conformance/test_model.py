# SPDX-License-Identifier: GPL-2.0
"""Random switches and random frames: what comes out of every port is, octet by octet,
what comes out of a small model that was written from the standard (model.py), and so are
all counters, the reasons of all drops and the filtering database.

          p1   p2   p3 ... p12          2 to 12 ports, both protocols; how they are
        +-e1---g2---e3------g12-+       set, and what is sent to them: model_random.py
        |         model         |
        +-----------------------+

    tests/host/run -- /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/conformance/test_model.py

VSW_MODEL_CONFIGS is how many switches there are (2002; in the debug kernel 220), of 104
frames each. VSW_MODEL_SEED repeats a run; that of a failure is printed with it, and
together with VSW_MODEL_CONFIGS=1 and -k it repeats only the switch that failed.
"""

import os

import model_properties
import pytest
from lib.genl import PROTOCOLS
from model_bed import ModelBed
from model_minimise import Minimiser, scenario_text
from model_random import Source
from model_run import FEATURES, SEED, TALLY, difference, predict

COUNTS = range(2, 13)
CASES = len(COUNTS) * len(PROTOCOLS)
DEFAULT = 220 if os.environ.get("VSW_KERNEL") == "uml-debug" else 2002
CONFIGS = int(os.environ.get("VSW_MODEL_CONFIGS") or DEFAULT)
EACH = -(-CONFIGS // CASES)

# What every run of some length provokes, or the random frames are no longer what they were.
PROVOKED = {"from_runt", "from_oversize", "from_source_invalid", "from_reserved",
            "from_untagged", "from_tagged", "from_vid_reserved", "from_vlan_filter",
            "from_sticky", "from_same_port", "from_no_target", "to_vlan_filter",
            "to_oversize", "to_link_down", "from_held"}
PROVOKED_BY = {"states": {"from_discarding", "to_discarding"}, "bpdu": {
    "from_bpdu_filter", "to_bpdu_filter"}, "port_maps": {"from_filtered"},
    "from_dest_invalid": {"from_dest_invalid"},
    "from_too_many_tags": {"from_too_many_tags"}}


@pytest.fixture
def model_bed(host):
    beds = []

    def make(protocol, count):
        beds.append(ModelBed(host, PROTOCOLS[protocol], count, FEATURES))
        return beds[0]
    yield make
    for bed in beds:
        bed.close()


def scenario_of(protocol, count, seed):
    return Source(f"{protocol} {count} {seed}", PROTOCOLS[protocol], count,
                  FEATURES).scenario()


def explain(bed, scenario, first):
    """The smallest scenario that still differs; if it does not do so again, the first."""
    minimiser = Minimiser(lambda tried: difference(predict(tried), bed.run(tried)))
    if not minimiser.still(scenario):
        return f"{first}\n(not so when it was repeated)\n{scenario_text(scenario)}"
    smallest = minimiser.minimise(scenario)
    return (f"{scenario_text(smallest)}\n"
            f"{difference(predict(smallest), bed.run(smallest))}")


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_switch_does_what_the_model_does(model_bed, protocol, count):
    bed = model_bed(protocol, count)
    for seed in range(SEED, SEED + EACH):
        scenario = scenario_of(protocol, count, seed)
        expected, observed = predict(scenario), bed.run(scenario)
        TALLY.add(scenario, observed)
        repeat = f"VSW_MODEL_SEED={seed} VSW_MODEL_CONFIGS=1 -k '{protocol}-{count}'"
        found = difference(expected, observed)
        if found:
            pytest.fail(f"{repeat}\n{explain(bed, scenario, found)}", pytrace=False)
        try:
            model_properties.check(scenario, observed)
        except AssertionError as error:
            raise AssertionError(f"{repeat}\n{scenario_text(scenario)}") from error


def test_enough_was_tried():
    """All reasons that random frames can provoke, and a fair part of them came out."""
    if TALLY.numbers["configurations"] < 200:
        pytest.skip("too few switches")
    wanted = PROVOKED.union(*(names for feature, names in PROVOKED_BY.items()
                              if feature in FEATURES))
    assert wanted <= TALLY.reasons.keys()
    assert TALLY.numbers["frames"] > 100 * TALLY.numbers["configurations"]
    assert TALLY.numbers["deliveries"] > TALLY.numbers["frames"] / 3
