"""An attempt that a person asks for: the test of an endpoint."""

import pytest

from tests.integration.conftest import Caller
from tests.integration.subscribers import (
    Subscriber,
    verified,
)
from tests.integration.test_webhooks import TESTED


@pytest.mark.parametrize("named", [True, False])
def test_a_test_is_a_signed_delivery_that_counts_for_nothing(
    test: Caller, subscriber: Subscriber, named: bool
) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body
    path = f"/v1/webhooks/{hook['id']}"
    test("PATCH", path, {"enabled": False})
    before = test("GET", path).body
    subscriber.answers = [200, 500]

    call = ("/v1/webhooks/test", {"webhookId": hook["id"]}) if named else (f"{path}/test", None)
    good, bad = [test("POST", *call) for _ in range(2)]

    assert set(good.body) == TESTED
    assert {name: value for name, value in good.body.items() if name != "latencyMs"} == {
        "event": "webhook.test",
        "delivered": True,
        "success": True,
        "responseStatus": 200,
        "statusCode": 200,
        "signed": True,
        "error": None,
    }
    assert (bad.status, bad.body["delivered"], bad.body["statusCode"], bad.body["error"]) == (
        200,
        False,
        500,
        "answered 500",
    )
    told = verified(subscriber.received[0], hook["secret"])
    assert (told["type"], told["data"]["webhookId"]) == ("webhook.test", hook["id"])
    assert subscriber.received[0].headers["x-voxburst-event"] == "webhook.test"
    assert test("GET", path).body == before
    assert test("GET", f"{path}/deliveries").body["data"] == []


def test_a_test_of_what_cannot_be_reached_says_why(test: Caller) -> None:
    hook = test(
        "POST", "/v1/webhooks", {"url": "https://not-yet.invalid/hook", "events": ["post.created"]}
    ).body["id"]

    answer = test("POST", f"/v1/webhooks/{hook}/test")

    assert (answer.status, answer.body["success"], answer.body["statusCode"]) == (200, False, None)
    assert answer.body["error"]
