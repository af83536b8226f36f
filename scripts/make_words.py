"""The options of a command in the words of make, for whoever has run it by make: `--environment` is ENV=name there."""

import os
import re

# Each option that a target of the Makefile can give, as a person gives it to make.
WORDS = {
    "--apply": "APPLY=1",
    "--environment": "ENV=name",
    "--from": "FROM=source",
    "--items": "ITEMS=number",
    "--overwrite": "OVERWRITE=1",
    "--plan-hash": "PLAN_HASH=hash",
    "--prefix": "PREFIX=letters",
    "--region": "REGION=name",
    "--reviewers": 'REVIEWERS="@org/team"',
    "--role": "ROLE=arn",
    "--sandbox": "SANDBOX=account",
    "--service": "SERVICE=name",
    "--table": "TABLE=name",
    "--tables": 'TABLES="names"',
    "--write-probe": "WRITE_PROBE=1",
    "--yes": "YES=1",
}
# A command of AWS has options of its own, and stands at the end.
_OPTION = re.compile(r"\baws [a-z].*|(?<![\w-])--[a-z-]+", re.DOTALL)


def in_make_words(text: str) -> str:
    """What a command says about its options, as whoever runs it would give them: make says by MAKELEVEL that it is there."""
    return _OPTION.sub(lambda option: WORDS.get(option[0], option[0]), text) if os.environ.get("MAKELEVEL") else text
