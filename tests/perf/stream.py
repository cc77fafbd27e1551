# SPDX-License-Identifier: GPL-2.0
"""A stream of frames at a steady rate, and the gaps that a receiver sees in it.

     netns gen                                          netns sink
     g0: a frame each 100 us, at its time   -->  s0: stamped by the kernel on receive

The sender comes before all others, and leaves out what it had no time for. With one
CPU it has to wait until the kernel, at work for someone else, lets go of that; with
several it has the last one for itself.
"""

import multiprocessing
import os
import socket
import struct
import time

import bench

FORK = multiprocessing.get_context("fork")
RATE = 10000
SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
LATE_MS = 1.0
STAMP = struct.Struct("=qq")
PLACE = struct.Struct("!QQ")        # number, time it left
SETTLE_S = 0.2
TYPE = 0x88b5


def _raw(netns, netdev):
    with bench.inside(netns):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(TYPE))
        sock.bind((netdev, TYPE))
    return sock


def _in_front():
    os.sched_setaffinity(0, {os.cpu_count() - 1})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def _send(until):
    _in_front()
    out = _raw("gen", "g0")
    head = bytes.fromhex((bench.SINK_MAC + bench.GEN_MAC).replace(":", "")) \
        + struct.pack("!H", TYPE)
    step = 10 ** 9 // RATE
    due = time.clock_gettime_ns(time.CLOCK_REALTIME)
    number = 0
    while not until.is_set():
        now = time.clock_gettime_ns(time.CLOCK_REALTIME)
        if now < due:
            time.sleep((due - now) / 1e9)
            continue
        out.send(head + PLACE.pack(number, now) + bytes(30))
        number += 1
        until.sent.value = number
        due = max(due + step, now)


class Until:
    """Set when the sender is to end; and how many frames it has sent."""

    def __init__(self):
        self.flag = FORK.RawValue("b", 0)
        self.sent = FORK.RawValue("Q", 0)

    def is_set(self):
        return self.flag.value

    def set(self):
        self.flag.value = 1


def _received(sock):
    """(kernel's time of receive, number, time it left) of all frames that wait."""
    found = []
    while True:
        try:
            data, ancillary, _, _ = sock.recvmsg(256, 64, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return found
        seconds, nanoseconds = STAMP.unpack(ancillary[0][2])
        number, left = PLACE.unpack_from(data, 14)
        found.append((seconds * 10 ** 9 + nanoseconds, number, left))


def observe(action):
    """Frames that came while it ran, when it began and ended, and how many were sent."""
    bench.sink_speaks()
    sock = _raw("sink", "s0")
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    until = Until()
    sender = FORK.Process(target=_send, args=(until,))
    sender.start()
    os.sched_setaffinity(0, {0})
    while not until.sent.value:
        time.sleep(SETTLE_S)
    time.sleep(SETTLE_S)
    begun = time.clock_gettime_ns(time.CLOCK_REALTIME)
    action()
    ended = time.clock_gettime_ns(time.CLOCK_REALTIME)
    time.sleep(SETTLE_S)
    until.set()
    sender.join()
    frames = _received(sock)
    sock.close()
    return frames, begun, ended, until.sent.value


def during(action):
    """Longest gap and delay, in ms, gaps above one ms and lost frames, while it runs."""
    return figures(*observe(action))


def figures(frames, begun, ended, sent):
    """Of the frames between which there was any of the time from begin to end."""
    pairs = [(earlier, later) for earlier, later in zip(frames, frames[1:])
             if later[0] >= begun and earlier[0] <= ended]
    assert pairs, f"{len(frames)} frames of {sent}, none at the time"
    gaps = [(later[0] - earlier[0]) / 1e6 for earlier, later in pairs]
    return {"gap_ms": max(gaps),
            "delay_ms": max((later[0] - later[2]) / 1e6 for _, later in pairs),
            "late": sum(gap > LATE_MS for gap in gaps), "lost": sent - len(frames)}
