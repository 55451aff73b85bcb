"""The base of VoxBurst's bodies and queries: fields in camelCase, times of a named zone."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, ValidationInfo
from pydantic.alias_generators import to_camel

from herald.api.edge import schema
from herald.api.edge.schema import parsed_time
from herald.domain import times

COMMAND_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d", re.ASCII)


class Body(schema.StrictBody):
    """A JSON body in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel)


class Query(schema.Query):
    """A query string in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel)


def moment(value: object, info: ValidationInfo) -> object:
    """Return a time with Z or an offset, or a time of the zone that `timezone` names.

    A time without a zone is UTC if it is written as VoxBurst's command line writes times. Raises
    ValueError.
    """
    at = parsed_time(value)
    if at.tzinfo:
        return at
    if "timezone" not in info.data:
        # The body names a time zone that is not valid, and that problem is reported already.
        return at.replace(tzinfo=UTC)
    if info.data["timezone"] is None:
        if COMMAND_LINE.fullmatch(str(value)):
            return at.replace(tzinfo=UTC)
        raise ValueError("has no time zone: end it with Z or an offset, or name a timezone")
    try:
        return times.local(at, times.zone(info.data["timezone"]))
    except OverflowError:
        raise ValueError("must be an ISO 8601 time, like 2026-06-15T14:00:00Z") from None


Moment = Annotated[datetime, BeforeValidator(moment)]
