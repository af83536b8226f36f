"""What a process need not find out again for each command that the tests run in it: a third of the time of a command."""

import contextlib
import functools
import os
from collections.abc import Callable
from datetime import datetime
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

    That is the descriptions of the APIs, the classes of clients, what its own handlers take, how TLS is spoken, and where the
    requests of a client go. And let Python read the times that it can read: what botocore asks can read any, and takes long.
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
    botocore.utils._parse_timestamp_with_tzinfo = lambda value, zone: _iso_time(value) or parse(value, zone)
    botocore.hooks.EVENT_ALIASES.clear()  # nothing here listens to an event by the name that it had in earlier versions


def _iso_time(value: Any) -> datetime | None:
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


_clients: dict[tuple[Any, ...], Any] = {}


def one_client_per_service(monkeypatch: "pytest.MonkeyPatch") -> None:
    """Let the commands share clients that are as good as new: making them is a fifth of the time of a command.

    A client is as good as new until somebody listens to its events, or lets a call fail, after which it may send its
    calls more slowly. From then on each command of the test makes its own again.
    """
    from scripts.local_aws import LocalAws
    from scripts.observe import aws as connection

    make, fail, config = connection.Aws.client, LocalAws.fail, connection.Config
    sharing = True

    def client(self: connection.Aws, service: str) -> Any:
        if service in self._clients or not sharing or connection.Config is not config:
            return make(self, service)
        around = sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_"))
        key = (service, self.region, *around)
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

    def failing(self: LocalAws, *what: Any, **named: Any) -> None:
        nonlocal sharing
        sharing = False
        _clients.clear()
        fail(self, *what, **named)

    monkeypatch.setattr(connection.Aws, "client", client)
    monkeypatch.setattr(LocalAws, "fail", failing)
