"""Models. See ``answers``."""

from collections.abc import Sequence

from photoseek.api.answers.values import text
from photoseek.api.wire import ModelBody, ModelInfoBody, ModelsBody, NextModelBody
from photoseek.domain import ModelInfo, ModelStatus, NextModel


def model_body(model: ModelStatus) -> ModelBody:
    """The model in use, and the one that is to answer next."""
    return ModelBody(
        name=text(model.name), state=model.state, dim=model.dim, note=text(model.note), next=_next_body(model.next)
    )


def models_body(models: Sequence[ModelInfo], coming: NextModel | None = None) -> ModelsBody:
    """The models to choose from, and the one that is to answer next."""
    return ModelsBody(models=[_info_body(model) for model in models], next=_next_body(coming))


def _next_body(coming: NextModel | None) -> NextModelBody | None:
    if coming is None:
        return None
    return NextModelBody(
        name=text(coming.name),
        state=coming.state,
        done=coming.done,
        total=coming.total,
        eta_s=None if coming.eta_s is None else round(coming.eta_s, 1),
        note=text(coming.note),
    )


def _info_body(model: ModelInfo) -> ModelInfoBody:
    return ModelInfoBody(
        name=text(model.name),
        languages=model.languages,
        size_mb=model.size_mb,
        good_at=model.good_at,
        on_disk=model.on_disk,
        in_use=model.in_use,
        s_per_picture=model.s_per_picture,
        photos=model.photos,
    )
