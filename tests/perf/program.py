# SPDX-License-Identifier: GPL-2.0
"""What tests/perf/quick and tests/perf/nics have in common: parts, measured one after the
other in one boot of the test host, their tables, and the budgets of their figures."""

import argparse
import os
import sys

import bench


def parse_arguments(name, doc, parts):
    parser = argparse.ArgumentParser(prog=f"tests/perf/{name}", description=doc,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--bursts", type=int, default=8,
                        help="short bursts in each round, of which the fastest counts")
    parser.add_argument("--only", action="append", choices=parts)
    parser.add_argument("-k", "--kernel", default="uml")
    return parser.parse_args()


def say(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def measure(name, parts, budgets, options, **about):
    """Exit status: 1 if a figure is outside its budget."""
    result = {"kernel": os.uname().release, "rounds": options.rounds,
              "bursts": options.bursts, **about}
    for what, part in parts.items():
        if not options.only or what in options.only:
            say(f"{what}:")
            result[what] = part.measure(options.rounds, options.bursts, say)
            part.show(result[what])
    result["budgets"] = bench.judge(result, budgets)
    bench.print_budgets(result["budgets"])
    bench.write_json(name, result)
    return 0 if all(budget["ok"] for budget in result["budgets"]) else 1
