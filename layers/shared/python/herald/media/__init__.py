"""Uploaded files: what their bytes are, and pictures and posters made of them."""
