"""What a deployment submits on its way, beside the reviewed templates."""

from pathlib import Path

from scripts import check_policies
from scripts.execution import unprotected
from scripts.template import table_template, to_yaml
from tests import samples

POLICIES = Path(__file__).parent.parent / "policies"


def test_the_first_step_of_a_creation_keeps_the_policies_too(tmp_path: Path) -> None:
    state = unprotected(samples.states(samples.service(tmp_path))["Orders"])
    path = tmp_path / "first.yaml"
    path.write_text(to_yaml(table_template(state, "shop", "dev-us-east-1"), "shop"))
    assert state.deletion_protection is False
    assert "until the table has been created" in path.read_text()
    assert not check_policies.check([path], test_rules=False, folder=POLICIES).violations
