"""The one tree of errors that a person sees, on every way in: HTTP, command line, log.

Raised in every room; imports none of them.
"""

import errno


class PhotoseekError(Exception):
    """An error with words for a person.

    Attributes:
        code: Stable name in the HTTP error body, such as ``bad_query``.
        title: A few words; the heading in a terminal.
        message: What happened, in one sentence.
        hint: What the person can do about it; may be empty.
    """

    code = "error"
    title = "Something went wrong"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(PhotoseekError):
    """A setting that is unknown or has a value it can't have."""

    code = "bad_settings"
    title = "The settings can't be used"


class FolderError(PhotoseekError):
    """A folder that can't be watched: missing, unreadable, inside another one."""

    code = "bad_folder"
    title = "This folder can't be watched"


class DoubtError(PhotoseekError):
    """Files that a person calls gone may not be; they are kept."""

    code = "doubt"
    title = "Nothing was let go"


class NotYetError(PhotoseekError):
    """What was waited for has not come to pass in the time there was."""

    code = "not_yet"
    title = "Not yet"


class QueryError(PhotoseekError):
    """A query that can't be understood.

    Attributes:
        at: Place of the mistake: how many characters of the query stand before it. None where it has no place.
    """

    code = "bad_query"
    title = "The query can't be understood"

    def __init__(self, message: str, hint: str = "", at: int | None = None) -> None:
        super().__init__(message, hint)
        self.at = at


class NotFoundError(PhotoseekError):
    """A photo, folder or picture that photoseek doesn't have."""

    code = "not_found"
    title = "Not found"


class NotIndexedError(PhotoseekError):
    """A photo that is known but can't be compared with others yet."""

    code = "not_indexed"
    title = "Not indexed yet"


class PictureError(PhotoseekError):
    """A file that is not a usable picture; its message is the reason in the list of problems."""

    code = "bad_picture"
    title = "This file is not a usable picture"


class DesktopError(PhotoseekError):
    """The person's desktop doesn't open or show a file."""

    code = "no_desktop"
    title = "The desktop doesn't do it"


class AutostartError(PhotoseekError):
    """What starts photoseek at login can't be set up or taken away."""

    code = "no_autostart"
    title = "Starting at login can't be arranged"


class ModelError(PhotoseekError):
    """No model can be had, or the one that was asked for doesn't load."""

    code = "no_model"
    title = "No model"


class UnusableModelError(PhotoseekError):
    """A model that a person wants and that can't be had."""

    code = "unusable_model"
    title = "This model can't be used"


class CatalogueError(PhotoseekError):
    """The catalogue can't be opened, read or written."""

    code = "catalogue"
    title = "The catalogue can't be used"


class NoRoomError(PhotoseekError):
    """A file can't be kept: the disk is full or can't be written to."""

    code = "no_room"
    title = "Nothing could be saved"

    @classmethod
    def of(cls, error: OSError) -> "NoRoomError":
        """What it means that the system refuses to write a file of photoseek's own."""
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return cls("The disk is full.", "Make room on the disk that holds photoseek's own files.")
        return cls(
            f"photoseek can't write the file: {error.strerror or 'unknown error'}.",
            "Look whether the folders of photoseek's own are read-only.",
        )


class AlreadyRunningError(PhotoseekError):
    """Another daemon has this data dir."""

    code = "already_running"
    title = "photoseek is running already"


class NotRunningError(PhotoseekError):
    """No daemon answers for this data dir."""

    code = "not_running"
    title = "photoseek is not running"


class NotPrivateError(PhotoseekError):
    """A folder or file of photoseek's own that can't be made, or that another person could read, change or swap."""

    code = "not_private"
    title = "photoseek's own folders can't be used"
