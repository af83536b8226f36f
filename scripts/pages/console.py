"""Where DynamoDB and its console are in a Region: endpoints, and links to the pages of things."""

from urllib.parse import quote

from scripts.access.arns import partition

# Endpoints: the rule set of the AWS SDKs for DynamoDB; the FIPS endpoints that exist: their endpoints.json.
_DOMAINS = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}
FIPS_REGIONS = ("ca-central-1", "ca-west-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2")
# AWS General Reference, "AWS Management Console endpoints". Other partitions have consoles that are not public.
_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
# The partitions in which a gateway endpoint for DynamoDB has the usual name.
_USUAL_VPC_NAME = ("aws", "aws-us-gov")


def endpoint(region: str) -> str:
    """The address of DynamoDB in a Region."""
    return f"https://dynamodb.{region}.{_DOMAINS[partition(region)]}"


def account_endpoints(region: str) -> str:
    """The names of the endpoints of single accounts, which SDKs prefer where they exist; empty where they do not."""
    return f"*.ddb.{region}.{_DOMAINS['aws']}" if partition(region) == "aws" else ""


def fips_endpoint(region: str) -> str:
    """The address with FIPS 140 cryptography; empty where there is none, or none that is certain."""
    if partition(region) == "aws-us-gov":
        return endpoint(region)
    return f"https://dynamodb-fips.{region}.{_DOMAINS['aws']}" if region in FIPS_REGIONS else ""


def vpc_service(region: str) -> str:
    """The name of the service of a gateway VPC endpoint; empty where it is not certain."""
    return f"com.amazonaws.{region}.dynamodb" if partition(region) in _USUAL_VPC_NAME else ""


class Console:
    """Links into the AWS console of one Region; all empty where the console is not a public one, or the Region open."""

    def __init__(self, region: str | None) -> None:
        host = _CONSOLES.get(partition(region), "") if region else ""
        self._region = region or ""
        self._base = f"https://{region}.{host}" if host else ""

    def table(self, name: str) -> str:
        """The page of a table."""
        return self._page("dynamodbv2", f"table?name={_part(name)}")

    def alarm(self, name: str) -> str:
        """The page of one alarm."""
        return self._page("cloudwatch", f"alarmsV2:alarm/{_part(name)}")

    def dashboard(self, name: str) -> str:
        """The page of a dashboard."""
        return self._page("cloudwatch", f"dashboards/dashboard/{_part(name)}")

    def stack(self, name: str) -> str:
        """The list of stacks, with the one of this name, whose id is not known before it exists."""
        return self._page("cloudformation", f"/stacks?filteringText={_part(name)}")

    def _page(self, service: str, fragment: str) -> str:
        return f"{self._base}/{service}/home?region={self._region}#{fragment}" if self._base else ""


def _part(name: str) -> str:
    return quote(name, safe="")
