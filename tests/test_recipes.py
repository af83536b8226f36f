"""The recipes of CONTRIBUTING.md: what its blocks say, applied to a copy, works from the input to the validation."""

import json
import os
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


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = working_copy.make(tmp_path / "copy")
    shutil.copytree(ROOT / "tests", root / "tests", ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for service in ("contracts", "generated"):
        shutil.rmtree(root / service / SAMPLE)
    for name, text in SERVICE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    follow_recipes(root)
    return root


def run(root: Path, *arguments: str, expected: int = 0) -> str:
    """What a command of the copy prints; its exit code is checked."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=root, env=os.environ.copy(), capture_output=True, text=True, check=False
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout


def test_what_the_recipes_add_works_from_the_input_to_the_validation(copy: Path, aws: LocalAws) -> None:
    contract = "contracts/shop/migrationContract.json"
    run(copy, "scripts.rule_pages")
    assert '<a id="C499"></a>' in (copy / "docs/rules/contract.md").read_text()
    assert "C499" in run(copy, "scripts.check_contract", contract)
    problems = run(copy, "scripts.check_contract", contract, "--format", "json")
    assert '"C499"' in problems and "is named like something temporary" in problems
    run(
        copy,
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "tests/contract/test_specification.py",
        "-k",
        "temporary or covered",
    )

    run(copy, "scripts.generate")
    run(copy, "scripts.checks.alarms")
    run(copy, "scripts.sarif")
    assert any('"C499"' in path.read_text() for path in (copy / "build" / "sarif").iterdir())
    template = (copy / "generated/shop/test/templates/tables/tmp_orders.yaml").read_text()
    assert "ApproximateCreationDateTimePrecision: MICROSECOND" in template and "AccountLimitAlarm:" in template
    assert "\n## Account limit\n" in (copy / "generated/shop/runbook.md").read_text()
    run(copy, "scripts.settings", "--write-page", "docs/settings.md")
    assert "`kinesis_precision`" in (copy / "docs/settings.md").read_text()

    client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    run(copy, "scripts.deploy", "--environment", "test", "--yes")
    run(copy, "scripts.validate", "--environment", "test")
    client("dynamodb").update_kinesis_streaming_destination(
        TableName="tmp_orders",
        StreamArn=STREAM,
        UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": "MILLISECOND"},
    )
    client("cloudwatch").delete_alarms(AlarmNames=["tmp_orders-account-limit"])
    report = run(copy, "scripts.validate", "--environment", "test", expected=1)
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


def missing(root: Path) -> str:
    """What a generation says that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.generate"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode
    return done.stderr
