"""Keys and codes: what fits, how often, and how long."""

import pytest

from photoseek.api.keys import LINK_LASTS_S, Keys
from photoseek.api.refusals import RefusedError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(clock: Clock) -> Keys:
    return Keys("token", clock)


@pytest.mark.parametrize("given", ["", "toke", "token ", "tokeN", "tok\udcffen", "Token", "töken"])
def test_only_the_token_itself_fits(keys: Keys, given: str) -> None:
    assert keys.fits("token")
    assert not keys.fits(given)


def test_a_code_becomes_a_key_once(keys: Keys) -> None:
    code = keys.make_code()
    assert not keys.fits(code)
    key = keys.exchange(code)
    assert keys.fits(key)
    assert len({code, key}) == 2
    assert len(code) == len(key.partition(".")[2]) == 43, "256 bits"
    with pytest.raises(RefusedError, match="was used"):
        keys.exchange(code)
    assert keys.fits(key)


def test_a_code_is_good_for_a_minute(keys: Keys, clock: Clock) -> None:
    early, late = keys.make_code(), keys.make_code()
    clock.now += LINK_LASTS_S - 0.001
    keys.exchange(early)
    clock.now += 0.001
    with pytest.raises(RefusedError, match="older than a minute"):
        keys.exchange(late)


@pytest.mark.parametrize("code", ["", "x", "\udcff", "token"])
def test_what_is_no_code_lets_nobody_in(keys: Keys, code: str) -> None:
    keys.make_code()
    with pytest.raises(RefusedError):
        keys.exchange(code)


def test_there_are_few_links_at_a_time_and_the_oldest_goes(keys: Keys) -> None:
    codes = [keys.make_code() for _ in range(9)]
    with pytest.raises(RefusedError):
        keys.exchange(codes[0])
    assert len({keys.exchange(code) for code in codes[1:]}) == 8


def test_a_page_goes_on_when_the_daemon_is_back(keys: Keys) -> None:
    page = keys.exchange(keys.make_code())
    assert Keys("token").fits(page)
    name, _, signed = page.partition(".")
    for other in (f"{name}x.{signed}", f"{name}.{signed[:-1]}", f".{signed}", name, f"{name}."):
        assert not keys.fits(other)


def test_a_new_token_shuts_out_all_that_came_before(keys: Keys) -> None:
    page, code = keys.exchange(keys.make_code()), keys.make_code()
    keys.renew("another")
    assert keys.fits("another")
    assert not keys.fits("token")
    assert not keys.fits(page)
    with pytest.raises(RefusedError):
        keys.exchange(code)
