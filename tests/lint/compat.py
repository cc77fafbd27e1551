# SPDX-License-Identifier: GPL-2.0
"""Kernel versions are tested in compat/ only; netlink is the only interface."""

import re

from csource import code_of, line_of
from tree import Finding

VERSION = re.compile(r"\b(LINUX_VERSION_CODE|KERNEL_VERSION|RHEL_\w+|UTS_UBUNTU_\w+"
                     r"|LINUX_VERSION_(?:MAJOR|PATCHLEVEL|SUBLEVEL))\b")

INTERFACES = {
    r"\b(?:module_param\w*|MODULE_PARM_DESC|core_param|__setup)\b": "a module parameter",
    r"\b(?:DEVICE_ATTR|DRIVER_ATTR|__ATTR)\w*\b|\b(?:sysfs|kobject|device_create_file)_\w+"
    r"|\bsysfs_ops\b|<linux/sysfs\.h>": "sysfs",
    r"\bdebugfs_\w+|<linux/debugfs\.h>": "debugfs",
    r"\bproc_(?:create|mkdir)\w*|<linux/proc_fs\.h>": "procfs",
    r"\bregister_(?:net_)?sysctl\w*": "sysctl",
    r"\b(?:unlocked|compat)_ioctl\b|\bndo_(?:do_ioctl|eth_ioctl|siocdevprivate)\b": "ioctl",
}

# Where those who plug a virtual machine in look for its character device.
ALLOWED = {("nic/tap.c", "sysfs")}

# A test's own module is no product: it may be told things at insmod.
TEST_MODULES = "tests/"


def check(tree):
    for source in tree.of("c", "h"):
        code = code_of(source.text)
        if source.folder != "compat":
            yield from find(source, code, VERSION, "{}: kernel versions are tested in compat/ only")
        if source.in_module or not source.path.startswith((TEST_MODULES, "tools/")):
            for pattern, what in INTERFACES.items():
                if (source.path, what) in ALLOWED:
                    continue
                yield from find(source, code, re.compile(f"({pattern})"),
                                f"{{}}: {what} is no interface of this module, netlink is")


def find(source, code, pattern, message):
    for match in pattern.finditer(code):
        yield Finding(source.path, line_of(code, match.start()), message.format(match[1]))
