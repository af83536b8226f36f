"""Templates that CloudFormation does not take at all: one sentence, and no stack or change set is left."""

import json
from typing import Any

import pytest

from .support import Stack, provokes, refusal, table, template

TABLE = template(table())["Resources"]["Table"]
UNRESOLVED = "Template format error: Unresolved resource dependencies [{}] in the {} block of the template"
SHAPE: dict[str, tuple[dict[str, Any], str]] = {
    "no type": (
        {"Resources": {"A": {"Properties": {}}}},
        "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
    ),
    "unknown attribute": (template(A={**TABLE, "Invalid": 10}), "Invalid template resource property 'Invalid'"),
    "no resources": ({"Resources": {}}, "Template format error: At least one Resources member must be defined."),
    "unknown section": ({**template(table()), "Bogus": 1}, "Invalid template property or properties [Bogus]"),
    "logical id": (template(**{"A-b": TABLE}), "Template format error: Resource name A-b is non alphanumeric."),
    "output name": (
        {**template(table()), "Outputs": {"O-x": {"Value": "x"}}},
        "Template format error: Output name O-x is non alphanumeric.",
    ),
    "deletion policy": (
        template(A={**TABLE, "DeletionPolicy": "Keep"}),
        "Template format error: Unrecognized DeletionPolicy Keep for resource A",
    ),
    "replace policy": (
        template(A={**TABLE, "UpdateReplacePolicy": "RetainExceptOnCreate"}),
        "Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource A",
    ),
    "condition": (
        template(A={**TABLE, "Condition": "Nope"}),
        "Template format error: Unresolved condition dependency Nope in the Resources block of the template",
    ),
    "resource is no object": ({"Resources": {"A": "x"}}, "Template format error: Resource 'A' body must be an object"),
    "type of a parameter": (
        {**template(table()), "Parameters": {"P": {"Type": "Strin"}}},
        "Template format error: Parameter 'P' has invalid Type 'Strin'",
    ),
    "function of the wrong shape": (
        template(table(TableName={"Fn::GetAtt": ["Table"]})),
        "Template format error: Fn::GetAtt",
    ),
}
NULLS: dict[str, tuple[dict[str, Any], str]] = {
    "output": ({"O": {"Value": None}}, "[/Outputs/O/Value] 'null' values are not allowed in templates"),
    "two": ({"O": {"Value": None, "Other": None}}, "[/Outputs/O/Value] 'null' values are not allowed in templates"),
    "empty": ({"O": {}}, "Template format error: Every Outputs member must contain a Value object"),
    "definition": ({"O": None}, "[/Outputs/O] 'null' values are not allowed in templates"),
}
REFERENCES: dict[str, tuple[dict[str, Any], str]] = {
    "Ref": (template(table(TableName={"Ref": "Nope"})), UNRESOLVED.format("Nope", "Resources")),
    "GetAtt": (template(table(TableName={"Fn::GetAtt": ["Nope", "Arn"]})), UNRESOLVED.format("Nope", "Resources")),
    "Sub": (template(table(TableName={"Fn::Sub": "${Nope}-x"})), UNRESOLVED.format("Nope", "Resources")),
    "Sub of an attribute": (
        template(table(TableName={"Fn::Sub": "${Nope.Arn}-x"})),
        UNRESOLVED.format("Nope", "Resources"),
    ),
    "DependsOn": (template(A={**TABLE, "DependsOn": ["Two", "One"]}), UNRESOLVED.format("One, Two", "Resources")),
    "output": (
        {**template(table()), "Outputs": {"O": {"Value": {"Ref": "Nope"}}}},
        UNRESOLVED.format("Nope", "Outputs"),
    ),
    "output of an attribute": (
        {**template(table()), "Outputs": {"O": {"Value": {"Fn::GetAtt": ["Nope", "Arn"]}}}},
        UNRESOLVED.format("Nope", "Outputs"),
    ),
    "circle": (
        template(B={**TABLE, "DependsOn": "A"}, A={**TABLE, "DependsOn": "B"}),
        "Circular dependency between resources: [A, B]",
    ),
    "itself": (template(A=template(table(TableName={"Ref": "A"}))["Resources"]["Table"]), "Circular dependency"),
}


def refused(body: dict[str, Any]) -> set[str]:
    """The refusals of every request that carries a template. Nothing is left of them."""
    stack, text = Stack(), json.dumps(body)
    made = {"StackName": stack.name, "TemplateBody": text}
    messages = {
        refusal(stack.client.create_change_set, ChangeSetName="first", ChangeSetType="CREATE", **made),
        refusal(stack.client.create_stack, **made),
        refusal(stack.client.validate_template, TemplateBody=text),
    }
    assert stack.client.describe_stacks()["Stacks"] == []
    stack.deploy(template(table()))
    messages |= {
        refusal(stack.client.update_stack, **made),
        refusal(stack.client.create_change_set, ChangeSetName="next", **made),
    }
    assert stack.status() == "CREATE_COMPLETE"
    return messages


@provokes("template-shape")
@pytest.mark.parametrize(("body", "message"), SHAPE.values(), ids=SHAPE)
def test_shape(body: dict[str, Any], message: str) -> None:
    (said,) = refused(body)
    assert said.startswith(f"ValidationError: {message}")


@provokes("template-nulls")
@pytest.mark.parametrize(("outputs", "message"), NULLS.values(), ids=NULLS)
def test_nulls_and_outputs_without_value(outputs: dict[str, Any], message: str) -> None:
    assert refused({**template(table()), "Outputs": outputs}) == {f"ValidationError: {message}"}


@provokes("template-nulls")
def test_null_of_a_property() -> None:
    path = "/Resources/Table/Properties/StreamSpecification"
    assert refused(template(table(StreamSpecification=None))) == {
        f"ValidationError: [{path}] 'null' values are not allowed in templates"
    }


@provokes("template-references")
@pytest.mark.parametrize(("body", "message"), REFERENCES.values(), ids=REFERENCES)
def test_references(body: dict[str, Any], message: str) -> None:
    (said,) = refused(body)
    assert said.startswith(f"ValidationError: {message}")


@provokes("template-references")
def test_attribute_that_a_type_does_not_have_fails_when_it_is_asked_for() -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::GetAtt": ["Table", "Nope"]}}}
    stack = Stack()
    assert stack.deploy(template(table(), Topic=topic)) == "ROLLBACK_COMPLETE"
    assert "Nope" in stack.failures()["Topic"]
