"""Capacity and cost on the pages: figures where the traffic is known, and words where it is not."""

import re
from pathlib import Path

from scripts.project.services import read_services
from scripts.rendering.service_files import generated_texts
from tests import samples
from tests.pages.reading import read

SETTINGS = """\
environments:
  dev: {region: us-east-1}
  prod:
    region: us-east-1
    table_prefix: prod-
    tables:
      Orders:
        billing: %s
        traffic:
          item_count: 0
          item_size_bytes: 1000
          reads: {average: 770, peak: 770, consistency: strong}
          writes: {average: 120, peak: 120}
          indexes:
            ByStatus: {reads: {average: 0, peak: 0}, share_of_writes: 0}
            ByBook: {reads: {average: 0, peak: 0}, share_of_writes: 0}
            ByDay: {reads: {average: 0, peak: 0}, share_of_writes: 0}
  far: {region: mx-central-1, table_prefix: far-}
"""


def pages(root: Path, billing: str = "on-demand") -> dict[str, str]:
    contracts = samples.write_service(root, settings=SETTINGS % billing)
    return generated_texts(read_services(contracts))


def test_known_traffic_gives_the_known_sums(tmp_path: Path) -> None:
    page = pages(tmp_path)["shop/tables/Orders.md"]
    assert "| reads | 1,995,840,000 | $0.125 for 1 million read request units | $249.48 |" in page
    assert "| writes | 311,040,000 | $0.625 for 1 million write request units | $194.40 |" in page
    assert "`dev`: no estimate" not in page  # its alarms are known
    assert "Without an estimate: reads, writes" in page
    assert re.search(r"no sort key|sort key `SK` \(S\), 3 indexes, on-demand, no estimate a month in `far`", page)


def test_a_region_without_prices_has_no_estimate(tmp_path: Path) -> None:
    files = pages(tmp_path)
    why = "There are no prices of `mx-central-1`: [add them](../../../docs/cost.md#prices)."
    assert f"`far`: no estimate. {why}" in files["shop/tables/Orders.md"]
    cost = read(files["shop/README.md"]).tables[-1]
    assert cost[0] == ["Table", "dev", "prod", "far"]
    assert [row[-1] for row in cost[1:]] == ["no estimate"] * 2


def test_a_service_with_several_dashboards_says_which_table_is_on_which(tmp_path: Path) -> None:
    tables = [{**samples.orders(), "table": f"Orders{n}"} for n in range(20)]
    contracts = samples.write_service(
        tmp_path, contract={"tables": tables}, settings="environments: {dev: {region: us-east-1}}\n"
    )
    files = generated_texts(read_services(contracts))
    (head, *rows) = read(files["shop/dev/README.md"]).tables[1]
    assert len({row[head.index("Dashboard")] for row in rows}) > 1
    for row in rows:
        number = row[head.index("Dashboard")]
        stem = "service" if number == "1" else f"dashboard-{number}"
        assert f"{row[0]}: latency" in files[f"shop/dev/templates/{stem}.yaml"]


def test_advice_is_followed_only_when_it_is_asked_for(tmp_path: Path) -> None:
    asked = pages(tmp_path / "asked", "advise")
    chosen = pages(tmp_path / "chosen", "on-demand")
    template = "shop/prod/templates/tables/Orders.yaml"
    assert "BillingMode: PROVISIONED" in asked[template]
    assert "MaxCapacity" in asked[template]
    assert "BillingMode: PAY_PER_REQUEST" in chosen[template]
    assert "The settings choose otherwise." in chosen["shop/tables/Orders.md"]
    assert "The settings choose otherwise." not in asked["shop/tables/Orders.md"]
