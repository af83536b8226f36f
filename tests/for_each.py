"""A table of quick cases in one test: pytest needs longer for a test than most cases take."""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

Test = Callable[..., None]
FAILURES = (Exception, pytest.fail.Exception, pytest.skip.Exception)  # a skip would pass over the cases that follow
SPOKEN = (str, int, float, type(None))


def for_each(names: str | Sequence[str], cases: Iterable[Any], ids: Any = None) -> Callable[[Test], Test]:
    """Run a test with every case, and name all cases that fail. The arguments are those of pytest.mark.parametrize.

    Each case has its own tmp_path and monkeypatch, and capsys gives what it has printed itself. Other fixtures are shared:
    what needs a new one for each case, or much time, is a test for each case, by pytest.mark.parametrize.
    """
    arguments = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = [case if len(arguments) > 1 else (case,) for case in cases]
    table = list(zip(_labels(rows, ids), rows, strict=True))

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def run(**fixtures: Any) -> None:
            __tracebackhide__ = True
            if not table:
                pytest.skip(f"there is no case of {', '.join(arguments)}")
            failed = []
            for number, (label, row) in enumerate(table):
                with _own(fixtures, number) as own:
                    try:
                        test(**dict(zip(arguments, row, strict=True)), **own)
                    except FAILURES as error:
                        failed.append(f"[{label}]\n{_told(error)}")
            if failed:
                pytest.fail(f"{len(failed)} of {len(table)} cases:\n\n" + "\n\n".join(failed), pytrace=False)

        signature = inspect.signature(test)
        fixtures = [parameter for name, parameter in signature.parameters.items() if name not in arguments]
        run.__signature__ = signature.replace(parameters=fixtures)  # there pytest sees which fixtures to give
        return run

    return decorate


def _labels(rows: list[Sequence[Any]], ids: Any) -> list[str]:
    """One for each case, all different: what is given, else the values that say something."""
    if ids is not None and not callable(ids):
        labels = [str(one) for one in ids]
    else:
        labels = ["-".join(_word(value, ids) for value in row) for row in rows]
    return [label if labels.count(label) == 1 else f"{label} ({number})" for number, label in enumerate(labels)]


def _word(value: Any, ids: Callable[[Any], Any] | None) -> str:
    given = ids(value) if ids else None
    if given is None:
        given = value if isinstance(value, SPOKEN) else getattr(value, "__name__", type(value).__name__)
    return str(given)


@contextmanager
def _own(fixtures: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """The fixtures of one case."""
    own = dict(fixtures)
    if "tmp_path" in own:
        own["tmp_path"] = fixtures["tmp_path"] / str(number)
        own["tmp_path"].mkdir()
    if "capsys" in own:
        own["capsys"].readouterr()
    with pytest.MonkeyPatch.context() as monkeypatch:
        if "monkeypatch" in own:
            own["monkeypatch"] = monkeypatch
        yield own


def _told(error: BaseException) -> str:
    information = pytest.ExceptionInfo.from_exception(error)
    return str(information.getrepr(style="short"))
