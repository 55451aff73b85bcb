"""One API for every door: authentication, rate limit, idempotency keys.

A door brings its contract.
"""

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
    Result_contra,
    StoredResponse,
)
from herald.domain.owners import Owner

MAX_BODY = 1024 * 1024
log = logging.getLogger("herald.api")


class Request:
    """An authenticated call of a route.

    `ignored` holds the fields of the call that no model reads. It grows while the call is read.
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

    @property
    def address(self) -> str:
        """The address of this API, as the caller reached it: `https://host`."""
        return address_of(self._event)

    @cached_property
    def handling(self) -> Handling | None:
        return handling.preferred(self._event.headers.get("prefer"))

    def inputs(self) -> dict[str, Input]:
        """Return the body and the query as the models that the route's door takes.

        A call without a body has an empty body. Raises BadRequestError, PayloadTooLargeError,
        UnsupportedMediaTypeError, ValidationError.
        """
        inputs: dict[str, Input] = {}
        route = self._route
        if route.body:
            inputs["body"] = self._validated(route.body, self._json)
        elif route.idempotent:
            self._validated(Nothing, self._json)
        if route.query:
            parameters = self._event.query_string_parameters
            query = parameters if parameters else {}
            inputs["query"] = self._validated(route.query, query)
        return inputs

    def idempotent(
        self,
        render: Callable[[Result_contra], str],
        *,
        credentials: bool = False,
        status_of: Callable[[Result_contra], int] | None = None,
    ) -> IdempotentRequest[Result_contra]:
        """Return this request with its key and the function that renders its result.

        Without `status_of`, the status is the first status that the route answers. Raises
        IdempotencyKeyError.
        """
        key = self.identity(credentials=credentials)
        return IdempotentRequest(self._route.answers[0], render, key, status_of)

    def identity(self, *, credentials: bool = False) -> IdempotencyKey | None:
        """Return the Idempotency-Key with the content of the request, or None without a key.

        `credentials` says whether the body holds credentials. Raises IdempotencyKeyError.
        """
        return idempotency.identify(
            self._event.headers.get("idempotency-key"),
            method=self._event.http_method,
            path=self._event.path,
            body=self._json,
            credentials=credentials,
        )

    def _validated(self, model: type[Model], data: Any) -> Model:
        unknown = model.unknown(data)
        strict = self.handling is Handling.STRICT
        if not strict:
            self.ignored.extend(unknown)
        parsed = validated(model, data, strict=strict)
        if strict and unknown:
            # The model did not look into the parts of the body that are judged apart.
            raise handling.unknown_fields(unknown)
        return parsed

    @cached_property
    def _json(self) -> Any:
        try:
            coding = self._event.headers.get("content-encoding", "").strip()
            if coding.lower() not in ("", "identity"):
                raise unreadable(coding)
            # The gateway sends a body that is not text in base64.
            raw = self._event.decoded_body
            if raw is None:
                raw = ""
            if len(raw) > MAX_BODY or len(raw.encode(errors="surrogatepass")) > MAX_BODY:
                raise PayloadTooLargeError("The body is larger than 1 MB.")
            raw = raw.removeprefix("\ufeff")
            if not raw.strip():
                return {}
            data = json.loads(raw)
            # A body that can be read may be nested too deeply to be written again.
            to_json(data)
        except (ValueError, RecursionError) as error:
            raise BadRequestError("The body is not valid JSON.") from error
        return data


Call = Callable[[Route, Mapping[str, str]], LambdaResponse[Any]]
Decorator = Callable[[Door], Door]


class Api:
    """The routes of one function, under one contract.

    `Route` explains the arguments of the decorators.
    """

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
        return self._route(
            "POST",
            path,
            self._authenticated,
            scope=scope,
            idempotent=idempotent,
            answers=answers,
            refuses=refuses,
        )

    def patch(self, path: str, *, scope: str | None, refuses: tuple[int, ...] = ()) -> Decorator:
        return self._route("PATCH", path, self._authenticated, scope=scope, refuses=refuses)

    def delete(self, path: str, *, scope: str | None, refuses: tuple[int, ...] = ()) -> Decorator:
        return self._route("DELETE", path, self._authenticated, scope=scope, refuses=refuses)

    def open(self, path: str, *, answers: tuple[int, ...] = (200,)) -> Decorator:
        """Register a GET route that needs no key.

        Its door gets the parameters of the path, and no request. A door with a `query` gets that,
        and the address of this API.
        """
        return self._route("GET", path, self._opened, open=True, answers=answers)

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer an event of API Gateway. Lambda calls this function."""
        runtime.logger().set_correlation_id(context.aws_request_id)
        answer = self._resolver.resolve(gateway.normal(event), context)
        return gateway.finished(answer, event)

    def _route(self, method: str, path: str, call: Call, **facts: Any) -> Decorator:
        def register(door: Door) -> Door:
            route = Route(method=method, path=path, door=door, **facts)
            self.routes.append(route)
            self._resolver.route(path, method=method)(lambda **names: call(route, names))
            return door

        return register

    def _opened(self, route: Route, names: Mapping[str, str]) -> LambdaResponse[Any]:
        def call() -> Response:
            if route.query is None:
                return route.door(**names)
            event = self._resolver.current_event
            query = validated(route.query, event.query_string_parameters or {})
            return route.door(**names, query=query, address=address_of(event))

        return self._answered(call)

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
        for request in requests:
            answer.headers.update(self._contract.rate_headers(request.quota))
            answer.headers.update(handling_headers(request))
            if request.ignored:
                path = self._resolver.current_event.path
                fields = handling.listed_fields(request.ignored)
                log.info("fields ignored", extra={"path": path, "fields": fields})
        return answer

    def _answered(self, call: Callable[[], Response]) -> LambdaResponse[Any]:
        try:
            # A health check too must fail when the service is not configured.
            runtime.configured()
            answer = lambda_response(call())
        except IdempotentReplay as replay:
            answer = lambda_response(replayed(replay.response))
        except HeraldError as error:
            return self._refused(error)
        except Exception:
            # This is the outermost edge. The log has the error; the caller never sees it.
            log.exception("request failed")
            return self._refused(HeraldError("Something went wrong here. Try again."))
        if not gateway.fits(str(answer.body)):
            return self._refused(
                HeraldError("The answer is larger than 6 MB. Ask for less at once.")
            )
        return answer

    def _refused(self, error: HeraldError) -> LambdaResponse[str]:
        """Return the answer to an error, and log which error it is."""
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
        """Answer a call for which the resolver has no route.

        The resolver also finds no route when an id in the path holds a control character.
        """
        event = self._resolver.current_event
        methods = {route.method for route in self.routes if route.leads(event.path)}
        allowed = {"OPTIONS", *methods} if methods else set()
        if "GET" in methods:
            allowed.add("HEAD")
        if event.http_method == "OPTIONS" and methods:
            # The gateway itself adds the headers of a preflight.
            answer = LambdaResponse(status_code=204, body="")
        elif event.http_method in methods:
            answer = self._refused(BadRequestError("The path holds a character that no id has."))
        elif methods:
            answer = self._refused(MethodNotAllowedError("This route has no such method."))
        else:
            answer = self._refused(NotFoundError("There is no such route."))
        if allowed:
            answer.headers["Allow"] = ", ".join(sorted(allowed))
        return answer


def address_of(event: Any) -> str:
    """Return the address of this API: the one that is configured, or that the gateway was asked at.

    The gateway itself names its host, and serves https alone.
    """
    configured = runtime.configured().public_address
    return configured if configured else f"https://{event.request_context.domain_name}"


def authenticate(event: Any, contract: Contract, route: Route) -> Request:
    """Find the caller of a request and count the call against their limit.

    This is one call of the table. Raises UnauthorizedError, RateLimitedError.
    """
    now = runtime.now()
    store = runtime.workspace_store()
    digest = api_keys.from_header(event.headers.get("authorization"))
    admitted = store.admit(digest, now) if digest else None
    if admitted is None:
        stranger = store.count_stranger(event.request_context.http.source_ip, now)
        if stranger.exceeded:
            raise too_many(stranger)
        raise UnauthorizedError(contract.key_required)
    key, quota = admitted
    return Request(key, quota, event, route)


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
    """Return the headers about unknown fields and about the caller's preference for them."""
    headers: dict[str, str] = {}
    if request.ignored:
        headers["X-Herald-Ignored-Fields"] = handling.listed_fields(request.ignored)
    if request.handling:
        headers["Preference-Applied"] = f"handling={request.handling}"
    return headers


def unreadable(coding: str) -> UnsupportedMediaTypeError:
    shown = handling.listed_fields([coding])
    message = f"A body in the Content-Encoding {shown} is not read: send it as it is."
    return UnsupportedMediaTypeError(message, content_encoding=shown)
