"""The benchmarks measure what they say: the same contracts every time, real runs, and tables that show them."""

import json
import sys
from pathlib import Path

import pytest

from scripts.contract import check_contract
from tests.bench import __main__ as bench
from tests.bench import cdk, contracts, report, sizes, steps
from tests.bench.measure import CommandFailed, Measured, fastest, run
from tests.for_each import for_each

MIB = 1 << 20


def _files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_seed_gives_the_same_contracts_which_can_be_used(tmp_path: Path) -> None:
    for name in ("one", "two"):
        contracts.write(tmp_path / name, 7, 2)
    assert _files(tmp_path / "one") == _files(tmp_path / "two")
    files = sorted((tmp_path / "one").rglob("migrationContract.json"))
    found = [check_contract(file)[0] for file in files]
    assert [len(contract.tables) for contract in found if contract] == [4, 3]
    names = [table.name for contract in found if contract for table in contract.tables]
    assert len(set(names)) == 7
    assert all(len(table.indexes) in (2, 3) for contract in found if contract for table in contract.tables)
    contracts.write(tmp_path / "three", 7, 2, seed=1)
    assert _files(tmp_path / "three") != _files(tmp_path / "one")


def test_one_table_changes_and_no_other(tmp_path: Path) -> None:
    contracts.write(tmp_path, 5)
    path = tmp_path / "contracts" / "bench" / "migrationContract.json"
    before = json.loads(path.read_text())["tables"]
    name = contracts.change_one(tmp_path)
    after = json.loads(path.read_text())["tables"]
    assert [new["table"] for old, new in zip(before, after, strict=True) if old != new] == [name]
    assert check_contract(path)[0] is not None


def test_one_table_comes_and_no_other_changes(tmp_path: Path) -> None:
    contracts.write(tmp_path, 4)
    path = tmp_path / "contracts" / "bench" / "migrationContract.json"
    before = json.loads(path.read_text())["tables"]
    name = contracts.insert_one(tmp_path)
    after = json.loads(path.read_text())["tables"]
    assert [table["table"] for table in after] == [t["table"] for t in before[:2]] + [name] + [
        t["table"] for t in before[2:]
    ]
    assert check_contract(path)[0] is not None


WORK = """
import pathlib, subprocess, sys, time
folder = pathlib.Path("generated"); folder.mkdir()
(folder / "new").write_bytes(bytes(1000))
burn = "import time; x = bytearray(80 << 20)\\nwhile time.process_time() < 0.15: pass"
subprocess.run([sys.executable, "-c", burn], check=True)
"""


def test_children_count_and_so_does_what_is_written(tmp_path: Path) -> None:
    found = run((sys.executable, "-c", WORK), tmp_path)
    assert found.cpu >= 0.15
    assert 80 * MIB <= found.peak < 130 * MIB
    assert run((sys.executable, "-c", "pass"), tmp_path).peak < 20 * MIB, "what measures is not measured"
    assert (found.written, found.files) == (1000, 1)
    assert run((sys.executable, "-c", "pass"), tmp_path).written == 0


def test_a_command_that_fails_is_no_measure(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="exit code 3:\nwhy"):
        run((sys.executable, "-c", "import sys; print('why'); sys.exit(3)"), tmp_path)
    assert run((sys.executable, "-c", "import sys; sys.exit(3)"), tmp_path, codes=(3,)).wall > 0


def test_of_three_runs_the_fastest_counts_and_a_long_one_is_not_repeated() -> None:
    runs = [Measured(wall, 1, 1) for wall in (3, 1, 2, 6)]
    left = iter(runs)
    assert [fastest(lambda: next(left)), fastest(lambda: next(left))] == [runs[1], runs[3]]


def test_a_small_run_from_end_to_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "fastest", lambda measure: measure())
    monkeypatch.setattr(sizes, "TABLES", 3)
    assert bench.main(["--sizes", "2/2", "--steps", "generate"]) == 0
    out = capsys.readouterr().out
    for step in (
        "Generate, everything",
        "Generate, nothing changed",
        "Generate, one table changed",
        "Generate, one table inserted",
    ):
        assert f"### {step}\n" in out
    assert out.count("| 2 tables in 2 services |") == 6
    assert "None of these sizes has a target." in out
    assert "with `alarms: full`" in out


def test_the_cdk_is_measured_or_in_one_line_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = Measured(1, 2, 100_000_000), Measured(20, 24, 900_000_000)
    text = cdk.markdown({300: theirs, 7: theirs}, {300: ours})
    assert "| 300 | 2.0 s | 24.0 s | 12 | 100 MB | 900 MB |" in text and "| 7 |" not in text
    monkeypatch.setenv("PATH", str(tmp_path))
    said = cdk.measure(tmp_path, [3])
    assert said == cdk.markdown(said, {}) == "The CDK was not measured: Node.js and npm are not here."
    for name, code in (("node", 0), ("npm", 1)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    assert "npm could not install aws-cdk-lib@" in str(cdk.measure(tmp_path, [3]))


def test_a_target_that_is_missed_is_said_so(tmp_path: Path) -> None:
    start, slow = Measured(0.1, 0.1, 1), Measured(3, 3, 50_000_000)
    rows = {report.START: start, "generate, everything": slow, "generate, nothing changed": Measured(0.2, 0.2, 1)}
    assert "wall times are too long" in report.markdown({}, "make bench", 100)
    text = report.markdown({(3, 1): rows, (300, 1): rows}, "make bench", 0)
    assert "| 300 tables: generate, everything | 2 s (CPU) | 3.00 | no, 1.5 times as much |" in text
    assert "| 300 tables: generate, everything | 100 MB | 50.00 | yes |" in text
    assert "| 3 tables: generate, nothing changed | 2.5 times the start of Python (CPU) | 2.00 | yes |" in text

    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.MEASURED[0]}\nold\n{report.MEASURED[1]}\nafter\n")
    report.write(text, report.MEASURED, page)
    assert "old" not in page.read_text()
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith("after\n")
    with pytest.raises(ValueError, match="no place"):
        report.write(text, report.SIZES, page)


@for_each("size", ["0", "x", "3/4", "-1", "100000000"])
def test_a_size_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["--sizes", size])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
