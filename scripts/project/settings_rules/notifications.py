"""Alarms. They reach those whom the settings name, and fire when the settings say."""

from collections.abc import Iterator

from scripts.problems import Breach, rule
from scripts.project.settings_rules.case import Case

_FIFO = ".fifo"


@rule(
    "S261",
    "Addresses stand beside no other topics",
    "{environment} notifies the topics of alarm_topics: alarm_emails is not used.",
    "Subscribe the addresses to one of those topics and remove alarm_emails, or remove alarm_topics.",
    "The service has no topic for people of its own then, and the addresses would never get a mail.",
    "environments: {prod: {region: eu-west-1, alarm_topics: ['arn:aws:sns:eu-west-1:111122223333:oncall'], alarm_emails: [a@example.com]}}",
    "environments: {prod: {region: eu-west-1, alarm_topics: ['arn:aws:sns:eu-west-1:111122223333:oncall']}}",
)
def unused_beside_topics(case: Case) -> Iterator[Breach]:
    if case.environment.alarm_topics and case.environment.alarm_emails:
        yield Breach("alarm_emails", environment=case.environment.name)


@rule(
    "S262",
    "Alarms notify topics that reach people",
    "{topic} is a FIFO topic, which delivers to queues only.",
    "Name a standard topic.",
    "Nobody would get a mail or a message, and CloudWatch names no message group, which a FIFO topic needs.",
    "alarm_topics: ['arn:aws:sns:eu-west-1:111122223333:oncall.fifo']",
    "alarm_topics: ['arn:aws:sns:eu-west-1:111122223333:oncall']",
    source="Amazon SNS Developer Guide, fifo-message-delivery and fifo-message-grouping",
)
def ordered_topic(case: Case) -> Iterator[Breach]:
    for number, topic in enumerate(case.environment.alarm_topics):
        if topic.endswith(_FIFO):
            yield Breach("alarm_topics", number, topic=topic.rpartition(":")[2])


@rule(
    "S263",
    "An alarm asks for no more datapoints than periods",
    "{section} asks for {datapoints} datapoints among {periods} evaluation periods.",
    "Write datapoints: {periods} or fewer, or evaluation_periods: {datapoints} or more.",
    "CloudWatch refuses the alarm.",
    "alarm_rules: {throttled: {datapoints: 5, evaluation_periods: 3}}",
    "alarm_rules: {throttled: {datapoints: 3, evaluation_periods: 5}}",
    source="Amazon CloudWatch API Reference, PutMetricAlarm, DatapointsToAlarm",
)
def more_datapoints_than_periods(case: Case) -> Iterator[Breach]:
    for section, stated in case.settings["alarm_rules"].items():
        datapoints, periods = stated.get("datapoints", 0), stated.get("evaluation_periods")
        if periods is not None and datapoints > periods:
            yield Breach("alarm_rules", section, "datapoints", section=section, datapoints=datapoints, periods=periods)
