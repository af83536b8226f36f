"""Print the path of AWS CloudFormation Guard (cfn-guard), unpacking it if need be."""

import argparse
import sys
from collections.abc import Sequence

from scripts.checks.guard_binary import CfnGuardMissing, binary
from scripts.entry import start


def main(argv: Sequence[str] | None = None) -> int:
    """Print the path of cfn-guard; exit code 2 and what to do when there is none."""
    argparse.ArgumentParser(
        prog="python -m scripts.checks.cfn_guard",
        description=__doc__,
        epilog="Exit codes: 0 printed, 2 there is none.",
    ).parse_args(argv)
    try:
        print(binary())
    except CfnGuardMissing as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    start(main)
