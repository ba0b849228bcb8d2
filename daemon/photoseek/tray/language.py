"""The person's language, as far as photoseek speaks it. Used by icon, menu and quick search; any thread."""

import locale
import os
from collections.abc import Mapping


def speaks_german(environment: Mapping[str, str] = os.environ) -> bool:
    """By the variables that programs go by, in their order; without any, as the system has it. Else it is English."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if given := environment.get(name):
            return _is_german(given)
    return _is_german(locale.getlocale()[0] or "")


def show_number(count: int, thousands: str) -> str:
    """A number with this mark between its thousands: ``8,310``."""
    return f"{count:,}".replace(",", thousands)


def _is_german(language: str) -> bool:
    return language.lower().startswith(("de", "german"))
