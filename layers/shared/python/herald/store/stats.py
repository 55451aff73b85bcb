"""Stats in the table: the tallies of an endpoint's minutes, in one row for each hour.

Beside them lie the minutes that were touched since.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from herald.aws.dynamodb import Item, Key, Table, Update
from herald.domain import ids, stats
from herald.domain.events import EVENT_RETENTION
from herald.domain.stats import MINUTE, MinuteSpan, Tally, Touch
from herald.domain.values import frozen
from herald.store import keys, rows
from herald.store.paging import all_items

END = datetime.max.replace(tzinfo=UTC)
EXPIRES = EVENT_RETENTION + timedelta(days=1)


@frozen
class Count:
    """A tally of every minute before `until` in which there are deliveries.

    `calls` says how many calls the count took.
    """

    tallies: Mapping[datetime, Tally]
    until: datetime
    calls: int


class StatsStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def touch(self, deliveries: Iterable[tuple[str, str]], now: datetime) -> None:
        """Note that work on these deliveries, pairs of endpoint and delivery id, begins.

        One call for 25 minutes. A minute that is still open takes no call.
        """
        touched = set()
        for endpoint_id, delivery_id in deliveries:
            touch = stats.touch(delivery_id, now)
            if touch:
                touched.add((endpoint_id, touch))
        self.table.put_all(touch_row(endpoint_id, touch) for endpoint_id, touch in touched)

    def touches(self, endpoint_id: str) -> list[Touch]:
        """Return the touches of minutes that are to be counted once more."""
        pk, start = keys.touch(endpoint_id)
        where = Key("pk").eq(pk) & Key("sk").begins_with(start)
        return [touch_of(row) for row in all_items(self.table, where)]

    def forget(self, endpoint_id: str, touches: Iterable[Touch]) -> None:
        self.table.delete_all(touch_key(endpoint_id, touch) for touch in touches)

    def count(self, endpoint_id: str, span: MinuteSpan, *, most: int | None = None) -> Count:
        """Count the deliveries created in that time.

        After `most` calls the count ends early: with a whole minute, and after the first minute.
        """
        start, end = span
        counts: dict[datetime, Counter[str]] = defaultdict(Counter)
        calls = 0
        minute = start
        for calls, (page, more) in enumerate(self._pages(endpoint_id, span), 1):
            for row in page:
                minute = stats.minute_of(ids.created_at(row["sk"].removeprefix("DEL#")))
                counts[minute][row["status"]] += 1
            if most and more and calls >= most and minute > start:
                del counts[minute]
                return Count(tallies=tallied(counts), until=minute, calls=calls)
        return Count(tallies=tallied(counts), until=end if end else END, calls=calls)

    def save(self, endpoint_id: str, tallies: Mapping[datetime, Tally]) -> None:
        """Write the tallies of these minutes. One call for each hour.

        Tallies that are written again give the same rows.
        """
        hours: dict[datetime, Item] = defaultdict(dict)
        for minute, tally in tallies.items():
            hour = minute.replace(minute=0)
            hours[hour][name_of(minute)] = f"{tally.delivered} {tally.failed} {tally.pending}"
        for hour, minutes in hours.items():
            values = minutes | {"expires_at": rows.seconds(hour + EXPIRES)}
            self.table.update(Update(key=keys.hour(endpoint_id, hour_text(hour)), values=values))

    def saved(
        self, endpoint_id: str, span: tuple[datetime, datetime], *, without: Collection[datetime]
    ) -> list[Tally]:
        """Return the tallies of the minutes in that time, except the minutes in `without`.

        One call for 1 MB, some 30 days of full rows.
        """
        start, end = span
        pk, low = keys.hour(endpoint_id, hour_text(start))
        _, high = keys.hour(endpoint_id, hour_text(end))
        where = Key("pk").eq(pk) & Key("sk").between(low, high)
        tallies = []
        for row in all_items(self.table, where):
            minutes = [minute for minute in minutes_of(row) if start <= minute < end]
            wanted = [minute for minute in minutes if minute not in without]
            tallies += [tally_of(row[name_of(minute)]) for minute in wanted]
        return tallies

    def _pages(self, endpoint_id: str, span: MinuteSpan) -> Iterator[tuple[Sequence[Item], bool]]:
        """Yield pages of deliveries' ids and statuses, oldest first, and whether there are more."""
        first, last = span
        above = ids.floor("del", last) if last else ids.ceiling("del", END)
        pk, low = keys.delivery(endpoint_id, ids.floor("del", first))
        _, high = keys.delivery(endpoint_id, above)
        where = Key("pk").eq(pk) & Key("sk").between(low, high)
        start: Item | None = None
        while low < high:
            page = self.table.query(where, names=("sk", "status"), start=start)
            yield page.items, page.more
            start = page.end
            if start is None:
                return


def tallied(counts: Mapping[datetime, Counter[str]]) -> dict[datetime, Tally]:
    return {minute: stats.tally(statuses) for minute, statuses in counts.items()}


def tally_of(text: str) -> Tally:
    delivered, failed, pending = map(int, text.split())
    return Tally(delivered=delivered, failed=failed, pending=pending)


def name_of(minute: datetime) -> str:
    """Return the attribute of a minute in its hour's row."""
    return f"m{minute.minute:02d}"


def minutes_of(row: Item) -> Iterator[datetime]:
    """Yield the minutes of an hour's row that have a tally."""
    hour = time_of(row["sk"].partition("#")[2])
    for name in row:
        number = name[1:]
        if name[0] == "m" and number.isdigit():
            yield hour + int(number) * MINUTE


def hour_text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H}"


def minute_text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def touch_key(endpoint_id: str, touch: Touch) -> keys.KeyPair:
    return keys.touch(endpoint_id, f"{minute_text(touch.minute)}#{minute_text(touch.at)}")


def touch_row(endpoint_id: str, touch: Touch) -> Item:
    pk, sk = touch_key(endpoint_id, touch)
    return {"pk": pk, "sk": sk, "expires_at": rows.seconds(touch.at + EXPIRES)}


def touch_of(row: Item) -> Touch:
    _, minute, at = row["sk"].split("#")
    return Touch(minute=time_of(minute), at=time_of(at))
