"""The commands that bring a stack back to its template: for a plan that is blocked as for a validation that differs."""

PLACE = "--stack-name {stack} --region {region}"
# A change set of its own name each time; it waits until the change set is ready, and until it is done.
STEPS = (
    "set=revert-drift-$(date +%s)-$RANDOM",
    "aws cloudformation create-change-set --change-set-name $set --use-previous-template --deployment-mode REVERT_DRIFT"
    "{capabilities} " + PLACE,
    "aws cloudformation wait change-set-create-complete --change-set-name $set " + PLACE,
    "aws cloudformation execute-change-set --change-set-name $set " + PLACE,
    "aws cloudformation wait stack-update-complete " + PLACE,
)
REVERT = " && ".join(STEPS)
