"""Routes, as a door's declaration says them."""

import pytest

from herald.api.edge.response import Response, ok
from herald.api.edge.routes import Route, checked
from herald.api.voxburst.paging import Paged
from herald.api.voxburst.posts import CreatePost
from herald.domain import ids
from herald.domain.errors import BadRequestError
from tests.unit.domain.test_transitions import NOW

POST = ids.new("post", NOW)


def read(post_id: str, step: str) -> Response:
    return ok({post_id: step})


def write(body: CreatePost, query: Paged) -> Response:
    return ok({"limit": query.limit, "content": body.content})


READ = Route(method="GET", path="/v1/posts/<post_id>/steps/<step>", door=read)
WRITE = Route(method="POST", path="/v1/posts", door=write)


def test_a_route_reads_what_its_door_takes() -> None:
    assert (WRITE.body, WRITE.query) == (CreatePost, Paged)
    assert (READ.body, READ.query) == (None, None)


def test_a_parameter_that_is_no_id_is_not_among_its_ids() -> None:
    assert (READ.ids, WRITE.ids) == ({"post_id": "post"}, {})


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/v1/posts/post_1/steps/2", True),
        ("/v1/posts/anything/steps/at all", True),
        ("/v1/posts/post_1/steps/2/more", False),
        ("/v1/posts/a/b/steps/2", False),
        ("/v1/posts//steps/2", False),
        ("/v1/posts", False),
    ],
)
def test_a_parameter_is_one_part_of_a_path(path: str, leads: bool) -> None:
    assert READ.leads(path) is leads


def test_an_id_is_checked_and_what_is_none_stays() -> None:
    assert checked({"post_id": POST, "step": "2"}) == {"post_id": POST, "step": "2"}
    for wrong in ("post_1", POST.replace("post", "acc"), ""):
        with pytest.raises(BadRequestError):
            checked({"post_id": wrong})
