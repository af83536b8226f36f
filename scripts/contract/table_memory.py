"""Tables that were read before: a table whose text has not changed is not read and judged again.

What is in one table is judged by its text and the dialect alone. What concerns several (names, access patterns) is judged at
every run. Only a table with nothing but notes is kept, with its notes.
"""

import json
from collections.abc import Callable
from typing import Any

from scripts.contract.dialect import Dialect
from scripts.contract.document import Document
from scripts.contract.plain_values import maker, to_list
from scripts.contract.problem_collector import Path, ProblemCollector, Unplaced, path_text
from scripts.contract.rules import RULES
from scripts.files import digest
from scripts.model import ContractTable
from scripts.problems import NOTE

Read = Callable[[], tuple[ContractTable | None, str]]
_as_table = maker(ContractTable)


class TableMemory:
    """What the same code read from a contract before (`known`, a `text`), and what it reads from it now.

    `kept`: by a digest of the text of a table, the table and its notes.
    """

    def __init__(self, known: str = "{}") -> None:
        self._known: dict[str, Any] = json.loads(known)
        self.kept: dict[str, Any] = {}

    @property
    def text(self) -> str:
        """What is kept for the next run. JSON, so that a run that needs none of it has one text to read."""
        return json.dumps(self.kept, separators=(",", ":"), default=to_list)

    def table(
        self, read: Read, path: Path, document: Document, dialect: Dialect, problems: ProblemCollector
    ) -> tuple[ContractTable | None, str]:
        """What `read` gives for the table at `path`, and what it adds to the problems; from memory, where that has it."""
        span = document.span(path)
        if not path or span is None:
            return read()
        start, end = span
        key = digest(f"{dialect.name}\n{document.text[start:end]}".encode())
        known = self._known.get(key)
        if known is not None and _as_table:
            values, notes = self.kept[key] = known
            for id, where, at_key, message, fix, offset in notes:
                problems.add_note(RULES[id], (*path, *where), at_key, start + offset, message, fix)
            table = _as_table(values)
            return table, table.name
        before = len(problems)
        table, name = read()
        notes = [_note(one, path, start, document) for one in problems.since(before)]
        if table is not None and all(notes):
            self.kept[key] = [table, notes]
        return table, name


def _note(one: Unplaced, path: Path, start: int, document: Document) -> list[Any] | None:
    """A note without the place of its table; None for what is more than a note, or says the place."""
    problem, here = one.problem, path_text(path)
    if problem.severity != NOTE or problem.edits or one.offset is not None or here in problem.message + problem.fix:
        return None
    offset = document.offset(one.path, one.at_key) - start
    return [problem.id, one.path[len(path) :], one.at_key, problem.message, problem.fix, offset]
