# SPDX-License-Identifier: GPL-2.0
"""Numbered frames that are sent all the time, by a process of its own, while a test
changes what is around them: each has to come once, and in order."""

import contextlib
import multiprocessing
import os
import struct
import time

from .frames import frame

NUMBER = struct.Struct("!Q")
BURST = 4
PAUSE_S = 0.002         # there is one CPU: leave some of it to the test
AHEAD = 4000            # frames, two seconds; the socket of who looks has room for more


def _send(station, start, seen, pipe):
    """Until the other side says so; then say how many went out. Who looks may be the
    slower one: it is waited for, or it would never have taken all that is there."""
    number = 0
    while not pipe.poll():
        if number < seen.value + AHEAD:
            for _ in range(BURST):
                station.send_octets(start + NUMBER.pack(number) + bytes(40))
                number += 1
        time.sleep(PAUSE_S)
    pipe.send(number)


class Stream:
    """From one station to another, which both have sent something already."""

    def __init__(self, source, target, src=1, dst=2):
        self.ends = source.end, target.end
        for end in self.ends:
            end.hear_only(src, dst)
        target.take()               # what it heard before
        self.target = target
        self.start = frame(src=src, dst=dst, payload=b"").wire()
        self.seen = multiprocessing.RawValue("Q", 0)
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(
            target=_send, args=(source, self.start, self.seen, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.next = 0

    def look(self):
        """Take what came; it goes on where the last look ended."""
        for octets, _ in self.target.take_octets():
            number = NUMBER.unpack_from(octets, len(self.start))[0]
            assert number == self.next, f"frame {number} came instead of {self.next}"
            self.next += 1
        self.seen.value = self.next
        return self.next

    def wait_more(self, count=BURST):
        """Until so many more have come than there are now: it runs."""
        wanted = self.look() + count
        while self.look() < wanted:
            assert self.process.is_alive(), "the sender has ended"
            os.sched_yield()

    def end(self):
        """Nothing was lost; how many there were."""
        self.pipe.send(None)
        sent = self.pipe.recv()
        self.process.join()
        self.target.bed.clock.settle()
        assert self.look() == sent, f"{sent - self.next} of {sent} frames were lost"
        return sent

    def close(self):
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        for end in self.ends:
            end.hear_all()


@contextlib.contextmanager
def running(source, target):
    """A stream that loses nothing until the end of the block. It stands still if no one
    looks at it for long: wait for more before what has to happen beside it."""
    stream = Stream(source, target)
    try:
        stream.wait_more()
        yield stream
        stream.wait_more()
        stream.end()
    finally:
        stream.close()
