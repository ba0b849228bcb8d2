"""Which photographs fit which query, for the benchmark of relevance: decided by captions alone, never by a score.

A query is a caption as it stands (a sentence), or a word that most of a photo's captions use (a word). For each there
are photos that *fit*, photos that *touch* it, and the rest, to which it is absent:

- A sentence fits its own photo and each photo with a caption that says nearly the same: cosine of the two captions'
  sentence embeddings of .5 or more. It touches a photo from .4 on ("a stop sign by a road", "a street sign").
- A word fits a photo that at least two of its captions use it for (or its only caption). It touches a photo that any
  caption uses it for, or comes near to: .45.

The sentence embeddings are all-MiniLM-L6-v2's, whatever model is measured. The limits were chosen by reading pairs
of captions. No two of the photographs are copies of one another.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAYS_THE_SAME, TOUCHES, WORD_TOUCHES = 0.5, 0.4, 0.45
_NOT_THINGS = """
    a an and are as at be black blue blow broken by clay cutting dark doing down driving eating flying for from grazing
    green group has himself his holding homeless in into is it its large laying light looking man match men near next of
    old on one out over people pitch red riding row rows serving set sitting small smiling standing surrounded that the
    there this three to top trick two up walk walking while white who with woman wooden yellow young
"""
"""Words that captions share and nobody looks for alone."""


@dataclass(frozen=True)
class Queries:
    """Queries of one kind, and what they mean for each photo.

    Attributes:
        texts: q of them.
        photo: ``(q,)`` the photo that a query was made from.
        fits: ``(q, n)`` bool.
        touches: ``(q, n)`` bool; what fits touches.
    """

    texts: list[str]
    photo: NDArray[np.int64]
    fits: NDArray[np.bool_]
    touches: NDArray[np.bool_]


def sentences(captions: list[list[str]], nearness: NDArray[np.float32]) -> Queries:
    """Every caption.

    Args:
        captions: Of n photos.
        nearness: ``(q, n)`` highest cosine of each caption, in order, with a caption of each photo.
    """
    photo = np.array([number for number, texts in enumerate(captions) for _ in texts])
    own = photo[:, np.newaxis] == np.arange(len(captions))
    texts = [text for texts in captions for text in texts]
    return Queries(texts, photo, own | (nearness >= SAYS_THE_SAME), own | (nearness >= TOUCHES))


def find_words(captions: list[list[str]]) -> dict[str, int]:
    """Words that at least three captions of a photo use, with the first such photo."""
    found: dict[str, int] = {}
    for number, texts in enumerate(captions):
        uses = Counter(word for text in texts for word in set(re.findall("[a-z]+", text.lower())))
        for word, times in sorted(uses.items()):
            if times >= 3 and word not in _NOT_THINGS.split():
                found.setdefault(word, number)
    return found


def words(captions: list[list[str]], found: dict[str, int], nearness: NDArray[np.float32]) -> Queries:
    """The words of ``find_words``; ``nearness`` as for ``sentences``."""
    uses = np.array([[_count(word, texts) for texts in captions] for word in found])
    enough = np.array([min(2, len(texts)) for texts in captions])
    fits = uses >= enough
    return Queries(list(found), np.array(list(found.values())), fits, fits | (uses > 0) | (nearness >= WORD_TOUCHES))


def _count(word: str, texts: list[str]) -> int:
    """Texts that use the word, in the singular or plural."""
    stem = word.removesuffix("s") if not word.endswith("ss") else word
    pattern = re.compile(rf"\b{stem}(s|es)?\b", re.IGNORECASE)
    return sum(bool(pattern.search(text)) for text in texts)
