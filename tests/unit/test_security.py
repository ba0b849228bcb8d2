"""What daemon/SECURITY.md says is shown by tests that there are."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "daemon" / "SECURITY.md").read_text("utf-8")
ROWS = [line for line in PAGE.partition("## Attacks")[2].partition("\n## ")[0].splitlines() if line.startswith("| ")]
TESTS = {
    name
    for path in (CHECKOUT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}


def test_there_is_a_table_of_attacks() -> None:
    assert len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS[1:], ids=lambda row: row.split("|")[1].strip()[:40])
def test_every_attack_names_what_stops_it_and_tests_that_there_are(row: str) -> None:
    attack, stopped_by, shown_by = (cell.strip() for cell in row.strip("|").split("|"))
    assert attack
    assert stopped_by
    named = re.findall(r"`(test_\w+)`", shown_by)
    assert named
    assert set(named) <= TESTS
