"""The template's hygiene: least privilege, dead letters and alarms for queues, data that stays."""

import json
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from herald import settings
from herald.domain import stats
from herald.domain.lanes import SLOW_AFTER
from herald.settings import Settings
from herald.webhooks.delivery import TIMEOUT
from tests.template import ROOT, actions, environment, functions, resources, statements, template

FUNCTIONS = functions()
QUEUES = resources("AWS::SQS::Queue")
ALARMS = resources("AWS::CloudWatch::Alarm")
DELIVERING = {"DeliverWebhookFunction", "DeliverSlowlyFunction"}
# The functions that may open a secret.
SEALED = {"PublishTargetFunction", "AccountsFunction"} | DELIVERING
# The functions that may open some secrets: former answers, and what signs a webhook's test.
OPENING = {
    "WebhooksFunction": {"StringLike": {"kms:EncryptionContext:owner": ["ONCE#*", "wh_*"]}},
    "WorkspacesFunction": {"StringLike": {"kms:EncryptionContext:owner": "ONCE#*"}},
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_its_folder_its_own_policy_and_no_wildcard(name: str) -> None:
    function = FUNCTIONS[name]

    assert (ROOT / function["CodeUri"] / "app.py").is_file()
    for statement in statements(function):
        assert all("*" not in action for action in actions(statement)), statement
        assert not isinstance(statement["Resource"], list), "one ARN"
        assert statement["Resource"] != "*"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_managed_or_canned_policy(name: str) -> None:
    assert all(
        isinstance(policy, dict) and list(policy) == ["Statement"]
        for policy in FUNCTIONS[name].get("Policies", [])
    )


def test_only_those_that_need_secrets_may_open_them() -> None:
    granted = [
        (name, each) for name, function in FUNCTIONS.items() for each in statements(function)
    ]
    opening = {
        name: each.get("Condition") for name, each in granted if "kms:Decrypt" in actions(each)
    }

    assert opening == dict.fromkeys(SEALED) | OPENING


def test_nothing_may_scan_the_table() -> None:
    granted = {
        action
        for each in FUNCTIONS.values()
        for statement in statements(each)
        for action in actions(statement)
    }

    assert "dynamodb:Scan" not in granted


@pytest.mark.parametrize("name", [name for name in QUEUES if "RedrivePolicy" in QUEUES[name]])
def test_a_queue_waits_six_times_as_long_as_its_worker_may_run(name: str) -> None:
    [worker] = [each for each in FUNCTIONS.values() if drains(each, name)]

    source = worker_source(worker)
    assert QUEUES[name]["VisibilityTimeout"] >= 6 * worker["Timeout"] + source.get(
        "MaximumBatchingWindowInSeconds", 0
    )
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("name", [name for name in QUEUES if "RedrivePolicy" in QUEUES[name]])
def test_lambda_gathers_more_than_ten_only_within_a_window(name: str) -> None:
    """It refuses an event source that says otherwise, when it is made."""
    [source] = [worker_source(each) for each in FUNCTIONS.values() if drains(each, name)]

    assert source["BatchSize"] <= 10 or source["MaximumBatchingWindowInSeconds"] >= 1


def test_a_flight_ends_before_its_function_is_ended() -> None:
    for name in DELIVERING:
        assert FUNCTIONS[name]["Timeout"] >= SLOW_AFTER.seconds + TIMEOUT + 10, (
            "and time to load and to save"
        )


def test_who_works_at_a_delivery_or_counts_ends_within_a_minute() -> None:
    """The stats rest on that."""
    usual = template()["Globals"]["Function"]["Timeout"]
    for name in (*DELIVERING, "ReleaseDueFunction", "WebhooksFunction"):
        assert FUNCTIONS[name].get("Timeout", usual) < stats.MINUTE.seconds


@pytest.mark.parametrize("name", [name for name in QUEUES if "RedrivePolicy" in QUEUES[name]])
def test_a_queue_has_dead_letters(name: str) -> None:
    assert QUEUES[name]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in QUEUES


@pytest.mark.parametrize("name", [name for name in QUEUES if "RedrivePolicy" not in QUEUES[name]])
def test_dead_letters_are_kept_fourteen_days_and_ring_an_alarm(name: str) -> None:
    ringing = [
        each for each in ALARMS.values() if json.dumps(each["Dimensions"]).count(f'"{name}"')
    ]

    assert QUEUES[name]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert [each["AlarmActions"] for each in ringing] == [[{"Ref": "AlarmTopic"}]]


def test_an_alarm_can_reach_its_topic() -> None:
    """CloudWatch may not use the key that AWS manages for SNS; nobody can allow it to."""
    topics = resources("AWS::SNS::Topic")
    rung = {action["Ref"] for alarm in ALARMS.values() for action in alarm["AlarmActions"]}

    assert rung
    assert all("KmsMasterKeyId" not in topics[each].get("Properties", {}) for each in rung)


def test_every_asynchronous_invocation_has_somewhere_to_fail_to() -> None:
    for name, function in FUNCTIONS.items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "S3":
                assert "OnFailure" in function["EventInvokeConfig"]["DestinationConfig"], name
            if event["Type"] == "DynamoDB":
                assert "OnFailure" in event["Properties"]["DestinationConfig"], name
            if event["Type"] == "Schedule":
                assert any(
                    f'"{name}"' in json.dumps(alarm["Dimensions"]) for alarm in ALARMS.values()
                ), name


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key"])
def test_what_holds_data_is_retained(kind: str) -> None:
    for each in template()["Resources"].values():
        if each["Type"] == kind:
            assert (each["DeletionPolicy"], each["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_environment_is_said_once() -> None:
    assert all("Environment" not in each for each in FUNCTIONS.values())


def test_the_environment_is_the_settings() -> None:
    assert set(environment({})) == {field.name.upper() for field in fields(Settings)}


def test_every_function_folder_is_in_the_template() -> None:
    folders = {f"functions/{each.name}" for each in (ROOT / "functions").iterdir() if each.is_dir()}

    assert folders == {each["CodeUri"] for each in FUNCTIONS.values()}


PARAMETERS = template()["Parameters"]
JUDGES: dict[str, Callable[[str, str], object]] = {
    "AllowPrivateTargets": settings.networks,
    "TimeScale": settings.scale,
    "SenderAddress": settings.address,
    "PublicAddress": settings.origin,
}
FINE = {
    "AllowPrivateTargets": ["", "127.0.0.1", "127.0.0.1,::1", "10.0.0.0/8, fd00::/8"],
    "AllowedOrigins": [
        "",
        "*",
        "https://app.example.com",
        "https://a.example,http://localhost:5173",
        "https://*",
    ],
    "TimeScale": ["1", "0.05", ".5", "0.0001", "1000", "10.25", "0.5000"],
    "PublicAddress": ["", "https://api.example.com", "http://127.0.0.1:3000"],
    "AlarmEmail": ["", "ops@example.com"],
    "SenderAddress": ["", "herald@example.com"],
}
WRONG = {
    "AllowPrivateTargets": [
        "none",
        "localhost",
        "face",
        "127.0.0.1;::1",
        "10.0.0.1 10.0.0.2",
        "10.0.0.0/8/9",
    ],
    "AllowedOrigins": [
        "none",
        "app.example.com",
        "https://a.example/",
        "https://a.example,",
        "https://a.example;https://b.example",
        "https://a b",
    ],
    "TimeScale": ["", "0", "0.0", "0.00001", "fast", "-1", "1e3", "1001", "NaN"],
    "PublicAddress": [
        "api.example.com",
        "https://api.example.com/",
        "ftp://a",
        "https://a?b",
        "https://",
    ],
    "AlarmEmail": ["none", "a@b@c", "a@b,c@d"],
    "SenderAddress": ["none", "a@b c", "@b"],
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_judged_before_anything_is_deployed(name: str) -> None:
    """And as the functions judge it: what the template takes, they start with."""
    parameter = PARAMETERS[name]
    if "AllowedValues" in parameter:
        assert parameter["Default"] in parameter["AllowedValues"]
        return
    pattern = re.compile(parameter["AllowedPattern"])

    assert parameter["ConstraintDescription"]
    assert all(pattern.fullmatch(each) for each in (parameter["Default"], *FINE[name]))
    assert not any(pattern.fullmatch(each) for each in WRONG[name])
    for each in FINE[name]:
        if name in JUDGES:
            JUDGES[name](name, each)


def drains(function: dict[str, Any], queue: str) -> bool:
    sources = [
        event["Properties"]
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    return any(each["Queue"] == {"Fn::GetAtt": [queue, "Arn"]} for each in sources)


def worker_source(function: dict[str, Any]) -> dict[str, Any]:
    [source] = [
        event["Properties"] for event in function["Events"].values() if event["Type"] == "SQS"
    ]
    properties: dict[str, Any] = source
    return properties
