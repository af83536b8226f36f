"""The effective settings of an environment, with where each comes from."""

from pathlib import Path

from scripts.pages.settings_used import settings_used
from tests import samples
from tests.pages.reading import read

SETTINGS = """\
environments:
  dev: {region: us-east-1, alarms: essential}
  prod:
    region: eu-west-1
    table_prefix: prod-
    tables:
      Orders:
        tags: {Team: orders}
        traffic: {item_count: 5, reads: {average: 1, peak: 2}, indexes: {ByDay: {reads: {average: 1, peak: 2}}}}
defaults: {tags: {Team: shop, Cost: "1"}, point_in_time_recovery_days: 14}
"""


def tables(root: Path, number: int) -> list[list[list[str]]]:
    service = samples.service(root, settings=SETTINGS)
    blocks = settings_used(service, service.environments[number])
    return [rows[1:] for rows in read("\n\n".join(b if isinstance(b, str) else "\n".join(b) for b in blocks)).tables]


def test_specific_places_win_and_are_named(tmp_path: Path) -> None:
    (general,) = tables(tmp_path, 0)
    assert ["alarms", "essential", "environments.dev"] in general
    assert ["point_in_time_recovery_days", "14", "defaults"] in general
    assert ["tags.Team", "shop", "defaults"] in general
    assert ["deletion_protection", "true", "default"] in general
    assert ["ttl", "none", "default"] in general


def test_what_one_table_has_of_its_own_is_told_part_by_part(tmp_path: Path) -> None:
    general, own = tables(tmp_path, 1)
    assert ["billing", "on-demand", "default"] in general
    place = "environments.prod.tables.Orders"
    assert sorted(own) == [
        ["Orders", "tags.Team", "orders", place],
        ["Orders", "traffic.indexes.ByDay.reads", "average 1, peak 2", place],
        ["Orders", "traffic.item_count", "5", place],
        ["Orders", "traffic.reads", "average 1, peak 2", place],
    ]
