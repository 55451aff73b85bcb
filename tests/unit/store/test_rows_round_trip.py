"""Every field of every stored value survives its row: values are made of their own fields.

A row goes through the serializer and the deserializer of `aws/dynamodb.py`, as it does on its way
to the table and back.
"""

import pkgutil
import random
import typing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from inspect import isfunction, signature
from types import FunctionType
from typing import Any, NamedTuple, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import herald.store
from herald.aws import dynamodb
from herald.aws.dynamodb import Item
from herald.domain import ids
from herald.domain.accounts import Account
from herald.domain.api_keys import ApiKey
from herald.domain.approvals import Approval, Review
from herald.domain.content import Override, Part, PostContent
from herald.domain.deliveries import Attempt, Delivery
from herald.domain.endpoints import Endpoint, Sealed
from herald.domain.events import Event, RecordedEvent
from herald.domain.idempotency import StoredResponse
from herald.domain.jobs import DeliveryJob
from herald.domain.media import Media
from herald.domain.owners import Mode, Owner, Secret
from herald.domain.posts import Post
from herald.domain.replays import Replay
from herald.domain.sandbox import Commit
from herald.domain.stats import MINUTE, Tally, Touch
from herald.domain.targets import Failure, Target
from herald.domain.workspaces import Step, Workspace
from herald.store import (
    accounts,
    approvals,
    delivery_rows,
    due,
    endpoint_rows,
    event_rows,
    events,
    idempotency,
    media,
    post_rows,
    replays,
    stats,
    workspaces,
)
from herald.store.due import DueEntry
from herald.store.endpoints import EndpointStore
from herald.store.events import FanOutItem
from herald.store.sandbox import SandboxLedger
from herald.store.stats import StatsStore
from tests.faults.memory import Table
from tests.values import (
    NAMES,
    Given,
    Strategy,
    classes_in,
    differences,
    identifiers,
    is_value,
    times,
    values,
)

NOW = datetime(2026, 6, 15, 14, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.TEST)
SECOND = timedelta(seconds=1)
Back = Callable[[Any], Any]

NOT_STORED: Mapping[tuple[type, str], str] = {
    (Delivery, "lane"): "it rides in the job that the due index carries: the next test holds that",
    (
        Media,
        "deleted",
    ): "MediaStore.retire alone sets it, and no such media is written as a whole again",
    (Commit, "deleted"): "SandboxLedger.delete alone sets it",
}
"""The fields that no row function writes, each with its reason."""

NO_VALUE: Mapping[str, str] = {
    "accounts.identity_row": "names the account: nothing of it is read but that id, in a condition",
    "delivery_rows.again_row": "names the delivery: its key says all that is read",
    "post_rows.standing_values": "keys of indexes, in state_row",
    "post_rows.head_values": "a part of state_row",
    "post_rows.due_values": "a part of state_row: it follows from the targets",
    "post_rows.approval_row": "the approval of state_row",
    "post_rows.part_row": "a part of target_row",
    "media.settled_values": "a part of media_row",
    "former.renamed_row": "reads what the version before wrote; nothing writes it",
}
"""The row functions whose rows are no values of their own, each with its reason."""


class TypedTable(Table):
    """A table in memory whose items have been through the serializer."""

    def __init__(self) -> None:
        super().__init__(random.Random(0), 0, Counter())

    def _found(self, key: tuple[str, str]) -> Item | None:
        found = super()._found(key)
        return through(found) if found else None

    def _candidates(self, where: Any, index: str | None) -> Iterable[Item]:
        return [through(row) for row in super()._candidates(where, index)]


class Open:
    """A vault that seals nothing."""

    def seal(self, clear: bytes, *, owner: str) -> bytes:
        return clear


def through(row: Item) -> Item:
    """The item as the table gives it back."""
    return dynamodb.from_wire(sent(dynamodb.to_wire(row)))


def sent(raw: Any) -> Any:
    """What arrives of a request: texts are plain ones, whatever kind of text they were."""
    match raw:
        case dict():
            return {str(name): sent(value) for name, value in raw.items()}
        case list():
            return [sent(value) for value in raw]
        case str():
            return str(raw)
    return raw


def in_row(part: Any) -> Any:
    """What stands inside a row, as the table gives it back."""
    return through({"part": part})["part"]


class Case(NamedTuple):
    """A class, the function that writes its row, and what writes a value and reads it again."""

    value: type
    by: Callable[..., Any]
    back: Back


def of_words(words: PostContent) -> PostContent:
    return post_rows.words_of(through(post_rows.words_row("post_1", words, 3)))


def of_post(post: Post) -> Post:
    return post_rows.post_of(through(post_rows.state_row(post, [])))


def of_told(told: RecordedEvent) -> RecordedEvent:
    return events.event_of(
        through(events.event_row(FanOutItem(told=told, endpoints=[], check=NOW)))
    )


def of_replay(replay: Replay) -> Replay:
    return replays.replay_of(through(replays.replay_row(replay, NOW)))


def of_touch(touch: Touch) -> Touch:
    return stats.touch_of(through(stats.touch_row("wh_1", touch)))


def of_tally(tally: Tally) -> Tally:
    store = StatsStore(cast(Any, TypedTable()))
    store.save("wh_1", {NOW: tally})
    return store.saved("wh_1", (NOW, NOW + MINUTE), without=())[0]


def of_event(event: Event) -> Event:
    return event_rows.loaded(in_row(event_rows.dumped([event])))[0]


def of_entry(entry: Commit) -> Commit:
    ledger = SandboxLedger(cast(Any, TypedTable()))
    ledger.put(entry)
    return ledger.find(entry.account_id, entry.key)[0]


def of_sealed(sealed: Sealed) -> Sealed:
    """An endpoint's first secret, and the one after a rotation."""
    store = EndpointStore(cast(Any, TypedTable()), cast(Any, Open()))
    endpoint = Endpoint(id="wh_1", owner=OWNER, url="", events=(), created_at=NOW, updated_at=NOW)
    first = sealed.before or sealed.secret
    store.create(endpoint, Secret(first.decode()), response=None)
    if sealed.before:
        assert sealed.before_until
        store.rotate(
            endpoint,
            Sealed(secret=sealed.before),
            Secret(sealed.secret.decode()),
            grace=sealed.before_until - NOW,
            now=NOW,
            response=None,
        )
    found = store.with_secrets(OWNER, "wh_1")
    assert found
    return found[1]


def of_response(response: StoredResponse) -> StoredResponse:
    (put,) = idempotency.response_puts(OWNER, response, NOW)
    return idempotency.response_of(through(put.item), response.key, None)


def of_key(which: int) -> Back:
    return lambda key: workspaces.key_of(through(workspaces.key_puts(key)[which].item))


def of_row(write: Callable[[Any], Item], read: Callable[[Item], Any]) -> Back:
    return lambda value: read(through(write(value)))


CASES = [
    Case(PostContent, post_rows.words_row, of_words),
    Case(
        Part,
        post_rows.thread_row,
        lambda part: post_rows.thread_of(in_row(post_rows.thread_row(part))),
    ),
    Case(Override, post_rows.override_row, of_row(post_rows.override_row, post_rows.override_of)),
    Case(Post, post_rows.state_row, of_post),
    Case(
        Target,
        post_rows.target_row,
        lambda target: post_rows.target_of(target.id, through(post_rows.target_row(target))),
    ),
    Case(Failure, post_rows.failure_row, of_row(post_rows.failure_row, post_rows.failure_of)),
    Case(Approval, approvals.approval_row, of_row(approvals.approval_row, approvals.approval_of)),
    Case(Review, approvals.review_row, of_row(approvals.review_row, approvals.review_of)),
    Case(Account, accounts.account_row, of_row(accounts.account_row, accounts.account_of)),
    Case(Media, media.media_row, of_row(media.media_row, media.media_of)),
    Case(
        Endpoint,
        endpoint_rows.endpoint_row,
        of_row(endpoint_rows.endpoint_row, endpoint_rows.endpoint_of),
    ),
    Case(Sealed, EndpointStore.rotate, of_sealed),
    Case(Event, event_rows.dumped, of_event),
    Case(RecordedEvent, events.event_row, of_told),
    Case(
        Delivery,
        delivery_rows.delivery_row,
        of_row(delivery_rows.delivery_row, delivery_rows.delivery_of),
    ),
    Case(
        Attempt,
        delivery_rows.attempt_row,
        of_row(delivery_rows.attempt_row, delivery_rows.attempt_of),
    ),
    Case(Replay, replays.replay_row, of_replay),
    Case(Touch, stats.touch_row, of_touch),
    Case(Tally, StatsStore.save, of_tally),
    Case(
        Workspace,
        workspaces.workspace_row,
        of_row(workspaces.workspace_row, workspaces.workspace_of),
    ),
    Case(Step, workspaces.step_row, of_row(workspaces.step_row, workspaces.step_of)),
    Case(ApiKey, workspaces.key_puts, of_key(0)),
    Case(ApiKey, workspaces.key_puts, of_key(1)),
    Case(Commit, SandboxLedger.put, of_entry),
    Case(StoredResponse, idempotency.response_puts, of_response),
]


def by_id(kind: type) -> Callable[[bool], Strategy]:
    """Several of a kind, each under its id."""

    def made(rich: bool) -> Strategy:
        several = st.lists(values(kind, GIVEN, rich=rich), min_size=1, max_size=2)
        return several.map(lambda found: {value.id: value for value in found})

    return made


def to_the(step: timedelta, *, least: datetime | None = None) -> Callable[[bool], Strategy]:
    """Times that are kept to the step."""

    def made(rich: bool) -> Strategy:
        found = times(step).filter(lambda at: least is None or at > least)
        return found if rich else st.none() | found

    return made


def always(strategy: Strategy) -> Callable[[bool], Strategy]:
    return lambda _: strategy


def secret(rich: bool) -> Strategy:
    return st.text("abcdef", min_size=1).map(str.encode)


def options(_: bool) -> Strategy:
    """What a platform may declare: a text, a truth value, or several texts."""
    return st.dictionaries(st.text(), st.text() | st.booleans() | st.lists(st.text()), min_size=1)


GIVEN: Given = {
    (Override, "options"): options,
    (Owner, "workspace_id"): always(identifiers("ws")),
    (Post, "id"): always(identifiers("post")),
    (Post, "targets"): by_id(Target),
    (Post, "follow_ups"): by_id(Target),
    (Replay, "id"): always(identifiers("rpl")),
    (Media, "expires_at"): to_the(SECOND),
    (ApiKey, "expires_at"): to_the(SECOND),
    (StoredResponse, "expires_at"): always(times(SECOND)),
    (Touch, "minute"): always(times(MINUTE)),
    (Touch, "at"): always(times(MINUTE)),
    (Sealed, "secret"): secret,
    (Sealed, "before"): lambda rich: secret(rich) if rich else st.none() | secret(rich),
    (Sealed, "before_until"): lambda _: to_the(timedelta(milliseconds=1), least=NOW)(True),
}
"""What types do not say: which texts are ids, and to what step a time is kept."""


def possible(value: Any) -> Any:
    """Make the value one that can be: a post and a replay are as old as their ids say."""
    match value:
        case Post() | Replay():
            return replace(value, created_at=ids.created_at(value.id))
        case Sealed(before=None):
            return replace(value, before_until=None)
    return value


def label(case: Case) -> str:
    return f"{case.value.__name__} by {name_of(case.by)}"


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__.removeprefix('herald.store.')}.{function.__qualname__}"


PROPERTY = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)


@pytest.mark.parametrize("rich", [True, False], ids=["rich", "any"])
@pytest.mark.parametrize("case", CASES, ids=label)
def test_every_field_survives_its_row(case: Case, rich: bool) -> None:
    made = values(case.value, GIVEN, rich=rich).map(possible)

    @PROPERTY
    @given(made)
    def check(value: Any) -> None:
        assert list(differences(value, case.back(value), NOT_STORED)) == []

    check()


@given(values(Delivery, GIVEN, rich=True))
@PROPERTY
def test_the_lane_of_a_delivery_rides_in_the_job_that_the_due_index_carries(
    delivery: Delivery,
) -> None:
    entry = due.entry_of(through(delivery_rows.delivery_row(delivery)))

    job = DeliveryJob.from_body(entry.owes)
    assert list(differences(delivery.job, job, {})) == []


@pytest.mark.parametrize(("cls", "name"), NOT_STORED, ids=str)
def test_what_is_said_not_to_be_stored_is_not(cls: type, name: str) -> None:
    case = next(case for case in CASES if case.value is cls)

    @PROPERTY
    @given(values(cls, GIVEN, rich=True).map(possible))
    def check(value: Any) -> None:
        lost = {said.partition(":")[0] for said in differences(value, case.back(value), {})}
        assert f"{cls.__name__}.{name}" in lost, "it survives its row: take it off the list"

    check()


def functions() -> Iterator[FunctionType]:
    """Every function of the stores' modules."""
    for found in pkgutil.iter_modules(herald.store.__path__):
        module = import_module(f"herald.store.{found.name}")
        for member in vars(module).values():
            if isfunction(member) and member.__module__ == module.__name__:
                yield member


def test_every_row_function_has_a_case_or_a_reason() -> None:
    endings = ("_row", "_values", "_puts", "dumped")
    writers = [function for function in functions() if function.__name__.endswith(endings)]
    written = {name_of(writer) for writer in writers}
    cases = {name_of(case.by) for case in CASES}

    assert written - cases - NO_VALUE.keys() == set()
    assert NO_VALUE.keys() <= written - cases


def test_every_value_that_a_store_reads_has_a_case() -> None:
    """Also one inside another, and one that its store writes without a function of its own."""
    cased = {cls for case in CASES for cls in classes_in(case.value)}

    assert set(read_from_rows()) - cased == set()


def read_from_rows() -> Iterator[type]:
    """The domain's values that a store's function makes of something else."""
    for function in functions():
        hints = typing.get_type_hints(function, localns=NAMES | {"DueEntry": DueEntry})
        parameters = list(signature(function).parameters)
        if parameters and not is_value(hints[parameters[0]]):
            made = classes_in(hints["return"])
            yield from (cls for cls in made if cls.__module__.startswith("herald.domain."))
