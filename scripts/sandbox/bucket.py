"""The bucket from which CloudFormation reads the copies. taskcat 0.9.58 deletes another one than the one it made."""

import contextlib
from collections.abc import Iterator

from scripts.observe.aws import Aws

CLASSIC = "us-east-1"  # the one Region that CreateBucket must not be told


@contextlib.contextmanager
def bucket(aws: Aws, name: str) -> Iterator[str]:
    """A private bucket in the Region of `aws` that is emptied and deleted in the end, whatever happens. Yields its name.

    Raises the errors of `aws.FAILURES`.
    """
    s3 = aws.client("s3")
    where = {} if aws.region == CLASSIC else {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    s3.create_bucket(Bucket=name, **where)
    try:
        yield name
    finally:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
            keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
            if keys:
                s3.delete_objects(Bucket=name, Delete={"Objects": keys})
        s3.delete_bucket(Bucket=name)
