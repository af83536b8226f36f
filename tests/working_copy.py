"""A copy of this repository that a test may change, with the environment of the one that runs the test."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PARTS = (
    "contracts",
    "generated",
    "policies",
    "scripts",
    "docs",
    "pyproject.toml",
    ".pre-commit-config.yaml",
    "Makefile",
)


def make(target: Path) -> Path:
    """Copy the repository to `target`, without history, environment and what is built, as its own git repository."""
    target.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "deployment.json")
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignored)
        else:
            shutil.copyfile(source, target / name)
    (target / ".venv").symlink_to(Path(sys.prefix))
    (target / ".gitignore").write_text((ROOT / ".gitignore").read_text() + ".venv\n")
    git(target, "init", "--quiet")
    git(target, "add", "--all")
    git(target, "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "copy")
    return target


def git(folder: Path, *arguments: str) -> str:
    """Run git there, untouched by the configuration of whoever runs the test."""
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    ).stdout


def run(folder: Path, *command: str) -> tuple[int, str]:
    """Run a command there; its exit code and all that it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
