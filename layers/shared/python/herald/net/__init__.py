"""The only way to the internet: `client` speaks HTTP, `guard` decides which hosts may be called."""
