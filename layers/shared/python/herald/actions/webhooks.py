"""Webhooks: endpoints subscribe, read what they were told, unsubscribe."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from herald.domain import api_keys, ids
from herald.domain.accounts import Owner, Secret
from herald.domain.api_keys import ApiKey
from herald.domain.errors import NotFoundError, UnprocessableError
from herald.domain.idempotency import Once
from herald.domain.values import frozen
from herald.domain.webhooks import Delivery, Edit, Endpoint, Format
from herald.net.errors import BlockedError, NotSentError
from herald.net.guard import Guard
from herald.store.webhooks import WebhookStore
from herald.webhooks import signing

Created = tuple[Endpoint, Secret]
LOOK_UP = 3  # seconds to resolve a new endpoint's host


@frozen
class NewEndpoint:
    """What a user asks for."""

    url: str
    events: Sequence[str]
    description: str | None = None
    format: Format = Format.VOXBURST


@frozen
class ListedDeliveries:
    """One page; `next_before` is where the next one starts, None on the last."""

    deliveries: Sequence[Delivery]
    next_before: str | None


@frozen
class Webhooks:
    """The use cases of endpoints."""

    store: WebhookStore
    guard: Guard
    now: Callable[[], datetime]

    def create(self, new: NewEndpoint, *, by: ApiKey, once: Once | None, reply: Callable[[Created], str]) -> Created:
        """An enabled endpoint, and its signing secret in clear: shown once, kept sealed.

        `reply` renders what is kept under the idempotency key.
        Raises ForbiddenError (the plan), UnprocessableError (the URL), AlreadyAnswered, IdempotencyConflictError.
        """
        api_keys.check_integrations(by.plan)
        if once:
            self.store.replay(by.owner, once, self.now())
        self._check(new.url)
        now = self.now()
        endpoint = Endpoint(
            id=ids.new("wh", now),
            owner=by.owner,
            url=new.url,
            events=tuple(new.events),
            description=new.description,
            format=new.format,
            created_at=now,
            updated_at=now,
        )
        made = endpoint, signing.new_secret()
        answer = once.answer(201, reply(made), now) if once else None
        self.store.create(*made, once=once, answer=answer)
        return made

    def all(self, owner: Owner) -> list[Endpoint]:
        """Oldest first."""
        return self.store.all(owner)

    def read(self, endpoint_id: str, owner: Owner) -> Endpoint:
        """Raises NotFoundError."""
        found = self.store.get(owner, endpoint_id)
        if found is None:
            raise NotFoundError("There is no such webhook.")
        return found

    def edit(self, endpoint_id: str, owner: Owner, edit: Edit) -> Endpoint:
        """The endpoint after the change; enabled, it starts from no consecutive failures.

        Raises NotFoundError, UnprocessableError (the URL).
        """
        if edit.url is not None:
            self._check(edit.url)
        edited = self.store.edit(owner, endpoint_id, edit, self.now())
        if edited is None:
            raise NotFoundError("There is no such webhook.")
        return edited

    def rotate(
        self, endpoint_id: str, grace: timedelta, *, by: ApiKey, once: Once | None, reply: Callable[[Secret], str]
    ) -> Secret:
        """A new signing secret in clear: shown once, kept sealed. The one before signs too until `grace` is over.

        `reply` renders what is kept under the idempotency key.
        Raises NotFoundError, ConflictError, AlreadyAnswered, IdempotencyConflictError.
        """
        now = self.now()
        if once:
            self.store.replay(by.owner, once, now)
        found, secret = self.store.with_secrets(by.owner, endpoint_id), signing.new_secret()
        if found is None:
            raise NotFoundError("There is no such webhook.")
        answer = once.answer(200, reply(secret), now) if once else None
        self.store.rotate(*found, secret, grace=grace, now=now, once=once, answer=answer)
        return secret

    def delete(self, endpoint_id: str, owner: Owner) -> None:
        """It is not told anything more, its secret is destroyed. Raises NotFoundError."""
        if not self.store.delete(owner, endpoint_id):
            raise NotFoundError("There is no such webhook.")

    def deliveries(
        self, endpoint_id: str, owner: Owner, *, status: str | None, before: str | None, limit: int
    ) -> ListedDeliveries:
        """Newest first, and full unless it is the last page. Raises NotFoundError."""
        self.read(endpoint_id, owner)
        kept: list[Delivery] = []
        while True:
            page = self.store.page(endpoint_id, before=before, limit=limit + 1)
            kept += [each for each in page.deliveries if status in (None, each.status)]
            if len(kept) > limit:
                return ListedDeliveries(deliveries=kept[:limit], next_before=kept[limit - 1].id)
            if not page.more:
                return ListedDeliveries(deliveries=kept, next_before=None)
            before = page.last

    def _check(self, url: str) -> None:
        try:
            self.guard.resolve(self.guard.check_url(url), timeout=LOOK_UP)
        except BlockedError as error:
            raise UnprocessableError(f"url: {error}.", field="url") from error
        except NotSentError:
            return  # it does not resolve just now; every attempt judges again
