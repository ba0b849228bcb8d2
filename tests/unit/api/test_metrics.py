"""The figures, read as Prometheus reads them."""

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from photoseek import __version__
from tests.unit.api.conftest import Http, SmallLibrary

API = (Path(__file__).parents[3] / "daemon/API.md").read_text("utf-8")

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def read(http: Http) -> Figures:
    status, answer, text = await http.ask("GET", "/metrics")
    assert (status, answer.content_type) == (200, "text/plain")
    families = text_string_to_metric_families(text.decode())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


async def test_the_figures_are_those_of_the_status(http: Http) -> None:
    figures = await read(http)
    counts = {
        name: figures[f"photoseek_{name}", ()] for name in ("photos", "contents", "vectors", "waiting", "problems")
    }
    assert counts == {"photos": 5, "contents": 4, "vectors": 3, "waiting": 2, "problems": 1}
    assert figures["photoseek_indexing_files_per_second", ()] == 12.345
    assert figures["photoseek_folders", (("state", "offline"),)] == 1
    assert figures["photoseek_folders", (("state", "polling"),)] == 0
    assert figures["photoseek_info", (("version", __version__),)] == 1
    assert figures["photoseek_model_info", (("name", "clip-ViT-L-14"),)] == 1


async def test_of_all_states_one_is_true(http: Http) -> None:
    figures = await read(http)
    for name, state in (("photoseek_indexing", "indexing"), ("photoseek_model_state", "loading")):
        states = {labels[0][1]: value for (found, labels), value in figures.items() if found == name}
        assert len(states) > 3
        assert [one for one, value in states.items() if value] == [state]


async def test_searches_are_counted_with_the_time_they_took(http: Http) -> None:
    before = await read(http)
    await http.json("GET", "/api/v1/search?q=dog")
    await http.json("POST", "/api/v1/search", json={"query": "dog"})
    await http.json("GET", "/api/v1/search?q=")  # an error is no search
    after = await read(http)
    assert after["photoseek_search_seconds_count", ()] - before["photoseek_search_seconds_count", ()] == 2
    assert round(after["photoseek_search_seconds_sum", ()], 4) == round(2 * 0.0123456, 4)
    assert after["photoseek_search_seconds_bucket", (("le", "0.01"),)] == 0
    assert after["photoseek_search_seconds_bucket", (("le", "0.02"),)] == 2


async def test_listeners_are_counted(http: Http, library: SmallLibrary) -> None:
    assert (await read(http))["photoseek_listeners", ()] == 0
    async with http.session.get(http.url + "/api/v1/events", headers=http.own) as stream:
        await stream.content.readline()
        assert (await read(http))["photoseek_listeners", ()] == 1


async def test_two_servers_count_each_for_itself(http: Http, tmp_path: Path) -> None:
    await http.json("GET", "/api/v1/search?q=dog")
    assert (await read(http))["photoseek_search_seconds_count", ()] == 1


async def test_every_figure_stands_in_api_md(http: Http) -> None:
    _, _, text = await http.ask("GET", "/metrics")
    names = {one.name.removesuffix("_created") for one in text_string_to_metric_families(text.decode())}
    assert len(names) > 10
    for name in names:
        assert f"`{name}`" in API or (name.startswith("process_") and "`process_…`" in API)


async def test_without_the_token_there_are_no_figures(http: Http) -> None:
    async with http.session.get(http.url + "/metrics") as answer:
        assert answer.status == 401
