"""A service in an environment of a trial: the product's own generation, deployment, validation and fixes, in its working copy."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from scripts.acceptance.shell import Shell
from scripts.command import Refused
from scripts.deployment.deploy_environment import deploy_environment
from scripts.deployment.request import DeploymentRequest
from scripts.drills.run_drill import EQUAL, DrillRequest, run_drill
from scripts.entry import INTERRUPTED
from scripts.folders import CONTRACTS, OUT
from scripts.observe.aws import Aws
from scripts.observe.target import Target, select
from scripts.observe.target_options import TargetOptions
from scripts.planning.live_plan import live_plan
from scripts.rendering.update import update_generated
from scripts.validation.fix import lines
from scripts.validation.patience import Patience
from scripts.validation.report import Report
from scripts.validation.validate_target import validate

SERVICE = "shop"
LOCALLY = partial(Patience, 10, lambda _: time.sleep(0.02))  # what settles there does so with the next looks
DEPLOYED = "deployed"


class TrialService:
    """One service, `shop`, in one environment. Everything is done in `folder`, as a person would do it in a repository."""

    def __init__(self, aws: Aws, environment: str, folder: Path, shell: Shell, log: StringIO) -> None:
        self.aws, self.environment, self.folder = aws, environment, folder
        self._shell, self._log = shell, log
        self.deployed = ""  # what its first deployment gave

    def table(self, name: str) -> str:
        """The name in AWS of a table of the contract."""
        return f"{self.environment}-{name}"

    def stack(self, table: str = "") -> str:
        """The stack of a table of the contract, or the one that all of them share."""
        return "-".join(filter(None, ("dynamodb", self.environment, SERVICE, table)))

    def write(self, contract: list[dict[str, Any]], **settings: Any) -> None:
        """Write contract and settings, and generate. `place`: settings of the environment; others are top-level keys."""
        source = self.folder / CONTRACTS / SERVICE
        source.mkdir(parents=True, exist_ok=True)
        own = {"region": self.aws.region, "table_prefix": f"{self.environment}-", **settings.pop("place", {})}
        content = {"environments": {self.environment: own}, **settings}
        (source / "migrationContract.json").write_text(json.dumps({"tables": contract}), encoding="utf-8")
        (source / "deployment.yaml").write_text(json.dumps(content), encoding="utf-8")
        with self._inside():
            update_generated(CONTRACTS, OUT, None, False, False)

    def deploy(self) -> str:
        """Deploy; `deployed`, or how it ended and what it said last."""
        with self._inside() as said:
            request = DeploymentRequest(TargetOptions(self.environment), confirmed=True)
            try:
                code = deploy_environment(request, Console(file=said, soft_wrap=True))
            except Refused as error:
                return f"refused: {error}"
            if code == INTERRUPTED:
                raise KeyboardInterrupt
        return DEPLOYED if code == 0 else f"exit code {code}: {_last_words(said.getvalue())}"

    def validate(self) -> Report:
        """Compare what runs with the contract, once it has settled."""
        with self._inside():
            return validate(self._target(), LOCALLY() if self.aws.local else Patience(900))

    def problems(self, report: Report | None = None) -> str:
        """Each check that is no match, as `table subject property outcome`, in one line; `none` when all match. `report`: a validation that was made."""
        found = [
            " ".join(filter(None, ["shared" if t.shared else t.name, f.subject, f.property, f.outcome]))
            for t in (report or self.validate()).tables
            for f in t.findings
            if f.outcome != "match"
        ]
        return "; ".join(sorted(found)) or "none"

    def plan(self) -> str:
        """What a plan would do to each table, as `table: kind`, in one line."""
        with self._inside():
            planned = live_plan(self._target())
        return "; ".join(sorted(f"{entry.table}: {entry.action}" for entry in planned.entries))

    def mend(self, report: Report) -> str:
        """Follow what a validation prints, block by block; the ids of the fixes, or the command that failed and its answer."""
        told: set[str] = set()
        deployments = False
        for _, block in report.blocks:
            ids = {problem.fix.id for problem in block.problems}
            told |= ids
            script = "\n".join(lines(block.commands))
            if script.startswith("make "):
                deployments = True  # that of several tables is one and the same
            elif script:
                with self._inside() as said:
                    code, output = self._shell(script)
                    said.write(output)
                if code:
                    return f"{', '.join(sorted(told))}; failed: {_last_words(output)}"
        if deployments and (ended := self.deploy()) != DEPLOYED:
            return f"{', '.join(sorted(told))}; {ended}"
        return ", ".join(sorted(told)) or "none"

    def drill(self, table: str) -> str:
        """Restore a table of the contract to a copy, compare their items, delete the copy; `equal`, or what the drill said."""
        request = DrillRequest(TargetOptions(self.environment), table, confirmed=True)
        with self._inside() as said:
            code = run_drill(request, lambda line: print(line, file=said))
        return "equal" if code == EQUAL else f"exit code {code}: {_last_words(said.getvalue())}"

    def _target(self) -> Target:
        made = select(TargetOptions(self.environment))
        return replace(made, aws=self.aws)

    @contextlib.contextmanager
    def _inside(self) -> Iterator[StringIO]:
        """In the working copy, with what is said kept for the log."""
        said = StringIO()
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with (
                contextlib.chdir(self.folder),
                contextlib.redirect_stdout(said),
                contextlib.redirect_stderr(said),
            ):
                yield said
        finally:
            self._log.write(f"--- {self.environment}\n{said.getvalue()}\n")


def _last_words(text: str) -> str:
    return " / ".join([line.strip() for line in text.splitlines() if line.strip()][-3:])
