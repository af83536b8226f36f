"""Run the local AWS in the foreground and print how to use it, or run a command with it."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from scripts.entry import start
from scripts.local_aws import LocalAws, LocalAwsError

ANNOUNCEMENT = """\
This is the LOCAL AWS, not Amazon's. It holds everything in memory and forgets it when it ends.
Account {account}, any region, {url}. Paste this into another terminal:

{exports}

Ctrl-C ends it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM, or as long as COMMAND. Returns its exit code, or 0; 1 when it could not start."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.local_aws",
        description=__doc__,
        epilog="Exit codes: 0 ended, 1 could not start; with COMMAND its own.",
    )
    parser.add_argument("--port", type=int, help="port on 127.0.0.1; a free one by default")
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, metavar="COMMAND", help="run this with the local AWS, and end with it"
    )
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with LocalAws.start(options.port) as aws:
            if options.command:
                return _run(options.command, aws)
            exports = "\n".join(f"export {name}={value}" for name, value in aws.environment.items())
            exports += "\nunset AWS_PROFILE AWS_SESSION_TOKEN"
            print(ANNOUNCEMENT.format(account=aws.account, url=aws.endpoint_url, exports=exports), flush=True)
            aws.wait()
    except LocalAwsError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("The local AWS has ended.")
        return 0
    print("The local AWS ended by itself. Run again with LOCAL_AWS_LOG=<file> and read it.", file=sys.stderr)
    return 1


def _run(command: Sequence[str], aws: LocalAws) -> int:
    """Run a command that finds this AWS and no other; its exit code, 127 if there is no such command."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    # Ctrl-C is for the command; it decides whether it ends.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, env=clean | aws.environment, check=False).returncode
    except OSError as error:
        print(f"{command[0]}: {error.strerror}. Name a command that can be run.", file=sys.stderr)
        return 127
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    start(main)
