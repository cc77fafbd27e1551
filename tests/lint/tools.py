# SPDX-License-Identifier: GPL-2.0
"""Checkers that others wrote: the kernel's own, shellcheck, pyflakes, sparse.

One that is missing is a finding, never left out in silence.
"""

import functools
import os
import re
import shutil
import subprocess
import tempfile

from tree import Finding

# path:line[:column]: text, as compilers and their kin print it.
PLACE = re.compile(r"^(?P<path>[^:\s]+):(?P<line>\d+):(?:(?P<column>\d+):?)?\s*(?P<text>.+)$")
HERE = "tests/lint/tools.py"


def run(tree, *words, cwd=None):
    """Output and errors in one."""
    return subprocess.run(words, cwd=cwd or tree.top, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def missing(what):
    return Finding(HERE, 1, f"{what} is not there: tests/host/setup installs it")


def places(output, keep=lambda _text: True):
    for line in output.splitlines():
        match = PLACE.match(line)
        if match and keep(match["text"]):
            yield Finding(match["path"], int(match["line"]), match["text"])


@functools.lru_cache(maxsize=None)
def kernel_scripts():
    """scripts/ of the test host's kernel, built first if it must be."""
    kernel = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../host/kernel")
    done = subprocess.run([kernel, "uml"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True)
    return f"{done.stdout.strip()}/tree/scripts" if done.returncode == 0 else None


# --- checkpatch ---------------------------------------------------------------

# Whole files are checked, there is no patch whose file list could be judged.
ALWAYS = {"FILE_PATH_CHANGES"}

IGNORED = {
    # The style of a program is the kernel's, its words are the C library's (PRIu64,
    # _Noreturn), and it has no __printf(). Its macros write tables, whose entries
    # are computed by the compiler: using an argument twice has no side effect.
    "tools": {"CAMELCASE", "PREFER_KERNEL_TYPES", "MACRO_ARG_REUSE",
              "PREFER_DEFINED_ATTRIBUTE_MACRO"},
    # The one place where versions are tested, and they are written this way round.
    "compat": {"LINUX_VERSION_CODE", "CONSTANT_COMPARISON"},
    # TRACE_EVENT() is written as all of the kernel writes it.
    "trace.h": {"OPEN_ENDED_LINE", "PARENTHESIS_ALIGNMENT"},
}

# A macro that is the head of a loop cannot be put into brackets, nor can a list of
# things that another macro is applied to; one that writes an entry of a table is
# computed by the compiler.
OPEN_MACRO = re.compile(r"#\s*define\s+(\w*for_each\w*\(|\w+S\(X\)|\w+_(?:ENUM|TEXT|NAME|ENTRY)\()"
                        r"|#\s*define\s+\w+\([^)]*\)[\s\\]*\{?\s*(?:\.\w+ =|\[)")
OF_MACROS = re.compile(
    r"checkpatch: \w+:(COMPLEX_MACRO|MACRO_ARG_REUSE|MACRO_WITH_FLOW_CONTROL"
    r"|TRAILING_STATEMENTS|BRACES|ASSIGN_IN_IF):")


def is_open_macro(tree, finding):
    """Whether the finding is about a macro that has to be as it is."""
    with open(os.path.join(tree.top, finding.path)) as file:
        lines = file.read().splitlines()
    number = finding.line - 1
    while number and lines[number - 1].endswith("\\"):
        number -= 1
    return bool(OF_MACROS.match(finding.message)
                and OPEN_MACRO.match("\n".join(lines[number:number + 3])))


def check_checkpatch(tree):
    scripts = kernel_scripts()
    if not scripts:
        yield missing("the kernel tree with checkpatch.pl")
        return
    chosen = {}
    for source in tree.of("c", "h"):
        ignored = frozenset(ALWAYS | IGNORED.get(source.folder, set())
                            | IGNORED.get(source.name, set()))
        chosen.setdefault(ignored, []).append(source.path)
    for ignored, paths in chosen.items():
        for finding in places(checkpatch(tree, scripts, ignored, paths)):
            finding = finding._replace(path=os.path.relpath(finding.path, tree.top),
                                       message=f"checkpatch: {finding.message}")
            if not is_open_macro(tree, finding):
                yield finding


def checkpatch(tree, scripts, ignored, paths):
    """It leaves a cache in the folder it runs in, so that one is not ours."""
    with tempfile.TemporaryDirectory() as folder:
        return run(tree, "perl", f"{scripts}/checkpatch.pl", "--no-tree", "--strict", "--terse",
                   "--show-types", "--no-summary", "--quiet", "--color=never",
                   "--ignore", ",".join(sorted(ignored)), "-f",
                   *(os.path.join(tree.top, path) for path in paths), cwd=folder).stdout


def check_kernel_doc(tree):
    scripts = kernel_scripts()
    chosen = [source.path for source in tree.module()]
    if not scripts:
        yield missing("the kernel tree with kernel-doc")
    elif chosen:
        done = run(tree, f"{scripts}/kernel-doc", "-none", *chosen)
        for finding in places(done.stdout, lambda text: re.match("warning|error", text)):
            yield finding._replace(message=f"kernel-doc: {finding.message}")


# --- scripts -----------------------------------------------------------------

def check_shellcheck(tree):
    chosen = [source.path for source in tree.of("shell")]
    if not shutil.which("shellcheck"):
        yield missing("shellcheck")
    elif chosen:
        done = run(tree, "shellcheck", "--external-sources", "--source-path=SCRIPTDIR",
                   "--format=gcc", *chosen)
        for finding in places(done.stdout):
            yield finding._replace(message=f"shellcheck: {finding.message}")


def check_pyflakes(tree):
    chosen = [source.path for source in tree.of("python")]
    done = chosen and run(tree, "/usr/bin/python3", "-m", "pyflakes", *chosen)
    if done and "No module named" in done.stdout:
        yield missing("pyflakes")
    elif done:
        for finding in places(done.stdout):
            yield finding._replace(message=f"pyflakes: {finding.message}")


# --- what the Makefile and the tool know ---------------------------------------------

def check_sparse(tree):
    if not shutil.which("sparse"):
        yield missing("sparse")
        return
    done = run(tree, "make", "-s", "--no-print-directory", "sparse")
    found = 0
    for finding in places(done.stdout, lambda text: re.match("warning|error|fatal", text)):
        found += 1
        path = re.sub(r"^.*/build/module/[^/]+/", "", os.path.join(tree.top, finding.path))
        yield finding._replace(path=os.path.relpath(path, tree.top) if path.startswith("/") else path,
                               message=f"sparse: {finding.message}")
    if done.returncode and not found:
        said = [line for line in done.stdout.splitlines() if not line.startswith("make")]
        last = (said or ["it says nothing"])[-1]
        yield Finding("Makefile", 1, f"make sparse failed: {last}")


def check_docs(tree):
    """The manual and the completion are written from the tool's tables."""
    script = "tools/vswctl/gen-docs"
    if os.path.exists(os.path.join(tree.top, script)):
        done = run(tree, script, "--check")
        if done.returncode:
            last = (done.stdout.strip().splitlines() or ["out of date"])[-1]
            yield Finding(script, 1, f"gen-docs --check: {last}")
