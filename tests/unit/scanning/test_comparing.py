"""What is different, decided from two lists."""

from photoseek.domain import Changes, FileStamp, FoundFile
from photoseek.scanning import Walk, compare

OLD = FileStamp(10, 1)


def test_nothing_changed_is_no_change() -> None:
    assert not compare(Walk({b"a": OLD}), {b"a": OLD})
    assert not compare(Walk(), {})


def test_new_changed_and_vanished_files_are_told_apart() -> None:
    larger, later = FileStamp(11, 1), FileStamp(10, 2)
    known = {b"same": OLD, b"larger": OLD, b"later": OLD, b"gone": OLD}
    changes = compare(Walk({b"same": OLD, b"larger": larger, b"later": later, b"new": OLD}), known)
    assert changes == Changes(
        found=[FoundFile(b"larger", larger), FoundFile(b"later", later), FoundFile(b"new", OLD)], vanished=[b"gone"]
    )


def test_an_older_time_is_a_change_too() -> None:
    assert compare(Walk({b"a": FileStamp(10, 0)}), {b"a": OLD}).found == [FoundFile(b"a", FileStamp(10, 0))]


def test_what_lies_in_an_unreadable_folder_has_not_vanished() -> None:
    known = {b"shut/a": OLD, b"shut/deep/b": OLD, b"shutter": OLD, b"open/c": OLD}
    assert compare(Walk(unreadable=[b"shut"]), known).vanished == [b"shutter", b"open/c"]
    assert compare(Walk(unreadable=[b""]), known).vanished == []


def test_nothing_on_the_disk_means_that_all_has_vanished() -> None:
    assert compare(Walk(), {b"a": OLD, b"b": OLD}).vanished == [b"a", b"b"]
