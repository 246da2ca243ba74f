"""Where applicants live: applications against inhabitants by alcaldía, and the distance to the venues."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col

from reviewer.call.spec import CallSpec
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.significance import MIN_FOR_SHARES, Representation, interval, representation
from reviewer.demographics import geography
from reviewer.demographics.geography import Alcaldia, distance_km
from reviewer.models import Applicant


@dataclass(frozen=True)
class LocatedVenue:
    """A venue of the call whose alcaldía is known."""

    label: str
    alcaldia: Alcaldia


@dataclass(frozen=True)
class AlcaldiaShare:
    """An alcaldía's share of the applications and of the population; shares are 0 to 1.

    ``low`` to ``high`` is the confidence interval of the share. ``kilometres`` is the great-circle
    distance to ``nearest_venue``, from the alcaldía's inner point to that of the venue's alcaldía.
    """

    alcaldia: Alcaldia
    count: int
    share: float
    low: float
    high: float
    population_share: float
    representation: Representation
    nearest_venue: LocatedVenue | None = None
    kilometres: float = 0

    @property
    def rate(self) -> float:
        """Applications per 10,000 inhabitants (2020 census)."""
        return 10_000 * self.count / self.alcaldia.population


@dataclass(frozen=True)
class Territory:
    """The sixteen alcaldías in the order of their codes, and applications from none of them.

    ``total`` counts the applications from the city, the denominator of the shares; ``elsewhere`` those that
    name another place or one that was not recognised; ``unknown`` those that name none.
    """

    alcaldias: tuple[AlcaldiaShare, ...]
    total: int
    elsewhere: int
    unknown: int
    venues: tuple[LocatedVenue, ...] = ()

    @property
    def is_comparable(self) -> bool:
        """Whether there are enough applications to compare their shares with the population's."""
        return self.total >= MIN_FOR_SHARES

    @property
    def median_kilometres(self) -> float | None:
        """The median distance to the nearest venue; None without venues or applications."""
        if not self.venues or not self.total:
            return None
        cumulative = 0
        for place in sorted(self.alcaldias, key=lambda place: place.kilometres):
            cumulative += place.count
            if 2 * cumulative >= self.total:
                return place.kilometres
        return None


def by_alcaldia(cohort: CohortSession) -> Territory:
    """Returns the shares of the cohort and of the population of all ages (2020 census)."""
    names_place = (col(Applicant.place) != "") | (col(Applicant.postal_code) != "")
    counts: Counter[str] = Counter()
    outside: Counter[bool] = Counter()
    for code, names_one, count in cohort.count(col(Applicant.alcaldia), names_place):
        if code is None:
            outside[bool(names_one)] += count
        else:
            counts[code] += count
    venues = located_venues(cohort.spec)
    return from_counts(counts, venues, elsewhere=outside[True], unknown=outside[False])


def from_counts(
    counts: Mapping[str, int], venues: tuple[LocatedVenue, ...] = (), *, elsewhere: int = 0, unknown: int = 0
) -> Territory:
    """Returns the territory of these counts by INEGI code; a missing code counts as zero."""
    alcaldias = geography.alcaldias()
    inhabitants = sum(alcaldia.population for alcaldia in alcaldias)
    total = sum(counts.values())

    def share_of(alcaldia: Alcaldia) -> AlcaldiaShare:
        count, population_share = counts.get(alcaldia.code, 0), alcaldia.population / inhabitants
        low, high = interval(count, total, comparisons=len(alcaldias))
        nearest_venue = min(venues, key=lambda venue: distance_km(alcaldia, venue.alcaldia), default=None)
        return AlcaldiaShare(
            alcaldia=alcaldia,
            count=count,
            share=count / total if total else 0.0,
            low=low,
            high=high,
            population_share=population_share,
            representation=representation(count, total, population_share, comparisons=len(alcaldias)),
            nearest_venue=nearest_venue,
            kilometres=distance_km(alcaldia, nearest_venue.alcaldia) if nearest_venue else 0.0,
        )

    return Territory(tuple(share_of(alcaldia) for alcaldia in alcaldias), total, elsewhere, unknown, venues)


def located_venues(spec: CallSpec) -> tuple[LocatedVenue, ...]:
    """Returns the call's venues whose alcaldía its file names."""
    by_name = {alcaldia.name: alcaldia for alcaldia in geography.alcaldias()}
    return tuple(
        LocatedVenue(venue.label, by_name[venue.alcaldia]) for venue in spec.venues if venue.alcaldia in by_name
    )
