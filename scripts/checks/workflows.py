"""Check the files for GitHub, and the example for GitLab, against their schemas; zizmor, a check of its own, looks for what is unsafe."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start

# The schemas are part of the package: nothing is fetched.
SCHEMAS = {
    "vendor.github-workflows": ".github/workflows/*.y*ml",
    "vendor.dependabot": ".github/dependabot.y*ml",
    "vendor.gitlab-ci": "docs/examples/gitlab-ci.yml",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.checks.workflows",
        description=__doc__,
        epilog="Exit codes: 0 all are valid, 1 one is not, or could not be judged.",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="default: the working directory"
    )
    options = parser.parse_args(argv)
    return run_command(lambda: _lint(options.folder), "The workflows were not checked.")


def _lint(folder: Path) -> int:
    from check_jsonschema import main as checker  # takes its time

    codes = []
    for schema, pattern in SCHEMAS.items():
        files = sorted(map(str, folder.glob(pattern)))
        if not files:
            raise Refused(f"There is no {folder / pattern}. Restore it from the template of this repository.")
        codes.append(checker(["--builtin-schema", schema, *files], standalone_mode=False))
    return max(codes) and 1


if __name__ == "__main__":
    start(main)
