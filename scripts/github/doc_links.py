"""Pages that a comment names: on a pull request a path leads nowhere, so each becomes a link."""

import re

# A path below docs/, in a sentence: not in code, not in a link or an address.
_PATH = re.compile(r"(?<![\w/.\[`-])(?<!\]\()docs/(?:[a-z0-9-]+/)*[a-z0-9-]+\.md(?![\w/])")
_CODE = re.compile(r"(^ *```.*?^ *```|`[^`\n]*`)", re.DOTALL | re.MULTILINE)


def with_links(markdown: str, blob: str) -> str:
    """The same Markdown with a link in the place of each path of a page. `blob`: the address of the files of a revision."""
    parts = _CODE.split(markdown)
    parts[::2] = (_PATH.sub(lambda path: f"[{path[0]}]({blob}/{path[0]})", part) for part in parts[::2])
    return "".join(parts)
