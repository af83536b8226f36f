"""AWS's own validator of templates (the package cloudformation-validate) judges in this process, offline."""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Findings of cfn-lint's making that the schema of AWS's provider does not have, though the validator reports them.
EXTENSION = "(from extension)"
# The words of the JSON Schema library that CloudFormation answers with, by those of the validator.
WORDS = (
    (r"Additional properties are not allowed \('(.*)' was unexpected\)", r"extraneous key [\1] is not permitted"),
    (r"'(.*)' is a required property", r"required key [\1] not found"),
    (r"(.*) is greater than the maximum of (.*)", r"\1 is not less or equal to \2"),
    (r"(.*) is less than the minimum of (.*)", r"\1 is not greater or equal to \2"),
    (r"length (\d+) exceeds maximum (\d+)", r"expected maxLength: \2, actual: \1"),
)


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with a template. `path`: within the resource, or within the template when nothing is named."""

    rule: str
    severity: str  # FATAL or ERROR
    section: str  # RESOURCE, OUTPUT, PARAMETER, ...; empty for the template
    logical_id: str
    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class PropertyFault:
    """A value that the schema of its resource type does not allow. `path`: below Properties."""

    logical_id: str
    path: tuple[str, ...]
    reason: str


def faults(template: str, parameters: Mapping[str, str] = {}, region: str = "us-east-1") -> tuple[TemplateFault, ...]:
    """Everything that AWS's validator calls wrong in a template (JSON or YAML), in its order.

    `parameters`: values by name. What is known only at deployment, a reference to another resource, is not judged.
    """
    return _faults(template, tuple(sorted(parameters.items())), region)


def property_faults(
    template: Mapping[str, Any], parameters: Mapping[str, str], region: str
) -> tuple[PropertyFault, ...]:
    """What the schemas of the resource types do not allow in a template."""
    found = faults(json.dumps(template, default=str), parameters, region)
    return tuple(fault for fault in map(_property_fault, found) if fault is not None)


def _property_fault(fault: TemplateFault) -> PropertyFault | None:
    if fault.section != "RESOURCE" or fault.path[:1] != ("Properties",):
        return None
    # Enumerations are none of the schema's, as far as the validator tells: it only warns. The services refuse them.
    if not fault.rule.startswith("F3") or EXTENSION in fault.message:
        return None
    path = fault.path[1:]
    if fault.rule == "F3002":
        path = path[:-1]  # CloudFormation points at the object that holds the key
    for pattern, words in WORDS:
        if match := re.fullmatch(pattern, fault.message):
            return PropertyFault(fault.logical_id, path, match.expand(words))
    return PropertyFault(fault.logical_id, path, fault.message)


@functools.cache
def _engine() -> Any:
    # Made at the first template: that takes 0.2 seconds and 200 MB, which the other services do without.
    from cloudformation_validate import CelEngine

    return CelEngine()


@functools.lru_cache(maxsize=2_000)  # a template is judged when its change set is made, and again when it is executed
def _faults(template: str, parameters: tuple[tuple[str, str], ...], region: str) -> tuple[TemplateFault, ...]:
    from cloudformation_validate import (
        DetailLevel,
        PseudoParameterOverrides,
        Severity,
        TemplateContent,
        ValidateConfig,
    )

    config = ValidateConfig(
        severity_level=Severity.ERROR,
        detail_level=DetailLevel.STANDARD,
        parameter_overrides=dict(parameters),
        pseudo_parameter_overrides=PseudoParameterOverrides(region=region),
    )
    return tuple(map(_fault, _engine().validate_template(TemplateContent(template), config).diagnostics))


def _fault(found: Any) -> TemplateFault:
    entity = found.entity
    return TemplateFault(
        found.rule_id,
        found.severity.name,
        entity.entity_type.name if entity else "",
        entity.logical_id if entity else "",
        tuple((found.property_path or "").split(".")) if found.property_path else (),
        found.message,
    )
