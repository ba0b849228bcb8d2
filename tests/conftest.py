"""What every test may ask for: the shared photographs, the awkward files, the tiny random CLIP.

Where CI runs (``CI=true``) the browser, the display and the tools that tests need are there: a test that is skipped for
lack of it fails.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PHOTOSEEK_SHARED") or Path(__file__).parents[2] / "shared").resolve()


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"needs shared/{name} beside the checkout, or $PHOTOSEEK_SHARED")
    return folder


@pytest.fixture(scope="session")
def shared_photos() -> Path:
    """129 real photographs with captions.json."""
    return _shared("photos")


@pytest.fixture(scope="session")
def shared_awkward() -> Path:
    """74 nasty files with MANIFEST.json."""
    return _shared("awkward")


@pytest.fixture(scope="session")
def tiny_clip() -> Path:
    """A sentence-transformers CLIP folder with RANDOM weights: for the plumbing, never for a ranking."""
    return _shared("models/tiny-random-clip")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a test that was skipped for lack of its browser, display or tool into a failed one where CI runs."""
    report = yield
    needs = [name for name in ("browser", "display", "tool") if item.get_closest_marker(name)]
    if os.environ.get("CI") == "true" and needs and report.skipped and not hasattr(report, "wasxfail"):
        why = call.excinfo.value if call.excinfo else "a marker"
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI a {needs[0]} must be there: {why}"
    return report
