"""What is told about a refusal by IAM: the parameter of the roles that allows it, where there is one."""

from scripts.observe.stacks import hint
from tests.for_each import for_each
from tests.roles.template import RAW

REFUSED = "User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: {} on resource: *"


@for_each(
    ("action", "told"),
    [
        ("kms:CreateKey", "Keys=yes"),
        ("kms:TagResource", "Keys=yes"),
        ("kms:CreateGrant", "docs/aws-permissions.md"),
        ("backup:CreateBackupVault", "Backups=yes"),
        ("dynamodb:PutResourcePolicy", "ResourcePolicies=yes"),
        ("dynamodb:UpdateTable", "docs/aws-permissions.md"),
        ("iam:CreateRole", "BackupRoleArn"),
    ],
)
def test_a_permission_that_is_a_parameter_is_told_with_it(action: str, told: str) -> None:
    assert told in hint(REFUSED.format(action))
    known = {*RAW["Parameters"], *RAW["Outputs"]}
    assert "=" not in told or told.partition("=")[0] in known
    assert not told.endswith("Arn") or told in known
