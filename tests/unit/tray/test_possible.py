"""What keeps the quick-search window from being shown, and how that is said."""

import pytest

from photoseek.tray.quick import possible, why_not


def test_without_tk_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(possible, "find_spec", lambda name: None)
    reason = why_not({"DISPLAY": ":0"}, "linux")
    assert reason is not None
    assert "python3-tk" in reason.hint


def test_without_a_display_it_is_said_so() -> None:
    reason = why_not({}, "linux")
    assert reason is not None
    assert "display" in reason.message
    assert why_not({}, "darwin") is None


def test_with_both_nothing_keeps_it() -> None:
    pytest.importorskip("tkinter")
    assert why_not({"DISPLAY": ":0"}, "linux") is None
