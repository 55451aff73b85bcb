"""One post by the client that openapi-python-client makes. Prints its id."""

import os
import sys

from herald_client import AuthenticatedClient
from herald_client.api.posts import create_post, list_posts
from herald_client.models import CreatePost, Post, Posts

with AuthenticatedClient(base_url=os.environ["HERALD"], token=os.environ["KEY"]) as client:
    wanted = CreatePost(content=os.environ["CONTENT"], account_ids=[os.environ["ACCOUNT"]])
    post = create_post.sync(client=client, body=wanted, idempotency_key=os.environ["CONTENT"])
    assert isinstance(post, Post)
    page = list_posts.sync(client=client, limit=1)
    assert isinstance(page, Posts)
    assert [each.id for each in page.data] == [post.id]
    assert page.pagination.limit == 1
    sys.stdout.write(post.id)
