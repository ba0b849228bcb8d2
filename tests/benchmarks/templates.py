"""Whether a model finds better when single words are put into sentences before it reads them, and these averaged.

The practice comes from CLIP, which learnt from sentences (Radford et al. 2021, 3.1.4, "prompt engineering and
ensembling"); whether it helps another model has to be measured. Over the words of ``concepts``, as in ``relevance``.
photoseek uses templates for no model as long as no figure here speaks for them.
"""

import asyncio
import os
import tempfile
from pathlib import Path

import numpy as np

from photoseek.embedding import Embedder
from photoseek.settings import ModelSettings
from tests.benchmarks.relevance import MOST_ANSWERED, Case, Measured, Rows, judging, measure
from tests.conftest import SHARED

TEMPLATES = {
    "the bare word": ("{}",),
    "a photo of": ("a photo of {}",),
    "a photo of a": ("a photo of a {}",),
    "three, averaged": ("a photo of a {}", "a picture of {}", "{}"),
    "five, averaged": ("a photo of a {}", "a picture of a {}", "a {} in the scene", "a close-up of a {}", "{}"),
}


def main(model: str | None = None) -> None:
    """Print the table for a model; by default that of ``$PHOTOSEEK_MODEL__NAME``, else the starter."""
    folder = SHARED / "photos"
    if not folder.is_dir():
        print("\nTemplates: needs shared/photos beside the checkout, or $PHOTOSEEK_SHARED")
        return
    asyncio.run(_print_all(folder, model or os.environ.get("PHOTOSEEK_MODEL__NAME", "starter")))


async def _print_all(folder: Path, name: str) -> None:
    measured = await measure(folder, name)
    [words] = [case for case in measured.cases if case.name == "words"]
    print(f"\nTemplates for {len(words.queries.texts)} words over {len(measured.photos)} photographs, model {name}")
    print(f"{'':18}{'R@1':>7}{'R@5':>7}{'R@10':>7}{'MAP':>7}{'answered':>10}{'kept':>6}{'kept at 10 %':>14}")
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as home:
        async with Embedder(ModelSettings(name=name), Path(home)) as embedder:
            for title, templates in TEMPLATES.items():
                vectors = np.stack([await _embed(embedder, word, templates) for word in words.queries.texts])
                print(f"{title:18}{_figures(words, vectors, measured)}", flush=True)


async def _embed(embedder: Embedder, word: str, templates: tuple[str, ...]) -> Rows:
    vectors = [(await embedder.embed_text(template.format(word))).vector for template in templates]
    mean: Rows = np.mean(vectors, axis=0)
    return mean / np.float32(np.linalg.norm(mean))


def _figures(words: Case, vectors: Rows, measured: Measured) -> str:
    judge = judging(measured.reference)
    ranks, precisions, present, absent = [], [], [], []
    for vector, fits, touches in zip(vectors, words.queries.fits, words.queries.touches, strict=True):
        places = np.flatnonzero(fits[np.argsort(-(measured.photos @ vector))])
        ranks.append(places[0])
        precisions.append(np.mean(np.arange(1, len(places) + 1) / (places + 1)))
        present.append(judge(vector, measured.photos)[fits].max())
        absent.append(judge(vector, measured.photos[~touches]).max())
    found = "".join(f"{np.mean(np.array(ranks) < depth):7.3f}" for depth in (1, 5, 10))
    kept = np.mean(np.array(present) > np.quantile(absent, 1 - MOST_ANSWERED))
    answered, kept_now = np.mean(np.array(absent) > 0), np.mean(np.array(present) > 0)
    return f"{found}{np.mean(precisions):7.3f}{answered:10.0%}{kept_now:6.0%}{kept:14.0%}"


if __name__ == "__main__":
    main()
