"""The window: when it is shown, what each key does. Tk's thread is the main one of this process.

What comes from other threads (news of the daemon, summons, the end of the tray) waits in a queue; an event wakes Tk,
which is what Tk lets another thread do.
"""

import contextlib
import queue
import sys
import threading
import tkinter as tk
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from photoseek.errors import PhotoseekError
from photoseek.paths import Paths
from photoseek.tray.appearance import is_dark
from photoseek.tray.quick.asking import Asker
from photoseek.tray.quick.grid import Key
from photoseek.tray.quick.looks import DARK, LIGHT, Look, find_family
from photoseek.tray.quick.news import Back, Done, Found, Gone, News, Pictured, Refused, There, Waking
from photoseek.tray.quick.standing import find_scale, make_root, place
from photoseek.tray.quick.summoning import PATIENCE_S
from photoseek.tray.quick.texts import QuickTexts
from photoseek.tray.quick.view import View
from photoseek.tray.quick.x11 import Screen
from photoseek.tray.recent import note_search, read_recent

if TYPE_CHECKING:
    from PIL import Image

_WAKE = "<<News>>"
_CONTROL = "Command" if sys.platform == "darwin" else "Control"


class Window:
    """The window.

    Args:
        paths: photoseek's folders.
        texts: The person's language.
        stays: Whether it only hides when it is sent away; else its process ends.
        dark: Whether the desktop is dark.
    """

    def __init__(self, paths: Paths, texts: QuickTexts, *, stays: bool, dark: bool) -> None:
        self._paths, self._texts, self._stays, self._dark = paths, texts, stays, dark
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._root = make_root()
        self._screen = Screen() if self._root.tk.call("tk", "windowingsystem") == "x11" else None
        self._look = Look(DARK if dark else LIGHT, find_family(), find_scale(self._root, self._screen))
        self._view = self._make_view()
        self._asker = Asker(paths, self._deliver, self._cut, 256 if self._look.scale < 1.5 else 512)
        self._is_in_photos = False
        # Whether what is chosen in the field was chosen by the window, for the next key to replace.
        self._is_offered = False
        self._asked = ""
        # What shall be done with the best photo of an answer that is awaited.
        self._wanted: Callable[[], None] | None = None
        self._is_gone = False
        self._root.bind(_WAKE, lambda _: self._work_off())
        self._root.protocol("WM_DELETE_WINDOW", self.hide)
        self._root.update_idletasks()
        if self._screen:
            self._screen.unframe(self._root.winfo_id())

    # From any thread.

    def summoned(self, words: str) -> bool:
        """Show it, for somebody in another process; whether it is on the screen."""
        shown = threading.Event()

        def show() -> None:
            self.show(words)
            shown.set()

        self._call(show)
        return shown.wait(PATIENCE_S)

    def end(self) -> None:
        """End the process's main loop."""
        self._call(self._root.quit)

    def _deliver(self, news: News) -> None:
        self._call(partial(self._take, news))

    def _call(self, function: Callable[[], None]) -> None:
        """Have something done in Tk's thread."""
        self._calls.put(function)
        with contextlib.suppress(tk.TclError, RuntimeError):  # it is ending
            self._root.event_generate(_WAKE, when="tail")

    def _cut(self, data: bytes, is_away: bool) -> "Image.Image":
        from photoseek.tray.quick.pictures import cut_tile  # noqa: PLC0415 - Pillow comes when it is needed

        return cut_tile(data, self._view.measures.tile, self._look.colours.paper, faded=is_away)

    # In Tk's thread.

    def run(self) -> None:
        """Be there until ``end``, or, where it doesn't stay, until it is sent away."""
        self._asker.start()
        self._root.mainloop()
        self._root.destroy()

    def _work_off(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._calls.get_nowait()()

    def show(self, words: str = "") -> None:
        """Put it before the person, with the keyboard in its field."""
        place(self._root, self._screen)
        if words:
            self._view.write(words)
            self._ask()
        elif self._view.words:
            self._view.select_words()
            self._ask(again=True)
        else:
            self._show_recent()
        self._is_in_photos, self._is_offered = False, True
        self._root.deiconify()
        self._root.lift()
        self._view.field.focus_force()
        self._root.update_idletasks()
        if self._screen:
            self._screen.activate(self._root.winfo_id())
        self._asker.watch(True)

    def hide(self) -> None:
        """Send it away."""
        self._wanted = None
        self._root.withdraw()
        self._asker.watch(False)
        if self._stays:
            self.look_at_desktop()
        else:
            self._leave_clipboard()

    def _leave_clipboard(self) -> None:
        """End as soon as nobody needs this process: a path that was copied lies in it until something else is."""
        if self._root.tk.call("selection", "own", "-selection", "CLIPBOARD"):
            self._root.after(500, self._leave_clipboard)
        else:
            self._root.quit()

    def look_at_desktop(self) -> None:
        """See in a thread whether the desktop is dark; the window follows."""

        def look() -> None:
            dark = is_dark()
            if dark != self._dark:
                self._call(lambda: self._repaint(dark))

        threading.Thread(target=look, name="appearance", daemon=True).start()

    def _repaint(self, dark: bool) -> None:
        words = self._view.words
        self._dark = dark
        self._look = replace(self._look, colours=DARK if dark else LIGHT)
        self._view.frame.destroy()
        self._view = self._make_view()
        self._asker.forget_tiles()
        self._view.write(words)
        if words:
            self._ask(again=True)
        else:
            self._show_recent()
        self._view.field.focus_set()

    def _make_view(self) -> View:
        texts = self._texts
        control = "⌘" if sys.platform == "darwin" else "Ctrl+"
        hints = [(texts.enter, texts.open), (f"{control}{texts.enter}", texts.show)]
        hints += [("Tab", texts.page), ("Esc", texts.leave)]
        view = View(self._root, self._look, texts, hints)
        self._bind(view)
        return view

    def _bind(self, view: View) -> None:
        field, photos = view.field, view.photos
        field.bind("<KeyRelease>", lambda _: self._ask())
        for key in ("Up", "Down", "Prior", "Next", "Left", "Right"):
            field.bind(f"<{key}>", partial(self._on_arrow, key))
        opens, shows = partial(self._when_answered, self._open), partial(self._when_answered, self._show_in_folder)
        deeds: dict[str, Callable[[], object]] = {
            "<Return>": opens, "<KP_Enter>": opens,
            f"<{_CONTROL}-Return>": shows, f"<{_CONTROL}-KP_Enter>": shows,
            "<Tab>": self._show_page, "<Escape>": self.hide, f"<{_CONTROL}-a>": self._choose_words,
        }  # fmt: skip
        for keys, deed in deeds.items():
            field.bind(keys, partial(_do, deed))
        field.bind(f"<{_CONTROL}-c>", self._on_copy)
        field.bind("<Button-1>", lambda _: self._note_own_choice())
        field.bind("<Shift-KeyPress>", lambda _: self._note_own_choice())
        photos.bind("<Motion>", lambda event: view.choose_at(event.x, event.y))
        photos.bind("<Button-1>", partial(self._on_click, self._open))
        photos.bind(f"<{_CONTROL}-Button-1>", partial(self._on_click, self._show_in_folder))
        photos.bind("<MouseWheel>", lambda event: view.scroll(-1 if event.delta > 0 else 1))
        photos.bind("<Button-4>", lambda _: view.scroll(-1))
        photos.bind("<Button-5>", lambda _: view.scroll(1))

    # What a person does.

    def _ask(self, *, again: bool = False) -> None:
        """Search for what stands in the field, if that is something else than before."""
        self._view.show_placeholder()
        words = self._view.words.strip()
        if words == self._asked and not again:
            return
        self._asked, self._is_in_photos, self._wanted = words, False, None
        self._asker.ask(words)
        if not words:
            self._show_recent()

    def _show_recent(self) -> None:
        self._view.show_recent(read_recent(self._paths))
        self._view.show_placeholder()
        if self._is_gone:
            self._view.say(self._texts.gone)

    def _on_arrow(self, key: Key, event: object) -> str | None:
        """Up and down lead through the photos; left and right too, once one is among them."""
        if key in {"Left", "Right"} and not self._is_in_photos:
            return None
        if key == "Up" and self._view.is_in_first_row:
            self._is_in_photos = False
        else:
            self._is_in_photos |= key in {"Down", "Next"}
            self._view.choose_by_key(key)
        return "break"

    def _on_click(self, deed: Callable[[], None], event: "tk.Event[tk.Canvas]") -> None:
        if self._view.choose_at(event.x, event.y):
            deed()

    def _when_answered(self, deed: Callable[[], None]) -> None:
        """With what stands in the field, not with an older answer that is still to be seen; now, or when that comes."""
        self._ask()  # the last letter's key may still be down
        is_awaited = bool(self._asked) and not self._view.recent and self._view.answered != self._asked
        self._wanted = deed if is_awaited else None
        if not is_awaited:
            deed()

    def _open(self) -> None:
        if self._view.recent:
            self._view.write(self._view.recent)
            self._ask()
        elif self._view.photo:
            self._do_with_photo(self._asker.open)

    def _show_in_folder(self) -> None:
        if self._view.photo:
            self._do_with_photo(self._asker.show_in_folder)

    def _do_with_photo(self, deed: Callable[[str], None]) -> None:
        assert self._view.photo is not None
        note_search(self._paths, self._asked)
        deed(self._view.photo.id)

    def _show_page(self) -> None:
        note_search(self._paths, self._asked)
        self._asker.show_page(self._asked)

    def _choose_words(self) -> None:
        self._view.select_words()
        self._note_own_choice()

    def _note_own_choice(self) -> None:
        self._is_offered = False

    def _on_copy(self, event: object) -> str | None:
        """What the person has chosen in the field goes before the photo's path."""
        if not self._view.photo or (self._view.field.selection_present() and not self._is_offered):
            return None
        self._root.clipboard_clear()
        self._root.clipboard_append(self._view.photo.path)
        self._view.say(self._texts.copied)
        return "break"

    # What the daemon says.

    def _take(self, news: News) -> None:
        match news:
            case Found():
                self._is_gone = False
                if news.words == self._asked:
                    self._view.show_answer(news)
                    self._do_wanted(news.good > 0)
            case Pictured():
                self._view.show_tile(news.photo_id, news.tile)
            case Waking():
                self._view.say(self._texts.waking)
            case There():
                self._is_gone = False
                self._tell_there(news.photos)
            case Refused():
                self._refuse(news.error)
            case Done():
                self.hide()
            case Gone():
                self._is_gone, self._wanted = True, None
                if self._asked:
                    self._view.invite("")
                self._view.say(self._texts.gone)
            case Back():
                self._is_gone = False
                self._view.say(self._texts.back)
                self._ask(again=True)

    def _tell_there(self, photos: int) -> None:
        if photos == 0:
            self._view.invite(self._texts.no_photos)
        elif not self._view.photo:
            self._view.say(self._texts.searchable(photos))

    def _do_wanted(self, fits: bool) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted and fits:
            wanted()

    def _refuse(self, error: PhotoseekError) -> None:
        self._wanted = None
        self._view.say(f"{error.message} {error.hint}".strip())


def _do(deed: Callable[[], object], event: object) -> str:
    deed()
    return "break"
