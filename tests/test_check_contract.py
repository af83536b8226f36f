"""The command: what it prints, and with which exit status it ends."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from scripts.check_contract import main
from scripts.contract.rules import FAMILY
from scripts.text.rule_family import rules_page
from tests.contract.support import contract, write
from tests.for_each import for_each

ROOT = Path(__file__).parents[1]


def wrong() -> dict:
    tree = contract()
    tree["tables"][0]["gsis"][0]["projection"] = "SOME"
    del tree["tables"][0]["attributes"][0]
    return tree


def doubtful() -> dict:
    tree = contract()
    tree["tables"][0]["billing_mode"] = "PROVISIONED"
    return tree


def noted() -> dict:
    tree = contract()
    tree["tables"][0]["gsis"] = None
    return tree


@for_each(
    ("tree", "options", "status"),
    [
        (contract, [], 0),
        (contract, ["--strict"], 0),
        (noted, [], 0),
        (noted, ["--strict"], 0),
        (doubtful, [], 0),
        (doubtful, ["--strict"], 1),
        (wrong, [], 1),
        (wrong, ["--strict"], 1),
    ],
)
@for_each("output", ["text", "json", "github"])
def test_exit_status(tmp_path: Path, capsys, tree, options: list[str], status: int, output: str) -> None:
    file = write(tmp_path, tree())
    assert main([str(file), "--format", output, *options]) == status
    assert capsys.readouterr().err == ""


def test_text(tmp_path: Path, capsys) -> None:
    file = tmp_path / "migrationContract.json"
    file.write_text(json.dumps(wrong(), indent=2), encoding="utf-8")
    main([str(file)])
    out = capsys.readouterr().out
    assert out.startswith(f"{file}\n")
    assert "error    C213  tables[0].gsis[0].projection\n" in out
    assert '"SOME" is no projection.' in out and 'Write "ALL", "KEYS_ONLY", or "INCLUDE" with a list' in out
    line = next(number for number, text in enumerate(file.read_text().split("\n"), 1) if "SOME" in text)
    assert f"  {line}:" in out
    shown, caret = next((a, b) for a, b in pairwise(out.split("\n")) if b.strip() == "^" and "SOME" in a)
    assert shown[caret.index("^") :].startswith('"SOME"')
    assert "1 error, 1 warning in 1 contract." in out
    assert out.rstrip().endswith("Rules: docs/rules/contract.md")


def test_what_asks_for_nothing_is_told_when_it_is_asked_for(tmp_path: Path, capsys) -> None:
    """The sample has a numeric key, which is as good as any: that is on the page of the table, and at every run nobody's business."""
    sample = ROOT / "tests" / "sample" / "bookshop" / "migrationContract.json"
    for file, tables in ((sample, 4), (write(tmp_path, noted()), 2)):
        for options, shown in (([], False), (["--strict"], False), (["--notes"], True)):
            assert main([str(file), *options]) == 0
            out = capsys.readouterr().out
            assert (out == f"No problems in 1 contract with {tables} tables.\n") is not shown
            assert (" note " in out) is shown


def test_no_problems_says_what_was_looked_at(tmp_path: Path, capsys) -> None:
    assert main([str(write(tmp_path, contract()))]) == 0
    assert capsys.readouterr().out == "No problems in 1 contract with 2 tables.\n"


def test_json_is_json(tmp_path: Path, capsys) -> None:
    main([str(write(tmp_path, wrong())), "--format", "json"])
    assert [problem["id"] for problem in json.loads(capsys.readouterr().out)] == ["C401", "C213"]


def test_github_names_the_file_and_the_line(tmp_path: Path, capsys) -> None:
    file = write(tmp_path, wrong())
    main([str(file), "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert any(line.startswith("::error ") and f"{file.name},line=1,col=" in line for line in lines)


def test_missing_file_is_one_line(tmp_path: Path, capsys) -> None:
    assert main([str(tmp_path / "no.json")]) == 1
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and "does not exist" in out and "Check the path" in out


def test_missing_file_does_not_hide_the_others(tmp_path: Path, capsys) -> None:
    assert main([str(tmp_path / "no.json"), str(write(tmp_path, wrong()))]) == 1
    out = capsys.readouterr().out
    assert "C101" in out and "C213" in out


def test_default_is_every_service(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([]) == 1
    assert "No contracts found." in capsys.readouterr().err
    for service in ("shop", "stock"):
        folder = tmp_path / "contracts" / service
        folder.mkdir(parents=True)
        write(folder, wrong())
    assert main([]) == 1
    out = capsys.readouterr().out
    assert "contracts/shop/migrationContract.json" in out and "contracts/stock/migrationContract.json" in out
    assert "2 errors, 2 warnings in 2 contracts." in out


def test_hostile_file_leaves_the_terminal_alone(tmp_path: Path, capsys) -> None:
    tree = contract()
    tree["tables"][0]["table"] = "a\x1b[2J\n::error::x"
    file = tmp_path / "c.json"
    file.write_text(json.dumps(tree, ensure_ascii=False).replace("\\u001b", "\x1b"), encoding="utf-8")
    assert main([str(file)]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert not any(line.startswith("::") for line in out.splitlines())


def test_the_file_is_never_changed(tmp_path: Path) -> None:
    file = write(tmp_path, wrong())
    before = file.read_bytes()
    main([str(file), "--strict"])
    assert file.read_bytes() == before


def test_write_rules(tmp_path: Path, capsys) -> None:
    page = tmp_path / "rules.md"
    assert main(["--write-rules", str(page)]) == 0
    assert page.read_text(encoding="utf-8") == rules_page(FAMILY)
    assert main(["--write-rules", str(tmp_path / "no" / "rules.md")]) == 1
    assert "Check the path." in capsys.readouterr().err


def test_as_a_program(tmp_path: Path) -> None:
    file = write(tmp_path, wrong())
    command = [sys.executable, "-m", "scripts.check_contract", str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and "C213" in ended.stdout and ended.stderr == ""


def test_reading_does_not_import_what_takes_long() -> None:
    """`generate` starts in a fraction of a second; the JSON Schema library alone would take most of it."""
    code = (
        "import sys, scripts.contract; print([m for m in ('jsonschema', 'rich', 'boto3', 'yaml') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
