"""Validation: check a post against the rules of every network before it is made."""

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
MediaById = Mapping[str, Media]
"""The media that a post's content names, by id, as far as they exist."""


@frozen
class Proposal:
    """The content that a user would post, and the platforms and accounts for it."""

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
        """Return the verdicts of the named platforms and of the named accounts' platforms.

        Nothing is stored. Raises ValidationError for an unknown account.
        """
        accounts = self._accounts(proposal.account_ids, owner)
        own_platforms = [account.platform for account in accounts]
        platforms = dict.fromkeys([*proposal.platforms, *own_platforms])
        media = self.media.get_many(owner, proposal.words.media_ids, self.now())
        return {
            platform: verdict(proposal.words, platform, accounts, media) for platform in platforms
        }

    def _accounts(self, account_ids: Sequence[str], owner: Owner) -> list[Account]:
        accounts = self.accounts.get_many(owner, account_ids) if account_ids else {}
        unknown = [
            unknown_account(index, account_id)
            for index, account_id in enumerate(account_ids)
            if account_id not in accounts
        ]
        if unknown:
            raise ValidationError(unknown)
        return [accounts[account_id] for account_id in account_ids]


def verdict(
    words: PostContent, platform: Platform, accounts: Iterable[Account], media: MediaById
) -> Verdict:
    """Return the platform's verdict on a post, within the limits of each of its accounts."""
    post = candidate(words, platform, media)
    all_limits = [account.limits for account in accounts if account.platform is platform]
    if not all_limits:
        all_limits = [rules.UNLIMITED]
    return rules.union(
        rules.check_candidate(platform, post, limits=limits) for limits in all_limits
    )


def candidate(words: PostContent, platform: Platform, media: MediaById) -> Candidate:
    """Return what the platform would get."""
    override = words.override(platform)
    opening = words.opening(platform)
    media_path = MEDIA_PATH if override.media is None else own_media(platform)
    return Candidate(
        text=opening.text,
        path=("content",) if override.content is None else ("overrides", platform, "content"),
        post_type=words.content_type or PostType.TEXT,
        media=attachments(opening.media, media_path, media),
        media_path=media_path,
        options=override.options,
        thread=[
            thread_candidate(index, part, media, override.options)
            for index, part in enumerate(words.thread)
        ],
        first_comment=words.first_comment,
    )


def thread_candidate(
    index: int, part: Part, media: MediaById, options: Mapping[str, object]
) -> Candidate:
    """Return a part of a thread after the opening one, as the platform would get it."""
    media_path = thread_media(index)
    return Candidate(
        text=part.text,
        path=("thread", index, "content"),
        media=attachments(part.media, media_path, media),
        media_path=media_path,
        options=options,
    )


def check_fixed(
    words: PostContent, target: Target, account: Account | None, media: MediaById
) -> tuple[Problem, ...]:
    """Return the problems of the part that a target publishes next, by its platform's rules."""
    number = len(target.parts)
    part = words.for_target(target)[number]
    post = candidate(words, target.platform, media)._replace(thread=(), first_comment=None)
    if number:
        post = thread_candidate(number - 1, part, media, post.options)
    post = post._replace(
        text=part.text,
        path=("content",),
        media=attachments(part.media, MEDIA_PATH, media),
        media_path=MEDIA_PATH,
    )
    limits = account.limits if account else rules.UNLIMITED
    return rules.check_candidate(target.platform, post, limits=limits).errors


def attachments(uses: Iterable[MediaRef], path: Path, media: MediaById) -> list[Attachment]:
    return [
        Attachment(id=use.media_id, path=(*path, index), media=media.get(use.media_id))
        for index, use in enumerate(uses)
    ]


def unknown_media(words: PostContent, missing: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each place that names one of the missing media."""
    for path, uses in media_lists(words):
        for attachment in attachments(uses, path, {}):
            if attachment.id in missing:
                yield Problem(
                    path=attachment.path,
                    code="MEDIA_NOT_FOUND",
                    message=f"There is no media {attachment.id}.",
                )


def media_lists(words: PostContent) -> Iterator[tuple[Path, Iterable[MediaRef]]]:
    """Yield every list of media in the content, with its path."""
    yield MEDIA_PATH, words.media
    for name, override in words.overrides.items():
        yield own_media(name.lower()), override.media if override.media else ()
    for index, part in enumerate(words.thread):
        yield thread_media(index), part.media


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
