"""Say what a deployment of an environment would do to each table, in plain words, without doing anything."""

import argparse
import json
import sys
from collections.abc import Sequence

from scripts.cli import guarded
from scripts.jobs import prepare
from scripts.planning.plan import plan
from scripts.planning.render import to_markdown, to_text, to_values
from scripts.target import add_options, select

FORMATS = {
    "text": to_text,
    "markdown": to_markdown,
    "json": lambda made: json.dumps(to_values(made), indent=2, ensure_ascii=False) + "\n",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.plan",
        description=__doc__,
        epilog="Exit codes: 0 no changes, 2 changes, 3 blocked, 1 there is no plan.",
    )
    add_options(parser)
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="default: text")
    options = parser.parse_args(argv)
    return guarded(lambda: _plan(options), "Nothing was planned.", 1)


def _plan(options: argparse.Namespace) -> int:
    target = select(options)
    made = plan(target.environment, target.aws.region, target.aws.account, prepare(target))
    sys.stdout.write(FORMATS[options.format](made))
    return made.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
