"""Where CI runs, a test that lacks its browser, its display or its tool fails instead of being skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]

CONFTEST = "from tests.conftest import pytest_runtest_makereport as pytest_runtest_makereport\n"
TESTS = """
import pytest

@pytest.fixture
def browser():
    pytest.skip("needs Chromium")

@pytest.mark.browser
def test_skipped_by_its_fixture(browser): pass

@pytest.mark.display
def test_skipped_by_itself(): pytest.skip("needs a screen")

@pytest.mark.browser
@pytest.mark.skipif(True, reason="not here")
def test_skipped_by_its_marker(): pass

@pytest.mark.browser
def test_that_runs(): pass

@pytest.mark.tool
def test_without_its_tool(): pytest.skip("needs a linter")

def test_of_another_kind(): pytest.skip("needs something else")
"""


def run_tests(folder: Path, ci: str) -> str:
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_some.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  browser\n  display\n  tool\n")
    environment = os.environ | {"CI": ci, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-ra", str(folder)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("ci", ["", "false"])
def test_elsewhere_it_is_skipped_and_the_end_says_why(tmp_path: Path, ci: str) -> None:
    said = run_tests(tmp_path, ci)
    assert "1 passed, 5 skipped" in said
    assert "needs Chromium" in said
    assert "needs a screen" in said


def test_in_ci_it_fails_and_says_why(tmp_path: Path) -> None:
    said = run_tests(tmp_path, "true")
    assert "2 failed, 1 passed, 1 skipped, 2 errors" in said
    assert "in CI a browser must be there: needs Chromium" in said
    assert "in CI a display must be there: needs a screen" in said
    assert "in CI a tool must be there: needs a linter" in said
