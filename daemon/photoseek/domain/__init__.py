"""What photoseek speaks of: photos, folders, files, contents, changes, hits, queries. Pure: no I/O, no clock.

Every room above may use these; they use nothing but the standard library and numpy's array type.
"""

from photoseek.domain.events import Event, FoldersChanged, PhotosChanged, ProgressChanged, StatusChanged
from photoseek.domain.files import (
    Changes,
    File,
    FileId,
    FileStamp,
    Folder,
    FolderId,
    FolderState,
    FoundFile,
    has_picture_suffix,
)
from photoseek.domain.filters import KINDS, LETTER_CLASS, Kind, format_of
from photoseek.domain.grammar import FORMS, Form, parse_query
from photoseek.domain.indexing import Counts, Indexed, IndexShift, Problem, WaitingContent, WaitingFile
from photoseek.domain.login import LoginStart, LoginWay
from photoseek.domain.models import Fetching, ModelIdentity, ModelInfo, ModelStatus, NextModel, PixelSpec
from photoseek.domain.photos import (
    READING,
    ContentId,
    Description,
    Md5,
    Photo,
    PhotoFile,
    PhotoId,
    PictureFacts,
    Place,
    photo_id,
    photo_md5,
)
from photoseek.domain.search import (
    Example,
    Filter,
    Hit,
    Judgement,
    Query,
    Reason,
    SearchAnswer,
    SeenPicture,
    Term,
    WordMatches,
)
from photoseek.domain.status import FolderStatus, Progress, Status
from photoseek.domain.uploads import Addition, Received
from photoseek.domain.writing import format_query, join_words, quote

__all__ = [
    "FORMS",
    "KINDS",
    "LETTER_CLASS",
    "READING",
    "Addition",
    "Changes",
    "ContentId",
    "Counts",
    "Description",
    "Event",
    "Example",
    "Fetching",
    "File",
    "FileId",
    "FileStamp",
    "Filter",
    "Folder",
    "FolderId",
    "FolderState",
    "FolderStatus",
    "FoldersChanged",
    "Form",
    "FoundFile",
    "Hit",
    "IndexShift",
    "Indexed",
    "Judgement",
    "Kind",
    "LoginStart",
    "LoginWay",
    "Md5",
    "ModelIdentity",
    "ModelInfo",
    "ModelStatus",
    "NextModel",
    "Photo",
    "PhotoFile",
    "PhotoId",
    "PhotosChanged",
    "PictureFacts",
    "PixelSpec",
    "Place",
    "Problem",
    "Progress",
    "ProgressChanged",
    "Query",
    "Reason",
    "Received",
    "SearchAnswer",
    "SeenPicture",
    "Status",
    "StatusChanged",
    "Term",
    "WaitingContent",
    "WaitingFile",
    "WordMatches",
    "format_of",
    "format_query",
    "has_picture_suffix",
    "join_words",
    "parse_query",
    "photo_id",
    "photo_md5",
    "quote",
]
