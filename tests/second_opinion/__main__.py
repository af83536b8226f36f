"""Ask moto the scenarios of the acceptance, each in a process of its own with a time limit and on a moto of its own.

It rewrites the table in docs/local-aws.md; with --only or another limit it prints one. It judges nothing: where the two
differ, neither is AWS.
"""

import argparse
import contextlib
import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scripts.acceptance.budget import chosen
from scripts.acceptance.judge import ENDED
from scripts.acceptance.outcome import AGREES, NOT_TRIED
from scripts.acceptance.scenarios import SCENARIOS
from scripts.command import Refused
from scripts.text.markdown import table, text
from tests.differential import engines, report

MOTO = Path(".venv-moto")
SECONDS, GRACE = 60.0, 30.0  # for a scenario, and for its process to begin and end
AT_ONCE = 4  # most of them wait
MARKS = "<!-- found by `make second-opinion` -->", "<!-- end of what moto answered -->"
CHILD = (sys.executable, "-m", "tests.second_opinion.one_scenario")
MAX_SHOWN = 200  # characters of an answer


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 when all were asked, whatever the answers; 2 if moto did not start or a scenario is unknown."""
    parser = argparse.ArgumentParser(prog="python -m tests.second_opinion", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="limit for each scenario (default: %(default)s)")
    parser.add_argument("--only", nargs="+", default=(), metavar="S", help="only these scenarios")
    options = parser.parse_args(argv)
    try:
        wanted = chosen(options.only, long=False)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = list(pool.map(lambda each: _row(each.id, options.seconds), wanted))
    except (engines.EngineError, Refused) as error:
        print(error, file=sys.stderr)
        return 2
    rows, inside = [row for row, _ in asked], set().union(*(found for _, found in asked))
    made = page(rows, inside, options.seconds)
    if options.only or options.seconds != SECONDS:
        print(made)
    else:
        report.write(made, marks=MARKS)
    return 0


def _row(id: str, seconds: float) -> tuple[tuple[str, str, str], set[str]]:
    """A row of the table, and what moto complained of meanwhile."""
    with tempfile.TemporaryDirectory(prefix="second-opinion-") as folder:
        log = Path(folder) / "moto.log"
        with log.open("w") as to, engines.moto(MOTO, to) as endpoint:
            own = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "moto", "AWS_SECRET_ACCESS_KEY": "moto"}
            own |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "NO_PROXY": engines.HOST}
            kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
            answer = ask([*CHILD, id, str(seconds), folder], seconds + GRACE, kept | own)
        row = id, *verdict(answer, seconds)
        print("  ".join(row), file=sys.stderr)
        return row, complaints(log.read_text())


def complaints(log: str) -> set[str]:
    """The errors inside moto, from what it has logged: the last lines of tracebacks, without what is a request's own."""
    return {
        re.sub(r"\b[0-9a-f]{8}\b", "RUN", line) for line in re.findall(r"^(?:\w+\.)*\w+Error: .*", log, re.MULTILINE)
    }


def ask(command: Sequence[str], limit: float, environment: dict[str, str]) -> dict[str, Any]:
    """What the command answers in its last line; `crash` or `unfinished` when it does not. Nothing of it goes on running."""
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    try:
        answer, complaint = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return {"unfinished": ""}
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # also what it has started
        child.communicate()
    if child.returncode or not answer.strip():
        return {"crash": (complaint.strip().splitlines() or [f"exit code {child.returncode}"])[-1]}
    return json.loads(answer.splitlines()[-1])


def verdict(answer: dict[str, Any], seconds: float) -> tuple[str, str]:
    """One of agrees, differs, refused, not finished; and how, or why."""
    if "unfinished" in answer:
        last = answer["unfinished"]
        return f"not finished in {seconds:.0f} s", f"called last: {last}" if last else ""
    if "crash" in answer:
        return "refused", _short(answer["crash"])
    if answer["outcome"] == NOT_TRIED:
        return "refused", _short(answer["reason"])
    differences = answer["differences"]
    if ended := [each["seen"] for each in differences if each["what"] == ENDED]:
        return "refused", _short(ended[0])
    if answer["outcome"] == AGREES:
        return AGREES, ""
    first, more = differences[0], f"; and {len(differences) - 1} more" if differences[1:] else ""
    return "differs", f"{first['what']}: local AWS: {_short(first['local'])}; moto: {_short(first['seen'])}{more}"


def _short(words: str) -> str:
    return words if len(words) <= MAX_SHOWN else f"{words[:MAX_SHOWN]}..."


def page(rows: Sequence[tuple[str, str, str]], inside: set[str], seconds: float) -> str:
    """The table, below what it was made with and what it comes to, and the errors inside moto."""
    (moto,) = (each.version for each in importlib.metadata.distributions(path=_packages()) if each.name == "moto")
    counts = {
        word: sum(row[1].startswith(word) for row in rows) for word in ("agrees", "differs", "not fin", "refused")
    }
    agree, differ, unfinished, refused = counts.values()
    lines = [
        f"moto {moto}, boto3 {importlib.metadata.version('boto3')}, version {Path('VERSION').read_text().strip()} of the project; "
        f"{seconds:.0f} s for each of {len(rows)} scenarios: {agree} agree, {differ} differ, {refused} were refused, "
        f"{unfinished} did not finish. The {sum(each.long for each in SCENARIOS.values())} that take long are not asked.",
        "",
        *table(["Scenario", "moto", "How, or why"], [[name, became, text(why)] for name, became, why in rows]),
        "",
        "Errors inside moto, whatever was asked:",
        "",
        *(f"- {text(each)}" for each in sorted(inside)),
    ]
    return "\n".join(lines) + "\n"


def _packages() -> list[str]:
    return [str(path) for path in MOTO.glob("lib/python*/site-packages")]


if __name__ == "__main__":
    raise SystemExit(main())
