"""Stats in the table: the tallies of an endpoint's minutes, a row for each hour; and the minutes that were touched since."""

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
    """Every minute before `until` in which there are deliveries, and how many calls that took."""

    tallies: Mapping[datetime, Tally]
    until: datetime
    calls: int


class StatsStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def touch(self, deliveries: Iterable[tuple[str, str]], now: datetime) -> None:
        """Say that they are to be worked at: (endpoint, delivery). One call for 25 minutes, none for those that are open."""
        touched = {
            (endpoint, touch)
            for endpoint, delivery in deliveries
            if (touch := stats.touch(delivery, now))
        }
        self.table.put_all(touch_row(*each) for each in touched)

    def touches(self, endpoint_id: str) -> list[Touch]:
        """Of minutes to be counted once more."""
        pk, start = keys.touch(endpoint_id)
        return [
            touch_of(row)
            for row in all_items(self.table, Key("pk").eq(pk) & Key("sk").begins_with(start))
        ]

    def forget(self, endpoint_id: str, touches: Iterable[Touch]) -> None:
        self.table.delete_all(touch_key(endpoint_id, each) for each in touches)

    def count(self, endpoint_id: str, span: MinuteSpan, *, most: int | None = None) -> Count:
        """Read the deliveries created in that time; after `most` calls it ends early, by whole minutes, after the first."""
        start, end = span
        counts: dict[datetime, Counter[str]] = defaultdict(Counter)
        calls, minute = 0, start
        for calls, (page, more) in enumerate(self._pages(endpoint_id, span), 1):
            for row in page:
                minute = stats.minute_of(ids.created_at(row["sk"].removeprefix("DEL#")))
                counts[minute][row["status"]] += 1
            if most and more and calls >= most and minute > start:
                del counts[minute]
                return Count(tallies=tallied(counts), until=minute, calls=calls)
        return Count(tallies=tallied(counts), until=end or END, calls=calls)

    def save(self, endpoint_id: str, tallies: Mapping[datetime, Tally]) -> None:
        """What these minutes came to. One call for each hour; kept again, it is the same."""
        hours: dict[datetime, Item] = defaultdict(dict)
        for minute, tally in tallies.items():
            hours[minute.replace(minute=0)][name_of(minute)] = (
                f"{tally.delivered} {tally.failed} {tally.pending}"
            )
        for hour, minutes in hours.items():
            values = minutes | {"expires_at": rows.seconds(hour + EXPIRES)}
            self.table.update(Update(key=keys.hour(endpoint_id, hour_text(hour)), values=values))

    def saved(
        self, endpoint_id: str, span: tuple[datetime, datetime], *, without: Collection[datetime]
    ) -> list[Tally]:
        """Of the minutes in that time but these. One call for 1 MB, some 30 days of rows that are full."""
        start, end = span
        pk, low = keys.hour(endpoint_id, hour_text(start))
        _, high = keys.hour(endpoint_id, hour_text(end))
        return [
            tally_of(row[name_of(minute)])
            for row in all_items(self.table, Key("pk").eq(pk) & Key("sk").between(low, high))
            for minute in minutes_of(row)
            if start <= minute < end and minute not in without
        ]

    def _pages(self, endpoint_id: str, span: MinuteSpan) -> Iterator[tuple[Sequence[Item], bool]]:
        """The status of each delivery, oldest first; and whether there are more."""
        first, last = span
        pk, low = keys.delivery(endpoint_id, ids.floor("del", first))
        _, high = keys.delivery(
            endpoint_id, ids.floor("del", last) if last else ids.ceiling("del", END)
        )
        start: Item | None = None
        while low < high:
            page = self.table.query(
                Key("pk").eq(pk) & Key("sk").between(low, high), names=("sk", "status"), start=start
            )
            yield page.items, page.more
            start = page.end
            if start is None:
                return


def tallied(counts: Mapping[datetime, Counter[str]]) -> dict[datetime, Tally]:
    return {minute: stats.tally(each) for minute, each in counts.items()}


def tally_of(text: str) -> Tally:
    delivered, failed, pending = map(int, text.split())
    return Tally(delivered=delivered, failed=failed, pending=pending)


def name_of(minute: datetime) -> str:
    """The attribute of a minute in its hour's row."""
    return f"m{minute.minute:02d}"


def minutes_of(row: Item) -> Iterator[datetime]:
    """Those that have a tally."""
    hour = datetime.fromisoformat(row["sk"].partition("#")[2]).replace(tzinfo=UTC)
    return (hour + int(name[1:]) * MINUTE for name in row if name[0] == "m" and name[1:].isdigit())


def hour_text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H}"


def minute_text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def touch_key(endpoint_id: str, touch: Touch) -> keys.KeyPair:
    return keys.touch(endpoint_id, f"{minute_text(touch.minute)}#{minute_text(touch.at)}")


def touch_row(endpoint_id: str, touch: Touch) -> Item:
    pk, sk = touch_key(endpoint_id, touch)
    return {"pk": pk, "sk": sk, "expires_at": rows.seconds(touch.at + EXPIRES)}


def touch_of(row: Item) -> Touch:
    minute, at = (
        datetime.fromisoformat(each).replace(tzinfo=UTC) for each in row["sk"].split("#")[1:]
    )
    return Touch(minute=minute, at=at)
