"""What the policies are checked on: the rule files with their headers, and the templates with their resource types."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.folders import NO_SERVICE_YET, no_service_yet
from scripts.input_file import read_text
from scripts.problems import Rule

DEFAULT = "generated/*/*/templates/**/*.yaml"
OWN = "own"  # the folder below policies/ for the rules of a team
ENDINGS = {".yaml", ".yml", ".json", ".template"}
MAX_DEPTH = 100  # levels of nesting; cfn-guard needs minutes for 3,000 and then crashes
EVERY_RESOURCE = "Every resource"
HEADER = (("Rule Identifier", "Rule Name"), ("Description",), ("Reports on",))  # Control Tower uses both names


class CannotJudge(Exception):
    """Something asked for could not be looked at. The text has a line for each thing, with what to do."""


@dataclass(frozen=True, slots=True)
class GuardRule:
    """One rule file: its rule, from its header, and the resource types that it reports on."""

    path: Path
    rule: Rule
    reports_on: tuple[str, ...]

    @property
    def id(self) -> str:
        """The identifier of the rule."""
        return self.rule.id


def rule_files(folder: Path) -> list[Path]:
    """The rules of this project in `folder`, then those that a team has added in its subfolder `own`, each sorted."""
    return [*sorted(folder.glob("*.guard")), *sorted((folder / OWN).glob("*.guard"))]


def policy_rule(id: str, description: str = "") -> Rule:
    """A rule of cfn-guard, whose own messages say what is wrong and what to do."""
    sources = re.findall(r"https://\S+", description)
    title, *why = re.split(r"\.(?: (?=[A-Z])|$)", re.sub(r"\s*https://\S+", "", description), maxsplit=1)
    return Rule(id, title, "{violation}", "{fix}", "".join(why), source=", ".join(sources))


def read_rule(path: Path) -> GuardRule:
    """Read the header of a rule file, in the form that AWS's own rules have. Raises CannotJudge without one."""
    try:
        header = re.sub(r"^# ?", "", read_text(path), flags=re.MULTILINE)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotJudge(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    sections = dict(re.findall(r"^([A-Z][\w ]+):[ \t]*\r?\n((?:[ \t]+\S.*\n)+)", header, flags=re.MULTILINE))
    values = [next((" ".join(sections[name].split()) for name in names if name in sections), "") for names in HEADER]
    if not all(values):
        parts = ", ".join(names[0] for names in HEADER)
        raise CannotJudge(f"{path}: its header lacks one of {parts}: write it like those of the other rules")
    return GuardRule(path, policy_rule(*values[:2]), tuple(values[2].split(", ")))


def find_templates(paths: Sequence[Path]) -> list[Path]:
    """Return the templates that are named, or in the folders that are named, or by default under generated/, sorted.

    Raises CannotJudge for a path that does not exist, or when there is no template at all.
    """
    if missing := [path for path in paths if not path.exists()]:
        raise CannotJudge("\n".join(f"{path}: no such file or folder: check the path" for path in missing))
    found = {path for path in paths if not path.is_dir()} if paths else set(Path().glob(DEFAULT))
    for folder in (path for path in paths if path.is_dir()):
        found |= {
            path
            for path in folder.rglob("*")
            if path.suffix in ENDINGS and path.is_file() and path.parent.name != "access"
        }
    if not found and not paths and no_service_yet():
        raise CannotJudge(NO_SERVICE_YET)
    if not found:
        where = ", ".join(map(str, paths)) or DEFAULT
        raise CannotJudge(f"{where}: no templates found: run `make generate`, or name some")
    return sorted(found)


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # in C where it was built
    """Refuses what cfn-guard would read in another way than CloudFormation: YAML tags and keys given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if repeated := [key for key in keys if keys.count(key) > 1]:
            raise yaml.MarkedYAMLError(None, None, f"the key {repeated[0]} is given twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _refuse_tag(_: _StrictLoader, suffix: str, node: yaml.Node) -> None:
    problem = f"cfn-guard does not see every tag like !{suffix}: write the long form, such as Fn::{suffix}"
    raise yaml.MarkedYAMLError(None, None, problem, node.start_mark)


_StrictLoader.add_multi_constructor("!", _refuse_tag)


def _shape_problem(document: Any) -> str:
    """Return what about the shape of a document cfn-guard does not survive, with what to do; empty if all is well."""
    level, seen = [document], set()
    for _ in range(MAX_DEPTH):
        containers = [node for node in level if isinstance(node, dict | list)]
        for container in containers:
            if id(container) in seen:
                return "cfn-guard does not read YAML aliases (*name): write the values out"
            seen.add(id(container))
        level = [part for node in containers for part in (node.values() if isinstance(node, dict) else node)]
    return f"is nested deeper than {MAX_DEPTH} levels: no template needs that; correct it" if level else ""


def resource_types(template: Path) -> frozenset[str]:
    """Return the types of the resources in a template. Raises CannotJudge if it is not YAML or not a template."""
    resources = read_template(template)["Resources"]
    return frozenset(str(value.get("Type")) for value in resources.values() if isinstance(value, dict))


def read_template(template: Path) -> dict[str, Any]:
    """Return a template, which has at least one resource. Raises CannotJudge if it is not YAML or not a template."""
    try:
        document = yaml.load(read_text(template), Loader=_StrictLoader)  # noqa: S506 safe loader
    except (OSError, UnicodeDecodeError) as error:
        raise CannotJudge(f"{template}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or " ".join(str(error).split())
        raise CannotJudge(f"{template}{line}: cannot be read as YAML: {problem}; correct it") from None
    if problem := _shape_problem(document):
        raise CannotJudge(f"{template}: {problem}")
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict) or not resources:
        raise CannotJudge(
            f"{template}: is not a CloudFormation template: it has no Resources; leave it out or correct it"
        )
    return document


def resource_line(template: Path, id: str) -> int:
    """The line in which a resource begins, from 1; 1 when it cannot be told."""
    text = read_text(template)
    found = re.search(rf"^\s+[\"']?{re.escape(id)}[\"']?\s*:", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1


def read_all(read: Callable[[Path], Any], paths: Iterable[Path]) -> dict[Path, Any]:
    """Read every path and raise one CannotJudge for all that failed, so that they can be corrected in one go."""
    results, problems = {}, []
    for path in paths:
        try:
            results[path] = read(path)
        except CannotJudge as problem:
            problems.append(str(problem))
    if problems:
        raise CannotJudge("\n".join(problems))
    return results
