"""Mistakes in the files of one service stop no other; those of none, or of all, stop everything."""

from pathlib import Path

import pytest

from scripts.problems import ProblemsError
from scripts.project.usable_services import left_out, usable_services
from tests import samples
from tests.for_each import for_each

PLAIN = "environments: {{prod: {{region: {}}}}}\n"


def _service(root: Path, name: str, region: str = "eu-west-1", table: str = "") -> Path:
    contract = {"tables": [{**samples.PRICES, "table": table or f"table-{name}"}]}
    return samples.write_service(root, name, contract, PLAIN.format(region))


MISTAKES = {
    "contract": ("cart/migrationContract.json", "{"),
    "settings": ("cart/deployment.yaml", "environments: {prod: {regin: eu-west-1}}\n"),
    "no contract": ("cart/migrationContract.json", None),
}


@for_each(("path", "content"), MISTAKES.values(), ids=MISTAKES)
def test_a_service_with_mistakes_is_left_out(tmp_path: Path, path: str, content: str | None) -> None:
    for name in ("cart", "shop"):
        contracts = _service(tmp_path, name)
    (contracts / path).unlink() if content is None else (contracts / path).write_text(content)
    services, problems = usable_services(contracts)
    assert ([service.name for service in services], left_out(contracts, problems)) == (["shop"], ["cart"])
    assert [service.name for service in usable_services(contracts, "shop")[0]] == ["shop"]
    with pytest.raises(ProblemsError):
        usable_services(contracts, "cart")


def test_of_two_services_with_one_table_one_is_left_out(tmp_path: Path) -> None:
    for name in ("cart", "shop"):
        contracts = _service(tmp_path, name, table="same")
    services, problems = usable_services(contracts)
    assert ([service.name for service in services], left_out(contracts, problems)) == (["cart"], ["shop"])


def test_what_is_no_mistake_of_one_service_stops_all(tmp_path: Path) -> None:
    contracts = _service(tmp_path, "shop")
    assert usable_services(contracts)[1] == ()
    (contracts / "deployment.yaml").write_text("")  # belongs to no service
    with pytest.raises(ProblemsError):
        usable_services(contracts)
