"""How every command ends: with a result, or with the reason why there is none, on one line and without a traceback."""

import sys
import traceback
from collections.abc import Callable

from scripts.entry import INTERRUPTED, output_is_closed
from scripts.make_words import in_make_words
from scripts.problems import EXPLAINED, NOTE, ProblemsError, counts, printable
from scripts.show_problems import show


class Refused(Exception):
    """The command cannot begin or go on: one line that says why and what to do."""


def run_command(
    work: Callable[[], int],
    closing: str | Callable[[], str],
    code: int = 1,
    explain: Callable[[Exception], str | None] | None = None,
) -> int:
    """Run `work` and return its exit code; when it cannot do its work, say why and `closing`, and return `code`.

    `closing` says what was not done; a function where that depends on how far the work has got. `explain` gives one line for the failures that it knows, such as those of AWS, and None for any other.
    """
    try:
        return work()
    except ProblemsError as error:
        asking = [problem for problem in error.problems if problem.severity != NOTE]  # notes ask for nothing
        show(asking, sys.stderr)
        print(f"{counts(asking)}. {_said(closing)} {EXPLAINED}", file=sys.stderr)
        return code
    except KeyboardInterrupt:
        print(f"\nStopped. {_said(closing)}", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if isinstance(error, BrokenPipeError) and output_is_closed():
            raise
        reason = _reason(error) or (explain(error) if explain else None)
        if reason is not None:
            print(one_line(in_make_words(reason)), file=sys.stderr)
        elif code == 1:
            raise
        else:
            # Python would end in 1, which is a result of this command.
            traceback.print_exc()
    print(_said(closing), file=sys.stderr)
    return code


def _said(closing: str | Callable[[], str]) -> str:
    return closing if isinstance(closing, str) else closing()


def one_line(text: str) -> str:
    """Text that GitHub's runner does not take for a command: on one line, and never beginning with two colons.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    line = printable(" ".join(text.split()))
    return f" {line}" if line.startswith(("::", "##[")) else line


def _reason(error: Exception) -> str | None:
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'File'}: {error.strerror or error}"
    return None
