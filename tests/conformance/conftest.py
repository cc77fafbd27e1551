# SPDX-License-Identifier: GPL-2.0
"""The conformance tests have the host, the test bed and the library of the functional
tests:

    tests/host/run -- /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/conformance

Each of them, but those of the model, is named in docs/conformance.md by the requirement
that it tests.
"""

import importlib.util
import os
import sys

import pytest

HERE = os.path.dirname(os.path.realpath(__file__))
FUNCTIONAL = os.path.join(os.path.dirname(HERE), "functional")


def _load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sys.path.insert(0, FUNCTIONAL)
_functional = _load("functional_conftest", f"{FUNCTIONAL}/conftest.py")

# Hooks and fixtures.
pytest_configure = _functional.pytest_configure
pytest_collection_modifyitems = _functional.pytest_collection_modifyitems
host = _functional.host
left_clean = _functional.left_clean
vsw = _functional.vsw
links = _functional.links
bed = _functional.bed
events = _functional.events


@pytest.fixture(params=["802.1q", "802.1ad"], ids=["C-VLAN", "S-VLAN"])
def component(request):
    """The kinds of bridge component, each with its tag."""
    from component import Component     # noqa: PLC0415, needs the path set above
    return Component(request.param)


def pytest_terminal_summary(terminalreporter):
    """With what the random tests began, to repeat it."""
    runs = sys.modules.get("model_run")
    if runs and runs.TALLY.numbers:
        terminalreporter.write_line(str(runs.TALLY))
