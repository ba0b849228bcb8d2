"""The commands that ask the daemon, and the root of them all."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

import photoseek.cli
from photoseek.__main__ import main
from photoseek.api import wire
from photoseek.cli.root import COMMANDS, cli
from photoseek.domain.filters import KINDS
from photoseek.instance import Discovery, only_daemon
from photoseek.paths import Paths
from tests.unit.cli.bodies import STATUS
from tests.unit.cli.conftest import Photoseek
from tests.unit.cli.small_daemon import SmallDaemon, error

NOT_COMMANDS = {"__init__", "root", "terminal", "asking", "progress", "begin", "pictures", "places"}


def folder(number: int, path: Path | str, note: str = "") -> wire.FolderBody:
    return wire.FolderBody(id=number, path=str(path), state="watching", photos=7, last_scan="", note=note)


def test_every_command_has_a_file_and_every_file_a_command() -> None:
    files = {path.stem for path in Path(photoseek.cli.__file__).parent.glob("*.py")}
    assert files - NOT_COMMANDS == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert f" {name} " in result.output
    assert result.output == CliRunner().invoke(cli, [name, "-h"]).output
    assert "..." not in result.output.partition("Commands:")[2]  # a line that click has cut off


def test_ctrl_c_while_it_begins_is_an_end_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin(prog_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("photoseek.cli.cli", begin)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


def test_the_help_of_search_names_every_filter() -> None:
    said = CliRunner().invoke(cli, ["search", "--help"]).output
    assert set(KINDS) == set(re.findall(r"\b([a-z]+):[A-Za-z0-9*]", said))


def test_a_misspelt_command_is_wrong_usage(photoseek: Photoseek) -> None:
    result = photoseek("serch", "dog")
    assert result.exit_code == 2
    assert "serch" in result.stderr


def test_the_help_says_which_commands_there_are(photoseek: Photoseek) -> None:
    result = photoseek("--help")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("browser", [True, False])
def test_without_a_command_it_opens_the_page_of_the_one_that_runs(
    small_daemon: SmallDaemon, photoseek: Photoseek, monkeypatch: pytest.MonkeyPatch, browser: bool
) -> None:
    opened: list[str] = []

    def open_it(url: str) -> bool:
        opened.append(url)
        return browser

    monkeypatch.setattr("webbrowser.open", open_it)
    small_daemon.answers["POST /api/v1/links"] = wire.LinkBody(url="http://127.0.0.1:1/", file="/f", lasts_s=60)
    result = photoseek()
    assert result.exit_code == 0
    assert f"running already, at {small_daemon.url}" in result.stderr
    assert ("The page is in your browser." in result.stderr) is browser
    assert ("photoseek open --print" in result.stderr) is not browser
    assert opened == ["file:///f"]


@pytest.mark.parametrize(
    "args",
    [
        ["status"],
        ["folders", "list"],
        ["rescan"],
        ["pause"],
        ["resume"],
        ["problems"],
        ["duplicates"],
        ["stop"],
        ["open"],
    ],
)
def test_what_needs_the_daemon_ends_with_3_without_one(photoseek: Photoseek, args: list[str]) -> None:
    result = photoseek(*args)
    assert result.exit_code == 3
    assert result.stderr.startswith("photoseek is not running:")


def test_an_error_that_nobody_foresaw_is_said_in_words(
    photoseek: Photoseek, own_paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_paths.token.mkdir(parents=True)
    result = photoseek("token")
    assert result.exit_code == 1
    assert result.stderr.startswith("Something went wrong: IsADirectoryError:")
    monkeypatch.setenv("PHOTOSEEK_DEBUG", "1")
    assert isinstance(photoseek("token").exception, IsADirectoryError)


def test_status_shows_model_indexing_and_folders(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    busy = wire.IndexingBody(state="indexing", done=1200, total=3000, per_s=31.24, eta_s=125.0, note="disk is slow")
    counts = wire.CountsBody(photos=1198, contents=1100, vectors=1100, waiting=1800, problems=2)
    small_daemon.answers["GET /api/v1/status"] = wire.StatusBody(
        version="0.1.0", model=STATUS.model, indexing=busy, counts=counts, folders=[folder(1, "/p", "it is away")]
    )
    result = photoseek("status")
    assert result.exit_code == 0
    for words in (
        f"photoseek 0.1.0 at {small_daemon.url}",
        "m (ready)",
        "only the starter",
        "indexing, 1,200 of 3,000 files, 31.2 a second, 2 min left",
        "disk is slow",
        "1,100 photos in 1,198 files, 1,100 searchable, 1,800 waiting, 2 problems",
        "/p",
        "watching, 7 files, not scanned yet",
        "it is away",
    ):
        assert words in result.stdout


def test_status_says_how_far_the_next_model_is_and_what_keeps_it(
    small_daemon: SmallDaemon, photoseek: Photoseek
) -> None:
    coming = wire.NextModelBody(name="l", state="downloading", done=3 * 10**8, total=10**9, eta_s=None, note="slow")
    small_daemon.answers["GET /api/v1/status"] = msgspec.structs.replace(
        STATUS, model=msgspec.structs.replace(STATUS.model, next=coming)
    )
    result = photoseek("status")
    assert "Next      l (downloading), 300 of 1,000 MB\n" in result.stdout
    assert "slow" in result.stdout


def test_status_says_once_that_there_is_no_model(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["GET /api/v1/status"] = wire.StatusBody(
        version="0.1.0",
        model=wire.ModelBody(name="auto", state="failed", dim=0, note="There is no network."),
        indexing=wire.IndexingBody(
            state="indexing", done=0, total=7, per_s=0.0, eta_s=None, note="There is no network."
        ),
        counts=wire.CountsBody(photos=7, contents=0, vectors=0, waiting=7, problems=0),
        folders=[],
    )
    assert photoseek("status").stdout.count("There is no network.") == 1


@pytest.mark.parametrize(("args", "route"), [(["status"], "status"), (["folders", "list"], "folders")])
def test_json_is_the_body_unchanged(
    small_daemon: SmallDaemon, photoseek: Photoseek, args: list[str], route: str
) -> None:
    body = {"status": STATUS, "folders": wire.FoldersBody(folders=[folder(1, "/p")])}[route]
    small_daemon.answers[f"GET /api/v1/{route}"] = body
    assert json.loads(photoseek(*args, "--json").stdout) == json.loads(wire_json(body))


def wire_json(body: object) -> bytes:
    return msgspec.json.encode(body)


def test_a_relative_folder_is_added_by_its_whole_path(
    small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path
) -> None:
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[folder(2, "/other")])
    small_daemon.answers["POST /api/v1/folders"] = folder(1, tmp_path / "pictures")
    result = photoseek("folders", "add", "pictures")
    assert result.exit_code == 0
    assert json.loads(small_daemon.asked[-1].body) == {"path": str(tmp_path / "pictures")}
    assert "photoseek status" in result.stderr


def test_to_add_a_folder_again_is_no_mistake(small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path) -> None:
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[folder(2, tmp_path / "pictures")])
    result = photoseek("folders", "add", "./pictures/")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{tmp_path / 'pictures'} is watched already.\n"
    assert [asked.method for asked in small_daemon.asked] == ["GET"]


def test_a_folder_that_can_not_be_read_is_for_the_daemon_to_refuse(
    small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[])
    small_daemon.answers["POST /api/v1/folders"] = (400, error("bad_folder", "It can't be read."))
    result = photoseek("folders", "add", str(tmp_path))
    assert (result.exit_code, result.stderr) == (1, "This folder can't be watched: It can't be read.\n")


def test_a_folder_that_the_daemon_refuses_ends_with_1(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[])
    small_daemon.answers["POST /api/v1/folders"] = (400, error("bad_folder", "/no is not there.", "Look again."))
    result = photoseek("folders", "add", "/no")
    assert (result.exit_code, result.stderr) == (
        1,
        "This folder can't be watched: /no is not there.\nLook again.\n",
    )


def test_a_folder_is_named_as_it_is_watched_whatever_link_led_to_it(
    small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to("pictures")
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[])
    small_daemon.answers["POST /api/v1/folders"] = folder(1, tmp_path / "pictures")
    assert photoseek("folders", "add", "../" + tmp_path.name + "/link").stdout == (
        f"{tmp_path / 'pictures'} is watched from now on.\n"
    )


@pytest.mark.parametrize("words", ["folders add", "folders remove", "folders confirm-missing", "run --folder"])
def test_a_shell_completes_the_folder(words: str) -> None:
    asked = ShellComplete(cli, {}, "photoseek", "_PHOTOSEEK_COMPLETE").get_completions(words.split(), "pic")
    assert [item.type for item in asked] == ["file"]


@pytest.mark.parametrize("deed", ["add", "remove", "confirm-missing"])
def test_an_empty_name_is_not_the_folder_that_one_is_in(
    small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path, deed: str
) -> None:
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[folder(1, tmp_path)])
    result = photoseek("folders", deed, "")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "empty" in result.stderr
    assert all(asked.method == "GET" for asked in small_daemon.asked)


@pytest.mark.parametrize("name", ["2023", "~nobody-here/2023", "9" * 5000])
def test_a_folder_may_be_called_like_a_number_or_a_home(
    small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path, name: str
) -> None:
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(
        folders=[folder(1, "/o"), folder(7, tmp_path / name)]
    )
    small_daemon.answers["DELETE /api/v1/folders/7"] = wire.RemovedBody(removed=7)
    assert photoseek("folders", "remove", name).exit_code == 0


@pytest.mark.parametrize("name", ["2", "pictures", "{here}/pictures", "./pictures/"])
def test_a_folder_is_removed_by_number_or_path(
    small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path, name: str
) -> None:
    both = wire.FoldersBody(folders=[folder(1, "/other"), folder(2, tmp_path / "pictures")])
    small_daemon.answers["GET /api/v1/folders"] = both
    small_daemon.answers["DELETE /api/v1/folders/2"] = wire.RemovedBody(removed=2)
    result = photoseek("folders", "remove", name.format(here=tmp_path))
    assert result.exit_code == 0, result.output
    assert small_daemon.asked[-1].method == "DELETE"


def test_a_folder_that_is_not_watched_can_not_be_removed(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[folder(1, "/other")])
    result = photoseek("folders", "remove", "3")
    assert result.exit_code == 1
    assert len(small_daemon.asked) == 1


@pytest.mark.parametrize(("args", "asked"), [(["2"], {}), (["pictures", "--all"], {"all": "true"})])
def test_missing_pictures_are_let_go_by_number_or_path(
    small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path, args: list[str], asked: dict[str, str]
) -> None:
    both = wire.FoldersBody(folders=[folder(1, "/other"), folder(2, tmp_path / "pictures")])
    small_daemon.answers["GET /api/v1/folders"] = both
    small_daemon.answers["POST /api/v1/folders/2/confirm-missing"] = wire.LetGoBody(let_go=42)
    result = photoseek("folders", "confirm-missing", *args)
    assert (result.exit_code, result.stdout) == (0, "42 pictures let go.\n")
    assert small_daemon.asked[-1].query == asked


def test_pictures_that_may_not_be_gone_end_with_1_and_what_to_do(
    small_daemon: SmallDaemon, photoseek: Photoseek
) -> None:
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[folder(2, "/p")])
    refused = (409, error("doubt", "The folder can't be reached.", "Connect its disk."))
    small_daemon.answers["POST /api/v1/folders/2/confirm-missing"] = refused
    result = photoseek("folders", "confirm-missing", "2")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Nothing was let go: The folder can't be reached.\nConnect its disk.\n"


def test_nothing_to_let_go_is_said(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[folder(2, "/p")])
    small_daemon.answers["POST /api/v1/folders/2/confirm-missing"] = wire.LetGoBody(let_go=0)
    assert "Nothing is missing" in photoseek("folders", "confirm-missing", "2").stdout


@pytest.mark.parametrize("action", ["rescan", "pause", "resume"])
def test_indexing_is_steered(small_daemon: SmallDaemon, photoseek: Photoseek, action: str) -> None:
    small_daemon.answers["POST /api/v1/indexing"] = wire.IndexingAnswerBody(indexing=STATUS.indexing)
    assert photoseek(action).exit_code == 0
    assert json.loads(small_daemon.asked[0].body) == {"action": action}


def test_problems_show_file_and_reason(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["GET /api/v1/problems"] = wire.ProblemsBody(
        problems=[wire.ProblemBody(path="/p/a\nb.jpg", reason="It is cut off.", seen_at="2020-01-01T00:00:00Z")],
        next_cursor=None,
    )
    result = photoseek("problems")
    assert result.stdout.splitlines()[0] == "/p/a\\nb.jpg"
    assert "It is cut off." in result.stdout
    assert json.loads(photoseek("problems", "--json").stdout)["next_cursor"] is None


def test_problems_can_be_tried_again(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["POST /api/v1/problems/retry"] = wire.RetriedBody(retried=3)
    assert "3 files will be tried again" in photoseek("problems", "--retry").stdout


def test_the_token_is_printed_alone(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    assert photoseek("token").stdout == small_daemon.token + "\n"


def test_a_running_daemon_makes_the_new_token(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["POST /api/v1/token/renew"] = wire.RenewedBody()
    result = photoseek("token", "--rotate")
    assert result.exit_code == 0
    assert [asked.path for asked in small_daemon.asked] == ["/api/v1/token/renew"]
    assert result.stdout == f"{small_daemon.token}\n", "what lies in the file"


def test_without_a_daemon_the_command_makes_the_new_token(own_paths: Paths, photoseek: Photoseek) -> None:
    first = photoseek("token", "--rotate").stdout
    second = photoseek("token", "--rotate").stdout
    assert len(first) == len(second) == 44
    assert first != second == photoseek("token").stdout
    assert stat.S_IMODE(own_paths.token.stat().st_mode) == 0o600


def test_while_a_daemon_starts_there_is_no_new_token(own_paths: Paths, photoseek: Photoseek) -> None:
    before = photoseek("token", "--rotate").stdout
    with only_daemon(own_paths):
        result = photoseek("token", "--rotate")
    assert result.exit_code == 1
    assert "is running already" in result.stderr
    assert photoseek("token").stdout == before


def test_open_hands_the_browser_a_file_and_no_link(
    small_daemon: SmallDaemon, photoseek: Photoseek, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "open page.html"
    link = wire.LinkBody(url="http://127.0.0.1:1/#code=secret", file=str(file), lasts_s=60)
    small_daemon.answers["POST /api/v1/links"] = link
    opened: list[str] = []

    def open_it(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", open_it)
    result = photoseek("open")
    assert (result.exit_code, result.output) == (0, "")
    assert opened == [file.as_uri()]
    assert photoseek("open", "--print").stdout == f"{link.url}\n"
    assert len(opened) == 1


def test_without_a_browser_open_says_what_else_there_is(
    small_daemon: SmallDaemon, photoseek: Photoseek, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_daemon.answers["POST /api/v1/links"] = wire.LinkBody(url="http://127.0.0.1:1/", file="/f", lasts_s=60)
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    result = photoseek("open")
    assert result.exit_code == 1
    assert "photoseek open --print" in result.stderr


def test_before_the_first_start_there_is_no_token(photoseek: Photoseek) -> None:
    assert photoseek("token").exit_code == 1


@pytest.mark.parametrize(("port", "taken"), [("7427", True), ("7428", False), ("0", False)])
def test_start_says_so_when_the_port_was_taken(
    photoseek: Photoseek, own_paths: Paths, monkeypatch: pytest.MonkeyPatch, port: str, taken: bool
) -> None:
    found = Discovery(url="http://127.0.0.1:7428", pid=1, version="1", token_file="/t")
    monkeypatch.setattr("photoseek.background.start_daemon", lambda _: found)
    monkeypatch.setenv("PHOTOSEEK_SERVER__PORT", port)
    said = photoseek("start").stderr
    assert "photoseek is at http://127.0.0.1:7428" in said
    assert ("Another program has port 7427" in said) is taken


def test_start_says_so_when_it_runs_already(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    result = photoseek("start")
    assert result.exit_code == 0
    assert f"running already, at {small_daemon.url}" in result.stderr


def test_start_says_at_once_that_the_settings_are_wrong(photoseek: Photoseek, own_paths: Paths) -> None:
    own_paths.settings.parent.mkdir(parents=True)
    own_paths.settings.write_text("[server]\nprot = 1\n")
    result = photoseek("start")
    assert result.exit_code == 1
    assert "prot" in result.stderr


def group(kind: Literal["exact", "near"], spare_bytes: int, *names: str) -> wire.DuplicateGroupBody:
    photos = [
        wire.DuplicateBody(
            id="0" * 32,
            width=400,
            height=300,
            taken_at="",
            size_bytes=spare_bytes,
            paths=[wire.PlaceBody(path=f"/p/{name}", folder_id=1, state="online", modified_at="")],
        )
        for name in names
    ]
    return wire.DuplicateGroupBody(kind=kind, size_bytes=2 * spare_bytes, spare_bytes=spare_bytes, photos=photos)


def test_duplicates_are_listed_with_their_sizes_the_largest_first(
    small_daemon: SmallDaemon, photoseek: Photoseek
) -> None:
    groups = [group("exact", 1_234, "a", "b"), group("exact", 12_345_678, "c", "d")]
    small_daemon.answers["GET /api/v1/duplicates"] = wire.DuplicatesBody(groups=groups, next_cursor=None)
    result = photoseek("duplicates", "--kind", "exact")
    assert result.exit_code == 0
    lines = [line for line in result.stdout.splitlines() if "/p/" in line]
    assert [line.split()[-1] for line in lines] == ["/p/c", "/p/d", "/p/a", "/p/b"]
    assert lines[0].split()[:5] == ["12", "MB", "400", "x", "300"]
    assert lines[2].split()[:2] == ["1.2", "kB"]
    assert "2 exact groups." in result.stderr
    assert "12 MB" in result.stderr
    result = photoseek("duplicates", "--json")
    assert json.loads(result.stdout)["groups"][0]["spare_bytes"] == 12_345_678
    assert {asked.query["kind"] for asked in small_daemon.asked if asked.path.endswith("duplicates")} == {
        "exact",
        "near",
    }
    assert all(asked.method == "GET" for asked in small_daemon.asked)
