"""The services whose own files can be used: mistakes in those of one service stop no other."""

from collections.abc import Sequence
from pathlib import Path

from scripts.problems import ERROR, Problem, ProblemsError
from scripts.project.services import Service, read_services


def usable_services(contracts: Path, only: str | None = None) -> tuple[tuple[Service, ...], Sequence[Problem]]:
    """The services without mistakes, and every problem of the others; or of only one service.

    Raises ProblemsError where a mistake is in no folder of a service, or no service is without.
    """
    try:
        return read_services(contracts, only), ()
    except ProblemsError as error:
        problems = error.problems
    wrong = {_folder(contracts, problem) for problem in problems if problem.severity == ERROR}
    folders = (entry.name for entry in sorted(contracts.iterdir()) if entry.is_dir() and not entry.name.startswith("."))
    names = [name for name in folders if name not in wrong and only in (None, name)]
    if None in wrong or not names:
        raise ProblemsError(problems)
    # What two of them share was judged above: its problem is told in the folder of one of the two, which is left out.
    return tuple(service for name in names for service in read_services(contracts, name)), problems


def left_out(contracts: Path, problems: Sequence[Problem]) -> list[str]:
    """The names of the services that have mistakes."""
    return sorted({name for each in problems if each.severity == ERROR and (name := _folder(contracts, each))})


def _folder(contracts: Path, problem: Problem) -> str | None:
    """The folder of the service whose file a problem is about; None for a file of no service."""
    path = Path(problem.file)
    inside = path.relative_to(contracts).parts if path.is_relative_to(contracts) else ()
    return inside[0] if inside and (contracts / inside[0]).is_dir() else None
