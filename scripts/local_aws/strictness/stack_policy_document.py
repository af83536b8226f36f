"""Whether a document is a stack policy at all."""

import json
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

ACTIONS = ("Update:Modify", "Update:Replace", "Update:Delete", "Update:*")
MEMBERS = {"Effect", "Action", "NotAction", "Principal", "Resource", "NotResource", "Condition", "Sid"}
INVALID = "Error validating stack policy: Invalid stack policy"
BOTH = "You cannot specify both {name}URL and {name}Body"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@rule(
    "stack-policy-document",
    "A stack policy that is not JSON, or has an unknown action, a principal other than * or a statement of another "
    "shape, is refused with AWS's one sentence; an empty object is taken.",
    sources.RECORDED_POLICIES,
)
def is_policy(text: str) -> bool:
    """Whether CloudFormation takes this text for a stack policy."""
    try:
        policy = json.loads(text)
    except ValueError:
        return False
    if not isinstance(policy, dict):
        return False
    return all(_is_statement(statement) for statement in _list(policy.get("Statement", [])))


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.keys() - MEMBERS:
        return False
    actions = _list(statement.get("Action", statement.get("NotAction", [])))
    return (
        statement.get("Effect") in ("Allow", "Deny")
        and statement.get("Principal") == "*"
        and bool(actions)
        and all(action in ACTIONS for action in actions)
        and ("Resource" in statement) != ("NotResource" in statement)
    )


def install() -> None:
    """Judge the policy of each request that may carry one."""
    from ministack.services.cloudformation import handlers, helpers

    def judged(action: str, names: tuple[str, ...]) -> None:
        original = handlers._ACTION_HANDLERS[action]

        def answer(params: Any) -> Any:
            for name in names:
                if handlers._p(params, f"{name}Body") and handlers._p(params, f"{name}URL"):
                    return handlers._error("ValidationError", BOTH.format(name=name))
                text, _ = helpers._resolve_document(params, f"{name}Body", f"{name}URL", "Stack policy")
                if text and not is_policy(text):
                    return handlers._error("ValidationError", INVALID)
            return original(params)

        handlers._ACTION_HANDLERS[action] = answer

    judged("SetStackPolicy", ("StackPolicy",))
    judged("CreateStack", ("StackPolicy",))
    judged("UpdateStack", ("StackPolicy", "StackPolicyDuringUpdate"))
