"""The lint: what is generated passes, and each mistake that is made in the field is refused by what is wrong with it."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from scripts.checks.alarm_form import form_problem
from scripts.checks.alarm_lint import lint
from scripts.checks.alarm_rules import FAMILY
from scripts.monitoring.service_monitoring import monitoring_resources, more_dashboards
from scripts.templates.template import table_template
from tests.for_each import for_each
from tests.monitoring.support import limited, of_service, provisioned, table, with_alarms

READ, ERRORS, UNHEALTHY = "Read", "Errors", "UnhealthyAlarm"
STATE = with_alarms(table("ByDay"))
HEAD = {"AlarmDescription": "x", "Threshold": 10, "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": []}
SPAN = {"EvaluationPeriods": 5, "DatapointsToAlarm": 5, "TreatMissingData": "notBreaching"}
OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "Query", "DeleteItem", "BatchGetItem", "BatchWriteItem", "Scan", "TransactGetItems",
              "TransactWriteItems")  # fmt: skip


def written_by_others() -> dict[str, Any]:
    """The template of a table with alarms in the forms that people write: on one metric, and on ten by metric math."""
    template = table_template(STATE, "shop", "prod")
    single = {"Namespace": "AWS/DynamoDB", "Statistic": "Sum", "Period": 60, **HEAD, **SPAN}
    of_table = {"Name": "TableName", "Value": "Orders"}
    stats = [
        {
            "Id": f"m{n}",
            "ReturnData": False,
            "MetricStat": {
                "Stat": "Sum",
                "Period": 60,
                "Metric": {
                    "Namespace": "AWS/DynamoDB",
                    "MetricName": "SystemErrors",
                    "Dimensions": [of_table, {"Name": "Operation", "Value": operation}],
                },
            },
        }
        for n, operation in enumerate(OPERATIONS)
    ]
    total = {"Id": "e", "Expression": f"SUM([{','.join(stat['Id'] for stat in stats)}])", "ReturnData": True}
    alarms: dict[str, dict[str, Any]] = {
        READ: {"AlarmName": "read", "MetricName": "ReadThrottleEvents", "Dimensions": [of_table], **single},
        "Write": {"AlarmName": "write", "MetricName": "WriteThrottleEvents", "Dimensions": [of_table], **single},
        ERRORS: {"AlarmName": "errors", "Metrics": [total, *stats], **HEAD, **SPAN},
    }
    for id, properties in alarms.items():
        template["Resources"][id] = {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
    rule = " OR ".join(f'ALARM("{each["AlarmName"]}")' for each in alarms.values())
    template["Resources"][UNHEALTHY]["Properties"]["AlarmRule"] += f" OR {rule}"
    return template


SERVICE = {"Resources": monitoring_resources("shop", "prod", [STATE], of_service(), emails=["a@example.com"])}
TABLES = {"Orders": ("ByDay",)}
TEMPLATE = written_by_others()


@for_each("detail", range(4))
@for_each("make", [table, limited, provisioned])
def test_every_alarm_that_is_generated_passes(make: Any, detail: int) -> None:
    state = with_alarms(make(*(f"Index{n:02}" for n in range(12))), detail)
    assert lint(table_template(state, "shop", "prod"), "x.yaml") == ()


def test_every_dashboard_that_is_generated_passes() -> None:
    states = [with_alarms(make("ByDay", "ByWeek")) for make in (table, limited, provisioned)]
    states = [with_alarms(replace(state, name=f"T{n:02}")) for n, state in enumerate(states * 6)]
    tables = {state.name: ("ByDay", "ByWeek") for state in states}
    once = of_service(states=states, backups={"copy_to": ["arn:aws:backup:eu-west-1:111122223333:backup-vault:copies"]})
    assert any("backup" in alarm.name for alarm in once)
    assert lint({"Resources": monitoring_resources("shop", "prod", states, once)}, "service.yaml", tables) == ()
    more = more_dashboards("shop", "prod", states)
    assert more
    for template in more.values():
        assert lint(template, "dashboard.yaml", tables) == ()


def properties(template: dict[str, Any], id: str) -> dict[str, Any]:
    return template["Resources"][id]["Properties"]


def single(**changes: Any) -> Callable[[dict[str, Any]], None]:
    """Change properties of the read throttle alarm; None removes one."""

    def change(template: dict[str, Any]) -> None:
        alarm = properties(template, READ)
        alarm.update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del alarm[name]

    return change


def dims(**values: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


def in_math(work: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Change the first metric of the metric math alarm."""
    return lambda template: work(properties(template, ERRORS)["Metrics"][1]["MetricStat"])


QUERY = 'SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName)'


def query(expression: str) -> Callable[[dict[str, Any]], None]:
    """Make an alarm on a Metrics Insights query of the metric math alarm."""
    metrics = [{"Id": "q", "Expression": expression, "Period": 60, "ReturnData": True}]
    return lambda template: properties(template, ERRORS).update(Metrics=metrics)


def eleven(template: dict[str, Any]) -> None:
    metrics = properties(template, ERRORS)["Metrics"]
    metrics.append({**copy.deepcopy(metrics[1]), "Id": "m10"})
    metrics[0]["Expression"] = metrics[0]["Expression"].replace("])", ",m10])")


def two_returning(template: dict[str, Any]) -> None:
    properties(template, ERRORS)["Metrics"][1]["ReturnData"] = True


def unused(template: dict[str, Any]) -> None:
    properties(template, ERRORS)["Metrics"][0]["Expression"] = "m0+m1"


def composite(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda template: properties(template, UNHEALTHY).update(changes)


def orphan(template: dict[str, Any]) -> None:
    rule = properties(template, UNHEALTHY)["AlarmRule"]
    properties(template, UNHEALTHY)["AlarmRule"] = rule.replace('ALARM("read") OR ', "")


def not_in_the_rule(name: str) -> Callable[[dict[str, Any]], None]:
    """Leave an alarm of the table out of the rule of its composite alarm."""

    def change(template: dict[str, Any]) -> None:
        alarm = properties(template, UNHEALTHY)
        kept = [part for part in alarm["AlarmRule"].split(" OR ") if part != f'ALARM("{name}")']
        alarm["AlarmRule"] = " OR ".join(kept)

    return change


def switched_off(template: dict[str, Any]) -> None:
    orphan(template)
    properties(template, READ).update(AlarmActions=TOPIC, ActionsEnabled=False)


TOPIC = ["arn:aws:sns:eu-west-1:111122223333:alarms"]
FEED_ONLY = ["arn:aws:sns:eu-west-1:111122223333:dynamodb-prod-shop-alarms-feed"]
WRONG: dict[str, tuple[Callable[[dict[str, Any]], None], str, str, str]] = {
    "system errors without operation": (
        single(MetricName="SystemErrors"), READ, "SystemErrors has no data under the dimensions TableName.",
        "Use exactly the dimensions TableName, Operation."),
    "throttled requests without operation": (
        single(MetricName="ThrottledRequests"), READ, "no data under the dimensions TableName.", "TableName, Operation."),
    "the same in metric math": (
        in_math(lambda stat: stat["Metric"].update(Dimensions=dims(TableName="Orders"))), ERRORS,
        "SystemErrors has no data under the dimensions TableName.", "TableName, Operation."),
    "the wrong name of the index dimension": (
        single(Dimensions=dims(TableName="Orders", GlobalSecondaryIndex="ByDay")), READ,
        "no data under the dimensions TableName, GlobalSecondaryIndex.",
        "TableName or TableName, GlobalSecondaryIndexName."),
    "the index alone": (
        single(Dimensions=dims(GlobalSecondaryIndexName="ByDay")), READ, "under the dimensions GlobalSecondaryIndexName.", "TableName"),
    "user errors of a table": (
        single(MetricName="UserErrors"), READ, "UserErrors has no data under the dimensions TableName.", "dimensions none."),
    "another table": (single(Dimensions=dims(TableName="Books")), READ, "There is no table Books here.", "Name one of: Orders."),
    "another index": (
        single(Dimensions=dims(TableName="Orders", GlobalSecondaryIndexName="ByWeek")), READ,
        "Table Orders has no index ByWeek.", "Name one of: ByDay."),
    "another operation": (
        in_math(lambda stat: stat["Metric"].update(Dimensions=dims(TableName="Orders", Operation="Select"))), ERRORS,
        "There is no operation Select.", "GetItem"),
    "a reference to nothing": (
        single(Dimensions=[{"Name": "TableName", "Value": {"Ref": "Other"}}]), READ, "There is no table Ref Other here.", "Orders"),
    "no such metric": (single(MetricName="ReadThrotleEvents"), READ, "has no metric ReadThrotleEvents.", "Did you mean ReadThrottleEvents?"),
    "a metric of the other service": (
        single(Namespace="AWS/Backup"), READ, "AWS/Backup has no metric ReadThrottleEvents.", "Use one of scripts/monitoring/catalogue.json."),
    "another namespace": (single(Namespace="DynamoDB"), READ, "DynamoDB is not in the catalogue.", "Use a metric of AWS/DynamoDB or AWS/Backup."),
    "a metric that shows 0": (
        single(MetricName="OnlineIndexThrottleEvents", Dimensions=dims(TableName="Orders", GlobalSecondaryIndexName="ByDay"),
               Period=300), READ, "OnlineIndexThrottleEvents must not be watched.", "Remove it."),
    "a statistic without meaning": (single(Statistic="Average"), READ, "Average of ReadThrottleEvents means nothing.", "Use Sum"),
    "a percentile of a count": (
        single(Statistic=None, ExtendedStatistic="p99"), READ, "p99 of ReadThrottleEvents means nothing.", "Use Sum"),
    "less than a minute": (single(Period=30), READ, "A period of 30 s is less than a minute", "Set it to 60."),
    "half minutes": (single(Period=90), READ, "no whole number of minutes", "Use a multiple of 60."),
    "shorter than the metric": (
        single(MetricName="ProvisionedReadCapacityUnits", Statistic="Maximum"), READ,
        "ProvisionedReadCapacityUnits comes every 300 s, not every 60 s.", "Set the period to 300."),
    "no period": (single(Period=None), READ, "The period of ReadThrottleEvents is missing", "Set it to 60."),
    "more than a day": (single(Period=300, EvaluationPeriods=289), READ, "289 periods of 300 s are more than a day.", "Look at fewer"),
    "more than a day of minutes": (single(EvaluationPeriods=1441), READ, "1441 periods of 60 s are more than a day.", "Look at fewer"),
    "more than a week": (single(Period=3600, EvaluationPeriods=169), READ, "169 periods of 3600 s are more than a week.", "Look at fewer"),
    "6 of 5": (single(DatapointsToAlarm=6), READ, "DatapointsToAlarm is 6 of 5: it would never fire.", "Set it to 1 to 5."),
    "no periods": (single(EvaluationPeriods=None), READ, "EvaluationPeriods is missing", "Set it"),
    "missing data unsaid": (single(TreatMissingData=None), READ, "It does not say what missing data means.", "Set TreatMissingData"),
    "missing data unknown": (single(TreatMissingData="never"), READ, "TreatMissingData is unknown.", "Set TreatMissingData"),
    "11 metrics": (eleven, ERRORS, "It has 11 metrics; CloudWatch takes 10.", "Split it"),
    "a query of what is never published": (
        query('SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", TableName)'), ERRORS,
        "SystemErrors has no data under the dimensions TableName.", "TableName, Operation."),
    "a query of no metric": (
        query('SELECT SUM(SystemErrors) FROM "AWS/DynamoDB"'), ERRORS, "says no metric with its dimensions.", "FROM SCHEMA("),
    "a query of another namespace": (
        query('SELECT SUM(SystemErrors) FROM SCHEMA("AWS/Dynamo", Operation, TableName)'), ERRORS,
        "AWS/Dynamo is not in the catalogue.", "Use a metric of AWS/DynamoDB or AWS/Backup."),
    "a page by a query that reaches nobody": (
        lambda template: (query(QUERY)(template), not_in_the_rule("errors")(template)), ERRORS, "It reaches nobody.", "Add the alarm topic"),
    "two return data": (two_returning, ERRORS, "2 of its metrics return data.", "exactly one"),
    "a metric that nothing uses": (unused, ERRORS, "Nothing uses its metric m2.", "Use it in the expression"),
    "a page that reaches nobody": (orphan, READ, "It reaches nobody.", "to the composite alarm of its table."),
    "a page on hot keys that reaches nobody": (
        not_in_the_rule("Orders-hot-key"), "HotKeyAlarm", "It reaches nobody.", "to the composite alarm of its table."),
    "a page on system errors that reaches nobody": (
        not_in_the_rule("errors"), ERRORS, "It reaches nobody.", "to the composite alarm of its table."),
    "a page whose own actions are switched off": (switched_off, READ, "It reaches nobody.", "Add the alarm topic"),
    "a page whose composite alarm is switched off": (
        composite(ActionsEnabled=False), READ, "It reaches nobody.", "to the composite alarm of its table."),
    "a page whose composite alarm is switched off by a word": (
        composite(ActionsEnabled="false"), READ, "It reaches nobody.", "to the composite alarm of its table."),
    "a page whose composite alarm has the feed only": (
        composite(AlarmActions=FEED_ONLY), READ, "It reaches nobody.", "to the composite alarm of its table."),
    "a composite alarm that is switched off": (
        composite(ActionsEnabled=False), UNHEALTHY, "It tells no one.", "Add the alarm topic to AlarmActions"),
    "a composite alarm that tells the feed only": (
        composite(AlarmActions=FEED_ONLY), UNHEALTHY, "It tells no one.", "Add the alarm topic to AlarmActions"),
    "zero periods": (single(EvaluationPeriods=0, DatapointsToAlarm=None), READ, "EvaluationPeriods is missing, or", "Set it"),
    "less than zero periods": (single(EvaluationPeriods=-5, DatapointsToAlarm=None), READ, "EvaluationPeriods is missing, or", "Set it"),
    "true periods": (single(EvaluationPeriods=True, DatapointsToAlarm=None), READ, "EvaluationPeriods is missing, or", "Set it"),
    "a composite alarm that tells no one": (composite(AlarmActions=[]), UNHEALTHY, "It tells no one.", "Add the alarm topic"),
    "a composite alarm of nothing": (composite(AlarmRule='ALARM("gone")'), UNHEALTHY, "names gone, which is not in this template.", "add the alarm"),
    "a rule that is too long": (composite(AlarmRule="TRUE OR " * 1300), UNHEALTHY, "has 10400 characters", "Split it"),
}  # fmt: skip


@for_each(("change", "id", "found", "fix"), WRONG.values(), ids=WRONG)
def test_what_cannot_work_is_refused(change: Any, id: str, found: str, fix: str) -> None:
    template = copy.deepcopy(TEMPLATE)
    change(template)
    problems = lint(template, "Orders.yaml")
    matching = [p for p in problems if p.path == id and found in p.message and fix in p.fix]
    assert matching, problems
    assert matching[0].file == "Orders.yaml"


def test_an_own_topic_is_enough_for_a_page() -> None:
    template = copy.deepcopy(TEMPLATE)
    orphan(template)
    properties(template, READ)["AlarmActions"] = TOPIC
    assert lint(template, "x") == ()


def test_a_good_query_passes() -> None:
    template = copy.deepcopy(TEMPLATE)
    query(QUERY)(template)
    assert lint(template, "x") == ()


def test_a_name_that_a_function_makes_is_no_trouble() -> None:
    template = copy.deepcopy(TEMPLATE)
    properties(template, "Write").update(AlarmName={"Fn::Sub": "${AWS::Region}-w"}, AlarmActions=TOPIC)
    found = [problem.message for problem in lint(template, "x")]
    assert found == ["Its AlarmRule names write, which is not in this template."]


ANYTHING = (None, 5, True, "x", [], {}, ["x"], [5], [[]], [{}], {"Fn::If": ["Large", "a", "b"]}, {"Ref": ["x"]})


def places(resources: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Every kind of place in resources: one of those that have the same path in resources of the same type, whatever the position in lists."""
    kinds: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def walk(inside: Any, path: tuple[Any, ...]) -> None:
        for key in list(inside) if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ():
            below = (*path, key if isinstance(inside, dict) else "item")
            kinds.setdefault(below, (inside, key))
            walk(inside[key], below)

    for id, resource in resources.items():
        kinds.setdefault((resource["Type"],), (resources, id))
        walk(resource, (resource["Type"],))
    yield from kinds.values()


@pytest.mark.parametrize("given", [TEMPLATE, SERVICE], ids=["table", "service"])
def test_whatever_stands_anywhere_the_lint_judges_it_or_says_that_it_cannot(given: dict[str, Any]) -> None:
    template = copy.deepcopy(given)
    for inside, key in places(template["Resources"]):
        before = inside[key]
        for odd in ANYTHING:
            inside[key] = odd
            assert form_problem(template) or lint(template, "x.yaml", TABLES) is not None
        inside[key] = before


BOARD = "Dashboard"


def body(value: Any) -> dict[str, Any]:
    """A dashboard with this body."""
    properties = {"DashboardBody": json.dumps(value)}
    return {"Resources": {BOARD: {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}}}


def board(*lines: Any, **more: Any) -> dict[str, Any]:
    """A dashboard with one widget."""
    of_widget = {"title": "W", "period": 60, "stat": "Sum", "metrics": list(lines), **more}
    return body({"widgets": [{"type": "metric", "properties": of_widget}]})


ORDERS = ["AWS/DynamoDB", "ReadThrottleEvents", "TableName", "Orders"]
BOARDS: dict[str, tuple[dict[str, Any], str]] = {
    "the wrong name of the index dimension": (board([*ORDERS, "GlobalSecondaryIndex", "ByDay"]), "TableName, GlobalSecondaryIndex."),
    "in the shorthand of a later line": (board(ORDERS, [".", "SystemErrors", ".", "."]), "SystemErrors has no data under"),
    "three dots": (board(ORDERS, ["...", "Books"]), "There is no table Books here."),
    "dots for nothing": (board(["...", "Books"]), '"..." stands for nothing'),
    "a dot for nothing": (board([".", "Books"]), '"." stands for nothing'),
    "user errors of a table": (board(["AWS/DynamoDB", "UserErrors", "TableName", "Orders"]), "UserErrors has no data"),
    "half a dimension": (board(["AWS/DynamoDB", "UserErrors", "TableName"]), "pairs of dimension and value"),
    "the period of one line": (board([*ORDERS, {"period": 10}]), "less than a minute"),
    "the statistic of one line": (board([*ORDERS, {"stat": "p99"}]), "p99 of ReadThrottleEvents means nothing"),
    "the default statistic": (board(ORDERS, stat="Average"), "Average of ReadThrottleEvents means nothing"),
    "widgets that are no list": (body({"widgets": 5}), "not JSON with a list of widgets"),
    "a body that is a list": (body([]), "not JSON with a list of widgets"),
    "a widget that is a text": (body({"widgets": ["W"]}), "Widget number 0 is not a map"),
    "a widget without properties": (body({"widgets": [{"type": "metric", "properties": None}]}), "Widget number 0: its properties are not a map"),
    "metrics that are a map": (board(metrics={"a": 1}), "Widget 'W': its metrics are not a list."),
    "metrics that are a number": (board(metrics=5), "Widget 'W': its metrics are not a list."),
    "no JSON": ({"Resources": {BOARD: {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": "x"}}}}, "not JSON"),
}  # fmt: skip


@for_each(("template", "found"), BOARDS.values(), ids=BOARDS)
def test_a_widget_that_cannot_show_anything_is_refused(template: dict[str, Any], found: str) -> None:
    problems = lint(template, "service.yaml", TABLES)
    assert problems
    assert found in problems[0].message


def test_good_widgets_in_all_their_spellings_pass() -> None:
    index = [*ORDERS, "GlobalSecondaryIndexName", "ByDay"]
    good = [
        ORDERS,
        [".", "WriteThrottleEvents", ".", "."],
        ["...", {"label": "x"}],
        index,
        [{"expression": "m1*2", "id": "e1"}],
    ]
    assert lint(board(*good), "service.yaml", TABLES) == ()


def test_the_shared_template_may_name_the_tables_of_others_only_when_told_of_them() -> None:
    assert lint(SERVICE, "service.yaml", TABLES) == ()
    assert "There is no table Orders here." in lint(SERVICE, "service.yaml")[0].message


def test_every_rule_is_tried() -> None:
    tried = {problem.id for template, _ in BOARDS.values() for problem in lint(template, "x", TABLES)}
    for change, *_ in WRONG.values():
        template = copy.deepcopy(TEMPLATE)
        change(template)
        tried |= {problem.id for problem in lint(template, "x")}
    assert tried == set(FAMILY.rules)
