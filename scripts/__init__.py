"""Takes a migrationContract.json to tables in DynamoDB. Each command is `python -m scripts.<name>`."""

import sys

if sys.argv[:1] == ["-m"]:  # Python is loading the module that it was asked to run; nobody else imports this now
    import _signal  # type: ignore[import-not-found] # built in; `signal` and what it loads take ten times as long

    # Until it has begun, a command has nothing to tidy up and nothing to say: Ctrl-C just ends it. Not where Ctrl-C is
    # ignored, as with nohup. `scripts.entry.start` takes it from here.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
