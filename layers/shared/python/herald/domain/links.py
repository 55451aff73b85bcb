"""Which parts of a text a network takes for links: twitter-text's rules, in linear time.

X and Mastodon count a link by its place, not by its characters, so what they take for one decides a text's length. Both use
twitter-text 3.1.0; Mastodon with patterns of its own, and only links that name their protocol.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from herald.domain.top_level_domains import LATIN, OTHERS

ACCENTED = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb"
    "\u0300-\u036f\u1e00-\u1eff"
)
NEVER = "\ufffe\ufeff\uffff"
SPACES = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DIRECTIONS = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"

HOST = re.compile(
    rf"[^!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${SPACES}{NEVER}{DIRECTIONS}]+"
)  # labels, their dots, - and _
MAY_PRECEDE = re.compile(rf"[^A-Za-z0-9@＠$#＃{NEVER}]")
PORT = re.compile(r"(?::[0-9]+)?")
LATIN_END = re.compile(r"([A-Za-z0-9]++)(?![@+-])")
PUNYCODE = re.compile(r"[Xx][Nn]--[-0-9A-Za-z]+")
ASCII_LABELS = re.compile(rf"(?:[-A-Za-z0-9{ACCENTED}]++\.)++")
FULL_STOPS = re.compile("[.\u3002\uff0e\uff61]")
LONGEST_PROTOCOL, LONGEST_LABEL, LONGEST_LINK, LONGEST_SLUG = len("gopher://"), 63, 4_096, 40


class Link(NamedTuple):
    """Where it begins, and how many characters it stands for."""

    start: int
    length: int


class Found(NamedTuple):
    """A link's beginning, its domain's, and the domain's end."""

    start: int
    domain: int
    end: int


class Dialect(NamedTuple):
    """What a network calls a link. `bare`: also one without a protocol."""

    protocol: re.Pattern[str]
    path: re.Pattern[str]
    query: re.Pattern[str]
    bare: bool


@cache
def twitter() -> Dialect:
    inside = rf"[A-Za-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{ACCENTED}]"
    last = rf"(?:[+\-A-Za-z\u0400-\u04ff0-9=_#/{ACCENTED}]|{balanced(inside)})"
    return Dialect(
        protocol=re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://\Z"),
        path=path_pattern(inside, last, "@"),
        query=re.compile(r"(?:\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9\-_&=#/])?"),
        bare=True,
    )


@cache
def mastodon() -> Dialect:
    """Source: Mastodon's config/initializers/twitter_regex.rb."""
    inside = r"[^\s<>()?]"
    last = rf"""(?:[^\s()?!*"'「」<>;:=,.$%\[\]~&|@]|{balanced(inside)})"""
    beyond = "\u00a0-\ud7ff\ue000-\U0010fffd"
    return Dialect(
        protocol=re.compile(
            r"(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://\Z", re.IGNORECASE | re.ASCII
        ),
        path=path_pattern(inside, last, ""),
        query=re.compile(
            rf"(?:\?[A-Za-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{beyond}]*[A-Za-z0-9_&=#/\-{beyond}])?"
        ),
        bare=False,
    )


def path_pattern(inside: str, last: str, before: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:/(?:{inside}*(?:{balanced(inside)}{inside}*)*{last}|{before}{inside}+/)*)?"
    )


def balanced(inside: str) -> str:
    """Parentheses around such characters, at most one pair within another."""
    return rf"\((?:{inside}+|{inside}*\({inside}+\){inside}*)\)"


def links(text: str, dialect: Dialect) -> Iterator[Link]:
    """Those of a text, first to last."""
    end = 0
    for run in HOST.finditer(text):
        host = Host(text, run.start(), run.end())
        while found := host.first(end, dialect):
            port_end = matched(PORT, text, found.end)
            path_end = matched(dialect.path, text, port_end)
            end = matched(dialect.query, text, path_end)
            if possible(text, found, end):
                yield from counted_links(text, found, end, dialect, with_path=path_end > port_end)


class Host:
    """A run of labels, each read once: where a domain that begins in one of them ends."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start = text, start
        self._dots = [dot.start() for dot in re.compile(r"\.").finditer(text, start, end)]
        self._here = [top_level_end(text, dot + 1, len(text)) for dot in self._dots]
        self._later: list[int | None] = [None] * len(
            self._dots
        )  # the end when it lies behind a later label
        for number in range(len(self._dots) - 2, -1, -1):
            begin, dot = self._dots[number] + 1, self._dots[number + 1]
            if self._label(begin, dot):
                here = None if "_" in text[begin:dot] else self._here[number + 1]
                self._later[number] = self._later[number + 1] or here

    def first(self, after: int, dialect: Dialect) -> Found | None:
        """The leftmost link whose preceding character stands at or behind `after`; 0 is the text's beginning."""
        protocol = dialect.protocol.search(
            self._text, max(after, self._start - LONGEST_PROTOCOL), self._start
        )
        if (
            protocol
            and self._may_begin(protocol.start(), after)
            and (end := self._end(self._start))
        ):
            return Found(protocol.start(), self._start, end)
        for start in self._starts(after):
            if self._may_begin(start, after) and (end := self._end(start)):
                return Found(start, start, end)
        return None

    def _starts(self, after: int) -> Iterator[int]:
        """Where a domain could begin, in the order in which twitter-text tries."""
        if self._start == after == 0:
            yield from (1, 0)
        begin = max(self._start, after + 1)
        for number in range(bisect_left(self._dots, begin), len(self._dots)):
            dot = self._dots[number]
            if self._later[number] or self._here[number]:
                yield from range(begin, dot)
            begin = dot + 1

    def _may_begin(self, start: int, after: int) -> bool:
        if start == 0:
            return after == 0
        return start > after and MAY_PRECEDE.match(self._text, start - 1) is not None

    def _end(self, start: int) -> int | None:
        """The end of the domain that begins there."""
        number = bisect_left(self._dots, start)
        if number == len(self._dots) or not self._label(start, dot := self._dots[number]):
            return None
        return self._later[number] or (None if "_" in self._text[start:dot] else self._here[number])

    def _label(self, start: int, end: int) -> bool:
        return start < end and self._text[start] not in "-_" and self._text[end - 1] not in "-_"


def top_level_end(text: str, start: int, end: int) -> int | None:
    """The end of the top-level domain that begins there."""
    if (latin := LATIN_END.match(text, start, end)) and latin[1].lower() in LATIN:
        return latin.end()
    found = others().match(text, start, end) or PUNYCODE.match(text, start, end)
    return found.end() if found else None


@cache
def others() -> re.Pattern[str]:
    return re.compile(rf"(?i:{'|'.join(OTHERS)})(?![0-9a-zA-Z@+-])")


def possible(text: str, found: Found, end: int) -> bool:
    """Whether a name server could know it."""
    domain = text[found.domain : found.end]
    if domain.startswith("xn--") and not any(ascii_domains(domain)):
        return False
    protocol = found.domain - found.start or len("https://")
    return all(0 < encoded_length(label) <= LONGEST_LABEL for label in domain.split(".")) and (
        protocol + len(text[found.start : end].encode("utf-16-le")) // 2 <= LONGEST_LINK
    )


def encoded_length(label: str) -> int:
    """A label's length in Punycode, or its own when that is too long anyway."""
    if label.isascii() or len(label) > LONGEST_LABEL:
        return len(label)
    parts = FULL_STOPS.split(label)
    return (
        len(parts)
        - 1
        + sum(len(part) if part.isascii() else 4 + len(part.encode("punycode")) for part in parts)
    )


def counted_links(
    text: str, found: Found, end: int, dialect: Dialect, *, with_path: bool
) -> Iterator[Link]:
    """The links that a match is counted as: without a protocol, the parts of its domain that are ASCII."""
    if found.start < found.domain:
        yield from shortened(text, found.start, end, dialect)
    elif dialect.bare and (found.start == 0 or text[found.start - 1] not in "-_./"):
        domains = [
            Link(found.start + start, length)
            for start, length in ascii_domains(text[found.domain : found.end])
        ]
        yield from domains[:-1]
        for last in domains[-1:]:
            yield Link(last.start, last.length + (end - found.end if with_path else 0))


def shortened(text: str, start: int, end: int, dialect: Dialect) -> Iterator[Link]:
    """X's own short links end where their slug ends."""
    slug = re.compile(r"https?://t\.co/([a-z0-9]+)", re.IGNORECASE | re.ASCII).match(
        text, start, end
    )
    if slug is None:
        yield Link(start, end - start)
    elif len(slug[1]) <= LONGEST_SLUG:
        yield Link(start, matched(dialect.query, text, slug.end(), end) - start)


def ascii_domains(domain: str) -> Iterator[Link]:
    at = 0
    while labels := ASCII_LABELS.search(domain, at):
        dots = [
            labels.start() + place for place, character in enumerate(labels[0]) if character == "."
        ]
        ends = (top_level_end(domain, dot + 1, len(domain)) for dot in reversed(dots))
        end = next((each for each in ends if each), None)
        if end:
            yield Link(labels.start(), end - labels.start())
        at = end or labels.end()


def matched(pattern: re.Pattern[str], text: str, start: int, end: int | None = None) -> int:
    """Where that optional part ends."""
    found = pattern.match(text, start) if end is None else pattern.match(text, start, end)
    return found.end() if found else start
