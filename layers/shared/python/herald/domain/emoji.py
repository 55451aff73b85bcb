"""The sequences that X counts as one emoji.

They are those of Emoji 14, as X's own parser (twemoji-parser 14) knows them.

A joiner between other emoji joins nothing. Each of them counts for itself, as in that parser.
Sequences of later versions are counted that way too, to be safe.
"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

J = "\u200d"  # the joiner
S = "\ufe0f"  # the selector of the coloured form
TONE = "[🏻-🏿]"
OTHER_TONE = rf"(?!(?P=tone)){TONE}"
ROLE = f"(?:[⚕⚖✈]{S}|[🌾🍳🍼🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🎄🦯🦼🦽🦰-🦳])"
DOER = "[🏃🏄🏊👮👰👱👳👷💁💂💆💇🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤽🤾🦸🦹🧍-🧏🧔🧖-🧝]"
SEXED = f"(?:{DOER}{TONE}?|[🏋🏌🕴🕵⛹](?:{TONE}|{S})|[👯🤼🧞🧟]){J}[♀♂]{S}"
CHILDREN = f"(?:👧{J}[👦👧]|👦{J}👦|[👦👧])"
FAMILY = f"(?:👨{J}[👨👩]|👩{J}👩|[👨👩]){J}{CHILDREN}"
HEART = f"{J}❤{S}{J}(?:💋{J})?"
PAIRS = (
    f"👩{HEART}[👨👩]",
    f"👨{HEART}👨",
    f"👩{TONE}{HEART}[👨👩]{TONE}",
    f"👨{TONE}{HEART}👨{TONE}",
    f"🧑(?P<tone>{TONE}){HEART}🧑{OTHER_TONE}",
    f"🧑{J}🤝{J}🧑",
    f"🧑{TONE}{J}🤝{J}🧑{TONE}",
    f"👩(?P<tone>{TONE}){J}🤝{J}[👨👩]{OTHER_TONE}",
    f"👨(?P<tone>{TONE}){J}🤝{J}👨{OTHER_TONE}",
    f"🫱(?P<tone>{TONE}){J}🫲{OTHER_TONE}",
)
THINGS = (
    f"🏳{S}{J}(?:🌈|⚧{S})",
    f"🏴{J}☠{S}",
    f"🐕{J}🦺",
    f"🐈{J}⬛",
    f"🐻{J}❄{S}",
    f"😮{J}💨",
    f"😵{J}💫",
    f"😶{J}🌫{S}",
    f"❤{S}{J}[🔥🩹]",
    "👁\u200d🗨",  # the parser takes this one only without its selectors
)
# These are in colour without a selector. The parser takes them with one, too.
SELECTABLE = "⌚⌛◽◾☔☕♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛔⛪⛲⛳⛵⛺⛽❗⬛⬜⭐⭕🀄🈚🈯"
SINGLE = (
    rf"[[\p{{Emoji_Modifier_Base}}--[👪👯🤼🫷-🫺]]&&\p{{Emoji_Presentation}}]{TONE}",
    rf"[[\p{{Emoji_Modifier_Base}}⛷]--\p{{Emoji_Presentation}}]{S}?{TONE}",
    rf"[{SELECTABLE}]{S}",
    r"[\p{Emoji_Presentation}--\p{Regional_Indicator}]",
    rf"[\p{{Emoji}}--\p{{Emoji_Presentation}}--[0-9#*♾]]{S}",
)
# Each first letter of a flag, with the letters that make a flag after it.
REGIONS = (
    "A:CDEFGILMOQRSTUWXZ B:ABDEFGHIJLMNOQRSTVWYZ C:ACDFGHIKLMNOPRUVWXYZ D:EGJKMOZ E:ACEGHRSTU "
    "F:IJKMOR G:ABDEFGHILMNPQRSTUWY H:KMNRTU I:CDELMNOQRST J:EMOP K:EGHIMNPRWYZ L:ABCIKRSTUVY "
    "M:ACDEFGHKLMNOPQRSTUVWXYZ N:ACEFGILOPRUZ O:M P:AEFGHKLMNRSTWY Q:A R:EOSUW "
    "S:ABCDEGHIJKLMNORSTVXYZ T:ACDFGHJKLMNORTVWZ U:AGMNSYZ V:ACEGINU W:FS X:K Y:ET Z:AMW"
)
BANNER = "🏴[\U000e0020-\U000e007e]+\U000e007f"
KEYCAP = f"[0-9#*]{S}?\u20e3"


@cache
def pattern() -> "regex.Pattern[str]":
    """Return the pattern of which each match is one emoji."""
    import regex  # noqa: PLC0415 - it takes 15 ms, and only a count needs it

    people = (f"[👨👩🧑]{TONE}?{J}{ROLE}", SEXED, FAMILY, *PAIRS)
    return regex.compile("(?V1)" + "|".join([*people, *THINGS, *flags(), *SINGLE, KEYCAP]))


def flags() -> Iterator[str]:
    """Yield the patterns of flags. A pair of letters that makes no flag stays two emoji."""
    yield BANNER
    for group in REGIONS.split():
        first, _, others = group.partition(":")
        seconds = "".join(indicator(letter) for letter in others)
        yield f"{indicator(first)}[{seconds}]"


def indicator(letter: str) -> str:
    return chr(ord("🇦") + ord(letter) - ord("A"))
