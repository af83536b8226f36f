"""Every field that the describe calls of CloudFormation return for a stack: compared, or ignored for a reason."""

from scripts.properties.state_fields import Fields

_OWN = "an identifier that AWS gives"
_TIME = "when something happened; its result is compared"
_OPERATION = "about the last operation; its status is compared"

FIELDS: dict[str, Fields] = {
    "DescribeStacks": Fields(
        compared={
            "Stacks.StackStatus": "stack status",
            "Stacks.EnableTerminationProtection": "termination protection",
            "Stacks.Outputs.OutputKey": "stack output",
            "Stacks.Outputs.OutputValue": "stack output",
        },
        ignored={
            "Stacks.StackId": _OWN,
            "Stacks.StackName": "it is what was asked for",
            "Stacks.ChangeSetId": _OWN,
            "Stacks.Description": "words for people",
            "Stacks.Parameters": "our templates have none, and a stack that is not ours is refused by its tags",
            "Stacks.CreationTime": _TIME,
            "Stacks.DeletionTime": _TIME,
            "Stacks.LastUpdatedTime": _TIME,
            "Stacks.RollbackConfiguration": "can only stop an operation, which then says so",
            "Stacks.StackStatusReason": _OPERATION,
            "Stacks.DisableRollback": "stated again by each deployment",
            "Stacks.DeploymentConfig": "how an operation is run; each deployment states its own",
            "Stacks.NotificationARNs": "who is told of operations; no setting asks for it",
            "Stacks.TimeoutInMinutes": "of the creation, which is over",
            "Stacks.Capabilities": "stated again by each deployment",
            "Stacks.Outputs.Description": "words for people",
            "Stacks.Outputs.ExportName": "follows from the template; an import of it fails by itself",
            "Stacks.RoleARN": "with which role CloudFormation acts; whoever deploys states it",
            "Stacks.Tags": "whose the stack is: a plan refuses one of others, and a deployment sets them",
            "Stacks.ParentId": "our stacks are in no other; one of others is refused by its tags",
            "Stacks.RootId": "our stacks are in no other; one of others is refused by its tags",
            "Stacks.DriftInformation": "the result of a detection that someone asked for; live values are compared here",
            "Stacks.RetainExceptOnCreate": _OPERATION,
            "Stacks.DeletionMode": _OPERATION,
            "Stacks.DetailedStatus": _OPERATION,
            "Stacks.LastOperations": _OPERATION,
            "NextToken": "where the next page begins",
        },
    ),
    "GetTemplate": Fields(
        compared={"TemplateBody": "DeletionPolicy"},
        ignored={"StagesAvailable": "the template as it was submitted is always there"},
    ),
    "GetStackPolicy": Fields(compared={"StackPolicyBody": "stack policy"}, ignored={}),
}
