"""One run of the acceptance: its names, its connection, and how its scenarios wait, tell the time and read an answer."""

import re
import threading
from collections.abc import Callable
from functools import cached_property
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.acceptance.cleanup import CALM, QUICK
from scripts.acceptance.every_setting import CONTRACT, every_setting
from scripts.acceptance.own_names import PREFIX, run_prefix
from scripts.acceptance.shell import Shell
from scripts.acceptance.trial_service import TrialService
from scripts.local_aws import LocalAws
from scripts.observe.aws import Aws, error_code
from scripts.observe.waiting import Waiting

T = TypeVar("T")
LOCAL_PATIENCE = 30.0  # seconds: on the local AWS nothing takes time
UUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
TIME = re.compile(
    r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d UTC \d{4}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00| UTC)?"
)


class Trial:
    """What the scenarios of one run share. `local`: the local AWS where that is asked, None for AWS."""

    def __init__(self, run: str, aws: Aws, folder: Path, shell: Shell, local: LocalAws | None = None) -> None:
        self.run, self.aws, self.folder, self.shell, self.local = run, aws, folder, shell, local
        self._once: dict[str, Any] = {}
        self.log = StringIO()  # what the product said

    def client(self, service: str) -> Any:
        """The client of an AWS service."""
        return self.aws.client(service)

    def once(self, service: str) -> Any:
        """A client that asks once: what AWS refuses for being asked too often is an answer here, not a reason to ask again."""
        if service not in self._once:
            session, config = boto3.Session(region_name=self.aws.region), Config(retries={"total_max_attempts": 1})
            self._once[service] = session.client(service, config=config)
        return self._once[service]

    def environment(self, id: str) -> str:
        """The name of the environment of a scenario; its tables and stacks begin with it."""
        return f"{run_prefix(self.run)}{id}"

    def service(self, id: str, contract: list[dict[str, Any]], **settings: Any) -> TrialService:
        """A new service in an environment of its own, written and generated, not deployed. `settings`: of deployment.yaml."""
        made = TrialService(self.aws, self.environment(id), self.folder / id, self.shell, self.log)
        made.write(contract, **settings)
        return made

    @cached_property
    def base(self) -> TrialService:
        """The service with every setting, deployed once for all scenarios that look at it."""
        name, account, arn = self.environment("create"), self.aws.account, self.aws.arn("dynamodb")
        made = self.service("create", CONTRACT, **every_setting(name, account, arn))
        made.deployed = made.deploy()
        return made

    def until(self, look: Callable[[], T | None], what: str, minutes: float = 30) -> T:
        """Call `look` until it gives something. Raises TimeoutError, naming `what`, when it has not after so many minutes."""
        end = monotonic() + (LOCAL_PATIENCE if self.local else minutes * 60)
        waiting = Waiting(threading.Event(), first=QUICK if self.local else CALM)
        for _ in waiting.intervals():
            if (found := look()) is not None:
                return found
            if monotonic() > end:
                raise TimeoutError(f"{what} did not happen within {minutes:.0f} minutes")
        raise AssertionError("unreachable")

    def pass_time(self, minutes: float) -> None:
        """Let time go by: on AWS by waiting, on the local AWS at once."""
        if self.local:
            self.local.advance(minutes)
        else:
            Waiting(threading.Event()).pause(minutes * 60)

    def settled(self, table: str) -> dict[str, Any]:
        """The description of a table (its name in AWS) as soon as it and all its indexes are ACTIVE."""

        def look() -> dict[str, Any] | None:
            found = self.client("dynamodb").describe_table(TableName=table)["Table"]
            states = {i["IndexStatus"] for i in found.get("GlobalSecondaryIndexes", ())} | {found["TableStatus"]}
            return found if states == {"ACTIVE"} else None

        return self.until(look, f"{table} becoming ACTIVE")

    def refusal(self, service: str, operation: str, **request: Any) -> str:
        """How AWS refuses a call, as `code: sentence`; `accepted` when it does not."""
        try:
            getattr(self.once(service), operation)(**request)
        except ClientError as error:
            return f"{error_code(error)}: {error.response['Error'].get('Message', '')}"
        return "accepted"

    def plain(self, text: str) -> str:
        """A text without what differs from run to run and from account to account: it can be compared, and given away."""
        text = re.sub(rf"{PREFIX}-{self.run}-[a-z0-9]+(-alarms)?", lambda found: f"ENV{found[1] or ''}", text)
        text = text.replace(self.run, "RUN").replace(self.aws.account, "ACCOUNT").replace(self.aws.region, "REGION")
        text = TIME.sub("TIME", UUID.sub("ID", text))
        return " ".join(re.sub(r"\(Service: [^)]*\)|\(RequestToken: [^)]*\)", "", text).split())
