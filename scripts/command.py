"""How every command ends: a result, or the reason why there is none, on one line and without a traceback."""

import sys
import traceback
from collections.abc import Callable

from scripts.observe.aws import FAILURES, explain
from scripts.observe.target import Refused
from scripts.problems import EXPLAINED, ProblemsError, counts, show
from scripts.text.prompts import NotAsked

INTERRUPTED = 130  # the shell's code for a command that Ctrl-C ended


def run_command(work: Callable[[], int], closing: str, code: int) -> int:
    """Run `work` and return its exit code; when it cannot do its work, say why and `closing`, and return `code`."""
    try:
        return work()
    except ProblemsError as error:
        show(error.problems, sys.stderr)
        closing = f"{counts(error.problems)}. {closing} {EXPLAINED}"
    except (Refused, NotAsked) as error:
        print(error, file=sys.stderr)
    except FAILURES as error:
        print(explain(error), file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'File'}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"\nStopped. {closing}", file=sys.stderr)
        return INTERRUPTED
    except Exception:
        if code == 1:
            raise
        # Python would end in 1, which is a result of this command.
        traceback.print_exc()
    print(closing, file=sys.stderr)
    return code
