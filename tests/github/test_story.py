"""A whole story through the workflows: propose, plan, merge, approve, deploy, validate, record, drift. Every `run:` step really runs.

What people read of it is kept in golden/.
"""

import copy
import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from scripts.rendering import service_files
from scripts.rendering.table_files import TableFiles
from scripts.rendering.table_input import TableInput
from tests.github.published import dead_links, paths_without_link, summaries
from tests.github.runner import ROOT, Run, git
from tests.github.world import DEPLOYMENT, PROD, REPOSITORY, SERVICE, TEST, World
from tests.golden import Golden

if TYPE_CHECKING:
    from scripts.local_aws import LocalAws

VOLATILE = (
    (r"all \d+ checks", "all NUMBER checks"),  # of the alarms that there are, other tests tell
    (r"`[0-9a-f]{7,8}`", "`HASH`"),
    (r"blob/[0-9a-f]{40}", "blob/COMMIT"),
    (r"plan [0-9a-f]{8}", "plan HASH"),
    (r"Commit: [0-9a-f]{12}", "Commit: HASH"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( UTC|Z)?", "TIME"),
    (r"\d\d:\d\d(:\d\d)?( to \d\d:\d\d(:\d\d)?)? UTC", "TIME"),
    (r"(\d+|about \d+|less than a|under a|<1) (seconds?|minutes?|s|min)\b", "DURATION"),
)


def check(golden: Golden, name: str, text: str) -> None:
    """Compare with what is kept, but for what differs each time."""
    for pattern, word in VOLATILE:
        text = re.sub(pattern, word, text)
    golden.check(f"{name}.md", text)


@pytest.fixture(scope="module")
def story(local_aws: "LocalAws", tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The story told once; each test looks at one part of it."""
    local_aws.reset()
    world = World(tmp_path_factory.mktemp("story"), local_aws.environment)
    told = SimpleNamespace(world=world)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(service_files, "render_table", _each_table_once())
            _tell(world, told, local_aws)
        yield told
    finally:
        world.runner.stop()


def _each_table_once() -> Callable[..., TableFiles]:
    """Renders a table as ever, but for one that was rendered from the same before: no job has the memory of another."""
    render, known = service_files.render_table, dict[str, TableFiles]()

    def once(cut: TableInput, present: Mapping[str, str]) -> TableFiles:
        if present:
            return render(cut, present)
        if cut.key not in known:
            known[cut.key] = render(cut, present)
        return known[cut.key]

    return once


def _tell(world: World, told: SimpleNamespace, aws: "LocalAws") -> None:
    told.first = world.deploy(lambda environment: "approved" if environment == TEST else "")

    world.contract["tables"][0]["gsis"][1] = {"index_name": "ByBuyer", "pk": "buyer", "sk": "placed_at"}
    world.write()
    event = world.pull_request("Find orders by buyer")
    told.number = event["pull_request"]["number"]
    told.fork = world.plan({**event, "pull_request": {**event["pull_request"], "head": _FORK}})
    told.after_fork = world.comments(told.number)
    told.plan = world.plan(event)
    told.check = world.runner.run("check", "pull_request", event["merge"], event)

    def somebody_is_faster(environment: str) -> str:
        told.meanwhile = world.comments(told.number)[-1]
        if environment == PROD:
            table = {"AttributeName": "isbn", "AttributeType": "N"}
            world.dynamodb(PROD).create_table(
                TableName="prod-Books",
                AttributeDefinitions=[table],
                KeySchema=[{"AttributeName": "isbn", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )
        return "approved"

    merged = world.merge(told.number, "Find orders by buyer")
    told.merged = world.deploy(somebody_is_faster)
    told.untouched = sorted(world.dynamodb(PROD).list_tables()["TableNames"])
    world.dynamodb(PROD).delete_table(TableName="prod-Books")

    plan = json.loads((world.runner.artifact(told.merged, f"plan-{PROD}") / SERVICE / "plan.json").read_text())["plan"]
    told.typed = world.deploy_by_hand(PROD, f"{PROD} {plan}", lambda _environment: "approved")

    told.comments = world.comments(told.number)
    told.records = world.state["pulls"][0]
    world.merge(told.records["number"], "Record deployments")
    # A repetition, as of any run: of the newest commit it is no other than the first attempt.
    told.recorded = world.deploy(lambda environment: pytest.fail(f"{environment} asks for an approval"), attempt=2)

    world.write(f"{DEPLOYMENT}defaults: {{stream: KEYS_ONLY}}\n")
    told.superseded_number = world.pull_request("Stream changes")["pull_request"]["number"]
    world.merge(told.superseded_number, "Stream changes")
    reverted = copy.deepcopy(world.contract)

    def it_is_reverted(_environment: str) -> str:
        if world.contract is not reverted:
            world.contract = reverted
            world.write()
            world.merge(world.pull_request("Stream nothing")["pull_request"]["number"], "Stream nothing")
        return "approved"

    told.superseded = world.deploy(it_is_reverted)
    told.stream = world.dynamodb(TEST).describe_table(TableName="Orders")["Table"].get("StreamSpecification")

    before = copy.deepcopy(world.contract)
    world.contract["tables"][0]["sk"] = "placed_at"
    world.write()
    event = world.pull_request("Sort orders by date")
    told.blocked_number = event["pull_request"]["number"]
    told.blocked = world.plan(event)

    recovery = {"PointInTimeRecoveryEnabled": False}
    client = world.dynamodb(TEST)
    client.update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=recovery)
    state = world.state
    runs = {41: "2020-01-01T00:00:00Z", 42: "2999-01-01T00:00:00Z"}
    state["runs"] = [
        {"id": id, "workflow": "deploy.yml", "status": "waiting", "run_started_at": time, "jobs": ["waiting"]}
        for id, time in runs.items()
    ]
    world.state = state
    told.drifted = world.drift()
    told.issue = world.state["issues"][0]
    recovery = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}
    client.update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=recovery)

    world.contract = before
    world.write("".join(line for line in DEPLOYMENT.splitlines(keepends=True) if PROD not in line))
    event = world.pull_request("Leave a Region")
    told.clean = world.runner.run("drift", "schedule", event["merge"])
    told.outdated = world.runner.run("deploy", "push", merged, attempt=2)

    world.write()
    world.make_stale()
    world.merge(world.pull_request("Two that do not fit")["pull_request"]["number"], "Two that do not fit")
    told.stale = world.regenerate()
    told.regeneration = world.state["pulls"][-1]
    world.merge(told.regeneration["number"], told.regeneration["title"])
    told.regenerated = world.regenerate()

    world.contract["tables"][0]["sk"] = "placed_at"
    world.write()
    cart = {"tables": [{"table": "Carts", "pk": "id", "attributes": [{"name": "id", "type": "S"}]}]}
    world.write(DEPLOYMENT.partition("tables:")[0], "cart", cart)
    world.spoil("news")
    told.cart_number = world.pull_request("Add carts")["pull_request"]["number"]
    world.merge(told.cart_number, "Add carts")
    told.apart = world.deploy(lambda environment: "approved" if environment == TEST else "rejected")

    world.mend("news")
    world.merge(world.pull_request("Mend news")["pull_request"]["number"], "Mend news")
    cart["tables"][0]["gsis"] = [{"index_name": "ByOwner", "pk": "owner"}]
    cart["tables"][0]["attributes"].append({"name": "owner", "type": "S"})
    world.write(DEPLOYMENT.partition("tables:")[0], "cart", cart)
    event = world.pull_request("Find carts by owner")
    told.index_number = event["pull_request"]["number"]
    told.one_planned = world.plan(event)
    commit = world.merge(told.index_number, "Find carts by owner")

    def the_token_expires(_environment: str) -> str:
        aws.fail("DescribeChangeSet", "ExpiredToken", after=1, times=2)
        return "approved"

    told.expired = world.deploy(the_token_expires)
    told.expired_comment = world.comments(told.index_number)[-1]
    world.ended(told.expired, commit)
    told.looked = [world.look_again(), world.look_again()]
    told.rest = world.deploy(lambda environment: "approved" if environment == TEST else "rejected", attempt=2)


_FORK = {"sha": "f" * 40, "repo": {"full_name": "somebody/tables"}}


def _well(run: Run) -> None:
    assert not run.failed, "\n".join(run.failed)


def test_a_region_is_skipped_by_not_approving_it(story: SimpleNamespace) -> None:
    _well(story.first)
    assert story.first.asked == [TEST, PROD]
    assert story.first.job("deploy", TEST).result == "success"
    assert f"| `{PROD}` | `us-east-1` | **not approved** |" in story.first.summary
    assert "without a pull request" in story.first.job("report").said
    page = f"https://github.com/{REPOSITORY}/blob/HEAD/generated/shop/{TEST}/README.md"
    assert story.first.job("deploy", TEST).url == page
    assert story.first.job("deploy", TEST).summary.startswith(
        f"## Deployment of {SERVICE} to {TEST}: 2 tables are as the contract says"
    )


def test_the_plan_is_in_the_summary_before_anybody_is_asked(story: SimpleNamespace) -> None:
    jobs = [job.id for job in story.first.jobs]
    assert max(i for i, id in enumerate(jobs) if id in ("plan", "approval")) < jobs.index("deploy")
    for environment in (TEST, PROD):
        assert " is created." in story.first.job("plan", environment).summary
    assert story.first.job("approval").summary.count("waits for your approval") == 1
    assert story.first.job("wave-2").summary.count("waits for your approval") == 1


def test_a_pull_request_gets_its_plan_as_one_comment(story: SimpleNamespace, golden: Golden) -> None:
    _well(story.plan)
    comments = [one for one in story.comments if "## Plan" in one]
    assert len(comments) == 1
    check(golden, "plan", comments[0])


def test_a_fork_gets_a_plan_without_credentials_or_comment(story: SimpleNamespace) -> None:
    _well(story.fork)
    assert story.fork.result("live") == story.fork.result("comment") == "skipped"
    assert story.after_fork == []
    assert "ByBuyer" in story.fork.job("summary").summary
    assert "Nothing was looked at in AWS" in story.fork.job("summary").summary


def test_the_checks_leave_the_working_copy_clean(story: SimpleNamespace) -> None:
    _well(story.check)
    assert story.check.result("check") == "success"
    assert "Only contracts and what is generated from them" in story.check.job("tests").said
    tested = 'tested elsewhere: python3 -m scripts.github.step --result "make test-contracts" make test-contracts'
    assert tested in story.check.job("static").said
    steps = {step.name: step.outcome for step in story.check.job("tests").steps}
    assert steps["Test"] == "skipped" and story.check.result("tests") == "success"


def test_a_plan_that_is_no_longer_true_is_refused(story: SimpleNamespace) -> None:
    refused = story.merged.job("deploy", PROD)
    assert refused.result == "failure"
    steps = {step.name: step.outcome for step in refused.steps}
    assert steps["Deploy the approved plan"] == "failure"
    assert steps["Validate"] == "skipped"
    assert story.untouched == ["prod-Books"]
    report = story.world.runner.artifact(story.merged, f"report-{PROD}.{SERVICE}")
    assert json.loads((report / "execution.json").read_text())["outcome"] == "refused"


def test_the_merged_pull_request_is_told_what_became_of_it(story: SimpleNamespace, golden: Golden) -> None:
    assert story.merged.job("deploy", TEST).result == "success", story.merged.failed
    reports = [one for one in story.comments if "## Deployment" in one]
    assert len(reports) == 2  # one for each run
    check(golden, "deployment-refused", reports[0])
    check(golden, "deployment", reports[1])


def test_an_older_run_is_not_repeated(story: SimpleNamespace) -> None:
    assert story.outdated.asked == []
    # Nothing is wrong: it is green, and says what replaces it.
    assert {job.id: job.result for job in story.outdated.jobs if job.result != "skipped"} == {"environments": "success"}
    assert "Superseded: this run does nothing" in story.outdated.job("environments").summary
    assert "main has moved on since this run" in story.outdated.job("environments").summary


def test_an_approval_of_what_main_has_reverted_deploys_nothing(story: SimpleNamespace) -> None:
    assert story.superseded.asked == [TEST]
    job = story.superseded.job("deploy", TEST)
    assert job.result == "failure"
    assert {step.name: step.outcome for step in job.steps}["Deploy the approved plan"] == "skipped"
    assert f"which has other templates for {SERVICE} in {TEST}" in job.said
    assert story.stream is None
    comment = story.world.comments(story.superseded_number)[0]
    assert comment.count("**refused**") == 1
    assert "which has other templates for" in comment


def test_an_environment_is_offered_when_those_before_it_are_deployed_and_validated(story: SimpleNamespace) -> None:
    # While it is asked for the later one, the pull request knows already what became of the earlier one.
    assert re.search(rf"\| `{TEST}` .* deployed \|.* all \d+ checks match \|", story.meanwhile), story.meanwhile
    assert f"| `{PROD}` | `us-east-1` | **waits for approval** |" in story.meanwhile
    assert f"It comes after {TEST} (refused)." in story.superseded.job("wave-2").summary
    assert f"| `{PROD}` | `us-east-1` | **held back** |" in story.superseded.job("report").summary


def test_a_token_that_expires_while_an_index_is_built_is_no_failure(story: SimpleNamespace) -> None:
    assert story.expired.asked == [TEST]
    job = story.expired.job("deploy", TEST)
    assert job.result == "success", job.said
    assert {step.name: step.outcome for step in job.steps}["Validate"] == "skipped"
    assert "Fix: aws" not in job.said
    assert re.search(rf"\| `{TEST}` \| `cart` .* \*\*waits for AWS\*\* \|", story.expired_comment), (
        story.expired_comment
    )
    assert f"It comes after {TEST} (waits for AWS)." in story.expired.job("wave-2").summary


def test_a_step_that_is_left_asks_for_the_approval_of_the_rest(story: SimpleNamespace, golden: Golden) -> None:
    # Which of the two stacks is first is for the schedule to say.
    stacks = r"by itself with (Carts|dynamodb-\S+)\. Not begun: (Carts|dynamodb-\S+)\."
    assert re.search(stacks, story.expired_comment), story.expired_comment
    check(golden, "waits-for-aws", re.sub(stacks, "by itself with ONE. Not begun: OTHER.", story.expired_comment))
    first, second = story.looked
    _well(first)
    assert [job.matrix["service"] for job in first.jobs if job.id == "look"] == ["cart"]
    assert "starts again, and asks for the approval of the rest" in first.job("tell").said
    assert "Proposed in #" in first.job("record").said
    assert {run["id"]: run["status"] for run in story.world.state["runs"]}[story.expired.id] == "queued"
    assert second.result("look") == "skipped"  # the run tells by itself how it ends
    assert "No deployment waits for AWS." in second.job("waiting").said
    assert story.rest.asked == [TEST, PROD]
    assert re.search(rf"\| `{TEST}` \| `cart` .* deployed \|.* all \d+ checks match", story.rest.job("report").summary)


def test_a_pull_request_that_touches_one_service_plans_only_that(story: SimpleNamespace) -> None:
    # The other service is blocked, which is no concern of this pull request.
    assert story.one_planned.result("plan") == "success", story.one_planned.failed
    comment = next(one for one in story.world.comments(story.index_number) if "## Plan" in one)
    assert "Carts" in comment and "Orders" not in comment


def test_a_blocked_or_broken_service_stops_no_other(story: SimpleNamespace) -> None:
    assert story.apart.asked == [TEST, PROD]
    assert "**Left out:** `news`." in story.apart.job("environments").summary
    assert [job.matrix["service"] for job in story.apart.jobs if job.id == "deploy"] == ["cart", "cart"]
    assert story.apart.job("deploy", TEST).result == "success", story.apart.failed
    comment = story.world.comments(story.cart_number)[0]
    assert re.search(rf"\| `{TEST}` \| `cart` .* deployed \|", comment), comment
    assert re.search(rf"\| `{TEST}` \| `{SERVICE}` .* \*\*blocked\*\* \|", comment), comment
    assert re.search(rf"\| `{PROD}` \| `cart` .* \*\*rejected\*\* \|", comment), comment


def test_a_deployment_by_hand_names_the_plan(story: SimpleNamespace) -> None:
    _well(story.typed)
    assert story.typed.asked == [PROD]


def test_the_records_are_one_pull_request_that_wakes_nobody(story: SimpleNamespace, golden: Golden) -> None:
    assert story.records["title"] == "Record deployments"
    check(golden, "records", story.records["body"])
    files = story.world.records()
    assert files == sorted(
        f"generated/shop/{place}/deployment.{kind}" for place in (TEST, PROD) for kind in ("json", "md")
    )
    _well(story.recorded)
    assert story.recorded.asked == []
    assert story.recorded.result("closing-1") == story.recorded.result("record") == "skipped"
    assert "no comment" in story.recorded.job("report").said
    assert story.world.comments(story.records["number"]) == []


def test_a_blocked_change_cannot_be_merged(story: SimpleNamespace, golden: Golden) -> None:
    assert story.blocked.result("plan") == "failure"
    assert story.blocked.result("comment") == "success"
    assert "cannot be deployed as it is" in story.blocked.job("plan").said
    check(golden, "plan-blocked", story.world.comments(story.blocked_number)[0])


def test_drift_opens_an_issue_and_closes_it_again(story: SimpleNamespace, golden: Golden) -> None:
    _well(story.drifted)
    check(golden, "drift", story.issue["body"])
    assert story.issue["state"] == "open"
    _well(story.clean)
    assert len(story.world.state["issues"]) == 1
    assert story.world.state["issues"][0]["state"] == "closed"
    assert "differs from its contract any more" in story.world.comments(story.issue["number"])[0]


def test_an_environment_that_has_left_the_settings_is_still_looked_at(story: SimpleNamespace) -> None:
    assert [job.matrix["environment"] for job in story.clean.jobs if job.id == "look"] == [TEST, PROD]
    issue = story.clean.job("issue")
    assert f"| `{PROD}` | 1 retired |" in issue.summary
    assert "Nothing that was deployed differs from its contract." in issue.said


def test_the_commands_had_the_words_that_bash_makes_of_them(story: SimpleNamespace) -> None:
    commands = {(text, tuple(words)): environment for text, environment, words in story.world.runner.understood}
    assert len(commands) > 30
    script = "".join(
        "".join(f"{name}={shlex.quote(value)}; " for name, value in environment.items() if f"${name}" in text)
        + f"printf '%s\\0' {text} END\n"
        for (text, _), environment in commands.items()
    )
    done = subprocess.run(["bash", "--noprofile", "--norc", "-euc", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\0END\0") == [*("\0".join(words) for _, words in commands), ""]


def test_old_requests_for_an_approval_are_withdrawn(story: SimpleNamespace) -> None:
    runs = {run["id"]: run["status"] for run in story.world.state["runs"]}
    assert (runs[41], runs[42]) == ("cancelled", "waiting")


def test_what_merging_made_stale_is_proposed_until_main_has_it(story: SimpleNamespace, golden: Golden) -> None:
    _well(story.stale)
    names = ("README.md", "tables/Former.md", "tables/Orders.md")
    said = [f"  generated/shop/{name}" for name in names]
    assert [line for line in story.stale.job("generate").said.splitlines() if line in said] == said
    check(golden, "regenerated", story.regeneration["body"])
    assert f"3 files, proposed in #{story.regeneration['number']}" in story.stale.job("propose").summary
    _well(story.regenerated)
    assert "nothing to propose" in story.regenerated.job("generate").said


def test_every_path_that_people_read_is_a_link_that_leads_somewhere(story: SimpleNamespace) -> None:
    world = story.world
    written = [one["body"] for kind in ("comments", "issues", "pulls") for one in world.state[kind] if "body" in one]
    texts = {text.replace(_FORK["sha"], "main") for text in (*written, *summaries(vars(story).values()))}
    assert sum("/blob/" in text for text in texts) > 10
    files = set(git("-C", str(world.origin), "log", "--all", "--format=", "--name-only").splitlines())
    # What the story leaves out of the repository.
    files |= {path.relative_to(ROOT).as_posix() for name in (".github", "scripts") for path in (ROOT / name).rglob("*")}
    assert {path for text in texts for path in paths_without_link(text, files)} == set()
    home = f"https://github.com/{REPOSITORY}"
    assert {target for text in texts for target in dead_links(text, home, str(world.origin))} == set()
