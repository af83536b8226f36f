"""Whatever the schema of deployment.yaml refuses is told where it stands, and whatever it accepts has an effect."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scripts.problems import ProblemsError
from scripts.project.services import read_services
from scripts.project.settings_form import form_problems
from scripts.rendering.service_files import generated_texts
from scripts.settings.deployment_file import properties, schema
from scripts.settings.schema_places import names_at, part_at
from scripts.text.yaml_source import dotted, read_yaml
from tests import samples
from tests.project.settings_files import below, files, groups, values

REFERENCE = jsonschema.Draft202012Validator(schema())
BASE = {"environments": {"prod": {"region": "eu-west-1"}}}
NAMES = st.sampled_from(
    [*properties(), *schema()["$defs"]["environment"]["properties"], *schema()["properties"], "min", "lock", "reads"]
) | st.text("abcdefgh_", min_size=1, max_size=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings")


def text(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False)


def written(folder: Path, value: Any) -> Path:
    path = folder / "deployment.yaml"
    path.write_text(text(value))
    return path


def found(folder: Path, value: Any) -> dict[tuple[int, str], str]:
    """The line and the path of every problem, and its message with its fix."""
    path = written(folder, value)
    problems = form_problems(path, read_yaml(path))
    return {(problem.line, problem.path): f"{problem.message} {problem.fix}" for problem in problems}


@given(files())
def test_what_the_schema_allows_has_no_problem(folder: Path, value: Any) -> None:
    assert REFERENCE.is_valid(value)
    assert found(folder, value) == {}


@given(files(), NAMES, st.data())
def test_an_unknown_name_is_told_at_its_line_and_nothing_else_is(
    folder: Path, value: Any, name: str, data: Any
) -> None:
    where = data.draw(st.sampled_from(groups(value)))
    group = below(value, where)
    assume(name not in group)
    group[name] = data.draw(st.sampled_from([1, "on", True, {}, {"read": 5}, []]))
    assume(not REFERENCE.is_valid(value) and name not in names_at(where) and not part_at((*where, name)))
    line = read_yaml(written(folder, value)).positions[*where, name][0]
    problems = found(folder, value)
    assert list(problems) == [(line, dotted((*where, name)))]
    assert f'"{name}"' in problems[line, dotted((*where, name))]


@given(files(), st.data(), st.none() | st.booleans() | st.integers() | st.floats() | st.text("a{}: "))
@example({**BASE, "defaults": {"traffic": {"reads": {"average": 1}}}}, None, float("nan"))
def test_a_wrong_value_is_told_where_it_stands(folder: Path, value: Any, data: Any, wrong: Any) -> None:
    if data is None:
        where: tuple[str | int, ...] = ("defaults", "traffic", "reads", "average")
    else:
        paths = [(*where, key) for where in groups(value) for key in below(value, where)]
        where = data.draw(st.sampled_from(paths))
    below(value, where[:-1])[where[-1]] = wrong
    assume(wrong != wrong or not REFERENCE.is_valid(value))
    assert dotted(where) in {path for _, path in found(folder, value)}


@cache
def rendered(root: Path, settings: str) -> dict[str, str] | None:
    """Every generated file; None where something about the settings is wrong."""
    try:
        return generated_texts(read_services(samples.write_service(root, settings=settings)))
    except ProblemsError:
        return None


PLACES = (("defaults",), ("tables", "Orders"), ("environments", "prod"), ("environments", "prod", "tables", "Orders"))


@given(st.data())
def test_every_setting_of_a_table_has_an_effect(folder: Path, data: Any) -> None:
    key = data.draw(st.sampled_from(list(properties())))
    value = data.draw(values(properties()[key], key, least=1))
    place = data.draw(st.sampled_from(PLACES))
    _check_effect(folder, (*place, key), value, data)


OWN = schema()["$defs"]["environment"]["properties"]


@given(st.data())
def test_every_setting_of_an_environment_has_an_effect(folder: Path, data: Any) -> None:
    key = data.draw(st.sampled_from(sorted(OWN.keys() - {"region", "tables"})))
    _check_effect(folder, ("environments", "prod", key), data.draw(values(OWN[key], key, least=1)), data)


def _check_effect(folder: Path, where: tuple[str, ...], value: Any, data: Any) -> None:
    """Any name in the value, at any depth, can be left out only with another result, or not at all, unless what it
    states is the default.
    """
    whole: dict[str, Any] = copy.deepcopy(BASE)
    group = whole
    for key in where[:-1]:
        group = group.setdefault(key, {})
    group[where[-1]] = value
    path = data.draw(st.sampled_from([where, *((*g, key) for g in groups(value, where) for key in below(whole, g))]))
    assume(below(whole, path) != (part_at(path) or {}).get("default", ...))
    assume(path[-1] != "production")  # of effect when a write probe is asked for: tests/test_validate.py
    texts = rendered(folder, text(whole))
    assume(texts is not None)  # the values fit each other
    del below(whole, path[:-1])[path[-1]]
    assert rendered(folder, text(whole)) != texts, f"{dotted(path)} changes nothing"
