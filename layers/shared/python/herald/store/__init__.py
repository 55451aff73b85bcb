"""The stores: how posts, accounts, media, endpoints and the others lie in the table."""
