"""herald: write a post once; it goes out in its second, exactly once, and signed webhooks say so."""

VERSION = "0.1.0"
