"""How alarms can be set: how many there are, and for each section of the runbook threshold, datapoints and severity."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from scripts.monitoring.kinds import FULL, LEVELS, SERVICE, SEVERITIES, STANDARD, Kind
from scripts.monitoring.usage import NOT_KNOWN, Expected

# At level full, where no objective is set. AWS: a few milliseconds for operations on one item (Amazon DynamoDB Developer
# Guide, metrics-dimensions, SuccessfulRequestLatency); these are ours, wide enough to be no noise.
LATENCY_P99_MS = MappingProxyType({"GetItem": 50, "PutItem": 50, "Query": 200})
NONE: Mapping[str, Any] = MappingProxyType({})


class AlarmSettings(NamedTuple):
    """The alarms of one table, or of a service, as deployment.yaml sets them.

    `sections`: section of the runbook to any of threshold, datapoints, evaluation_periods and severity.
    `latency_p99_ms`: operation to the latency in milliseconds that 99 of 100 of its requests must keep.
    """

    level: str = STANDARD
    sections: Mapping[str, Mapping[str, Any]] = NONE
    latency_p99_ms: Mapping[str, int] = NONE

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "AlarmSettings":
        """From the effective settings of a table: alarms, alarm_rules, latency_p99_ms, as deployment.yaml has them."""
        rules = settings.get("alarm_rules", NONE)
        level = settings.get("alarms", STANDARD)
        return cls(level, rules, settings.get("latency_p99_ms") or (LATENCY_P99_MS if level == FULL else NONE))

    def has(self, kind: Kind) -> bool:
        """Whether the level has alarms of a kind."""
        return LEVELS.index(kind.level) <= LEVELS.index(self.level)

    def severity(self, kind: Kind) -> str:
        """`page` or `ticket`."""
        found = self._set(kind, "severity") or kind.severity
        return found if found in SEVERITIES else kind.severity

    def periods(self, kind: Kind) -> tuple[int, int]:
        """(datapoints, evaluation periods), M of N, with M never above N."""
        periods = int(self._set(kind, "evaluation_periods") or 0)
        datapoints = int(self._set(kind, "datapoints") or 0)
        if not periods:
            periods = max(kind.evaluation_periods, datapoints)
        return min(datapoints or kind.datapoints, periods), periods

    def threshold(self, kind: Kind, expected: Expected = NOT_KNOWN, default: float | None = None) -> float:
        """The threshold that is set; else `default`, or that of the kind, moved by the share of the traffic that is tolerated.

        So many events are not more than that share, any more are: with 1 % of 250 requests a minute it is 2. Traffic that
        is known in part raises the threshold only. What is about a whole service, to which every table adds traffic, is ten, a
        hundred times the threshold of the kind, and at most that share: one more table hardly ever changes it.
        """
        for section in filter(None, (kind.section, kind.inherits)):
            found = self.sections.get(section, NONE).get("threshold")
            if found is not None:
                return found
        if default is not None:
            return default
        # A rate of 0.1 a second is no exact number of requests a minute.
        tolerated = math.floor(round(kind.share * expected.per_second * kind.period, 6))
        if kind.scope == SERVICE and kind.share:
            return kind.threshold * 10 ** (len(str(int(tolerated // kind.threshold))) - 1)
        return tolerated if kind.follows_down and expected.complete else max(kind.threshold, tolerated)

    def _set(self, kind: Kind, name: str) -> Any:
        return self.sections.get(kind.section, NONE).get(name)
