"""Whether the generated files are those of the contracts: what a reviewer read is what gets deployed."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from scripts.command import Refused
from scripts.files import compare, compare_tree, digests
from scripts.folders import CONTRACTS, OUT, is_record
from scripts.project.services import Service
from scripts.rendering import cache
from scripts.rendering.service_files import generated_texts
from scripts.rendering.unfinished_records import refuse_unfinished_records


def fingerprint(contracts: Path) -> cache.Fingerprint | None:
    """What there is before the services are read; None where it cannot be read, which whoever reads them says better."""
    try:
        return cache.now(contracts)
    except OSError:
        return None


def _is_record(service: str, path: PurePosixPath) -> bool:
    return is_record(service / path)


def refuse_stale(services: Sequence[Service], contracts: Path, out: Path, before: cache.Fingerprint | None) -> None:
    """Raise Refused, naming a file, when the files under `out` are not those that the services give.

    Raises ProblemsError for a record that holds an unfinished merge.

    A service that the last `make generate` made of these very contracts, with this very code, is not rendered again if
    every file that it made is still there, and no other. `before`: the fingerprint from before the services were read;
    if somebody edits them meanwhile, what was read is not what is remembered.
    """
    refuse_unfinished_records(out)
    known = _remembered(contracts, out, before)
    for service in services:
        if service.name in known:
            continue
        wanted = {name.partition("/")[2]: text for name, text in generated_texts([service]).items()}
        changes = compare_tree(out / service.name, wanted, partial(_is_record, service.name))
        if changes:
            first = (*changes.created, *changes.updated, *changes.removed)[0]
            raise Refused(
                f"{out / service.name / first} does not match the contract. Run `make generate`, review, commit."
            )


def _remembered(contracts: Path, out: Path, before: cache.Fingerprint | None) -> set[str]:
    """The services whose files are those that the last run of `make generate` made of what is there now."""
    if before is None or (contracts, out) != (CONTRACTS, OUT):
        return set()
    try:
        if before != cache.now(CONTRACTS):
            return set()
        present = digests(OUT)
    except OSError:
        return set()  # whoever compares everything says what is wrong
    known, _ = cache.load(cache.FILE, before, present)
    wanted = {path: digest for entry in known.values() for path, digest in entry.files.items()}
    changes = compare(present, wanted, is_record)
    odd = {path.partition("/")[0] for path in (*changes.created, *changes.updated, *changes.removed)}
    return known.keys() - odd
