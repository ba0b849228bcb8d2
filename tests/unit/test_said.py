"""The page has every sentence of the daemon's that it may show, in each language beside English."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "daemon" / "photoseek"
ROOMS = ("autostart", "catalogue", "domain", "embedding", "library", "pictures", "scanning", "watching")
MODULES = (
    *(f"api/{name}.py" for name in ("crowd", "folders", "keys", "live", "login", "photos", "searching")),
    *("desktop.py", "errors.py"),
)
# These speak to `check` and `repair`.
SILENT = ("catalogue/checking.py", "catalogue/mending.py", "library/repairing.py", "library/reference_texts.py")
SENTENCE = re.compile(r".*[a-z]{2,}\W+([A-Za-z]{2,}|\{\}).* .*|.*\{\}.* [a-z]{2,}.*", re.DOTALL)
NO_SENTENCES = {
    "photoseek autostart install",
    "photoseek folders confirm-missing {}",
    "c.id IN ({})",
    "{name text camera} : ({})",
    "({} OR place : ({}))",
    "out of memory",
    "the small starter model; ",
    # Put together with what follows: `The model could not answer: there is not enough memory.`
    "{}: there is not enough memory.",
    "The model could not be loaded",
    "The model could not answer",
    # In the log, or for other code.
    "keys out of order",
    "read from the snapshot",
    "taken from the catalogue",
    "names don't end",
    "could not create decoder",
    "shorter than it was",
}
COUNTED = {"1 folder", "{} folders", "{} pictures"}


@cache
def table(language: str) -> dict[str, str]:
    text = (ROOT / "webui" / f"said.{language}.js").read_text("utf-8")
    return dict(json.loads(text.partition("export default ")[2].rstrip().rstrip(";")))


def sentences() -> Iterator[tuple[str, str]]:
    """What a person may be told, ``{}`` for what is filled in, each with the place where it stands."""
    rooms = [path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]
    for path in [*rooms, *(PACKAGE / module for module in MODULES)]:
        name = path.relative_to(PACKAGE).as_posix()
        if name not in SILENT:
            found = [(line, text) for line, text in strings(path) if SENTENCE.fullmatch(text)]
            yield from ((f"{name}:{line}", text) for line, text in found if text not in NO_SENTENCES)


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """All strings of a module but documentation, what goes into logs, into SQLite and into titles, and patterns."""
    tree = ast.parse(path.read_text("utf-8"))
    unspoken = {id(node) for node in _unspoken(tree)}
    for node in ast.walk(tree):
        if id(node) in unspoken:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(parts)


def _unspoken(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.Expr(ast.Constant()):
                yield node.value
            case ast.JoinedStr():
                yield from (inner for part in node.values for inner in ast.walk(part))
            case ast.FunctionDef(returns=ast.expr() as kind) | ast.arg(annotation=ast.expr() as kind):
                yield from ast.walk(kind)
            case ast.Assign([ast.Name("title")]):
                yield node.value
            case ast.Call(ast.Attribute(attr="debug" | "info" | "warning" | "error" | "exception" | "execute" | "log")):
                yield from ast.walk(node)
            case ast.Call(ast.Attribute(ast.Name("re"))) | ast.Call(
                ast.Name("ValueError" | "TypeError" | "Form" | "Kind")
            ):
                yield from ast.walk(node)


@pytest.mark.parametrize(("place", "text"), [pytest.param(*found, id=found[0]) for found in sentences()])
def test_a_sentence_that_a_person_may_be_told_is_there_in_german(place: str, text: str) -> None:
    ends_cut = re.sub(r"^(\{\} ?)+|( ?\{\})+$", "", text).strip()  # other sentences are put before and behind it
    assert {text, text.strip(), ends_cut} & table("de").keys(), f"{place} says {text!r}, and said.de.js does not"


def test_each_sentence_of_the_page_is_one_of_the_daemon_s() -> None:
    trees = (ast.walk(ast.parse(path.read_text("utf-8"))) for path in PACKAGE.rglob("*.py"))
    said = "\n".join(str(node.value) for tree in trees for node in tree if isinstance(node, ast.Constant))
    for sentence in table("de").keys() - COUNTED:
        assert all(part.strip(" .:") in said for part in re.split(r"\{\}|: |, ", sentence)), sentence


def test_what_is_filled_in_has_its_place_in_both_languages() -> None:
    for english, german in table("de").items():
        assert english.count("{}") == german.count("{}"), english
        assert english.count("`") == german.count("`"), english
