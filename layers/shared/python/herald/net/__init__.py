"""The only way out of the house."""
