# SPDX-License-Identifier: GPL-2.0
"""The functional tests run in the throw-away host, see tests/host/run:

    tests/host/run -- /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/functional

Each test finds and leaves the host empty: no switch, no synthetic NIC, no
namespace, no netdev of a test, and no complaint in the kernel's log.
"""

import contextlib
import os
import re
import signal

import pytest

from lib import genl, ns, rtnl
from lib import module as kernel_module
from lib.bed import Bed, Clock
from lib.config import Files

KERNEL = os.environ.get("VSW_KERNEL", "")
TEST_LIMIT_S = 600 if KERNEL == "uml-debug" else 240

COMPLAINT = re.compile(r"BUG:|WARNING:|Oops|KASAN|UBSAN|suspicious RCU usage|refcount_t:"
                       r"|possible (circular|recursive|irq lock|deadlock)|ODEBUG:"
                       r"|general protection fault|sleeping function called")


def pytest_configure(config):
    config.addinivalue_line("markers", "short: essential and quick, also run where the "
                            "host is slow")
    config.addinivalue_line("markers", "last: runs after all others")
    config.addinivalue_line("markers", "tool: of vswctl's own words; a process takes a "
                            "second in the debug kernel, which has nothing to find in it, "
                            "so only the short ones run there")


def pytest_collection_modifyitems(config, items):
    if KERNEL == "uml-debug":
        left_out = [item for item in items if item.get_closest_marker("tool")
                    and not item.get_closest_marker("short")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


class KernelLog:
    """What the kernel says from now on."""

    def __init__(self):
        self.file = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        os.lseek(self.file, 0, os.SEEK_END)

    def read(self):
        lines = []
        while True:
            try:
                record = os.read(self.file, 8192).decode(errors="replace")
            except BrokenPipeError:         # overwritten before it was read
                continue
            except BlockingIOError:
                return lines
            lines.append(record.partition(";")[2].splitlines()[0])

    def complaints(self):
        return [line for line in self.read()
                if COMPLAINT.search(line) and "FAULT_INJECTION" not in line]


class Host:
    """What all tests share: sockets, and the kernel's log."""

    def __init__(self):
        self.links = rtnl.Links()
        self.vsw = genl.Vsw()
        self.clock = Clock(self.links)
        self.log = KernelLog()
        self.netdevs = self.names()

    def names(self):
        return {link["ifname"] for link in self.links.all()}

    def reopen(self):
        """The module was loaded anew: its family has another number."""
        self.vsw.close()
        self.vsw = genl.Vsw()

    def clean(self):
        """Delete whatever a test made, in an order that any host may find itself in."""
        for name in ns.names():
            ns.delete(name)
        for switch in self.vsw.switches():
            self.vsw.del_switch(switch["name"])
        for nic in self.vsw.nics():
            self.vsw.del_nic(nic["name"])
        with contextlib.suppress(genl.NetlinkError):    # there may be none
            self.links.delete_all()
        for name in self.names() - self.netdevs:
            with contextlib.suppress(genl.NetlinkError):
                self.links.delete(name)

    def check_clean(self):
        assert ns.names() == []
        assert self.vsw.switches() == []
        assert self.vsw.ports() == []
        assert self.vsw.nics() == []
        assert self.names() == self.netdevs
        complaints = self.log.complaints()
        assert not complaints, "the kernel complains:\n" + "\n".join(complaints)


def _prepare_host():
    os.sched_setaffinity(0, {0})
    ns.prepare()
    ns.silence_ipv6()


@pytest.fixture(scope="session")
def host():
    _prepare_host()
    return Host()


def _out_of_time(_number, _frame):
    raise TimeoutError(f"the test took longer than {TEST_LIMIT_S} s")


@contextlib.contextmanager
def in_time():
    """Ends a test that hangs."""
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.alarm(TEST_LIMIT_S)
    yield
    signal.alarm(0)


@pytest.fixture(autouse=True)
def left_clean(host):
    """Ends a test that hangs, removes what it left, and looks whether all is gone."""
    with in_time():
        yield
    host.clean()
    host.check_clean()


@pytest.fixture
def vsw(host):
    return host.vsw


@pytest.fixture
def links(host):
    return host.links


@pytest.fixture
def bed(host):
    bed = Bed(host)
    yield bed
    bed.close()


@pytest.fixture
def module(host):
    """The module may be taken out; it is there again at the end."""
    yield kernel_module
    if not kernel_module.is_loaded():
        kernel_module.load()
    host.reopen()


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def net(bed):
    """Netdevs to plug in, up at their far ends."""
    for near, far in (("e1", "h1"), ("e2", "h2")):
        bed.links.add_veth(near, far)
        bed.links.up(far)


@pytest.fixture
def events():
    """Events of this namespace, from the beginning of the test."""
    events = genl.Events()
    yield events
    events.close()
