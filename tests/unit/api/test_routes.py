"""Every route answers in the contract's shape."""

import base64
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from photoseek import __version__
from photoseek.api import wire
from photoseek.domain import FileId, Problem, parse_query
from photoseek.errors import ModelError, PictureError, QueryError
from tests.unit.api.conftest import BYTES, Http, SmallLibrary, make_photo


@pytest.fixture
def photo_id(library: SmallLibrary, tmp_path: Path) -> str:
    (tmp_path / "beach.jpg").write_bytes(BYTES)
    return library.add(make_photo(bytes(tmp_path / "beach.jpg")))


async def test_health_is_open_and_says_nothing_more(http: Http) -> None:
    async with http.session.get(http.url + "/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_search_answers_in_the_contracts_shape(http: Http, photo_id: str, tmp_path: Path) -> None:
    status, body = await http.json("GET", "/api/v1/search?q=dog+on%20the+beach&limit=5")
    assert status == 200
    assert body == {
        "query": {"text": "dog on the beach", "filters": {}, "notes": ["The query was cut."]},
        "model": "clip-ViT-L-14",
        "took_ms": 12.35,
        "good_matches": 1,
        "photos": [
            {
                "id": photo_id,
                "path": str(tmp_path / "beach.jpg"),
                "name": "beach.jpg",
                "folder_id": 1,
                "score": 0.283123,
                "relevance": 0.97,
                "width": 4032,
                "height": 3024,
                "taken_at": "2023-08-02T18:11:09",
                "taken_from": "exif",
                "camera": "Apple iPhone 12",
                "size_bytes": len(BYTES),
                "copies": 1,
                "stack": None,
                "state": "online",
                "why": [],
            }
        ],
        "next_cursor": None,
    }
    assert msgspec.convert(body, wire.SearchBody).photos[0].path_bytes is msgspec.UNSET


async def test_both_ways_to_search_ask_the_same(http: Http, library: SmallLibrary) -> None:
    expected = ("search", replace(parse_query("caf\u00e9 \U0001f600"), limit=7, cursor="c", min_relevance=0.5))
    await http.json("GET", f"/api/v1/search?q={quote('café 😀')}&limit=7&cursor=c&min_relevance=0.5")
    asked = {"query": "café 😀", "limit": 7, "cursor": "c", "min_relevance": 0.5}
    await http.json("POST", "/api/v1/search", json=asked)
    assert library.asked == [expected, expected]
    await http.json("POST", "/api/v1/search", json={"query": "x", "cursor": None})
    assert library.asked[-1] == ("search", parse_query("x"))


async def test_a_query_that_looks_like_a_url_is_text(http: Http, library: SmallLibrary) -> None:
    await http.json("GET", "/api/v1/search?q=" + quote("http://evil.example/a.jpg?x=1&y=2#z", safe=""))
    assert library.asked == [("search", parse_query("http://evil.example/a.jpg?x=1&y=2#z"))]


async def test_the_longest_query_passes_and_one_character_more_does_not(http: Http, library: SmallLibrary) -> None:
    import yarl  # noqa: PLC0415 - aiohttp's own, to keep it from encoding twice

    for count, expected in ((4096, 200), (4097, 400)):
        target = yarl.URL(http.url + "/api/v1/search?q=" + quote("😀" * count), encoded=True)
        async with http.session.get(target, headers=http.own) as answer:
            assert answer.status == expected
        status, body = await http.json("POST", "/api/v1/search", json={"query": "x" * count})
        assert status == expected
    assert body["error"]["code"] == "bad_query"
    assert len(library.asked) == 2


async def test_a_photo_tells_all_that_is_known(http: Http, photo_id: str, tmp_path: Path) -> None:
    status, body = await http.json("GET", f"/api/v1/photos/{photo_id}")
    assert status == 200
    assert body["paths"][0] == {
        "path": str(tmp_path / "beach.jpg"),
        "folder_id": 1,
        "state": "online",
        "modified_at": body["paths"][0]["modified_at"],
    }
    assert (body["taken_at"], body["utc_offset"]) == ("2023-08-02T18:11:09", "+02:00")
    assert (body["format"], body["latitude"], body["lens"]) == ("JPEG", None, "")
    msgspec.convert(body, wire.PhotoBody)


async def test_pages_of_files_follow_each_other_without_a_gap(http: Http, library: SmallLibrary) -> None:
    library.add_rows(7)
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        status, body = await http.json("GET", f"/api/v1/photos?limit=3&cursor={cursor}")
        assert status == 200
        seen += body["photos"]
        cursor = body["next_cursor"]
    assert [row["size_bytes"] for row in seen] == list(range(1, 8))
    assert seen[2] == {"id": f"{3:032x}", "path": "/p/3.jpg", "folder_id": 2, "state": "offline", "size_bytes": 3}
    body = (await http.json("GET", "/api/v1/photos?folder_id=1"))[1]
    assert [row["size_bytes"] for row in body["photos"]] == [2, 4, 6]


async def test_a_last_page_that_is_full_has_no_next(http: Http, library: SmallLibrary) -> None:
    library.add_rows(3)
    assert (await http.json("GET", "/api/v1/photos?limit=3"))[1]["next_cursor"] is None


async def test_missing_files_are_let_go_on_a_persons_word(http: Http, library: SmallLibrary) -> None:
    status, body = await http.json("POST", "/api/v1/folders/2/confirm-missing?all=true")
    assert (status, body) == (200, {"let_go": 42})
    assert library.asked == [("confirm_missing", 2, True)]


@pytest.mark.parametrize(
    ("target", "expected", "code"),
    [
        ("2/confirm-missing", 409, "doubt"),
        ("2/confirm-missing?all=false", 409, "doubt"),
        ("2/confirm-missing?all=maybe", 400, "bad_request"),
        ("2/confirm-missing?all=0", 400, "bad_request"),
        ("2/confirm-missing?everything=true", 400, "bad_request"),
        ("9/confirm-missing", 404, "not_found"),
        ("x/confirm-missing", 404, "not_found"),
    ],
)
async def test_missing_files_that_may_not_be_gone_are_kept(http: Http, target: str, expected: int, code: str) -> None:
    status, body = await http.json("POST", f"/api/v1/folders/{target}")
    assert (status, body["error"]["code"]) == (expected, code)


async def test_folders_show_strings_never_null(http: Http) -> None:
    body = (await http.json("GET", "/api/v1/folders"))[1]
    assert body["folders"] == [
        {
            "id": 1,
            "path": "/photos/\ufffd",
            "path_bytes": base64.b64encode(b"/photos/\xff").decode(),
            "state": "scanning",
            "photos": 0,
            "missing": 0,
            "waiting": 312,
            "noticed_within_s": 90.0,
            "last_scan": "",
            "note": "",
        },
        {
            "id": 2,
            "path": "/old",
            "state": "offline",
            "photos": 3,
            "missing": 0,
            "waiting": 0,
            "noticed_within_s": None,
            "last_scan": "2023-08-02T16:11:09Z",
            "note": "Its disk is away.",
        },
    ]
    folder = msgspec.convert(body["folders"][0], wire.FolderBody)
    assert wire.real_path(folder) == b"/photos/\xff"


async def test_a_folder_is_added_and_removed(http: Http, tmp_path: Path, library: SmallLibrary) -> None:
    status, body = await http.json("POST", "/api/v1/folders", json={"path": str(tmp_path)})
    assert (status, body["id"], body["path"]) == (201, 3, str(tmp_path))
    assert await http.json("DELETE", "/api/v1/folders/1") == (200, {"removed": 1})
    assert (await http.json("DELETE", "/api/v1/folders/9"))[0] == 404
    asked = len(library.asked)
    for nonsense in ("x", "-1", "1.0", "9" * 30, "%D9%A3"):
        assert (await http.json("DELETE", f"/api/v1/folders/{nonsense}"))[0] == 404
    assert len(library.asked) == asked


async def test_a_folder_that_can_not_be_watched_is_a_clear_error(http: Http, tmp_path: Path) -> None:
    status, body = await http.json("POST", "/api/v1/folders", json={"path": str(tmp_path / "none")})
    expected = {"code": "bad_folder", "message": "There is no such folder.", "hint": "Look for a typing error."}
    assert (status, body) == (400, {"error": expected})


@pytest.mark.parametrize(
    ("method", "path", "body", "choice"),
    [
        ("GET", "/api/v1/duplicates?kind=odd", None, "kind (exact, near)"),
        ("GET", f"/api/v1/photos/{'0' * 32}/thumbnail?size=300", None, "size (256, 512, 1024)"),
        ("POST", "/api/v1/indexing", {"action": "jump"}, "action (pause, resume, rescan)"),
    ],
)
async def test_what_can_be_chosen_is_named_to_who_asks_for_something_else(
    http: Http, method: str, path: str, body: dict[str, str] | None, choice: str
) -> None:
    status, answer = await http.json(method, path, json=body)
    assert (status, choice in answer["error"]["hint"]) == (400, True), answer


async def test_a_folder_may_be_named_from_the_persons_home_on(
    http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(tmp_path))
    (tmp_path / "Pictures").mkdir()
    status, body = await http.json("POST", "/api/v1/folders", json={"path": "~/Pictures"})
    assert (status, body["path"]) == (201, str(tmp_path / "Pictures"))


@pytest.mark.parametrize("path", ["relative", "", "./x", "/a\0b", "~nobody-here/x"])
async def test_a_path_that_is_none_never_reaches_the_library(http: Http, library: SmallLibrary, path: str) -> None:
    assert (await http.json("POST", "/api/v1/folders", json={"path": path}))[0] == 400
    assert library.asked == []


async def test_status_has_the_contracts_shape(http: Http) -> None:
    body = (await http.json("GET", "/api/v1/status"))[1]
    assert list(body) == ["version", "model", "indexing", "counts", "folders", "notes", "seq"]
    assert body["version"] == __version__
    assert body["model"] == {"name": "clip-ViT-L-14", "state": "loading", "dim": 768, "note": "", "next": None}
    expected = {"state": "indexing", "done": 3, "total": 10, "per_s": 12.3, "eta_s": 0.6, "note": ""}
    assert body["indexing"] == expected
    assert body["counts"] == {"photos": 5, "contents": 4, "vectors": 3, "waiting": 2, "problems": 1}
    msgspec.convert(body, wire.StatusBody)


@pytest.mark.parametrize("action", ["pause", "resume", "rescan"])
async def test_indexing_does_as_told_and_says_how_it_is(http: Http, library: SmallLibrary, action: str) -> None:
    status, body = await http.json("POST", "/api/v1/indexing", json={"action": action})
    assert (status, body["indexing"]["state"]) == (200, "indexing")
    assert library.asked[0] == (action,)


async def test_problems_are_listed_in_pages_and_tried_again(http: Http, library: SmallLibrary) -> None:
    library.problem_rows = [Problem(FileId(n), b"/x/\xfe%d" % n, "It is empty.", 1690992669.9) for n in (1, 2)]
    status, body = await http.json("GET", "/api/v1/problems?limit=1")
    assert (status, body["next_cursor"]) == (200, "1")
    assert body["problems"] == [
        {
            "path": "/x/\ufffd1",
            "path_bytes": base64.b64encode(b"/x/\xfe1").decode(),
            "reason": "It is empty.",
            "seen_at": "2023-08-02T16:11:09Z",
        }
    ]
    body = (await http.json("GET", "/api/v1/problems?limit=1&cursor=1"))[1]
    assert (len(body["problems"]), body["next_cursor"]) == (1, None)
    assert await http.json("POST", "/api/v1/problems/retry") == (200, {"retried": 7, "seq": 1001})


async def test_models_are_listed(http: Http) -> None:
    body = (await http.json("GET", "/api/v1/models"))[1]
    assert body["models"][0] == {
        "name": "clip-ViT-B-32",
        "languages": "English",
        "size_mb": 605,
        "good_at": "everything",
        "on_disk": False,
        "in_use": True,
        "s_per_picture": 0.25,
        "photos": 4,
    }
    coming = {"name": "clip-ViT-L-14", "state": "indexing", "done": 3, "total": 10, "eta_s": 12.3, "note": "paused"}
    assert body["next"] == coming


async def test_another_model_is_wanted_and_one_is_forgotten(library: SmallLibrary, http: Http) -> None:
    use, forget = "/api/v1/models/use", "/api/v1/models/forget"
    status, body = await http.json("POST", use, json={"name": "clip-ViT-L-14"})
    assert (status, body["next"]["name"]) == (200, "clip-ViT-L-14")
    assert ("use_model", "clip-ViT-L-14") in library.asked
    status, body = await http.json("POST", use, json={"name": "nothing"})
    assert (status, body["error"]["code"], body["error"]["hint"]) == (409, "unusable_model", "See the list.")
    for wrong in ({"name": ""}, {"name": "a\0b"}, {"name": "\ud800"}, {}, {"name": 3}):
        assert (await http.json("POST", use, json=wrong))[0] == 400
    assert await http.json("POST", forget, json={"name": "clip-ViT-L-14"}) == (200, {"forgotten": 4})
    assert (await http.json("POST", forget, json={"name": "clip-ViT-B-32"}))[0] == 409
    assert (await http.json("POST", forget, json={"name": "nothing"}))[0] == 404


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (ModelError("No model.", "Get one."), 503, "no_model"),
        (QueryError("Bad."), 400, "bad_query"),
        (PictureError("Broken."), 422, "bad_picture"),
        (RuntimeError("secret"), 500, "internal"),
        (TimeoutError("secret"), 500, "internal"),
        (BrokenPipeError("secret"), 500, "internal"),
    ],
)
async def test_what_the_library_raises_becomes_its_status(
    http: Http, library: SmallLibrary, failure: Exception, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    library.failure = failure
    found, body = await http.json("GET", "/api/v1/search?q=private+words")
    assert (found, body["error"]["code"]) == (status, code)
    assert "secret" not in json.dumps(body)
    assert "private" not in caplog.text
    assert bool(caplog.records) == (status >= 500)


async def test_words_with_half_characters_are_still_json(http: Http, library: SmallLibrary) -> None:
    library.failure = QueryError("The folder /a/\udcff is odd: \ud83d.")
    message = (await http.json("GET", "/api/v1/search?q=x"))[1]["error"]["message"]
    assert "\ufffd" in message
    message.encode()


async def test_duplicates_come_in_groups_and_pages(http: Http, library: SmallLibrary) -> None:
    for number in range(3):
        path = library.folder / f"{number}.jpg"
        path.write_bytes(BYTES)
        library.add(make_photo(bytes(path), content=BYTES + bytes([number])))
    status, body = await http.json("GET", "/api/v1/duplicates?kind=near&limit=2")
    assert (status, body["next_cursor"]) == (200, "2")
    assert library.asked[-1] == ("duplicates", "near", 3, None)
    assert {key: body["groups"][0][key] for key in ("kind", "size_bytes", "spare_bytes")} == {
        "kind": "near",
        "size_bytes": len(BYTES) + 1,
        "spare_bytes": 0,
    }
    [photo] = body["groups"][0]["photos"]
    assert photo["paths"][0]["path"] == str(library.folder / "0.jpg")
    status, body = await http.json("GET", "/api/v1/duplicates?kind=near&limit=2&cursor=2")
    assert (status, len(body["groups"]), body["next_cursor"]) == (200, 1, None)
    status, body = await http.json("GET", "/api/v1/duplicates?kind=other")
    assert (status, body["error"]["code"]) == (400, "bad_request")
