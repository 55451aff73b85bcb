"""Tables for a terminal."""

from collections.abc import Sequence


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table. The first column is aligned left, the others right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    print(f"\n{title}\n")
    for row in [heads, ["-" * width for width in widths], *rows]:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        name = cells[0].strip().ljust(widths[0])
        print("  ".join(["", name, *cells[1:]]).rstrip())
