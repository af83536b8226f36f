"""A copy of this repository that a test may change, with the environment of the one that runs the test."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = "bookshop"
# Whoever uses the repository removes the sample from contracts/.
KEPT_SAMPLE = Path(__file__).parent / "sample" / SAMPLE
HAS_SAMPLE = (ROOT / "contracts" / SAMPLE).is_dir()
# Nobody's settings, no examples of hooks in a new repository, and no thought of tidying up at each commit.
QUICK_GIT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TEMPLATE_DIR": "",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "maintenance.auto",
    "GIT_CONFIG_VALUE_0": "false",
}
PARTS = (
    ".github",
    "policies",
    "scripts",
    "docs",
    "pyproject.toml",
    ".pre-commit-config.yaml",
    "Makefile",
)


def make(target: Path) -> Path:
    """Copy the repository to `target`, as its own git repository: without history and environment, with its bytecode.

    Of the services it has the sample of the tests only, whatever there is in contracts/.
    """
    target.mkdir()
    ignored = shutil.ignore_patterns("deployment.json", "deployment.md")
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignored)
        else:
            shutil.copyfile(source, target / name)
    (target / "contracts").mkdir()
    for schema in (ROOT / "contracts").glob("*.json"):
        shutil.copyfile(schema, target / "contracts" / schema.name)
    shutil.copytree(KEPT_SAMPLE, target / "contracts" / SAMPLE)
    if _is_kept_sample(ROOT / "contracts" / SAMPLE):  # its files were generated already
        shutil.copytree(ROOT / "generated" / SAMPLE, target / "generated" / SAMPLE, ignore=ignored)
    else:
        code, said = run(target, sys.executable, "-m", "scripts.generate")
        assert code == 0, said
    (target / ".venv").symlink_to(Path(sys.prefix))
    (target / ".gitignore").write_text((ROOT / ".gitignore").read_text() + ".venv\n")
    git(target, "init", "--quiet")
    if (ROOT / ".git").exists():  # what is committed there need not be written again
        objects = git(ROOT, "rev-parse", "--path-format=absolute", "--git-path", "objects")
        (target / ".git" / "objects" / "info" / "alternates").write_text(objects)
    git(target, "-c", "core.looseCompression=0", "add", "--all")
    git(target, "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "copy")
    return target


def source_of(module: str) -> Path:
    """The file that `python -m` runs: git leaves the folder of a package that became a module, with bytecode in it."""
    path = ROOT / Path(*module.split("."))
    return path / "__main__.py" if (path / "__main__.py").is_file() else path.with_suffix(".py")


def _is_kept_sample(folder: Path) -> bool:
    return all(
        (folder / kept.name).is_file() and (folder / kept.name).read_bytes() == kept.read_bytes()
        for kept in KEPT_SAMPLE.iterdir()
    )


def git(folder: Path, *arguments: str) -> str:
    """Run git there, untouched by the configuration of whoever runs the test."""
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), **QUICK_GIT}
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    ).stdout


def run(folder: Path, *command: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a command there, with that environment or with this process's; its exit code and all that it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
