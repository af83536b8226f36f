"""The AWS Regions: those that there are, and what was meant by a name that is none of them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from scripts.problems import did_you_mean

# Every Region with DynamoDB that the AWS SDK knows, by partition, with its name. A test compares them with the SDK that is
# installed: reading them from it would cost every command a second.
NAMES: Mapping[str, str] = {
    "af-south-1": "Africa (Cape Town)",
    "ap-east-1": "Asia Pacific (Hong Kong)",
    "ap-east-2": "Asia Pacific (Taipei)",
    "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-northeast-2": "Asia Pacific (Seoul)",
    "ap-northeast-3": "Asia Pacific (Osaka)",
    "ap-south-1": "Asia Pacific (Mumbai)",
    "ap-south-2": "Asia Pacific (Hyderabad)",
    "ap-southeast-1": "Asia Pacific (Singapore)",
    "ap-southeast-2": "Asia Pacific (Sydney)",
    "ap-southeast-3": "Asia Pacific (Jakarta)",
    "ap-southeast-4": "Asia Pacific (Melbourne)",
    "ap-southeast-5": "Asia Pacific (Malaysia)",
    "ap-southeast-6": "Asia Pacific (New Zealand)",
    "ap-southeast-7": "Asia Pacific (Thailand)",
    "ca-central-1": "Canada (Central)",
    "ca-west-1": "Canada West (Calgary)",
    "eu-central-1": "Europe (Frankfurt)",
    "eu-central-2": "Europe (Zurich)",
    "eu-north-1": "Europe (Stockholm)",
    "eu-south-1": "Europe (Milan)",
    "eu-south-2": "Europe (Spain)",
    "eu-west-1": "Europe (Ireland)",
    "eu-west-2": "Europe (London)",
    "eu-west-3": "Europe (Paris)",
    "il-central-1": "Israel (Tel Aviv)",
    "me-central-1": "Middle East (UAE)",
    "me-south-1": "Middle East (Bahrain)",
    "mx-central-1": "Mexico (Central)",
    "sa-east-1": "South America (Sao Paulo)",
    "us-east-1": "US East (N. Virginia)",
    "us-east-2": "US East (Ohio)",
    "us-west-1": "US West (N. California)",
    "us-west-2": "US West (Oregon)",
    "cn-north-1": "China (Beijing)",
    "cn-northwest-1": "China (Ningxia)",
    "eusc-de-east-1": "AWS European Sovereign Cloud (Germany)",
    "us-iso-east-1": "US ISO East",
    "us-iso-west-1": "US ISO WEST",
    "us-isob-east-1": "US ISOB East (Ohio)",
    "us-isob-west-1": "US ISOB West",
    "eu-isoe-west-1": "EU ISOE West",
    "us-isof-east-1": "US ISOF EAST",
    "us-isof-south-1": "US ISOF SOUTH",
    "us-gov-east-1": "AWS GovCloud (US-East)",
    "us-gov-west-1": "AWS GovCloud (US-West)",
}
REGIONS: tuple[str, ...] = tuple(NAMES)
_DIRECTIONS = {"central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"}
_AREAS = {region.rsplit("-", 2)[0] for region in REGIONS}


class UnknownRegion(NamedTuple):
    """A name that is no known Region. `misspelt`: no Region can ever be called so; else it may be newer than this list.

    `guess`: the Region that is meant, or "".
    """

    misspelt: bool
    guess: str

    @property
    def hint(self) -> str:
        """What to write instead."""
        return f'Did you mean "{self.guess}"?' if self.guess else f"Write one of: {', '.join(REGIONS)}."


def unknown_region(name: str) -> UnknownRegion | None:
    """What is wrong with the name of a Region; None for a known one.

    A Region is an area, a direction and a small number: another direction, or an area with its letters in another order, is
    a slip of the hand; another number, or another country, may be a Region of next year.
    """
    if name in REGIONS:
        return None
    area, direction, number = ("", "", *name.rsplit("-", 2))[-3:]
    slip = any(sorted(area) == sorted(known) and area != known for known in _AREAS)
    plausible = direction in _DIRECTIONS and number.isdigit() and 1 <= int(number) <= 9 and area and not slip
    swapped = [region for region in REGIONS if sorted(region) == sorted(name)]
    same_number = [region for region in REGIONS if region[-1] == number]
    guess = next(filter(None, (did_you_mean(name, among, 0.6) for among in (swapped, same_number, REGIONS))), None)
    return UnknownRegion(not plausible, guess or "")


def region_in_name(environment: str) -> str:
    """The Region that the name of an environment ends with, "" if it ends with none.

    The shortest one: dev-us-gov-east-1 is in us-gov-east-1.
    """
    found = re.fullmatch(r"(?:.*-)?([a-z]{2}(?:-[a-z]+){1,2}-[0-9]+)", environment)
    return found[1] if found else ""
