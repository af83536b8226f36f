"""The command that updates the prices: from files in a folder, all or nothing, and what it says of each."""

import json
import shutil
from pathlib import Path

import pytest

from scripts import refresh_prices
from scripts.capacity.price_list import PRODUCTS
from scripts.capacity.prices import PRICES_FILE
from tests.capacity.test_price_list import offer


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A copy of the prices, and beside it, in `lists`, a file of every service for Paris."""
    for number, (service, products) in enumerate(PRODUCTS.items(), 1):
        content = offer(*((f"EUW3-{each.usage_type}", [("0", f"0.00{number}")]) for each in products.values()))
        path = tmp_path / "lists" / service / "eu-west-3.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content))
    return Path(shutil.copy(PRICES_FILE, tmp_path))


def run(kept: Path, *more: str) -> int:
    return refresh_prices.main(
        ["--prices", str(kept), "--files", str(kept.parent / "lists"), "--region", "eu-west-3", *more]
    )


def test_a_region_gets_its_prices_and_no_other_line_changes(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = kept.read_text().splitlines()
    assert run(kept) == 0
    after = kept.read_text().splitlines()
    found = json.loads(kept.read_text())["regions"]["eu-west-3"]
    assert found["storage_gb_month"] == {"price": "0.001", "source": "AmazonDynamoDB-2026-11-20"}
    assert found["kms_key_month"] == {"price": "0.004", "source": "awskms-2026-11-20"}
    assert capsys.readouterr().out.splitlines() == [
        f"eu-west-3: {len(products)} prices of {service}, published 2026-11-20"
        for service, products in PRODUCTS.items()
    ]
    assert {line.rstrip(",") for line in before} < {line.rstrip(",") for line in after}


def test_what_a_file_lacks_or_leaves_open_is_said(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two = offer(("EUW3-KMS-Keys", [("0", "1")]), ("EUW3-KMS-Keys", [("0", "2")]))
    (kept.parent / "lists/awskms/eu-west-3.json").write_text(json.dumps(two))
    (kept.parent / "lists/AWSBackup/eu-west-3.json").write_text(json.dumps(offer()))
    assert run(kept) == 0
    said = capsys.readouterr().out
    assert "0 prices of awskms, published 2026-11-20; several prices, none taken: kms_key_month\n" in said
    assert "not there: backup_gb_month, cold_backup_gb_month, backup_copy_gb\n" in said


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file"), ("<html>", "it is no JSON"), ("{}", "it is no price list file of AWS")],
)
def test_a_file_that_cannot_be_used_changes_nothing(
    kept: Path, content: str | None, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = kept.parent / "lists/awskms/eu-west-3.json"  # the last one of the Region
    path.unlink()
    if content is not None:
        path.write_text(content)
    before = kept.read_text()
    assert run(kept) == 1
    error = capsys.readouterr().err
    assert "awskms in eu-west-3 cannot be read: " in error and reason in error and "/current/eu-west-3/" in error
    assert error.endswith("No price was changed.\n")
    assert kept.read_text() == before


def test_the_file_as_it_is_is_what_the_command_writes() -> None:
    text = PRICES_FILE.read_text(encoding="utf-8")
    assert refresh_prices.json_lines(json.loads(text)) == text
