"""The number of applications from each alcaldía, in proportion to its population."""

from reviewer.demo.cohort.words import seeded_rng
from reviewer.demographics.geography import Alcaldia, alcaldias


def counts_by_alcaldia(total: int) -> dict[str, int]:
    """Returns ``total`` apportioned by population (largest remainder), by INEGI code.

    Each alcaldía gets at least one where there are enough.
    """
    places = alcaldias()
    population = sum(place.population for place in places)
    shares = {place.code: total * place.population / population for place in places}
    counts = {code: int(share) for code, share in shares.items()}
    for code in sorted(shares, key=lambda c: counts[c] - shares[c])[: total - sum(counts.values())]:
        counts[code] += 1
    if total >= len(places):
        for code in [code for code, count in counts.items() if count == 0]:
            counts[max(counts, key=lambda c: counts[c])] -= 1
            counts[code] = 1
    return counts


def homes(total: int, seed: int) -> list[Alcaldia]:
    """Returns an alcaldía for each application, in random order."""
    counts = counts_by_alcaldia(total)
    places = [alcaldia for alcaldia in alcaldias() for _ in range(counts[alcaldia.code])]
    seeded_rng(seed, "homes").shuffle(places)
    return places
