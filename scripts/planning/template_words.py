"""What changes from one template to another, in words: resource by resource, those to which the same happens as one."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scripts.monitoring.kinds import kind_of
from scripts.planning.entries import ADDED, CHANGED, REMOVED, PlanLine
from scripts.planning.risk_rules import NOT_RETAINED
from scripts.planning.risks import Risk
from scripts.planning.template_diff import ALARMS, WORDS

Template = Mapping[str, Any]
NAMED = 4  # values of one resource that are named one by one
LONGEST = 60  # characters of one value
BY_NAME = ("IndexName", "Key", "Sid", "Id", "Name")  # what tells the entries of a list apart
OF_WIDGETS = ("title", "markdown")  # likewise, of the widgets of a dashboard, among their properties
PLACES = ("x", "y", "width", "height")  # of widgets: where they are, which moves when one comes or goes
UNTOLD = "description"
# Of resources that hold data: what happens to them when the stack lets go of them.
POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
HOLDS_DATA = "AWS::DynamoDB::Table"


def template_words(before: Template, after: Template, told: Collection[str] = ()) -> tuple[PlanLine, ...]:
    """A line for each group of resources that are added, changed in the same way, or removed.

    `told`: properties of the table that are told elsewhere, by their keys in a template.
    """
    old, new = (dict(each.get("Resources", {})) for each in (before, after))
    groups: dict[tuple[str, str, str, tuple[Risk, ...]], int] = {}
    for id in (*new, *(id for id in old if id not in new)):
        was, is_ = old.get(id), new.get(id)
        if was == is_:
            continue
        sign = ADDED if was is None else REMOVED if is_ is None else CHANGED
        resource = is_ or was or {}
        details = list(_details(was, is_, told)) if was and is_ else []
        if sign == CHANGED and not details:
            continue  # all of it is told elsewhere
        risks = tuple(_risks(was, is_)) if was and is_ else ()
        group = (sign, _called(resource, id), "; ".join(_few(details)), risks)
        groups[group] = groups.get(group, 0) + 1
    lines = [PlanLine(_sentence(number, *group[:3]), group[0], group[3]) for group, number in groups.items()]
    return *lines, *_around(before, after)


def _sentence(number: int, sign: str, called: str, details: str) -> str:
    one, _, several = called.partition("|")
    what = {ADDED: "added", CHANGED: "changed", REMOVED: "REMOVED"}[sign]
    subject = f"{number} {several} are" if number > 1 else f"{one[:1].upper()}{one[1:]} is"
    return f"{subject} {what}{f': {details}' if details else ''}."


def _called(resource: Mapping[str, Any], id: str) -> str:
    """What one such resource is called, and several, with a bar between them."""
    one, several = WORDS.get(resource["Type"], (resource["Type"], f"resources {resource['Type']}"))
    properties = resource.get("Properties", {})
    if resource["Type"] in ALARMS:
        kind = kind_of(str(properties.get("AlarmName", "")))
        if kind:
            return f'an alarm of "{kind.section}" ({kind.severity})|alarms of "{kind.section}" ({kind.severity})'
        return f"{one} {properties.get('AlarmName', id)}|{several}"
    if resource["Type"] == HOLDS_DATA:
        return "the table, beside its settings,|tables"
    return f"the {one}|{several}"


def _details(was: Template, is_: Template, told: Collection[str]) -> Iterator[str]:
    """Each value that differs. The text of a description is in the templates."""
    for key in dict.fromkeys((*was, *is_)):
        if key == "Properties" or was.get(key) == is_.get(key):
            continue
        yield from _differing(key, was.get(key), is_.get(key))
    old, new = was.get("Properties", {}), is_.get("Properties", {})
    for key in dict.fromkeys((*old, *new)):
        if key not in told:
            yield from _differing(key, old.get(key), new.get(key))


def _differing(path: str, was: Any, is_: Any) -> Iterator[str]:
    if was == is_:
        return
    if isinstance(was, str) and isinstance(is_, str) and was[:1] == is_[:1] == "{":
        yield from _differing(path.removesuffix(".Fn::Sub"), _parsed(was), _parsed(is_))
    elif path.rpartition(".")[2].lower().endswith(UNTOLD):
        yield f"another {path}"
    elif isinstance(was, Mapping) and isinstance(is_, Mapping):
        if all(key in was and key in is_ for key in PLACES):
            was, is_ = ({key: each[key] for key in each if key not in PLACES} for each in (was, is_))
        for key in dict.fromkeys((*was, *is_)):
            yield from _differing(f"{path}.{key}", was.get(key), is_.get(key))
    elif isinstance(was, list) and isinstance(is_, list):
        yield from _of_lists(path, was, is_)
    elif was is None:
        yield f"{path} {_shown(is_)} is added"
    elif is_ is None:
        yield f"{path} {_shown(was)} goes"
    else:
        yield f"{path} {_shown(was)} becomes {_shown(is_)}"


def _of_lists(path: str, was: list[Any], is_: list[Any]) -> Iterator[str]:
    """The entries by what names them, where all have a name of their own; else what comes and what goes."""
    old, new = _named(was), _named(is_)
    if old is not None and new is not None:
        found = [
            text
            for name in dict.fromkeys((*old, *new))
            for text in _differing(f"{path}.{name}", old.get(name), new.get(name))
        ]
        yield from found or [f"the order of {path}"]
        return
    gone, come = [one for one in was if one not in is_], [one for one in is_ if one not in was]
    if len(gone) == len(come) == 1:
        yield from _differing(path, gone[0], come[0])
        return
    yield from (f"{path} {_shown(one)} goes" for one in gone)
    yield from (f"{path} {_shown(one)} is added" for one in come)
    if not gone and not come:
        yield f"the order of {path}"


def _named(entries: list[Any]) -> dict[str, Any] | None:
    """The entries of a list by their names; None where one has none, or two have the same."""
    names = [_name(each) for each in entries]
    if all(names) and len(set(names)) == len(names):
        return dict(zip(map(str, names), entries, strict=True))
    return None


def _name(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return ""
    inner = entry.get("properties")
    of_widget = [inner.get(key) for key in OF_WIDGETS] if isinstance(inner, Mapping) else []
    found = next((each for each in (*map(entry.get, BY_NAME), *of_widget) if isinstance(each, str)), "")
    return found.partition("\n")[0][:LONGEST]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _few(details: list[str]) -> list[str]:
    more = len(details) - NAMED
    return [*details[:NAMED], f"{more} more, which the templates show"] if more > 1 else details


def _risks(was: Template, is_: Template) -> Iterator[Risk]:
    """That something with data no longer outlives its stack."""
    for key in POLICIES:
        if was.get(key) == "Retain" and is_.get(key) != "Retain":
            change = f"{key} goes from Retain to {is_.get(key, 'Delete')}"
            yield Risk(NOT_RETAINED, change, "What the stack lets go of is deleted with what it holds.")


def _around(before: Template, after: Template) -> Iterator[PlanLine]:
    """What is beside the resources: outputs, the description."""
    for part in dict.fromkeys((*before, *after)):
        if part != "Resources" and before.get(part) != after.get(part):
            details = "; ".join(_few(list(_differing(part, before.get(part), after.get(part)))))
            yield PlanLine(f"{part} of the stack: {details}.")
