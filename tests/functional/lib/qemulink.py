# SPDX-License-Identifier: GPL-2.0
"""`vswctl qemu-link`, and a server that it takes for a virtual machine."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess

from . import vswctl, wait

LIMIT = 60
GREETING = {"QMP": {"version": {"qemu": {"micro": 0, "minor": 2, "major": 7}},
                    "capabilities": ["oob"]}}


class Helper:
    """The process, from the moment on when it listens for events."""

    def __init__(self, *words, options=()):
        self.process = subprocess.Popen(
            ["vswctl", *options, "qemu-link", *map(str, words)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait.until(lambda: self.process.poll() is not None
                   or vswctl.listening(self.process), "qemu-link listens")

    def line(self):
        """The next thing that it says."""
        return self.process.stdout.readline().rstrip("\n")

    def until(self, wanted):
        """All that it says up to this line."""
        lines = [self.line()]
        while lines[-1] != wanted:
            assert lines[-1], f"it ended without {wanted!r}: {lines}"
            lines.append(self.line())
        return lines

    def complaint(self):
        return self.process.stderr.readline().rstrip("\n")

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def ended(self):
        """Its status, and what it said that was not read yet."""
        out, err = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, out, err

    def stop(self):
        self.process.terminate()
        return self.ended()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


class Hangup(Exception):
    """The helper has closed the connection."""


class Peer:
    """One connection of the helper's."""

    def __init__(self, sock):
        sock.settimeout(LIMIT)
        self.sock = sock
        self.buffer = b""

    def send(self, *messages):
        self.send_octets(b"".join(json.dumps(one).encode() + b"\r\n" for one in messages))

    def send_octets(self, data):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.sock.sendall(data)

    def receive(self):
        while b"\n" not in self.buffer:
            try:
                data = self.sock.recv(4096)
            except ConnectionResetError:
                data = b""
            if not data:
                raise Hangup
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def quiet(self):
        """Nothing is asked, for as long as a helper that has something to do would
        need."""
        return not self.buffer and not select.select([self.sock], [], [], 0.6)[0]

    def expect(self, command):
        """The next command, which has to be this one; not answered yet."""
        message = self.receive()
        assert message["execute"] == command, message
        return message

    def answer(self, message, result=None):
        self.send({"return": {} if result is None else result, "id": message["id"]})

    def refuse(self, message, text, kind="GenericError"):
        self.send({"error": {"class": kind, "desc": text}, "id": message["id"]})

    def negotiate(self):
        self.send(GREETING)
        self.answer(self.expect("qmp_capabilities"))

    def cards(self, *cards):
        """It asks which NICs there are; each is an id and an address."""
        self.answer(self.expect("query-rx-filter"),
                    [{"name": name, "main-mac": address} for name, address in cards])

    def link(self):
        """It sets the link; (id, up)."""
        message = self.expect("set_link")
        self.answer(message)
        return message["arguments"]["name"], message["arguments"]["up"]

    def hung_up(self):
        """It does so by itself."""
        with contextlib.suppress(Hangup):
            while True:
                self.receive()
        return True

    def close(self):
        self.sock.close()


class Machine:
    def __init__(self, path):
        self.path = str(path)
        self.peers = []
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(self.path)
        self.sock.listen(1)
        self.sock.settimeout(LIMIT)

    def accept(self):
        self.peers.append(Peer(self.sock.accept()[0]))
        return self.peers[-1]

    def close(self):
        """As QEMU ends: the socket's file goes, too; no one can come in any more when
        those who are in see it."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)
        self.sock.close()
        for peer in self.peers:
            peer.close()
