"""The parts of a text that a network takes for links, by twitter-text's rules, in linear time.

X and Mastodon count a link by its place and not by its characters. So the links decide the length
of a text. Both use twitter-text 3.1.0. Mastodon has patterns of its own, and takes only links that
name their protocol.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from herald.domain.top_level_domains import LATIN, OTHERS

ACCENTED = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    "\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
NEVER = "\ufffe\ufeff\uffff"
SPACES = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DIRECTIONS = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"

# Labels, with their dots, - and _.
HOST = re.compile(rf"[^!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${SPACES}{NEVER}{DIRECTIONS}]+")
MAY_PRECEDE = re.compile(rf"[^A-Za-z0-9@＠$#＃{NEVER}]")
PORT = re.compile(r"(?::[0-9]+)?")
LATIN_END = re.compile(r"([A-Za-z0-9]++)(?![@+-])")
PUNYCODE = re.compile(r"[Xx][Nn]--[-0-9A-Za-z]+")
ASCII_LABELS = re.compile(rf"(?:[-A-Za-z0-9{ACCENTED}]++\.)++")
FULL_STOPS = re.compile("[.\u3002\uff0e\uff61]")
LONGEST_PROTOCOL = len("gopher://")
LONGEST_LABEL = 63
LONGEST_LINK = 4_096
LONGEST_SLUG = 40


class Link(NamedTuple):
    """The place where a link begins, and the number of characters that it stands for."""

    start: int
    length: int


class Candidate(NamedTuple):
    """A possible link: where it begins, where its domain begins, and where the domain ends."""

    start: int
    domain: int
    end: int


class Dialect(NamedTuple):
    """A network's rules for a link. `bare` says that a link needs no protocol."""

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
    protocols = "https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini"
    inside = r"[^\s<>()?]"
    last = rf"""(?:[^\s()?!*"'「」<>;:=,.$%\[\]~&|@]|{balanced(inside)})"""
    beyond = "\u00a0-\ud7ff\ue000-\U0010fffd"
    return Dialect(
        protocol=re.compile(rf"(?:{protocols})://\Z", re.IGNORECASE | re.ASCII),
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
    """Return a pattern of such characters in parentheses, at most one pair within another."""
    return rf"\((?:{inside}+|{inside}*\({inside}+\){inside}*)\)"


def links(text: str, dialect: Dialect) -> Iterator[Link]:
    """Yield the links of a text, first to last."""
    end = 0
    for run in HOST.finditer(text):
        host = Host(text, run.start(), run.end())
        while candidate := host.first(end, dialect):
            port_end = matched(PORT, text, candidate.end)
            path_end = matched(dialect.path, text, port_end)
            end = matched(dialect.query, text, path_end)
            if possible(text, candidate, end):
                with_path = path_end > port_end
                yield from counted_links(text, candidate, end, dialect, with_path=with_path)


class Host:
    """A run of labels, each read once. It knows where a domain that begins in one of them ends.

    For each dot, `_here` is the end of the top-level domain that begins behind it. `_later` is the
    end of a domain that goes on behind the next dot.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._start = start
        self._dots = [dot.start() for dot in re.compile(r"\.").finditer(text, start, end)]
        self._here = [top_level_end(text, dot + 1, len(text)) for dot in self._dots]
        self._later: list[int | None] = [None] * len(self._dots)
        for number in range(len(self._dots) - 2, -1, -1):
            begin = self._dots[number] + 1
            dot = self._dots[number + 1]
            if self._label(begin, dot):
                self._later[number] = self._end_from(number + 1, begin)

    def first(self, after: int, dialect: Dialect) -> Candidate | None:
        """Return the leftmost candidate whose preceding character stands at or behind `after`.

        When `after` is 0, the candidate may also be at the text's beginning.
        """
        earliest = max(after, self._start - LONGEST_PROTOCOL)
        protocol = dialect.protocol.search(self._text, earliest, self._start)
        if protocol and self._may_begin(protocol.start(), after):
            end = self._end(self._start)
            if end:
                return Candidate(protocol.start(), self._start, end)
        for start in self._starts(after):
            if self._may_begin(start, after):
                end = self._end(start)
                if end:
                    return Candidate(start, start, end)
        return None

    def _starts(self, after: int) -> Iterator[int]:
        """Yield where a domain could begin, in the order in which twitter-text tries."""
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
        """Return the end of the domain that begins there, or None when none does."""
        number = bisect_left(self._dots, start)
        if number == len(self._dots) or not self._label(start, self._dots[number]):
            return None
        return self._end_from(number, start)

    def _end_from(self, number: int, start: int) -> int | None:
        """Return the end of the domain whose label begins there and ends at the dot `number`."""
        later = self._later[number]
        if later:
            return later
        if "_" in self._text[start : self._dots[number]]:
            return None
        return self._here[number]

    def _label(self, start: int, end: int) -> bool:
        return start < end and self._text[start] not in "-_" and self._text[end - 1] not in "-_"


def top_level_end(text: str, start: int, end: int) -> int | None:
    """Return the end of the top-level domain that begins there, or None when none does."""
    latin = LATIN_END.match(text, start, end)
    if latin and latin[1].lower() in LATIN:
        return latin.end()
    other = others().match(text, start, end)
    if other is None:
        other = PUNYCODE.match(text, start, end)
    return other.end() if other else None


@cache
def others() -> re.Pattern[str]:
    return re.compile(rf"(?i:{'|'.join(OTHERS)})(?![0-9a-zA-Z@+-])")


def possible(text: str, candidate: Candidate, end: int) -> bool:
    """Return whether a name server could know the domain, and the link is not too long."""
    domain = text[candidate.domain : candidate.end]
    if domain.startswith("xn--") and not any(ascii_domains(domain)):
        return False
    if not all(0 < encoded_length(label) <= LONGEST_LABEL for label in domain.split(".")):
        return False
    has_protocol = candidate.start < candidate.domain
    protocol = candidate.domain - candidate.start if has_protocol else len("https://")
    length = len(text[candidate.start : end].encode("utf-16-le")) // 2
    return protocol + length <= LONGEST_LINK


def encoded_length(label: str) -> int:
    """Return a label's length in Punycode, or its own when that is too long anyway."""
    if label.isascii() or len(label) > LONGEST_LABEL:
        return len(label)
    parts = FULL_STOPS.split(label)
    length = len(parts) - 1
    for part in parts:
        length += len(part) if part.isascii() else 4 + len(part.encode("punycode"))
    return length


def counted_links(
    text: str, candidate: Candidate, end: int, dialect: Dialect, *, with_path: bool
) -> Iterator[Link]:
    """Yield the links that a candidate counts as.

    Without a protocol, they are the parts of its domain that are ASCII.
    """
    if candidate.start < candidate.domain:
        yield from shortened(text, candidate.start, end, dialect)
    elif dialect.bare and (candidate.start == 0 or text[candidate.start - 1] not in "-_./"):
        domain = text[candidate.domain : candidate.end]
        domains = [Link(candidate.start + start, length) for start, length in ascii_domains(domain)]
        if domains:
            last = domains.pop()
            yield from domains
            path_length = end - candidate.end if with_path else 0
            yield Link(last.start, last.length + path_length)


def shortened(text: str, start: int, end: int, dialect: Dialect) -> Iterator[Link]:
    """Yield the link. One of X's own short links ends where its slug ends."""
    short = re.compile(r"https?://t\.co/([a-z0-9]+)", re.IGNORECASE | re.ASCII)
    slug = short.match(text, start, end)
    if slug is None:
        yield Link(start, end - start)
    elif len(slug[1]) <= LONGEST_SLUG:
        yield Link(start, matched(dialect.query, text, slug.end(), end) - start)


def ascii_domains(domain: str) -> Iterator[Link]:
    """Yield the parts of a domain that are ASCII domains by themselves."""
    at = 0
    while labels := ASCII_LABELS.search(domain, at):
        at = labels.end()
        dots = [place for place in range(labels.start(), labels.end()) if domain[place] == "."]
        for dot in reversed(dots):
            end = top_level_end(domain, dot + 1, len(domain))
            if end:
                yield Link(labels.start(), end - labels.start())
                at = end
                break


def matched(pattern: re.Pattern[str], text: str, start: int, end: int | None = None) -> int:
    """Return where the optional part ends that begins at `start`."""
    part = pattern.match(text, start, len(text) if end is None else end)
    return part.end() if part else start
