"""A dashboard beyond the first is a stack: it may not have the name of another one."""

from pathlib import Path

import pytest

from scripts.problems import ProblemsError
from scripts.rendering.service_files import render
from tests import samples


@pytest.mark.parametrize(("other", "clashes"), [("shop-2", True), ("shop-3x", False)])
def test_two_services_never_take_turns_in_one_stack(tmp_path: Path, other: str, clashes: bool) -> None:
    tables = [{**samples.orders(), "table": f"Orders{number}"} for number in range(20)]
    one = "environments: {dev: {region: us-east-1}}\n"
    two = "environments: {dev: {region: us-east-1, table_prefix: other-}}\n"
    contracts = samples.write_service(tmp_path, contract={"tables": tables}, settings=one)
    samples.write_service(tmp_path, settings=two, name=other)
    if not clashes:
        assert len(render(contracts, None, {}, {})) == 2
        return
    with pytest.raises(ProblemsError) as found:
        render(contracts, None, {}, {})
    (problem,) = found.value.problems
    assert "dynamodb-dev-shop-2" in problem.message
    assert "a dashboard of service shop, environment dev" in problem.message
