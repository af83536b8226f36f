"""What a process need not find out again for each command that the tests run in it: a third of the time of a command."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import botocore.hooks
import botocore.httpsession
import botocore.session

from scripts.rendering import cache

if TYPE_CHECKING:
    import pytest


def one_botocore() -> None:
    """Let the sessions of botocore share what is the same for all of them: every command opens one of its own.

    That is the descriptions of the APIs, the names that events had in earlier versions, what its own handlers take, and
    how TLS is spoken.
    """
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    botocore.httpsession.create_urllib3_context = functools.cache(botocore.httpsession.create_urllib3_context)
    botocore.hooks.accepts_kwargs = _once_per_function(botocore.hooks.accepts_kwargs)
    names: dict[str, str] = {}
    make = botocore.hooks.EventAliaser.__init__

    @functools.wraps(make)
    def sharing(self: Any, *given: Any, **named: Any) -> None:
        make(self, *given, **named)
        self._alias_name_cache = names

    botocore.hooks.EventAliaser.__init__ = sharing


def _once_per_function(ask: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Ask about the methods of many objects as about their one function."""
    known = functools.cache(ask)
    return lambda handler: known(getattr(handler, "__func__", handler))


code = functools.cache(cache._code)


def one_reading_of_the_code(monkeypatch: "pytest.MonkeyPatch") -> None:
    """Let the commands read the project's own code once: what this process runs does not change any more."""
    monkeypatch.setattr(cache, "_code", code)
