"""The whole way from a contract file to the model."""

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.contract.contract_file import read_text
from scripts.contract.dialects import SUCCESSOR, recognise
from scripts.contract.document import NOTHING, Document
from scripts.contract.fields import check_fields
from scripts.contract.problem_collector import ProblemCollector, TooManyProblems, path_text, shown
from scripts.contract.read_patterns import named_place, read_patterns
from scripts.contract.read_tables import read_tables
from scripts.contract.rules.doubts import GENERATOR_DOUBTS, UNKNOWN_VERSION
from scripts.contract.rules.file import UNFINISHED_MERGE
from scripts.contract.table_memory import TableMemory
from scripts.contract.text_hazards import check_text, may_hold_hazards
from scripts.contract.values import Context
from scripts.contract.wrapping import check_wrapping
from scripts.model import Contract, Note
from scripts.problems import Problem, ProblemsError, has_errors, sort_problems
from scripts.text.merge_conflict import merge_conflict

KNOWN_VERSION = "1"


def read_contract(path: Path, *, strict: bool = False) -> Contract:
    """The contract in the file `path`, normalised; its warnings and notes are in the `notes` of it and its tables.

    With `strict`, warnings about undeclared attributes are errors. Raises ProblemsError with all problems of the file
    (warnings and notes too) when at least one of them is an error.
    """
    contract, problems = check_contract(path, strict=strict)
    if contract is None:
        raise ProblemsError(problems)
    return contract


def check_contract(
    path: Path, *, strict: bool = False, schema: bool = False, memory: TableMemory | None = None
) -> tuple[Contract | None, list[Problem]]:
    """The contract in the file `path`, or None when it has errors, and all its problems in the order of the file.

    With `schema`, the JSON Schema for editors is applied as well. `memory`: tables that need not be read. Never raises on bad input.
    """
    path = Path(path)
    collected = ProblemCollector(str(path), strict)
    text = read_text(path, collected)
    if text is None:
        return None, sort_problems(collected.placed(None))
    return check_text_of(text, collected, schema=schema, memory=memory)


def check_text_of(
    text: str, collected: ProblemCollector, *, schema: bool = False, memory: TableMemory | None = None
) -> tuple[Contract | None, list[Problem]]:
    """As `check_contract`, for the text of a file that has been read; more problems are added to those `collected`."""
    if conflict := merge_conflict(text):
        collected.add(UNFINISHED_MERGE, **conflict._asdict())
        return None, sort_problems(collected.placed(None))
    document = Document(text, collected, lambda: check_wrapping(text, collected))
    contract = None
    with suppress(TooManyProblems):
        contract = _judged(document, collected, schema, memory)
    problems = sort_problems(collected.placed(document)) if len(collected) else []
    return (None if has_errors(problems) else contract), problems


def _judged(
    document: Document, collected: ProblemCollector, schema: bool, memory: TableMemory | None
) -> Contract | None:
    """The contract in the value of a text. Raises TooManyProblems."""
    value = document.value
    if value is NOTHING:
        return None
    if may_hold_hazards(document.text):
        check_text(value, collected)
    contract = _read(document, collected, memory)
    if schema:
        from scripts.contract.schema import check_schema  # takes time to import, and only the check needs it

        check_schema(value, collected)
    return contract


def _read(document: Document, problems: ProblemCollector, memory: TableMemory | None) -> Contract | None:
    value = document.value
    dialect = recognise(value, problems)
    if dialect is None:
        return None
    context = Context(problems, dialect)
    if isinstance(value, dict) and dialect.tables:
        check_fields(value, (), "root", problems, long=dialect is SUCCESSOR)
    placed = read_tables(context, document, memory)
    patterns = read_patterns(context, value, [table for table, _ in placed])
    if dialect is SUCCESSOR:
        _check_generator(value, problems)
    if problems.has_errors():
        return None
    own: dict[tuple[str | int, ...], list[Note]] = {path: [] for _, path in placed}
    general: list[Note] = []
    for rule, problem, path, *_ in problems:
        place = path[: dialect.depth]
        # A file that is one table has it at the empty path: only what is about the file is general there.
        if place in own and rule is not dialect.note:
            own[place].append(_note(problem, path[len(place) :]))
        else:
            general.append(_note(problem, (*named_place(value, path[:2]), *path[2:])))
    return Contract(
        tables=tuple(replace(table, notes=tuple(own[path])) for table, path in placed),
        access_patterns=patterns,
        notes=tuple(general),
    )


def _note(problem: Problem, place: tuple[str | int, ...]) -> Note:
    """A problem as pages show it. `place`: without a position in the file, which moves when anything comes before it."""
    return Note(problem.severity, problem.id, path_text(place), problem.message)


def _check_generator(value: dict[str, Any], problems: ProblemCollector) -> None:
    """What the generator of the successor's format says about its own result."""
    version = value.get("contract_version")
    if version is not None and not (isinstance(version, str) and re.fullmatch(rf"{KNOWN_VERSION}(\.\d+)*", version)):
        problems.add(UNKNOWN_VERSION, ("contract_version",), found=shown(version, 20), known=KNOWN_VERSION)
    if value.get("validation_passed") is False:
        failures = value.get("validation_failures")
        reasons = ": " + ", ".join(shown(reason, 60) for reason in failures[:5]) if isinstance(failures, list) else ""
        problems.add(GENERATOR_DOUBTS, ("validation_passed",), reasons=reasons if reasons != ": " else "")
