"""FAISS, imported when it is first asked for something: the daemon listens before that, and takes it in a thread.

Untyped: its stubs don't know what its own Python layer adds. This room takes it from here.
"""

from typing import Any


class _Late:
    def __getattr__(self, name: str) -> Any:
        import faiss  # noqa: PLC0415 - see above

        return getattr(faiss, name)


faiss: Any = _Late()
