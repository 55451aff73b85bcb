"""Mail to owners."""

from dataclasses import replace
from typing import Any

import boto3
from moto.sesv2.models import sesv2_backends

from herald import runtime
from herald.actions.notices import EndpointMonitor, endpoints_in
from herald.api.voxburst.notices import call
from herald.aws.ses import Mailer
from herald.domain.api_keys import Plan
from herald.domain.owners import Mode, Owner
from tests.account import REGION
from tests.integration.subscribers import Box, House
from tests.integration.test_notices import fail, records

SENDER = "herald@example.com"


def by_mail() -> EndpointMonitor:
    boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    return replace(runtime.endpoint_monitor(call), mailer=Mailer(SENDER))


def mailed() -> list[Any]:
    account = boto3.client("sts").get_caller_identity()["Account"]
    return list(sesv2_backends[account][REGION].core_backend.sent_messages)


def owned(email: str | None) -> Owner:
    return Owner(runtime.workspaces().provision("Acme", email, Plan.PRO).workspace.id, Mode.LIVE)


def test_a_sender_mails_the_workspaces_owner(herald: House, heard: Box) -> None:
    owner = owned("owner@example.com")
    watch = by_mail()
    endpoint, secret = herald.subscribe("https://192.0.43.8/hook?key=s3cret", owner=owner)
    fail(endpoint, 5, herald)

    watch.handle([each for record in records() for each in endpoints_in(record)])

    [mail] = mailed()
    assert (mail.source, mail.destinations["ToAddresses"]) == (SENDER, ["owner@example.com"])
    assert mail.subject == f"Webhook {endpoint.id} has delivery problems"
    assert "192.0.43.8" in mail.body
    assert "s3cret" not in mail.body
    assert secret not in mail.body
    assert heard.subjects() == []


def test_who_cannot_be_mailed_is_told_of_on_the_topic(herald: House, heard: Box) -> None:
    unknown = owned(None)
    watch = by_mail()
    refused = owned("owner@example.com")
    endpoints = [
        herald.subscribe("https://192.0.43.8/hook", owner=owner)[0] for owner in (unknown, refused)
    ]
    for endpoint in endpoints:
        fail(endpoint, 5, herald)
    unverified = replace(watch, mailer=Mailer("nobody@example.org"))

    unverified.handle([each for record in records() for each in endpoints_in(record)])

    assert sorted(heard.subjects()) == sorted(
        f"Webhook {each.id} has delivery problems" for each in endpoints
    )
    assert mailed() == []
