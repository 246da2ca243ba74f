"""How many applications come from each alcaldía: in proportion to its people."""

from reviewer.demo.words import chance
from reviewer.geography import Alcaldia, alcaldias


def seats(total: int) -> dict[str, int]:
    """``total`` shared out among the sixteen by population: largest remainder (Hamilton's method).

    Each gets one at least where there are enough for that. Keys are INEGI codes.
    """
    places = alcaldias()
    population = sum(each.population for each in places)
    shares = {each.code: total * each.population / population for each in places}
    counts = {code: int(share) for code, share in shares.items()}
    for code in sorted(shares, key=lambda c: counts[c] - shares[c])[: total - sum(counts.values())]:
        counts[code] += 1
    if total >= len(places):
        for code in [code for code, count in counts.items() if count == 0]:
            counts[max(counts, key=lambda c: counts[c])] -= 1
            counts[code] = 1
    return counts


def homes(total: int, seed: int) -> list[Alcaldia]:
    """An alcaldía for each application, in random order."""
    counts = seats(total)
    drawn = [each for each in alcaldias() for _ in range(counts[each.code])]
    chance(seed, "homes").shuffle(drawn)
    return drawn
