"""What a rule of the contract is. The rules themselves are data, in the modules beside this one."""

from typing import NamedTuple

from scripts.problems import ERROR


class Rule(NamedTuple):
    """One thing that is checked. `message` and `fix` are `str.format` templates, filled with facts of the finding.

    `wrong` and `right` are the examples of the documentation. `form`: the JSON Schema for editors checks it too.
    `strict`: a warning that the strict mode turns into an error.
    """

    id: str
    title: str
    message: str
    fix: str
    why: str
    wrong: str
    right: str
    severity: str = ERROR
    source: str = ""
    form: bool = False
    strict: bool = False
