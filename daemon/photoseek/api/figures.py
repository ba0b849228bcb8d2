"""The figures as Prometheus reads them.

Called by ``metrics`` in a thread, which imports it with the first question: prometheus_client takes over a MiB, and few
people have a Prometheus.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
    StateSetMetricFamily,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from photoseek import __version__
from photoseek.domain import FolderState, Status

CONTENT_TYPE = CONTENT_TYPE_LATEST
_COUNTS = {
    "photos": "Files that hold photos, offline ones included.",
    "contents": "Distinct contents of those.",
    "vectors": "Contents that the model in use has a vector of.",
    "waiting": "Files and contents that wait to be taken in.",
    "problems": "Files that could not be taken in.",
}
_INDEXING = ["idle", "scanning", "indexing", "paused"]
_MODEL = ["ready", "loading", "downloading", "unloaded", "failed"]


@dataclass(frozen=True, eq=False)
class Figures(Collector):
    """All figures of one moment.

    Attributes:
        listeners: Clients that listen for events.
        searches: How many took at most so many seconds, for each of some limits; the last is infinite.
        searched_s: How long all searches took together.
    """

    status: Status
    listeners: int
    searches: Sequence[tuple[float, int]]
    searched_s: float

    def write(self) -> bytes:
        """The text form, with what the process uses."""
        registry = CollectorRegistry()  # of its own: the global one is shared and adds figures of Python's
        registry.register(self)
        ProcessCollector(registry=registry)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """For the registry."""
        status = self.status
        yield InfoMetricFamily("photoseek", "Version of the daemon.", {"version": __version__})
        for name, what in _COUNTS.items():
            yield GaugeMetricFamily(f"photoseek_{name}", what, getattr(status.counts, name))
        yield self._folders()
        yield _states("photoseek_indexing", "What the indexing does.", _INDEXING, status.progress.state)
        yield GaugeMetricFamily("photoseek_indexing_files_per_second", "Of the last seconds.", status.progress.per_s)
        yield InfoMetricFamily("photoseek_model", "The model in use.", {"name": status.model.name})
        yield _states("photoseek_model_state", "What the model does.", _MODEL, status.model.state)
        yield GaugeMetricFamily("photoseek_listeners", "Clients that listen for events.", self.listeners)
        buckets = [(_in_words(limit_s), float(count)) for limit_s, count in self.searches]
        yield HistogramMetricFamily("photoseek_search_seconds", "From question to answer.", buckets, self.searched_s)

    def _folders(self) -> Metric:
        family = GaugeMetricFamily("photoseek_folders", "Watched folders.", labels=["state"])
        states = [status.folder.state for status in self.status.folders]
        for state in FolderState:
            family.add_metric([state.value], states.count(state))
        return family


def _states(name: str, what: str, states: list[str], true: str) -> Metric:
    return StateSetMetricFamily(name, what, {state: state == true for state in states})


def _in_words(limit_s: float) -> str:
    return "+Inf" if limit_s == float("inf") else str(float(limit_s))
