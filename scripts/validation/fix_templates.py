"""Every fix that a validation can tell of, as data: by its id, in the order in which AWS takes the commands of several.

A test executes each that has commands. What is in braces is quoted for the shell, but for options and for what is a command itself.
"""

from typing import NamedTuple

from scripts.comparison.revert_drift import PLACE, REVERT
from scripts.properties import PROPERTIES
from scripts.properties.base import Property

# The types in our templates whose drift CloudFormation detects, so that a change set can revert it (user guide, resource
# type support). Not detected: SNS topic policies, backup selections, scaling policies; and of a table its resource policy.
DRIFT_DETECTED = {
    "AWS::CloudWatch::Alarm": "revert alarm",
    "AWS::CloudWatch::CompositeAlarm": "revert composite alarm",
    "AWS::CloudWatch::Dashboard": "revert dashboard",
    "AWS::SNS::Topic": "revert topic",
    "AWS::Backup::BackupVault": "revert vault",
    "AWS::Backup::BackupPlan": "revert plan",
}
_DEPLOY = "make deploy ENV={environment}{given}"
# Words for a command that are commands themselves: the id of a key, and that of a resource from the stack that has made it.
KEY = '"$(aws kms describe-key --key-id {subject} --query KeyMetadata.KeyId --output text --region {region})"'
MADE = (
    '"$(aws cloudformation describe-stack-resource --logical-resource-id {id} '
    "--query StackResourceDetail.PhysicalResourceId --output text " + PLACE + ')"'
)
COMMANDS = ("key", "role", "options")  # the values that are such words, or several: they are not quoted again
_PLAN = (
    'plan="$(aws backup list-backup-plans --query "BackupPlansList[?BackupPlanName=='
    "'{name}'"
    '].BackupPlanId" --output text --region {region})"'
)
_SELECTIONS = (
    'for id in $(aws backup list-backup-selections --backup-plan-id "$plan" --query "BackupSelectionsList[?SelectionName=='
    "'{name}'"
    '].SelectionId" --output text --region {region}); do aws backup delete-backup-selection --backup-plan-id "$plan" '
    '--selection-id "$id" --region {region}; done'
)
_ROLE = 'role="$(aws iam get-role --role-name {role} --query Role.Arn --output text)"'


class Template(NamedTuple):
    """A sentence, commands, or both."""

    text: str = ""
    commands: tuple[str, ...] = ()


def _of(*commands: str, text: str = "") -> Template:
    return Template(text, commands)


OF_A_PROPERTY = Template()  # its commands are made by the property itself
TEMPLATES: dict[str, Template] = {
    # What is not known
    "wait": _of(
        text="Nothing is wrong yet: run the validation again when AWS is done, or let it wait longer with --wait."
    ),
    "stack busy": _of(
        text="CloudFormation is changing the stack at this moment. Wait until it is done, then run the validation again."
    ),
    "permission": _of(
        text="Run the validation again with a role that may read it; docs/aws-permissions.md lists what it needs."
    ),
    "throttled": _of(text="AWS was asked too often, by this or by others: run the validation again in a few minutes."),
    "credentials": _of(text="Sign in again, then run the validation again."),
    "aws error": _of(text="Run the validation again; if it stays so, look at the AWS Health Dashboard."),
    "unclassified": _of(
        text="Nothing is known to be wrong: look at what the message names, and run a version of this project that knows it."
    ),
    "template unreadable": _of(
        text="Why is not known, because the template of the stack could not be read; what helps after a change by hand does "
        "harm where something was not deployed. Run the validation again with a role that may read it."
    ),
    "follows": _of(text="This follows from {subject}: fix that first, then run the validation again."),
    # What no command brings back
    "restore": _of(
        text="Restore it under the same name, as {runbook}#restore-a-table-that-is-gone says. Do not deploy before: CloudFormation "
        "does not make it again."
    ),
    "other table": _of(
        text="Someone has made the table again with other keys or local indexes. Copy what is in it, delete it, and restore the one that was "
        "deployed, as {runbook}#restore-a-table-that-is-gone says."
    ),
    "archived": _of(
        text="DynamoDB has made a backup of the table and deleted what was in it, because its key could not be used for a week: "
        "delete the table and restore it from that backup, as {runbook}#restore-a-table-that-is-gone says."
    ),
    "key unusable": _of(
        text="DynamoDB cannot use the key of the table. Make the key usable again within 7 days, or the table is archived."
    ),
    "table status": _of(text="Look at the table in the console, then run the validation again."),
    "new table": _of(
        text="DynamoDB cannot change keys: give the table a new name in the contract, copy the items, switch applications over."
    ),
    "new index": _of(
        text="DynamoDB cannot change an index: add it under a new name in the contract, switch applications over, remove this one."
    ),
    "new local index": _of(
        text="DynamoDB makes local secondary indexes with the table and never changes them: correct the contract, or give the "
        "table a new name in it, copy the items, switch applications over."
    ),
    "index going": _of(text="When it is gone, run the validation again: it then names what makes it again."),
    "replicas": _of(
        text="This project manages tables of one Region: take the table out of the contract and manage it elsewhere, or remove "
        "what the contract has no setting for. Nothing is deployed to what replicas share until then."
    ),
    "backup jobs": _of(
        text="The jobs of the backup plan fail, or do not begin in their window: the console says why, AWS Backup, Jobs. Often it is the "
        "role of the selection or the key of the vault. Then start one by hand there."
    ),
    "no command": _of(text="Change it back with the call of DynamoDB that sets it, or in the console."),
    "key gone": _of(
        text="A KMS key that is deleted never comes back, and nor does what it has encrypted. State another key in "
        "deployment.yaml, and restore from a backup that another key encrypts."
    ),
    "key state": _of(text="Only the owner of the key can make it usable again."),
    "topic of others": _of(
        text="It is not in this project: let its owner make it again, or correct alarm_topics in deployment.yaml."
    ),
    "lock for good": _of(
        text="The lock of the vault has become final: nobody can change it. State it as it is in deployment.yaml."
    ),
    "query refused": _of(
        text="Applications are refused in the same way. If the table or an index has just been made, wait and run the validation "
        "again; else the message of AWS names what is wrong."
    ),
    "write refused": _of(
        text="The item of the probe could not be written, found or deleted. The message of AWS says why; if applications have the "
        "same trouble, that is the incident."
    ),
    # Protection first, then the key, then what needs it
    "protect stack": _of("aws cloudformation update-termination-protection --enable-termination-protection " + PLACE),
    "stack policy": _of("aws cloudformation set-stack-policy --stack-policy-body {policy} " + PLACE),
    "deletion_protection on": OF_A_PROPERTY,
    "key kept": _of(
        "aws kms cancel-key-deletion --key-id {key} --region {region}",
        "aws kms enable-key --key-id {key} --region {region}",
    ),
    "key enabled": _of("aws kms enable-key --key-id {key} --region {region}"),
    "key rotated": _of("aws kms enable-key-rotation --key-id {key} --region {region}"),
    "key alias": _of("aws kms create-alias --alias-name {subject} --target-key-id {key} --region {region}"),
    "recovery_days on": OF_A_PROPERTY,
    # Who may come in, before what AWS may refuse: a limit of a day that is used up must not keep a table open.
    "resource_policy on": OF_A_PROPERTY,
    "resource_policy off": OF_A_PROPERTY,
    "encryption on": OF_A_PROPERTY,
    "encryption aws-managed": OF_A_PROPERTY,
    "encryption aws-owned": OF_A_PROPERTY,
    # Capacity, then indexes, then what an index can have only when it is there
    "billing PAY_PER_REQUEST": OF_A_PROPERTY,
    "billing PROVISIONED": OF_A_PROPERTY,
    "table_class on": OF_A_PROPERTY,
    "index gone": OF_A_PROPERTY,
    "index again": Template("Queries through it fail until it is built again:"),
    "index made": OF_A_PROPERTY,
    "throughput on": OF_A_PROPERTY,
    "scaling on": OF_A_PROPERTY,
    "scaling off": OF_A_PROPERTY,
    "on_demand_maximum on": OF_A_PROPERTY,
    "on_demand_maximum off": OF_A_PROPERTY,
    "warm_throughput on": OF_A_PROPERTY,
    "stream on": OF_A_PROPERTY,
    "stream off": OF_A_PROPERTY,
    "kinesis_stream on": OF_A_PROPERTY,
    "kinesis_stream off": OF_A_PROPERTY,
    "insights on": OF_A_PROPERTY,
    "insights off": OF_A_PROPERTY,
    "tags on": OF_A_PROPERTY,
    "deletion_protection off": OF_A_PROPERTY,
    # After all else of the table: one change of time to live an hour is allowed. Reverted drift would include it, so that comes later.
    "ttl_attribute on": OF_A_PROPERTY,
    "ttl_attribute off": OF_A_PROPERTY,
    # Alarms, and what the tables share
    "loud alarm": _of("aws cloudwatch enable-alarm-actions --alarm-names {subject} --region {region}"),
    # Drift is only seen in what a template says, and it says nothing of these: the alarm is made again without them.
    "alarm again": _of("aws cloudwatch delete-alarms --alarm-names {subject} --region {region}", REVERT),
    **{id: _of(REVERT) for id in DRIFT_DETECTED.values()},
    "topic key": _of(
        "aws sns set-topic-attributes --topic-arn {topic} --attribute-name KmsMasterKeyId --attribute-value {key} --region {region}"
    ),
    "topic other key": _of(
        "aws sns set-topic-attributes --topic-arn {topic} --attribute-name KmsMasterKeyId --attribute-value {other} --region {region}"
    ),
    "topic policy": _of(
        "aws sns set-topic-attributes --topic-arn {topic} --attribute-name Policy --attribute-value {policy} --region {region}"
    ),
    "subscribe": _of(
        "aws sns subscribe --protocol email --notification-endpoint {subject} --topic-arn {topic} --region {region}",
        text="Subscribe it, then open the mail that AWS sends and confirm it:",
    ),
    "confirm": _of(
        "aws sns subscribe --protocol email --notification-endpoint {subject} --topic-arn {topic} --region {region}",
        text="Open the mail from AWS Notifications in that mailbox and confirm it. Without such a mail send it again:",
    ),
    "vault lock": _of(
        "aws backup put-backup-vault-lock-configuration --backup-vault-name {subject} {options} --region {region}",
    ),
    "vault unlocked": _of(
        "aws backup delete-backup-vault-lock-configuration --backup-vault-name {subject} --region {region}"
    ),
    "backup selection": _of(
        _PLAN,
        _SELECTIONS,
        _ROLE,
        'aws backup create-backup-selection --backup-plan-id "$plan" --backup-selection {before}"$role"{after} --region {region}',
    ),
    # What a deployment does, after what was changed by hand is as it was
    "deploy empty": _of(
        _DEPLOY,
        text="If what was in it is needed, restore it under the same name first, as {runbook}#restore-a-table-that-is-gone "
        "says. A deployment adopts that table, or makes an empty one:",
    ),
    "deploy": _of(_DEPLOY),
    "continue": _of(_DEPLOY, text="A deployment continues what was stopped, or says what the stack needs:"),
}
# Those of a property that is added; where the order matters they are written above.
TEMPLATES |= {
    f"{property.field} {way}": OF_A_PROPERTY
    for property in PROPERTIES
    if property.fix is not Property._field_defaults["fix"]
    and not any(id.startswith(f"{property.field} ") for id in TEMPLATES)
    for way in ("on", "off")
}
