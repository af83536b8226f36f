"""Throughput. How tables are billed, and how much they can take."""

import math
from collections.abc import Iterator

from scripts.capacity.economics import load_of
from scripts.capacity.traffic_check import problems as traffic_problems
from scripts.contract.near_miss import near_miss
from scripts.edit import rename, write
from scripts.monitoring.usage import peak_units
from scripts.problems import Breach, did_you_mean, rule
from scripts.project.settings_rules.case import Case
from scripts.properties.billing import part, targets
from scripts.properties.scaling import KINDS, capacity
from scripts.settings.deployment_file import INDEXES, at
from scripts.text.edit_words import edit_words

# What an on-demand table, and each of its indexes, begins with (developer guide, warm-throughput); it never goes down.
WARM_ON_DEMAND = {"Read": 12_000, "Write": 4_000}


@rule(
    "S210",
    "A provisioned table has capacity",
    "{table} is provisioned, but nothing says how much: {missing} missing.",
    "Add capacity: {{read: {{min: 5, max: 100}}, write: {{min: 5, max: 100}}}}, or state its traffic.",
    "A provisioned table needs capacity for itself and every index.",
    "tables: {Orders: {billing: provisioned}}",
    "tables: {Orders: {billing: provisioned, capacity: {read: {min: 5, max: 100}, write: {min: 5, max: 100}}}}",
    source="Amazon DynamoDB API Reference, CreateTable, ProvisionedThroughput",
)
def no_capacity(case: Case) -> Iterator[Breach]:
    if case.settings["billing"] != "provisioned":
        return
    missing = [kind.lower() for kind in KINDS if not capacity(case.settings["capacity"], "", kind)]
    load = load_of(case.settings, case.table, case.patterns)
    if missing and (load is None or load.unknown):
        yield Breach("billing", table=case.table.name, missing=" and ".join(missing))


@rule(
    "S211",
    "Capacity stands where it is used",
    "{table} is billed on demand: its capacity is not used.",
    "Write billing: provisioned, or capacity: {{}} for this table.",
    "Whoever wrote it may believe that it limits what the table costs.",
    severity="warning",
)
def idle_capacity(case: Case) -> Iterator[Breach]:
    if case.settings["capacity"] and case.settings["billing"] == "on-demand":
        yield Breach("capacity", table=case.table.name)


@rule(
    "S212",
    "A minimum is not above its maximum",
    "The minimum of {kind} capacity, {min}, is above the maximum, {max}.",
    "{edit}.",
    "Application Auto Scaling refuses them.",
    "capacity: {read: {min: 100, max: 5}}",
    "capacity: {read: {min: 5, max: 100}}",
    source="Application Auto Scaling API Reference, RegisterScalableTarget",
)
def minimum_above_maximum(case: Case) -> Iterator[Breach]:
    setting = case.settings["capacity"]
    for target in targets(case.table):
        for kind in map(str.lower, KINDS):
            value = capacity(setting, target, kind)
            if value and value["min"] > value["max"]:
                own = target and kind in part(setting, target)
                where = (INDEXES, target, kind) if own else (kind,)
                place = ("capacity", *where)
                edits = [write((*place, "min"), value["max"]), write((*place, "max"), value["min"])]
                yield Breach(*place, edits=edits, kind=kind, min=value["min"], max=value["max"])


@rule(
    "S213",
    "Only an on-demand table has an on-demand maximum",
    "{why} provisioned: AWS refuses an on-demand maximum there.",
    "{hint}",
    "AWS refuses OnDemandThroughput beside BillingMode PROVISIONED, whoever chose the mode.",
    source="Amazon DynamoDB API Reference, CreateTable",
)
def maximum_of_provisioned(case: Case) -> Iterator[Breach]:
    if not case.settings["on_demand_maximum"] or case.effective()["billing"] != "provisioned":
        return
    why, hint = f"{case.table.name} is", "Remove it, or write on_demand_maximum: {} for this table."
    if case.settings["billing"] == "advise":
        why = f"billing: advise makes {case.table.name}"
        hint = "Write billing: on-demand, or on_demand_maximum: {} for this table."
    yield Breach("on_demand_maximum", why=why, hint=hint)


@rule(
    "S214",
    "Indexes are those of the table",
    '{table} has no index "{name}".',
    "{hint}",
    "The settings of a misspelt index would hold for no index.",
)
def unknown_index(case: Case) -> Iterator[Breach]:
    known = [index.name for index in case.table.indexes]
    for key in ("capacity", "on_demand_maximum", "warm_throughput"):
        for name in case.settings[key].get(INDEXES, {}):
            if name not in known:
                others = [one for one in known if one not in case.settings[key][INDEXES]]
                guess = near_miss(name, others) or did_you_mean(name, others)
                edits = [rename((key, INDEXES, name), guess)] if guess and not case.shared(key) else []
                hint = f"{edit_words(edits)}." if edits else f"Its indexes are: {', '.join(known) or 'none'}."
                yield Breach(key, INDEXES, name, edits=edits, table=case.table.name, name=name, hint=hint)


@rule(
    "S219",
    "Traffic is possible",
    "{found}",
    "{hint}",
    "Capacity, alarms and costs are computed from it.",
    "traffic: {reads: {average: 100, peak: 50}}",
    "traffic: {reads: {average: 50, peak: 100}}",
)
def impossible_traffic(case: Case) -> Iterator[Breach]:
    for breach in traffic_problems(case.table, case.settings["traffic"]):
        edits = [] if case.shared("traffic") else [edit.below(("traffic",)) for edit in breach.edits]
        yield Breach("traffic", *breach.where, edits=edits, **breach.facts)


@rule(
    "S220",
    "Warm throughput is not below what a table begins with",
    "{what} begins with {begins:,} {kind}s a second: AWS refuses a warm throughput of {wanted:,}.",
    "Write {kind}: {begins} or more, or leave it out.",
    "AWS refuses less than a table or index begins with: on demand 12,000 reads and 4,000 writes a second, provisioned its capacity.",
    source="Amazon DynamoDB Developer Guide, warm-throughput; API Reference, CreateTable, WarmThroughput",
)
def too_cold(case: Case) -> Iterator[Breach]:
    stated = case.settings["warm_throughput"]
    if not stated:
        return
    settings = case.effective()
    for target in targets(case.table):
        for kind, begins in WARM_ON_DEMAND.items():
            word = kind.lower()
            if settings["billing"] == "provisioned":
                begins = (capacity(settings["capacity"], target, kind) or {}).get("min", 0)
            wanted = part(stated, target).get(word)
            if wanted is not None and wanted < begins:
                what = f"Index {target} of {case.table.name}" if target else case.table.name
                where = (INDEXES, target, word) if target else (word,)
                place = ("warm_throughput", *where)
                edits = [] if case.shared("warm_throughput") else [write(place, begins)]
                yield Breach(*place, edits=edits, what=what, begins=begins, kind=word, wanted=wanted)


@rule(
    "S224",
    "What a table may use covers the peak that is stated",
    "{table} may use {most:,} {kind} units a second, but at its stated peak it needs {peak:,}.",
    "Raise it, or correct the traffic.",
    "At the peak that somebody expects, requests would be throttled.",
    "on_demand_maximum: {read: 10}, traffic: {reads: {average: 50, peak: 200}}",
    "on_demand_maximum: {read: 500}, traffic: {reads: {average: 50, peak: 200}}",
    severity="warning",
)
def below_the_peak(case: Case) -> Iterator[Breach]:
    if not case.settings["on_demand_maximum"] and not case.settings["capacity"]:
        return
    provisioned = case.settings["billing"] == "provisioned"
    for kind, peak in zip(KINDS, peak_units(case.settings, case.table, case.patterns), strict=True):
        word = kind.lower()
        place = ("capacity", word, "max") if provisioned else ("on_demand_maximum", word)
        most = at(case.settings, place)
        if peak and most is not None and most < peak:
            yield Breach(*place, table=case.table.name, most=most, kind=word, peak=math.ceil(peak))
