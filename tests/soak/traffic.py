# SPDX-License-Identifier: GPL-2.0
"""Senders of frames of all kinds: known, unknown and group destinations, with and
without tags, of stations that stay, move and come anew, and frames that no switch
may let pass.
"""

import contextlib
import errno
import multiprocessing.connection
import os
import socket

from crew import FORK
from lib import ns
from lib.frames import BROADCAST, MULTICAST, Tag, frame, mac

BURST = 16
NICE = 10                           # what is to be disturbed comes first
REFUSALS = {errno.ENETDOWN, errno.ENXIO, errno.ENODEV, errno.ENOBUFS, errno.EMSGSIZE,
            errno.EAGAIN}
START_S = 60
WARM_UP = 5                         # rounds before a sender says that it sends


class Source:
    """A socket that sends only. It stays with its netdev, whatever that is called."""

    def __init__(self, netdev):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.bind((netdev, 0))

    def close(self):
        self.sock.close()

    def send(self, octets):
        """How many of these went out. Some never do: a full-size frame with an S-tag
        is too long for a packet socket."""
        sent = 0
        for one in octets:
            try:
                self.sock.send(one)
                sent += 1
            except OSError as error:
                if error.errno not in REFUSALS:
                    raise
        return sent


def mix(chance, number, count=256):
    """Frames of station number, of its neighbours, and of some that are made up."""
    own = [number * 16 + one for one in range(4)]
    targets = [BROADCAST, MULTICAST, *range(64), *(mac(one) for one in range(70, 74))]
    tags = [None, None, None, None, 10, 20, Tag(10, 5), Tag(4094), Tag(0, 3),
            Tag(7, tpid=0x88a8)]
    made = []
    for _ in range(count):
        source = chance.choice([*own, *own, *own, chance.randrange(64),
                                chance.randrange(100, 60000)])
        made.append(frame(src=source, dst=chance.choice(targets), tag=chance.choice(tags),
                          size=chance.choice([14, 60, 60, 64, 300, 1514])))
    made.append(frame(src=number, dst="01:80:c2:00:00:0e"))
    made.append(frame(src=BROADCAST, dst=number))
    made.append(frame(src=number, dst=number))
    return [one.wire() for one in made]


def flood(job, sources, kind="frames", number=1):
    """Send through all of them, in turn, until the time is over."""
    octets = mix(job.random, number)
    while job.running():
        for at in range(0, len(octets), BURST):
            sent = sum(source.send(octets[at:at + BURST]) for source in sources)
            job.count(kind, sent)
            if not sent:
                job.count("refused")
                os.sched_yield()
            if not job.running():
                return


def sender(job, netdevs, number):
    """A process of the crew that does nothing else."""
    os.nice(NICE)
    flood(job, [Source(netdev) for netdev in netdevs], number=number)


def _sender_in(job, namespace, netdevs, kind, started):
    os.nice(NICE)
    with ns.inside(namespace) if namespace else contextlib.nullcontext():
        sources = [Source(netdev) for netdev in netdevs]
    octets = mix(job.random, 3, 32)
    for _ in range(WARM_UP):
        job.count(kind, sum(source.send(octets) for source in sources))
    started.send(True)
    flood(job, sources, kind, 3)


@contextlib.contextmanager
def sending(job, kind, netdevs, namespace=None):
    """A process of its own that sends; it is killed in the middle of it."""
    reader, writer = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_sender_in,
                           args=(job, namespace, netdevs, kind, writer))
    process.start()
    writer.close()
    try:
        ready = multiprocessing.connection.wait([reader, process.sentinel], START_S)
        assert reader in ready, "the sender does not start"
        yield process
    finally:
        process.kill()
        process.join()
        reader.close()
