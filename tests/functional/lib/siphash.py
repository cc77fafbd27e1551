# SPDX-License-Identifier: GPL-2.0
"""SipHash-2-4, to check by."""

import struct

MASK = (1 << 64) - 1


def _rotate(word, bits):
    return (word << bits | word >> (64 - bits)) & MASK


def _round(a, b, c, d):
    a, c = (a + b) & MASK, (c + d) & MASK
    b, d = _rotate(b, 13) ^ a, _rotate(d, 16) ^ c
    a, c = (_rotate(a, 32) + d) & MASK, (c + b) & MASK
    b, d = _rotate(b, 17) ^ c, _rotate(d, 21) ^ a
    return a, b, _rotate(c, 32), d


def siphash(key, data):
    one, two = struct.unpack("<QQ", key)
    state = (one ^ 0x736f6d6570736575, two ^ 0x646f72616e646f6d,
             one ^ 0x6c7967656e657261, two ^ 0x7465646279746573)
    padded = data + bytes(-(len(data) + 1) % 8) + bytes([len(data) & 0xff])
    for word, in struct.iter_unpack("<Q", padded):
        state = (*state[:3], state[3] ^ word)
        state = _round(*_round(*state))
        state = (state[0] ^ word, *state[1:])
    state = (*state[:2], state[2] ^ 0xff, state[3])
    for _ in range(4):
        state = _round(*state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]
