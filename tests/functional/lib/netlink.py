# SPDX-License-Identifier: GPL-2.0
"""Netlink without a library: messages packed by hand, so that tests can also send
wrong ones, and sockets that hand out extended acks.
"""

import contextlib
import errno
import os
import select
import socket
import struct

NETLINK_ROUTE = 0
NETLINK_GENERIC = 16

NLM_F_REQUEST = 0x01
NLM_F_MULTI = 0x02
NLM_F_ACK = 0x04
NLM_F_DUMP_INTR = 0x10
NLM_F_DUMP = 0x300
NLM_F_REPLACE = 0x100
NLM_F_EXCL = 0x200
NLM_F_CREATE = 0x400
NLM_F_CAPPED = 0x100
NLM_F_ACK_TLVS = 0x200

NLMSG_ERROR = 2
NLMSG_DONE = 3

NLA_F_NESTED = 0x8000
NLA_TYPE_MASK = 0x3fff

SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP = 1
NETLINK_CAP_ACK = 10
NETLINK_EXT_ACK = 11
NETLINK_GET_STRICT_CHK = 12

NLMSGERR_ATTR_MSG = 1
NLMSGERR_ATTR_OFFS = 2
NLMSGERR_ATTR_COOKIE = 3
NLMSGERR_ATTR_MISS_TYPE = 5

SO_RCVBUFFORCE = 33

HEADER = struct.Struct("=IHHII")
DEADLINE = 60


class NetlinkError(OSError):
    """What the kernel answered: errno, its words, and where the fault is."""

    def __init__(self, number, text="", offset=None, missing=None, cookie=b""):
        super().__init__(number, text or os.strerror(number))
        self.text = text
        self.offset = offset
        self.missing = missing
        self.cookie = cookie

    def __str__(self):
        # Python's word for 95 is ENOTSUP, which the kernel does not use.
        word = "EOPNOTSUPP" if self.errno == errno.EOPNOTSUPP else \
            errno.errorcode.get(self.errno, self.errno)
        return f"[{word}] {self.text}"


def attribute(number, payload=b""):
    size = 4 + len(payload)
    return struct.pack("=HH", size, number) + payload + bytes(-size % 4)


def nest(number, *attributes):
    return attribute(number | NLA_F_NESTED, b"".join(attributes))


def string(text):
    data = text if isinstance(text, bytes) else text.encode(errors="surrogateescape")
    return data + b"\0"


def u8(value):
    return struct.pack("=B", value)


def u16(value):
    return struct.pack("=H", value)


def u32(value):
    return struct.pack("=I", value)


def s32(value):
    return struct.pack("=i", value)


def parse_attributes(data):
    """A list of (number, payload), in the order they came."""
    found = []
    at = 0
    while at + 4 <= len(data):
        size, number = struct.unpack_from("=HH", data, at)
        assert size >= 4, "attribute shorter than its header"
        found.append((number & NLA_TYPE_MASK, data[at + 4:at + size]))
        at += size + -size % 4
    return found


def message(kind, flags, body, sequence=1):
    return HEADER.pack(HEADER.size + len(body), kind, flags, sequence, 0) + body


class Message:
    """A message as received."""

    def __init__(self, kind, flags, sequence, body):
        self.kind = kind
        self.flags = flags
        self.sequence = sequence
        self.body = body


def parse_messages(data):
    found = []
    at = 0
    while at + HEADER.size <= len(data):
        size, kind, flags, sequence, _ = HEADER.unpack_from(data, at)
        assert HEADER.size <= size <= len(data) - at, "message cut short"
        found.append(Message(kind, flags, sequence, data[at + HEADER.size:at + size]))
        at += size + -size % 4
    return found


def _parse_error(reply, request):
    """None for an ack, otherwise the error."""
    number = struct.unpack_from("=i", reply.body)[0]
    text, offset, missing, cookie = "", None, None, b""
    if reply.flags & NLM_F_ACK_TLVS:
        echoed = HEADER.size
        if not reply.flags & NLM_F_CAPPED:
            echoed = len(request) + -len(request) % 4
        for kind, payload in parse_attributes(reply.body[4 + echoed:]):
            if kind == NLMSGERR_ATTR_MSG:
                text = payload.rstrip(b"\0").decode(errors="surrogateescape")
            elif kind == NLMSGERR_ATTR_OFFS:
                offset = struct.unpack("=I", payload)[0]
            elif kind == NLMSGERR_ATTR_MISS_TYPE:
                missing = struct.unpack("=I", payload)[0]
            elif kind == NLMSGERR_ATTR_COOKIE:
                cookie = payload
    return NetlinkError(-number, text, offset, missing, cookie) if number else None


class Socket:
    """A netlink socket of the network namespace that the caller is in."""

    def __init__(self, family, receive_size=1 << 20, lossy=False):
        """A lossy socket, which only wakes up who waits, needs no large buffer."""
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, family)
        self.sock.bind((0, 0))
        self.sock.settimeout(DEADLINE)
        with contextlib.suppress(PermissionError):
            self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE,
                                 1 << 16 if lossy else 8 << 20)
        for option in (NETLINK_CAP_ACK, NETLINK_EXT_ACK):
            self.sock.setsockopt(SOL_NETLINK, option, 1)
        self.receive_size = receive_size
        self.sequence = 0

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def join(self, group):
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)

    def receive(self):
        return parse_messages(self.sock.recv(self.receive_size))

    def waiting(self, timeout=0):
        """Messages that are there already, or come within the time."""
        found = []
        while select.select([self.sock], [], [], 0 if found else timeout)[0]:
            found += self.receive()
        return found

    def drain(self):
        """Forget what is there already."""
        while select.select([self.sock], [], [], 0)[0]:
            try:
                self.sock.recv(self.receive_size)
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise

    def send(self, kind, flags, body):
        """The request as it was sent."""
        self.sequence += 1
        request = message(kind, flags | NLM_F_REQUEST, body, self.sequence)
        self.sock.send(request)
        return request

    def replies(self, request):
        """Messages up to the ack or the end of the dump."""
        while True:
            for reply in self.receive():
                if reply.sequence != self.sequence:
                    continue
                if reply.kind == NLMSG_DONE:
                    self._check_done(reply)
                    return
                if reply.kind == NLMSG_ERROR:
                    error = _parse_error(reply, request)
                    if error:
                        raise error
                    return
                yield reply

    @staticmethod
    def _check_done(reply):
        if len(reply.body) < 4:
            return
        number = struct.unpack_from("=i", reply.body)[0]
        if not number:
            return
        text = ""
        if reply.flags & NLM_F_ACK_TLVS:
            text = dict(parse_attributes(reply.body[4:])).get(NLMSGERR_ATTR_MSG, b"")
            text = text.rstrip(b"\0").decode()
        raise NetlinkError(-number, text)

    def request(self, kind, body, flags=0):
        """Ask for one thing and wait for the ack; returns the replies before it."""
        return list(self.replies(self.send(kind, flags | NLM_F_ACK, body)))

    def dump(self, kind, body, flags=0):
        return list(self.replies(self.send(kind, flags | NLM_F_DUMP, body)))
