"""Takes a migrationContract.json to tables in DynamoDB. Each command is `python -m scripts.<name>`."""

import os
import sys

if sys.argv[:1] == ["-m"]:  # Python is loading the module that it was asked to run; nobody else imports this now
    import _signal  # type: ignore[import-not-found] # built in; `signal` and what it loads take ten times as long

    # Until it has begun, a command has nothing to tidy up and nothing to say: Ctrl-C just ends it. Not where Ctrl-C is
    # ignored, as with nohup. `scripts.entry.start` takes it from here.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

# Without pathlib, which takes as long as everything else here.
if os.path.exists(f"{os.path.dirname(__file__)}/engine.tar"):  # noqa: PTH110, PTH120
    from pathlib import Path

    from scripts.engine_archive import unpacked

    __path__.append(str(unpacked(Path(__file__).with_name("engine.tar"))))
