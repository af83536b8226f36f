"""The limits of AWS and GitHub that what is rendered, shown and asked for can reach: data, each with its source.

What happens at a limit is the affair of the module that uses it: an error, a warning, one more part, a shorter page, a pause.
"""

from typing import NamedTuple


class Limit(NamedTuple):
    """The most that there may be of something. `kept`: what the project keeps to where that is less; 0: the limit itself."""

    most: int
    of: str
    source: str
    kept: int = 0

    @property
    def room(self) -> int:
        """What the project keeps to."""
        return self.kept or self.most


_CLOUDFORMATION = "AWS CloudFormation User Guide, cloudformation-limits"
_QUOTAS = "Amazon DynamoDB Developer Guide, ServiceQuotas"
_DASHBOARDS = "Amazon CloudWatch API Reference, PutDashboard; User Guide, service quotas"
_RATES = "API References of DynamoDB and CloudWatch"
_OPERATIONS = "Amazon DynamoDB API Reference, LimitExceededException; Developer Guide, Constraints"
_GITHUB = "https://docs.github.com/en/actions/reference/limits"

TEMPLATE_BYTES = Limit(51_200, "bytes of a template that is sent inline", _CLOUDFORMATION)
TEMPLATE_RESOURCES = Limit(500, "resources of a template", _CLOUDFORMATION)
STACKS = Limit(2_000, "stacks of an account and Region; AWS raises it", _CLOUDFORMATION)
TABLES = Limit(2_500, "tables of an account and Region; AWS raises it", _QUOTAS)
ACCOUNT_UNITS = Limit(80_000, "units of all provisioned tables of an account and Region; AWS raises it", _QUOTAS)
POLICY_CHARACTERS = Limit(
    6_144, "characters of a managed policy, white space not counted", "IAM User Guide, IAM and AWS STS quotas"
)
DASHBOARD_WIDGETS = Limit(500, "widgets of a dashboard", _DASHBOARDS, kept=490)
DASHBOARD_METRICS = Limit(2_500, "metrics of a dashboard", _DASHBOARDS, kept=2_490)
WIDGET_ALARMS = Limit(
    100, "alarms of a widget", "Amazon CloudWatch API Reference, Dashboard Body Structure, alarm widget"
)
PAGE_BYTES = Limit(
    512_000,
    "bytes of a Markdown file that GitHub shows as a page",
    "https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits",
    kept=450_000,
)
# Others write into the same comment.
COMMENT_CHARACTERS = Limit(65_536, "characters of a comment", "GitHub's answer: body is too long", kept=60_000)
# In bytes the limit is 1 MiB for a step; a character may be four.
SUMMARY_CHARACTERS = Limit(262_144, "characters of the summary of a step", _GITHUB, kept=200_000)
JOB_MINUTES = Limit(360, "minutes of a job", _GITHUB, kept=350)
MATRIX_JOBS = Limit(256, "jobs of a matrix", _GITHUB)
DESCRIBE_ALARMS = Limit(9, "calls of DescribeAlarms a second", _RATES)
PUT_METRIC_ALARM = Limit(
    3, "calls of PutMetricAlarm a second; AWS raises it", "Amazon CloudWatch User Guide, cloudwatch_limits"
)
# Of other deployments and other teams in the account there may be some at the same time.
TABLE_OPERATIONS = Limit(500, "tables that are created, changed or deleted at once", _OPERATIONS, kept=64)
INDEXED_CREATIONS = Limit(250, "tables with indexes that are created at once", _OPERATIONS, kept=64)
CONTRIBUTOR_INSIGHTS = Limit(5, "calls of DescribeContributorInsights a second, and of ListContributorInsights", _RATES)

LIMITS = {name: value for name, value in list(vars().items()) if isinstance(value, Limit)}
