"""Queries over HTTP: how they are read, explained and refused; what the library is asked."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from msgspec import UNSET

from photoseek.api.answers import search_body
from photoseek.domain import (
    FORMS,
    KINDS,
    Example,
    Hit,
    Judgement,
    PhotoId,
    Query,
    SearchAnswer,
    WordMatches,
    parse_query,
)  # fmt: skip
from photoseek.errors import NotIndexedError
from tests.unit.api.conftest import Http, SmallLibrary, make_photo

ID = PhotoId("0cc175b9c0f1b6a831c399e269772661")
OTHER = PhotoId("92eb5ffee6ae2fec3ad71c777531578f")


async def test_a_query_is_explained_if_asked_with_dates_made_absolute(http: Http, library: SmallLibrary) -> None:
    text = f'dog +0.5:"night sky" -people like:{ID} folder:Italy folder:Spain -type:png after:2023-5'
    status, plain = await http.json("GET", f"/api/v1/search?q={quote(text)}")
    assert status == 200
    filters = {"folder": ["Italy", "Spain"], "-type": ["png"], "after": ["2023-05-01"]}
    assert plain["query"]["filters"] == filters
    assert "explained" not in plain["query"]
    expected = {
        "query": f'"dog" +0.5:"night sky" -"people" like:{ID} folder:Italy folder:Spain -type:png after:2023-05-01',
        "terms": [
            {"text": "dog", "weight": 1.0},
            {"text": "night sky", "weight": 0.5},
            {"text": "people", "weight": -1.0},
        ],
        "like": [{"id": ID, "weight": 1.0}],
        "picture": False,
        "filters": [
            {"key": "folder", "value": "Italy", "negated": False},
            {"key": "folder", "value": "Spain", "negated": False},
            {"key": "type", "value": "png", "negated": True},
            {"key": "after", "value": "2023-05-01", "negated": False},
        ],
        "order": "best",
    }
    _, one = await http.json("GET", f"/api/v1/search?q={quote(text)}&explain=true")
    _, other = await http.json("POST", "/api/v1/search", json={"query": text, "explain": True})
    assert one["query"]["explained"] == other["query"]["explained"] == expected
    _, listed = await http.json("GET", "/api/v1/search?q=type:jpg&explain=true")
    assert listed["query"]["explained"]["order"] == "newest"


@pytest.mark.parametrize(("text", "at"), [("dog foldr:Italy", 4), ("😀😀 -", 3), ("after:2023-13", 6), ('a "b', 2)])
async def test_a_mistake_is_400_with_its_place_and_asks_nothing(
    http: Http, library: SmallLibrary, text: str, at: int
) -> None:
    for method, path, body in (
        ("GET", f"/api/v1/search?q={quote(text)}", None),
        ("POST", "/api/v1/search", {"query": text}),
    ):
        status, answer = await http.json(method, path, json=body)
        assert status == 400
        assert answer["error"]["code"] == "bad_query"
        assert answer["error"]["at"] == at
        assert f"character {at + 1}" in answer["error"]["message"]
        assert answer["error"]["hint"]
    assert library.asked == []


async def test_an_error_without_a_place_has_none(http: Http) -> None:
    _, answer = await http.json("GET", "/api/v1/search?q=")
    assert set(answer["error"]) == {"code", "message", "hint"}


async def test_examples_can_be_given_beside_words_or_alone(http: Http, library: SmallLibrary) -> None:
    await http.json("POST", "/api/v1/search", json={"query": f"dog -like:{ID}", "like": [OTHER, ID], "limit": 3})
    expected = replace(parse_query("dog"), text=f"dog -like:{ID}", limit=3)
    examples = (Example(ID, -1), Example(OTHER), Example(ID))
    assert library.asked[-1] == ("search", replace(expected, like=examples))
    await http.json("POST", "/api/v1/search", json={"like": [ID]})
    assert library.asked[-1] == ("search", Query("", like=(Example(ID),)))


@pytest.mark.parametrize("like", [["no id"], [ID] * 33, ID, [1], []])
async def test_examples_that_can_not_be_are_400(http: Http, library: SmallLibrary, like: object) -> None:
    status, answer = await http.json("POST", "/api/v1/search", json={"like": like})
    assert (status, answer["error"]["code"]) == (400, "bad_request")
    assert library.asked == []


async def test_photos_like_one_are_asked_for_without_it(http: Http, library: SmallLibrary, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"a")
    photo = library.add(make_photo(bytes(tmp_path / "a.jpg"), content=b"a"))
    status, _ = await http.json("GET", f"/api/v1/photos/{photo}/similar?limit=7&cursor=c&min_relevance=0.5")
    asked = Query("", like=(Example(PhotoId(photo)),), without=PhotoId(photo), limit=7, cursor="c", min_relevance=0.5)
    assert (status, library.asked[-1]) == (200, ("search", asked))
    assert (await http.json("GET", f"/api/v1/photos/{OTHER}/similar"))[0] == 404


async def test_a_photo_that_can_not_be_compared_yet_is_409(http: Http, library: SmallLibrary) -> None:
    library.failure = NotIndexedError("It isn't indexed yet.", "Ask again in a while.")
    status, answer = await http.json("GET", f"/api/v1/search?q=like:{ID}")
    assert (status, answer["error"]["code"]) == (409, "not_indexed")


async def test_the_grammar_is_that_of_the_parser(http: Http) -> None:
    status, grammar = await http.json("GET", "/api/v1/grammar")
    assert status == 200
    assert [one["key"] for one in grammar["keys"]] == list(KINDS)
    assert [one["form"] for one in grammar["forms"]] == [one.form for one in FORMS]
    for shown in grammar["keys"] + grammar["forms"]:
        assert shown["meaning"]
        for example in shown["examples"]:
            assert (await http.json("GET", f"/api/v1/search?q={quote(example)}"))[0] == 200


def test_each_photo_says_how_it_was_judged_if_asked(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    matches = WordMatches(name=("oma",), place=("Lisboa",))
    judgement = Judgement(0.31, 0.02, by_picture=0.12, by_words=0.95, matches=matches, whole=True)
    one = Hit(make_photo(bytes(tmp_path / "a.jpg")), 0.283, 0.96, ("name", "place"), judgement)
    answer = SearchAnswer(parse_query("oma Lisboa type:jpg"), "m", 1.0, 1, [one])
    [plain], [explained] = search_body(answer).photos, search_body(answer, explain=True).photos
    assert plain.judgement is UNSET
    assert plain.why == ["name", "place"]
    assert msgspec.to_builtins(explained.judgement) == {
        "cosine": 0.283,
        "background": {"cut_off": 0.31, "sigma": 0.02},
        "by_picture": 0.12,
        "words": {"name": ["oma"], "text": [], "camera": [], "place": ["Lisboa"]},
        "whole": True,
        "by_words": 0.95,
        "fused": 0.96,
        "filters": [{"key": "type", "value": "jpg", "negated": False}],
    }
