# SPDX-License-Identifier: GPL-2.0
"""The soak has the host, the test bed and the library of the functional tests:

    tests/host/run -k uml-smp -- /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/soak

VSW_SOAK_S is how many seconds it takes (60), VSW_SOAK_SEED repeats its choices.
"""

import importlib.util
import os
import sys

FUNCTIONAL = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))),
                          "functional")


def _load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sys.path.insert(0, FUNCTIONAL)
_functional = _load("functional_conftest", f"{FUNCTIONAL}/conftest.py")
_functional.TEST_LIMIT_S = 1200

# Fixtures.
host = _functional.host
left_clean = _functional.left_clean
vsw = _functional.vsw
links = _functional.links
bed = _functional.bed
