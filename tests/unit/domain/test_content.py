"""The content of a post: what each target gets of it."""

from herald.domain import ids
from herald.domain.accounts import Platform
from herald.domain.content import MediaRef, Override, Part, PostContent, threaded
from herald.domain.post_types import PostType
from herald.domain.targets import Target
from tests.unit.domain.test_transitions import NOW

PICTURE = MediaRef(media_id="media_1")
FILM = MediaRef(media_id="media_2")


def target(platform: Platform) -> Target:
    return Target(id=ids.new("pp", NOW), account_id="acc_1", platform=platform, account_name="ann")


def test_an_override_changes_what_it_names_and_nothing_else() -> None:
    part = Part(text="long", media=(PICTURE,))

    assert Override(content="short").applied_to(part) == Part(text="short", media=(PICTURE,))
    assert Override(media=()).applied_to(part) == Part(text="long")
    assert Override().applied_to(part) == part


def test_a_thread_goes_where_threads_are_and_its_opening_alone_elsewhere() -> None:
    words = PostContent(
        content="one", thread=(Part(text="two"),), overrides={"BLUESKY": Override(content="uno")}
    )

    assert words.for_target(target(Platform.BLUESKY)) == [Part(text="uno"), Part(text="two")]
    assert words.for_target(target(Platform.LINKEDIN)) == [Part(text="one")]


def test_a_file_is_named_once_wherever_it_stands() -> None:
    thread = (Part(text="two", media=(PICTURE, FILM)),)
    words = PostContent(
        content="one", media=(PICTURE,), thread=thread, overrides={"X": Override(media=(FILM,))}
    )

    assert words.media_ids == ("media_1", "media_2")


def test_parts_that_begin_with_the_content_are_the_whole_thread() -> None:
    one = Part(text="one")
    two = Part(text="two")

    assert threaded(one, [one, two]) == threaded(Part(text=""), [one, two]) == (one, (two,))
    assert threaded(Part(text="zero"), [one, two]) == (Part(text="zero"), (one, two))


def test_a_post_is_what_it_is_called_unless_it_is_a_thread() -> None:
    assert PostContent(content="x").post_type({}) is PostType.TEXT
    assert (
        PostContent(content="x", media=(PICTURE,), content_type=PostType.STORY).post_type({})
        is PostType.STORY
    )
    assert PostContent(content="x", media=(PICTURE, FILM)).post_type({}) is PostType.CAROUSEL
    assert (
        PostContent(content="x", content_type=PostType.STORY, thread=(Part(text="y"),)).post_type(
            {}
        )
        is PostType.THREAD
    )
