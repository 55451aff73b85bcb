"""The edge of HTTP, for every contract: keys, limits, idempotency, bodies.

It holds no word of any contract.
"""
