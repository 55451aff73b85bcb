"""Rules, pure: decisions about posts, accounts and webhooks, without an effect."""
