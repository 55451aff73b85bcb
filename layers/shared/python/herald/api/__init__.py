"""The HTTP shape: bodies in, views out, one error shape."""
