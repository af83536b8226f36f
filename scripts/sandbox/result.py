"""What came of a run of taskcat: every stack counts, and fewer than wanted are a failure."""

import json
import sys
from pathlib import Path
from typing import Any

from scripts.input_file import read_text


def read_result(output: Path) -> dict[str, Any]:
    """What taskcat's run has written: its stacks, each {test, region, stack, status, reason}, and a problem, empty for none."""
    try:
        return json.loads(read_text(output / "result.json"))
    except FileNotFoundError:
        return {"stacks": [], "problem": "taskcat ended without a result; what it said is above."}


def conclude(result: dict[str, Any], wanted: int, left: list[str], output: Path) -> int:
    """Say what came of it; the exit code. Fewer stacks than wanted are a failure, whatever taskcat thinks."""
    good = [stack for stack in result["stacks"] if stack["status"] == "CREATE_COMPLETE"]
    for stack in result["stacks"]:
        mark = "ok" if stack in good else "FAILED"
        print(f"{mark:6}  {stack['region']:14}  {stack['test']}  {'' if stack in good else stack['reason']}".rstrip())
    for thing in left:
        print(f"LEFT    {thing}", file=sys.stderr)
    if result["problem"]:
        print(f"taskcat: {result['problem']}", file=sys.stderr)
    if len(good) != wanted or result["problem"] or left:
        print(
            f"{len(good)} of {wanted} stacks came up, {len(left)} things were left behind. Logs: {output}. "
            "Mend the template's contract or settings; delete what is left by hand.",
            file=sys.stderr,
        )
        return 1
    print(f"All {wanted} stacks came up and went away again; nothing is left. Report: {output / 'index.html'}")
    return 0
