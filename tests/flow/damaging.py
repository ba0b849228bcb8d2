"""Ways to damage a SQLite file, each by chance of a seed."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path, random.Random], None]


def _rewrite(path: Path, change: Callable[[bytearray], None]) -> None:
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)


def _page(data: bytearray) -> int:
    size = int.from_bytes(data[16:18], "big")
    return 65536 if size == 1 else size


def _pages(data: bytearray) -> int:
    return len(data) // _page(data)


def flip_bits(path: Path, chance: random.Random) -> None:
    def change(data: bytearray) -> None:
        for _ in range(chance.choice((1, 2, 8, 64))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)

    _rewrite(path, change)


def flip_bits_in_rows(path: Path, chance: random.Random) -> None:
    """Where there is something: most of a small database is empty."""

    def change(data: bytearray) -> None:
        full = [place for place in range(100, len(data)) if data[place]]
        for _ in range(chance.choice((1, 4))):
            data[chance.choice(full)] ^= 1 << chance.randrange(8)

    _rewrite(path, change)


def flip_a_bit_in_the_header(path: Path, chance: random.Random) -> None:
    def change(data: bytearray) -> None:
        data[chance.randrange(100)] ^= 1 << chance.randrange(8)

    _rewrite(path, change)


def zero_a_page(path: Path, chance: random.Random) -> None:
    def change(data: bytearray) -> None:
        at = chance.randrange(_pages(data)) * _page(data)
        data[at : at + _page(data)] = bytes(_page(data))

    _rewrite(path, change)


def fill_a_page_with_noise(path: Path, chance: random.Random) -> None:
    def change(data: bytearray) -> None:
        at = chance.randrange(_pages(data)) * _page(data)
        data[at : at + _page(data)] = chance.randbytes(_page(data))

    _rewrite(path, change)


def swap_two_pages(path: Path, chance: random.Random) -> None:
    def change(data: bytearray) -> None:
        size = _page(data)
        one, other = (at * size for at in chance.sample(range(_pages(data)), 2))
        data[one : one + size], data[other : other + size] = data[other : other + size], data[one : one + size]

    _rewrite(path, change)


def cut_off(path: Path, chance: random.Random) -> None:
    def change(data: bytearray) -> None:
        del data[chance.randrange(len(data)) :]

    _rewrite(path, change)


def empty_or_gone(path: Path, chance: random.Random) -> None:
    if chance.random() < 0.5:
        path.write_bytes(b"")
    else:
        path.unlink()


def replace_by_a_text(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"this is a holiday diary " * chance.randrange(1, 2000))


def put_a_foreign_log_beside(path: Path, chance: random.Random) -> None:
    path.with_name(f"{path.name}-wal").write_bytes(chance.randbytes(chance.randrange(1, 100_000)))


def damage_the_log(path: Path, chance: random.Random) -> None:
    log = path.with_name(f"{path.name}-wal")
    chance.choice((flip_bits, cut_off_anything))(log, chance)


def cut_off_anything(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])


def lose_the_log(path: Path, _: random.Random) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def noise_in_the_shared_memory(path: Path, chance: random.Random) -> None:
    path.with_name(f"{path.name}-shm").write_bytes(chance.randbytes(32768))


TO_A_CLOSED_FILE: tuple[Damage, ...] = (
    flip_bits,
    flip_bits_in_rows,
    flip_bits_in_rows,
    flip_a_bit_in_the_header,
    zero_a_page,
    fill_a_page_with_noise,
    swap_two_pages,
    cut_off,
    empty_or_gone,
    replace_by_a_text,
    put_a_foreign_log_beside,
)
TO_A_FILE_WITH_A_LOG: tuple[Damage, ...] = (
    damage_the_log,
    damage_the_log,
    lose_the_log,
    noise_in_the_shared_memory,
    flip_bits_in_rows,
)
FLIPS: tuple[Damage, ...] = (flip_bits, flip_bits_in_rows, flip_a_bit_in_the_header)
NEVER_OVERLOOKED: tuple[Damage, ...] = (
    zero_a_page,
    fill_a_page_with_noise,
    swap_two_pages,
    cut_off,
    empty_or_gone,
    replace_by_a_text,
)
"""The others can hit bytes that mean nothing, or what SQLite takes for a power cut: a log that ends sooner."""


def copy_home(home: Path, to: Path) -> Path:
    """photoseek's own files as they are at this moment; the catalogue in them."""
    shutil.copytree(home, to)
    return to / "data" / "catalogue.sqlite3"
