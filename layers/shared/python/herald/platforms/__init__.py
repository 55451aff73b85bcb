"""One module per network, behind one protocol."""
