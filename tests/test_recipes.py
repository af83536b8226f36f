"""The recipes of CONTRIBUTING.md: what its blocks say, applied to a copy, works from the input to the validation."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.local_aws import LocalAws
from tests import working_copy
from tests.local_aws.support import client
from tests.working_copy import ROOT, SAMPLE

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# A block of code that says in the text before it where it goes.
BLOCK = re.compile(
    r"(?P<where>At\sthe\send\sof|New\sfile|In)\s`(?P<file>[^`\n]+)`"
    r"(?:,\s(?P<side>above|below)\sthe\sline\s`(?P<line>[^`\n]+)`)?:\n\n(?P<fence>`{3,})\w+\n(?P<text>.*?)^(?P=fence)$",
    re.M | re.S,
)
STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
SERVICE = {
    "contracts/shop/migrationContract.json": json.dumps(
        {
            "tables": [
                {
                    "table": "tmp_orders",
                    "type": "single-entity",
                    "pk": "PK",
                    "attributes": [{"name": "PK", "type": "S"}],
                }
            ]
        }
    ),
    "contracts/shop/deployment.yaml": f"""\
environments: {{test: {{region: eu-west-1}}}}
tables: {{tmp_orders: {{kinesis_stream: "{STREAM}", kinesis_precision: MICROSECOND}}}}
""",
}


def follow_recipes(root: Path) -> None:
    """Apply every block of the page, in its order. Each line that a block is put beside must be there exactly once."""
    blocks = list(BLOCK.finditer(PAGE))
    assert len(blocks) == 9
    for block in blocks:
        path, line, text = root / block["file"], block["line"], block["text"]
        if block["where"] == "New file":
            assert not path.exists()
            path.write_text(text)
            continue
        before = path.read_text()
        if not line:
            path.write_text(f"{before}\n\n{text}" if path.suffix == ".py" else f"{before}\n{text}")
            continue
        lines = before.splitlines(keepends=True)
        (at,) = (number for number, each in enumerate(lines) if each.rstrip("\n") == line)
        at += block["side"] == "below"
        path.write_text("".join([*lines[:at], text, *lines[at:]]))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = working_copy.make(tmp_path_factory.mktemp("recipes") / "copy")
    shutil.copytree(ROOT / "tests", root / "tests", ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for service in ("contracts", "generated"):
        shutil.rmtree(root / service / SAMPLE)
    for name, text in SERVICE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    follow_recipes(root)
    return root


# Runs commands of the copy one after the other in one process, as each would run in its own; tells what each printed. The last
# one of a line is the exit code that it must have.
COMMANDS = """
import contextlib, importlib, io, json, sys
from scripts import sarif
sarif._lint = lambda memory: sarif.lint_to_sarif("[]")  # the linter has no part in what the recipes add
printed = []
for module, *arguments, code in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        main = importlib.import_module(module).main
        ended = main(arguments)
    assert ended == code, (module, arguments, ended, output.getvalue())
    printed.append(output.getvalue())
print(json.dumps(printed))
"""


# A command of its own in the copy: somebody changes by hand what the recipes have added.
TAMPERING = f"""
import boto3
def main(arguments):
    boto3.client("dynamodb", "eu-west-1").update_kinesis_streaming_destination(
        TableName="tmp_orders",
        StreamArn="{STREAM}",
        UpdateKinesisStreamingConfiguration={{"ApproximateCreationDateTimePrecision": "MILLISECOND"}},
    )
    boto3.client("cloudwatch", "eu-west-1").delete_alarms(AlarmNames=["tmp_orders-account-limit"])
    return 0
"""


def run(root: Path, *commands: tuple[str | int, ...]) -> list[str]:
    """What each of several commands of the copy prints; the last of each is its exit code."""
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_what_the_recipes_add_works_from_the_input_to_the_validation(copy: Path, aws: LocalAws) -> None:
    client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    contract, test = "contracts/shop/migrationContract.json", ("--environment", "test")
    (copy / "tampering.py").write_text(TAMPERING)
    specification = ("tests/contract/test_specification.py", "-k", "temporary or covered")
    _, text, problems, *_, report, _ = run(
        copy,
        ("scripts.reference_pages", 0),
        ("scripts.check_contract", contract, 0),
        ("scripts.check_contract", contract, "--format", "json", 0),
        ("scripts.generate", 0),
        ("scripts.checks.alarms", 0),
        ("scripts.sarif", 0),
        ("scripts.deploy", *test, "--yes", 0),
        ("scripts.validate", *test, 0),
        ("tampering", 0),
        ("scripts.validate", *test, 1),
        ("pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *specification, 0),  # the last: it keeps no environment
    )
    assert '<a id="C499"></a>' in (copy / "docs/rules/contract.md").read_text()
    assert "C499" in text
    assert any('"C499"' in path.read_text() for path in (copy / "build" / "sarif").iterdir())
    assert '"C499"' in problems and "is named like something temporary" in problems
    template = (copy / "generated/shop/test/templates/tables/tmp_orders.yaml").read_text()
    assert "ApproximateCreationDateTimePrecision: MICROSECOND" in template and "AccountLimitAlarm:" in template
    assert "\n## Account limit\n" in (copy / "generated/shop/runbook.md").read_text()
    assert "`kinesis_precision`" in (copy / "docs/settings.md").read_text()
    assert "precision of the Kinesis stream is MILLISECOND, wanted: MICROSECOND" in report
    assert "account-limit" in report


def test_what_is_missing_is_named(copy: Path) -> None:
    model, book = copy / "scripts/model.py", copy / "scripts/pages/runbook_alarms.markdown"
    whole = model.read_text(), book.read_text()
    model.write_text(whole[0].replace("    kinesis_precision: str | Unknown\n", ""))
    assert "add `kinesis_precision` to LiveTable in scripts/model.py" in missing(copy)
    model.write_text(whole[0])
    book.write_text(whole[1].replace("## Account limit\n", ""))
    assert "add the heading `## Account limit` to scripts/pages/runbook_alarms.markdown" in missing(copy)
    book.write_text(whole[1])


def missing(root: Path) -> str:
    """What a generation says that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.generate"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode
    return done.stderr
