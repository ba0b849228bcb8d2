"""From what a query says to the one vector that it means. Used by ``ranking`` in the event loop.

Words, examples and a given picture are vectors of one space: their sum, weighted, is what all of them say together. As
in rclip's ``model.py``, each is of length one before it is weighed, and the sum is brought to length one again.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import ContentId, Example, ModelIdentity, PhotoId, Query, photo_md5
from photoseek.embedding import TextEmbedding
from photoseek.errors import NotFoundError, NotIndexedError, QueryError
from photoseek.library.model import Answering, ModelChangedError

REMEMBERED_TEXTS = 512
"""Paging, and typing a word and taking it back, ask the same again; a vector is some kilobytes."""
LEAST_LENGTH = 1e-3
"""A shorter sum of unit vectors is what rounding leaves of terms that cancel out."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a query means to a model.

    Attributes:
        vector: ``(dim,)`` float32, unit length.
        notes: What a person should know of it, in sentences.
    """

    vector: NDArray[np.float32]
    notes: list[str]


class Interpreter:
    """Finds out what queries mean."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._texts: OrderedDict[tuple[str, str], TextEmbedding] = OrderedDict()

    async def interpret(self, query: Query, answering: Answering) -> Meaning:
        """The vector of a query that ranks.

        Raises:
            QueryError: Its parts cancel out.
            NotFoundError: A photo that is given as an example isn't there.
            NotIndexedError: Such a photo has no vector yet.
            ModelError: The model can't be had.
            ModelChangedError: Another one saw the given picture.
        """
        model = answering.identity
        texts = [await self._embed(term.text, answering) for term in query.terms]
        vectors = [text.vector for text in texts] + await self._examples(query.like, model)
        weights = [term.weight for term in query.terms] + [one.weight for one in query.like]
        if query.picture is not None:
            if query.picture.by != model.full_key:
                raise ModelChangedError("The model was changed while the picture was looked at.", "Search again.")
            vectors.append(query.picture.vector)
            weights.append(1.0)
        notes = (
            ["The query is longer than the model can read; its end was cut."] if any(t.truncated for t in texts) else []
        )
        if max(weights) < 0:
            notes.append("The query only takes away: the photos that are least like it come first.")
        return Meaning(_combine(vectors, weights), notes)

    async def _embed(self, text: str, answering: Answering) -> TextEmbedding:
        key = (answering.identity.full_key, text)
        if key not in self._texts:
            self._texts[key] = await answering.embedder.embed_text(text)
            if len(self._texts) > REMEMBERED_TEXTS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key]

    async def _examples(self, like: Sequence[Example], model: ModelIdentity) -> list[NDArray[np.float32]]:
        """The vectors of the examples, in their order."""
        contents = {one.photo: await self._find(one.photo) for one in like}
        ids, vectors = await self._catalogue.embeddings(model.key, list(set(contents.values())))
        known = dict(zip(ids.tolist(), vectors, strict=True))
        if any(content not in known for content in contents.values()):
            raise NotIndexedError(
                "A photo that others shall be like isn't searchable yet.", "Wait until it is indexed."
            )
        return [known[contents[one.photo]] for one in like]

    async def _find(self, photo: PhotoId) -> ContentId:
        md5 = photo_md5(photo)
        found = await self._catalogue.photo(md5) if md5 else None
        if found is None:
            raise NotFoundError("There is no photo with the id that others shall be like.", "Take the id of an answer.")
        return found.content_id


def _combine(vectors: Sequence[NDArray[np.float32]], weights: Sequence[float]) -> NDArray[np.float32]:
    """The weighted sum of ``(dim,)`` unit vectors, of unit length."""
    if len(vectors) == 1 and weights[0] > 0:
        return vectors[0]
    total = np.asarray(weights, np.float64) @ np.stack(vectors)
    length = float(np.linalg.norm(total))
    if length < LEAST_LENGTH * max(abs(weight) for weight in weights):
        raise QueryError("What is added and what is taken away are the same.", "Take away less, or something else.")
    return (total / length).astype(np.float32)
