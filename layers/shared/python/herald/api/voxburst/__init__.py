"""VoxBurst's contract on the wire: bodies in, views out."""
