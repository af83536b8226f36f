"""The page about incidents: `docs/incidents.md`."""

from scripts.monitoring.incidents import INCIDENTS, NOTHING, Incident, told
from scripts.text.markdown import code, page, table, text

HEAD = ("What happens", "Signal", "Who is told", "Runbook")


def incidents_page() -> str:
    """The page, from the catalogue."""
    listed = [incident for incident in INCIDENTS if incident.signal != NOTHING]
    silent = [incident for incident in INCIDENTS if incident.signal == NOTHING]
    return page(
        "<!-- Written by `python -m scripts.reference_pages` from scripts/monitoring/incidents.py. Do not edit. -->",
        "# Incidents",
        "What can go wrong with tables in production, which signal tells of it, and whom. Each incident with a signal is played by a test "
        "against the local AWS: the alarms with made-up metrics, the checks by changing what was deployed. See [monitoring](monitoring.md).",
        "The last column is the section in the runbook of the service, `generated/<service>/runbook.md`, which has those of its own alarms and the procedures.",
        table(HEAD, [(text(one.name), _signal(one), told(one), _runbook(one)) for one in listed]),
        "## Without a signal",
        "Nobody is told of these.",
        table(
            ("What happens", "Why there is no signal", "Runbook"),
            [(text(one.name), _why(one), _runbook(one)) for one in silent],
        ),
    )


def _signal(incident: Incident) -> str:
    kind = incident.kind
    if kind is None:
        return f"the check of: {text(incident.by)}"
    note = f", {text(incident.note)}" if incident.note else ""
    return f"alarm {code(f'-{kind.name}')}, level {kind.level}{note}"


def _why(incident: Incident) -> str:
    return text(incident.by[0].upper() + incident.by[1:]) + "."


def _runbook(incident: Incident) -> str:
    return code(f"#{incident.where}") if incident.where else ""
