"""The icon files of the packages, made by their script and read as a desktop reads them."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import IcnsImagePlugin, Image

from tests.system.installing import CHECKOUT

BLUE, WHITE = (42, 91, 215), (255, 255, 255)


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the script fills."""
    folder = tmp_path_factory.mktemp("icons")
    subprocess.run([sys.executable, CHECKOUT / "packaging" / "icons.py", folder], check=True)
    return folder


def test_linux_gets_a_picture_of_each_usual_size_and_the_mark_itself(icons: Path) -> None:
    sides = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
    for side in sides:
        with Image.open(icons / "hicolor" / f"{side}x{side}" / "apps" / "photoseek.png") as picture:
            assert (picture.size, picture.mode) == ((side, side), "RGBA")
    mark = icons / "hicolor" / "scalable" / "apps" / "photoseek.svg"
    assert mark.read_bytes() == (CHECKOUT / "webui" / "icon.svg").read_bytes()
    assert len(list((icons / "hicolor").rglob("*.*"))) == len(sides) + 1


def test_each_size_is_drawn_for_itself_with_clear_corners(icons: Path) -> None:
    for picture in (icons / "hicolor").rglob("*.png"):
        with Image.open(picture) as drawn:
            side = drawn.width
            assert drawn.getpixel((0, 0))[3] < 128, picture  # type: ignore[index] # four numbers a pixel
            assert drawn.getpixel((side // 2, side // 16)) == (*BLUE, 255), picture
            whites = sum(count for count, colour in drawn.getcolors(side * side) or [] if colour[:3] == WHITE)  # type: ignore[index, misc]
            assert whites, picture  # shrunk from a large one, a small one has no pure white


def test_windows_and_macos_get_one_file_with_all_their_sizes(icons: Path) -> None:
    with Image.open(icons / "photoseek.ico") as windows:
        assert windows.info["sizes"] == {(side, side) for side in (16, 20, 24, 32, 40, 48, 64, 256)}
    with Image.open(icons / "photoseek.icns") as macos:
        assert isinstance(macos, IcnsImagePlugin.IcnsImageFile)
        pixels = {wide * scale for wide, _, scale in macos.icns.itersizes()}
        assert pixels == {32, 64, 128, 256, 512, 1024}


def test_the_macs_icon_has_apples_free_edge(icons: Path) -> None:
    with Image.open(icons / "photoseek.icns") as icon:
        assert isinstance(icon, IcnsImagePlugin.IcnsImageFile)
        icon.load()
        assert icon.size == (1024, 1024)
        shown = icon.getchannel("A").getbbox()
    assert shown == (100, 100, 924, 924)
