"""What the window shows: the field, the photos of an answer or the last searches, the line at the foot.

Used by ``window`` on Tk's thread. It draws and measures; what is done with a choice, ``window`` decides.
"""

import tkinter as tk
from collections.abc import Sequence
from typing import TYPE_CHECKING

from photoseek.tray.quick.foot import Foot
from photoseek.tray.quick.grid import Grid, Key, Measures, lay_out
from photoseek.tray.quick.looks import Look, shorten
from photoseek.tray.quick.texts import QuickTexts

if TYPE_CHECKING:
    from PIL import Image, ImageTk

    from photoseek.api.wire import HitBody
    from photoseek.tray.quick.news import Found


class View:
    """The inside of the window, one for each look.

    Attributes:
        field: What is typed into.
        photos: What can be chosen from; clicks and the pointer are heard here.
        frame: All of it.
    """

    def __init__(self, root: tk.Tk, look: Look, texts: QuickTexts, hints: Sequence[tuple[str, str]]) -> None:
        self._look, self._texts = look, texts
        self.measures = Measures.at(look.scale)
        self.frame = tk.Frame(root, bg=look.colours.line, padx=max(look.px(1), 1), pady=max(look.px(1), 1))
        self._images: dict[str, ImageTk.PhotoImage] = {}
        self._on_canvas: dict[str, list[int]] = {}
        self._answer: Found | None = None
        self._recent: tuple[str, ...] = ()
        self._grid: Grid | None = None
        self._chosen = 0
        self._note = ""
        self.field = self._make_field()
        self.photos = tk.Canvas(
            self.frame, bg=look.colours.paper, highlightthickness=0, bd=0,
            width=self.measures.whole_width, height=self.measures.shown_height,
            yscrollincrement=1,
        )  # fmt: skip
        self.photos.pack(fill="x")
        self._foot = Foot(self.frame, look, texts, self.measures, hints)
        self.frame.pack()

    def _make_field(self) -> tk.Entry:
        look, colours = self._look, self._look.colours
        top = tk.Frame(self.frame, bg=colours.raised, padx=self.measures.margin, pady=look.px(13))
        top.pack(fill="x")
        tk.Frame(self.frame, bg=colours.line, height=max(look.px(1), 1)).pack(fill="x")
        lens = self._keep("lens", self._draw_lens())
        tk.Label(top, image=lens, bg=colours.raised, bd=0).pack(side="left", padx=(0, look.px(12)))
        field = tk.Entry(
            top, bg=colours.raised, fg=colours.ink, font=look.letters(20), bd=0, relief="flat", highlightthickness=0,
            insertbackground=colours.accent, insertwidth=max(look.px(2), 2), insertontime=600, insertofftime=350,
            selectbackground=colours.accent, selectforeground=colours.on_accent, selectborderwidth=0,
        )  # fmt: skip
        field.pack(side="left", fill="x", expand=True)
        # Tk's own fields know no such text: it is one more thing that lies in the field, as long as that is empty.
        self._placeholder = tk.Label(
            field, text=self._texts.placeholder, bg=colours.raised, fg=colours.quiet, font=look.letters(20), bd=0,
            padx=0, pady=0, cursor="xterm",
        )  # fmt: skip
        self._placeholder.bind("<Button-1>", lambda _: field.focus_set())
        return field

    def _draw_lens(self) -> "Image.Image":
        from photoseek.tray.quick.pictures import draw_lens  # noqa: PLC0415 - Pillow comes when it is needed

        return draw_lens(self._look.px(22), self._look.colours.quiet)

    def _keep(self, name: str, image: "Image.Image") -> "ImageTk.PhotoImage":
        """An image for Tk, which itself keeps none alive."""
        from PIL import ImageTk  # noqa: PLC0415 - Pillow comes when it is needed

        self._images[name] = ImageTk.PhotoImage(image, master=self.frame)
        return self._images[name]

    @property
    def words(self) -> str:
        """What stands in the field."""
        return self.field.get()

    def write(self, words: str) -> None:
        """Put words into the field, chosen, so that the next key replaces them."""
        self.field.delete(0, "end")
        self.field.insert(0, words)
        self.select_words()

    def select_words(self) -> None:
        """Choose all that stands in the field."""
        self.field.select_range(0, "end")
        self.field.icursor("end")
        self.show_placeholder()

    def show_placeholder(self) -> None:
        """As long as nothing is typed."""
        if self.words:
            self._placeholder.place_forget()
        else:
            self._placeholder.place(x=self._look.px(3), rely=0.5, anchor="w")

    # What there is to choose from.

    @property
    def photo(self) -> "HitBody | None":
        """The chosen photo."""
        return self._answer.photos[self._chosen] if self._answer and self._answer.photos else None

    @property
    def answered(self) -> str | None:
        """The words that the photos are an answer to; None where none is shown."""
        return self._answer.words if self._answer else None

    @property
    def recent(self) -> str:
        """The chosen one of the last searches; "" where they are not shown."""
        return self._recent[self._chosen] if self._recent and self._chosen >= 0 else ""

    def show_recent(self, searches: Sequence[str]) -> None:
        """The last searches; where there are none, what one can say."""
        self._begin_anew()
        self._recent = tuple(searches)
        look, margin = self._look, self.measures.margin
        if searches:
            self._heading(0, self._texts.recent)
        else:
            self.invite(self._texts.idle)
        for number, words in enumerate(searches):
            y = self._recent_y(number)
            self.photos.create_text(
                margin + look.px(12), y + look.px(17), text=shorten(self.photos, words, look.letters(14), look.px(660)),
                anchor="w", font=look.letters(14), fill=look.colours.ink, tags="front",
            )  # fmt: skip
        if searches:
            self._choose(-1)
        self._draw_foot()

    def invite(self, text: str) -> None:
        """A text in the middle, where there is nothing to choose from."""
        if self._answer is None and not self._recent:
            self.photos.delete("all")
            self.photos.create_text(
                self.measures.whole_width // 2, self.measures.shown_height // 2, text=text, justify="center",
                width=self.measures.whole_width * 3 // 4, font=self._look.letters(15), fill=self._look.colours.quiet,
            )  # fmt: skip

    def _recent_y(self, number: int) -> int:
        return self.measures.heading + number * self._look.px(34)

    def show_answer(self, answer: "Found") -> None:
        """The photos of an answer; their tiles come by ``show_tile``."""
        known = {photo.id for photo in answer.photos} | {"lens", "ring", "empty"}
        self._images = {name: image for name, image in self._images.items() if name in known}
        self._begin_anew()
        self._answer = answer
        self._grid = lay_out(answer.good, len(answer.photos) - answer.good, self.measures)
        self._head(answer, self._grid)
        empty = self._empty_tile()
        for photo, tile in zip(answer.photos, self._grid.tiles, strict=True):
            image = self._images.get(photo.id, empty)
            item = self.photos.create_image(tile.x, tile.y, image=image, anchor="nw", tags="front")
            self._on_canvas.setdefault(photo.id, []).append(item)
        self.photos.configure(scrollregion=(0, 0, self.measures.whole_width, self._grid.height))
        if answer.photos:
            self._choose(0)
        self._draw_foot()

    def _head(self, answer: "Found", grid: Grid) -> None:
        texts = self._texts
        if answer.good:
            self._heading(grid.opening, texts.fit(answer.good_in_all))
        elif answer.is_list:
            self._heading(grid.opening, texts.nothing_passes)
        else:
            words = shorten(self.photos, answer.words, self._look.letters(13, "bold"), self._look.px(480))
            self._heading(grid.opening, texts.nothing_fits.format(words), strong=True)
        if grid.weak is not None:
            self._heading(grid.weak, texts.fit_less if answer.good else texts.nearest)

    def show_tile(self, photo_id: str, tile: "Image.Image") -> None:
        """The picture of a photo has come."""
        if photo_id in self._on_canvas:
            image = self._keep(photo_id, tile)
            for item in self._on_canvas[photo_id]:
                self.photos.itemconfigure(item, image=image)

    def say(self, note: str) -> None:
        """One line at the foot, in place of what is said of the chosen photo; "" takes it away."""
        self._note = note
        self._draw_foot()

    def choose_by_key(self, key: Key) -> None:
        """Go where an arrow key leads."""
        if self._grid is not None and self._grid.tiles:
            self._choose(self._grid.neighbour(self._chosen, key))
        elif self._recent:
            step = {"Up": -1, "Prior": -1, "Down": 1, "Next": 1}.get(key, 0)
            self._choose(min(max(self._chosen + step, 0), len(self._recent) - 1))
        self.say("")

    def choose_at(self, x: int, y: int) -> bool:
        """Choose what is under a point of ``photos``; whether there is something."""
        if self._grid is not None:
            found = self._grid.photo_at(x, self.photos.canvasy(y), self.measures)
        else:
            number = (y - self.measures.heading) // self._look.px(34)
            found = number if 0 <= number < len(self._recent) else None
        if found is not None and found != self._chosen:
            self._choose(found, scroll=False)
            self.say("")
        return found is not None

    @property
    def is_in_first_row(self) -> bool:
        """Whether Up leads back into the field."""
        return self._grid is None or not self._grid.tiles or self._grid.tiles[self._chosen].row == 0

    def scroll(self, rows: float) -> None:
        """Move what is shown, by the wheel."""
        if self._grid is not None and self._grid.height > self.measures.shown_height:
            self.photos.yview_scroll(round(rows * self.measures.height / 2), "units")

    def _begin_anew(self) -> None:
        self.photos.delete("all")
        self.photos.configure(scrollregion=(0, 0, self.measures.whole_width, self.measures.shown_height))
        self.photos.yview_moveto(0)
        self._on_canvas = {}
        self._answer, self._grid, self._recent, self._chosen, self._note = None, None, (), 0, ""

    def _choose(self, index: int, *, scroll: bool = True) -> None:
        self._chosen = index
        self.photos.delete("ring")
        if self._grid is not None:
            tile = self._grid.tiles[index]
            image = self._ring()
            reach = (image.width() - self.measures.width) // 2
            self.photos.create_image(tile.x - reach, tile.y - reach, image=image, anchor="nw", tags="ring")
            if scroll:
                self._scroll_to(tile.y)
        elif index >= 0:
            top, margin = self._recent_y(index), self.measures.margin
            self.photos.create_rectangle(
                margin, top, self.measures.whole_width - margin, top + self._look.px(34),
                fill=self._look.colours.sunken, width=0, tags="ring",
            )  # fmt: skip
            self.photos.tag_raise("front")

    def _scroll_to(self, y: int) -> None:
        assert self._grid is not None
        shown_from, shown = self.photos.canvasy(0), self.measures.shown_height
        below, above = y + self.measures.height + self.measures.margin, y - self.measures.heading
        if below > shown_from + shown:
            self.photos.yview_moveto((below - shown) / self._grid.height)
        elif above < shown_from:
            self.photos.yview_moveto(max(above, 0) / self._grid.height)

    def _ring(self) -> "ImageTk.PhotoImage":
        from photoseek.tray.quick.pictures import draw_ring  # noqa: PLC0415 - Pillow comes when it is needed

        if "ring" not in self._images:
            thickness = max(self._look.px(3), 2)
            self._keep("ring", draw_ring(self.measures.tile, thickness, self._look.colours.accent))
        return self._images["ring"]

    def _empty_tile(self) -> "ImageTk.PhotoImage":
        from photoseek.tray.quick.pictures import empty_tile  # noqa: PLC0415 - Pillow comes when it is needed

        if "empty" not in self._images:
            colours = self._look.colours
            self._keep("empty", empty_tile(self.measures.tile, colours.sunken, colours.paper))
        return self._images["empty"]

    def _heading(self, y: int, text: str, *, strong: bool = False) -> None:
        self.photos.create_text(
            self.measures.margin, y + self.measures.heading // 2, text=text, anchor="w",
            font=self._look.letters(13, "bold" if strong else "normal"),
            fill=self._look.colours.ink if strong else self._look.colours.quiet,
        )  # fmt: skip

    def _draw_foot(self) -> None:
        self._foot.draw(self._note, self.photo, with_hints=bool(self.photo or self.recent))
