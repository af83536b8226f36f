"""Fill the programs beside this file in: names of a real table and index, literals of each language."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from scripts.input_file import read_text
from scripts.model import ContractTable, Index, KeyAttribute
from scripts.pages.access_patterns import example
from scripts.pages.snippets import literals

_FOLDER = Path(__file__).parent
_NUMBER = "1"


@dataclass(frozen=True, slots=True)
class SnippetTarget:
    """What a program reads. `key` and `query`: attributes with example values, as (attribute, value as text).

    `region` None: taken from the surroundings, as every SDK does; `index` empty: the query is on the table.
    """

    table: str
    region: str | None
    index: str
    key: tuple[tuple[KeyAttribute, str], ...]
    query: tuple[tuple[KeyAttribute, str], ...]


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its name for people and for the fence of a code block, and how a program is filled in."""

    name: str
    fence: str
    _fill: Callable[[SnippetTarget], dict[str, str]]

    def program(self, target: SnippetTarget) -> str:
        """The whole program, ready to be run."""
        return _template(self.fence).substitute(self._fill(target))


def target(table: ContractTable, name: str, region: str | None) -> SnippetTarget:
    """What a program for one table reads; `name` is the table's in AWS. The query is on its first index, if it has one."""
    indexes: tuple[Index, ...] = (*table.indexes, *table.local_indexes)
    first = indexes[0] if indexes else None
    queried = first.keys.partition if first else table.keys.partition
    return SnippetTarget(
        name, region, first.name if first else "", _examples(table, table.keys.attributes), _examples(table, queried)
    )


def _examples(table: ContractTable, keys: Sequence[KeyAttribute]) -> tuple[tuple[KeyAttribute, str], ...]:
    return tuple((key, _NUMBER if key.type == "N" else example(table, key.name)) for key in keys)


@functools.cache
def _template(language: str) -> Template:
    return Template(read_text(_FOLDER / f"{language}.txt"))


def _condition(target: SnippetTarget) -> str:
    return " AND ".join(f"#k{number} = :v{number}" for number in range(len(target.query)))


def _python(target: SnippetTarget) -> dict[str, str]:
    text = literals.common
    return {
        "region": f", region_name={text(target.region)}" if target.region else "",
        "table": text(target.table),
        "key": ", ".join(f"{text(key.name)}: {literals.python(key, value)}" for key, value in target.key),
        "index": f"    IndexName={text(target.index)},\n" if target.index else "",
        "condition": " & ".join(
            f"Key({text(key.name)}).eq({literals.python(key, value)})" for key, value in target.query
        ),
    }


def _javascript(target: SnippetTarget) -> dict[str, str]:
    text = literals.common
    return {
        "region": f" region: {text(target.region)} " if target.region else "",
        "table": text(target.table),
        "key": ", ".join(
            f"{literals.property_name(key.name)}: {literals.javascript(key, value)}" for key, value in target.key
        ),
        "index": f"  IndexName: {text(target.index)},\n" if target.index else "",
        "condition": text(_condition(target)),
        "names": ", ".join(f'"#k{n}": {text(key.name)}' for n, (key, _) in enumerate(target.query)),
        "values": ", ".join(
            f'":v{n}": {literals.javascript(key, value)}' for n, (key, value) in enumerate(target.query)
        ),
    }


def _java(target: SnippetTarget) -> dict[str, str]:
    text = literals.java_text
    binary = any(key.type == "B" for key, _ in (*target.key, *target.query))
    imports = ["import software.amazon.awssdk.core.SdkBytes;\n"] if binary else []
    imports += ["import software.amazon.awssdk.regions.Region;\n"] if target.region else []
    named = f"DynamoDbClient.builder().region(Region.of({text(target.region)})).build()" if target.region else ""
    return {
        "imports": "".join(imports),
        "client": named or "DynamoDbClient.create()",
        "table": text(target.table),
        "key": f",\n{' ' * 20}".join(f"{text(key.name)}, {literals.java(key, value)}" for key, value in target.key),
        "index": f"                    .indexName({text(target.index)})\n" if target.index else "",
        "condition": text(_condition(target)),
        "names": ", ".join(f'"#k{n}", {text(key.name)}' for n, (key, _) in enumerate(target.query)),
        "values": ", ".join(f'":v{n}", {literals.java(key, value)}' for n, (key, value) in enumerate(target.query)),
    }


def _go(target: SnippetTarget) -> dict[str, str]:
    text = literals.common
    return {
        "region": f", config.WithRegion({text(target.region)})" if target.region else "",
        "table": text(target.table),
        "key": ", ".join(f"{text(key.name)}: {literals.go(key, value)}" for key, value in target.key),
        "index": f"\t\tIndexName:                 aws.String({text(target.index)}),\n" if target.index else "",
        "condition": text(_condition(target)),
        "names": ", ".join(f'"#k{n}": {text(key.name)}' for n, (key, _) in enumerate(target.query)),
        "values": ", ".join(f'":v{n}": {literals.go(key, value)}' for n, (key, value) in enumerate(target.query)),
    }


LANGUAGES = (
    Language("Python", "python", _python),
    Language("JavaScript", "javascript", _javascript),
    Language("Java", "java", _java),
    Language("Go", "go", _go),
)
