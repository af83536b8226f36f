"""The sums of a service, which stand in no generated file."""

import re
from pathlib import Path

import pytest

from scripts import cost
from tests import samples
from tests.pages.test_cost_section import SETTINGS


def told(root: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[list[str]]:
    contracts = samples.write_service(root, settings=SETTINGS % "on-demand")
    assert cost.main(["--contracts", str(contracts), *more]) == 0
    return [line.split("  ") for line in capsys.readouterr().out.splitlines()]


def test_every_table_what_they_share_and_the_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(tmp_path, capsys, "--environment", "prod", "--service", "shop")
    assert lines[0] == ["shop in prod: 2 tables, 3 global secondary indexes"]
    amounts = {row[1].strip(): row[-1].strip() for row in lines[1:5]}
    assert list(amounts) == ["Orders", "Prices", "shared", "together"]
    known = [float(text.split("$")[1].split()[0].replace(",", "")) for text in amounts.values()]
    assert sum(known[:3]) == pytest.approx(known[3])
    parts = re.findall(r"[\d.]+", lines[3][-1])
    assert sum(map(float, parts[1:])) == pytest.approx(float(parts[0])), (
        "the sum of what they share is that of its parts"
    )
    assert [row[1][:10] for row in lines[5:] if len(row) > 1][-1] == "Prices of "


def test_what_is_not_in_a_sum_is_named_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = """
environments:
  prod: {region: us-east-1, backups: {retention_days: 120, cold_after_days: 30}}
  near: {region: eu-west-1, alarm_encryption: none}
  far: {region: eu-west-3, backups: {retention_days: 120}}
defaults: {stream: NEW_IMAGE}
"""
    contracts = samples.write_service(tmp_path, settings=settings)
    assert cost.main(["--contracts", str(contracts)]) == 0
    prod, near, far, _ = capsys.readouterr().out.split("\n\n")
    assert "Not in it: stream (Orders, Prices). Free where AWS Lambda reads it" in prod
    assert "backup copies in cold storage (Orders, Prices). Not known: state traffic.item_count" in prod
    assert "of us-east-1 for it" in prod and " of index By" not in prod
    assert "backup copies" not in near
    assert far.splitlines()[1:] == [
        "  Orders    no estimate",
        "  Prices    no estimate",
        "  shared    no estimate",
        "  together  no estimate",
        "  There are no prices of eu-west-3, and those of no other Region are taken: docs/cost.md#prices",
    ]


def test_every_environment_unless_one_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heads = [row[0].split(":")[0] for row in told(tmp_path, capsys) if row[0].startswith("shop in")]
    assert heads == ["shop in dev", "shop in prod", "shop in far"]


def test_an_environment_that_there_is_not_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contracts = samples.write_service(tmp_path)
    assert cost.main(["--contracts", str(contracts), "--environment", "moon"]) == 1
    error = capsys.readouterr().err
    assert 'There is no environment "moon" here. Known: dev-us-east-1, prod-eu-west-1.' in error
    assert "Nothing was estimated." in error
