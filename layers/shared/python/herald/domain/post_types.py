"""The types of a post."""

from enum import StrEnum


class PostType(StrEnum):
    """A post's type, in uppercase on the wire. Source: the contract, section 3."""

    TEXT = "TEXT"
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    CAROUSEL = "CAROUSEL"
    THREAD = "THREAD"
    STORY = "STORY"
    REEL = "REEL"
