"""Links in what is published: in a comment or a summary a path leads nowhere, nor does the id of a rule, so each becomes a link."""

import re
from collections.abc import Callable

# A file of the repository, with an anchor or a line, in a sentence; in Markdown an underscore may have a backslash before it.
_PART = r"(?:[\w.-]|\\_)+"
_FILE = (
    rf"(?P<path>(?:contracts|docs|generated|policies|scripts)/(?:{_PART}/)*{_PART}\.(?:guard|json|md|py|yaml)|docs/rules/)"
    r"(?:(?P<anchor>#[\w-]+)|:(?P<line>\d+))?"
)
_IN_PROSE = re.compile(rf"(?<![\w/.\[`-])(?<!\]\()(?<!\]\(<){_FILE}(?!\w|[./]\w)")
_AS_CODE = re.compile(_FILE)
_CODE = re.compile(r"(^ *```.*?^ *```|`[^`\n]*`)", re.DOTALL | re.MULTILINE)
# Where the plan names a rule: the reason at the beginning of a line, the risk at its end, the warning after its place.
_RULE = re.compile(r"(?<=^- )B\d{3}(?=: )|(?<=\()R\d{3}(?=\)$)|(?<=\) )[CLPS]\d{3}(?=: )", re.MULTILINE)
RULE_PAGES = {"B": "plan", "C": "contract", "L": "limits", "P": "services", "R": "risks", "S": "settings"}


def with_links(markdown: str, blob: str, there: Callable[[str], bool] = lambda _path: True) -> str:
    """The same Markdown with a link in the place of each path of a file and each id of a rule; other code stays as it is.

    `blob`: the address of the files of a revision; `there`: whether a path is in it.
    """

    def linked(found: re.Match[str], label: str) -> str:
        path = found["path"].replace("\\_", "_")
        anchor = found["anchor"] or (f"#L{found['line']}" if found["line"] else "")
        return f"[{label}]({blob}/{path}{anchor})" if there(path) else label

    def code(part: str, before: str) -> str:
        found = None if before.endswith("[") else _AS_CODE.fullmatch(part.strip("`"))
        return linked(found, part) if found else part

    parts = _CODE.split(markdown)
    for number, part in enumerate(parts):
        if number % 2:
            parts[number] = code(part, parts[number - 1])
        else:
            parts[number] = _IN_PROSE.sub(lambda found: linked(found, found[0]), part)
    return _RULE.sub(
        lambda rule: f"[{rule[0]}]({blob}/docs/rules/{RULE_PAGES[rule[0][0]]}.md#{rule[0]})", "".join(parts)
    )
