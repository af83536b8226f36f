"""What cfn-lint knows about IAM, asked once over every kind of policy, and once over what it must refuse."""

import json
import subprocess
import sys
from pathlib import Path

from scripts.access import to_json
from tests.access.samples import ACCOUNT, PATTERNS, REGION, everything, made


def lint(path, documents):
    """The ids and messages of what cfn-lint finds in managed policies with these documents."""
    resources = {
        f"Policy{number}": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document}}
        for number, document in enumerate(documents)
    }
    path.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}))
    command = [
        str(Path(sys.executable).with_name("cfn-lint")),
        "-c",
        "I",
        "--format",
        "json",
        "-r",
        REGION,
        "-t",
        str(path),
    ]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout or "[]")
    return {(one["Rule"]["Id"], one["Message"]) for one in found}


def test_cfn_lint_accepts_every_policy_and_knows_a_bad_one(tmp_path):
    filled = [
        json.loads(to_json(document).replace("${ACCOUNT_ID}", ACCOUNT))
        for document in made(account=None, patterns=PATTERNS).values()
    ]
    assert lint(tmp_path / "good.json", [*everything().values(), *filled]) == set()
    bad = made()["read-only.json"]
    bad["Statement"][0]["Action"] = ["dynamodb:TransactWriteItems"]
    bad["Statement"][1]["Resource"] = ["arn:aws:s3:::bucket"]
    assert {"W3037", "I3510"} <= {rule for rule, _ in lint(tmp_path / "bad.json", [bad])}
