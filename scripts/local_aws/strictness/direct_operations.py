"""Pre-deployment validation of stacks that are made or changed directly, and what it lets pass until execution."""

from typing import Any

from scripts.local_aws.strictness import early_validation


def install() -> None:
    """Judge a template before the emulator deploys it, and each resource before it is made or changed."""
    from ministack.services.cloudformation import _stacks, changesets, handlers, stacks

    deploy_original = stacks._deploy_stack_async
    errors_original = stacks._validation_errors

    async def deploy(stack_name: str, stack_id: str, template: Any, params: Any, *args: Any, **options: Any) -> None:
        stack = _stacks[stack_name]
        judged = early_validation.ResolvedTemplate.of(template, params)
        stack["_judged"] = judged
        stack["_late"] = early_validation.late_reasons(judged, everything=bool(stack.get("_disable_validation")))
        await deploy_original(stack_name, stack_id, template, params, *args, **options)

    def validation_errors(
        resources: Any, ordered: Any, params: Any, conditions: Any, mappings: Any, name: str, *more: Any
    ) -> list[tuple[str, str, str, str, str]]:
        found = errors_original(resources, ordered, params, conditions, mappings, name, *more)
        judged = _stacks[name]["_judged"]
        mine = early_validation.property_findings(judged)
        mine += early_validation.name_findings(judged, params, _stacks[name])
        return found + [(each.logical_id, each.resource_type, each.name, each.path, each.reason) for each in mine]

    def refuse(stack_name: str, logical_id: str) -> None:
        # Once: the rollback of this operation goes back to properties that were good.
        if reason := _stacks[stack_name].get("_late", {}).pop(logical_id, None):
            raise ValueError(reason)

    def provision(kind: str, logical_id: str, properties: Any, stack_name: str) -> Any:
        refuse(stack_name, logical_id)
        return provision_original(kind, logical_id, properties, stack_name)

    def update(kind: str, physical_id: str, old: Any, new: Any, stack_name: str, logical_id: str, *more: Any) -> Any:
        refuse(stack_name, logical_id)
        return update_original(kind, physical_id, old, new, stack_name, logical_id, *more)

    provision_original, update_original = stacks._provision_keeping_seed, stacks._update_keeping_seed
    stacks._provision_keeping_seed, stacks._update_keeping_seed = provision, update
    stacks._validation_errors = validation_errors
    for module in (stacks, changesets, handlers):
        module._deploy_stack_async = deploy
