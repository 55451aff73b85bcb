"""What X counts as one emoji: the sequences of Emoji 14, as its own parser (twemoji-parser 14) knows them.

A joiner between others joins nothing: each counts for itself, as it does there. Later sequences are counted so too, to be safe.
"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

J, S = "\u200d", "\ufe0f"  # the joiner, the selector of the coloured form
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
    "👁\u200d🗨",  # the one that is taken without its selectors, and only so
)
SELECTABLE = "⌚⌛◽◾☔☕♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛔⛪⛲⛳⛵⛺⛽❗⬛⬜⭐⭕🀄🈚🈯"  # in colour anyway, and with a selector, too
SINGLE = (
    rf"[[\p{{Emoji_Modifier_Base}}--[👪👯🤼🫷-🫺]]&&\p{{Emoji_Presentation}}]{TONE}",
    rf"[[\p{{Emoji_Modifier_Base}}⛷]--\p{{Emoji_Presentation}}]{S}?{TONE}",
    rf"[{SELECTABLE}]{S}",
    r"[\p{Emoji_Presentation}--\p{Regional_Indicator}]",
    rf"[\p{{Emoji}}--\p{{Emoji_Presentation}}--[0-9#*♾]]{S}",
)
# The letters that make a flag after each first one.
REGIONS = (
    "A:CDEFGILMOQRSTUWXZ B:ABDEFGHIJLMNOQRSTVWYZ C:ACDFGHIKLMNOPRUVWXYZ D:EGJKMOZ E:ACEGHRSTU F:IJKMOR "
    "G:ABDEFGHILMNPQRSTUWY H:KMNRTU I:CDELMNOQRST J:EMOP K:EGHIMNPRWYZ L:ABCIKRSTUVY M:ACDEFGHKLMNOPQRSTUVWXYZ "
    "N:ACEFGILOPRUZ O:M P:AEFGHKLMNRSTWY Q:A R:EOSUW S:ABCDEGHIJKLMNORSTVXYZ T:ACDFGHJKLMNORTVWZ U:AGMNSYZ "
    "V:ACEGINU W:FS X:K Y:ET Z:AMW"
)
BANNER = "🏴[\U000e0020-\U000e007e]+\U000e007f"
KEYCAP = f"[0-9#*]{S}?\u20e3"


@cache
def pattern() -> "regex.Pattern[str]":
    """Each match is one."""
    import regex  # noqa: PLC0415 - 15 ms that only a count should cost

    people = (f"[👨👩🧑]{TONE}?{J}{ROLE}", SEXED, FAMILY, *PAIRS)
    return regex.compile("(?V1)" + "|".join([*people, *THINGS, *flags(), *SINGLE, KEYCAP]))


def flags() -> Iterator[str]:
    """Of the regions that have one; other pairs of letters stay two."""
    yield BANNER
    for first, _, others in (group.partition(":") for group in REGIONS.split()):
        yield f"{indicator(first)}[{''.join(map(indicator, others))}]"


def indicator(letter: str) -> str:
    return chr(ord("🇦") + ord(letter) - ord("A"))
