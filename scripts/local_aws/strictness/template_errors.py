"""What CloudFormation answers at once to a template that is no good in itself: ValidationError, and nothing is made."""

import json
import re
from collections.abc import Iterator
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule
from scripts.local_aws.strictness.validator import TemplateFault, faults

Template = dict[str, Any]
NOT_THERE = "Unresolved {kind} dependencies [{names}] in the {block} block of the template"
BLOCKS = {"RESOURCE": "Resources", "OUTPUT": "Outputs", "": "Outputs"}

# The validator's words for a reference to nothing, by its rules; the group is the name, maybe with an attribute.
REFERENCES = {
    "E3005": r"DependsOn target '([^']*)' .*",
    "F1018": r"Fn::Sub variable '\$\{([^}]*)\}' .*",
    "F1020": r"'([^']*)' is not one of .*|Fn::GetAtt references non-existent resource '([^']*)'",
    "F6101": r"Ref '([^']*)' does not .*|GetAtt '([^']*)' references .*|Fn::Sub variable '\$\{([^}]*)\}' .*",
}
# CloudFormation's sentence by the validator's rule and words.
SENTENCES = (
    (
        "E3001",
        r"Resource '(.*)' is missing required property 'Type'",
        r"Template format error: [/Resources/\1] Every Resources object must contain a Type member.",
    ),
    ("E3001", r"Resource '.*' has invalid property '(.*?)'\..*", r"Invalid template resource property '\1'"),
    ("F0001", r".*", "Template format error: At least one Resources member must be defined."),
    ("F0005", r"'(.*)' is not a valid top-level.*", r"Invalid template property or properties [\1]"),
    ("F0006", r"Logical ID '(.*)' must.*", r"Template format error: Resource name \1 is non alphanumeric."),
    ("F6004", r"Output name '(.*)' must.*", r"Template format error: Output name \1 is non alphanumeric."),
    ("F2003", r"Parameter name '(.*)' must.*", r"Template format error: Parameter name \1 is non alphanumeric."),
    (
        "E8002",
        r"Condition '(.*)' referenced by resource.*",
        r"Template format error: Unresolved condition dependency \1 in the Resources block of the template",
    ),
)
POLICY = re.compile(r"(\w+) must be one of .*, got '(.*)'")
# Rules that the service keeps too, besides all that the validator calls fatal: the shape of the template, of
# references and of functions.
ERRORS = re.compile(r"E3001|E3005|E600[135]|E7001|E8\d\d\d|E101[16789]|E102[1-4]|E1028|E103[01]|E910[16]")
# Fatal in the validator, but not an answer to the request about the shape: properties are judged by pre-deployment
# validation, types by the emulator, circles with the references.
ELSEWHERE = re.compile(r"F3(?!007|016)\d\d\d")
# An attribute that a type does not have is noticed when it is asked for.
UNKNOWN_ATTRIBUTE = re.compile(r"'.*' is not one of .*")


def _nulls(value: Any, path: str = "") -> Iterator[str]:
    if value is None:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _nulls(child, f"{path}/{key}")


@rule(
    "template-nulls",
    "A null anywhere in a template is refused with its path; so is an output without a Value.",
    sources.RECORDED_TEMPLATES,
)
def _null_problem(template: Template) -> str | None:
    if found := next(_nulls(template), None):
        return f"[{found}] 'null' values are not allowed in templates"
    outputs = template.get("Outputs")
    if isinstance(outputs, dict) and any(isinstance(out, dict) and "Value" not in out for out in outputs.values()):
        return "Template format error: Every Outputs member must contain a Value object"
    return None


@rule(
    "template-references",
    "Ref, Fn::GetAtt, Fn::Sub and DependsOn name something that is in the template, and no circle comes of it.",
    sources.RECORDED_REFERENCES,
)
def _reference_problem(found: tuple[TemplateFault, ...]) -> str | None:
    missing: dict[str, set[str]] = {}
    for fault in found:
        match = fault.rule in REFERENCES and re.fullmatch(REFERENCES[fault.rule], fault.message)
        if match and not (fault.rule == "F6101" and UNKNOWN_ATTRIBUTE.fullmatch(fault.message)):
            name = next(group for group in match.groups() if group).split(".")[0]
            missing.setdefault(BLOCKS[fault.section], set()).add(name)
    for block, names in sorted(missing.items(), reverse=True):
        listed = NOT_THERE.format(kind="resource", names=", ".join(sorted(names)), block=block)
        return f"Template format error: {listed}"
    circle = sorted({fault.logical_id for fault in found if fault.rule == "F3004"})
    return f"Circular dependency between resources: [{', '.join(circle)}]" if circle else None


@rule(
    "template-shape",
    "A resource has a Type and only the attributes of a resource; names are alphanumeric; policies, conditions and "
    "functions are those that there are. The wording is AWS's for the type, the attributes and the sections.",
    sources.RECORDED_TEMPLATES,
)
def _shape_problem(found: tuple[TemplateFault, ...]) -> str | None:
    for fault in found:
        if fault.severity == "FATAL":
            own = not ELSEWHERE.fullmatch(fault.rule) and fault.rule not in REFERENCES
        else:
            own = bool(ERRORS.fullmatch(fault.rule)) and fault.rule not in REFERENCES
        if own:
            return _sentence(fault)
    return None


def _sentence(fault: TemplateFault) -> str:
    for rule_id, pattern, words in SENTENCES:
        match = re.fullmatch(pattern, fault.message)
        if rule_id == fault.rule and match:
            return match.expand(words)
    if match := POLICY.fullmatch(fault.message):
        return f"Template format error: Unrecognized {match[1]} {match[2]} for resource {fault.logical_id}"
    return f"Template format error: {fault.message}"


def template_problem(template: Template, region: str) -> str | None:
    """AWS's first answer to a template that cannot be used, or None. One with a transform is not judged."""
    if "Transform" in template:
        return None
    if problem := _null_problem(template):
        return problem
    found = faults(json.dumps(template, default=str), {}, region)
    return _shape_problem(found) or _reference_problem(found)


def install() -> None:
    """Ask before the emulator does anything with a template."""
    from ministack.core.responses import get_region
    from ministack.services.cloudformation import engine, handlers, helpers

    def judged(action: str) -> None:
        original = handlers._ACTION_HANDLERS[action]

        def answer(params: Any) -> Any:
            body, error = helpers._resolve_template(params)
            if body and not error and (problem := _problem_of(body)):
                return handlers._error("ValidationError", problem)
            return original(params)

        handlers._ACTION_HANDLERS[action] = answer

    def _problem_of(body: str) -> str | None:
        try:
            template = engine._parse_template(body)
        except Exception:
            return None
        return template_problem(template, get_region()) if isinstance(template, dict) else None

    for action in ("CreateStack", "UpdateStack", "CreateChangeSet", "ValidateTemplate"):
        judged(action)
