"""Ids, as the schemas show them."""

from typing import Annotated

from pydantic import Field

from herald.domain import ids

WorkspaceId = Annotated[str, Field(pattern=ids.pattern("ws"))]
KeyId = Annotated[str, Field(pattern=ids.pattern("key"))]
AccountId = Annotated[str, Field(pattern=ids.pattern("acc"))]
MediaId = Annotated[str, Field(pattern=ids.pattern("media"))]
ApprovalId = Annotated[str, Field(pattern=ids.pattern("apv"))]
PostId = Annotated[str, Field(pattern=ids.pattern("post"))]
TargetId = Annotated[str, Field(pattern=ids.pattern("pp"))]
WebhookId = Annotated[str, Field(pattern=ids.pattern("wh"))]
DeliveryId = Annotated[str, Field(pattern=ids.pattern("del"))]
