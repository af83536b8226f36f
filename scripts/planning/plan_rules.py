"""What a plan says of a table that cannot be deployed as it is wanted: every reason as a rule, with the way out."""

import sys

from scripts.problems import Rule, RuleGroup, rules_in
from scripts.text.rule_family import Family

CHANGE_A_KEY = "as generated/<service>/runbook.md#change-a-key says"  # `Reason.of` says whose

OTHER_KEYS = Rule(
    "B101",
    "The keys of a table stay",
    "Its key schema is {live}, the contract wants {desired}. DynamoDB cannot change the keys of a table:",
    f"give the table a new name in the contract, copy the items, then switch the applications over, {CHANGE_A_KEY}.",
    "A table finds its items by its keys; other keys are another table.",
    source="Amazon DynamoDB API Reference, UpdateTable",
)
OTHER_INDEX = Rule(
    "B102",
    "An index stays as it was created",
    'Index "{name}" exists with another definition: {live}. Wanted: {desired}. DynamoDB cannot change an index:',
    "add it under a new name, switch the applications over, then remove the old one.",
    "Its keys and its projection are those of its creation. Removed and created again under its name, it would be "
    "missing for as long as its backfill takes.",
    source="Amazon DynamoDB API Reference, UpdateTable, GlobalSecondaryIndexUpdates",
)
OTHER_LOCAL_INDEXES = Rule(
    "B103",
    "Local secondary indexes are made with the table",
    "Its local secondary indexes differ: {differences}. DynamoDB makes them with the table and cannot add, change or "
    "remove them later:",
    'leave "lsis" as it was and describe a new index in "gsis", or give the table a new name in the contract, copy the '
    f"items, then switch the applications over, {CHANGE_A_KEY}.",
    "No call adds, changes or removes one.",
    source="Amazon DynamoDB Developer Guide, Local secondary indexes",
)
OTHER_TYPE = Rule(
    "B104",
    "An attribute that is a key keeps its type",
    'Attribute "{name}" is a key of type {live}, the contract wants {desired}. DynamoDB cannot change the type of a key:',
    "use another attribute name.",
    "A table has one type for each attribute that is a key of it or of any of its indexes.",
    source="Amazon DynamoDB API Reference, AttributeDefinition",
)
OTHER_NAME = Rule(
    "B105",
    "A table keeps its name",
    "Its stack holds table {live}; the contract and its table_prefix now name it {desired}. DynamoDB cannot rename a table:",
    "go back to the old table_prefix, or describe a new table under another name in the contract, copy the items "
    f"and switch the applications over, {CHANGE_A_KEY}.",
    "The stack would replace the table by an empty one.",
    source="AWS CloudFormation User Guide, AWS::DynamoDB::Table, TableName: replacement",
)
NOT_ACTIVE = Rule(
    "B201",
    "A table that is imported is ACTIVE",
    "It is not ACTIVE ({status}), so it cannot be imported.",
    "Try again when it is.",
    "CloudFormation imports a table as it is, which is not known while DynamoDB changes it.",
)
OWNED = Rule(
    "B202",
    "A table that is imported is in no other stack",
    "Table {table} belongs to stack {stack}. Nothing was changed.",
    "Let that stack go first, with DeletionPolicy Retain on the table, so that the table stays; then deploy again.",
    "CloudFormation takes a table into one stack only.",
    source="AWS CloudFormation User Guide, Import AWS resources into a stack",
)
NOT_KNOWN = Rule(
    "B203",
    "All that an import states is known",
    "It exists outside of a stack and has to be imported as it is, but its {property} is not known: {why}.",
    "Try again when it can be read.",
    "What the import would state wrongly, the next update would change.",
)
OWNER_UNKNOWN = Rule(
    "B204",
    "Whose a table is that is imported can be read",
    "It exists outside of the stacks of this project, and whether it belongs to another stack could not be read: {why}.",
    "Try again when it can be read.",
    "CloudFormation takes a table into one stack only: nobody knows whether it would take this one.",
    source="AWS CloudFormation User Guide, Import AWS resources into a stack",
)
WAY_OUT = (
    "This project manages tables of one Region. Either manage the global table elsewhere and take the table out of the "
    "contract, which deletes nothing; or, where the other Regions are no longer used, remove its replicas, which deletes "
    "their copies of the data; then deploy again."
)
ADOPTED_REPLICAS = Rule(
    "B301",
    "A table with replicas is not imported",
    "It is a global table with replicas in {regions}. A stack of one table would manage only a part of it.",
    WAY_OUT,
    "What a stack of one Region does to a global table reaches the other Regions.",
    source="Amazon DynamoDB Developer Guide, V2globaltables_HowItWorks",
)
SHARED_WITH_REPLICAS = Rule(
    "B302",
    "What replicas share is not changed in one Region",
    "It is a global table with replicas in {regions}, which share its {shared}: a change here would change or break them.",
    WAY_OUT,
    "Keys, indexes, billing, encryption, time to live and the stream are those of the global table as a whole.",
    source="Amazon DynamoDB Developer Guide, V2globaltables_HowItWorks, settings synchronization",
)
DOES_NOT_COMPARE = "CloudFormation compares one template with the next, never with the table."
LEFT_BEHIND = Rule(
    "B401",
    "Every index of the table is in the template of its stack",
    'Index "{name}" is on the table but not in the template of its stack: a creation that was rolled back has left it '
    "behind, or it was made by hand. CloudFormation would refuse to create it again and cannot delete it. It {end}.",
    "Make sure that nobody reads it, delete it, then deploy again: aws dynamodb update-table {where} "
    "--global-secondary-index-updates {updates}",
    DOES_NOT_COMPARE,
)
DELETED = Rule(
    "B402",
    "Every index of the template is on the table",
    'Index "{name}" is in the template of the stack but no longer on the table: it was probably deleted by hand, and '
    "CloudFormation does not notice.",
    "Create it again, then deploy again{end}: aws dynamodb update-table {where} --attribute-definitions {types} "
    "--global-secondary-index-updates {updates}",
    DOES_NOT_COMPARE,
)
STREAM_ON = Rule(
    "B403",
    "A stream is switched on by the stack",
    "The table has a stream ({view}) that its stack does not know of: it was probably switched on by hand, and DynamoDB would "
    "refuse to switch it on again.",
    "Switch it off, which ends its consumers, then deploy again: aws dynamodb update-table {where} --stream-specification "
    "StreamEnabled=false",
    DOES_NOT_COMPARE,
)
STREAM_OFF = Rule(
    "B404",
    "A stream is switched off by the stack",
    "The template of the stack has a stream ({view}) that is no longer on the table: it was probably switched off by hand, and "
    "DynamoDB would refuse to switch it off again.",
    "Switch it on again, then deploy again, which then removes it the orderly way: aws dynamodb update-table {where} "
    "--stream-specification StreamEnabled=true,StreamViewType={view}",
    DOES_NOT_COMPARE,
)
OTHER_TIME_TO_LIVE = Rule(
    "B405",
    "Time to live goes by the attribute of the template",
    'Time to live is on for "{live}", but for "{stated}" in the template of the stack: it was probably changed by hand, and '
    "DynamoDB refuses to switch off one that is not on.",
    "Switch it off, then deploy again, which waits for the hour that AWS wants between two changes: aws dynamodb "
    "update-time-to-live {where} --time-to-live-specification {specification}",
    DOES_NOT_COMPARE,
)
KINESIS_ON = Rule(
    "B406",
    "A Kinesis stream is switched on by the stack",
    "The table sends its changes to {stream}, of which its stack does not know: it was probably switched on by hand, and DynamoDB would refuse "
    "to switch it on again.",
    "Switch it off, then deploy again; changes in between are not sent: aws dynamodb disable-kinesis-streaming-destination {where} "
    "--stream-arn {stream}",
    DOES_NOT_COMPARE,
)
OTHER_BILLING = Rule(
    "B407",
    "Billing is that of the template where a change needs it",
    "The table is {live}, but {stated} in the template of its stack: it was probably changed by hand. CloudFormation would send {what} as the "
    "template has it, and DynamoDB would refuse it.",
    "Switch the billing back, then deploy again: aws dynamodb update-table {where} {options}",
    DOES_NOT_COMPARE,
)
SAME_ENCRYPTION = Rule(
    "B408",
    "Encryption is changed by the stack",
    "The table is encrypted as wanted ({live}), but the template of its stack asks for another key: it was probably changed by hand, and "
    "DynamoDB would refuse to change it to what it is.",
    "Switch it to the AWS managed key, then deploy again: aws dynamodb update-table {where} --sse-specification Enabled=true,SSEType=KMS",
    DOES_NOT_COMPARE,
)
UNREADABLE = Rule(
    "B501",
    "A table can be read before it is changed",
    "The table cannot be read: {why}",
    "Try again when it can be read.",
    "A change of what is not known could remove or replace it.",
)
TABLE_GONE = Rule(
    "B502",
    "The table of a stack is there",
    "Stack {stack} exists, but its table is gone.",
    "Restore the table from its backup under the same name, or remove the stack's termination protection and delete the "
    "stack to begin with an empty table.",
    "CloudFormation would take the missing table for one that has not changed.",
)
UNUSABLE = Rule(
    "B503",
    "The stack of a table can be changed, and is ours",
    "The stack cannot be changed now:",
    "{why}",
    "A stack that failed, or belongs to something else, is not changed.",
)
NOT_READ = Rule(
    "B504",
    "The revision that a plan is made against can be read",
    "{why}",
    "The plan against the live tables will tell.",
    "What cannot be read may differ in anything.",
)

TAKEN = Rule(
    "B601",
    "What a stack creates does not exist yet",
    "{things} already, in no stack. CloudFormation refuses to create what exists.",
    "Make sure that nobody needs it as it is, delete it, then deploy again: {command}",
    "A name is given once in an account and Region. What nobody's stack holds was made by hand, or was left by a stack that is gone.",
    source="AWS CloudFormation User Guide, Validate stack deployments: resource name conflicts",
)
TAKEN_BY_STACK = Rule(
    "B602",
    "What a stack creates belongs to no other stack",
    "{things} already, in {owner}. CloudFormation refuses to create what exists.",
    "Take it out of that stack, or set another table_prefix for this environment; then deploy again.",
    "A name is given once in an account and Region, and a resource belongs to one stack.",
    source="AWS CloudFormation User Guide, Validate stack deployments: resource name conflicts",
)
GONE = Rule(
    "B603",
    "What a stack changes is there",
    "{things} in the template of the stack, but not in AWS: probably deleted by hand. CloudFormation does not make it again, and fails to "
    "change it.",
    "Bring it back, then deploy again: {command}",
    "An update changes what the stack has; of what is not there AWS says that it was not found.",
    source="AWS Knowledge Center, failing-stack-updates-deleted; CloudFormation CLI, resource type contract, update handlers",
)

KEY_UNUSABLE = Rule(
    "B604",
    "The key of a table that is changed can be used",
    "Its key {key} is {state}. DynamoDB refuses to change a table whose key it cannot use.",
    "Enable it, then deploy again: {command}",
    "Without its key a table can be neither read nor changed; after seven days DynamoDB archives it.",
    source="Amazon DynamoDB Developer Guide, encryption.usagenotes",
)

_GROUPS = {
    "B1": "What DynamoDB can never change about a table",
    "B2": "What stands against the import of a table",
    "B3": "What a table with replicas forbids",
    "B4": "What a table and the template of its stack do not agree on",
    "B5": "What cannot be read or used",
    "B6": "What execution would meet",
}
FAMILY = Family(
    "plan",
    "Reasons of a plan",
    "Why a [plan](../plan.md) does not deploy a table as it is wanted, by id. Until this is resolved, nothing of its "
    "service is deployed to the environment; other services are.",
    "scripts/planning/plan_rules.py",
    tuple(
        RuleGroup(title, tuple(rule for rule in rules_in(sys.modules[__name__]).rules if rule.id.startswith(group)))
        for group, title in _GROUPS.items()
    ),
)
