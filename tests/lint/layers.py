# SPDX-License-Identifier: GPL-2.0
"""Calls go down the drawing, and a folder shows others its exposed headers only.

A function is used where its name stands: called, or taken the address of.
"""

import os
import re

from csource import code_of, functions, line_of
from tree import MODULE_FOLDERS, Finding

LEVEL = {"netlink": 4, "vswitch": 3, "vport": 2, "features": 1, "nic": 1}

EXPOSED = {"vswitch.h", "settings.h", "txn.h", "fdb_table.h", "vport.h", "stats.h", "vlans.h", "frame.h",
           "drop.h", "nic.h", "features.h", "netlink.h"}

# The marked up-calls (decision D7): frames, what happens to NICs, the scheduler, events.
UP_CALLS = re.compile(r"vsw_(input|input_runt|link_update|link_speed|plug_gone|plug_is_awaited|plug_settle|plug_max_mtu|plug_drops|port_xmit|nl_notify_\w+)$")

# The module's ladder of init and exit stands above all layers.
LADDER = "vswitch/main.c"
STEP = re.compile(r"vsw_\w+_(init|exit)$")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.MULTILINE)
VSWCTL_NETLINK = re.compile(r"^[ \t]*#[ \t]*include[ \t]+<(netlink|linux/genetlink)", re.MULTILINE)


def check(tree):
    yield from check_includes(tree)
    yield from check_calls(tree)
    yield from check_leaves(tree)
    yield from check_hooks(tree)
    yield from check_vswctl(tree)


def check_includes(tree):
    for source in tree.module():
        for match in INCLUDE.finditer(source.text):
            folder, name = os.path.split(match[1])
            folder = folder.split("/")[0]
            if folder not in MODULE_FOLDERS or folder == source.folder:
                continue
            if name not in EXPOSED:
                yield Finding(source.path, line_of(source.text, match.start()),
                              f"{match[1]} is private to {folder}/: include an exposed header")


def definitions(tree):
    """Where each function of the module is defined, by name.

    An inline function of an exposed header that uses no function of a source
    only reads its types, which any layer may: it has no place in the drawing.
    """
    found, inlines = {}, []
    for source in tree.module():
        for function in functions(source.text):
            if not function.is_static:
                found[function.name] = source.folder
            elif source.kind == "h":
                inlines.append((function, source))
    for function, source in inlines:
        reads = not any(word in found for word in re.findall(r"\w+", function.body))
        if not (reads and source.name in EXPOSED):
            found[function.name] = source.folder
    return found


def may_use(source, name, layer):
    if layer == source.folder or LEVEL[source.folder] > LEVEL[layer]:
        return True
    if UP_CALLS.match(name):
        return True
    return source.path == LADDER and bool(STEP.match(name))


def check_calls(tree):
    defined = definitions(tree)
    for source in tree.module():
        for function in functions(source.text):
            start = function.first + function.head.count("\n")
            for match in re.finditer(r"\bvsw_\w+", function.body):
                layer = defined.get(match[0])
                if layer and not may_use(source, match[0], layer):
                    yield Finding(source.path, start + function.body.count("\n", 0, match.start()),
                                  f"{source.folder}/ must not call {match[0]}() of {layer}/, "
                                  "which is not below it")


def check_leaves(tree):
    """Leaves of features/ know neither each other nor the switch, NICs or netlink."""
    for source in tree.module():
        parts = source.path.split("/")
        if parts[0] != "features" or len(parts) < 3 or source.name == "nl.c":
            continue
        for match in re.finditer(r'#[ \t]*include[ \t]+["<]([^">]+)', source.text):
            other = re.match(r"features/(\w+)/", match[1])
            if (os.path.basename(match[1]) in ("nic.h", "genetlink.h", "netlink.h")
                    or match[1].endswith("vswitch/vswitch.h") or other and other[1] != parts[1]):
                yield Finding(source.path, line_of(source.text, match.start()),
                              f"a feature's leaf must not include {match[1]}")


def check_hooks(tree):
    for source in tree.module():
        if source.folder == "nic":
            continue
        for match in re.finditer(r"\bnetdev_rx_handler_(un)?register\b", code_of(source.text)):
            yield Finding(source.path, line_of(source.text, match.start()),
                          "only nic/ touches the hooks of a net_device")


def check_vswctl(tree):
    for source in tree.of("c", "h"):
        if source.path.startswith("tools/vswctl/") and not source.name.startswith("ipc"):
            for match in VSWCTL_NETLINK.finditer(source.text):
                yield Finding(source.path, line_of(source.text, match.start()),
                              "only ipc*.c of vswctl speaks netlink")
