"""A copy of the repository with a contract of a given size, in which commands are measured."""

import shutil
import sys
from pathlib import Path

from tests.bench import contracts
from tests.working_copy import ROOT, git

PARTS = ("policies", "scripts", "pyproject.toml", "requirements.txt", ".pre-commit-config.yaml")


def make(target: Path, tables: int, services: int = 1) -> Path:
    """Copy what the commands need, and write contracts for `tables` tables in `services` services. Nothing is generated."""
    target.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__")
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignored)
        else:
            shutil.copyfile(source, target / name)
    contracts.write(target, tables, services)
    for schema in (ROOT / "contracts").glob("*.json"):
        shutil.copyfile(schema, target / "contracts" / schema.name)
    (target / ".venv").symlink_to(Path(sys.prefix))
    (target / ".gitignore").write_text("build\n.venv\n__pycache__\n")
    git(target, "init", "--quiet")
    commit(target)
    return target


def commit(folder: Path) -> None:
    """Commit everything that is there."""
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=Bench", "-c", "user.email=bench@example.com", "commit", "--quiet", "-m", "bench")
