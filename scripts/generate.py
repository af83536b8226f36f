"""Generate templates and pages from the contracts: `contracts/<service>/` to `generated/<service>/`."""

# What a run without changes does not need is imported by the run that does: see `_run`.
import argparse
import gc
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.files import Changes, apply_changes, compare, digests
from scripts.folders import CONTRACTS, OUT, is_record
from scripts.rendering import cache

if TYPE_CHECKING:
    from scripts.rendering.cache import CacheEntry
    from scripts.rendering.service_files import Rendering


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    options = _options(argv)
    try:
        return _run(options)
    except OSError as error:
        print(
            f"{error.filename or options.out}: {error.strerror or error}. Nothing more was generated.", file=sys.stderr
        )
        return 2


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


def _run(options: argparse.Namespace) -> int:
    present = digests(options.out)
    now, made, earlier = None, {}, {}
    # A run on part of the services, or into another folder, knows too little to be remembered, and a check trusts nothing.
    if (options.contracts, options.out, options.service) == (CONTRACTS, OUT, None) and not options.check:
        now = cache.now(CONTRACTS) if CONTRACTS.is_dir() else None
        if now and not options.afresh:
            made, earlier = cache.load(cache.FILE, now, present)
    renderings: list[Rendering] = []
    if now is None or now.inputs.keys() != made.keys():
        from scripts.problems import EXPLAINED, ProblemsError, counts
        from scripts.rendering.service_files import render
        from scripts.show_problems import show

        try:
            renderings = render(options.contracts, options.service, made, earlier, present)
        except ProblemsError as error:
            show(error.problems, sys.stderr)
            print(f"{counts(error.problems)}. Nothing was generated. {EXPLAINED}", file=sys.stderr)
            return 2
    files = {name: found for rendering in renderings for name, found in rendering.files().items()}
    new = {name: found.digest for name, found in files.items()}
    wanted = {name: known for one in made.values() for name, known in one.files.items()} | new
    changes = _only(options.service, compare(present, wanted, is_record))
    if changes and not options.check:
        apply_changes(
            options.out, {name: found.text for name, found in files.items() if found.text is not None}, changes
        )
    _warn(renderings, made, bool(changes))
    _report(options.out, changes, len(wanted), options.check)
    if now and renderings and now == cache.now(CONTRACTS):  # else what was read is not what was remembered
        made |= {one.service.name: one.made(now.inputs[one.service.name], new) for one in renderings}
        cache.save(cache.FILE, now, {name: made[name] for name in sorted(made)})
    return 1 if changes and (options.check or options.exit_non_zero_on_change) else 0


def _warn(renderings: Sequence["Rendering"], made: Mapping[str, "CacheEntry"], changed: bool) -> None:
    """What is doubted is told every time; what was assumed, when it is news."""
    known = [fields for one in made.values() for fields in one.warnings]
    if not renderings and not known:
        return
    from scripts.problems import WARNING, Problem
    from scripts.show_problems import show

    said = [problem for one in renderings for problem in one.said if changed or problem.severity == WARNING]
    if said := [*(Problem(**fields) for fields in known), *said]:
        show(said, sys.stderr)


def _only(service: str | None, changes: Changes) -> Changes:
    """With one service asked for, the files of the others are none of our business."""
    if service is None:
        return changes
    return Changes(changes.created, changes.updated, tuple(n for n in changes.removed if n.startswith(f"{service}/")))


def _report(out: Path, changes: Changes, total: int, check: bool) -> None:
    verbs = ("is missing", "is stale", "no longer belongs") if check else ("created", "updated", "removed")
    for verb, paths in zip(verbs, (changes.created, changes.updated, changes.removed), strict=True):
        for name in paths:
            print(f"{out / name} {verb}" if check else f"{verb} {out / name}")
    if not changes:
        print(f"{out}: {total} files, all up to date")
    elif check:
        print("Run `make generate` and commit what it changes.")


if __name__ == "__main__":
    gc.disable()  # it takes a tenth of the time, and a run leaves next to nothing that it could collect
    raise SystemExit(main())
