"""HTTP: an edge without words, and one folder for each contract that herald speaks."""
