"""Asks every engine the same, one request after the other, and collects the classes of differences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.differential import compare, world
from tests.differential.compare import Difference
from tests.differential.engine import ACCEPTED, Answer, Engine
from tests.differential.items import Case
from tests.differential.tables import NAME

UNKNOWN = {"dynalite": {"TransactWriteItems"}}  # what an engine does not have


@dataclass(slots=True)
class Result:
    """What a run has shown: how often each class was seen, with one example; requests, and how many each engine took."""

    seen: dict[Difference, int] = field(default_factory=dict)
    examples: dict[Difference, tuple[Case, Answer, Answer]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    accepted: int = 0
    requests: int = 0

    def note(self, found: Difference, case: Case, local: Answer, other: Answer) -> None:
        self.seen[found] = self.seen.get(found, 0) + 1
        self.examples.setdefault(found, (case, local, other))


def run(local: Engine, others: Sequence[Engine], cases: Iterable[Case]) -> Result:
    """Ask all engines all cases. Each begins with the tables and items of `world`, and is left with them."""
    result = Result()
    for engine in (local, *others):
        world.build(engine)
    for case in cases:
        result.requests += 1
        mine = ask(local, case)
        result.accepted += mine.accepted
        for engine in others:
            if case.operation in UNKNOWN.get(engine.name, ()):
                continue
            result.asked[engine.name] = result.asked.get(engine.name, 0) + 1
            answer = ask(engine, case)
            if found := compare.difference(engine.name, case, mine, answer):
                result.note(found, case, mine, answer)
    return result


def ask(engine: Engine, case: Case) -> Answer:
    """One case: what it needs, the request, and everything as it was."""
    for table in case.tables:
        engine.must("CreateTable", table)
        world.wait(engine, table["TableName"])
    for item in case.before:
        engine.must("PutItem", {"TableName": "Orders", "Item": item})
    answer = engine.ask(case.operation, case.request)
    for key in case.gone:
        engine.ask("DeleteItem", {"TableName": "Orders", "Key": key})
    made = [NAME] if case.tables else []
    if case.operation == "CreateTable" and answer.accepted:
        made.append(answer.body["TableDescription"]["TableName"])
    for name in dict.fromkeys(made):
        _delete_table(engine, name)
    return answer


def _delete_table(engine: Engine, name: str) -> None:
    """Delete a table; one that an engine has accepted with a name that it cannot find stays."""
    described = {"TableName": name}
    if engine.ask("DescribeTable", described).accepted:
        world.wait(engine, name)
        engine.must("DeleteTable", described)
    while engine.ask("DescribeTable", described).accepted:
        pass


__all__ = ["ACCEPTED", "Result", "run"]
