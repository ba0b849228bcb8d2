"""What a real daemon writes down, after every kind of request that goes well or wrong: no query, token or file name.

One word stands wherever a client can put one. It may be in no line of the log, in nothing that the daemon says, and in
no answer that is an error.
"""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.system.home import Home, Process

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such signals")

WORD = "zebrafinch"
FORM = "multipart/form-data; boundary=b"


def kinds(token: str) -> Iterator[tuple[str, str, str, bytes]]:
    """Method, target, further header lines and body of requests that are answered with an error of each kind."""
    own = f"Authorization: Bearer {token}\r\n"
    as_json = own + "Content-Type: application/json\r\n"
    as_form = own + f"Content-Type: {FORM}\r\n"
    search, folders, photos = "/api/v1/search", "/api/v1/folders", "/api/v1/photos"
    yield "GET", f"/{WORD}", own, b""
    yield "GET", f"{search}?q={WORD}", "", b""
    yield "GET", f"{search}?q={WORD}&token={token}", "", b""
    yield "GET", f"{search}?q={WORD}", f"Authorization: Bearer {WORD}\r\n", b""
    yield "GET", f"{search}?q={WORD}", own + "Origin: http://evil.test\r\n", b""
    yield "GET", f"{search}?q={WORD}&limit={WORD}", own, b""
    yield "GET", f"{search}?q={WORD}&cursor={WORD}", own, b""
    yield "GET", f"{search}?q={WORD}%00", own, b""
    yield "GET", f"{search}?q={WORD}%ff", own, b""
    yield "GET", f"{search}?q=after:{WORD}", own, b""
    yield "GET", f"{search}?q={WORD}:x", own, b""
    yield "GET", f"{search}?q=%22{WORD}", own, b""
    yield "GET", f"{search}?q=like:{WORD}", own, b""
    yield "GET", f"{search}?q=" + WORD * 500, own, b""
    yield "GET", f"{search}?q=" + WORD * 7000, own, b""
    yield "PATCH", f"{search}?q={WORD}", own, b""
    yield "GET", f"{photos}/{WORD}", own, b""
    yield "GET", f"{photos}/{WORD}/thumbnail", own, b""
    yield "GET", f"{photos}?cursor={WORD}", own, b""
    yield "DELETE", f"{folders}/{WORD}", own, b""
    yield "POST", search, as_json, f'{{"query": "{WORD}'.encode()
    yield "POST", search, as_json, f'{{"query": ["{WORD}"]}}'.encode()
    yield "POST", search, as_json, json.dumps({"query": WORD * 10_000}).encode()
    yield "POST", search, own + "Content-Type: text/plain\r\n", WORD.encode()
    yield "POST", search, as_json + f"Expect: {WORD}\r\n", b"{}"
    yield "POST", folders, as_json, json.dumps({"path": f"/nowhere/{WORD}"}).encode()
    yield "POST", folders, as_json, json.dumps({"path": WORD}).encode()
    yield "POST", "/api/v1/indexing", as_json, json.dumps({"action": WORD}).encode()
    yield "POST", "/api/v1/keys", as_json, json.dumps({"code": WORD}).encode()
    yield "POST", photos, as_form, f"--b\r\n{WORD}".encode()
    yield "POST", photos, as_form, f'--b\r\nContent-Disposition: form-data; name="{WORD}"\r\n\r\nx\r\n--b--'.encode()
    yield "POST", photos, as_form, f"--b\r\nContent-Disposition: {WORD}; {WORD}\r\n\r\n{WORD}\r\n--b--".encode()


def malformed() -> Iterator[bytes]:
    """What is no HTTP."""
    yield f"{WORD}\r\n\r\n".encode()
    yield f"GET /api/v1/search?q={WORD}\x01 HTTP/1.1\r\n\r\n".encode()
    yield f"GET /api/v1/search?q={WORD} HTTP/{WORD}\r\n\r\n".encode()
    yield f"GET / HTTP/1.1\r\nno colon {WORD}\r\n\r\n".encode()
    yield f"GET / HTTP/1.1\r\nX: {WORD * 2000}\r\n\r\n".encode()
    yield f"POST / HTTP/1.1\r\nContent-Length: {WORD}\r\n\r\n".encode()
    yield f"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{WORD}\r\n".encode()
    yield b"\x16\x03\x01\x02\x00" + WORD.encode()
    yield b"GET / HTTP/1.1\r\nX-" + WORD.encode() + b"\xff\x00: 1\r\n\r\n"


def send(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def ask(port: int, method: str, target: str, lines: str, body: bytes) -> tuple[int, bytes]:
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{lines}"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    received, _, answer = send(port, head.encode() + body).partition(b"\r\n\r\n")
    return int(received.split(b" ", 2)[1]), answer


def ask_well(process: Process, port: int) -> None:
    """Searches, and pictures that are given, with the word in the query and in the names."""
    own = f"Authorization: Bearer {process.daemon.token}\r\n"
    assert ask(port, "GET", f"/api/v1/search?q={WORD}", own, b"")[0] == 200
    disposition = f'Content-Disposition: form-data; name="files"; filename="{WORD}.jpg"'
    body = f"--b\r\n{disposition}\r\n\r\nno picture\r\n--b--\r\n".encode()
    status, answer = ask(port, "POST", "/api/v1/photos", own + f"Content-Type: {FORM}\r\n", body)
    assert (status, json.loads(answer)["files"][0]["status"]) == (200, "rejected")


def test_no_query_token_or_name_is_written_down_or_sent_back(home: Home, tmp_path: Path) -> None:
    photos = tmp_path / f"photos of {WORD}"
    photos.mkdir()
    Image.new("RGB", (64, 48), "red").save(photos / f"{WORD}.jpg")
    (photos / f"broken {WORD}.jpg").write_bytes(b"\xff\xd8 no picture")
    with home.running("--folder", str(photos)) as process:
        port = int(process.daemon.url.rpartition(":")[2])
        token = process.daemon.token
        counts = process.settle()
        assert (counts["contents"], counts["problems"]) == (1, 1)
        ask_well(process, port)
        seen = set()
        for method, target, lines, body in kinds(token):
            status, answer = ask(port, method, target, lines, body)
            assert 400 <= status < 500, (status, target[:80])
            assert WORD.encode() not in answer, (target[:80], answer)
            assert token.encode() not in answer
            seen.add(json.loads(answer)["error"]["code"])
        for sent in malformed():
            answer = send(port, sent)
            assert b" 400 " in answer.partition(b"\r\n")[0], sent[:80]
            assert WORD.encode() not in answer, (sent[:80], answer)
        process.popen.terminate()
        assert process.popen.wait(timeout=30) == 0
        said = process.said
    assert seen >= {
        *("unauthorized", "foreign_origin", "bad_request", "bad_query", "bad_folder", "bad_link", "not_found"),
        *("method_not_allowed", "not_json", "too_large", "expectation_failed"),
    }
    written = home.log + said
    assert "listens at" in written
    for secret in (WORD, token):
        assert secret not in written
