"""Whether the generated files are those of the contracts: what a reviewer read is what gets deployed."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from scripts.command import Refused
from scripts.files import compare, compare_tree, digests
from scripts.folders import CONTRACTS, OUT, is_record
from scripts.locking import locked
from scripts.problems import printable
from scripts.project.services import Service
from scripts.rendering import cache
from scripts.rendering.service_files import generated_texts
from scripts.rendering.unusable_records import refuse_unusable_records

DECISIVE = (
    "templates",
    "access",
)  # the folders of an environment whose files give what is deployed, and who may use it
NAMED = 3  # files that a message names


def fingerprint(contracts: Path) -> cache.Fingerprint | None:
    """What there is before the services are read; None where it cannot be read, which whoever reads them says better."""
    try:
        return cache.now(contracts)
    except OSError:
        return None


def _is_record(service: str, path: PurePosixPath) -> bool:
    return is_record(service / path)


def stale_services(
    services: Sequence[Service], contracts: Path, out: Path, before: cache.Fingerprint | None
) -> dict[str, str]:
    """The services whose templates or access policies under `out` are others than the services give, and a sentence that names files.

    Pages are not deployed, so two merged pull requests that each changed a line of one must not stop a deployment: outdated
    pages are named on standard error. Raises ProblemsError for a record that cannot be used, and Refused
    while another run writes there.

    A service that the last `make generate` made of these very contracts, with this very code, is not rendered again if
    every file that it made is still there, and no other. `before`: the fingerprint from before the services were read;
    if somebody edits them meanwhile, what was read is not what is remembered.
    """
    with locked(out, "reading the generated files", shared=True):
        refuse_unusable_records(out)
        known = _remembered(contracts, out, before)
        return {s.name: why for s in services if s.name not in known and (why := _stale(s, out))}


def refuse_stale(services: Sequence[Service], contracts: Path, out: Path, before: cache.Fingerprint | None) -> None:
    """Raise Refused where any of the services is stale, and the errors of `stale_services`."""
    if stale := stale_services(services, contracts, out, before):
        raise Refused(" ".join(stale.values()))


def _stale(service: Service, out: Path) -> str:
    wanted = {name.partition("/")[2]: text for name, text in generated_texts([service]).items()}
    changes = compare_tree(out / service.name, wanted, partial(_is_record, service.name))
    outdated = (*changes.created, *changes.updated, *changes.removed)
    if deployed := [name for name in outdated if _decides(PurePosixPath(name))]:
        verb = "does" if len(deployed) == 1 else "do"
        return f"{_named(out / service.name, deployed)} {verb} not match the contract. Run `make generate`, and commit what it changes after a review."
    if outdated:
        what = (
            "is out of date. No deployment reads it"
            if len(outdated) == 1
            else "are out of date. No deployment reads them"
        )
        print(
            f"{_named(out / service.name, outdated)} {what}, so this goes on. Run `make generate` and commit what it changes.",
            file=sys.stderr,
        )
    return ""


def _decides(path: PurePosixPath) -> bool:
    """Whether a file of a service is a template or an access policy, in the folder of any environment."""
    return len(path.parts) > 2 and path.parts[1] in DECISIVE


def _named(folder: Path, names: Sequence[str]) -> str:
    shown = ", ".join(printable(str(folder / name)) for name in names[:NAMED])
    return shown if len(names) <= NAMED else f"{shown} and {len(names) - NAMED} more files"


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
