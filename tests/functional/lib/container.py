# SPDX-License-Identifier: GPL-2.0
"""A container as its runtime leaves it: a process in a network namespace of its own
that has no name."""

import subprocess

from . import ns

ENTER_USER = ["--user", "--preserve-credentials"]


class Container:
    def __init__(self, user=False):
        """With a user namespace its root is no one outside."""
        self.user = user
        self.process = subprocess.Popen(
            ["unshare", "-Urn" if user else "-n", "sh", "-c", "echo; exec cat"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()
        self.pid = self.process.pid
        self.space = f"/proc/{self.pid}/ns/net"
        with ns.inside(self.space):
            ns.silence_ipv6()

    def words(self, command):
        """The words that run a command in it."""
        return ["nsenter", "--target", str(self.pid), *(ENTER_USER if self.user else []),
                "--net", *command.split()]

    def run(self, command):
        return ns.run(*self.words(command))

    def refused(self, command):
        return ns.refused(*self.words(command))

    def take(self, nic):
        """The NIC goes in, and is called eth0 there."""
        ns.ip(f"link set {nic} netns {self.pid}")
        self.run(f"ip link set {nic} name eth0 up")

    def kill(self):
        """Its runtime ends all its processes."""
        self.process.kill()
        self.process.communicate()

    close = kill
