"""A model hub on loopback: the few routes that huggingface_hub and photoseek use, over one folder."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folders: dict[str, Path]
    asked: list[str]
    damaged: set[str]

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def _answer(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.asked.append(f"{self.command} {path}")
        for repo, folder in self.folders.items():
            if path.startswith(f"/api/models/{repo}"):
                files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
                if "/tree/" in path:
                    tree = [
                        {"type": "file", "path": str(f.relative_to(folder)), "size": f.stat().st_size, "oid": "0"}
                        for f in files
                    ]
                    return self._send(200, json.dumps(tree).encode(), with_body=with_body)
                siblings = [{"rfilename": str(f.relative_to(folder)), "size": f.stat().st_size} for f in files]
                answer = {
                    "_id": "0",
                    "id": repo,
                    "modelId": repo,
                    "sha": COMMIT,
                    "siblings": siblings,
                    "private": False,
                }
                return self._send(200, json.dumps(answer).encode(), with_body=with_body)
            start = f"/{repo}/resolve/"
            if path.startswith(start):
                file = folder / path.removeprefix(start).partition("/")[2]
                if file.is_file():
                    return self._send_file(file, with_body=with_body)
        self._send(404, b"{}", with_body=with_body, error="RepoNotFound")
        return None

    def _send_file(self, file: Path, *, with_body: bool) -> None:
        """Weights are named by their SHA-256, as the hub does it; damaged ones have a wrong byte."""
        body = file.read_bytes()
        name = hashlib.sha256(body).hexdigest() if file.suffix in {".safetensors", ".bin"} else None
        if file.name in self.damaged:
            body = bytes([body[0] ^ 1]) + body[1:]
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        if start:
            self.asked.append(f"from {start}")
        self._send(206 if start else 200, body[start:], with_body=with_body, name=name)

    def _send(self, code: int, body: bytes, *, with_body: bool, error: str = "", name: str | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{name or hashlib.sha1(body).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if error:
            self.send_header("X-Error-Code", error)
        self.end_headers()
        if with_body:
            self.wfile.write(body)


@contextmanager
def fake_hub(folders: dict[str, Path], damaged: set[str] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve ``folders`` by repository; yields the address and the list of what was asked.

    Args:
        damaged: Names of files that don't arrive as they are; the test may change it.
    """
    asked: list[str] = []
    handler = type(
        "Handler", (_Handler,), {"folders": folders, "asked": asked, "damaged": set() if damaged is None else damaged}
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()
