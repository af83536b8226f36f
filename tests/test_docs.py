"""The documentation: every link leads somewhere, every command exists and is run by a test, and what it says of commands is so."""

import argparse
import importlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.read import check_text_of
from tests.documentation import (
    SHELLS,
    Block,
    anchors,
    blocks,
    by_hand,
    is_of_removed_sample,
    links,
    pages,
    read,
    resolved,
)
from tests.for_each import for_each
from tests.working_copy import KEPT_SAMPLE, ROOT, SAMPLE, source_of

HOW = Path("docs/how-it-works.md")
STARTED = Path("docs/getting-started.md")
# Which test runs the command that a block shows, by its module. A block with the mark `run` is run here, as it stands; one
# with `needs-aws` or `needs-github` above it is not: tests/pages/test_runbook_blocks.py pastes those of docs/moving.md, no test the others.
NEEDS = ("needs-aws", "needs-github")
RUN_BY = {
    "scripts.checks.access_policies": "tests/checks/test_access_policies.py",
    "scripts.checks.cfn_guard": "tests/checks/test_guard_binary.py",
    "scripts.github.bootstrap": "tests/github/test_bootstrap.py",
    "scripts.github.preflight": "tests/github/test_preflight.py",
    "scripts.begin": "tests/test_docs.py::test_getting_started_works_as_it_stands",
    "scripts.check": "tests/test_check.py::test_what_is_clean_passes",
    "scripts.checks.alarms": "tests/checks/test_alarms.py",
    "scripts.check_contract": "tests/test_check_contract.py",
    "scripts.checks.policies": "tests/checks/test_policies.py",
    "scripts.demo": "tests/demo/test_run_demo.py::test_the_sample_becomes_validated_tables",
    "scripts.cost": "tests/test_cost.py",
    "scripts.deploy": "tests/test_docs.py::test_getting_started_works_as_it_stands",
    "scripts.drill": "tests/drills/test_run_drill.py",
    "scripts.drift": "tests/test_drift.py",
    "scripts.generate": "tests/test_docs.py::test_getting_started_works_as_it_stands",
    "scripts.local_aws": "tests/local_aws/test_process.py::test_a_command_runs_with_this_aws_only_and_ends_it",
    "scripts.refresh_prices": "tests/test_refresh_prices.py",
    "scripts.reference_pages": "tests/test_reference_pages.py",
    "scripts.new_contract": "tests/conversion/test_new_contract.py",
    "scripts.plan": "tests/test_docs.py::test_getting_started_works_as_it_stands",
    "scripts.record": "tests/test_record.py::test_the_command_records_a_real_deployment",
    "scripts.acceptance": "tests/acceptance/test_run.py",
    "scripts.sandbox": "tests/sandbox/test_run.py",
    "scripts.explain": "tests/test_explain.py",
    "scripts.validate": "tests/test_docs.py::test_getting_started_works_as_it_stands",
}
# Make targets that run no module of ours, or none that a test could run.
TARGETS = {
    "bench": "measures for minutes",
    "fuzz": "runs the tests for longer",
    "help": "tests/test_repository.py::test_make_alone_prints_help",
    "hooks": "tests/test_hooks.py",
    "lock": "asks package indexes",
    "setup": "makes the environment that runs the tests",
    "test": "runs the tests",
    "test-long": "runs the tests that take minutes",
    "test-contracts": "runs the tests",
}
# A page that says `make x` in passing; the others are commands of a reader's own tools.
MAKE = re.compile(r"`make ([a-z-]+)")


class Parsed(Exception):
    """The command line is one that the command takes; nothing was run."""


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w./-])\d+(?![\w./-]|\.\d)", text))


def _main(module: str) -> Any:
    return importlib.import_module(f"{module}.__main__" if source_of(module).stem == "__main__" else module).main


def _modules() -> list[str]:
    """The modules that are commands, without those that only a workflow runs."""
    workflows = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    found = []
    for path in sorted((ROOT / "scripts").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if '\nif __name__ == "__main__":\n' in text and "argparse" in text:
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__main__")
            if not name.startswith("scripts.github.") or name in RUN_BY or not re.search(rf"-m {name}\b", workflows):
                found.append(name)
    return found


def shell_blocks() -> list[Block]:
    return [block for page in by_hand() for block in blocks(page) if block.language in SHELLS]


@pytest.fixture
def parse_only(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = argparse.ArgumentParser.parse_args

    def parse_args(self: argparse.ArgumentParser, *arguments: Any) -> None:
        parse(self, *arguments)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_args)


@pytest.mark.contracts
@for_each("page", pages(), ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(read(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page.parent / name).resolve() if name else ROOT / page
        if is_of_removed_sample(path):
            continue
        assert path.exists(), f"{page}: {target}"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{page}: {target}"


def test_anchors_are_those_of_github() -> None:
    text = "# A `b` [c](d), e_f!\n## A\n## A\n```\n# no\n```\n## Ünder & over ##\n"
    assert anchors(text) == {"a-b-c-e_f", "a", "a-1", "ünder--over"}


@for_each("block", shell_blocks(), ids=str)
def test_every_command_is_run_by_a_test_or_needs_aws(block: Block, parse_only: None) -> None:
    if block.mark in NEEDS or block.mark == "run":
        return
    for command in block.commands:
        try:
            found = resolved(command)
        except ValueError as error:
            pytest.fail(f"{block}: {command}: {error}. Mark it with one of {NEEDS} if it cannot be run by a test.")
        if found is None:
            target = command.split()[1] if " " in command else "help"
            assert target in TARGETS, f"{block}: name the test that runs make {target} in TARGETS"
            continue
        module, arguments = found
        assert module in RUN_BY, f"{block}: name the test that runs {module} in RUN_BY"
        with pytest.raises(Parsed):
            _main(module)(list(arguments))


@for_each("command", ["curl https://example.com", "make no-such-target", "aws sts get-caller-identity"])
def test_a_command_that_no_test_runs_is_noticed(command: str) -> None:
    with pytest.raises(ValueError):
        resolved(command)


def test_every_contract_on_a_page_can_be_used() -> None:
    """A whole contract, that is, not a part of one: without an error and without a warning."""
    found = [
        block
        for page in by_hand()
        for block in blocks(page)
        if '"tables": [' in block.text and block.language == "json"
    ]
    assert found
    for block in found:
        contract, problems = check_text_of(block.text, ProblemCollector(str(block)))
        assert contract and not [each for each in problems if each.severity != "note"], (block, problems)


def test_the_commands_of_the_example_for_gitlab_exist(parse_only: None) -> None:
    jobs = yaml.safe_load(read(Path("docs/examples/gitlab-ci.yml"))).values()
    lines = [
        line
        for job in jobs
        if isinstance(job, dict)
        for line in (*job.get("before_script", ()), *job.get("script", ()))
    ]
    commands = [line.partition(" || ")[0] for line in lines if line.startswith(("make ", ".venv/bin/python -m "))]
    assert len(commands) == len(lines) - 2  # besides those that write the token and read the hash
    for command in commands:
        module, arguments = resolved(command) or ("", ())
        if module:
            with pytest.raises(Parsed):
                _main(module)(list(arguments))
        else:
            assert command.split()[1] in TARGETS


def test_an_option_that_does_not_exist_is_noticed(parse_only: None) -> None:
    module, arguments = resolved(".venv/bin/python -m scripts.record --no-such-option") or ("", ())
    with pytest.raises(SystemExit):
        _main(module)(list(arguments))


def test_the_tests_that_are_said_to_run_commands_exist() -> None:
    for named in (*RUN_BY.values(), *TARGETS.values()):
        path, _, function = named.partition("::")
        if path.startswith("tests/"):
            assert f"def {function}" in (ROOT / path).read_text(encoding="utf-8"), named


def test_getting_started_works_as_it_stands(
    aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(KEPT_SAMPLE, tmp_path / "contracts" / SAMPLE)
    ran = []
    for block in blocks(STARTED):
        if after := re.fullmatch(r"after (.+) in (\S+)", block.mark):
            path = Path(after[2])
            lines = path.read_text().splitlines(keepends=True)
            at = next(number for number, line in enumerate(lines, 1) if line.strip() == after[1])
            path.write_text("".join([*lines[:at], block.text, *lines[at:]]))
        for command in block.commands if block.mark == "run" else ():
            if not command.startswith("make "):
                subprocess.run(["bash", "-ec", command], check=True)
                continue
            module, arguments = resolved(command) or ("", ())
            code = 0 if module == "scripts.check" else _main(module)(list(arguments))
            said = capsys.readouterr()
            ran.append((module, code))
            if module == "scripts.deploy":
                assert "deployed" in Path("build/local-aws/library/dev-us-east-1/deployment.md").read_text()
            assert code == (2 if module == "scripts.plan" else 0), f"{command}: {said.out}{said.err}"
            if module == "scripts.validate":
                assert re.search(r"all \d+ checks match", said.out)
    assert [module for module, _ in ran].count("scripts.validate") == 2
    assert "ByBook" in (tmp_path / "generated/library/tables/Loans.md").read_text()
    assert not (tmp_path / "generated" / SAMPLE).exists(), "the last block removes the sample"


def test_every_make_target_is_documented_and_every_documented_one_exists() -> None:
    makefiles = [(ROOT / name).read_text() for name in ("Makefile", "development.mk")]
    targets = set(re.findall(r"^([a-z-]+):.*##", "\n".join(makefiles), re.MULTILINE))
    said = {}
    for page in by_hand():
        shown = {
            c.split()[1] for b in blocks(page) if b.language in SHELLS for c in b.commands if c.startswith("make ")
        }
        said[page] = shown | set(MAKE.findall(read(page)))
        assert said[page] <= targets, f"{page}: {said[page] - targets}"
    assert targets - set().union(*said.values()) - {"help"} == set()


def test_every_command_is_in_how_it_works() -> None:
    text = read(HOW)
    assert len(_modules()) > 30
    for module in _modules():
        assert f"`python -m {module}" in text, module


@for_each("module", _modules())
def test_exit_codes_are_the_same_in_the_help_and_on_the_page(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = re.findall(rf"^\| `python -m {re.escape(module)}[ `].*\| ([^|]+) \|$", read(HOW), re.MULTILINE)
    with pytest.raises(SystemExit):
        _main(module)(["--help"])
    epilog = " ".join(capsys.readouterr().out.split()).partition("Exit codes: ")[2]
    assert _numbers(epilog) == _numbers(row), f"{module}: help {epilog!r}, page {row!r}"
