"""Bring the generated files up to date with the contracts, rendering only what has changed."""

# What a run without changes does not need is imported by the run that does.
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.files import Changes, apply_changes, compare, digests
from scripts.folders import CONTRACTS, GENERATED, OUT, SERVICE_PAGE, is_record
from scripts.input_file import read_text
from scripts.locking import locked
from scripts.rendering import cache
from scripts.rendering.unusable_records import refuse_unusable_records

if TYPE_CHECKING:
    from scripts.problems import Problem
    from scripts.rendering.service_files import Rendering


class Update(NamedTuple):
    """What differed from the contracts, how many files there are, and what is doubted or was assumed in the contracts."""

    changes: Changes
    total: int
    problems: "Sequence[Problem]"


def update_generated(contracts: Path, out: Path, only: str | None, check: bool, afresh: bool) -> Update:
    """Write what differs, or with `check` only find it. `only`: one service; `afresh`: whatever is remembered.

    Raises ProblemsError for contracts that cannot be used, Refused while another run writes the same folder, and OSError.
    """
    with locked(out, "checking" if check else "generating", shared=check):
        return _updated(contracts, out, only, check, afresh)


def _updated(contracts: Path, out: Path, only: str | None, check: bool, afresh: bool) -> Update:
    present = digests(out)
    refuse_unusable_records(out, only)
    now: cache.Fingerprint | None = None
    made: dict[str, cache.CacheEntry] = {}
    earlier: dict[str, cache.CacheEntry] = {}
    # A run on part of the services, or into another folder, knows too little to be remembered.
    if (contracts, out, only) == (CONTRACTS, OUT, None):
        now = cache.now(CONTRACTS) if CONTRACTS.is_dir() else None
        if now and not afresh:
            made, earlier = cache.load(cache.FILE, now, present)
    renderings: list[Rendering] = []
    if now is None or now.inputs.keys() != made.keys():
        from scripts.rendering.service_files import render

        renderings = render(contracts, only, made, earlier, present)
    files = {name: file for rendering in renderings for name, file in rendering.files().items()}
    new = {name: file.digest for name, file in files.items()}
    wanted = {name: known for entry in made.values() for name, known in entry.files.items()} | new
    changes = _only(only, compare(present, wanted, is_record))
    problems = _problems(out, renderings, [fields for entry in made.values() for fields in entry.warnings])
    if changes and not check:
        if out.name != OUT.name:
            _refuse_foreign(out, changes)
        apply_changes(out, {name: file.text for name, file in files.items() if file.text is not None}, changes)
    if (
        now and renderings and not check and now == cache.now(CONTRACTS)
    ):  # else what was read is not what was remembered
        made |= {one.service.name: one.made(now.inputs[one.service.name], new) for one in renderings}
        cache.save(cache.FILE, now, {name: made[name] for name in sorted(made)})
    return Update(changes, len(wanted), problems)


def _refuse_foreign(out: Path, changes: Changes) -> None:
    """Raise Refused if something would be removed or replaced that no run has generated: --out may name any folder, and only one called generated says what it is for."""
    for name in (*changes.removed, *changes.updated):
        service, slash, _ = name.partition("/")
        page = out / service / SERVICE_PAGE
        if not slash or not page.is_file() or not read_text(page, errors="replace").startswith(GENERATED):
            from scripts.command import Refused

            raise Refused(
                f"{out / name} was not generated, and would be {'removed' if name in changes.removed else 'replaced'}. "
                f"Name an empty folder with --out, or remove it yourself."
            )


def _problems(out: Path, renderings: "Sequence[Rendering]", known: Sequence[dict[str, Any]]) -> "Sequence[Problem]":
    """What is doubted is told every time; what was assumed, until it is on a page. `known`: warnings that are remembered."""
    if not renderings and not known:
        return ()
    from scripts.problems import NOTE, Problem
    from scripts.text.markdown import text

    said = [Problem(**fields) for fields in known]
    for one in renderings:
        page = out / one.service.name / SERVICE_PAGE
        told = read_text(page) if page.is_file() else ""
        said += [problem for problem in one.said if problem.severity != NOTE or text(problem.message) not in told]
    return said


def _only(service: str | None, changes: Changes) -> Changes:
    """With one service asked for, the files of the others are none of our business."""
    if service is None:
        return changes
    return Changes(changes.created, changes.updated, tuple(n for n in changes.removed if n.startswith(f"{service}/")))
