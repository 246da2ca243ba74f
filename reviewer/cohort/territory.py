"""From where they are: each alcaldía's applications against its inhabitants, and how far the venues are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col

from reviewer import geography
from reviewer.calls import CallSpec
from reviewer.cohort.part import Counting
from reviewer.cohort.shares import FEW, Verdict, interval, verdict
from reviewer.geography import Alcaldia, kilometres
from reviewer.models import Applicant


@dataclass(frozen=True)
class Venue:
    """A venue of the call whose alcaldía is known; it stands at a point inside it."""

    label: str
    alcaldia: Alcaldia


@dataclass(frozen=True)
class AlcaldiaShare:
    """An alcaldía's applications beside its inhabitants; shares are 0 to 1.

    ``low`` to ``high`` is what the cohort's share is compatible with. ``nearest`` is the nearest venue and
    ``kilometres`` the way there as the crow flies, from the alcaldía's inner point to that of the venue's.
    """

    alcaldia: Alcaldia
    count: int
    share: float
    low: float
    high: float
    population_share: float
    verdict: Verdict
    nearest: Venue | None = None
    kilometres: float = 0

    @property
    def rate(self) -> float:
        """Applications per 10,000 inhabitants (2020 census)."""
        return 10_000 * self.count / self.alcaldia.population


@dataclass(frozen=True)
class Territory:
    """The sixteen alcaldías in the order of their codes, and those who live in none of them.

    ``total`` are the applications from the city: the shares' denominator. ``elsewhere`` named a place that
    is no alcaldía of the city or was not recognised, ``unknown`` named none.
    """

    alcaldias: tuple[AlcaldiaShare, ...]
    total: int
    elsewhere: int
    unknown: int
    venues: tuple[Venue, ...] = ()

    @property
    def anybody(self) -> bool:
        """Whether any application was counted."""
        return bool(self.total or self.elsewhere or self.unknown)

    @property
    def comparable(self) -> bool:
        """Whether there are enough applications to set their shares against the population's."""
        return self.total >= FEW

    @property
    def middle_way(self) -> float | None:
        """The median of the kilometres to the nearest venue; None without venues or applications."""
        if not self.venues or not self.total:
            return None
        passed = 0
        for place in sorted(self.alcaldias, key=lambda each: each.kilometres):
            passed += place.count
            if 2 * passed >= self.total:
                return place.kilometres
        return None


def by_alcaldia(counting: Counting) -> Territory:
    """Each alcaldía's share of the cohort against its share of the population of all ages (2020 census)."""
    says_where = (col(Applicant.place) != "") | (col(Applicant.postal_code) != "")
    counts: Counter[str] = Counter()
    outside: Counter[bool] = Counter()
    for code, says, count in counting.count(col(Applicant.alcaldia), says_where):
        if code is None:
            outside[bool(says)] += count
        else:
            counts[code] += count
    venues = venues_of(counting.spec)
    return of_counts(counts, venues, elsewhere=outside[True], unknown=outside[False])


def of_counts(
    counts: Mapping[str, int], venues: tuple[Venue, ...] = (), *, elsewhere: int = 0, unknown: int = 0
) -> Territory:
    """The territory of these counts by INEGI code; those that are missing are none."""
    places = geography.alcaldias()
    inhabitants = sum(each.population for each in places)
    total = sum(counts.values())

    def share_of(place: Alcaldia) -> AlcaldiaShare:
        count, population_share = counts.get(place.code, 0), place.population / inhabitants
        low, high = interval(count, total, together=len(places))
        nearest = min(venues, key=lambda each: kilometres(place, each.alcaldia), default=None)
        return AlcaldiaShare(
            alcaldia=place,
            count=count,
            share=count / total if total else 0.0,
            low=low,
            high=high,
            population_share=population_share,
            verdict=verdict(count, total, population_share, together=len(places)),
            nearest=nearest,
            kilometres=kilometres(place, nearest.alcaldia) if nearest else 0.0,
        )

    return Territory(tuple(share_of(place) for place in places), total, elsewhere, unknown, venues)


def venues_of(spec: CallSpec) -> tuple[Venue, ...]:
    """The call's venues whose alcaldía its file names."""
    by_name = {each.name: each for each in geography.alcaldias()}
    return tuple(
        Venue(each.label, by_name[each.alcaldia]) for each in spec.venues if each.alcaldia in by_name
    )
