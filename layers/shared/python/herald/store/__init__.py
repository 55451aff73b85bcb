"""How each noun lies in the table."""
