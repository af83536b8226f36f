"""The names of everything that a trial makes: by them, and by nothing else, it is told from what belongs to others."""

import re
import secrets

PREFIX = "tcat"  # policies/roles.yaml lets the sandbox's role touch `tcat-*` and `dynamodb-tcat-*`
# A letter is among the digits of a run: those of a date, as in tcat-20260131-orders, are nobody's run.
_OURS = re.compile(
    rf"(?:TargetTracking-table/)?(?:dynamodb-)?{PREFIX}-((?=[0-9]*[a-f])[0-9a-f]{{8}})(?:-.*)?", re.DOTALL
)
BACKUP_ROLE = f"dynamodb-{PREFIX}-backup"  # of the account, made with the sandbox's role; no trial's own


def new_run() -> str:
    """The name of a run: 8 hexadecimal digits, a letter among them, which no other run has."""
    while (found := secrets.token_hex(4)).isdecimal():
        pass
    return found


def run_prefix(run: str) -> str:
    """What the names of one run's environments and tables begin with, and, after `dynamodb-`, those of its stacks."""
    return f"{PREFIX}-{run}-"


def run_of(name: str) -> str:
    """The run that something of this name belongs to; empty for what no run has made, whatever it begins with."""
    found = _OURS.fullmatch(name)
    return found[1] if found else ""
