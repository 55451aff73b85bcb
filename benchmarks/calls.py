"""Counts AWS calls and DynamoDB units of every route and worker, warm, against their budgets.

`python -m benchmarks.calls`.

The doors are called as Lambda calls them. Each row is the second of its kind, so that making
clients does not count.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from benchmarks.meter import Cost
from benchmarks.table import show
from benchmarks.world import KEY, PICTURE, Work, World, world
from herald.api.voxburst import docs
from tests.architecture.test_events import ROUTES
from tests.networks.mastodon import Fault, Step

SERVICES = ("dynamodb", "sqs", "kms", "s3", "sns")
HEADS = ("", *SERVICES, "calls", "write units", "read units", "budget")
FAILING = "It fails. #sandbox:quota"
LINK = {"mediaUrl": "https://cdn.example.com/corrected.jpg"}
BUSY = (Step.CREATE, Fault.RATE_LIMIT)


class Case(NamedTuple):
    """Work that is done `times` over.

    Each time may take `budget` calls of AWS, or `table_budget` calls of DynamoDB.
    """

    name: str
    prepare: Callable[[], Work]
    note: str = ""
    times: int = 1
    budget: int | None = None
    table_budget: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    case: Case
    cost: Cost

    @property
    def name(self) -> str:
        return f"{self.case.name}  {self.case.note}".rstrip()

    @property
    def broken(self) -> bool:
        calls = self._each(self.cost.calls.total())
        table = self._each(self.cost.calls["dynamodb"])
        return calls > (self.case.budget or calls) or table > (self.case.table_budget or table)

    def cells(self) -> list[str]:
        cost = self.cost
        calls = [*(cost.calls[service] for service in SERVICES), cost.calls.total()]
        amounts = [*calls, cost.write_units, cost.read_units]
        return [self.name, *(shown(self._each(amount)) for amount in amounts), self._limit()]

    def _limit(self) -> str:
        if self.case.budget:
            return f"{self.case.budget} calls"
        return f"{self.case.table_budget} dynamodb" if self.case.table_budget else ""

    def _each(self, amount: float) -> float:
        return amount / self.case.times


def shown(amount: float) -> str:
    return f"{amount:.2f}".rstrip("0").rstrip(".") if amount else "·"


def routes(w: World) -> list[Case]:
    """Return the cases of the routes, at least one for every route there is."""
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    soon = (datetime.now(UTC) + timedelta(seconds=150)).isoformat()  # before the sweep would see it
    toot = {"platform": "mastodon", "instanceUrl": w.mastodon.url, "accessToken": w.token}
    return [
        Case("POST /v1/posts", lambda: w.ask("POST", "/v1/posts", w.draft()), "a draft", budget=3),
        Case(
            "POST /v1/posts",
            lambda: w.ask("POST", "/v1/posts", w.draft(scheduledFor=later)),
            "due tomorrow",
            budget=3,
        ),
        Case(
            "POST /v1/posts",
            lambda: w.ask("POST", "/v1/posts", w.draft(scheduledFor=soon)),
            "due within 3 minutes",
            budget=4,
        ),
        Case(
            "POST /v1/posts",
            lambda: w.ask("POST", "/v1/posts", w.draft(publishNow=True)),
            "due now",
            budget=4,
        ),
        Case(
            "POST /v1/posts",
            lambda: w.ask("POST", "/v1/posts", w.draft(), once=True),
            "a draft, idempotent",
            budget=3,
        ),
        Case(
            "POST /v1/posts",
            lambda: w.ask("POST", "/v1/posts", w.illustrated(1)),
            "a draft with a picture",
            budget=4,
        ),
        Case(
            "POST /v1/posts",
            lambda: w.ask("POST", "/v1/posts", w.illustrated(4)),
            "a draft with 4 pictures",
            budget=4,
        ),
        Case(
            "POST /v1/posts/bulk",
            lambda: w.ask("POST", "/v1/posts/bulk", {"posts": [w.draft()] * 10}),
            "each of 10",
            times=10,
        ),
        Case("GET /v1/posts", lambda: w.ask("GET", "/v1/posts?limit=20"), "20 of them"),
        Case("GET /v1/posts/<post_id>", lambda: w.ask("GET", f"/v1/posts/{w.post()}"), budget=2),
        Case(
            "GET /v1/posts/<post_id>",
            lambda: w.ask("GET", f"/v1/posts/{w.post(**w.pictures(4))}"),
            "4 pictures",
            budget=3,
        ),
        Case(
            "GET /v1/posts/<post_id>/results",
            lambda: w.ask("GET", f"/v1/posts/{w.sent()[0]}/results"),
        ),
        Case(
            "PATCH /v1/posts/<post_id>",
            lambda: w.ask("PATCH", f"/v1/posts/{w.post()}", {"content": "Other words"}),
        ),
        Case("DELETE /v1/posts/<post_id>", lambda: w.ask("DELETE", f"/v1/posts/{w.post()}")),
        Case(
            "POST /v1/posts/<post_id>/submit", lambda: w.ask("POST", f"/v1/posts/{w.post()}/submit")
        ),
        Case(
            "POST /v1/posts/<post_id>/approve",
            lambda: w.approve(w.submitted(), "ed"),
            "one step of two",
        ),
        Case(
            "POST /v1/posts/<post_id>/approve",
            lambda: w.approve(w.submitted("ed"), "lea"),
            "the last step",
        ),
        Case(
            "POST /v1/posts/<post_id>/reject",
            lambda: w.ask("POST", f"/v1/posts/{w.submitted()}/reject"),
        ),
        Case(
            "POST /v1/posts/<post_id>/publish",
            lambda: w.ask("POST", f"/v1/posts/{w.post()}/publish"),
        ),
        Case(
            "POST /v1/posts/<post_id>/cancel",
            lambda: w.ask("POST", f"/v1/posts/{w.post(scheduledFor=later)}/cancel"),
        ),
        Case(
            "POST /v1/posts/<post_id>/retry",
            lambda: w.ask("POST", f"/v1/posts/{w.sent(content=FAILING)[0]}/retry"),
        ),
        Case(
            "POST /v1/posts/<post_id>/platforms/<target_id>/fix",
            lambda: w.fix(w.sent(content=FAILING)),
        ),
        Case(
            "POST /v1/posts/<post_id>/platforms/<target_id>/fix",
            lambda: w.fix(w.sent(content=FAILING), **LINK),
            "with a file",
        ),
        Case(
            "POST /v1/posts/<post_id>/unpublish",
            lambda: w.ask("POST", f"/v1/posts/{w.sent()[0]}/unpublish"),
        ),
        Case("GET /v1/accounts", lambda: w.ask("GET", "/v1/accounts")),
        Case("GET /v1/accounts/<account_id>", lambda: w.ask("GET", f"/v1/accounts/{w.account}")),
        Case(
            "POST /v1/accounts/connect",
            lambda: w.ask("POST", "/v1/accounts/connect", toot, caller=w.live),
            "Mastodon",
        ),
        Case("POST /v1/accounts/connect/<platform>", w.connect, "in test mode"),
        Case("POST /v1/accounts/connect/<platform>", w.ask_consent, "Mastodon, by consent"),
        Case("POST /v1/accounts/callback/<platform>", w.pass_on_consent),
        Case("GET /v1/oauth/callback/<platform>", w.land),
        Case(
            "POST /v1/accounts/connect/<platform>",
            lambda: w.connect(once=True),
            "in test mode, idempotent",
        ),
        Case(
            "DELETE /v1/accounts/<account_id>",
            lambda: w.ask("DELETE", f"/v1/accounts/{w.connected()}"),
        ),
        Case("POST /v1/media/upload", lambda: w.ask("POST", "/v1/media/upload", PICTURE)),
        Case("POST /v1/media/register", lambda: w.ask("POST", "/v1/media/register", w.link())),
        Case("POST /v1/media/<media_id>/refresh-presign", w.refresh),
        Case("GET /v1/media", lambda: w.ask("GET", "/v1/media?limit=20"), "20 of them"),
        Case("GET /v1/media/<media_id>", lambda: w.ask("GET", f"/v1/media/{w.looked_at()}")),
        Case("DELETE /v1/media/<media_id>", lambda: w.ask("DELETE", f"/v1/media/{w.looked_at()}")),
        Case("POST /v1/webhooks", lambda: w.ask("POST", "/v1/webhooks", w.subscription())),
        Case(
            "POST /v1/webhooks",
            lambda: w.ask("POST", "/v1/webhooks", w.subscription(), once=True),
            "idempotent",
        ),
        Case("GET /v1/webhooks", lambda: w.ask("GET", "/v1/webhooks")),
        Case("GET /v1/webhooks/<webhook_id>", lambda: w.ask("GET", f"/v1/webhooks/{w.hook}")),
        Case(
            "PATCH /v1/webhooks/<webhook_id>",
            lambda: w.ask("PATCH", f"/v1/webhooks/{w.hook}", {"description": "Ours"}),
        ),
        Case(
            "POST /v1/webhooks/<webhook_id>/rotate-secret",
            lambda: w.ask("POST", f"/v1/webhooks/{w.webhook()}/rotate-secret"),
        ),
        Case(
            "POST /v1/webhooks/<webhook_id>/test",
            lambda: w.ask("POST", f"/v1/webhooks/{w.hook}/test"),
        ),
        Case(
            "POST /v1/webhooks/test",
            lambda: w.ask("POST", "/v1/webhooks/test", {"webhookId": w.hook}),
        ),
        Case(
            "DELETE /v1/webhooks/<webhook_id>",
            lambda: w.ask("DELETE", f"/v1/webhooks/{w.webhook()}"),
        ),
        Case(
            "GET /v1/webhooks/<webhook_id>/deliveries",
            lambda: w.ask("GET", f"/v1/webhooks/{w.hook}/deliveries"),
        ),
        Case(
            "GET /v1/webhooks/<webhook_id>/deliveries/stats",
            lambda: w.ask("GET", f"/v1/webhooks/{w.hook}/deliveries/stats"),
        ),
        Case(
            "GET /v1/webhooks/<webhook_id>/deliveries/<delivery_id>",
            lambda: w.ask("GET", w.delivered()),
        ),
        Case(
            "POST /v1/webhooks/<webhook_id>/deliveries/<delivery_id>/retry",
            lambda: w.ask("POST", f"{w.delivered()}/retry"),
        ),
        Case(
            "POST /v1/webhooks/<webhook_id>/replay", lambda: w.replay(0), "nothing missed", budget=8
        ),
        Case(
            "POST /v1/webhooks/<webhook_id>/replay",
            lambda: w.replay(50),
            "each of 50 missed",
            times=50,
            budget=2,
        ),
        Case("GET /v1/events", lambda: w.ask("GET", "/v1/events?limit=20"), "20 of them"),
        Case("GET /v1/events/<event_id>", lambda: w.ask("GET", f"/v1/events/{w.told()}")),
        Case("GET /", lambda: w.ask("GET", "/")),
        Case("GET /v1/health", lambda: w.ask("GET", "/v1/health")),
        Case("GET /v1/openapi.json", lambda: w.ask("GET", "/v1/openapi.json")),
        Case("GET /v1/docs", lambda: w.ask("GET", "/v1/docs")),
        Case("GET /v1/docs/<script>", lambda: w.ask("GET", f"/v1/docs/{docs.SCRIPT}")),
        Case(
            "POST /v1/posts/validate",
            lambda: w.ask("POST", "/v1/posts/validate", {"content": "x", "platforms": ["TWITTER"]}),
        ),
        Case("GET /v1/platforms", lambda: w.ask("GET", "/v1/platforms")),
        Case("GET /v1/auth/me", lambda: w.ask("GET", "/v1/auth/me")),
        Case("GET /v1/workspace", lambda: w.ask("GET", "/v1/workspace")),
        Case(
            "PATCH /v1/workspace",
            lambda: w.ask("PATCH", "/v1/workspace", {"name": "Renamed"}, caller=w.live),
        ),
        Case("GET /v1/api-keys", lambda: w.ask("GET", "/v1/api-keys")),
        Case("POST /v1/api-keys", lambda: w.ask("POST", "/v1/api-keys", KEY)),
        Case(
            "POST /v1/api-keys", lambda: w.ask("POST", "/v1/api-keys", KEY, once=True), "idempotent"
        ),
        Case("DELETE /v1/api-keys/<key_id>", lambda: w.ask("DELETE", f"/v1/api-keys/{w.key()}")),
        Case(
            "GET /v1/sandbox/posts",
            lambda: w.ask("GET", f"/v1/sandbox/posts?accountId={w.account}&limit=20"),
            "20 of them",
        ),
    ]


def workers(w: World) -> list[Case]:
    none = w.subscribed(0)
    one = w.subscribed(1)
    three = w.subscribed(3)
    return [
        Case("release_due", lambda: w.release(0), "idle"),
        Case("release_due", lambda: w.release(10), "10 due, each", times=10),
        Case("release_due", lambda: w.release(50), "50 due, each", times=50),
        Case("publish_target", w.publish_to_mastodon, "alone", table_budget=5),
        Case(
            "publish_target", w.publish_pictures, "with 4 pictures, to the sandbox", table_budget=7
        ),
        Case(
            "publish_target",
            lambda: w.publish_to_mastodon(10),
            "each of 10",
            times=10,
            table_budget=5,
        ),
        Case(
            "publish_target",
            lambda: w.publish_to_mastodon(faults=[BUSY]),
            "a try that fails for now",
            table_budget=4,
        ),
        Case("fan_out_events", lambda: w.fan_out(none), "an event, no endpoint"),
        Case("fan_out_events", lambda: w.fan_out(one), "an event, 1 endpoint"),
        Case("fan_out_events", lambda: w.fan_out(three), "an event, 3 endpoints"),
        Case("fan_out_events", lambda: w.fan_out(one, 10), "each of 10, 1 endpoint", times=10),
        Case("deliver_webhook", lambda: w.deliver(one), "alone"),
        Case("deliver_webhook", lambda: w.deliver(one, 10), "each of 10", times=10, budget=2),
        Case("deliver_webhook", lambda: w.deliver(one, answer=500), "an attempt that fails"),
        Case(
            "watch_endpoints", lambda: w.fifth_failure(one), "an endpoint's fifth failure", budget=3
        ),
        Case("complete_upload", lambda: w.complete(w.media())),
        Case("process_media", w.arrived, "a small PNG"),
        Case("provision", w.provision),
    ]


def pages(w: World) -> list[Case]:
    """Pages of 20 of 10,000 posts, 10 of which failed and 10 others are on Pinterest.

    The emulator ends a page at 1 MB of whole items. A search through all entries of an index takes
    fewer calls of the real DynamoDB.
    """
    w.crowd(10_000)
    filters = {
        "": "20 of 10,000",
        "status=failed": "all 10",
        "status=failed&platform=bluesky": "all 10",
        "status=failed&platform=pinterest": "none",
        f"accountId={w.account}": "20 of 10,000",
        "platform=pinterest": "all 10",
        "sort=scheduledFor": "20 of 10,000",
        "sort=scheduledFor&status=failed": "all 10",
    }
    cases = []
    for query, note in filters.items():
        name = f"?{query}".replace(w.account, "…")
        cases.append(Case(name, partial(w.ask, "GET", f"/v1/posts?limit=20&{query}"), note))
    return cases


def stats(w: World) -> list[Case]:
    """Return the cases of the stats. Their cost does not grow with the deliveries counted."""
    paths = {number: w.counted(number) for number in (100, 10_000)}
    return [
        Case(f"of {number:,} deliveries", partial(w.ask, "GET", path), budget=6)
        for number, path in paths.items()
    ]


def measured(cases: Callable[[World], Iterable[Case]]) -> list[Row]:
    """Measure the cases in their order, in a world of their own."""
    rows = []
    with world() as w:
        for case in cases(w):
            case.prepare()()
            work = case.prepare()
            with w.meter.measured() as cost:
                work()
            rows.append(Row(case, cost))
    return rows


def main() -> int:
    asked = measured(routes)
    worked = measured(workers)
    listed = measured(pages)
    counted = measured(stats)
    show("Routes", HEADS, [row.cells() for row in asked])
    show("Workers", HEADS, [row.cells() for row in worked])
    show("GET /v1/posts, pages of 20", HEADS, [row.cells() for row in listed])
    show("GET /v1/webhooks/…/deliveries/stats", HEADS, [row.cells() for row in counted])
    unmeasured = {f"{method} {path}" for _, method, path in ROUTES} - {
        row.case.name for row in asked
    }
    wrong = [f"a route is not measured: {route}" for route in sorted(unmeasured)]
    wrong += [
        f"over its budget: {row.name}" for row in [*asked, *worked, *listed, *counted] if row.broken
    ]
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
