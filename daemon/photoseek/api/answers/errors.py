"""An error as JSON. See ``answers``."""

from msgspec import UNSET

from photoseek.api.answers.values import text
from photoseek.api.wire import ErrorBody, ErrorDetail
from photoseek.errors import PhotoseekError, QueryError


def error_body(error: PhotoseekError) -> ErrorBody:
    """An error in the one shape."""
    at = error.at if isinstance(error, QueryError) and error.at is not None else UNSET
    return ErrorBody(error=ErrorDetail(code=error.code, message=text(error.message), hint=text(error.hint), at=at))
