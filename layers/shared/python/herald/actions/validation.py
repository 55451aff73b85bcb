"""Validation: what every network would say to a post, before there is one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from herald.domain import rules
from herald.domain.accounts import Account, Owner, Platform
from herald.domain.errors import Problem, ValidationError
from herald.domain.limits import PostType
from herald.domain.posts import Words
from herald.domain.rules import Attachment, Candidate, Verdict
from herald.domain.values import frozen
from herald.store.accounts import AccountStore
from herald.store.media import MediaStore


@frozen
class Proposal:
    """What a user would post, and where. `own_media` are those of a platform that gets others."""

    words: Words
    platforms: Sequence[Platform] = ()
    account_ids: Sequence[str] = ()
    media_ids: Sequence[str] = ()
    own_media: Mapping[Platform, Sequence[str]]


@frozen
class Validation:
    """The use case of validating."""

    accounts: AccountStore
    media: MediaStore
    now: Callable[[], datetime]

    def validate(self, proposal: Proposal, owner: Owner) -> dict[Platform, Verdict]:
        """Of every named platform and every named account's; nothing is stored. Raises ValidationError for an unknown account."""
        accounts = self._accounts(proposal.account_ids, owner)
        platforms = dict.fromkeys([*proposal.platforms, *(account.platform for account in accounts)])
        media = self._media(proposal, owner)
        return {
            platform: verdict(proposal.words, platform, accounts, media=media.get(platform, media[None]))
            for platform in platforms
        }

    def _accounts(self, account_ids: Sequence[str], owner: Owner) -> list[Account]:
        found = self.accounts.get_many(owner, account_ids) if account_ids else {}
        unknown = [unknown_account(index, each) for index, each in enumerate(account_ids) if each not in found]
        if unknown:
            raise ValidationError(unknown)
        return [found[each] for each in account_ids]

    def _media(self, proposal: Proposal, owner: Owner) -> dict[Platform | None, list[Attachment]]:
        """The attachments of each platform that has its own, and under None everybody else's."""
        named: dict[Platform | None, Sequence[str]] = {None: proposal.media_ids} | dict(proposal.own_media)
        wanted = list(dict.fromkeys(each for ids in named.values() for each in ids))
        found = self.media.get_many(owner, wanted) if wanted else {}
        now = self.now()
        there = {each: media for each, media in found.items() if not media.given_up(now)}
        return {
            platform: [
                Attachment(id=each, field=f"{media_field(platform)}[{index}]", media=there.get(each))
                for index, each in enumerate(ids)
            ]
            for platform, ids in named.items()
        }


def verdict(words: Words, platform: Platform, accounts: Iterable[Account], *, media: Sequence[Attachment] = ()) -> Verdict:
    """That platform's word on a post; where its accounts have limits of their own, each one's."""
    post = candidate(words, platform, media)
    own = [account.limits for account in accounts if account.platform is platform]
    return rules.union(rules.check(platform, post, limits=limits) for limits in own or [rules.UNLIMITED])


def candidate(words: Words, platform: Platform, media: Sequence[Attachment] = ()) -> Candidate:
    """What the platform would get."""
    override = words.overrides.get(platform.upper(), {})
    return Candidate(
        text=words.for_platform(platform),
        field=f"platformOverrides.{platform.upper()}.content" if "content" in override else "content",
        post_type=PostType(words.content_type),
        media=media,
        options=override,
        thread=words.thread,
        first_comment=words.first_comment,
    )


def media_field(platform: Platform | None) -> str:
    return f"platformOverrides.{platform.upper()}.media" if platform else "mediaIds"


def unknown_account(index: int, account_id: str) -> Problem:
    return Problem(field=f"accountIds[{index}]", code="UNKNOWN_ACCOUNT", message=f"There is no account {account_id}.")
