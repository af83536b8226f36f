"""Quotas of an account and Region: what all services have there is counted, as it is rendered, and told once."""

from pathlib import Path
from unittest.mock import patch

import pytest

from scripts.limits import Limit
from scripts.project import limit_rules
from scripts.rendering.service_files import render
from tests import samples

SETTINGS = "environments: {{prod: {{region: {region}, account: '{account}', table_prefix: {prefix}}}}}\n"
PLACES = (
    ("first", "eu-west-1", "111122223333"),
    ("second", "eu-west-1", "111122223333"),
    ("third", "eu-west-1", "444455556666"),
)


@pytest.mark.parametrize("remembered", [(), ("second",), ("third",)])
def test_tables_and_stacks_are_counted_over_all_services(tmp_path: Path, remembered: tuple[str, ...]) -> None:
    for name, region, account in PLACES:
        text = SETTINGS.format(region=region, account=account, prefix=f"{name}-")
        samples.write_service(tmp_path, settings=text, name=name)
    contracts = tmp_path / "contracts"
    every = {one.service.name: one for one in render(contracts, None, {}, {})}
    files = {path: file.digest for one in every.values() for path, file in one.files().items()}
    templates = {name: sum("/templates/" in path and path.startswith(f"{name}/") for path in files) for name in every}
    known = {name: every[name].made("", files) for name in remembered}
    few = patch.multiple(limit_rules, TABLES=Limit(3, "", ""), STACKS=Limit(3, "", ""))
    with few:
        said = [problem for one in render(contracts, None, known, {}) for problem in one.said]
    found = [problem.message for problem in said if problem.id in limit_rules.OF_ALL_SERVICES]
    stacks = templates["first"] + templates["second"]
    assert [message.partition(" in ")[0] for message in found] == [
        "The services have 4 tables",
        f"The services need {stacks} stacks",
    ]
    assert stacks == 6, "a stack for each table, and for what they share"
