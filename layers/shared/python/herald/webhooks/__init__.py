"""Webhooks: the payloads, the signatures and the delivery of events."""
