"""The only way out: `client` speaks HTTP, `guard` says to whom."""
