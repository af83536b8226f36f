"""The AWS Regions: those that there are, and what was meant by a name that is none of them."""

import re
from typing import NamedTuple

from scripts.problems import did_you_mean

# Every Region with DynamoDB that the AWS SDK knows, by partition. A test compares them with the SDK that is installed:
# reading them from it would cost every command a second.
REGIONS: tuple[str, ...] = (
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "cn-north-1",
    "cn-northwest-1",
    "eusc-de-east-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "eu-isoe-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-gov-east-1",
    "us-gov-west-1",
)
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
