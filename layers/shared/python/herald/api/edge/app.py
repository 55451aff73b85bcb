"""One API for every door: authentication, rate limit, idempotency keys. A door brings its contract."""

import json
import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler import Response as LambdaResponse
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError

from herald import runtime
from herald.api.edge import gateway, handling
from herald.api.edge.contract import Contract
from herald.api.edge.handling import Handling
from herald.api.edge.response import Response, to_json
from herald.api.edge.routes import Door, Route, checked
from herald.api.edge.schema import Input, Model, Nothing, validated
from herald.domain import api_keys, idempotency
from herald.domain.api_keys import ApiKey, Quota
from herald.domain.errors import (
    BadRequestError,
    HeraldError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    RateLimitedError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
)
from herald.domain.idempotency import (
    IdempotencyKey,
    IdempotentReplay,
    IdempotentRequest,
    Result,
    StoredResponse,
)
from herald.domain.owners import Owner

MAX_BODY = 1024 * 1024
log = logging.getLogger("herald.api")


class Request:
    """An authenticated call of a route.

    `ignored` are the fields of it that nobody reads, as far as it was read.
    """

    def __init__(self, key: ApiKey, quota: Quota, event: Any, route: Route) -> None:
        self.key = key
        self.quota = quota
        self.ignored: list[str] = []
        self._event = event
        self._route = route

    @property
    def owner(self) -> Owner:
        return self.key.owner

    @cached_property
    def handling(self) -> Handling | None:
        return handling.preferred(self._event.headers.get("prefer"))

    def inputs(self) -> dict[str, Input]:
        """Its body and query, as the models that the route's door takes; no body is an empty one.

        Raises BadRequestError, PayloadTooLargeError, UnsupportedMediaTypeError, ValidationError.
        """
        found: dict[str, Input] = {}
        route = self._route
        if route.body:
            found["body"] = self._validated(route.body, self._json)
        elif route.idempotent:
            self._validated(Nothing, self._json)
        if route.query:
            query = self._event.query_string_parameters or {}
            found["query"] = self._validated(route.query, query)
        return found

    def idempotent(
        self, render: Callable[[Result], str], *, credentials: bool = False
    ) -> IdempotentRequest[Result]:
        """Return this request with its key, and how its result is answered.

        The status is the first that its route answers. Raises IdempotencyKeyError.
        """
        key = self.identity(credentials=credentials)
        return IdempotentRequest(self._route.answers[0], render, key)

    def identity(self, *, credentials: bool = False) -> IdempotencyKey | None:
        """Return its Idempotency-Key with what it asks for, or None when it names no key.

        `credentials` says whether its body holds some. Raises IdempotencyKeyError.
        """
        return idempotency.identify(
            self._event.headers.get("idempotency-key"),
            method=self._event.http_method,
            path=self._event.path,
            body=self._json,
            credentials=credentials,
        )

    def _validated(self, model: type[Model], data: Any) -> Model:
        unknown, strict = model.unknown(data), self.handling is Handling.STRICT
        if not strict:
            self.ignored.extend(unknown)
        found = validated(model, data, strict=strict)
        if strict and unknown:  # in what is judged apart
            raise handling.unknown_fields(unknown)
        return found

    @cached_property
    def _json(self) -> Any:
        try:
            coding = self._event.headers.get("content-encoding", "").strip()
            if coding.lower() not in ("", "identity"):
                raise unreadable(coding)
            raw = self._event.decoded_body or ""  # the gateway encodes what is no text
            if len(raw) > MAX_BODY or len(raw.encode(errors="surrogatepass")) > MAX_BODY:
                raise PayloadTooLargeError("The body is larger than 1 MB.")
            raw = raw.removeprefix("\ufeff")
            if not raw.strip():
                return {}
            data = json.loads(raw)
            to_json(data)  # what can be read may be too deep to be written
        except (ValueError, RecursionError) as error:
            raise BadRequestError("The body is not valid JSON.") from error
        return data


Call = Callable[[Route, Mapping[str, str]], LambdaResponse[Any]]
Decorator = Callable[[Door], Door]


class Api:
    """The routes of one function, under one contract. What the decorators say is told of `Route`."""

    def __init__(self, contract: Contract) -> None:
        self.routes: list[Route] = []
        self._contract = contract
        self._resolver = APIGatewayHttpResolver()
        self._resolver.not_found(self._no_route)

    def get(self, path: str, *, scope: str | None, refuses: tuple[int, ...] = ()) -> Decorator:
        return self._route("GET", path, self._authenticated, scope=scope, refuses=refuses)

    def post(
        self,
        path: str,
        *,
        scope: str | None,
        idempotent: bool = False,
        answers: tuple[int, ...] = (200,),
        refuses: tuple[int, ...] = (),
    ) -> Decorator:
        said = {"scope": scope, "idempotent": idempotent, "answers": answers, "refuses": refuses}
        return self._route("POST", path, self._authenticated, **said)

    def patch(self, path: str, *, scope: str | None, refuses: tuple[int, ...] = ()) -> Decorator:
        return self._route("PATCH", path, self._authenticated, scope=scope, refuses=refuses)

    def delete(self, path: str, *, scope: str | None, refuses: tuple[int, ...] = ()) -> Decorator:
        return self._route("DELETE", path, self._authenticated, scope=scope, refuses=refuses)

    def open(self, path: str) -> Decorator:
        """A GET that needs no key; it gets no request, only what its path names."""
        return self._route("GET", path, self._opened, open=True)

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """What Lambda calls."""
        runtime.logger().set_correlation_id(context.aws_request_id)
        return gateway.finished(self._resolver.resolve(gateway.normal(event), context), event)

    def _route(self, method: str, path: str, call: Call, **said: Any) -> Decorator:
        def register(door: Door) -> Door:
            route = Route(method=method, path=path, door=door, **said)
            self.routes.append(route)
            self._resolver.route(path, method=method)(lambda **names: call(route, names))
            return door

        return register

    def _opened(self, route: Route, names: Mapping[str, str]) -> LambdaResponse[Any]:
        return self._answered(lambda: route.door(**names))

    def _authenticated(self, route: Route, names: Mapping[str, str]) -> LambdaResponse[Any]:
        requests: list[Request] = []

        def call() -> Response:
            request = authenticate(self._resolver.current_event, self._contract, route)
            requests.append(request)
            if request.quota.exceeded:
                raise too_many(request.quota)
            if route.scope:
                request.key.allow(route.scope)
            return route.door(request, **checked(names), **request.inputs())

        answer = self._answered(call)
        for each in requests:
            answer.headers.update(self._contract.rate_headers(each.quota))
            answer.headers.update(handling_headers(each))
            if each.ignored:
                path = self._resolver.current_event.path
                log.info(
                    "fields ignored",
                    extra={"path": path, "fields": handling.listed_fields(each.ignored)},
                )
        return answer

    def _answered(self, call: Callable[[], Response]) -> LambdaResponse[Any]:
        try:
            runtime.configured()  # also for who asks only whether this service is well
            answer = lambda_response(call())
        except IdempotentReplay as replay:
            answer = lambda_response(replayed(replay.response))
        except HeraldError as error:
            return self._refused(error)
        except Exception:  # the outermost edge: logged, and never shown
            log.exception("request failed")
            return self._refused(HeraldError("Something went wrong here. Try again."))
        if not gateway.fits(str(answer.body)):
            return self._refused(
                HeraldError("The answer is larger than 6 MB. Ask for less at once.")
            )
        return answer

    def _refused(self, error: HeraldError) -> LambdaResponse[str]:
        """The error as it is answered, and a line in the log that says which it is."""
        event = self._resolver.current_event
        refusal = self._contract.refusal(error, self._resolver.lambda_context.aws_request_id)
        facts = {
            "method": event.http_method,
            "path": event.path,
            "status": refusal.status,
            "code": error.code,
        }
        log.info("refused", extra={**facts, **self._contract.blamed(error)})
        return lambda_response(refusal)

    def _no_route(self, _: NoRouteError) -> LambdaResponse[Any]:
        """The resolver knows no route for a path with a control character in an id either."""
        event = self._resolver.current_event
        methods = {route.method for route in self.routes if route.leads(event.path)}
        allowed = methods and {"OPTIONS", *methods, *(["HEAD"] if "GET" in methods else [])}
        if (
            event.http_method == "OPTIONS" and methods
        ):  # a preflight's headers are the gateway's own
            answer = LambdaResponse(status_code=204, body="")
        elif event.http_method in methods:
            answer = self._refused(BadRequestError("The path holds a character that no id has."))
        elif methods:
            answer = self._refused(MethodNotAllowedError("This route has no such method."))
        else:
            answer = self._refused(NotFoundError("There is no such route."))
        answer.headers.update({"Allow": ", ".join(sorted(allowed))} if allowed else {})
        return answer


def authenticate(event: Any, contract: Contract, route: Route) -> Request:
    """Who calls, counted against their limit, in one table call. Raises UnauthorizedError, RateLimitedError."""
    now, store = runtime.now(), runtime.workspace_store()
    digest = api_keys.from_header(event.headers.get("authorization"))
    admitted = store.admit(digest, now) if digest else None
    if admitted is None:
        stranger = store.count_stranger(event.request_context.http.source_ip, now)
        if stranger.exceeded:
            raise too_many(stranger)
        raise UnauthorizedError(contract.key_required)
    return Request(*admitted, event, route)


def too_many(quota: Quota) -> RateLimitedError:
    wait = max(quota.reset - int(runtime.now().timestamp()), 1)
    return RateLimitedError(f"More than {quota.limit} calls in this minute.", retry_after=wait)


def replayed(stored: StoredResponse) -> Response:
    headers = {"Idempotency-Replayed": "true"}
    return Response(status=stored.status, body=stored.body, headers=headers)


def lambda_response(response: Response) -> LambdaResponse[Any]:
    body = response.body if isinstance(response.body, str | bytes) else to_json(response.body)
    headers = dict(response.headers)
    return LambdaResponse(
        status_code=response.status, content_type=response.content_type, headers=headers, body=body
    )


def handling_headers(request: Request) -> dict[str, str]:
    """What became of fields that are not known, and of the caller's wish about them."""
    headers = (
        {"X-Herald-Ignored-Fields": handling.listed_fields(request.ignored)}
        if request.ignored
        else {}
    )
    return headers | (
        {"Preference-Applied": f"handling={request.handling}"} if request.handling else {}
    )


def unreadable(coding: str) -> UnsupportedMediaTypeError:
    shown = handling.listed_fields([coding])
    said = f"A body in the Content-Encoding {shown} is not read: send it as it is."
    return UnsupportedMediaTypeError(said, content_encoding=shown)
