"""`python -m scripts.local_aws`: run the local AWS in the foreground and print how to use it."""

import argparse
import signal
import sys
from collections.abc import Sequence

from scripts.local_aws import LocalAws, LocalAwsError

ANNOUNCEMENT = """\
This is the LOCAL AWS, not Amazon's. It holds everything in memory and forgets it when it ends.
Account {account}, any region, {url}. Paste this into another terminal:

{exports}

Ctrl-C ends it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM. Returns 0, or 1 when it could not start."""
    parser = argparse.ArgumentParser(prog="python -m scripts.local_aws", description=__doc__)
    parser.add_argument("--port", type=int, help="port on 127.0.0.1; a free one by default")
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with LocalAws.start(options.port) as aws:
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


if __name__ == "__main__":
    raise SystemExit(main())
