"""Receivers that misbehave: the peers of the client's own tests."""

from tests.unit.net.conftest import answering, start

__all__ = ["answering", "start"]
