"""What an UpdateTable request may not ask for together. Pure functions on the request."""

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.create_table import INVALID
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

# What counts as an operation. AttributeDefinitions does not: it only goes with a new index.
OPERATIONS = (
    *("ProvisionedThroughput", "BillingMode", "StreamSpecification", "GlobalSecondaryIndexUpdates"),
    *("SSESpecification", "ReplicaUpdates", "DeletionProtectionEnabled", "OnDemandThroughput"),
    *("WarmThroughput", "TableClass", "VectorIndexUpdates", "MultiRegionConsistency", "GlobalTableWitnessUpdates"),
    "GlobalTableSettingsReplicationMode",
)
NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
    "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
)
ONLY = "must be the only operation in the request"
# In the order in which AWS names them when there are several.
ALONE = {
    "ReplicaUpdates": f"Replica modification {ONLY}",
    "SSESpecification": f"Server-Side Encryption modification {ONLY}",
    "TableClass": f"TableClass modification {ONLY}",
    "DeletionProtectionEnabled": f"DeletionProtection modification {ONLY}",
    "WarmThroughput": f"WarmThroughput {ONLY}",
}


def actions(request: Request, action: str) -> list[Request]:
    """The index updates of one kind: Create, Update or Delete."""
    return [update[action] for update in request.get("GlobalSecondaryIndexUpdates") or [] if update.get(action)]


@rule(
    "update-together",
    "An UpdateTable request changes one thing: encryption, table class, deletion protection, warm throughput and "
    "replicas each go alone; on-demand maximum goes with BillingMode only; a stream or the creation or deletion of an "
    "index does not go with ProvisionedThroughput, nor with one another. The same holds here for a stack update, "
    "but for one that brings drift back; whether CloudFormation asks for them one by one is not known.",
    sources.UPDATE_TABLE,
)
def refuse_mixture(request: Request) -> None:
    """Raise Refused when DynamoDB does not do all of the request at once, or when there is nothing to do."""
    asked = {name for name in OPERATIONS if request.get(name) is not None}
    if not asked:
        raise RequestRefused(NOTHING)
    created, deleted = actions(request, "Create"), actions(request, "Delete")
    if "WarmThroughput" in asked and created:
        raise RequestRefused(f"{INVALID}Create global secondary index cannot be specified when updating WarmThroughput")
    if len(asked) > 1 and (alone := next((name for name in ALONE if name in asked), None)):
        raise RequestRefused(INVALID + ALONE[alone])
    if "OnDemandThroughput" in asked and asked - {"OnDemandThroughput", "BillingMode"}:
        raise RequestRefused(
            f"{INVALID}OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
        )
    capacity = "ProvisionedThroughput" in asked or request.get("BillingMode") == "PROVISIONED"
    if "StreamSpecification" in asked and capacity:
        raise RequestRefused(f"{INVALID}You cannot modify stream status while updating table IOPS")
    if (created or deleted) and capacity:
        raise RequestRefused(f"{INVALID}You cannot create or delete index while updating table IOPS")
    if (created or deleted) and "StreamSpecification" in asked:
        raise RequestRefused(f"{INVALID}You cannot create or delete index while changing stream status")


@rule(
    "index-updates",
    "GlobalSecondaryIndexUpdates is not empty; each entry has one of Create, Update and Delete; no index is named twice.",
    sources.UPDATE_TABLE,
)
def refuse_index_updates(request: Request) -> None:
    """Raise Refused when the list of index updates is not well formed."""
    updates = request.get("GlobalSecondaryIndexUpdates")
    if updates is None:
        return
    if not updates:
        raise RequestRefused(f"{INVALID}List of GlobalSecondaryIndexUpdates is empty")
    names: set[str] = set()
    for update in updates:
        given = [update[action] for action in ("Update", "Create", "Delete") if update.get(action) is not None]
        if not given:
            raise RequestRefused(
                f"{INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null"
            )
        if len(given) > 1:
            raise RequestRefused(
                f"{INVALID}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
            )
        name = given[0]["IndexName"]
        if name in names:
            raise RequestRefused(
                f"{INVALID}Only one global secondary index update per index is allowed simultaneously. Index: {name}"
            )
        names.add(name)
