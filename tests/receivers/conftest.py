"""The receivers, for their own tests."""

from tests.receivers.fixtures import node_receiver, python_receiver, receiver

__all__ = ["node_receiver", "python_receiver", "receiver"]
