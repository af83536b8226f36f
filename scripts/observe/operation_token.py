"""The request token of a stack operation: what the events of a stack tell about the deployment that it belonged to."""

from typing import NamedTuple

OURS = "deploy-"  # how the tokens of deployments begin


class OperationToken(NamedTuple):
    """`plan`: its hash; `action` and `identity`: what it said of the stack; the others stand for templates: the one before,
    the one after this operation, and the one at the end of the deployment."""

    plan: str
    action: str
    identity: str
    before: str
    after: str
    end: str

    def __str__(self) -> str:
        """At most 118 of 128 characters (ExecuteChangeSet, ClientRequestToken), with a dash at the end for what makes it unique."""
        return f"{OURS}{'-'.join(self)}-"

    @classmethod
    def parse(cls, token: str) -> "OperationToken | None":
        """The token of an operation of ours; None for any other."""
        parts = token.removeprefix(OURS).split("-")
        return cls(*parts[:-1]) if token.startswith(OURS) and len(parts) == len(cls._fields) + 1 else None
