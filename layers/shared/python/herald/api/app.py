"""One API for every door: authentication, rate limit, idempotency keys, and one error shape. Source: the contract, section 1."""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError

from herald import runtime
from herald.api import errors
from herald.api.reply import Reply, to_json
from herald.api.schema import Model, validated
from herald.domain import api_keys, idempotency
from herald.domain.accounts import Owner
from herald.domain.api_keys import ApiKey, Quota
from herald.domain.errors import (
    BadRequestError,
    HeraldError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    RateLimitedError,
    UnauthorizedError,
)
from herald.domain.idempotency import AlreadyAnswered, Once

MAX_BODY = 1024 * 1024
log = logging.getLogger("herald.api")


@dataclass(frozen=True, slots=True)
class Request:
    """An authenticated call."""

    key: ApiKey
    quota: Quota
    event: Any = field(repr=False)

    @property
    def owner(self) -> Owner:
        return self.key.owner

    def body(self, model: type[Model]) -> Model:
        """The JSON body as that model; no body is an empty one. Raises BadRequestError, PayloadTooLargeError, ValidationError."""
        return validated(model, self._json())

    def query(self, model: type[Model]) -> Model:
        """The query string as that model. Raises ValidationError."""
        return validated(model, self.event.query_string_parameters or {})

    def once(self, *, credentials: bool = False) -> Once | None:
        """The Idempotency-Key with the request it belongs to, None when there is none; says whether that holds credentials.

        Raises IdempotencyKeyError.
        """
        key, event = self.event.headers.get("idempotency-key"), self.event
        return idempotency.once(key, method=event.http_method, path=event.path, body=self._json(), credentials=credentials)

    def _json(self) -> Any:
        try:
            raw = self.event.decoded_body or ""  # the gateway encodes what is no text
            if len(raw) > MAX_BODY or len(raw.encode(errors="surrogatepass")) > MAX_BODY:
                raise PayloadTooLargeError("The body is larger than 1 MB.")
            if not raw.strip():
                return {}
            data = json.loads(raw, parse_constant=not_json)
            to_json(data).encode()  # a lone surrogate is JSON, but no text
        except (ValueError, RecursionError) as error:
            raise BadRequestError("The body is not valid JSON.") from error
        return data


Handler = Callable[..., Reply]


class Api:
    """The routes of one door."""

    def __init__(self) -> None:
        self._resolver = APIGatewayHttpResolver()
        self._routes: list[tuple[str, re.Pattern[str]]] = []
        self._resolver.not_found(self._no_route)

    def get(self, path: str, *, scope: str | None) -> Callable[[Handler], Handler]:
        return self._route("GET", path, scope)

    def post(self, path: str, *, scope: str | None) -> Callable[[Handler], Handler]:
        return self._route("POST", path, scope)

    def patch(self, path: str, *, scope: str | None) -> Callable[[Handler], Handler]:
        return self._route("PATCH", path, scope)

    def delete(self, path: str, *, scope: str | None) -> Callable[[Handler], Handler]:
        return self._route("DELETE", path, scope)

    def open(self, path: str) -> Callable[[Handler], Handler]:
        """A GET that needs no key; it gets no request, only what its path names."""

        def register(handler: Handler) -> Handler:
            self._add("GET", path, lambda **names: self._answered(lambda: handler(**names)))
            return handler

        return register

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """What Lambda calls."""
        runtime.logger().set_correlation_id(context.aws_request_id)
        return self._resolver.resolve(event, context)

    def _route(self, method: str, path: str, scope: str | None) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._add(method, path, lambda **names: self._authenticated(handler, scope, names))
            return handler

        return register

    def _add(self, method: str, path: str, handler: Callable[..., Response[Any]]) -> None:
        self._routes.append((method, re.compile(re.sub(r"<\w+>", "[^/]+", path) + r"\Z")))
        self._resolver.route(path, method=method)(handler)

    def _authenticated(self, handler: Handler, scope: str | None, names: Mapping[str, str]) -> Response[Any]:
        quota: list[Quota] = []

        def call() -> Reply:
            request = authenticate(self._resolver.current_event)
            quota.append(request.quota)
            if request.quota.exceeded:
                raise too_many(request.quota)
            if scope:
                request.key.allow(scope)
            return handler(request, **names)

        answer = self._answered(call)
        for each in quota:
            answer.headers.update(rate_headers(each))
        return answer

    def _answered(self, call: Callable[[], Reply]) -> Response[Any]:
        request_id = self._resolver.lambda_context.aws_request_id
        try:
            return response(call())
        except AlreadyAnswered as known:
            return response(Reply(status=known.answer.status, body=known.answer.body, headers={"Idempotency-Replayed": "true"}))
        except HeraldError as error:
            return response(errors.reply(error, request_id))
        except Exception:  # the outermost edge: logged, and never shown
            log.exception("request failed")
            return response(errors.reply(HeraldError("Something went wrong here. Try again."), request_id))

    def _no_route(self, _: NoRouteError) -> Response[Any]:
        """The resolver knows no route for a path with a control character in an id either."""
        event = self._resolver.current_event
        methods = {method for method, pattern in self._routes if pattern.match(event.path)}
        error: HeraldError = NotFoundError("There is no such route.")
        if event.http_method in methods:
            error = BadRequestError("The path holds a character that no id has.")
        elif methods:
            error = MethodNotAllowedError("This route has no such method.")
        answer = response(errors.reply(error, self._resolver.lambda_context.aws_request_id))
        answer.headers.update({"Allow": ", ".join(sorted(methods))} if methods else {})
        return answer


def authenticate(event: Any) -> Request:
    """Who calls, counted against their limit, in one table call. Raises UnauthorizedError, RateLimitedError."""
    now, store = runtime.now(), runtime.workspace_store()
    digest = api_keys.from_header(event.headers.get("authorization"))
    admitted = store.admit(digest, now) if digest else None
    if admitted is None:
        stranger = store.count_stranger(event.request_context.http.source_ip, now)
        if stranger.exceeded:
            raise too_many(stranger)
        raise UnauthorizedError("A valid API key is required: Authorization: Bearer vb_live_… or vb_test_….")
    return Request(*admitted, event)


def too_many(quota: Quota) -> RateLimitedError:
    wait = max(quota.reset - int(runtime.now().timestamp()), 1)
    return RateLimitedError(f"More than {quota.limit} calls in this minute.", retry_after=wait)


def rate_headers(quota: Quota) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(quota.limit),
        "X-RateLimit-Remaining": str(quota.remaining),
        "X-RateLimit-Reset": str(quota.reset),
    }


def response(reply: Reply) -> Response[Any]:
    body = reply.body if isinstance(reply.body, str | bytes) else to_json(reply.body)
    return Response(status_code=reply.status, content_type=reply.content_type, headers=dict(reply.headers), body=body)


def not_json(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
