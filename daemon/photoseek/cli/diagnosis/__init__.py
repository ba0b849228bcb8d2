"""What can be told of an installation to somebody who shall find its fault, and nothing private.

Used by ``doctor``, on the main thread. What a person has named never gets in: no folder, file, query or token, nor the
names of person and computer. So nothing is blotted out of longer texts: each fact is a number, one of a few known
words, or a version.
"""

from photoseek.cli.diagnosis.computer import examine_computer, examine_tray, examine_watching
from photoseek.cli.diagnosis.installation import (
    examine_autostart,
    examine_installation,
    examine_model,
    examine_places,
    examine_settings,
)
from photoseek.cli.diagnosis.report import Report
from photoseek.cli.diagnosis.running import examine_daemon

__all__ = [
    "Report",
    "examine_autostart",
    "examine_computer",
    "examine_daemon",
    "examine_installation",
    "examine_model",
    "examine_places",
    "examine_settings",
    "examine_tray",
    "examine_watching",
]
