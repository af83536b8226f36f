"""An AWS on this machine for the demo and the tests: MiniStack, made as strict as AWS where the project relies on it.

Nothing else imports this package. Everything else knows only boto3 and `AWS_ENDPOINT_URL`.
"""

from scripts.local_aws.process import LocalAws, LocalAwsError

__all__ = ["LocalAws", "LocalAwsError"]
