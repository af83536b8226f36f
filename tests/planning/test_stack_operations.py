"""What a deployment submits on its way, beside the reviewed templates: every step is one that CloudFormation takes."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from scripts.checks import policies
from scripts.model import Index, LiveTable, TtlTransition
from scripts.observe.target import ServiceEnvironment
from scripts.planning.changes import ADOPT, UPDATE, change
from scripts.planning.durations import Minutes
from scripts.planning.stack_operations import StackOperation, additional, stages, unprotected
from scripts.planning.steps import duration
from scripts.planning.table_changes import TableChange
from scripts.templates.template import table_template, to_yaml
from tests import samples
from tests.for_each import for_each

POLICIES = Path(__file__).parent.parent.parent / "policies"


def test_the_first_step_of_a_creation_keeps_the_policies_too(tmp_path: Path) -> None:
    state = unprotected(samples.states(samples.service(tmp_path))["Orders"])
    path = tmp_path / "first.yaml"
    path.write_text(to_yaml(table_template(state, "shop", "dev-us-east-1"), "shop"))
    assert state.deletion_protection is False
    assert "until the table has been created" in path.read_text()
    assert not policies.check([path], test_rules=False, folder=POLICIES).violations


def job(tmp_path: Path, adopt: bool = False, template_ttl: str | None = None, **live: Any) -> TableChange:
    """A job for the table Orders whose live state differs by `live`; the stack's template is of that, too."""
    service = samples.service(tmp_path)
    environment = next(e for e in service.environments if e.name == samples.ENVIRONMENT)
    desired = samples.states(service)["Orders"]
    found = samples.live_table(desired, **live)
    stated = replace(desired, **live | ({} if template_ttl is None else {"ttl_attribute": template_ttl}))
    template = {} if adopt else table_template(stated, service.name, environment.name)
    decided = change(desired, found, adopt=adopt)
    assert decided.action == (ADOPT if adopt else UPDATE), decided.reasons
    table = service.contract.tables[0]
    return TableChange(ServiceEnvironment(service, environment), table, desired, found, decided, template)


def ttl(template: Any) -> dict[str, Any]:
    return template["Resources"]["Table"]["Properties"].get("TimeToLiveSpecification", {})


def names(template: Any) -> set[str]:
    return {i["IndexName"] for i in template["Resources"]["Table"]["Properties"].get("GlobalSecondaryIndexes", [])}


def taken(made: TableChange, submitted: list[StackOperation]) -> None:
    """Every step is one that CloudFormation takes, and the last one leads to what is wanted."""
    templates = [*([made.template] if made.template else []), *(stage.template for stage in submitted)]
    for before, after in pairwise(templates):
        assert len(names(before) ^ names(after)) <= 1
        on = [t.get("AttributeName") if t.get("Enabled") else "" for t in (ttl(before), ttl(after))]
        switched = on[0] != on[1]
        assert not switched or _without_ttl(before) == _without_ttl(after)  # AWS may refuse to switch it back
        assert not (on[0] and on[0] != ttl(after).get("AttributeName"))  # neither removed nor moved while it is on
    assert submitted[-1].template["Resources"]["Table"] == _plain(made)


def _without_ttl(template: Any) -> Any:
    resources = template["Resources"]
    table = {
        name: value for name, value in resources["Table"]["Properties"].items() if name != "TimeToLiveSpecification"
    }
    return {**template, "Resources": {**resources, "Table": {**resources["Table"], "Properties": table}}}


def _plain(made: TableChange) -> Any:
    return table_template(made.desired, made.place.service.name, made.place.environment.name)["Resources"]["Table"]


OLD = Index("ByOld", samples.keys("total:N"))
NEW = {"ttl_attribute": "gone_at"}


@for_each(
    ("live", "words"),
    [
        ({"recovery_days": 7}, ["change settings"]),
        (NEW, ["switch off time to live", "switch on time to live"]),
        ({"ttl_attribute": ""}, ["switch on time to live"]),
        ({"ttl_attribute": "", "recovery_days": 7}, ["change settings", "switch on time to live"]),
        ({**NEW, "recovery_days": 7}, ["switch off time to live", "change settings", "switch on time to live"]),
        ({"indexes": ()}, ["add index ByStatus", "add index ByBook", "add index ByDay"]),
        (
            {**NEW, "indexes": (OLD,)},
            [
                "switch off time to live",
                "add index ByStatus",
                "add index ByBook",
                "add index ByDay",
                "remove index ByOld",
                "switch on time to live",
            ],
        ),
    ],
)
def test_every_step_is_one_that_cloudformation_takes(tmp_path: Path, live: dict[str, Any], words: list[str]) -> None:
    made = job(tmp_path, **live)
    submitted = stages(made)
    assert [stage.words for stage in submitted] == words
    taken(made, submitted)
    assert [s.waits_for_ttl for s in submitted if s.switches_ttl][1:] == [True] * (
        words.count("switch off time to live") and words.count("switch on time to live")
    )


def test_a_template_that_says_on_where_the_table_says_off_is_put_right_first(tmp_path: Path) -> None:
    made = job(tmp_path, template_ttl="gone_at", ttl_attribute="")
    submitted = stages(made)
    assert [stage.words for stage in submitted] == ["switch off time to live", "switch on time to live"]
    taken(made, submitted)


def test_a_table_that_only_others_have_changed_is_not_said_to_change(tmp_path: Path) -> None:
    made = job(tmp_path, recovery_days=7)
    deployed = replace(made, template=table_template(made.desired, "shop", samples.ENVIRONMENT))
    assert [stage.words for stage in stages(deployed)] == ["ask whether anything changes"]


@for_each(
    ("live", "says"),
    [
        (
            TtlTransition("DISABLING", True, attribute="gone_at", on=False),
            {"AttributeName": "gone_at", "Enabled": False},
        ),
        (TtlTransition("ENABLING", True, attribute="gone_at", on=True), {"AttributeName": "gone_at", "Enabled": True}),
        ("gone_at", {"AttributeName": "gone_at", "Enabled": True}),
        ("", {}),
    ],
)
def test_an_import_says_what_the_table_is_like(tmp_path: Path, live: Any, says: dict[str, Any]) -> None:
    tags = (("CostCentre", "7"), ("Team", "old"))
    made = job(tmp_path, adopt=True, ttl_attribute=live, indexes=(OLD,), recovery_days=0, tags=tags)
    first, *others = stages(made)
    assert (first.imports, list(first.template["Resources"])) == ("prod-Orders", ["Table"])
    assert "Outputs" not in first.template
    table = first.template["Resources"]["Table"]
    assert (table["DeletionPolicy"], ttl(first.template), names(first.template)) == ("Retain", says, {"ByOld"})
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}
    assert table["Properties"]["Tags"] == [{"Key": "Team", "Value": "old"}]  # or the next step would take others away
    taken(made, [first, *others])


def test_a_creation_is_unprotected_until_it_is_complete(tmp_path: Path) -> None:
    made = job(tmp_path)
    created = replace(made, live=None, change=change(made.desired, None), template={})
    protection = [s.template["Resources"]["Table"]["Properties"]["DeletionProtectionEnabled"] for s in stages(created)]
    assert protection == [False, True]
    assert isinstance(made.live, LiveTable)


@for_each(
    ("live", "adopt", "time"),
    [
        ({"indexes": ()}, False, Minutes(9, 45)),
        ({"indexes": (), "table_class": "STANDARD_INFREQUENT_ACCESS"}, False, Minutes(15, 80)),
        ({"table_class": "STANDARD_INFREQUENT_ACCESS"}, False, Minutes(6, 35)),
        ({"table_class": "STANDARD_INFREQUENT_ACCESS", "encryption": "aws-owned"}, False, Minutes(7, 40)),
        ({"ttl_attribute": "", "recovery_days": 7}, False, Minutes(2, 10)),
        ({"recovery_days": 7}, True, Minutes(2, 10)),
    ],
)
def test_the_plan_counts_every_update(tmp_path: Path, live: dict[str, Any], adopt: bool, time: Minutes) -> None:
    made = job(tmp_path, adopt, **live)
    assert isinstance(made.live, LiveTable)
    empty = replace(made.live, item_count=0, size_bytes=0)
    assert duration(made.desired, empty, made.change, 1, additional(made))[1] == time
