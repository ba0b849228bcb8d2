"""photoseek search: the words that go in, and each form that comes out."""

from pathlib import Path

import msgspec
import pytest

from photoseek.api import wire
from photoseek.desktop import Desktop
from tests.unit.cli.bodies import STATUS, found, hit
from tests.unit.cli.conftest import Photoseek
from tests.unit.cli.small_daemon import SmallDaemon, error


@pytest.fixture
def answering(small_daemon: SmallDaemon) -> SmallDaemon:
    small_daemon.answers["GET /api/v1/status"] = STATUS
    small_daemon.answers["GET /api/v1/search"] = found(hit(b"/p/good.jpg"), hit(b"/p/weak.jpg", 0.2), good=1)
    return small_daemon


@pytest.mark.parametrize(
    ("args", "query"),
    [
        (["dog", "on", "the", "beach"], "dog on the beach"),
        (["-people"], "-people"),
        (["beach", "-people", "--limit", "5"], "beach -people"),
        (["--limit=5", "beach", "-", "people"], "beach - people"),
        (["-10", "-n"], "-10 -n"),
        (["--", "-red car", "--json"], '-"red car" --json'),
        (["dog -red car"], "dog -red car"),
        (["+", "night sky", "2:", "sunset"], '+ "night sky" 2: sunset'),
        (["folder:My Photos", "after:2023"], 'folder:"My Photos" after:2023'),
    ],
)
def test_the_query_arrives_as_it_was_typed(
    answering: SmallDaemon, photoseek: Photoseek, args: list[str], query: str
) -> None:
    result = photoseek("search", *args)
    assert result.exit_code == 0, result.output
    assert answering.asked[0].query["q"] == query


def test_a_picture_is_sent_with_the_words(answering: SmallDaemon, photoseek: Photoseek, tmp_path: Path) -> None:
    answering.answers["POST /api/v1/search"] = found(hit(b"/p/good.jpg"), good=1)
    (tmp_path / "secret name.jpg").write_bytes(b"\xff\xd8 picture")
    result = photoseek("search", "-", "people", "--image", "secret name.jpg", "--limit", "7")
    assert result.exit_code == 0, result.output
    body = answering.asked[0].body
    assert b'name="image"' in body
    assert b"\xff\xd8 picture" in body
    assert b"- people" in body
    assert b"secret" not in body
    assert photoseek("search", "--image", "secret name.jpg", "--paths").stdout == "/p/good.jpg\n"


def test_what_is_opened_is_the_best_that_fits_and_is_there(
    answering: SmallDaemon, photoseek: Photoseek, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bytes] = []

    async def open_file(_: Desktop, path: bytes) -> None:
        opened.append(path)

    monkeypatch.setattr(Desktop, "open_file", open_file)
    away, here, weak = hit(b"/p/away.jpg", state="offline"), hit(b"/p/\xff.jpg"), hit(b"/p/weak.jpg", 0.1)
    answering.answers["GET /api/v1/search"] = found(away, here, weak, good=2)
    assert photoseek("search", "dog", "--open").exit_code == 0
    assert opened == [b"/p/\xff.jpg"]
    answering.answers["GET /api/v1/search"] = found(weak, good=0)
    result = photoseek("search", "dog", "--open")
    assert (result.exit_code, len(opened)) == (4, 1)
    assert "nothing was opened" in result.stderr
    answering.answers["GET /api/v1/search"] = found(away, good=1)
    assert "can't be reached" in photoseek("search", "dog", "--open", "--json").stderr
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("query", "at", "shown"),
    [
        ("dog foldr:Italy", 4, ["  dog foldr:Italy", "      ^"]),
        ("狗 foldr:x", 2, ["  狗 foldr:x", "     ^"]),
        ("a\u202eb -", 4, ["  a\\u202eb -", "           ^"]),
        ("x" * 100 + " -" + "y" * 100, 101, ["  …" + "x" * 29 + " -" + "y" * 29 + "…", "  " + " " * 31 + "^"]),
    ],
)
def test_a_mistake_is_pointed_at(
    answering: SmallDaemon, photoseek: Photoseek, query: str, at: int, shown: list[str]
) -> None:
    detail = wire.ErrorDetail(code="bad_query", message="There is no such filter.", hint="Try another.", at=at)
    answering.answers["GET /api/v1/search"] = (400, wire.ErrorBody(error=detail))
    result = photoseek("search", query)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        *shown,
        "The query can't be understood: There is no such filter.",
        "Try another.",
    ]


def test_what_filters_alone_let_through_has_dates_and_no_score(answering: SmallDaemon, photoseek: Photoseek) -> None:
    filters = wire.QueryBody(text="type:jpg", filters={"type": ["jpg"]})
    listed = msgspec.structs.replace(found(hit(b"/p/a.jpg"), good=1), query=filters, model="")
    answering.answers["GET /api/v1/search"] = listed
    result = photoseek("search", "type:jpg")
    assert result.stdout.splitlines()[1] == "    -       -   2023-08-02  /p/a.jpg"
    assert result.stderr == "1 photo, the newest first.\n"
    answering.answers["GET /api/v1/search"] = msgspec.structs.replace(listed, photos=[], good_matches=0)
    result = photoseek("search", "type:jpg")
    assert (result.exit_code, result.stderr) == (4, "No photo passes these filters.\n")


def test_how_the_query_was_understood_is_told_if_asked(answering: SmallDaemon, photoseek: Photoseek) -> None:
    explained = wire.ExplainedBody(query='"dog" -"people"', terms=[], like=[], picture=False, filters=[], order="best")
    answer = found(hit(b"/p/a.jpg"), good=1)
    query = msgspec.structs.replace(answer.query, explained=explained)
    answering.answers["GET /api/v1/search"] = msgspec.structs.replace(answer, query=query)
    result = photoseek("search", "dog", "-people", "--explain")
    assert answering.asked[0].query["explain"] == "true"
    assert 'Understood as: "dog" -"people" (the best first)' in result.stderr


def test_a_misspelt_option_is_wrong_usage_and_not_a_word(answering: SmallDaemon, photoseek: Photoseek) -> None:
    result = photoseek("search", "dog", "--jsno")
    assert result.exit_code == 2
    assert answering.asked == []


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["dog", "--limit"],
        ["dog", "--limit", "0"],
        ["dog", "--limit", "1001"],
        ["--image", "nowhere.jpg"],
        ["--image"],
    ],
)
def test_wrong_usage_ends_with_2(answering: SmallDaemon, photoseek: Photoseek, args: list[str]) -> None:
    assert photoseek("search", *args).exit_code == 2


def test_good_matches_come_first_and_the_others_are_told_apart(answering: SmallDaemon, photoseek: Photoseek) -> None:
    result = photoseek("search", "dog")
    assert result.stdout.splitlines() == [
        " fits   score   taken       photo",
        "  90%   0.300   2023-08-02  /p/good.jpg",
        " fits less:",
        "  20%   0.067   2023-08-02  /p/weak.jpg",
    ]
    assert result.stderr == "1 good match.\n"


def test_without_a_good_match_the_nearest_are_dimmed_and_the_code_is_4(
    answering: SmallDaemon, photoseek: Photoseek
) -> None:
    answering.answers["GET /api/v1/search"] = found(hit(b"/p/weak.jpg", 0.2), good=0)
    result = photoseek("search", "dog", color=True)
    assert result.exit_code == 4
    assert "\x1b[2m  20%   0.067   2023-08-02  /p/weak.jpg\x1b[0m" in result.stdout
    assert "Nothing here fits well" in result.stderr
    assert "only the starter" in result.stderr


def test_a_date_that_is_only_the_file_s_is_marked(answering: SmallDaemon, photoseek: Photoseek) -> None:
    by_file = msgspec.structs.replace(hit(b"/p/a.jpg"), taken_from="file")
    answering.answers["GET /api/v1/search"] = found(by_file, good=1)
    assert "  ~2023-08-02  /p/a.jpg" in photoseek("search", "dog").stdout


def test_below_the_good_ones_come_a_few_and_all_where_a_limit_was_given(
    answering: SmallDaemon, photoseek: Photoseek
) -> None:
    weak = [hit(b"/p/%d.jpg" % number, 0.2) for number in range(15)]
    answering.answers["GET /api/v1/search"] = found(hit(b"/p/good.jpg"), *weak, good=1)
    assert photoseek("search", "dog").stdout.count("/p/") == 1 + 5
    assert photoseek("search", "dog", "--limit", "16").stdout.count("/p/") == 1 + 15
    assert photoseek("search", "dog", "--paths").stdout.count("/p/") == 1 + 15


def test_colour_can_be_refused(answering: SmallDaemon, photoseek: Photoseek, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in photoseek("search", "dog", color=True).output


def test_copies_and_offline_pictures_are_said(answering: SmallDaemon, photoseek: Photoseek) -> None:
    answering.answers["GET /api/v1/search"] = found(hit(b"/p/a.jpg", copies=3, state="offline"), good=1)
    assert "/p/a.jpg  (3 copies, offline)" in photoseek("search", "dog").stdout


def test_notes_on_the_query_are_passed_on(answering: SmallDaemon, photoseek: Photoseek) -> None:
    answering.answers["GET /api/v1/search"] = found(hit(b"/p/a.jpg"), good=1, notes=("The query was cut.",))
    assert "The query was cut." in photoseek("search", "dog").stderr


@pytest.mark.parametrize("good", [0, 1])
def test_json_is_the_body_of_the_answer_byte_for_byte(answering: SmallDaemon, photoseek: Photoseek, good: int) -> None:
    body = msgspec.json.format(msgspec.json.encode(found(hit(b"/p/a.jpg"), good=good)), indent=3)
    answering.answers["GET /api/v1/search"] = body
    result = photoseek("search", "dog", "--json")
    assert result.stdout_bytes == body + b"\n"
    assert result.exit_code == (0 if good else 4)


def test_zero_gives_every_path_as_the_system_has_it(answering: SmallDaemon, photoseek: Photoseek) -> None:
    paths = [b"/p/a b.jpg", b"/p/new\nline.jpg", b"/p/\xff\xfe.jpg", "/p/ü😀.jpg".encode(), b"/p/\x1b[31m.jpg"]
    answering.answers["GET /api/v1/search"] = found(*map(hit, paths), good=1)
    assert photoseek("search", "dog", "-0").stdout_bytes == b"".join(path + b"\0" for path in paths)


def test_paths_gives_one_path_a_line(answering: SmallDaemon, photoseek: Photoseek) -> None:
    answering.answers["GET /api/v1/search"] = found(hit(b"/p/a b.jpg"), hit(b"/p/\xff.jpg"), good=1)
    assert photoseek("search", "dog", "--paths").stdout_bytes == b"/p/a b.jpg\n/p/\xff.jpg\n"


def test_a_name_can_not_steer_the_terminal(answering: SmallDaemon, photoseek: Photoseek) -> None:
    nasty = "/p/\x1b]0;title\x07\x9b31m\r\n\u202egpj.exe\u2028.jpg".encode()
    answering.answers["GET /api/v1/search"] = found(hit(nasty), hit(b"/p/\xff.jpg"), good=2)
    output = photoseek("search", "dog").stdout
    assert "/p/\\x1b]0;title\\x07\\x9b31m\\r\\n\\u202egpj.exe\\u2028.jpg" in output
    assert "/p/\\udcff.jpg" in output


def test_an_empty_library_says_how_to_fill_it(answering: SmallDaemon, photoseek: Photoseek) -> None:
    answering.answers["GET /api/v1/search"] = found(good=0)
    answering.answers["GET /api/v1/status"] = wire.StatusBody(
        version="1", model=STATUS.model, indexing=STATUS.indexing, counts=STATUS.counts, folders=[]
    )
    result = photoseek("search", "dog")
    assert result.exit_code == 4
    assert "photoseek folders add DIR" in result.stderr


def test_a_query_that_is_not_understood_ends_with_2_and_its_hint(answering: SmallDaemon, photoseek: Photoseek) -> None:
    answering.answers["GET /api/v1/search"] = (400, error("bad_query", "There is no filter \x1b[1mfoo.", "Quote it."))
    result = photoseek("search", "foo:bar")
    assert result.exit_code == 2
    assert result.stderr == "The query can't be understood: There is no filter \\x1b[1mfoo.\nQuote it.\n"


def test_other_errors_of_the_daemon_end_with_1(answering: SmallDaemon, photoseek: Photoseek) -> None:
    answering.answers["GET /api/v1/search"] = (503, error("no_model", "No model can be had.", "Do this."))
    result = photoseek("search", "dog")
    assert (result.exit_code, result.stderr) == (1, "No model: No model can be had.\nDo this.\n")


def test_without_a_daemon_it_ends_with_3(photoseek: Photoseek) -> None:
    result = photoseek("search", "dog")
    assert result.exit_code == 3
    assert "photoseek start" in result.stderr


def test_how_a_photo_was_judged_stands_below_it_if_asked(answering: SmallDaemon, photoseek: Photoseek) -> None:
    judgement = wire.JudgementBody(
        cosine=0.283,
        background=wire.BackgroundBody(cut_off=0.31, sigma=0.02),
        by_picture=0.12,
        words=wire.MatchesBody(name=["oma"], place=["Lisboa"]),
        whole=True,
        by_words=0.95,
        fused=0.96,
        filters=[wire.FilterBody(key="type", value="jpg", negated=False)],
    )
    judged = msgspec.structs.replace(hit(b"/p/a.jpg"), why=["name", "place"], judgement=judgement)
    answering.answers["GET /api/v1/search"] = found(judged, good=1)
    lines = photoseek("search", "oma", "Lisboa", "--explain").stdout.splitlines()
    assert lines[1].endswith("/p/a.jpg  (by its name and place)")
    assert lines[2].strip() == (
        "picture 12%: cosine 0.283, good from 0.310 on, give or take 0.020; "
        "words 95%: oma in its name, Lisboa in its place; together 96%; passed 1 filter"
    )
