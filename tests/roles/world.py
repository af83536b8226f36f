"""Accounts in which the stacks of policies/roles.yaml were made: their roles, and what the deployments have made."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scripts import names
from tests.access.evaluator import Context, Statement, about, on, permits
from tests.access.samples import made
from tests.roles.template import PREFIX, RAW, Stack

REGION, OTHER_REGION = "eu-west-1", "us-east-1"
CFN, BACKUP = "cloudformation.amazonaws.com", "backup.amazonaws.com"
STREAM = f"arn:aws:kinesis:{REGION}:111122223333:stream/orders"


class Policies:
    """What a principal may do by itself: what is attached to it, within its boundary."""

    def __init__(self, attached: Iterable[Any], boundary: Iterable[Any] = ()) -> None:
        self.attached, self.boundary = tuple(attached), tuple(boundary)
        self._limits = (self.boundary, self.attached) if self.boundary else (self.attached,)
        self._about: dict[str, list[list[Statement]]] = {}

    def allow(self, action: str, resource: str, contexts: Iterable[Context]) -> bool:
        """Whether a request of this principal in its own account is allowed, with one of these contexts."""
        if action not in self._about:
            self._about[action] = [about(documents, action) for documents in self._limits]
        limits = [on(statements, resource) for statements in self._about[action]]
        return all(limits) and any(all(permits(limit, context) for limit in limits) for context in contexts)


@dataclass(frozen=True)
class Place:
    """An environment in an account: the ARNs of what belongs to it."""

    name: str
    account: str
    prefix: str

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account."""
        region = "" if service == "iam" or resource.startswith("dashboard/") else REGION
        return f"arn:aws:{service}:{region}:{self.account}:{resource}"

    @property
    def table(self) -> str:
        return self.arn("dynamodb", f"table/{self.prefix}Orders")

    @property
    def stack(self) -> str:
        return self.arn("cloudformation", f"stack/dynamodb-{self.name}-shop-Orders/1")

    @property
    def change_set(self) -> str:
        return self.arn("cloudformation", f"changeSet/{names.change_set(self.name, '0af1')}/1")

    @property
    def vault(self) -> str:
        return self.arn("backup", f"backup-vault:dynamodb-{self.name}-shop")

    @property
    def plan(self) -> str:
        return self.arn("backup", f"backup-plan:plan-of-{self.name}")

    @property
    def key(self) -> str:
        return self.arn("kms", f"key/key-of-{self.name}")

    @property
    def topic(self) -> str:
        return self.arn("sns", f"dynamodb-{self.name}-shop-alarms")

    @property
    def alarm(self) -> str:
        return self.arn("cloudwatch", f"alarm:{self.prefix}Orders-errors")

    @property
    def scaling(self) -> str:
        return self.arn("application-autoscaling", f"scalable-target/of-{self.name}")


class World:
    """Environments by name, each in an account: (name, account, table prefix). The sandbox has an account of its own.

    Roles are known as `<environment>/DeployRole`, `plan/<account>`, `sandbox`. `foreign`: what others have in each of
    the accounts, by its ARN, with the value of its tag Environment, or None if it has no such tag.
    """

    def __init__(
        self,
        environments: list[tuple[str, str, str]],
        template: dict[str, Any] = RAW,
        **parameters: Any,
    ) -> None:
        self.places = {name: Place(name, account, prefix) for name, account, prefix in environments}
        self.accounts = sorted({place.account for place in self.places.values()})
        self.policies: dict[str, Policies] = {}
        self.account: dict[str, str] = {}
        self.arns: dict[str, str] = {}
        self.boundaries: dict[str, str | None] = {}
        self.trust: dict[str, Any] = {}
        self.managed: dict[str, Any] = {}
        common = {"SubjectPrefix": PREFIX, "Regions": [REGION]}
        for account in self.accounts:
            stack = Stack({**common, "Purpose": "account"}, account=account, name="account", template=template)
            self._add(stack, {"PlanRole": f"plan/{account}"})
        known = {name: value for name, value in parameters.items() if name in template["Parameters"]}
        for place in self.places.values():
            given = {
                **common,
                "Purpose": "environment",
                "Environment": place.name,
                "TablePrefix": place.prefix,
                **known,
            }
            stack = Stack(given, account=place.account, name=place.name, template=template)
            self._add(stack, {id: f"{place.name}/{id}" for id in stack.resources})
        if "prod" in self.places:  # the policy of those who are on call, as a role of its own
            self.policies["prod/Operator"] = Policies([made()["operator.json"]])
            self.account["prod/Operator"] = account = self.places["prod"].account
            self.arns["prod/Operator"] = f"arn:aws:iam::{account}:role/Operator"
            self.trust["prod/Operator"], self.boundaries["prod/Operator"] = [], None
        sandbox = Stack({**common, "Purpose": "sandbox"}, account="777788889999", name="sandbox", template=template)
        self._add(sandbox, {id: f"sandbox/{id}" for id in sandbox.resources})

    def _add(self, stack: Stack, names: dict[str, str]) -> None:
        for id, resource in stack.resources.items():
            if resource["Type"] == "AWS::IAM::ManagedPolicy":
                self.managed[stack.arn(id)] = resource["Properties"]["PolicyDocument"]
            if resource["Type"] != "AWS::IAM::Role":
                continue
            role = names[id]
            self.policies[role] = Policies(stack.policies(id), stack.boundary(id))
            self.account[role] = stack.account
            self.arns[role] = stack.arn(id)
            self.boundaries[role] = resource["Properties"].get("PermissionsBoundary")
            self.trust[role] = resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    def trusts(self, role: str, service: str) -> bool:
        """Whether a service may become the role."""
        return any(statement["Principal"] == {"Service": service} for statement in self.trust[role])
