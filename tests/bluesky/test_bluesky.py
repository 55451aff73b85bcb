"""The Bluesky connector against a real Bluesky server. What the repository lists is the truth."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image

from herald.domain.errors import (
    AccountError,
    ContentError,
    MediaError,
    PublishError,
    TransientError,
    UnprocessableError,
)
from herald.domain.media import ContentType, Dimensions, Media
from herald.domain.outcomes import Preparing, Published
from herald.domain.owners import Secret
from herald.net.client import Client
from herald.platforms.bluesky.account import BlueskyAccounts
from herald.platforms.bluesky.publish import Bluesky
from herald.platforms.protocol import (
    Absent,
    Attached,
    Credentials,
    LostAnswerError,
    Outgoing,
    Publication,
    ReplyTo,
    Undecided,
)
from tests import files
from tests.bluesky.fixtures import NOW, Kept, Pds, Person, account
from tests.networks.proxy import Fault, Proxy
from tests.outgoing import giving, media, no_file, outgoing

PUBLICATION = Publication(key="pp_1:0", text="Grüße from the test 🦋")


@pytest.fixture
def proxy(pds: Pds) -> Iterator[Proxy]:
    with Proxy(pds.port) as proxy:
        yield proxy


@pytest.fixture
def behind(kept: Kept, person: Person, proxy: Proxy) -> Kept:
    """The same account, reached through the proxy."""
    return Kept(account(person, proxy.url), kept.credentials)


def prepared(
    bluesky: Bluesky,
    kept: Kept,
    publication: Publication = PUBLICATION,
    file: Callable[[Media], Outgoing] = no_file,
) -> dict[str, str]:
    handle = bluesky.prepare(publication, kept.session(file), handle={})
    assert not isinstance(handle, Preparing)
    return dict(handle)


# --------------------------------------------------------------------------------------- connecting


def test_an_app_password_connects_the_account_where_it_lives(
    pds: Pds, accounts: BlueskyAccounts, person: Person
) -> None:
    profile, credentials = accounts.connect(
        {"identifier": f"@{person.handle}", "app_password": person.app_password}
    )

    assert (profile.remote_id, profile.username, profile.host) == (
        person.did,
        person.handle,
        pds.url,
    )
    assert profile.url == f"https://bsky.app/profile/{person.did}"
    assert set(credentials) == {"accessJwt", "refreshJwt", "appPassword"}
    assert person.app_password not in repr(credentials)


def test_a_server_of_ones_own_may_be_named(pds: Pds, client: Client, person: Person) -> None:
    elsewhere = BlueskyAccounts(client, lambda: NOW, entryway="http://127.0.0.1:2")

    for field in ("host", "instance_url"):
        fields = {
            "identifier": person.did,
            "app_password": person.app_password,
            field: f"{pds.url}/",
        }
        assert elsewhere.connect(fields)[0].remote_id == person.did


def test_a_wrong_password_is_refused_in_the_networks_words(
    accounts: BlueskyAccounts, person: Person
) -> None:
    with pytest.raises(UnprocessableError, match="Invalid identifier or password") as caught:
        accounts.connect({"identifier": person.handle, "app_password": "aaaa-bbbb-cccc-dddd"})
    assert "aaaa" not in caught.value.message


# --------------------------------------------------------------------------------------- publishing


def test_a_post_is_one_record_under_the_prepared_key(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    handle = prepared(bluesky, kept)

    live = bluesky.commit(PUBLICATION, kept.session(), handle=handle)

    [record] = pds.posts(person.did)
    assert live == Published(
        platform_post_id=record["uri"],
        url=f"https://bsky.app/profile/{person.handle}/post/{handle['rkey']}",
    )
    assert record["value"] == {
        "$type": "app.bsky.feed.post",
        "text": PUBLICATION.text,
        "createdAt": "2026-06-01T14:00:00.000Z",
    }
    assert kept.writes == 0  # the session was good: nobody logged in again


def test_a_post_names_the_languages_it_is_in_and_is_found_again(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    publication = replace(
        PUBLICATION, options={"languages": ["en", "pt-BR"], "title": "of another network"}
    )
    handle = prepared(bluesky, kept, publication)

    live = bluesky.commit(publication, kept.session(), handle=handle)

    [record] = pds.posts(person.did)
    assert record["value"]["langs"] == ["en", "pt-BR"]
    assert "title" not in record["value"]
    assert bluesky.commit(publication, kept.session(), handle=handle) == live
    assert bluesky.find(publication, kept.session(), handle=handle) == live


def test_a_thread_is_a_chain_of_replies_under_one_root(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    live: list[str] = []
    for number in range(3):
        publication = Publication(
            key=f"pp_1:0:{number}",
            text=f"part {number}",
            reply=ReplyTo(root=live[0], parent=live[-1]) if live else None,
        )
        handle = prepared(bluesky, kept, publication)
        live.append(bluesky.commit(publication, kept.session(), handle=handle).platform_post_id)
        assert (
            bluesky.commit(publication, kept.session(), handle=handle).platform_post_id == live[-1]
        )  # the same again is the same

    records = {record["uri"]: record for record in pds.posts(person.did)}
    assert len(records) == 3
    named = [{name: records[uri][name] for name in ("uri", "cid")} for uri in live]
    assert records[live[1]]["value"]["reply"] == {"root": named[0], "parent": named[0]}
    assert records[live[2]]["value"]["reply"] == {"root": named[0], "parent": named[1]}


def test_an_answer_to_what_is_gone_is_refused(bluesky: Bluesky, kept: Kept, person: Person) -> None:
    gone = f"at://{person.did}/app.bsky.feed.post/3jzfcijpj2z2a"

    with pytest.raises(ContentError):
        prepared(
            bluesky,
            kept,
            Publication(key="pp_1:0:1", text="part 2", reply=ReplyTo(root=gone, parent=gone)),
        )


def test_links_tags_and_mentions_are_readable_where_their_bytes_say(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    other = pds.person()
    publication = Publication(
        key="pp_1:0",
        text=f"Grüße 🦋 an @{other.handle}, @nobody.test:"
        " (https://example.com/ä?b=c#d). #Größe #2026",
    )

    bluesky.commit(publication, kept.session(), handle=prepared(bluesky, kept, publication))

    [record] = pds.posts(person.did)
    encoded = publication.text.encode()
    shown = [
        (
            encoded[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            facet["features"],
        )
        for facet in record["value"]["facets"]
    ]
    assert shown == [
        (f"@{other.handle}", [{"$type": "app.bsky.richtext.facet#mention", "did": other.did}]),
        (
            "https://example.com/ä?b=c#d",
            [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/ä?b=c#d"}],
        ),
        ("#Größe", [{"$type": "app.bsky.richtext.facet#tag", "tag": "Größe"}]),
    ]


def test_sending_again_changes_nothing(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    handle = prepared(bluesky, kept)
    first = bluesky.commit(PUBLICATION, kept.session(), handle=handle)
    before = pds.posts(person.did)

    again = bluesky.commit(PUBLICATION, kept.session(), handle=json.loads(json.dumps(handle)))

    assert again == first
    assert [record["cid"] for record in pds.posts(person.did)] == [
        record["cid"] for record in before
    ]


def test_preparing_again_keeps_the_key(bluesky: Bluesky, kept: Kept) -> None:
    handle = prepared(bluesky, kept)

    assert bluesky.prepare(PUBLICATION, kept.session(), handle=handle) == handle
    assert (
        bluesky.prepare(replace(PUBLICATION, key="pp_1:1"), kept.session(), handle=handle) != handle
    )


# -------------------------------------------------------------------------------------------- files

RED = media("red")
BLUE = media("blue")
PICTURES = {
    RED.id: outgoing(files.picture("JPEG"), shown=Dimensions(*files.SIZE)),
    BLUE.id: outgoing(files.picture("JPEG", size=(33, 61)), shown=Dimensions(33, 61)),
}
WITH_PICTURES = replace(
    PUBLICATION, media=(Attached(media=RED, alt="Something red 🟥"), Attached(media=BLUE))
)


def test_pictures_are_shown_with_their_words_and_their_shape(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    handle = prepared(bluesky, kept, WITH_PICTURES, giving(PICTURES))

    bluesky.commit(WITH_PICTURES, kept.session(), handle=handle)

    [record] = pds.posts(person.did)
    embed = record["value"]["embed"]
    assert embed["$type"] == "app.bsky.embed.images"
    assert [(each["alt"], each["aspectRatio"]) for each in embed["images"]] == [
        ("Something red 🟥", {"width": 61, "height": 33}),
        ("", {"width": 33, "height": 61}),
    ]
    assert [pds.blob(person.did, each["image"]["ref"]["$link"]) for each in embed["images"]] == [
        b"".join(each.body.chunks()) for each in PICTURES.values()
    ]


def test_a_picture_needs_no_words(pds: Pds, bluesky: Bluesky, kept: Kept, person: Person) -> None:
    publication = replace(WITH_PICTURES, text="")

    bluesky.commit(
        publication, kept.session(), handle=prepared(bluesky, kept, publication, giving(PICTURES))
    )

    [record] = pds.posts(person.did)
    assert len(record["value"]["embed"]["images"]) == 2


def test_uploading_again_makes_the_same_record(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    first = prepared(bluesky, kept, WITH_PICTURES, giving(PICTURES))
    died = {name: value for name, value in first.items() if name not in {"blobs", "uploadedAt"}}

    again = bluesky.prepare(WITH_PICTURES, kept.session(giving(PICTURES)), handle=died)
    assert not isinstance(again, Preparing)
    live = [
        bluesky.commit(WITH_PICTURES, kept.session(), handle=handle) for handle in (first, again)
    ]

    assert again == first
    assert live[0] == live[1]
    assert len(pds.posts(person.did)) == 1


def test_a_lost_answer_to_a_post_with_pictures_is_found(
    bluesky: Bluesky, behind: Kept, proxy: Proxy
) -> None:
    handle = prepared(bluesky, behind, WITH_PICTURES, giving(PICTURES))
    proxy.faults.append(Fault.DROP_ANSWER)

    with pytest.raises(LostAnswerError):
        bluesky.commit(WITH_PICTURES, behind.session(), handle=handle)

    assert isinstance(bluesky.find(WITH_PICTURES, behind.session(), handle=handle), Published)


def test_an_expired_session_is_renewed_once_for_all_the_files(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    kept.credentials["accessJwt"] = Secret(pds.expired(person.did))

    handle = prepared(bluesky, kept, WITH_PICTURES, giving(PICTURES))
    bluesky.commit(WITH_PICTURES, kept.session(), handle=handle)

    assert kept.writes == 1
    assert len(pds.posts(person.did)) == 1


def test_a_picture_that_the_server_finds_too_large_is_a_matter_of_the_file(
    bluesky: Bluesky, kept: Kept
) -> None:
    noise = files.encoded(Image.effect_noise((1_200, 1_200), 90), "JPEG", quality=100)
    handle = prepared(bluesky, kept, WITH_PICTURES, giving({**PICTURES, RED.id: outgoing(noise)}))

    with pytest.raises(MediaError, match=r"too (big|large)"):
        bluesky.commit(WITH_PICTURES, kept.session(), handle=handle)


def test_a_file_the_server_no_longer_has_is_uploaded_by_the_next_try(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person, client: Client
) -> None:
    handle = prepared(bluesky, kept, WITH_PICTURES, giving(PICTURES))
    there: str = json.loads(handle["blobs"])[0]["blob"]["ref"]["$link"]
    gone = there[:20] + ("b" if there[20] == "a" else "a") + there[21:]
    forgotten = {**handle, "blobs": handle["blobs"].replace(there, gone)}

    with pytest.raises(TransientError):
        bluesky.commit(WITH_PICTURES, kept.session(), handle=forgotten)
    later = Bluesky(client, lambda: NOW + timedelta(minutes=6), entryway=pds.url)
    again = later.prepare(WITH_PICTURES, kept.session(giving(PICTURES)), handle=forgotten)
    assert not isinstance(again, Preparing)
    later.commit(WITH_PICTURES, kept.session(), handle=again)

    assert len(pds.posts(person.did)) == 1


def test_a_video_is_shown_with_its_words_and_its_shape(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    clip = media("clip", ContentType.MP4)
    publication = replace(PUBLICATION, media=(Attached(media=clip, alt="A clip"),))
    video = outgoing(files.mp4(content=300_000), ContentType.MP4, Dimensions(61, 33))

    bluesky.commit(
        publication,
        kept.session(),
        handle=prepared(bluesky, kept, publication, giving({clip.id: video})),
    )

    [record] = pds.posts(person.did)
    embed = record["value"]["embed"]
    assert (embed["$type"], embed["alt"], embed["aspectRatio"]) == (
        "app.bsky.embed.video",
        "A clip",
        {"width": 61, "height": 33},
    )
    assert (embed["video"]["mimeType"], embed["video"]["size"]) == ("video/mp4", video.file.size)


def test_every_part_of_a_thread_has_its_own_files(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    first = bluesky.commit(
        WITH_PICTURES,
        kept.session(),
        handle=prepared(bluesky, kept, WITH_PICTURES, giving(PICTURES)),
    )
    reply = ReplyTo(root=first.platform_post_id, parent=first.platform_post_id)
    second = Publication(
        key="pp_1:0:1", text="And then", reply=reply, media=(Attached(media=BLUE),)
    )

    bluesky.commit(second, kept.session(), handle=prepared(bluesky, kept, second, giving(PICTURES)))

    shown = {
        record["value"]["text"]: len(record["value"]["embed"]["images"])
        for record in pds.posts(person.did)
    }
    assert shown == {PUBLICATION.text: 2, "And then": 1}


# ------------------------------------------------------------------------------------- lost answers


def test_a_lost_answer_makes_one_record_and_is_found(
    pds: Pds, bluesky: Bluesky, behind: Kept, proxy: Proxy
) -> None:
    handle = prepared(bluesky, behind)
    proxy.faults.append(Fault.DROP_ANSWER)

    with pytest.raises(LostAnswerError):
        bluesky.commit(PUBLICATION, behind.session(), handle=handle)
    found = bluesky.find(PUBLICATION, behind.session(), handle=handle)

    [record] = pds.posts(behind.account.remote_id)
    assert isinstance(found, Published)
    assert found.platform_post_id == record["uri"]


def test_a_lost_answer_and_an_impatient_resend_make_one_record(
    pds: Pds, bluesky: Bluesky, behind: Kept, proxy: Proxy, person: Person
) -> None:
    handle = prepared(bluesky, behind)
    proxy.faults += [Fault.DROP_ANSWER, Fault.DROP_ANSWER]

    for _ in range(2):
        with pytest.raises(LostAnswerError):
            bluesky.commit(PUBLICATION, behind.session(), handle=handle)
    live = bluesky.commit(PUBLICATION, behind.session(), handle=handle)

    assert [record["uri"] for record in pds.posts(person.did)] == [live.platform_post_id]


@pytest.mark.parametrize("fault", [Fault.DROP_REQUEST, Fault.ANSWER_503])
def test_a_lost_request_is_found_absent_and_may_go_again(
    pds: Pds, bluesky: Bluesky, behind: Kept, proxy: Proxy, fault: Fault
) -> None:
    handle = prepared(bluesky, behind)
    proxy.faults.append(fault)

    with pytest.raises(LostAnswerError):
        bluesky.commit(PUBLICATION, behind.session(), handle=handle)
    assert bluesky.find(PUBLICATION, behind.session(), handle=handle) == Absent()
    bluesky.commit(PUBLICATION, behind.session(), handle=handle)

    assert len(pds.posts(behind.account.remote_id)) == 1


def test_a_look_that_fails_decides_nothing(bluesky: Bluesky, behind: Kept, proxy: Proxy) -> None:
    handle = prepared(bluesky, behind)
    proxy.faults += [Fault.ANSWER_503, Fault.DROP_ANSWER]

    for _ in range(2):
        assert isinstance(bluesky.find(PUBLICATION, behind.session(), handle=handle), Undecided)


def test_a_record_that_an_earlier_release_rendered_otherwise_is_ours(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    publication = Publication(key="pp_1:0", text=f"Hello @{person.handle}")
    handle = prepared(bluesky, kept, publication)
    bluesky.commit(publication, kept.session(), handle=handle | {"mentions": "{}"})

    live = bluesky.commit(publication, kept.session(), handle=handle)  # InvalidSwap

    assert [record["uri"] for record in pds.posts(person.did)] == [live.platform_post_id]


def test_another_record_under_our_key_is_never_taken_for_ours(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    handle = prepared(bluesky, kept)
    bluesky.commit(Publication(key="pp_2:0", text="Something else"), kept.session(), handle=handle)

    with pytest.raises(LostAnswerError, match="another record"):
        bluesky.commit(PUBLICATION, kept.session(), handle=handle)
    assert isinstance(bluesky.find(PUBLICATION, kept.session(), handle=handle), Undecided)


def test_a_server_tells_nothing_of_a_record_that_its_author_deleted(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    """This is why herald writes such a post again.

    The server answers the questions here as if the post had never come.
    """
    repo = {"did": person.did}
    before = pds.ask("com.atproto.sync.getLatestCommit", repo)
    handle = prepared(bluesky, kept)
    live = bluesky.commit(PUBLICATION, kept.session(), handle=handle)
    [record] = pds.posts(person.did)
    since = repo | {"since": json.loads(before.body)["rev"]}
    assert PUBLICATION.text.encode() in pds.ask("com.atproto.sync.getRepo", since).body
    bluesky.delete(live.platform_post_id, kept.session())

    named = {"repo": person.did, "collection": "app.bsky.feed.post", "rkey": handle["rkey"]}
    assert bluesky.find(PUBLICATION, kept.session(), handle=handle) == Absent()
    for query in (named, named | {"cid": record["cid"]}, named | {"rkey": "3jzfcijpj2z2a"}):
        assert b"RecordNotFound" in pds.ask("com.atproto.repo.getRecord", query).body
    assert (
        b"Could not find"
        in pds.ask("com.atproto.sync.getBlocks", repo | {"cids": record["cid"]}).body
    )
    changes = pds.ask("com.atproto.sync.getRepo", since).body
    assert PUBLICATION.text.encode() not in changes
    assert handle["rkey"].encode() not in changes


def test_a_deleted_post_is_gone_and_deleting_it_again_is_no_error(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    live = bluesky.commit(PUBLICATION, kept.session(), handle=prepared(bluesky, kept))
    kept.credentials["accessJwt"] = Secret(pds.expired(person.did))

    bluesky.delete(live.platform_post_id, kept.session())
    bluesky.delete(live.platform_post_id, kept.session())

    assert pds.posts(person.did) == []


def test_a_deletion_whose_answer_is_lost_may_be_repeated(
    pds: Pds, bluesky: Bluesky, behind: Kept, person: Person, proxy: Proxy
) -> None:
    live = bluesky.commit(PUBLICATION, behind.session(), handle=prepared(bluesky, behind))
    proxy.faults.append(Fault.DROP_ANSWER)

    with pytest.raises(TransientError):
        bluesky.delete(live.platform_post_id, behind.session())
    bluesky.delete(live.platform_post_id, behind.session())

    assert pds.posts(person.did) == []


def test_a_server_that_is_away_has_no_effect(bluesky: Bluesky, kept: Kept, person: Person) -> None:
    away = Kept(account(person, "http://127.0.0.1:2"), kept.credentials)

    with pytest.raises(TransientError, match="could not be reached"):
        bluesky.commit(PUBLICATION, away.session(), handle=prepared(bluesky, kept))


# ----------------------------------------------------------------------------------------- sessions


def test_an_expired_session_is_refreshed_and_kept_before_use(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    handle = prepared(bluesky, kept)
    old = dict(kept.credentials)
    kept.credentials["accessJwt"] = Secret(pds.expired(person.did))

    bluesky.commit(PUBLICATION, kept.session(), handle=handle)

    assert len(pds.posts(person.did)) == 1
    assert kept.writes == 1
    assert kept.credentials["refreshJwt"] != old["refreshJwt"]
    assert kept.credentials["appPassword"] == old["appPassword"]
    bluesky.commit(PUBLICATION, kept.session(), handle=handle)
    assert kept.writes == 1  # the kept session is good


def test_a_session_that_cannot_be_kept_is_not_used(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    handle = prepared(bluesky, kept)
    kept.credentials["accessJwt"] = Secret(pds.expired(person.did))

    def fail(_new: Credentials) -> Credentials:
        raise ConnectionError("no store")

    with pytest.raises(ConnectionError):
        bluesky.commit(PUBLICATION, replace(kept.session(), keep=fail), handle=handle)

    assert pds.posts(person.did) == []


@pytest.mark.parametrize("access", ["", "garbage", "a.b.c"])
def test_a_session_that_cannot_be_refreshed_is_opened_anew(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person, access: str
) -> None:
    kept.credentials |= {"accessJwt": Secret(access), "refreshJwt": Secret(pds.expired(person.did))}

    bluesky.commit(PUBLICATION, kept.session(), handle=prepared(bluesky, kept))

    assert len(pds.posts(person.did)) == 1
    assert pds.refreshes(kept.credentials["refreshJwt"])


def test_a_revoked_app_password_is_the_accounts_problem(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    handle = prepared(bluesky, kept)
    kept.credentials["accessJwt"] = Secret(pds.expired(person.did))
    pds.revoke(person)

    with pytest.raises(AccountError, match="Invalid identifier or password") as caught:
        bluesky.commit(PUBLICATION, kept.session(), handle=handle)

    assert pds.posts(person.did) == []
    assert kept.writes == 0
    assert person.app_password not in caught.value.message


# ----------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    "text", ["x" * 301, "👩‍👩‍👧‍👦" * 301, "x\u0301\u0302\u0303\u0304\u0305" * 299]
)
def test_a_text_that_is_too_long_is_the_texts_problem(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person, text: str
) -> None:
    publication = Publication(key="pp_1:0", text=text)

    with pytest.raises(ContentError, match="too big") as caught:
        bluesky.commit(publication, kept.session(), handle=prepared(bluesky, kept, publication))

    assert caught.value.target_code == "CONTENT_TOO_LONG"
    assert pds.posts(person.did) == []


def test_three_hundred_graphemes_fit(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    publication = Publication(key="pp_1:0", text="🦋" * 300)

    bluesky.commit(publication, kept.session(), handle=prepared(bluesky, kept, publication))

    assert len(pds.posts(person.did)) == 1


def test_no_text_makes_a_record_that_the_server_refuses(
    pds: Pds, bluesky: Bluesky, kept: Kept, person: Person
) -> None:
    texts = [
        "https://",
        "http:///x",
        "https://.",
        "(https://)",
        "# #️⃣ ##",
        "@ @. @a @-.test",
        "https://a https://b",
        "#" + "x" * 200,
    ]
    texts += ["https://example.com/" + letter for letter in '"<>{}|^`[]\u200b']
    refused = []

    for number, text in enumerate(texts):
        publication = Publication(key=f"pp_{number}:0", text=text)
        try:
            bluesky.commit(publication, kept.session(), handle=prepared(bluesky, kept, publication))
        except PublishError as error:
            refused.append((text, error.message))

    assert refused == []
    assert len(pds.posts(person.did)) == len(texts)
