"""Bodies for a small daemon to answer with: a status, and what a search found."""

import base64

from msgspec import UNSET

from photoseek.api import wire

STATUS = wire.StatusBody(
    version="1",
    model=wire.ModelBody(name="m", state="ready", dim=3, note="only the starter"),
    indexing=wire.IndexingBody(state="idle", done=0, total=0, per_s=0, eta_s=None, note=""),
    counts=wire.CountsBody(photos=3, contents=3, vectors=3, waiting=0, problems=0),
    folders=[wire.FolderBody(id=1, path="/p", state="watching", photos=3, last_scan="", note="")],
)


def hit(path: bytes, relevance: float = 0.9, copies: int = 1, state: wire.PhotoState = "online") -> wire.HitBody:
    shown = path.decode("utf-8", "replace")
    whole = UNSET if shown.encode() == path else base64.b64encode(path).decode()
    return wire.HitBody(
        id="0" * 32, path=shown, path_bytes=whole, name=shown, folder_id=1, score=relevance / 3, relevance=relevance,
        width=4, height=3, taken_at="2023-08-02T18:11:09", camera="", size_bytes=5, copies=copies, state=state,
    )  # fmt: skip


def found(*hits: wire.HitBody, good: int, notes: tuple[str, ...] = ()) -> wire.SearchBody:
    query = wire.QueryBody(text="q", notes=list(notes))
    return wire.SearchBody(query=query, model="m", took_ms=1, good_matches=good, photos=list(hits), next_cursor=None)
