"""GitHub shows every page, however much there is to say: what can be read elsewhere is left out first."""

from dataclasses import replace
from pathlib import Path

import pytest

from scripts.model import Attribute, Entity
from scripts.pages import common, environment_page, runbook, service_page, table_page
from scripts.templates.desired import table_states
from tests import samples
from tests.monitoring.support import EVERY_NAME

LARGE = 1_000  # tables, whose names are as long as names can be


def test_no_page_of_a_large_service_is_too_long_for_github(tmp_path: Path) -> None:
    service = samples.service(tmp_path)
    orders = service.contract.tables[0]
    place = service.environments[1]
    found = table_states(service, place)[0]
    many = tuple(replace(orders, name=f"{'x' * 240}{n:05}") for n in range(LARGE))
    states = [replace(found, name=table.name) for table in many]
    large = replace(service, contract=replace(service.contract, tables=many))
    for text in (
        service_page.render(large),
        environment_page.render(large, place, states, {}),
        runbook.render(large, EVERY_NAME),
    ):
        assert len(text.encode()) <= common.PAGE_MAX
        assert "tables/" in text or "README.md" in text


@pytest.mark.parametrize(("entities", "attributes"), [(1, 15_000), (20_000, 0)])
def test_no_page_of_a_large_table_is_too_long_for_github(tmp_path: Path, entities: int, attributes: int) -> None:
    service = samples.service(tmp_path)
    orders = service.contract.tables[0]
    listed = tuple(Attribute(f"attribute_{n:05}", "S", source_table="orders") for n in range(attributes))
    large = replace(
        orders, entities=tuple(Entity(f"ENTITY_{n:05}", "orders", attributes=listed) for n in range(entities))
    )
    states = {place.name: table_states(service, place)[0] for place in service.environments}
    text = table_page.render(service, large, states)
    assert len(text.encode()) <= common.PAGE_MAX
    assert "see the contract" in text
    assert "ByStatus" in text
