"""Makes the icon files of every desktop from photoseek's one mark, ``webui/icon.svg``.

Run as ``python packaging/icons.py FOLDER`` by whatever builds a package. Into FOLDER come the ``hicolor`` tree of
Linux, ``photoseek.ico`` for Windows and ``photoseek.icns`` for macOS. None of them is kept in the repository.
"""

import io
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import resvg_py
from PIL import Image

MARK = Path(__file__).parents[1] / "webui" / "icon.svg"

# https://specifications.freedesktop.org/icon-theme-spec/latest/: what panels, menus and software centres ask for.
LINUX = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
# https://learn.microsoft.com/windows/apps/design/style/iconography/app-icon-construction
WINDOWS = (16, 20, 24, 32, 40, 48, 64, 256)
# Those that Pillow puts into an ICNS: 16 to 512 points, plain and at double density.
MACOS = (32, 64, 128, 256, 512, 1024)


def main(folder: Path) -> None:
    """Write all of them below ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = MARK.read_text("utf-8")
    write_hicolor(mark, folder / "hicolor")
    _save([draw(mark, side) for side in WINDOWS], folder / "photoseek.ico")
    _save([draw(with_margin(mark), side) for side in MACOS], folder / "photoseek.icns")


def write_hicolor(mark: str, folder: Path) -> None:
    """The icon theme's folders, with the mark itself for whoever can scale it."""
    for side in LINUX:
        place = folder / f"{side}x{side}" / "apps" / "photoseek.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        draw(mark, side).save(place, optimize=True)
    scalable = folder / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MARK, scalable / "photoseek.svg")


def draw(mark: str, side: int) -> Image.Image:
    """The mark, ``side`` pixels wide and high, drawn at that size and not shrunk to it: so its edges are sharp."""
    return Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=mark, width=side, height=side)))


def with_margin(mark: str) -> str:
    """The mark with the free edge of a Mac's icon: Apple's template is 1024 wide and the icon in it 824."""
    inner = mark.replace("<svg ", '<svg x="100" y="100" width="824" height="824" ', 1)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024">{inner}</svg>'


def _save(pictures: Iterable[Image.Image], file: Path) -> None:
    """One file with a picture of each size; left to itself, Pillow would shrink the largest."""
    *smaller, largest = sorted(pictures, key=lambda picture: picture.width)
    largest.save(file, append_images=smaller, sizes=[picture.size for picture in (*smaller, largest)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
