"""A record as a page, `deployment.md`: what was deployed, how it went, whether it was validated, and with what settings."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.observe.commit import Commit
from scripts.recording.record_content import DEPLOYED, FAILED, STOPPED, UNKNOWN, WAITING, stacks_in
from scripts.text.markdown import code, codes, details, link, page, table, text

# The commands of a fix: all of it, or what follows its sentence (`scripts.validation.fix.Fix.line`).
_COMMANDS = re.compile(r"(?:(?<=: )|^)(?:aws|make|set=|plan=|while) ?\S.*$")

Content = Mapping[str, Any]

HEADER = "<!-- Written by the deployment, or by `make record`. `make generate` keeps it. -->"
SHOWN_REASONS = 20
NOTHING = ('""', "{}")
NOT_AWS = "**This is not AWS,** but what answers at {endpoint}. Git ignores this record."
RETIRED_SINCE = (
    "**Retired.** Since {retired_on}, no deployment.yaml names {environment} for {service}. What was deployed stays, and costs, until somebody "
    "parts with it: `make plan ENV={environment}` looks at what is left, and has the commands; "
    "[retiring](../../../docs/retiring.md) explains them. Below is the last deployment."
)
WHAT_TO_DO = {
    FAILED: "Mend the cause and run {again} again: it continues where it stopped.",
    WAITING: "AWS goes on by itself. Run {again} again: it waits for that, and continues with what is left.",
    STOPPED: "Run {again} again: it waits for what is still running and continues.",
}


def to_markdown(content: Content, generated: str = "") -> str:
    """The page of a record. `generated`: how its links begin, where it is not in the folder of the environment itself."""
    again = code(f"make deploy ENV={content['environment']}")
    over = content.get("retired_on")
    runbook = os.path.normpath(f"{generated}../runbook.md").replace(os.sep, "/")
    links = f"{link('Environment', f'{generated}README.md')}, {link('runbook', runbook)}, "
    return page(
        HEADER,
        f"# {text(content['service'])} in {text(content['environment'])}: {_headline(content)}",
        _when(content["deployment"]),
        f"Region {code(content['region'])}, account {code(content['account'])}.",
        NOT_AWS.format(endpoint=code(content["endpoint"])) if content["endpoint"] else "",
        *_failures(content),
        *([RETIRED_SINCE.format(**content)] if over else []),
        *(
            []
            if over
            else [WHAT_TO_DO.get(content["deployment"]["outcome"], "").format(again=again), *_validation(content)]
        ),
        "## Stacks",
        table(("Table", "Stack", "Outcome", "Status", "Changed (UTC)", "Change sets"), _stacks(content)),
        *([] if over else _retired(content, f"{runbook}#retire-a-table")),
        details("Effective settings", _settings(content)),
        details("Parameters of the environment", _parameters(content)),
        details("Outputs of the stacks", _outputs(content)),
        details("Change sets that were executed", _change_sets(content)),
        f"{'' if over else links}{link('this record as JSON', 'deployment.json')}.",
    )


def _headline(content: Content) -> str:
    if content.get("retired_on"):
        return f"retired since {content['retired_on']}"
    outcome = content["deployment"]["outcome"]
    total = len(stacks_in(content))
    if outcome == FAILED:
        failed = sum(stack["outcome"] == FAILED for stack in stacks_in(content).values())
        return f"deployment failed, {failed} of {total} stacks" if failed else "deployment failed"
    if outcome == DEPLOYED:
        return ", ".join((f"deployed {content['deployment']['ended'][:10]}", _verdict(content["validation"])))
    words = {STOPPED: "deployment stopped", WAITING: "waiting for AWS", UNKNOWN: "as it stands"}
    return words.get(outcome, outcome)


def _when(deployment: Mapping[str, Any]) -> str:
    if deployment["outcome"] == UNKNOWN:
        since = f" The last change of a stack was at {_time(deployment['ended'])}." if deployment["ended"] else ""
        return f"Recorded from the stacks: who deployed them, and from which commit, was not recorded.{since}"
    words = [f"{deployment['outcome'].capitalize()}, {_span(_time(deployment['began']), _time(deployment['ended']))}"]
    if deployment["by"]:
        words.append(f"by {code(deployment['by'])}")
    if commit := deployment["commit"]:
        short, _, more = Commit(**commit).words.partition(" ")
        words.append(f"commit {code(short.rstrip(','))}{more and f'{short[12:]} {more}'}")
    else:
        words.append("from no commit that git knew")
    if plan := deployment["plan"]:
        summary = f" ({text(plan['summary'])})" if plan["summary"] else ""
        words.append(f"plan {code(plan['hash'])}{summary}")
    if deployment["run"]:
        words.append(link("run", deployment["run"]))
    return f"{', '.join(words)}."


def _failures(content: Content) -> Iterator[list[str]]:
    failed = [stack for stack in stacks_in(content).values() if stack["reason"]]
    lines = [f"- **{code(s['stack'])}** {s['outcome']}: {text(s['reason'])}" for s in failed[:SHOWN_REASONS]]
    if len(failed) > SHOWN_REASONS:
        lines.append(f"- {len(failed) - SHOWN_REASONS} more, in {link('deployment.json', 'deployment.json')}")
    if lines:
        yield lines


def _validation(content: Content) -> Iterator[list[str] | str]:
    found = content["validation"]
    if found is None:
        where = f"ENV={content['environment']} SERVICE={content['service']}"
        yield f"**No validation is recorded yet.** Validate it, and add the result here: {code(f'make validate {where} && make record {where}')}"
        return
    counts = found["counts"]
    differ, unknown = counts["mismatch"], counts["unknown"]
    yield f"**Validation: {_verdict(found)}** ({text(found['time'])})."
    if found["problems"]:
        lines = [f"- {code(p['table'])}: {text(p['message'])}. Fix: {_fix(p['fix'])}" for p in found["problems"]]
        more = differ + unknown - len(lines)
        yield [*lines, *([f"- {more} more, in the validation report"] if more > 0 else [])]


def _verdict(found: Mapping[str, Any] | None) -> str:
    """`all 120 checks match`, or how many do not; `not validated yet` without a validation."""
    if found is None:
        return "not validated yet"
    differ, unknown = found["counts"]["mismatch"], found["counts"]["unknown"]
    total = sum(found["counts"].values())
    parts = [f"{differ} of {total} checks {'differs' if differ == 1 else 'differ'}"] if differ else []
    parts += [f"{unknown} of {total} could not be judged"] if unknown else []
    return ", ".join(parts) or (f"all {total} checks match" if total else "it looked at nothing of this service")


def _fix(line: str) -> str:
    """What to do, with the commands at its end as code, so that they can be copied."""
    commands = _COMMANDS.search(line)
    if commands is None:
        return text(line)
    return " ".join(filter(None, [text(line[: commands.start()]), code(commands[0])]))


def _stacks(content: Content) -> Iterator[tuple[str, ...]]:
    for stack in content["shared"].values():
        yield ("shared", *_stack(stack))
    for name, stack in content["tables"].items():
        yield (_table_link(name, stack["table"]), *_stack(stack))


def _stack(stack: Mapping[str, Any]) -> tuple[str, ...]:
    changed = _time(stack["changed_at"]).removesuffix(" UTC") if stack["changed_at"] else ""
    outcome = f"**{stack['outcome']}**" if stack["outcome"] == FAILED else stack["outcome"].replace(UNKNOWN, "")
    return code(stack["stack"]), outcome, text(stack["status"] or "none"), changed, str(len(stack["change_sets"]) or "")


def _table_link(contract_name: str, table_name: str) -> str:
    return code(table_name) if contract_name == table_name else f"{code(table_name)} ({code(contract_name)})"


def _retired(content: Content, how: str) -> Iterator[str]:
    if content["retired"]:
        yield (
            f"Still there, though the contract has them no more: {codes(content['retired'].values())}. "
            f"How to retire a table: {link('runbook', how)}."
        )


def _settings(content: Content) -> list[str]:
    """One line for each value that a setting has, with the tables that have it; last the settings that no table has."""
    rows: dict[tuple[str, str], list[str]] = {}
    for name, stack in content["tables"].items():
        for key, value in stack["settings"].items():
            rows.setdefault((key, _json(value)), []).append(name)
    everywhere = len(content["tables"])
    order = list(dict.fromkeys(key for key, _ in rows))
    unset = [key for key, value in rows if value in NOTHING and len(rows[key, value]) == everywhere]
    lines = table(
        ("Setting", "Value", "Tables"),
        [
            (code(key), code(value), "all" if len(names) == everywhere else codes(names))
            for (key, value), names in sorted(rows.items(), key=lambda row: (order.index(row[0][0]), -len(row[1])))
            if key not in unset
        ],
    )
    return [*lines, "", f"Not set for any table: {codes(unset)}."] if unset else lines


def _parameters(content: Content) -> list[str]:
    return table(("Parameter", "Value"), [(code(k), code(_json(v))) for k, v in content["parameters"].items()])


def _outputs(content: Content) -> list[str]:
    rows = [
        (code(stack["stack"]), code(key), code(value))
        for stack in stacks_in(content).values()
        for key, value in stack["outputs"].items()
    ]
    return table(("Stack", "Output", "Value"), rows) if rows else []


def _change_sets(content: Content) -> list[str]:
    rows = [
        (code(stack["stack"]), code(each["name"]), text(each["type"] or ""), code(each["executed_at"] or ""))
        for stack in stacks_in(content).values()
        for each in stack["change_sets"]
    ]
    return table(("Stack", "Change set", "Type", "Executed"), rows) if rows else []


def _time(iso: str) -> str:
    """`2026-11-22T14:02:11Z` as `2026-11-22 14:02 UTC`."""
    return f"{iso[:10]} {iso[11:16]} UTC"


def _span(began: str, ended: str) -> str:
    """`2026-11-22 14:00 to 14:02 UTC`; one time where both are in one minute, both whole where the days differ."""
    if began == ended:
        return began
    return (
        f"{began.removesuffix(' UTC')} to {ended.removeprefix(began[:11])}"
        if began[:10] == ended[:10]
        else f"{began} to {ended}"
    )


def _json(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
