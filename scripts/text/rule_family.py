"""The documentation of a family of rules, made from the rules: one page, one section with an anchor for each id."""

import re
from typing import NamedTuple

from scripts.problems import ERROR, NOTE, WARNING, Rule, RuleGroup

COMMAND = "python -m scripts.reference_pages"
_ONE_FACT = re.compile(r"\{\w+\}\.?")  # a text that the check writes as a whole
_SEVERITIES = {ERROR: "Error", WARNING: "Warning", NOTE: "Note"}


class Family(NamedTuple):
    """The rules of one kind of file. `name` is that of its page; `sources`: where the rules are written."""

    name: str
    title: str
    introduction: str
    sources: str
    groups: tuple[RuleGroup, ...]

    @property
    def rules(self) -> dict[str, Rule]:
        """All rules of the family, by their ids."""
        return {rule.id: rule for group in self.groups for rule in group.rules}


def rules_page(family: Family) -> str:
    """The whole page as Markdown."""
    parts = [
        f"<!-- Generated from {family.sources}. To change it, edit the rules and run: {COMMAND} -->\n",
        f"# {family.title}\n",
        family.introduction.strip() + "\n",
    ]
    for group in family.groups:
        if len(family.groups) > 1:
            heading, _, more = group.title.partition(". ")
            parts.append(f"## {heading}\n")
            parts += [more.strip() + "\n"] if more else []
        parts.extend(map(section, group.rules))
    return "\n".join(parts)


def section(rule: Rule) -> str:
    """The section of one rule, which begins with its anchor."""
    severity = _SEVERITIES[rule.severity] + (", an error with `--strict`" if rule.strict else "")
    lines = [f'### <a id="{rule.id}"></a>{rule.id}: {rule.title}', "", f"{severity}. {rule.why}".rstrip(), ""]
    lines += [f"- Instead of: {_code(rule.wrong)}"] if rule.wrong else []
    lines += [f"- Write: {_code(rule.right)}"] if rule.right else []
    lines += [f"- Fix: {_without_facts(rule.fix)}"] if not rule.right and not _ONE_FACT.fullmatch(rule.fix) else []
    lines += [f"- Source: {rule.source}"] if rule.source else []
    return "\n".join([*lines, ""]) if lines[-1] else "\n".join(lines)


def _without_facts(template: str) -> str:
    """A text of a rule with the names of its facts, as `<table>`."""
    return template.format_map(_Names())


class _Names(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"`<{name}>`"


def _code(text: str) -> str:
    """`text` as code in Markdown, between more backticks than it holds."""
    text = text.replace("\n", "\\n")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"
