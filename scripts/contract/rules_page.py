"""The page docs/contract-rules.md, made from the rules."""

import re

from scripts.contract.rules import GROUPS, Rule
from scripts.problems import ERROR, NOTE, WARNING

COMMAND = "python -m scripts.check_contract --write-rules docs/contract-rules.md"
_HEADER = f"""<!-- Generated from scripts/contract/rules/. To change it, edit the rules and run: {COMMAND} -->

# Rules of the contract

What `python -m scripts.check_contract` looks for in a `migrationContract.json`, by id.

- An **error** must be settled before anything is generated.
- A **warning** is probably a mistake, but can be built. With `--strict` warnings fail the check too.
- A **note** says how something was understood that is usually written in another way.

The contract is never changed by a program. Editors check its form while you write: `contracts/migrationContract.schema.json`
is the JSON Schema for it.
"""
_SEVERITIES = {ERROR: "Error", WARNING: "Warning", NOTE: "Note"}


def rules_page() -> str:
    """The whole page as Markdown."""
    parts = [_HEADER]
    for prefix, title, rules in GROUPS:
        parts.append(f"## {prefix}xx: {title}\n")
        parts.extend(_section(rule) for rule in rules)
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    severity = _SEVERITIES[rule.severity] + (", an error with `--strict`" if rule.strict else "")
    lines = [f"### {rule.id}: {rule.title}", "", f"{severity}. {rule.why}", ""]
    lines += [f"- Instead of: {_code(rule.wrong)}", f"- Write: {_code(rule.right)}"]
    if rule.source:
        lines.append(f"- Source: {rule.source}")
    return "\n".join([*lines, ""])


def _code(text: str) -> str:
    """`text` as code in Markdown, between more backticks than it holds."""
    text = text.replace("\n", "\\n")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"
