"""How far a download is, in bytes and in the time that is left."""

from pathlib import Path
from typing import cast

import pytest

from photoseek.domain import Fetching
from photoseek.embedding.finding import Finder
from photoseek.embedding.hub import Hub
from photoseek.embedding.process import Download
from photoseek.errors import ModelError
from photoseek.settings import ModelSettings


def test_the_time_that_is_left_is_judged_by_what_came_since_it_went_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = Finder(ModelSettings(), tmp_path, Hub({}))
    finder._download = cast(Download, object())
    for now, done, eta_s in ((5.0, 600, None), (6.0, 600, None), (15.0, 700, 30.0), (25.0, 1000, 0.0)):
        monkeypatch.setattr("photoseek.embedding.finding.time.monotonic", lambda now=now: now)
        finder._note(done, 1000)
        assert finder.fetching == Fetching(done, 1000, eta_s)


def test_one_that_was_ended_fetches_nothing_more(tmp_path: Path) -> None:
    finder = Finder(ModelSettings(), tmp_path, Hub({}))
    finder.end()
    with pytest.raises(ModelError, match="closed"):
        finder._fetch(("owner/model",))
