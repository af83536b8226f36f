"""Stack operations: policies and capabilities enforced; what the emulator does right by itself, named."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule, upheld
from scripts.local_aws.strictness.stack_policy import DELETE, MODIFY, REPLACE, denial

upheld(
    "termination-protection",
    "DeleteStack of a stack with termination protection is refused.",
    sources.TERMINATION,
)
upheld(
    "retain-on-delete",
    "Deleting a stack leaves its DeletionPolicy Retain tables as they are.",
    sources.DELETION_POLICY,
)
upheld(
    "retain-except-on-create",
    "A failed first create deletes the new table when RetainExceptOnCreate is given; without it a Retain table stays "
    "as an orphan. A protected table cannot be deleted: ROLLBACK_FAILED.",
    sources.EXECUTE_CHANGE_SET,
)
upheld(
    "on-stack-failure",
    "OnStackFailure DELETE removes a stack whose first create failed, DO_NOTHING and DisableRollback leave it "
    "CREATE_FAILED; OnStackFailure and DisableRollback exclude each other.",
    sources.CREATE_CHANGE_SET,
)
upheld("regions", "What is in one region is not in another.", sources.REGIONS)
upheld("account", "The account is that of the credentials: here the access key is the account id.", sources.CALLER)
rule(
    "capabilities",
    "A template with IAM resources needs CAPABILITY_IAM or CAPABILITY_NAMED_IAM.",
    sources.CAPABILITIES,
)


def denied_change(policy: str, old: dict[str, Any], new: dict[str, Any], replaces: Any) -> tuple[str, str, str] | None:
    """(logical id, resource type, reason) of the first change that the stack policy denies, or None.

    `old` and `new` map logical ids to resources with Type and Properties; `replaces(type, old, new)` tells a
    replacement. New resources are never denied.
    """
    for logical_id, before in old.items():
        kind, after = before.get("Type", ""), new.get(logical_id)
        if after is None:
            action = DELETE
        elif before.get("Properties") == after.get("Properties"):
            continue
        else:
            changed = replaces(kind, before.get("Properties") or {}, after.get("Properties") or {})
            action = REPLACE if changed else MODIFY
        if reason := denial(policy, action, logical_id, kind):
            return logical_id, kind, reason
    return None


def install() -> None:
    """Put these rules in front of the emulator's own functions."""
    from ministack.services.cloudformation import _stacks, changesets, handlers, provisioners, stacks

    original = stacks._deploy_stack_async

    async def deploy(
        stack_name: str, stack_id: str, template: Any, params: Any, disable_rollback: bool, tags: Any, **options: Any
    ) -> None:
        stack: Any = _stacks[stack_name]
        previous: Any = options.get("previous_stack")
        refused = None
        if options.get("is_update") and previous and stack.get("_stack_policy"):
            resolve = changesets._resolve_props_for_diff
            before = resolve(previous["_template"], previous["_resolved_params"], stack_name, stack_id)
            after = resolve(template, params, stack_name, stack_id)
            refused = denied_change(
                stack["_stack_policy"],
                before.get("Resources", {}),
                after.get("Resources", {}),
                provisioners._requires_replacement,
            )
        if refused is None:
            await original(stack_name, stack_id, template, params, disable_rollback, tags, **options)
            return
        logical_id, kind, reason = refused
        physical_id = previous["_resources"].get(logical_id, {}).get("PhysicalResourceId", logical_id)
        stacks._add_event(stack_id, stack_name, logical_id, kind, "UPDATE_FAILED", reason, physical_id)
        operation = stacks._failed_operation(
            is_update=True,
            previous_stack=previous,
            created=[],
            failed_update=(logical_id, kind, physical_id, None, None, None),
            failed_logical_id=logical_id,
            replaced_ids=[],
            cancelled=False,
            template=template,
            param_values=params,
            retain_except_on_create=False,
            stack_tags=stack.get("Tags") or [],
            previous_tags=previous.get("Tags") or [],
        )
        await stacks._roll_back_operation(stack_name, stack_id, stack, operation)

    for module in (stacks, changesets, handlers):
        module._deploy_stack_async = deploy
    handlers._capabilities_enforced = lambda: True
