"""Whether a text that should be a reason only keeps its place: `TODO`, `tbd`, `...`, `xxx`."""

import re

# Words that say nothing about why, alone or together. `test` is not among them: it can be what a table is for.
_FILLERS = frozenset(
    ["a", "add", "an", "any", "asap", "asdf", "bar", "baz", "be", "because", "blah", "bla", "cause", "change", "changeme", "confirmed", "decided", "default", "defined", "description", "determined", "dummy", "fill", "fixme", "fix", "foo", "here", "idk", "in", "insert", "ipsum", "it", "just", "justification", "later", "lorem", "me", "missing", "my", "n", "na", "nil", "no", "none", "not", "null", "ok", "okay", "pending", "placeholder", "please", "quux", "qwerty", "qwertz", "reason", "reasons", "required", "see", "some", "something", "tba", "tbc", "tbd", "text", "the", "this", "to", "todo", "unknown", "unspecified", "wip", "write", "x", "xx", "xxx", "y", "yes", "yet", "your"]
)  # fmt: skip


def is_placeholder(text: str) -> bool:
    """Whether a reason gives none: no letter in it, one letter over and over, or nothing but words that fill a gap.

    >>> is_placeholder("TODO: add a reason here"), is_placeholder("rebuilt every night")
    (True, False)
    """
    letters = [letter for letter in text.casefold() if letter.isalpha()]
    if len(set(letters)) < 2:
        return True
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return all(word in _FILLERS or len(set(word)) == 1 for word in words)
