"""What a process need not find out again for each command that the tests run in it: a third of the time of a command."""

import contextlib
import functools
import os
import threading
import time
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

import botocore.context
import botocore.hooks
import botocore.httpsession
import botocore.session
import botocore.utils
from botocore.client import BaseClient, ClientCreator
from botocore.useragent import UserAgentString

if TYPE_CHECKING:
    import pytest


def one_botocore() -> None:
    """Let the sessions of botocore share what is the same for all of them: every command opens one of its own.

    That is the descriptions of the APIs, the classes of clients, what its own handlers take, how TLS is spoken, where the
    requests of a client go, and what long texts are in a form. And let Python read the times that it can read: what botocore asks can read any, and takes long.
    """
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    botocore.httpsession.create_urllib3_context = functools.cache(botocore.httpsession.create_urllib3_context)
    botocore.hooks.accepts_kwargs = _once_per_function(botocore.hooks.accepts_kwargs)
    make_class = ClientCreator._create_client_class
    classes: dict[str, type] = {}

    def client_class(self: ClientCreator, name: str, model: Any) -> type:
        if name not in classes:
            classes[name] = make_class(self, name, model)
        return classes[name]

    ClientCreator._create_client_class = client_class
    UserAgentString.rebuild_and_replace_user_agent_handler = lambda *_, **__: None  # the same each time
    resolve = BaseClient._resolve_endpoint_ruleset

    def resolved(self: BaseClient, *given: Any, **named: Any) -> tuple[str, Any, Any]:
        """Only S3 has another address for each bucket, where the address of a client was given."""
        if not hasattr(self, "_address"):
            endpoint = resolve(self, *given, **named)
            if self.meta.service_model.service_name == "s3" or any(endpoint[1:]):
                return endpoint
            self._address = endpoint[0]
        return self._address, {}, {}

    BaseClient._resolve_endpoint_ruleset = resolved
    # What a call notes for a user agent, botocore copies for each of its own parts; here the parts share it.
    begin, known = botocore.context.start_as_current_context, botocore.context.get_context
    botocore.context.start_as_current_context = lambda ctx=None: contextlib.nullcontext() if known() else begin(ctx)
    parse = botocore.utils._parse_timestamp_with_tzinfo
    botocore.utils._parse_timestamp_with_tzinfo = lambda value, zone: _time(value, zone) or parse(value, zone)
    botocore.hooks.EVENT_ALIASES.clear()  # nothing here listens to an event by the name that it had in earlier versions
    urllib.parse.quote_from_bytes = _known_long(urllib.parse.quote_from_bytes)
    urllib.parse.unquote = _known_long(urllib.parse.unquote)


def _known_long(convert: Callable[..., str]) -> Callable[..., str]:
    """Convert a long text once: a template, byte by byte, goes into requests of many commands."""
    known = functools.lru_cache(maxsize=512)(convert)
    return lambda text, *how, **named: (known if len(text) > 500 else convert)(text, *how, **named)


def _time(value: Any, zone: Callable[[], tzinfo]) -> datetime | None:
    if isinstance(value, int | float) and time.timezone == time.altzone == 0:  # the zones of botocore count for long
        return datetime.fromtimestamp(value, UTC).replace(tzinfo=zone())
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _once_per_function(ask: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Ask about the methods of many objects as about their one function."""
    known = functools.cache(ask)
    return lambda handler: known(getattr(handler, "__func__", handler))


# Errors that say no, after which botocore neither sends a call again nor later ones more slowly.
NOT_REPEATED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "ExpiredToken", "ExpiredTokenException"}
_clients: dict[tuple[Any, ...], Any] = {}
_sessions: dict[tuple[Any, ...], Any] = {}
_making = threading.RLock()


def _surroundings() -> list[tuple[str, str]]:
    """What of the environment a session reads."""
    return sorted(
        (name, value) for name, value in os.environ.items() if name == "HOME" or name.startswith(("AWS_", "ACTIONS_"))
    )


def one_client_per_service(monkeypatch: "pytest.MonkeyPatch") -> None:
    """Let the commands share sessions, and clients that are as good as new: making them is a quarter of the time of a command.

    A client is as good as new until somebody listens to its events, or lets a call fail that it repeats, after which it may
    send its calls more slowly. From then on each command of the test makes its own again.
    """
    from scripts.local_aws import LocalAws
    from scripts.observe import aws as connection

    make, fail, config = connection.Aws.client, LocalAws.fail, connection.Config
    new_session, make_one = connection.session, connection.Aws._made
    sharing = True

    def session(region: str) -> Any:
        key = (region, *_surroundings())
        if key not in _sessions:
            _sessions[key] = new_session(region)
        return _sessions[key]

    def one_at_a_time(self: connection.Aws, service: str) -> Any:
        with _making:  # two commands at once share the session, too
            return make_one(self, service)

    def client(self: connection.Aws, service: str) -> Any:
        if service in self._clients or not sharing or connection.Config is not config:
            return make(self, service)
        key = (service, self.region, *_surroundings())
        with self._lock:
            known = _clients.get(key)
            if known is not None:
                self._clients[service] = known
                return known
        made = make(self, service)
        listen = made.meta.events.register

        def register(*what: Any, **named: Any) -> None:
            _clients.pop(key, None)
            listen(*what, **named)

        made.meta.events.register = register
        return _clients.setdefault(key, made)

    def failing(self: LocalAws, operation: str, code: str, *what: Any, **named: Any) -> None:
        nonlocal sharing
        if code not in NOT_REPEATED:
            sharing = False
            _clients.clear()
        fail(self, operation, code, *what, **named)

    monkeypatch.setattr(connection, "session", session)
    monkeypatch.setattr(connection.Aws, "_made", one_at_a_time)
    monkeypatch.setattr(connection.Aws, "client", client)
    monkeypatch.setattr(LocalAws, "fail", failing)
