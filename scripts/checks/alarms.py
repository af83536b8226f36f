"""Check that every alarm and dashboard widget can see data: metric, dimensions, periods, and that it reaches someone.

  python -m scripts.checks.alarms                every template under generated/
  python -m scripts.checks.alarms x.yaml folder

Exit codes: 0 no problem, 1 problems, 2 something could not be judged.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.checks.alarm_files import check
from scripts.checks.policy_inputs import CannotJudge
from scripts.entry import start
from scripts.show_problems import show

CLEAN, PROBLEMS, CANNOT, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m scripts.checks.alarms", description=about, epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "paths", metavar="FILE", nargs="*", type=Path, help="templates or folders (default: generated/)"
    )
    options = parser.parse_args(argv)
    try:
        count, watching, problems = check(options.paths)
    except CannotJudge as error:
        print(error, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("Stopped. Nothing was changed; run it again.", file=sys.stderr)
        return INTERRUPTED
    if problems:
        show(problems, sys.stdout)
        print()
    outcome = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}" if problems else "no problem"
    print(f"{count} template{'' if count == 1 else 's'}, {watching} alarms and dashboards: {outcome}")
    return PROBLEMS if problems else CLEAN


if __name__ == "__main__":
    start(main)
