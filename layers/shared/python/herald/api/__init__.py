"""HTTP: an edge without words, and a folder for each contract that herald speaks."""
