"""The programs that pages print are executed as they are printed, on the local AWS."""

import json
import os
import re
import runpy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.model import ContractTable, Entity, Index, KeyAttribute, Keys
from scripts.pages import table_page as table_page
from scripts.pages.snippets import LANGUAGES, literals, target
from scripts.templates.desired import table_state
from tests import samples

# Names of attributes that end strings, begin escapes or placeholders, or are special in one of the languages.
ODD = ContractTable(
    "Odd-Name.1",
    Keys((KeyAttribute('a"b\\u000a\\n$x`${y}', "S"),), (KeyAttribute("größe\n\x01 名前 😀\u2028\u202e", "B"),)),
    (Index("By.It", samples.keys("it's{b}:N __proto__", "placed_at:N")),),
    entities=(Entity("E", partition_template='U#{id}"\\u0022$', sort_template="ü\n{x}"),),
)
# Where the SDK of a language is, when it is to be tried too: a folder with node_modules, one with a go.mod, a class path.
SDKS = {"javascript": "JAVASCRIPT_SDK", "go": "GO_SDK", "java": "JAVA_SDK"}


def create(client: Any, table: ContractTable, name: str) -> None:
    """The table, with an item that has the example key, and one that the example query finds."""

    def schema(keys: Any) -> list[dict[str, str]]:
        kinds = [(key, "HASH") for key in keys.partition] + [(key, "RANGE") for key in keys.sort]
        return [{"AttributeName": key.name, "KeyType": kind} for key, kind in kinds]

    keys = {key.name: key for each in (table.keys, *(i.keys for i in table.indexes)) for key in each.attributes}
    indexes = [
        {"IndexName": index.name, "KeySchema": schema(index.keys), "Projection": {"ProjectionType": "ALL"}}
        for index in table.indexes
    ]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key.name, "AttributeType": key.type} for key in keys.values()],
        KeySchema=schema(table.keys),
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0})
    reads = target(table, name, None)
    others = dict.fromkeys(keys.values(), "7")
    for found, mark in ((reads.key, "by key"), (reads.query, "by query")):
        item = {
            key.name: {key.type: value.encode() if key.type == "B" else value}
            for key, value in {**others, **dict(found)}.items()
        }
        client.put_item(TableName=name, Item={**item, "mark": {"S": mark}})


def odd_page() -> str:
    return "\n".join(f"```{each.fence}\n{each.program(target(ODD, ODD.name, None))}```" for each in LANGUAGES)


def program(page: str, language: str) -> str:
    """The program of a page in one language, as it is printed."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    return found


@pytest.fixture
def pages(data_plane: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Pages of tables that exist on the data plane: with an index and with none, and one with odd names."""
    import boto3

    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    service = samples.service(tmp_path)
    place = service.environments[0]
    found = {}
    for table in service.contract.tables:
        states = {e.name: table_state(service, e, table) for e in service.environments}
        found[table.name] = table_page.render(service, table, states)
        create(boto3.client("dynamodb", region_name=place.region), table, states[place.name].name)
    if data_plane == "dynalite":
        return found  # it does not know indexes with several partition key attributes, such as that of ODD
    create(boto3.client("dynamodb", region_name="eu-west-1"), ODD, ODD.name)
    return {**found, "odd": odd_page()}


def check_output(name: str, said: str) -> None:
    """Both items are shown, or the one that is both."""
    assert "There is no such item" not in said
    assert "by query" in said
    assert name == "Prices" or "by key" in said or name == "odd"


def test_the_python_programs_run(pages: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, page in pages.items():
        script = tmp_path / "program.py"
        script.write_text(program(page, "python"), encoding="utf-8")
        runpy.run_path(str(script))
        check_output(name, capsys.readouterr().out)


@pytest.mark.parametrize("language", SDKS)
def test_the_other_programs_run_where_their_sdk_is(
    language: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    sdk = os.environ.get(SDKS[language], "")
    if not sdk:
        pytest.skip(f"{SDKS[language]} does not say where the AWS SDK for {language} is")
    for name, page in request.getfixturevalue("pages").items():
        done = run(language, program(page, language), sdk, tmp_path)
        assert done.returncode == 0, done.stderr
        check_output(name, done.stdout)


def run(language: str, text: str, sdk: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program with an SDK that is installed in a folder (for Java: on a class path)."""
    if language == "javascript":
        (folder / "node_modules").exists() or (folder / "node_modules").symlink_to(Path(sdk) / "node_modules")
        file, command = folder / "program.mjs", ["node", "program.mjs"]
    elif language == "go":
        for name in ("go.mod", "go.sum"):
            shutil.copy(Path(sdk) / name, folder / name)
        file, command = folder / "main.go", ["go", "run", "."]
    else:
        file, command = folder / "Example.java", ["java", "-cp", sdk, "Example.java"]
    file.write_text(text, encoding="utf-8")
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(("language", "command"), [("javascript", "node --check"), ("go", "gofmt -d")])
def test_the_other_programs_are_well_formed(language: str, command: str, tmp_path: Path) -> None:
    """Their grammar, for Go its usual form too, is known without an SDK."""
    words = command.split()
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not installed")
    file = tmp_path / {"javascript": "program.mjs", "go": "main.go"}[language]
    service = samples.service(tmp_path)
    plain = {each.fence: each.program(target(service.contract.tables[0], "Orders", "eu-west-1")) for each in LANGUAGES}
    for text in (plain[language], program(odd_page(), language)):
        file.write_text(text, encoding="utf-8")
        done = subprocess.run([*words, file], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@given(value=st.text(max_size=30) | st.text(st.sampled_from('\\u0a"nx\n\x00$'), max_size=12))
def test_any_text_as_a_literal_is_that_text(value: str) -> None:
    for literal in (literals.common(value), literals.java_text(value)):
        assert len(literal.splitlines()) == 1
    assert json.loads(literals.common(value)) == value
    assert eval(literals.common(value)) == value  # noqa: S307 Python itself says what its literals mean
    assert java(literals.java_text(value)) == value


def java(literal: str) -> str:
    """What Java reads: first its Unicode escapes, wherever an even number of backslashes stands before them; then the rest."""
    whole = re.sub(r"\\(?:(\\)|u([0-9a-f]{4}))", lambda m: m[0] if m[1] else chr(int(m[2], 16)), literal)
    assert len(whole.splitlines()) == 1 or not re.search(r"[\n\r]", whole)
    escapes = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "\\": "\\"}
    return re.sub(
        r"\\(?:([0-7]{3})|(.))", lambda m: chr(int(m[1], 8)) if m[1] else escapes[m[2]], whole[1:-1], flags=re.DOTALL
    )


def test_binary_and_numeric_keys_have_literals_of_their_own() -> None:
    key = KeyAttribute("k", "B")
    assert literals.python(key, "1") == '"1".encode()'
    assert literals.java(KeyAttribute("k", "N"), "1") == 'AttributeValue.fromN("1")'
    assert literals.go(key, "1") == '&types.AttributeValueMemberB{Value: []byte("1")}'
    assert literals.property_name("a b") == '["a b"]' and literals.property_name("PK") == "PK"
