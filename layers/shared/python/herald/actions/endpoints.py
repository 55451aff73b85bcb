"""Endpoints: subscribe, read the deliveries, unsubscribe."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from herald.actions.lanes import Lanes
from herald.actions.paging import Filters, full_page
from herald.domain import api_keys, endpoints, ids
from herald.domain.api_keys import ApiKey
from herald.domain.deliveries import Delivery, redelivery_of
from herald.domain.endpoints import Edit, Endpoint
from herald.domain.errors import NotFoundError, UnprocessableError
from herald.domain.formats import Format, Rendering, check_offered
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner, Secret
from herald.domain.paging import Page
from herald.domain.values import frozen
from herald.net.errors import BlockedError, NotSentError
from herald.net.guard import Guard
from herald.store.deliveries import DeliveryStore
from herald.store.endpoints import EndpointStore
from herald.webhooks import formats, signing

CreatedEndpoint = tuple[Endpoint, Secret]
# Seconds to resolve the host of a new endpoint.
LOOKUP_TIMEOUT = 3


@frozen
class NewEndpoint:
    """The endpoint that a user asks for."""

    url: str
    events: Sequence[str]
    description: str | None = None
    format: Format = Format.VOXBURST
    secret: Secret | None = None


@frozen
class DeliveryDetails:
    """A delivery with the body that it sends. `body` is None when the event has expired."""

    delivery: Delivery
    body: str | None


@frozen
class Endpoints:
    """The use cases of endpoints."""

    endpoints: EndpointStore
    sent: DeliveryStore
    guard: Guard
    queue: Lanes
    now: Callable[[], datetime]

    def create(
        self, new: NewEndpoint, *, by: ApiKey, request: IdempotentRequest[CreatedEndpoint]
    ) -> CreatedEndpoint:
        """Create an enabled endpoint. Returns it with its signing secret in clear text.

        The secret is shown once, and kept sealed. Requests at the same moment may exceed the limit
        of endpoints by their number.
        Raises ForbiddenError (the plan), ValidationError (events that its format does not have),
        UnprocessableError (the URL, or too many endpoints), IdempotentReplay,
        IdempotencyConflictError.
        """
        api_keys.check_integrations(by.plan)
        check_offered(new.format, new.events)
        self.endpoints.replay(by.owner, request.key, self.now())
        self._check(new.url)
        endpoints.check_room(self.endpoints.count(by.owner))
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
        secret = new.secret if new.secret else signing.new_secret()
        response = request.respond((endpoint, secret), now)
        self.endpoints.create(endpoint, secret, response=response)
        return endpoint, secret

    def list(self, owner: Owner) -> list[Endpoint]:
        """Return the owner's endpoints, oldest first."""
        return self.endpoints.list(owner)

    def get(self, endpoint_id: str, owner: Owner) -> Endpoint:
        """Raises NotFoundError."""
        endpoint = self.endpoints.get(owner, endpoint_id)
        if endpoint is None:
            raise NotFoundError("There is no such webhook.")
        return endpoint

    def edit(self, endpoint_id: str, edit: Edit, *, by: ApiKey) -> Endpoint:
        """Change an endpoint, and return it. An enabled one starts with no consecutive failures.

        Raises NotFoundError, ForbiddenError (the plan, when it is to be enabled), ValidationError
        (events that its format does not have), UnprocessableError (the URL).
        """
        if edit.enabled:
            api_keys.check_integrations(by.plan)
        if edit.url is not None:
            self._check(edit.url)
        edited = self.endpoints.edit(by.owner, endpoint_id, edit, self.now())
        if edited is None:
            raise NotFoundError("There is no such webhook.")
        return edited

    def rotate(
        self,
        endpoint_id: str,
        grace: timedelta,
        *,
        by: ApiKey,
        request: IdempotentRequest[Secret],
    ) -> Secret:
        """Make a new signing secret, and return it in clear text.

        It is shown once, and kept sealed. The secret before it signs too until `grace` is over.
        Raises NotFoundError, ConflictError, IdempotentReplay, IdempotencyConflictError.
        """
        now = self.now()
        self.endpoints.replay(by.owner, request.key, now)
        endpoint_and_secrets = self.endpoints.with_secrets(by.owner, endpoint_id)
        if endpoint_and_secrets is None:
            raise NotFoundError("There is no such webhook.")
        endpoint, sealed = endpoint_and_secrets
        secret = signing.new_secret()
        response = request.respond(secret, now)
        self.endpoints.rotate(endpoint, sealed, secret, grace=grace, now=now, response=response)
        return secret

    def delete(self, endpoint_id: str, owner: Owner) -> None:
        """Delete an endpoint and its secret. It is sent nothing more. Raises NotFoundError."""
        if not self.endpoints.delete(owner, endpoint_id):
            raise NotFoundError("There is no such webhook.")

    def deliveries(
        self, endpoint_id: str, owner: Owner, filters: Filters, *, before: str | None, limit: int
    ) -> Page[Delivery]:
        """Return a page of deliveries, newest first. It is full unless it is the last page.

        Raises NotFoundError.
        """
        self.get(endpoint_id, owner)
        return full_page(
            partial(self.sent.list, endpoint_id), filters, self.now(), before=before, limit=limit
        )

    def delivery(self, endpoint_id: str, delivery_id: str, owner: Owner) -> DeliveryDetails:
        """Return a delivery with its body and every attempt. Raises NotFoundError."""
        details, _ = self._details(endpoint_id, delivery_id, owner)
        return details

    def _details(
        self, endpoint_id: str, delivery_id: str, owner: Owner
    ) -> tuple[DeliveryDetails, Endpoint]:
        delivery = self.sent.get(endpoint_id, delivery_id)
        if delivery is None or delivery.owner != owner:
            raise NotFoundError("There is no such delivery.")
        [loaded] = self.sent.get_for([delivery.job])
        if loaded.endpoint is None:
            raise NotFoundError("There is no such webhook.")
        rendering = Rendering(loaded.endpoint.format, delivery.event_type)
        body = formats.body(loaded.event, rendering) if loaded.event else None
        return DeliveryDetails(delivery=delivery, body=body), loaded.endpoint

    def redeliver(
        self,
        endpoint_id: str,
        delivery_id: str,
        *,
        by: ApiKey,
        request: IdempotentRequest[Delivery],
    ) -> Delivery:
        """Send the same event again, as a new delivery.

        Raises NotFoundError, ConflictError (the endpoint is disabled), IdempotentReplay,
        IdempotencyConflictError.
        """
        from herald.actions.messages import message  # noqa: PLC0415 - no other route pays for it

        now = self.now()
        self.endpoints.replay(by.owner, request.key, now)
        details, endpoint = self._details(endpoint_id, delivery_id, by.owner)
        if details.body is None:
            raise NotFoundError("The event has expired.")
        delivery = redelivery_of(details.delivery, endpoint, now)
        response = request.respond(delivery, now)
        self.sent.redeliver(delivery, response=response)
        self.queue.offer([message(delivery.job)])
        return delivery

    def _check(self, url: str) -> None:
        """Raises UnprocessableError when herald may not send to this URL."""
        try:
            destination = self.guard.check_url(url)
            self.guard.resolve(destination, timeout=LOOKUP_TIMEOUT)
        except BlockedError as error:
            raise UnprocessableError(f"url: {error}.", field="url") from error
        except NotSentError:
            return  # The host does not resolve just now. Every attempt checks the URL again.
