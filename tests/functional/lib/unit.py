# SPDX-License-Identifier: GPL-2.0
"""Units of systemd, as the package has them."""

import configparser
import os
import shutil
import subprocess

import pytest

from . import uapi


def path_of(name):
    return os.path.join(uapi.TOP, "packaging/systemd", name)


def read(name):
    """Its sections, with keys as they stand there; of a key that is repeated the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(path_of(name))
    return parser


def verify(name, folder, instance=None):
    """systemd has no complaint, with the path of vswctl, as make install puts it in."""
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("there is no systemd-analyze")
    with open(path_of(name)) as file:
        text = file.read().replace("=vswctl ", f"={uapi.TOP}/build/vswctl ")
    path = folder / (instance or name)
    path.write_text(text)
    done = subprocess.run([analyze, "verify", "--man=no", str(path)], capture_output=True,
                          text=True)
    assert (done.returncode, done.stderr) == (0, "")
