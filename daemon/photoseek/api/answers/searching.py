"""Answers to searches, and how a query was understood. See ``answers``."""

import os
from collections.abc import Sequence
from dataclasses import asdict

from msgspec import UNSET

from photoseek.api.answers.photos import stack_body
from photoseek.api.answers.values import local_time, path_bytes, show_path, state_of, text
from photoseek.api.wire import (
    BackgroundBody,
    ExampleBody,
    ExplainedBody,
    FilterBody,
    FilterKeyBody,
    FormBody,
    GrammarBody,
    HitBody,
    JudgementBody,
    MatchesBody,
    QueryBody,
    SearchBody,
    TermBody,
)
from photoseek.domain import FORMS, KINDS, Filter, Hit, Judgement, Query, SearchAnswer, format_query


def search_body(answer: SearchAnswer, *, explain: bool = False) -> SearchBody:
    """A page of hits, with how the query was understood if asked."""
    query = QueryBody(
        text=text(answer.query.text),
        filters=_filters(answer.query.filters),
        notes=[text(note) for note in answer.notes],
        explained=_explained_body(answer.query) if explain else UNSET,
    )
    return SearchBody(
        query=query,
        model=text(answer.model),
        took_ms=round(answer.took_ms, 2),
        good_matches=answer.good_matches,
        photos=[hit_body(hit, explain=answer.query if explain else None) for hit in answer.hits],
        next_cursor=answer.next_cursor,
    )


def _filters(filters: Sequence[Filter]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for one in filters:
        values.setdefault(f"-{one.key}" if one.negated else one.key, []).append(one.value)
    return values


def _explained_body(query: Query) -> ExplainedBody:
    return ExplainedBody(
        query=format_query(query),
        terms=[TermBody(text=term.text, weight=term.weight) for term in query.terms],
        like=[ExampleBody(id=one.photo, weight=one.weight) for one in query.like],
        picture=query.picture is not None,
        filters=_filter_bodies(query.filters),
        order="best" if query.ranks else "newest",
    )


def grammar_body() -> GrammarBody:
    """The query grammar, from the parser's own tables."""
    return GrammarBody(
        forms=[FormBody(form=one.form, meaning=one.meaning, examples=list(one.examples)) for one in FORMS],
        keys=[
            FilterKeyBody(key=key, meaning=kind.meaning, examples=list(kind.examples)) for key, kind in KINDS.items()
        ],
    )


def hit_body(hit: Hit, *, explain: Query | None = None) -> HitBody:
    """A hit, with how it was judged for a query if asked; its photo lies at one file at least."""
    photo, preferred = hit.photo, hit.photo.files[0]
    return HitBody(
        id=photo.id,
        path=show_path(preferred.path),
        path_bytes=path_bytes(preferred.path),
        name=show_path(os.path.basename(preferred.path)),  # noqa: PTH119 - bytes
        folder_id=preferred.folder_id,
        score=round(hit.score, 6),
        relevance=round(hit.relevance, 4),
        width=photo.facts.width,
        height=photo.facts.height,
        taken_at=local_time(photo.taken_at),
        taken_from=photo.taken_from,
        camera=text(photo.facts.camera),
        size_bytes=photo.size_bytes,
        copies=len(photo.files),
        stack=stack_body(photo.stack),
        state=state_of(preferred.online),
        why=[*hit.why],
        judgement=UNSET if explain is None or hit.judgement is None else _judgement_body(hit, hit.judgement, explain),
    )


def _judgement_body(hit: Hit, judged: Judgement, query: Query) -> JudgementBody:
    words = {where: [text(word) for word in found] for where, found in asdict(judged.matches).items()}
    return JudgementBody(
        cosine=round(hit.score, 6),
        background=BackgroundBody(cut_off=round(judged.cut_off, 6), sigma=round(judged.sigma, 6)),
        by_picture=round(judged.by_picture, 4),
        words=MatchesBody(**words),
        whole=judged.whole,
        by_words=round(judged.by_words, 4),
        fused=round(hit.relevance, 4),
        filters=_filter_bodies(query.filters),
    )


def _filter_bodies(filters: Sequence[Filter]) -> list[FilterBody]:
    return [FilterBody(key=one.key, value=one.value, negated=one.negated) for one in filters]
