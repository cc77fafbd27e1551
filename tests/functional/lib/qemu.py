# SPDX-License-Identifier: GPL-2.0
"""Virtual machines: QEMU without hardware's help, Debian's kernel, a shell on the serial
port that carries out one line at a time. Booting one takes about 13 seconds."""

import array
import contextlib
import json
import os
import shutil
import socket
import subprocess
import time

QEMU = "qemu-system-x86_64"
KERNEL = os.environ.get("VSW_GUEST_KERNEL", "")
INITRAMFS = "/tmp/guest.initramfs"
HOST = os.path.join(os.path.dirname(__file__), "../../host")

BOOT_S, COMMAND_S = 180, 120
MEMORY = "160"

# On a busy machine an emulated timer is late, and the kernel takes it for broken.
WORDS = ("console=ttyS0 quiet loglevel=1 panic=-1 ipv6.disable=1 mitigations=off "
         "no_timer_check tsc=reliable nowatchdog")


def available():
    return bool(KERNEL and shutil.which(QEMU))


def initramfs():
    if not os.path.exists(INITRAMFS):
        subprocess.run([f"{HOST}/initramfs", "--guest", KERNEL, INITRAMFS], check=True)
    return INITRAMFS


class Qmp:
    """The test's own control of a machine."""

    def __init__(self, sock):
        sock.settimeout(COMMAND_S)
        self.sock = sock
        self.file = sock.makefile("r")
        self.events = []
        assert "QMP" in self._receive()
        self.run("qmp_capabilities")

    def _receive(self):
        line = self.file.readline()
        assert line, "the machine has hung up"
        return json.loads(line)

    def run(self, command, file=None, **arguments):
        """A command, with a file for it if there is one; what it returns."""
        message = json.dumps({"execute": command, "arguments": {
            name.replace("_", "-"): value for name, value in arguments.items()}}).encode()
        rights = [] if file is None else [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                         array.array("i", [file]))]
        self.sock.sendmsg([message], rights)
        while "event" in (answer := self._receive()):
            self.events.append(answer["event"])
        assert "return" in answer, (command, answer)
        return answer["return"]

    def wait(self, event):
        while event not in self.events:
            self.events.append(self._receive().get("event"))
        self.events.remove(event)

    def close(self):
        self.file.close()
        self.sock.close()


class Card:
    """A NIC of a machine: its id, its address, the open files of its queues, and whether
    the kernel moves its frames."""

    def __init__(self, name, mac, files, vhost=False):
        self.name = name
        self.mac = mac
        self.files = files
        self.vhost = ",vhost=on" if vhost else ""

    def words(self):
        numbers = ":".join(map(str, self.files))
        many = len(self.files) > 1
        return ["-netdev", f"tap,id=dev-{self.name},{'fds' if many else 'fd'}={numbers}"
                + self.vhost,
                "-device", f"virtio-net-pci,id={self.name},netdev=dev-{self.name},"
                f"mac={self.mac},romfile=" + (",mq=on,vectors=8" if many else "")]


class Guest:
    """Starts at once; boot() waits until it can be talked to."""

    def __init__(self, name, cards):
        self.name = name
        self.link_socket = f"/tmp/{name}.qmp"
        serial, inner_serial = socket.socketpair()
        control, inner_control = socket.socketpair()
        inner = [inner_serial.fileno(), inner_control.fileno()]
        words = [QEMU, "-accel", "tcg,tb-size=64", "-cpu", "max", "-smp", "2", "-m", MEMORY,
                 "-nodefaults", "-display", "none", "-no-reboot", "-name", name,
                 "-kernel", f"{KERNEL}/vmlinuz", "-initrd", initramfs(), "-append", WORDS,
                 "-chardev", f"socket,id=serial,fd={inner[0]}", "-serial", "chardev:serial",
                 "-chardev", f"socket,id=control,fd={inner[1]}",
                 "-mon", "chardev=control,mode=control",
                 "-qmp", f"unix:{self.link_socket},server=on,wait=off"]
        for card in cards:
            words += card.words()
        files = [file for card in cards for file in card.files]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL,
                                        pass_fds=[*inner, *files])
        for file in files:
            os.close(file)
        inner_serial.close()
        inner_control.close()
        self.serial = serial
        self.output = b""
        self.qmp = Qmp(control)
        self.started = time.monotonic()

    def boot(self):
        self._status(BOOT_S)
        return self

    def _status(self, limit):
        """Until the end of a command; what was printed, and its status."""
        end = time.monotonic() + limit
        while True:
            head, mark, rest = self.output.partition(b"status ")
            if mark and b"\n" in rest:
                number, _, self.output = rest.partition(b"\n")
                return head.decode().replace("\r", ""), int(number)
            left = end - time.monotonic()
            assert left > 0, f"{self.name}: no answer within {limit} s: {self.output!r}"
            self.serial.settimeout(left)
            with contextlib.suppress(TimeoutError):
                data = self.serial.recv(65536)
                assert data, f"{self.name} is gone: {self.output!r}"
                self.output += data

    def call(self, line):
        """What it prints, and its status."""
        self.serial.sendall(line.encode() + b"\n")
        return self._status(COMMAND_S)

    def run(self, line):
        """A command that has to succeed; what it prints."""
        text, status = self.call(line)
        assert status == 0, f"{self.name}: {line}: status {status}\n{text}"
        return text.strip()

    def netdev(self, mac):
        """Its name of the NIC with this address; waits until it has it."""
        path = self.run(f"until grep -l {mac} /sys/class/net/eth*/address; do usleep 2000; done")
        return path.split("/")[4]

    def wait_carrier(self, netdev, there):
        """How long it took the guest to see it, in seconds. It looks every 2 ms: one
        that does nothing else would keep the CPU from who is to tell it."""
        before = time.monotonic()
        self.run(f"until read c </sys/class/net/{netdev}/carrier && [ $c = {there} ]; "
                 "do usleep 2000; done")
        return time.monotonic() - before

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.qmp.close()
        self.serial.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.link_socket)
