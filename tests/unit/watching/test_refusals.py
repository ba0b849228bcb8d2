"""Words for folders that can't be watched by events."""

import errno
import os
from collections import namedtuple
from pathlib import Path

import psutil
import pytest

from photoseek.watching.refusals import network_kind, network_note, refusal_note

Mount = namedtuple("Mount", "mountpoint fstype opts")


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/Pictures", ""),
        ("/mnt/nas/photos", "nfs4"),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nasty", ""),
        ("/mnt", "fuse.sshfs"),
        ("/mnt/windows disk", ""),
        ("/mnt/nas/local", ""),
        ("/home/me", ""),
        ("/srv", "network"),
    ],
)
def test_a_network_file_system_is_told_by_its_mount(folder: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = [
        Mount("/", "ext4", "rw"),
        Mount("/mnt/nas", "nfs4", "rw"),
        Mount("/mnt/nas/local", "ext4", "rw"),
        Mount("/mnt/host", "fuse.sshfs", "rw"),
        Mount("/mnt/windows disk", "fuseblk", "rw"),
        Mount("/home/me/.cache/doc", "fuse.portal", "rw"),
        Mount("/srv", "NTFS", "rw,remote"),
    ]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: mounts)  # noqa: A006 - psutil's name

    assert network_kind(os.fsencode(folder)) == kind


def test_a_folder_on_a_local_disk_is_not_on_the_network(tmp_path: Path) -> None:
    assert network_kind(os.fsencode(tmp_path)) == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "no"), "sudo sysctl fs.inotify.max_user_watches="),
        (OSError(errno.EMFILE, "no"), "sudo sysctl fs.inotify.max_user_instances="),
        (OSError(errno.EIO, "Input/output error"), "(Input/output error)"),
        (OSError(), "(OSError)"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(error: OSError, words: str) -> None:
    assert words in refusal_note(error)
    assert "every minute" in refusal_note(error)


def test_a_network_note_names_the_file_system() -> None:
    assert "(nfs4)" in network_note("nfs4")
