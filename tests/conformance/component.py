# SPDX-License-Identifier: GPL-2.0
"""A bridge component: which tag it knows, and which addresses it does not relay."""

from lib.frames import CTAG, STAG, Tag
from lib.genl import trunk

ALL = trunk("1-4094")
RESERVED = [f"01:80:c2:00:00:{last:02x}" for last in range(16)]

# Table 8-1: all of them; table 8-2: those of customers pass.
NOT_RELAYED = {"802.1q": set(range(16)),
               "802.1ad": {1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xe}}


class Component:
    def __init__(self, protocol):
        self.protocol = protocol
        self.tpid = {"802.1q": CTAG, "802.1ad": STAG}[protocol]
        self.not_relayed = NOT_RELAYED[protocol]

    def tag(self, vid, pcp=0, dei=0):
        return Tag(vid, pcp, dei, self.tpid)

    def tagged(self, frame, vid, pcp=0, dei=0):
        """The frame with one tag of this component's more."""
        return frame.tagged(vid, pcp, dei, self.tpid)
