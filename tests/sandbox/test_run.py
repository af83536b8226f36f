"""A run is good only if every stack came up and nothing is left, whatever taskcat says."""

import json

import boto3
import pytest

from scripts.sandbox import __main__ as sandbox
from scripts.sandbox.result import conclude, read_result

# Stands for taskcat's Python: called as `python -W ignore RUNNER PROJECT OUTPUT`.
FAKE = '#!/bin/sh\nmkdir -p "$5"\ntest -s "$FAKE_RESULT" && cp "$FAKE_RESULT" "$5/result.json"\nexit 0\n'
STACKS = ("shop-test-eu-west-1-service", "shop-test-eu-west-1-table-Orders", "shop-test-eu-west-1-table-Books")


@pytest.fixture
def run(shop, monkeypatch, capsys):
    """Run against the account of the `aws` fixture with a taskcat that claims a result."""
    python = shop.root / "python"
    python.write_text(FAKE)
    python.chmod(0o755)
    monkeypatch.setenv("FAKE_RESULT", str(shop.root / "claim.json"))

    def run(claim, *options):
        (shop.root / "claim.json").write_text(json.dumps(claim) if claim else "")
        capsys.readouterr()
        code = sandbox.main(["--python", str(python), "--sandbox", "1", "--regions", "eu-west-1", *options])
        return code, *capsys.readouterr()

    return run


def claim(**statuses):
    stacks = [
        {"test": test, "region": "eu-west-1", "stack": test, "status": statuses.get(test[-6:], "CREATE_COMPLETE"), "reason": "Table: no"}
        for test in STACKS
    ]  # fmt: skip
    return {"stacks": stacks, "problem": ""}


def test_only_a_whole_success_is_one(run, shop, aws):
    code, out, err = run(claim())
    assert (code, err) == (0, "")
    assert "All 3 stacks came up and went away again; nothing is left." in out
    assert json.loads((shop.root / "build/taskcat/project/templates" / f"{STACKS[1]}.json").read_text())["Resources"]
    assert boto3.client("s3").list_buckets()["Buckets"] == []

    code, out, err = run(claim(Orders="CREATE_FAILED"))
    assert code == 1
    assert f"FAILED  eu-west-1       {STACKS[1]}  Table: no" in out
    assert "2 of 3 stacks came up" in err


def test_a_claim_that_is_short_or_broken_is_no_success(tmp_path, capsys):
    wanted = len(STACKS)
    assert conclude(claim(), wanted, [], tmp_path) == 0
    assert conclude({"stacks": claim()["stacks"][:2], "problem": ""}, wanted, [], tmp_path) == 1
    assert conclude({**claim(), "problem": "boom"}, wanted, [], tmp_path) == 1
    assert conclude(claim(), wanted, ["eu-west-1: table tcat-1-Orders"], tmp_path) == 1
    assert "LEFT    eu-west-1: table tcat-1-Orders" in capsys.readouterr().err
    assert conclude(read_result(tmp_path), wanted, [], tmp_path) == 1
    assert "ended without a result" in capsys.readouterr().err


def test_what_it_refuses_to_begin(run, shop):
    assert "not of 444455556666" in run(claim(), "--sandbox", "444455556666")[2]
    assert 'no environment "prod"' in run(claim(), "--environment", "prod")[2]
    assert "make taskcat" in run(claim(), "--python", "nowhere")[2]
    deployment = 'environments: {test-eu-west-1: {region: eu-west-1, account: "111122223333"}}\n'
    shop.write(deployment)
    assert "A sandbox is an account of its own" in run(claim())[2]
    shop.orders["gsis"].pop()
    (shop.root / "contracts/shop/migrationContract.json").write_text(json.dumps(shop.contract))
    assert "make generate" in run(claim())[2]
