"""What photoseek speaks of: photos, folders, files, contents, changes, hits, queries. Pure: no I/O, no clock.

Every room above may use these; they use nothing but the standard library and numpy's array type.
"""

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
from photoseek.domain.indexing import Counts, Indexed, IndexShift, Problem, WaitingContent, WaitingFile
from photoseek.domain.models import ModelIdentity, ModelInfo, ModelStatus, PixelSpec
from photoseek.domain.photos import (
    ContentId,
    Md5,
    Photo,
    PhotoFile,
    PhotoId,
    PictureFacts,
    photo_id,
    photo_md5,
)
from photoseek.domain.search import Hit, Query, SearchAnswer
from photoseek.domain.status import FolderStatus, Progress, Status
from photoseek.domain.uploads import Addition, Received

__all__ = [
    "Addition",
    "Changes",
    "ContentId",
    "Counts",
    "File",
    "FileId",
    "FileStamp",
    "Folder",
    "FolderId",
    "FolderState",
    "FolderStatus",
    "FoundFile",
    "Hit",
    "IndexShift",
    "Indexed",
    "Md5",
    "ModelIdentity",
    "ModelInfo",
    "ModelStatus",
    "Photo",
    "PhotoFile",
    "PhotoId",
    "PictureFacts",
    "PixelSpec",
    "Problem",
    "Progress",
    "Query",
    "Received",
    "SearchAnswer",
    "Status",
    "WaitingContent",
    "WaitingFile",
    "has_picture_suffix",
    "photo_id",
    "photo_md5",
]
