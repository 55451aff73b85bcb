"""How an event is dressed, signed and delivered."""
