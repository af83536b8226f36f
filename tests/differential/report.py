"""The result of a differential run: for the terminal, and as the table of docs/local-aws.md."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from scripts.text.markdown import table
from tests.differential.compare import Difference
from tests.differential.decisions import Decision
from tests.differential.run import Result

PAGE = Path("docs") / "local-aws.md"
MARKS = "<!-- found by `make differential` -->", "<!-- end of what was found -->"
ENGINES = ("dynalite", "moto")
MAX_SHOWN = 400  # characters of a request or answer on the terminal


def markdown(result: Result, decided: Mapping[Difference, Decision], seed: int) -> str:
    """One row for each decision that something fell under, the most frequent first."""
    rows: dict[Decision, dict[str, int]] = {}
    for found, decision in decided.items():
        counts = rows.setdefault(decision, {})
        counts[found.engine] = counts.get(found.engine, 0) + result.seen[found]
    ordered = sorted(rows.items(), key=lambda row: (-sum(row[1].values()), row[0].what))
    cells = [
        [each.what, *(str(counts.get(engine, "")) for engine in ENGINES), each.aws, f"{each.why} {_link(each.source)}"]
        for each, counts in ordered
    ]
    sums = {engine: sum(n for found, n in result.seen.items() if found.engine == engine) for engine in ENGINES}
    asked = " and ".join(f"{result.asked.get(engine, 0):,} to {engine}" for engine in ENGINES)
    lines = [
        f"{result.requests:,} random requests (seed {seed}) to the local AWS, which accepted {result.accepted:,}; of these {asked}. "
        f"{sums['dynalite']:,} answers of dynalite and {sums['moto']:,} of moto differ, in {len(result.seen):,} classes of operation, "
        "acceptance and kind of refusal; all are decided.",
        "",
        *table(["What differs", *ENGINES, "AWS agrees with", "Why"], cells),
    ]
    return "\n".join(lines) + "\n"


def _link(source: str) -> str:
    name = source.rstrip("/").rsplit("/", 1)[-1].removesuffix(".html")
    return f"[{name}]({source})"


def write(text: str, page: Path = PAGE) -> None:
    """Put the text between the marks of the page. Raises ValueError when the page does not have them."""
    first, last = MARKS
    before, mark, rest = page.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    if not mark or not end:
        raise ValueError(f"{page} lacks {first} or {last}.")
    page.write_text(f"{before}{first}\n\n{text}\n{last}{after}", encoding="utf-8")


def undecided(result: Result, classes: Iterable[Difference]) -> str:
    """The classes that nobody has decided, each with an example."""
    lines = []
    for found in classes:
        case, local, other = result.examples[found]
        lines += [
            f"{found.operation}: local AWS: {found.local}; {found.engine}: {found.other} ({result.seen[found]} requests)",
            f"  request    {json.dumps(case.request)[:MAX_SHOWN]}",
            f"  local AWS  {(local.message or json.dumps(local.body))[:MAX_SHOWN]}",
            f"  {found.engine:9}  {(other.message or other.code or json.dumps(other.body))[:MAX_SHOWN]}",
        ]
    return "\n".join(lines)
