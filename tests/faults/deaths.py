"""Ends invocations at random lines of the product's code, and counts where they ended.

The lines are drawn from all that really run. The writes of an invocation cut it into stretches: a
worker that dies between checkpoint and commit is another case than one that dies between commit and
outcome. Half of the deaths are drawn from all lines, half from the stretch that has seen the fewest
deaths, so that short stretches see theirs too.
"""

import random
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from sys import monitoring
from types import CodeType
from typing import Any

BEFORE = "start"
STRETCHES: Mapping[str, Mapping[str, str]] = {
    "create": {"PostStore.create": "written → message", "send": "message → end"},
    "publish": {
        "TargetStore.claim": "claimed → checkpoint",
        "TargetStore.checkpoint": "checkpoint → commit",
        "Sandbox._record": "commit → outcome",
        "Bluesky.commit": "commit → outcome",
        "Mastodon.commit": "commit → outcome",
        "TargetStore.settle": "outcome → message",
        "send": "message → end",
    },
    "fan-out": {"EventStore.record": "recorded → message"},
    "delivery": {
        "attempt": "answered → saved",
        "DeliveryStore.save": "saved → message",
        "Lanes.offer": "message → counters",
        "EndpointStore.record_success": "counters → end",
    },
    "sweep": {
        "send_targets": "targets → deliveries",
        "send_deliveries": "deliveries → events",
        "send_unattempted": "events → media",
    },
    "arrive": {"MediaStore.arrive": "arrived → message"},
    "look": {
        "MediaStore.claim": "claimed → made",
        "normalize": "made → stored",
        "Bucket.put": "stored → settled",
        "MediaStore.settle": "settled → end",
    },
    "replay": {
        "ReplayStore.begin": "begun → deliveries",
        "ReplayStore.deliver": "deliveries → message",
        "Lanes.offer": "message → noted",
        "ReplayStore.save_progress": "noted → end",
        "ReplayStore.end": "noted → end",
    },
    "act": {"PostStore.change": "written → message", "send": "message → end"},
}
"""By invocation: the functions whose return ends a stretch, and the stretch that begins then."""
REMEMBERED = 200  # of the latest invocations: how many lines they ran
EVENTS = monitoring.events
TOOL = 4  # of the six ids that monitoring has; coverage takes 1, Hypothesis 3


class Killed(BaseException):
    """The process is gone."""


class Killer:
    """Ends an invocation at a random line of the product's code, in whichever thread runs it.

    Nothing of the invocation runs after that.
    """

    def __init__(self, dice: random.Random, counts: Counter[str]) -> None:
        self._dice = dice
        self._counts = counts
        self._lengths: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._stretches: dict[str, dict[str, deque[int]]] = defaultdict(
            lambda: defaultdict(lambda: deque(maxlen=REMEMBERED))
        )
        self._marks: Mapping[str, str] = {}
        self._others: set[int | None] = set()
        self._mine = 0
        self._on = False
        self._begin(None, None)

    def run(self, name: str, work: Callable[[], Any], *, chance: float) -> bool:
        """Do `work`, which dies with that chance at one of its lines. Return False when it died.

        The first work of a kind never dies: its lines are counted.
        """
        self._marks = STRETCHES[name]
        known = self._lengths[name]
        doomed = self._dice.random() < chance and bool(known)
        self._begin(*self._fate(name) if doomed else (None, None))
        with self._watching(), suppress(Killed):
            work()
        if self._dead:
            self._counts[f"{name} killed"] += 1
            self._counts[f"{name} killed: {self._stretch}"] += 1
            return False
        self._note(name)
        return True

    def _begin(self, stretch: str | None, line: int | None) -> None:
        """`line` counts within the stretch, or from the start when there is none."""
        self._doomed_in, self._doomed_at = stretch, line
        self._stretch, self._run, self._here, self._dead = BEFORE, 0, 0, False
        self._seen: list[tuple[str, int]] = []

    def _fate(self, name: str) -> tuple[str | None, int]:
        stretches = {
            stretch: lengths for stretch, lengths in self._stretches[name].items() if max(lengths)
        }
        if stretches and self._dice.random() < 0.5:
            chosen = min(sorted(stretches), key=lambda each: self._counts[f"{name} killed: {each}"])
            return chosen, self._dice.randrange(1, max(self._dice.choice(stretches[chosen]), 1) + 1)
        return None, self._dice.randrange(1, self._dice.choice(self._lengths[name]) + 1)

    def _note(self, name: str) -> None:
        if self._run:
            self._lengths[name].append(self._run)
        for stretch, lines in [*self._seen, (self._stretch, self._here)]:
            self._stretches[name][stretch].append(lines)

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """See every line of the product that this thread runs, and those that begin meanwhile.

        Only the product's own code is instrumented: everything else runs at its full speed.
        """
        self._mine = threading.get_ident()
        self._others = {thread.ident for thread in threading.enumerate()} - {self._mine}
        self._on = True
        monitoring.use_tool_id(TOOL, "deaths")
        monitoring.register_callback(TOOL, EVENTS.PY_START, self._started)
        monitoring.register_callback(TOOL, EVENTS.LINE, self._ran)
        monitoring.register_callback(TOOL, EVENTS.PY_RETURN, self._ended)
        monitoring.register_callback(TOOL, EVENTS.PY_UNWIND, self._ended)
        monitoring.set_events(TOOL, EVENTS.PY_START | EVENTS.PY_UNWIND)
        monitoring.restart_events()
        try:
            yield
        finally:
            self._on = False
            monitoring.set_events(TOOL, EVENTS.NO_EVENTS)
            monitoring.free_tool_id(TOOL)

    def _started(self, code: CodeType, _offset: int) -> object:
        if "/herald/" in code.co_filename:
            monitoring.set_local_events(TOOL, code, EVENTS.LINE | EVENTS.PY_RETURN)
        return monitoring.DISABLE

    def _ran(self, _code: CodeType, _line: int) -> None:
        here = threading.get_ident()
        if here in self._others:
            return
        if self._on:
            self._line()
        elif self._dead and here != self._mine:  # a thread of an invocation that is dead
            raise Killed

    def _ended(self, code: CodeType, _offset: int, _result: object) -> None:
        following = self._marks.get(code.co_qualname)
        ours = "/herald/" in code.co_filename and threading.get_ident() not in self._others
        if following and ours and self._on and not self._dead:
            self._seen.append((self._stretch, self._here))
            self._stretch, self._here = following, 0

    def _line(self) -> None:
        self._run += 1
        self._here += 1
        if self._doomed_at is not None:
            there = self._run if self._doomed_in is None else self._here
            self._dead = self._dead or (
                self._doomed_in in (None, self._stretch) and there >= self._doomed_at
            )
        if self._dead:
            raise Killed


def bloodless(counts: Counter[str], *names: str, least: int) -> list[str]:
    """Return the stretches of these invocations in which fewer than `least` died.

    Stretches of the same name count as one.
    """
    wanted = {
        f"{name} killed: {stretch}"
        for name in names
        for stretch in (BEFORE, *STRETCHES[name].values())
    }
    return sorted(f"{each}: {counts[each]}" for each in wanted if counts[each] < least)
