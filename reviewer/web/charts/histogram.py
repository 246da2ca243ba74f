"""Bins of a histogram."""

from reviewer.figures.figure import Figure, Histogram


def binned(figure: Figure, encoding: Histogram, width: int) -> list[tuple[int, int, int]]:
    """Returns first number, last number and count of each bin of ``width``, empty ones between among them."""
    numbers = [
        (int(number), int(count))
        for number, count in zip(figure.frame[encoding.value], figure.frame[encoding.count], strict=True)
    ]
    below = [(number, count) for number, count in numbers if number < encoding.first]
    rows = []
    if below:
        rows.append((below[0][0], encoding.first - 1, sum(count for _, count in below)))
    end = max((number for number, _ in numbers), default=encoding.first)
    start = encoding.first
    while start <= end:
        stop = min(start + width - start % width, end + width) if width > 1 else start + 1
        rows.append((start, stop - 1, sum(count for number, count in numbers if start <= number < stop)))
        start = stop
    return rows
