"""What cfn-lint knows about IAM, asked once over every kind of policy and over what it must refuse."""

import json

from scripts.access import to_json
from tests.access.samples import ACCOUNT, PATTERNS, REGION, everything, made
from tests.linting import lint


def write(path, documents):
    """A template of managed policies with these documents."""
    resources = {
        f"Policy{number}": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
        for number, document in enumerate(documents)
    }
    path.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}))
    return path


def test_cfn_lint_accepts_every_policy_and_knows_a_bad_one(tmp_path):
    filled = [
        json.loads(to_json(document).replace("${ACCOUNT_ID}", ACCOUNT))
        for document in made(account=None, patterns=PATTERNS).values()
    ]
    wrong = made()["read-only.json"]
    wrong["Statement"][0]["Action"] = ["dynamodb:TransactWriteItems"]
    wrong["Statement"][1]["Resource"] = ["arn:aws:s3:::bucket"]
    good = write(tmp_path / "good.json", [*everything().values(), *filled])
    bad = write(tmp_path / "bad.json", [wrong])
    found = lint([good, bad], include_checks=["I"], regions=[REGION])
    of_bad = [match for match in found if str(bad) in match]
    assert [match for match in found if match not in of_bad] == []
    assert all(any(rule in match for match in of_bad) for rule in ("W3037", "I3510")), of_bad
