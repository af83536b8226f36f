"""A repository in which commands are run as a person runs them: by make, in an environment of its own."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.local_aws import LocalAws
from tests import working_copy
from tests.environment import INHERITED
from tests.own_repository.conftest import COPIER, begin_git, commit
from tests.working_copy import git

FOREIGN = ("AWS_", "GITHUB_", "MAKE", "MFLAGS", "PYTEST_", "PYTHON", "VIRTUAL_ENV", "HYPOTHESIS_", "COV_")


@dataclass(frozen=True)
class Repository:
    """A folder, and the AWS that its commands find."""

    folder: Path
    aws: LocalAws

    @classmethod
    def from_copier(cls, source: Path, version: str, folder: Path, aws: LocalAws, **answers: str) -> "Repository":
        """What copier makes of a version of the source, begun and committed."""
        data = [part for name, value in answers.items() for part in ("--data", f"{name}={value}")]
        command = [
            str(COPIER),
            "copy",
            "--defaults",
            "--quiet",
            f"--vcs-ref={version}",
            *data,
            str(source),
            str(folder),
        ]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
        begin_git(folder)
        made = cls(folder, aws)
        made.make("setup")
        made.commit("Begin")
        return made

    @classmethod
    def from_clone(cls, source: Path, folder: Path, aws: LocalAws) -> "Repository":
        """A clone of what is committed."""
        subprocess.run(["git", "clone", "--quiet", source, folder], check=True, capture_output=True)
        begin_git(folder)
        made = cls(folder, aws)
        made.make("setup")
        return made

    def commit(self, message: str) -> None:
        """Commit everything that is there, if there is anything new."""
        if git(self.folder, "status", "--porcelain"):
            commit(self.folder, message)

    def make(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run make, as `run` does."""
        return self.run("make", "--no-print-directory", *words, codes=codes)

    def run(self, *command: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run any command; what it said. Fails where it ends with another code."""
        environment = {name: value for name, value in INHERITED.items() if not name.startswith(FOREIGN)}
        environment |= self.aws.environment
        code, said = working_copy.run(self.folder, *command, environment=environment)
        print(f"{' '.join(command)}: {code}")
        assert code in codes, said
        return said
