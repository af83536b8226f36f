"""policies/roles.yaml as CloudFormation would fill it in: the documents that IAM would get."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.roles.aws_managed import AWS_MANAGED

FILE = Path(__file__).parents[2] / "policies" / "roles.yaml"
ACCOUNT, REGION, PARTITION = "111122223333", "eu-west-1", "aws"
PREFIX = "repo:acme@42/tables@4711"
ENVIRONMENT = {
    "Purpose": "environment",
    "SubjectPrefix": PREFIX,
    "Regions": [REGION],
    "Environment": "prod",
    "TablePrefix": "prod-",
    # Everything that the settings of an environment can ask for.
    "Backups": "yes",
    "Keys": "yes",
    "ResourcePolicies": "yes",
}
ACCOUNT_WIDE = {"Purpose": "account", "SubjectPrefix": PREFIX, "Regions": [REGION, "us-east-1"]}
SANDBOX = {"Purpose": "sandbox", "SubjectPrefix": PREFIX, "Regions": [REGION, "us-east-1"]}
NOTHING = object()
KINDS = {"AWS::IAM::Role": "role", "AWS::IAM::ManagedPolicy": "policy", "AWS::IAM::OIDCProvider": "oidc-provider"}


class Loader(yaml.CSafeLoader):
    """Reads `!Sub` as `{"Fn::Sub": ...}`, and so on."""


def _tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    kind = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: lambda n: loader.construct_sequence(n, True)}
    value = kind[type(node)](node)
    if suffix == "GetAtt":
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", _tag)
TEXT = FILE.read_text(encoding="utf-8")
RAW: dict[str, Any] = yaml.load(TEXT, Loader=Loader)  # noqa: S506 (a SafeLoader)


class Stack:
    """The template with these parameters: only resources whose conditions hold, every intrinsic function resolved."""

    def __init__(
        self,
        parameters: dict[str, Any],
        partition: str = PARTITION,
        account: str = ACCOUNT,
        name: str = "",
        template: dict[str, Any] = RAW,
    ) -> None:
        """`name`: what the names of its roles and policies begin with, to keep stacks of one account apart."""
        self.account, self._name, self._raw = account, f"{name}-" if name else "", template
        defaults = {name: p["Default"] for name, p in template["Parameters"].items() if "Default" in p}
        lists = {name for name, p in template["Parameters"].items() if p["Type"] == "CommaDelimitedList"}
        values = {
            name: [value] if name in lists and isinstance(value, str) else value for name, value in defaults.items()
        }
        self._values = {**values, **parameters, "AWS::Partition": partition, "AWS::AccountId": account}
        self.resources = {
            id: {**resource, "Properties": self._resolved(resource["Properties"])}
            for id, resource in template["Resources"].items()
            if self._is(resource.get("Condition"))
        }
        self.outputs = {id: o["Value"] for id, o in template["Outputs"].items() if self._is(o.get("Condition"))}

    def policies(self, role: str) -> list[dict[str, Any]]:
        """The documents attached to a role."""
        properties = self.resources[role]["Properties"]
        inline = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        return [*map(self.document, properties.get("ManagedPolicyArns", [])), *inline]

    def document(self, arn: str) -> dict[str, Any]:
        """A managed policy: one of the template, or one of AWS's own that it names."""
        name = arn.rpartition("/")[2]
        if name in AWS_MANAGED:
            return AWS_MANAGED[name]
        return self.resources[name.removeprefix(self._name)]["Properties"]["PolicyDocument"]

    def arn(self, id: str) -> str:
        """The ARN of a role or policy of the template."""
        resource = self._raw["Resources"][id]
        name = resource["Properties"].get("RoleName", f"{self._name}{id}")
        return f"arn:{PARTITION}:iam::{self.account}:{KINDS[resource['Type']]}/{name}"

    def boundary(self, role: str) -> list[dict[str, Any]]:
        """The document of the permissions boundary of a role, if it has one."""
        arn = self.resources[role]["Properties"].get("PermissionsBoundary")
        return [self.document(arn)] if arn else []

    def trust(self, role: str) -> dict[str, Any]:
        """The one statement that says who may become the role."""
        (statement,) = self.resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        return statement

    def _is(self, condition: str | None) -> bool:
        return condition is None or self._resolved(self._raw["Conditions"][condition])

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [made for item in value if (made := self._resolved(item)) is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, of),) = value.items()
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, of)
        return {key: made for key, item in value.items() if (made := self._resolved(item)) is not NOTHING}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        if name in self._values:
            return self._values[name]
        return self.arn(name)


FUNCTIONS = {
    "Ref": Stack._ref,
    "Condition": Stack._is,
    "Fn::GetAtt": lambda stack, of: stack.arn(of[0]),
    "Fn::Sub": lambda stack, text: re.sub(r"\$\{([^}]+)\}", lambda m: stack._ref(m[1]), text),
    "Fn::Join": lambda stack, of: of[0].join(stack._resolved(of[1])),
    "Fn::If": lambda stack, of: stack._resolved(of[1] if stack._is(of[0]) else of[2]),
    "Fn::Equals": lambda stack, of: stack._resolved(of[0]) == stack._resolved(of[1]),
    "Fn::Not": lambda stack, of: not stack._resolved(of[0]),
    "Fn::And": lambda stack, of: all(stack._resolved(item) for item in of),
    "Fn::Or": lambda stack, of: any(stack._resolved(item) for item in of),
}
