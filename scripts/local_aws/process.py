"""Starts the local AWS as a child process on a loopback port, and ends it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
ACCOUNT = "111122223333"
NO_SUCH_FILE = os.devnull

# Read by the emulator when it is imported: nothing on disk, no listeners besides the one port, errors only.
EMULATOR_SETTINGS = {
    "BIND_HOST": HOST,
    "IOT_MTLS_ENABLED": "0",
    "LOG_LEVEL": "ERROR",
    "PERSIST_STATE": "0",
    "S3_PERSIST": "0",
    "SFTP_ENABLED": "0",
    "USE_SSL": "0",
}


class LocalAwsError(Exception):
    """The local AWS could not start or answer. The message is one line that says what to do."""


@dataclass(slots=True)
class LocalAws:
    """A running local AWS. Use it as a context manager, or call `stop`."""

    port: int
    _child: subprocess.Popen[bytes]
    account: str = ACCOUNT

    @classmethod
    def start(cls, port: int | None = None) -> Self:
        """Start a local AWS on `port` of the loopback interface, or on a free one, and wait until it answers.

        Raises LocalAwsError when the port is taken or the emulator does not start.
        """
        with _listening_socket(port) as listener:
            actual_port = listener.getsockname()[1]
            child = _start_child(listener.fileno(), actual_port)
        # The child writes one line: that it is ready, or why it is not. No line at all: it died.
        line = child.stdout.readline().decode(errors="replace").strip() if child.stdout else ""
        if line != "ready":
            _end(child)
            raise LocalAwsError(line or "The local AWS did not start. Run again with LOCAL_AWS_LOG=<file> and read it.")
        return cls(port=actual_port, _child=child)

    @property
    def endpoint_url(self) -> str:
        """The one address of every service, for `AWS_ENDPOINT_URL`."""
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What boto3 and child processes need to reach this AWS and never a real one.

        The account id is the access key: that is how the emulator learns the account.
        """
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": NO_SUCH_FILE,
            "AWS_SHARED_CREDENTIALS_FILE": NO_SUCH_FILE,
            **_around_the_proxy(),
        }

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._child.pid

    def reset(self) -> None:
        """Empty every service in every region and put the clock back to its defaults."""
        self._post("/_ministack/reset", {})

    def set_clock(
        self,
        *,
        table: int = 0,
        index: int = 2,
        ttl: int = 0,
        ttl_interval: float = 0,
        backup: int = 2,
        recovery_lag: float = 5,
    ) -> None:
        """How many describe calls see a new table, a changed index or a changed TTL before it has settled.

        `table` and `index` count DescribeTable calls, `ttl` counts DescribeTimeToLive calls. `ttl_interval`: minutes
        that must pass between two changes of the TTL of a table; on AWS 60, see `advance`. `backup` counts the calls
        that describe or list a backup, a restored table, or a job of AWS Backup. `recovery_lag`: minutes that
        LatestRestorableDateTime lies behind. `reset` undoes this.
        """
        counts = {"table": table, "index": index, "ttl": ttl, "ttl_interval": ttl_interval}
        self._post("/_local_aws/clock", counts | {"backup": backup, "recovery_lag": recovery_lag})

    def set_quotas(self, *, tables: int = 2_500) -> None:
        """How many tables an account may have in a region before a change set warns. `reset` undoes this."""
        self._post("/_local_aws/quotas", {"tables": tables})

    def fail(
        self, operation: str, code: str, message: str = "", *, times: int = 1, after: int = 0, done: bool = False
    ) -> None:
        """Let the next calls of an operation fail with an error code before they do anything.

        `operation`: `CreateChangeSet`, `cloudformation:CreateChangeSet` or a pattern like `dynamodb:*`. `times` calls
        fail, after `after` that do not. With `done` the call is carried out and its answer lost. `reset` undoes this.
        """
        body = {"operation": operation, "code": code, "message": message, "times": times, "after": after, "done": done}
        self._post("/_local_aws/fail", body)

    def calls(self) -> list[str]:
        """The API calls received since the last reset, in order, each as `service:Operation`, failed ones too."""
        return self._post("/_local_aws/calls", {})["calls"]

    def advance(self, minutes: float) -> None:
        """Stop the clock of this AWS and move it forward. From then on it moves only by this; `reset` undoes it."""
        self._post("/_local_aws/advance", {"minutes": minutes})

    def put_metrics(
        self,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        values: Iterable[tuple[float, float]],
        *,
        unit: str = "Count",
        region: str | None = None,
    ) -> None:
        """Store values of a metric, each (minutes ago, value); 0 is the current minute. Also of AWS's own namespaces.

        Stops the clock, so that what follows looks at the same minutes. `region`: that of the environment by default.
        """
        named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        body = {"namespace": namespace, "metric": metric, "dimensions": named, "values": list(values), "unit": unit}
        self._post("/_local_aws/metrics", body | self._scope(region))

    def evaluate_alarms(self, *, region: str | None = None) -> dict[str, str]:
        """Let the alarms of a region look at their metrics now; the state of every alarm by its name.

        Raises LocalAwsError when an alarm uses what is not supported here, for example another statistic.
        """
        answer = self._post("/_local_aws/alarms", self._scope(region))
        if "problem" in answer:
            raise LocalAwsError(f"The alarms cannot be evaluated: {answer['problem']}. Change them or leave them out.")
        return answer["states"]

    def run_backup_plans(self, *, region: str | None = None) -> list[str]:
        """Let every rule of the backup plans of a region back up what its plan selects; the ids of the backup jobs."""
        return self._post("/_local_aws/backups", self._scope(region))["jobs"]

    def stop(self) -> None:
        """End the child. Nothing is kept. Safe to call again."""
        _end(self._child)

    def wait(self) -> None:
        """Block until the child ends."""
        # In short pauses: a Ctrl-C in the moment before a blocking call begins would be noticed only when that returns.
        while self._child.poll() is None:
            time.sleep(0.2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _scope(self, region: str | None) -> dict[str, str]:
        of_environment = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        return {"account": self.account, "region": region or of_environment}

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 (always http to the loopback interface)
            self.endpoint_url + path, data=json.dumps(body).encode(), method="POST"
        )
        # No proxy of the environment may stand between this process and its own child.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return json.loads(answer.read())
        except OSError as error:
            raise LocalAwsError(
                f"The local AWS on port {self.port} does not answer ({error}). Start it again."
            ) from None


def _around_the_proxy() -> dict[str, str]:
    """Where a proxy is set, boto3 must not ask it for an address of this machine."""
    proxies = urllib.request.getproxies_environment()
    if not proxies.keys() - {"no"}:
        return {}
    exceptions = ",".join(filter(None, (proxies.get("no"), HOST)))
    return {"NO_PROXY": exceptions, "no_proxy": exceptions}


def _listening_socket(port: int | None) -> socket.socket:
    """Bind before the child starts, so that no other process can take the port in between."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port or 0))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise LocalAwsError(
            f"Port {port} cannot be used ({error.strerror}). Choose another with --port, or leave it out for a free one."
        ) from None
    except OverflowError:
        listener.close()
        raise LocalAwsError(f"Port {port} is not a port. Choose one between 1024 and 65535.") from None
    return listener


def _start_child(listener: int, port: int) -> subprocess.Popen[bytes]:
    # Without stored bytecode every start compiles 16,000 lines again: 3 s instead of under 1 s.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    log = os.environ.get("LOCAL_AWS_LOG", os.devnull)
    with Path(log).open("ab") as log_file:
        return subprocess.Popen(
            [sys.executable, "-m", "scripts.local_aws.server", str(listener)],
            cwd=ROOT,
            env={**inherited, **EMULATOR_SETTINGS, "GATEWAY_PORT": str(port)},
            pass_fds=[listener],
            # The child reads its standard input: when this process ends, however it ends, that input ends too.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log_file,
            start_new_session=True,
        )


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
