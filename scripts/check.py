"""Run every static check of the repository, side by side, and show what each one found."""

import argparse
import gc
import importlib
import threading
from collections.abc import Sequence

from scripts.checks.clean_memory import CleanMemory, written_since
from scripts.checks.run_checks import run_checks, work_of
from scripts.checks.static_checks import CHECKS, OF_COMMIT, VALIDATOR, Check
from scripts.command import run_command
from scripts.entry import start
from scripts.folders import OUT
from scripts.locking import locked


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if every check passed, else 1. All of them run, whatever the others find. With `--generate` the codes of that too."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.check",
        description=__doc__,
        epilog="Exit codes: 0 all passed, 1 something failed, or was written (--generate), 2 bad input (--generate).",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(c.name for c in CHECKS)}")
    parser.add_argument("--files", nargs="+", metavar="FILE", help="look at these files only, as a commit's hook does")
    parser.add_argument(
        "--afresh", action="store_true", help="judge every file, whatever build/check.json says was clean before"
    )
    parser.add_argument(
        "--generate",
        action="store_true",
        help="generate first, and check only if nothing had to be written, as the hook does",
    )
    options = parser.parse_args(argv)
    if options.files:
        _load_beside(options.files)
    if options.generate and (code := _generated()):
        return code
    unknown = set(options.names) - {check.name for check in CHECKS}
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    among = CHECKS if options.files is None else OF_COMMIT
    chosen = [
        check
        for check in among
        if (not options.names or check.name in options.names) and (options.files is None or check.judged(options.files))
    ]
    if not chosen:
        print("No check looks at these files.")
        return 0
    return run_command(lambda: _run(chosen, options), "Nothing was checked.")


def _generated() -> int:
    """Run `scripts.generate` in this process: another one would take longer to start than to see that nothing has changed."""
    gc.disable()  # as the command by itself does
    try:
        code: int = importlib.import_module("scripts.generate").main(["--exit-non-zero-on-change"])
        return code
    finally:
        gc.enable()


def _load_beside(files: Sequence[str]) -> None:
    """Begin to load AWS's validator if it will probably judge something: beside the rest of a hook, because it takes longer than all of it."""
    if written_since(VALIDATOR.judged(files) or ()):
        threading.Thread(target=lambda: importlib.import_module(VALIDATOR.command[2]).load(), name="validator").start()


def _run(chosen: Sequence[Check], options: argparse.Namespace) -> int:
    with locked(OUT, "checking", shared=True):  # half of what another run writes would be found wrong
        memory = CleanMemory(options.afresh)
        return run_checks([work_of(check, options.files, memory) for check in chosen], memory)


if __name__ == "__main__":
    start(main)
