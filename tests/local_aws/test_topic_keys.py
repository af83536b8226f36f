"""Topics of a template keep the key that it states."""

from typing import Any

from tests.local_aws.support import Stack, client, provokes


def topic(**more: Any) -> dict[str, Any]:
    return {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alarms", **more}}}}


def attributes() -> dict[str, str]:
    (found,) = client("sns").list_topics()["Topics"]
    return client("sns").get_topic_attributes(TopicArn=found["TopicArn"])["Attributes"]


@provokes("topic-key")
def test_the_key_of_a_topic_comes_changes_and_goes() -> None:
    stack = Stack()
    assert stack.deploy(topic(KmsMasterKeyId="alias/one")) == "CREATE_COMPLETE"
    assert attributes()["KmsMasterKeyId"] == "alias/one"
    assert stack.deploy(topic(KmsMasterKeyId="alias/two")) == "UPDATE_COMPLETE"
    assert attributes()["KmsMasterKeyId"] == "alias/two"
    assert stack.deploy(topic()) == "UPDATE_COMPLETE"
    assert "KmsMasterKeyId" not in attributes()
