"""Whatever a live table is like: with the lines that keep it nothing differs but what is said to differ."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.comparison.compare import MISMATCH, compare
from scripts.model import LiveTable, Scaling, TtlTransition, Unknown
from scripts.observe.target import ServiceEnvironment
from scripts.planning.kept_settings import Kept, kept
from scripts.project.services import Service
from scripts.project.settings_reader import read_settings
from scripts.properties import BY_NAME
from scripts.templates.desired import table_state
from scripts.text.yaml_edit import with_values
from tests.for_each import for_each
from tests.samples import ENVIRONMENT, SETTINGS, live_table, service

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KINESIS = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
POLICY = (
    '{"Statement":[{"Action":"dynamodb:GetItem","Effect":"Allow","Principal":{"AWS":"111122223333"},'
    '"Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/prod-Orders"}],"Version":"2012-10-17"}'
)
INDEXES = ("ByStatus", "ByBook", "ByDay")
TARGETS = ("", *INDEXES)
# Places that are more general than the table in its environment, and may state anything already.
STATED = {
    "billing": ["on-demand", "provisioned"],
    "capacity": [{"read": {"min": 5, "max": 9}, "write": {"min": 5, "max": 9}}],
    "on_demand_maximum": [{"read": 500}, {"indexes": {"ByDay": {"write": 5}}}],
    "warm_throughput": [{"read": 20_000, "indexes": {"ByDay": {"read": 30_000}}}],
    "table_class": ["STANDARD_INFREQUENT_ACCESS"],
    "point_in_time_recovery_days": [1, 20],
    "encryption": ["service-key", KEY],
    "ttl": ["expires_at"],
    "stream": ["NEW_IMAGE"],
    "kinesis_stream": [KINESIS],
    "contributor_insights": ["throttled-keys"],
    "tags": [{"Team": "a", "Cost": "b"}],
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def units(draw: st.DrawFn, targets: tuple[str, ...], least: int = 1) -> tuple[tuple[str, int, int], ...]:
    number = st.integers(least, 90_000)
    return tuple((target, draw(number), draw(number)) for target in targets)


@st.composite
def found(draw: st.DrawFn) -> dict[str, Any]:
    """What a live table has that differs from what is wanted."""
    values: dict[str, Any] = {
        "table_class": draw(st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"])),
        "deletion_protection": draw(st.booleans()),
        "recovery_days": draw(st.integers(0, 35)),
        "encryption": draw(st.sampled_from(["aws-owned", "aws-managed", KEY])),
        "ttl_attribute": draw(
            st.sampled_from(["", "expires_at", "status", "elsewhere", TtlTransition("on", True, "total", True)])
        ),
        "stream": draw(st.sampled_from(["", "KEYS_ONLY", "NEW_AND_OLD_IMAGES"])),
        "kinesis_stream": draw(st.sampled_from(["", KINESIS])),
        "insights": tuple(
            (target, draw(st.sampled_from(["off", "THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS"])))
            for target in TARGETS
        ),
        "resource_policy": draw(st.sampled_from(["", POLICY])),
        "tags": tuple(
            sorted(draw(st.dictionaries(st.sampled_from(["Team", "Cost", "Ünï"]), st.sampled_from("abü"))).items())
        ),
        "warm_throughput": units(draw, TARGETS, 12_000),
        "billing": draw(st.sampled_from(["PAY_PER_REQUEST", "PROVISIONED"])),
        "scaling": (),
        "on_demand_maximum": (),
        "throughput": (),
    }
    if values["billing"] == "PROVISIONED":
        values["throughput"] = units(draw, TARGETS)
        values["scaling"] = tuple(
            Scaling(target, kind, 1, draw(st.integers(1, 90_000)), draw(st.integers(20, 90)))
            for target in TARGETS
            for kind in ("Read", "Write")
            if draw(st.booleans())
        )
    else:
        values["on_demand_maximum"] = units(draw, draw(st.sampled_from([(), ("",), TARGETS])), 0)
    return values


def case(
    root: Path, text: str, strict: bool = False, **values: Any
) -> tuple[Kept | None, LiveTable, Service, ServiceEnvironment]:
    made = replace(service(root, settings=text), strict=strict)
    environment = next(each for each in made.environments if each.name == ENVIRONMENT)
    table, place = made.contract.tables[0], ServiceEnvironment(made, environment)
    desired = table_state(made, environment, table)
    live = live_table(desired, **{name: value for name, value in values.items() if value is not None})
    return kept(root / "contracts/shop/deployment.yaml", place, table, desired, live), live, made, place


def differing(root: Path, text: str, live: LiveTable, made: Service, place: ServiceEnvironment) -> set[str]:
    """The settings that differ with a deployment.yaml, which has to be one that is accepted."""
    path = root / "after.yaml"
    path.write_text(text)
    after, _ = read_settings(path, made.contract)
    table = made.contract.tables[0]
    wanted = table_state(replace(made, settings=after), place.environment, table)
    findings = [finding for finding in compare(wanted, live) if finding.outcome == MISMATCH]
    return {f.property for f in findings if f.group == "Settings" and f.property in BY_NAME}


@given(values=found(), stated=st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in STATED.items()}))
def test_with_the_lines_nothing_differs_but_what_is_said(root: Path, values: Any, stated: Any) -> None:
    text = with_values(SETTINGS, {"defaults": stated}, 2)
    try:
        answer, live, made, place = case(root, text, **values)
    except Exception as error:  # what is stated does not fit together: another matter
        if type(error).__name__ == "ProblemsError":
            return
        raise
    before = differing(root, text, live, made, place)
    if answer is None:
        assert not before
        return
    after = with_values(text, answer.changes, 5) if answer.changes else text
    left = differing(root, after, live, made, place)
    said = {line.partition(":")[0] for line in answer.cannot}
    assert {name[:1].upper() + name[1:] for name in left} <= said
    assert "\n".join(answer.lines) == "\n".join(line for line in answer.lines if line)


CANNOT = {
    "recovery off": (
        {"recovery_days": 0},
        "",
        "Point-in-time recovery: every table has it, from 1 to 35 days; the price does not depend on the days.",
    ),
    "time to live of another type": (
        {"ttl_attribute": "status"},
        "",
        'Time to live: "status" of Orders has type S: only type N makes an item expire.',
    ),
    "the environment demands a key": (
        {"encryption": "aws-managed"},
        "encryption_policy: customer-key, encryption: service-key",
        "Encryption: prod-eu-west-1 demands a customer key, but Orders uses aws-managed.",
    ),
    "a tag that no file may hold": (
        {"tags": (("Environment", ENVIRONMENT), ("Service", "shop"), ("Team", "ü"))},
        "",
        'Tags: "\\u00fc" is not allowed here.',
    ),
    "a part of a more general place": (
        {"on_demand_maximum": (("", 5, 0),)},
        "on_demand_maximum: {write: 7}",
        "On-demand maximum: table 5 reads a second becomes table 5 reads and 7 writes a second; what a more general place of "
        "the file states cannot be taken away here.",
    ),
    "indexes that are watched in another way": (
        {"insights": (("", "THROTTLED_KEYS"), *((name, "off") for name in INDEXES))},
        "",
        "Contributor Insights: one setting holds for the table and all of its indexes, which are watched in different ways.",
    ),
    "not readable": (
        {"kinesis_stream": Unknown("AccessDenied: no.")},
        "",
        "Kinesis stream: it is not known what there is (AccessDenied: no).",
    ),
    "another Region's stream": (
        {"kinesis_stream": KINESIS.replace("eu-west-1", "us-east-1")},
        "",
        None,
    ),
    "a table of several Regions": (
        {"beyond": (("replicas", "us-east-1"),)},
        "",
        "Replicas: no setting asks for it, and nothing about it is changed.",
    ),
}


@for_each(("values", "stated", "sentence"), CANNOT.values(), ids=CANNOT)
def test_what_no_setting_keeps_has_its_reason(
    tmp_path: Path, values: dict[str, Any], stated: str, sentence: str | None
) -> None:
    text = (
        SETTINGS.replace("    table_prefix", f"    {stated.replace(', ', chr(10) + '    ')}\n    table_prefix")
        if stated
        else SETTINGS
    )
    answer = case(tmp_path, text, **values)[0]
    assert answer is not None
    assert bool(answer.lines) == ("more general place" in answer.cannot[0])
    (said,) = answer.cannot
    assert sentence is None or said == sentence


def test_where_warnings_are_errors_no_line_warns(tmp_path: Path) -> None:
    for strict in (False, True):
        answer = case(tmp_path, SETTINGS, strict, ttl_attribute="elsewhere")[0]
        assert answer and bool(answer.lines) is not strict
