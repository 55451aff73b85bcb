"""Validation: what every network would say to a post, before there is one."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from herald.domain import rules
from herald.domain.accounts import Account, Platform
from herald.domain.candidates import Attachment, Candidate
from herald.domain.content import MediaRef, Part, PostContent
from herald.domain.errors import Path, Problem, ValidationError
from herald.domain.media import Media
from herald.domain.owners import Owner
from herald.domain.post_types import PostType
from herald.domain.rules import Verdict
from herald.domain.targets import Target
from herald.domain.values import frozen
from herald.store.accounts import AccountStore
from herald.store.media import MediaStore

MEDIA_PATH: Path = ("media",)
Found = Mapping[str, Media]
"""The media that words name, as far as they are there, by id."""


@frozen
class Proposal:
    """What a user would post, and where."""

    words: PostContent
    platforms: Sequence[Platform] = ()
    account_ids: Sequence[str] = ()


@frozen
class Validation:
    """The use case of validating."""

    accounts: AccountStore
    media: MediaStore
    now: Callable[[], datetime]

    def validate(self, proposal: Proposal, owner: Owner) -> dict[Platform, Verdict]:
        """Of every named platform and every named account's; nothing is stored. Raises ValidationError for an unknown account."""
        accounts = self._accounts(proposal.account_ids, owner)
        platforms = dict.fromkeys(
            [*proposal.platforms, *(account.platform for account in accounts)]
        )
        found = self.media.get_many(owner, proposal.words.media_ids, self.now())
        return {
            platform: verdict(proposal.words, platform, accounts, found) for platform in platforms
        }

    def _accounts(self, account_ids: Sequence[str], owner: Owner) -> list[Account]:
        found = self.accounts.get_many(owner, account_ids) if account_ids else {}
        unknown = [
            unknown_account(index, each)
            for index, each in enumerate(account_ids)
            if each not in found
        ]
        if unknown:
            raise ValidationError(unknown)
        return [found[each] for each in account_ids]


def verdict(
    words: PostContent, platform: Platform, accounts: Iterable[Account], found: Found
) -> Verdict:
    """That platform's word on a post; where its accounts have limits of their own, each one's."""
    post = candidate(words, platform, found)
    own = [account.limits for account in accounts if account.platform is platform]
    return rules.union(
        rules.check_candidate(platform, post, limits=limits) for limits in own or [rules.UNLIMITED]
    )


def candidate(words: PostContent, platform: Platform, found: Found) -> Candidate:
    """What the platform would get."""
    override, opening = words.override(platform), words.opening(platform)
    media_path = MEDIA_PATH if override.media is None else own_media(platform)
    return Candidate(
        text=opening.text,
        path=("content",) if override.content is None else ("overrides", platform, "content"),
        post_type=words.content_type or PostType.TEXT,
        media=attachments(opening.media, media_path, found),
        media_path=media_path,
        options=override.options,
        thread=[
            thread_candidate(index, part, found, override.options)
            for index, part in enumerate(words.thread)
        ],
        first_comment=words.first_comment,
    )


def thread_candidate(
    index: int, part: Part, found: Found, options: Mapping[str, object]
) -> Candidate:
    """A part of a thread behind the one that opens it."""
    media_path = thread_media(index)
    return Candidate(
        text=part.text,
        path=("thread", index, "content"),
        media=attachments(part.media, media_path, found),
        media_path=media_path,
        options=options,
    )


def check_fixed(
    words: PostContent, target: Target, account: Account | None, found: Found
) -> tuple[Problem, ...]:
    """What its platform has against the part that a target publishes next."""
    number = len(target.parts)
    part = words.for_target(target)[number]
    whole = candidate(words, target.platform, found)._replace(thread=(), first_comment=None)
    base = thread_candidate(number - 1, part, found, whole.options) if number else whole
    next_one = base._replace(
        text=part.text, path=("content",), media=attachments(part.media, MEDIA_PATH, found)
    )
    limits = account.limits if account else rules.UNLIMITED
    return rules.check_candidate(
        target.platform, next_one._replace(media_path=MEDIA_PATH), limits=limits
    ).errors


def attachments(uses: Iterable[MediaRef], path: Path, found: Found) -> list[Attachment]:
    return [
        Attachment(id=use.media_id, path=(*path, index), media=found.get(use.media_id))
        for index, use in enumerate(uses)
    ]


def unknown_media(words: PostContent, missing: Collection[str]) -> Iterator[Problem]:
    """Wherever one of those is named."""
    for path, uses in media_lists(words):
        for each in attachments(uses, path, {}):
            if each.id in missing:
                yield Problem(
                    path=each.path, code="MEDIA_NOT_FOUND", message=f"There is no media {each.id}."
                )


def media_lists(words: PostContent) -> Iterator[tuple[Path, Iterable[MediaRef]]]:
    """Every list of media, with its path."""
    yield MEDIA_PATH, words.media
    yield from (
        (own_media(name.lower()), each.media or ()) for name, each in words.overrides.items()
    )
    yield from ((thread_media(index), part.media) for index, part in enumerate(words.thread))


def own_media(platform: str) -> Path:
    return "overrides", platform, "media"


def thread_media(index: int) -> Path:
    return "thread", index, "media"


def unknown_account(index: int, account_id: str) -> Problem:
    return Problem(
        path=("account_ids", index),
        code="UNKNOWN_ACCOUNT",
        message=f"There is no account {account_id}.",
    )
