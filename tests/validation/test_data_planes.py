"""What the project does with items works on every data plane: the probes, and with them each access pattern that they try."""

from pathlib import Path
from typing import Any

import pytest

from scripts.comparison.compare import MATCH
from scripts.local_aws.strictness.table_request import create_request
from scripts.observe.aws import Aws
from scripts.project.services import Service, read_services
from scripts.templates.desired import table_states
from scripts.templates.template import table_template
from scripts.validation.pattern_coverage import NOT_TRIED, served
from scripts.validation.probe import probe
from scripts.validation.write_probe import WriteProbe
from tests import samples
from tests.working_copy import ROOT

# What the second data plane does not know of a table: it has one class, one owner of keys, and no protection.
CONTROL_PLANE = ("TableClass", "SSESpecification", "DeletionProtectionEnabled", "StreamSpecification", "Tags")


def services(folder: Path) -> list[Service]:
    """A service with keys of all types and an index of each projection, and those of this repository."""
    return [samples.service(folder), *read_services(ROOT / "contracts")]


def create(client: Any, properties: dict[str, Any]) -> None:
    """The table of a template, by the API."""
    request = create_request(properties["TableName"], properties)
    client.create_table(**{name: value for name, value in request.items() if name not in CONTROL_PLANE})
    client.get_waiter("table_exists").wait(TableName=properties["TableName"], WaiterConfig={"Delay": 0})


@pytest.mark.contracts
@pytest.mark.usefixtures("data_plane")
def test_probes_and_access_patterns(tmp_path: Path) -> None:
    tried = 0
    for service in services(tmp_path):
        place = service.environments[-1]
        aws = Aws(place.region or "eu-west-1")
        for table, state in zip(service.contract.tables, table_states(service, place), strict=True):
            template = table_template(state, service.name, place.name)
            create(aws.client("dynamodb"), template["Resources"]["Table"]["Properties"])
            findings = (*probe(aws, state), *WriteProbe(aws, state).run())
            assert {finding.outcome for finding in findings} == {MATCH}, findings
            indexes = len(state.indexes) + len(state.local_indexes)
            assert len(findings) == (1 + indexes) + (4 + indexes), "asked, and put, read everywhere, updated, deleted"
            patterns = served(service.contract.access_patterns, table, findings)
            tried += sum(pattern.probe != NOT_TRIED for pattern in patterns)
            assert all(pattern.probe != "refused" for pattern in patterns)
            aws.client("dynamodb").delete_table(TableName=state.name)  # another service may have one of that name
    assert tried or not any(service.contract.access_patterns for service in services(tmp_path / "again"))
