"""Recall@k of the product's own search over the shared photographs: each caption shall find its photo.

recall@k is the share of captions whose photo is among the first k of all photos (as for CLIP in Radford et al. 2021).
"""

import json
import os
import tempfile
from pathlib import Path

from tests.benchmarks.daemon import running_daemon
from tests.conftest import SHARED

DEPTHS = (1, 5, 10)
STARTER_GOALS = "goals for the starter: R@1 0.350  R@5 0.710  R@10 0.820"


def main() -> None:
    """Print the table for the model in use: ``$PHOTOSEEK_MODEL__NAME``, else the starter."""
    photos = SHARED / "photos"
    if not photos.is_dir():
        print("\nRecall: needs shared/photos beside the checkout, or $PHOTOSEEK_SHARED")
        return
    captions: dict[str, list[str]] = json.loads((photos / "captions.json").read_text("utf-8"))
    model = os.environ.get("PHOTOSEEK_MODEL__NAME", "starter")
    with (
        tempfile.TemporaryDirectory(prefix="photoseek-bench-") as home,
        running_daemon(Path(home) / "daemon", MODEL__NAME=model) as daemon,
    ):
        daemon.take_in(photos)
        ranks = []
        for name, texts in captions.items():
            for text in texts:
                found = [photo["name"] for photo in daemon.search(text, max(DEPTHS))["photos"]]
                ranks.append(found.index(name) if name in found else max(DEPTHS))
        used = daemon.ask("/status")["model"]["name"]
    print(f"\nRecall over {len(captions)} photographs, {len(ranks)} captions, model {used}")
    found_by = "  ".join(f"R@{k} {sum(rank < k for rank in ranks) / len(ranks):.3f}" for k in DEPTHS)
    print(found_by + (f"   ({STARTER_GOALS})" if used == "starter" else ""))
