# SPDX-License-Identifier: GPL-2.0
"""Processes that work side by side until a time, each with counters that the test
can read, and the tools that they share.
"""

import contextlib
import errno
import multiprocessing
import multiprocessing.connection
import os
import random
import select
import signal
import socket
import time

from lib import genl, netlink, rtnl

FORK = multiprocessing.get_context("fork")
GRACE_S = 90                        # for what was begun before the time was over
LOOK_S = 1                          # how often the counters are looked at

# What may come of it when others change the same things at the same time.
RACES = {errno.ENOENT, errno.ENODEV, errno.EEXIST, errno.EBUSY, errno.ENETDOWN,
         errno.ENXIO, errno.EAGAIN}


class Until:
    """The time at which everyone ends, in the same memory for all."""

    def __init__(self, seconds):
        self.end = FORK.RawValue("d", time.monotonic() + seconds)

    def now(self):
        self.end.value = min(self.end.value, time.monotonic())

    def left(self):
        return max(0.0, self.end.value - time.monotonic())

    def running(self):
        return time.monotonic() < self.end.value


class Counts:
    """Numbers that outlive the process that counts."""

    def __init__(self, kinds):
        self.kinds = list(kinds)
        self.cells = FORK.RawArray("Q", len(self.kinds))

    def __call__(self, kind, number=1):
        self.cells[self.kinds.index(kind)] += number

    def read(self):
        return dict(zip(self.kinds, self.cells))


class Job:
    """What a process of the crew is given."""

    def __init__(self, name, until, kinds, seed):
        self.name = name
        self.until = until
        self.count = Counts([*kinds, "refused"])
        self.random = random.Random(f"{seed} {name}")

    def running(self):
        return self.until.running()

    def attempt(self, kind, function, *arguments, **settings):
        """Do it, and count it, unless someone else was faster."""
        try:
            function(*arguments, **settings)
        except netlink.NetlinkError as error:
            if error.errno not in RACES:
                raise
            self.count("refused")
            return False
        self.count(kind)
        return True


def _work(function, job, cpu, arguments):
    signal.alarm(0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.sched_setaffinity(0, {cpu % os.cpu_count()})
    function(job, *arguments)


class Crew:
    """Works for some seconds and then, where the host is slow, until everything was
    done at least once, but no longer than the limit."""

    def __init__(self, seconds, limit, seed):
        self.enough = Until(seconds)
        self.until = Until(limit)
        self.begun = time.monotonic()
        self.seed = seed
        self.jobs = []
        self.processes = []

    def hire(self, name, function, kinds, *arguments):
        """A process that runs the function; each of these kinds has to be counted."""
        job = Job(name, self.until, kinds, self.seed)
        process = FORK.Process(target=_work, name=name,
                               args=(function, job, len(self.jobs), arguments))
        self.jobs.append(job)
        self.processes.append(process)

    def work(self):
        """Start all, and wait until all have ended well."""
        try:
            for process in self.processes:
                process.start()
            self._wait()
        finally:
            for process in self.processes:
                if process.is_alive():
                    process.kill()
                    process.join()

    def _wait(self):
        waiting = {process.sentinel: process for process in self.processes}
        last = Until(self.until.left() + GRACE_S)
        while waiting:
            ended = multiprocessing.connection.wait(list(waiting), LOOK_S)
            for sentinel in ended:
                process = waiting.pop(sentinel)
                process.join()
                assert process.exitcode == 0, f"{process.name}: {process.exitcode}"
            if self.until.running() and not self.enough.running() and not self.idle():
                self.until.now()
                last = Until(GRACE_S)
            assert last.running(), f"do not end: {[one.name for one in waiting.values()]}"

    def seconds(self):
        """How long it took, once all have ended."""
        return time.monotonic() - self.begun

    def report(self):
        """What was done, a line for each process."""
        return [f"{job.name:<9} " + "  ".join(
            f"{kind} {number}" for kind, number in job.count.read().items())
            for job in self.jobs]

    def idle(self):
        """What was never done, though it should have been."""
        return [f"{job.name}: {kind}" for job in self.jobs
                for kind, number in job.count.read().items()
                if not number and kind != "refused"]


# --- Sockets that do not listen ------------------------------------------------

class QuietVsw(genl.Vsw):
    """Events that no one reads would only fill up its socket."""

    def __init__(self):
        self.socket = netlink.Socket(netlink.NETLINK_GENERIC)
        self.family, _ = genl.resolve_family(self.socket)

    def close(self):
        self.socket.close()


def quiet_links():
    links = rtnl.Links()
    links.events.close()
    return links


def drain(sock):
    """Forget what came, even if it was more than there is room for."""
    while select.select([sock], [], [], 0)[0]:
        try:
            sock.recv(1 << 20, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise


@contextlib.contextmanager
def _listening():
    """Whatever happens to links, ports and NICs of this namespace."""
    links, events = rtnl.Links(), genl.Events()
    links.socket.close()
    try:
        yield [links.events.sock, events.socket.sock]
    finally:
        links.events.close()
        events.close()


def wait_for(condition, what):
    """Until it is so; asked again when something happens."""
    end = time.monotonic() + netlink.DEADLINE
    with _listening() as sockets:
        while not condition():
            assert time.monotonic() < end, f"waited in vain: {what}"
            select.select(sockets, [], [], 1)
            for one in sockets:
                drain(one)
