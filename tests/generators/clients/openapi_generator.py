"""One post by the client that openapi-generator makes for Python. Prints its id."""

import os
import sys

import openapi_client

configuration = openapi_client.Configuration(
    host=os.environ["HERALD"], access_token=os.environ["KEY"]
)
with openapi_client.ApiClient(configuration) as api:
    wanted = openapi_client.CreatePost(
        content=os.environ["CONTENT"], account_ids=[os.environ["ACCOUNT"]]
    )
    post = openapi_client.PostsApi(api).create_post(
        create_post=wanted, idempotency_key=os.environ["CONTENT"]
    )
    assert isinstance(post, openapi_client.Post)
    page = openapi_client.PostsApi(api).list_posts(limit=1)
    assert [each.id for each in page.data] == [post.id]
    assert page.pagination.limit == 1
    sys.stdout.write(post.id)
