"""Generate templates and pages from the contracts: `contracts/<service>/` to `generated/<service>/`."""

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.entry import start
from scripts.files import Changes
from scripts.folders import CONTRACTS, DEPLOYMENT, NO_SERVICE_YET, OUT
from scripts.rendering import cache
from scripts.rendering.update import update_generated
from scripts.rendering.wrongly_marked import wrongly_marked


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    options = _options(argv)
    try:
        update = update_generated(options.contracts, options.out, options.service, options.check, options.afresh)
    except OSError as error:
        reason = f"{error.filename2 or error.filename or options.out}: {error.strerror or error}"
        print(f"{reason}. Nothing more was generated.", file=sys.stderr)
        return 2
    except Exception as error:
        return _failed(error)
    if update.problems:
        from scripts.show_problems import show

        show(update.problems, sys.stderr)
    _report(options.out, update.changes, update.total, options.check)
    if update.changes and not options.check:
        _ask_for_environments(options.contracts, update.changes)
        _ask_for_repository(options.contracts)
    changed = _mark_retired(options.out, options.service, options.check) or bool(update.changes)
    return 1 if changed and (options.check or options.exit_non_zero_on_change) else 0


def _mark_retired(out: Path, service: str | None, check: bool) -> bool:
    """Whether records had to be told that their environment is retired, or no longer is; with `check` only looks."""
    folders = list(wrongly_marked(out, service))
    if not folders:
        return False
    from scripts.recording.retirement import mark  # which hardly any run needs

    pages = mark(folders, write=not check)
    for page in pages:
        print(f"{_shown(page)} is stale" if check else f"updated {_shown(page)}")
    if pages and check:
        print("Run `make generate` and commit what it changes.")
    return bool(pages)


def _failed(error: Exception) -> int:
    from scripts.command import run_command  # which a run without problems does not need

    def fail() -> int:
        raise error

    return run_command(fail, "Nothing was generated.", 2)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.generate",
        description=__doc__,
        epilog="Exit codes: 0 done, 1 stale (--check) or changed (--exit-non-zero-on-change), 2 bad input.",
    )
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, metavar="DIR", help=f"default: {CONTRACTS}")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"default: {OUT}")
    parser.add_argument("--service", metavar="S", help="only this service")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is not up to date")
    parser.add_argument(
        "--exit-non-zero-on-change", action="store_true", help="exit 1 if a file was written or removed"
    )
    parser.add_argument(
        "--afresh", action="store_true", help=f"render everything, whatever {cache.FILE} says about the last run"
    )
    return parser.parse_args(argv)


def _report(out: Path, changes: Changes, total: int, check: bool) -> None:
    verbs = ("is missing", "is stale", "no longer belongs") if check else ("created", "updated", "removed")
    for verb, paths in zip(verbs, (changes.created, changes.updated, changes.removed), strict=True):
        for name in paths:
            file = _shown(out / name)
            print(f"{file} {verb}" if check else f"{verb} {file}")
    if not changes and not total:
        print(NO_SERVICE_YET)
    elif not changes:
        print(f"{out}: {total} files, all up to date")
    elif check:
        print("Run `make generate` and commit what it changes.")


def _ask_for_environments(contracts: Path, changes: Changes) -> None:
    """Say of each service whose files have changed, and that names no environment, what it has instead."""
    for name in sorted({Path(path).parts[0] for path in (*changes.created, *changes.updated)}):
        settings = contracts / name / DEPLOYMENT
        if not settings.exists():
            print(
                f"{name} has no {DEPLOYMENT}: it gets one environment, default, and every command that looks at AWS asks for its Region. "
                f"Name yours in {_shown(settings)}: docs/settings.md#of-an-environment"
            )


def _ask_for_repository(contracts: Path) -> None:
    """Where git knows the address of the repository and the settings do not, say what to write."""
    from scripts.project.git_remote import known_address  # which a run that changes nothing does not need
    from scripts.project.repository_settings import read_repository_settings

    if not read_repository_settings(contracts).repository and (address := known_address(contracts)):
        line = f"`repository: {address}` into {_shown(contracts / 'settings.yaml')}"
        print(f"To link the messages of alarms to the runbook, write {line}.")


def _shown(path: Path) -> str:
    """A path on one line; what somebody else has put there can have any name."""
    text = str(path)
    if text.isprintable():
        return text
    from scripts.problems import printable  # which hardly any run needs

    return printable(text)


if __name__ == "__main__":
    gc.disable()  # it takes a tenth of the time, and a run leaves next to nothing that it could collect
    start(main)
