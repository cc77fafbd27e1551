# SPDX-License-Identifier: GPL-2.0
"""The smallest scenario in which model and switch still differ, and how it is told:
fewest frames, then fewest ports and settings.
"""

import dataclasses

from lib.genl import NetlinkError
from lib.frames import parse
from model import PortSettings, SwitchSettings
from model_random import Delete, Flush, Send, SetPort, SetSwitch

RUNS = 400                          # of the switch, at most
SHOWN = 40                          # octets of a frame
PLAIN = PortSettings()


class Minimiser:
    def __init__(self, differs):
        self.differs = differs
        self.left = RUNS

    def still(self, scenario):
        if not self.left:
            return False
        self.left -= 1
        try:
            return self.differs(scenario)
        except NetlinkError:        # a setting that needs another one
            return False

    def minimise(self, scenario):
        before = None
        while self.left and scenario != before:
            before = scenario
            for reduce in (self.fewer_steps, self.fewer_statics, self.fewer_ports,
                           self.fewer_settings):
                scenario = reduce(scenario)
        return scenario

    def fewer_steps(self, scenario):
        """Leave out halves, quarters, ... single steps."""
        size = max(1, len(scenario.steps) // 2)
        while True:
            at = 0
            while at < len(scenario.steps):
                steps = scenario.steps[:at] + scenario.steps[at + size:]
                tried = dataclasses.replace(scenario, steps=steps)
                if self.still(tried):
                    scenario = tried
                else:
                    at += size
            if size == 1:
                return scenario
            size //= 2

    def fewer_statics(self, scenario):
        for one in scenario.statics:
            tried = dataclasses.replace(scenario, statics=tuple(
                other for other in scenario.statics if other is not one))
            scenario = tried if self.still(tried) else scenario
        return scenario

    def fewer_ports(self, scenario):
        for number in list(scenario.ports):
            used = any(getattr(step, "port", None) == number for step in scenario.steps)
            used |= any(number in one.ports for one in scenario.statics)
            if used or len(scenario.ports) == 1:
                continue
            tried = dataclasses.replace(scenario, ports={
                other: settings for other, settings in scenario.ports.items()
                if other != number})
            scenario = tried if self.still(tried) else scenario
        return scenario

    def fewer_settings(self, scenario):
        tried = dataclasses.replace(scenario, switch=SwitchSettings())
        if tried.switch != scenario.switch and self.still(tried):
            scenario = tried
        for number, settings in scenario.ports.items():
            for name in dataclasses.asdict(settings):
                plain = getattr(PLAIN, name)
                if name in ("mode", "vid", "nic_mtu") or getattr(
                        scenario.ports[number], name) == plain:
                    continue
                changed = dataclasses.replace(scenario.ports[number], **{name: plain})
                tried = dataclasses.replace(scenario, ports={
                    **scenario.ports, number: changed})
                scenario = tried if self.still(tried) else scenario
        return scenario


# --- For people -----------------------------------------------------------------------

def settings_text(settings):
    """What is not as it is by default, with the words of the uapi header."""
    words = []
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if value != field.default and field.name != "nic_mtu":
            words.append(f"{field.name}={value_text(value)}")
    return " ".join(words) or "default"


def value_text(value):
    if not isinstance(value, frozenset):
        return str(value).replace(" ", "")
    return f"[{min(value)}-{max(value)}: {len(value)}]" if len(value) > 20 else str(
        sorted(value)).replace(" ", "")


def step_text(step):
    if isinstance(step, Send):
        more = "..." if len(step.octets) > SHOWN else ""
        return (f"p{step.port} sends {parse(step.octets)}\n"
                f"        {step.octets[:SHOWN].hex()}{more} ({len(step.octets)})")
    if isinstance(step, SetPort):
        return f"p{step.port} is set to {settings_text(step.settings)}"
    if isinstance(step, SetSwitch):
        return f"the switch is set to {settings_text(step.settings)}"
    if isinstance(step, Flush):
        return (f"flush {f'p{step.port}' if step.port else 'all'}"
                + (f" vlan {step.vid}" if step.vid else "")
                + ("" if step.instance is None else f" instance {step.instance}"))
    if isinstance(step, Delete):
        return f"delete {step.address.hex(':')} vlan {step.vid}"
    return str(step)


def scenario_text(scenario):
    lines = [f"scenario {scenario.seed}",
             f"switch {scenario.protocol:04x} {settings_text(scenario.switch)}"]
    lines += [f"p{number} {settings_text(settings)}"
              for number, settings in scenario.ports.items()]
    for one in scenario.statics:
        where = ",".join(f"p{port}" for port in sorted(one.ports)) or "filter"
        lines.append(f"static {one.address.hex(':')} vlan "
                     f"{'all' if one.vid is None else one.vid} {where}"
                     + " sticky" * one.sticky)
    lines += [f"{number:4}. {step_text(step)}" for number, step in enumerate(scenario.steps)]
    return "\n".join(lines)
