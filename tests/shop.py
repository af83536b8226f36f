"""A small service on disk, driven by the commands' own entry points, for tests against the local AWS."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from scripts import deploy, generate, validate
from tests import kept
from tests.in_process import InProcessAws

ENVIRONMENT = "test-eu-west-1"
CONTRACT: dict[str, Any] = {
    "tables": [
        {
            "table": "Orders",
            "type": "single-entity",
            "pk": "PK",
            "sk": "SK",
            "gsis": [
                {"index_name": "ByStatus", "pk": "status", "sk": "placed_at"},
                {
                    "index_name": "ByBook",
                    "pk": "isbn",
                    "projection": "INCLUDE",
                    "projected_attributes": ["total", "buyer"],
                },
            ],
            "attributes": [
                {"name": name, "type": type}
                for name, type in {
                    "PK": "S",
                    "SK": "S",
                    "status": "S",
                    "placed_at": "N",
                    "isbn": "B",
                    "total": "N",
                    "buyer": "S",
                    "expires_at": "N",
                }.items()
            ],
        },
        {
            "table": "Books",
            "type": "single-entity",
            "pk": "isbn",
            "attributes": [{"name": "isbn", "type": "S"}, {"name": "removed_at", "type": "N"}],
        },
    ]
}
DEPLOYMENT = f"""\
environments:
  {ENVIRONMENT}: {{region: eu-west-1}}
tables:
  Orders: {{ttl: expires_at, point_in_time_recovery_days: 14, tags: {{Team: shop}}}}
"""
# What the first generation in an empty folder has made, by contract and settings: the same bytes every time.
_generated: dict[tuple[bytes, ...], dict[str, bytes]] = {}


class Shop:
    """A working copy with one service, `shop`."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str], aws: InProcessAws | None = None) -> None:
        self.root, self._aws = root, aws
        self.contract = copy.deepcopy(CONTRACT)
        self._capture = capture
        self.out = self.err = ""

    @property
    def orders(self) -> dict[str, Any]:
        """The first table of the contract, to be changed."""
        return self.contract["tables"][0]

    def write(self, deployment: str | None = DEPLOYMENT) -> None:
        """Write the contract and the settings, and generate."""
        folder = self.root / "contracts" / "shop"
        folder.mkdir(parents=True, exist_ok=True)
        contract, settings = folder / "migrationContract.json", folder / "deployment.yaml"
        contract.write_text(json.dumps(self.contract))
        if deployment is not None:
            settings.write_text(deployment)
        written = kept.files(self.root)
        afresh = written.keys() <= {str(contract.relative_to(self.root)), str(settings.relative_to(self.root))}
        known = _generated.get(tuple(written.values())) if afresh else None
        for name, content in (known or {}).items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_bytes(content)
        if known is None:
            assert generate.main([]) == 0, self._capture.readouterr().err
            if afresh:
                _generated[tuple(written.values())] = kept.files(self.root)

    def deploy(self, *options: str, environment: str = ENVIRONMENT) -> int:
        """The exit code of a deployment; what it said is in `out` and `err`."""
        return self._run(deploy.main, "--environment", environment, "--yes", *options)

    def deployed(self, validated: bool = False) -> None:
        """As after `deploy()` into the empty local AWS, which must succeed; but done once in a process, and then put back.

        For tests to which it does not matter how it came to be deployed. `validated`: and after a validation, which must match.
        """

        def command() -> tuple[str, str]:
            assert self.deploy() == 0, self.err
            assert not validated or self.problems() == []
            return self.out, self.err

        assert self._aws, "a shop without AWS deploys nothing"
        self._capture.readouterr()
        self.out, self.err = kept.once(self._aws, self.root, ("deploy", validated), command)

    @property
    def untouched(self) -> bool:
        """Whether nothing has happened in the local AWS yet."""
        return self._aws is not None and not self._aws.calls()

    def validate(self, *options: str, environment: str = ENVIRONMENT) -> int:
        """The exit code of a validation; what it said is in `out` and `err`."""
        return self._run(validate.main, "--environment", environment, *options)

    def problems(self) -> list[str]:
        """Each check of a validation that is no match, as `table subject property outcome`."""
        self.validate("--format", "json")
        return [
            " ".join(filter(None, [table["table"], check["subject"], check["property"], check["outcome"]]))
            for table in json.loads(self.out)["tables"]
            for check in table["checks"]
            if check["outcome"] != "match"
        ]

    def _run(self, main: Any, *options: str) -> int:
        self._capture.readouterr()
        code = main(list(options))
        self.out, self.err = self._capture.readouterr()
        return code
