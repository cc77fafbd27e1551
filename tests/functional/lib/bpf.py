# SPDX-License-Identifier: GPL-2.0
"""Small XDP programs, assembled by hand, and netdevs that they are attached to."""

import ctypes
import os
import struct

from .netlink import attribute, nest, s32, u32

SYS_BPF = 321                   # of x86-64
BPF_PROG_LOAD = 5
BPF_PROG_TYPE_XDP = 6
LOG_SIZE = 1 << 16

XDP_DROP, XDP_PASS = 1, 2

IFLA_XDP = 43
IFLA_XDP_FD, IFLA_XDP_FLAGS = 1, 3
MODES = {"generic": 1 << 1, "native": 1 << 2}

# opcodes: class, size or source, operation
LOAD_U32, LOAD_U8 = 0x61, 0x71
MOVE_REG, MOVE, ADD = 0xbf, 0xb7, 0x07
JUMP_GT_REG, JUMP_EQ, EXIT = 0x2d, 0x15, 0x95

# union bpf_attr of BPF_PROG_LOAD, as far as it is needed
LOAD = struct.Struct("=IIQQIIQI")

_libc = ctypes.CDLL(None, use_errno=True)


def insn(code, dst=0, src=0, off=0, imm=0):
    return struct.pack("=BBhi", code, dst | src << 4, off, imm)


def verdict(number):
    """The same for all frames."""
    return insn(MOVE, 0, imm=number) + insn(EXIT)


def drop_from(octet):
    """Drop what comes from an address that ends in this octet, pass the rest."""
    return b"".join((
        insn(LOAD_U32, 2, 1, 0),                # r2 = data
        insn(LOAD_U32, 3, 1, 4),                # r3 = data_end
        insn(MOVE_REG, 4, 2),
        insn(ADD, 4, imm=14),
        insn(JUMP_GT_REG, 4, 3, 2),             # no whole header: pass
        insn(LOAD_U8, 5, 2, 11),
        insn(JUMP_EQ, 5, off=2, imm=octet),
        verdict(XDP_PASS),
        verdict(XDP_DROP)))


def load(program):
    """The program as a file."""
    code = ctypes.create_string_buffer(program, len(program))
    licence = ctypes.create_string_buffer(b"GPL")
    log = ctypes.create_string_buffer(LOG_SIZE)
    attr = LOAD.pack(BPF_PROG_TYPE_XDP, len(program) // 8, ctypes.addressof(code),
                     ctypes.addressof(licence), 1, LOG_SIZE, ctypes.addressof(log), 0)
    file = _libc.syscall(SYS_BPF, BPF_PROG_LOAD, attr, len(attr))
    if file < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)}: {log.value.decode()}")
    return file


def _set_xdp(links, netdev, file, mode):
    links.set(netdev, nest(IFLA_XDP, attribute(IFLA_XDP_FD, s32(file)),
                           attribute(IFLA_XDP_FLAGS, u32(MODES[mode]))))


def attach(links, netdev, program, mode):
    """In place of what is attached already."""
    file = load(program)
    try:
        _set_xdp(links, netdev, file, mode)
    finally:
        os.close(file)


def detach(links, netdev, mode):
    _set_xdp(links, netdev, -1, mode)
