# SPDX-License-Identifier: GPL-2.0
"""What holds for every frame, whatever the model says: nothing leaves its VLAN, nothing
returns to its source, nothing comes twice, what is dropped has a reason.
"""

from lib import uapi
from model_random import SERIAL, Send, SetPort


def check(scenario, observed):
    rounds, counts, _ = observed
    ports = dict(scenario.ports)
    sent = {}
    seen = set()
    first = 0
    for last, got in rounds:
        sent.update((step.octets[-SERIAL:], step) for step in scenario.steps[first:last]
                    if isinstance(step, Send) and has_serial(step.octets))
        for port, received in got.items():
            for octets in filter(has_serial, received):
                check_delivery(scenario.protocol, ports, port, octets, sent, seen)
        changed = scenario.steps[last] if last < len(scenario.steps) else None
        if isinstance(changed, SetPort):
            ports[changed.port] = changed.settings
        first = last
    lost = sent.keys() - {serial for _, serial in seen}
    drops = sum(count for counted in counts.values() for name, count in counted.items()
                if name in uapi.DROP_NAMES)
    assert drops >= len(lost), f"{len(lost)} frames are gone, {drops} with a reason"


def has_serial(octets):
    """What was cut off has none."""
    return octets[-SERIAL:-SERIAL + 1] == b"#"


def check_delivery(protocol, ports, port, octets, sent, seen):
    step = sent.get(octets[-SERIAL:])
    assert step, f"no one sent what p{port} got: {octets.hex()}"
    key = port, octets[-SERIAL:]
    assert port != step.port, f"a frame came back to p{port}: {octets.hex()}"
    assert key not in seen, f"p{port} got a frame twice: {octets.hex()}"
    seen.add(key)
    vid = vlan_of(protocol, ports[step.port], step.octets)
    assert vid in members(ports[port]), f"p{port} is not in VLAN {vid}: {octets.hex()}"


def vlan_of(protocol, settings, octets):
    """The VLAN of a frame that came in, by what its port is for."""
    is_own = int.from_bytes(octets[12:14], "big") == protocol
    vid = int.from_bytes(octets[14:16], "big") & 0xfff if is_own else 0
    if settings.mode == "none":
        return 0
    if settings.mode == "tunnel":
        vid = int.from_bytes(octets[14:16], "big") & 0xfff if octets[
            12:14] == b"\x81\x00" else 0
        return {one.first: one.to for one in settings.services}.get(vid, settings.vid)
    if not vid:
        return settings.vid if settings.mode == "access" else settings.native
    inside = {one.first + offset: one.to + offset for one in settings.vid_map
              for offset in range(one.count)}
    return inside.get(vid, vid)


def members(settings):
    if settings.mode == "none":
        return {0}
    if settings.mode in ("access", "tunnel"):
        return {settings.vid, *(one.to for one in settings.services)}
    return settings.vlans | ({settings.native} if settings.mode == "trunk" else set())
