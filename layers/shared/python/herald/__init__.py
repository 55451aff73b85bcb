"""herald: posts go out at the time you chose, exactly once, and signed webhooks tell of it."""

VERSION = "0.1.0"
