"""The values that the shapes of ``wire`` are made of: what they may be, and an example of each for the document.

Used by ``wire`` and ``routes``. Bounds stand where a request is checked; what photoseek answers needs none. Pure;
any thread.
"""

from typing import Annotated

from msgspec import Meta

MAX_QUERY_CHARACTERS = 4096

PhotoIdText = Annotated[
    str,
    Meta(
        pattern="^[0-9a-f]{32}$",
        examples=["0cc175b9c0f1b6a831c399e269772661"],
        extra_json_schema={"format": "photo-id"},
    ),
]
PhotoIdAnswer = Annotated[str, Meta(examples=["0cc175b9c0f1b6a831c399e269772661"])]
PathText = Annotated[str, Meta(examples=["/home/ann/Pictures/Italy/beach.jpg"])]
NewFolderPath = Annotated[
    str, Meta(min_length=1, examples=["/home/ann/Pictures"], extra_json_schema={"format": "folder-path"})
]
FolderPath = Annotated[str, Meta(examples=["/home/ann/Pictures"])]
NameText = Annotated[str, Meta(examples=["beach.jpg"])]
LocalTime = Annotated[str, Meta(examples=["2023-08-02T18:11:09"])]
Moment = Annotated[str, Meta(examples=["2023-08-02T16:11:09Z"])]
CameraText = Annotated[str, Meta(examples=["Apple iPhone 12"])]
ModelName = Annotated[str, Meta(examples=["clip-ViT-L-14"])]
_QUERY = {"format": "photo-query", "minLength": 1, "maxLength": MAX_QUERY_CHARACTERS, "pattern": r"\S"}
# Checked by the routes, in words that tell more than msgspec's; and what else a query may be, its grammar says.
QueryText = Annotated[str, Meta(examples=["dog on the beach"], extra_json_schema=_QUERY)]
_PART = {"format": "photo-query", "maxLength": MAX_QUERY_CHARACTERS}
QueryPart = Annotated[str, Meta(examples=["dog on the beach"], description="May be blank.", extra_json_schema=_PART)]
LinkQuery = Annotated[
    str, Meta(max_length=MAX_QUERY_CHARACTERS, examples=["dog on the beach"], description="May be blank.")
]
Cursor = Annotated[str, Meta(description="next_cursor of the page before.", extra_json_schema={"format": "cursor"})]
Width = Annotated[int, Meta(examples=[4032])]
Height = Annotated[int, Meta(examples=[3024])]
SizeBytes = Annotated[int, Meta(examples=[2310011])]
CodeText = Annotated[str, Meta(min_length=1, max_length=128, examples=["n0tAk3y-n0tAk3y-n0tAk3y-n0tAk3y-n0tAk3y-n0"])]
LinkUrl = Annotated[str, Meta(examples=["http://127.0.0.1:7427/#code=n0tAk3y-n0tAk3y-n0tAk3y-n0tAk3y-n0tAk3y-n0"])]
LinkFile = Annotated[str, Meta(examples=["/run/user/1000/photoseek/open-1f2e3d4c.html"])]
FolderNumber = Annotated[int, Meta(ge=1, le=2**63 - 1, examples=[1])]
# Of the library's tally; whole for JavaScript too.
Seq = Annotated[int, Meta(examples=[1764036000123])]
SeqNumber = Annotated[
    int, Meta(ge=0, le=2**53 - 1, description="seq of an answer or event: first wait until that can be searched.")
]
_FILE = {"format": "picture", "contentEncoding": "binary", "contentMediaType": "application/octet-stream"}
FileContent = Annotated[bytes, Meta(extra_json_schema=_FILE)]
