"""A real Bluesky server per test run, and the connector before it."""

from tests.bluesky.fixtures import bluesky, client, kept, pds, person

__all__ = ["bluesky", "client", "kept", "pds", "person"]
