"""The child process: MiniStack, strict, on a socket that the parent has bound. Not meant to be started by hand."""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable
from importlib import metadata
from typing import Any

from scripts.entry import start

WANTED_VERSION = "1.5.33"


def version_problem() -> str | None:
    """Say what is wrong with the installed emulator, or None. The rules reach into it, so only one version will do."""
    try:
        found = metadata.version("ministack")
    except metadata.PackageNotFoundError:
        found = "none"
    if found == WANTED_VERSION:
        return None
    return f"The local AWS needs ministack {WANTED_VERSION}, found {found}. Run `make setup`."


def end_with_parent() -> None:
    """End this process when its standard input ends, which happens when the parent ends, even by SIGKILL."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def application() -> Callable[..., Any]:
    """The emulator's ASGI application, strict, with the side door; its reset undoes what came through that. Once per process."""
    import ministack.app

    from scripts.local_aws import control, faults, scans
    from scripts.local_aws.strictness import install_all

    # The emulator would look for containers and start-up scripts of its own; this one leaves the machine alone.
    ministack.app.container_reaper.start = lambda *_: None
    ministack.app._stop_docker_containers = lambda *_: None
    ministack.app._docker_socket_present = lambda: False
    sys.modules.setdefault("docker", None)  # type: ignore[arg-type]  # else each reset looks for the package six times
    ministack.app._run_init_scripts = lambda: None
    ministack.app._collect_scripts = lambda *_: []
    scans.install()
    install_all()

    async def answer(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        path = scope.get("path", "")
        if path.startswith(control.PREFIX):
            answer = control.CONTROLS[path.removeprefix(control.PREFIX)](json.loads(await faults.read_body(receive)))
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
            return
        if path == "/_ministack/reset":
            control.reset()
        if scope["type"] == "http":
            await faults.serve(ministack.app.app, scope, receive, send)
        else:
            await ministack.app.app(scope, receive, send)

    return answer


async def serve(app: Callable[..., Any], listener: int, announce: Callable[[], None], **options: Any) -> None:
    """Serve on the listening socket with this file descriptor until the process is ended; announce when it is ready."""
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    async def announcing(scope: Any, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        async def send_and_announce(message: dict[str, Any]) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                announce()

        await app(scope, receive, send_and_announce if scope["type"] == "lifespan" else send)

    config = Config()
    config.bind = [f"fd://{listener}"]
    config.loglevel = "ERROR"
    config.keep_alive_timeout = 75
    await hypercorn_serve(announcing, config, **options)


def main(arguments: list[str]) -> int:
    """Serve on the socket whose file descriptor is the one argument. Answers one line on standard output."""
    end_with_parent()
    # Standard output carries exactly one line to the parent; whatever the emulator prints is dropped.
    answers = os.fdopen(os.dup(1), "w")
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    if problem := version_problem():
        print(problem, file=answers, flush=True)
        return 1
    asyncio.run(serve(application(), int(arguments[0]), lambda: print("ready", file=answers, flush=True)))
    return 0


if __name__ == "__main__":
    start(lambda: main(sys.argv[1:]))
