"""A task that Windows starts when the person logs on; needs no administrator. Any thread."""

import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from photoseek.autostart.asking import ask_system, tell_system
from photoseek.autostart.program import Program
from photoseek.autostart.unit_file import OUTDATED, fill_template, is_ours
from photoseek.domain import LoginStart
from photoseek.errors import AutostartError

_NAME = "photoseek"


class LogonTask:
    r"""The task ``photoseek``.

    Args:
        user: Whose logon starts it, as ``DOMAIN\name``.
        program: What it starts.
    """

    def __init__(self, user: str, program: Program) -> None:
        self._user = user
        self._program = program

    def can_be_used(self) -> bool:
        """Every Windows has them."""
        return True

    def install(self) -> None:
        """Register it, in place of an older one of ours."""
        if (old := self._read()) is not None and not is_ours(old):
            raise AutostartError(f"There is another task {_NAME}.", "Rename or delete it in the Task Scheduler.")
        with tempfile.TemporaryDirectory() as folder:
            described = Path(folder) / "task.xml"
            described.write_bytes(self._text().encode("utf-16"))  # schtasks takes no other
            tell_system("schtasks", "/Create", "/TN", _NAME, "/XML", str(described), "/F")

    def remove(self) -> bool:
        """Take it away. A daemon that runs goes on."""
        if not is_ours(self._read() or ""):
            return False
        tell_system("schtasks", "/Delete", "/TN", _NAME, "/F")
        return True

    def status(self) -> LoginStart:
        """How things are; Windows writes a task in its own way, so only what it starts is compared."""
        text = self._read()
        if text is None or not is_ours(text):
            note = "" if text is None else f"A task {_NAME} is there that photoseek has not made; it is left alone."
            return LoginStart(False, "task", _NAME, note)
        fits = all(f">{part}</" in text for part in self._parts().values())
        return LoginStart(True, "task", _NAME, "" if fits else OUTDATED)

    def _read(self) -> str | None:
        asked = ask_system("schtasks", "/Query", "/TN", _NAME, "/XML")
        if asked is None or asked.returncode != 0:
            return None
        return asked.stdout.replace(b"\0", b"").decode("utf-8", "replace")  # UTF-16 on a console, else it depends

    def _parts(self) -> dict[str, str]:
        program, *arguments = self._program.command
        return {"program": escape(program), "arguments": escape(subprocess.list2cmdline(arguments))}

    def _text(self) -> str:
        return fill_template("photoseek.task.xml", user=escape(self._user), **self._parts())
