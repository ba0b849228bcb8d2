"""What queries mean, and where their mistakes are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.domain import (
    FORMS,
    KINDS,
    Example,
    Filter,
    PhotoId,
    Query,
    Term,
    format_query,
    join_words,
    parse_query,
    quote,
)
from photoseek.errors import QueryError

ID = PhotoId("0cc175b9c0f1b6a831c399e269772661")
# Pieces from which hypothesis makes texts that look like queries more often than letters do.
PIECES = [
    "+",
    "-",
    '"',
    '""',
    ":",
    " ",
    "  ",
    "2",
    "2:",
    "0.5: ",
    "1.2.3:",
    "://",
    "data:",
    "C:\\",
    "*",
    "?",
    "[",
    "]",
    "!",
]
PIECES += ["dog", "night sky", "-people", "10:30", "é", "\u202e", "שלום", "🐶", "\u00a0", "\t", "after:2023-05"]
PIECES += [f"{key}:" for key in KINDS] + ["foldr:", f"like:{ID}", "type:heic", "orientation:square", "name:[!a]*", "--"]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


def terms(text: str) -> list[tuple[str, float]]:
    return [(term.text, term.weight) for term in parse_query(text).terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "dog on  the\nbeach": [("dog on the beach", 1)],
        'dog on the beach + "night sky"': [("dog on the beach", 1), ("night sky", 1)],
        "beach - people": [("beach", 1), ("people", -1)],
        'beach -"red car" sun': [("beach sun", 1), ("red car", -1)],
        "dog -people on the beach": [("dog on the beach", 1), ("people", -1)],
        "dog +snow": [("dog", 1), ("snow", 1)],
        "- red car - blue boat": [("red car", -1), ("blue boat", -1)],
        "-people": [("people", -1)],
        "2: sunset": [("sunset", 2)],
        "2:golden sunset beach": [("golden sunset beach", 2)],
        "beach + 0.5: old boat": [("beach", 1), ("old boat", 0.5)],
        "beach -.5:boat": [("beach", 1), ("boat", -0.5)],
        'beach - 3:"red car" sun': [("beach", 1), ("red car", -3), ("sun", 1)],
        "t-shirt black-and-white": [("t-shirt black-and-white", 1)],
        "at 10:30 in 16:9": [("at 10:30 in 16:9", 1)],
        "2:1 2:30pm": [("2:1 2:30pm", 1)],
        "--json ++ C++": [("--json ++ C++", 1)],
        "a dog: brown": [("a dog: brown", 1)],
        "std::vector :-)": [("std::vector :-)", 1)],
        '24" monitor 5\'10"': [('24" monitor 5\'10"', 1)],
        '"red car"! here': [("red car! here", 1)],
        '"say ""cheese"""': [('say "cheese"', 1)],
        '"- people + 2: folder:x"': [("- people + 2: folder:x", 1)],
        r"C:\Users\ann D:/x": [(r"C:\Users\ann D:/x", 1)],
        "http://evil.example/a.jpg folder://x": [("http://evil.example/a.jpg folder://x", 1)],
        "data:image/png;base64,AAAA": [("data:image/png;base64,AAAA", 1)],
        "-https://x.example": [("https://x.example", -1)],
        "🐶 🏖️": [("🐶 🏖️", 1)],
        "כלב על החוף": [("כלב על החוף", 1)],
        "\u2013 a dash": [("\u2013 a dash", 1)],
        "": [],
        " \n": [],
    }.items(),
)
def test_words_signs_weights_and_quotes_make_terms(text: str, expected: list[tuple[str, float]]) -> None:
    assert terms(text) == expected
    assert parse_query(text).filters == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "folder:Italy": Filter("folder", "Italy"),
        'folder:"My Photos"': Filter("folder", "My Photos"),
        'FOLDER:"C:\\Users\\ann"': Filter("folder", "C:\\Users\\ann"),
        "folder:/home/ann/": Filter("folder", "/home/ann"),
        "folder:/": Filter("folder", "/"),
        "name:*.png": Filter("name", "*.png"),
        'name:"*.png"': Filter("name", "[*].png"),
        'name:"at sea "*[0-9]': Filter("name", "at sea *[0-9]"),
        "name:a[b": Filter("name", "a[[]b"),
        "name:[]": Filter("name", "[[]]"),
        "after:2023": Filter("after", "2023-01-01"),
        "after:2023-5": Filter("after", "2023-05-01"),
        "before:2024-02-29": Filter("before", "2024-02-29"),
        "camera:canon": Filter("camera", "canon"),
        "type:.HEIC": Filter("type", "heic"),
        "orientation:Portrait": Filter("orientation", "portrait"),
        "-type:png": Filter("type", "png", negated=True),
    }.items(),
)
def test_a_key_and_a_value_make_a_filter(text: str, expected: Filter) -> None:
    assert parse_query(f"dog {text} beach") == Query(f"dog {text} beach", (Term("dog beach"),), (), (expected,))


def test_an_example_counts_as_a_term_does() -> None:
    query = parse_query(f"dog like:{ID.upper()} -like:{ID} 2: like:{ID} + like:{ID} cat")
    assert query.like == (Example(ID), Example(ID, -1), Example(ID, 2), Example(ID))
    assert terms(query.text) == [("dog", 1), ("cat", 1)]


@pytest.mark.parametrize(
    ("text", "at", "hint"),
    [
        ("dog foldr:Italy", 4, "Did you mean folder:?"),
        ("שלום ключ:x", 5, "Filters are folder, name"),
        ("beach after:2023-13", 12, "2023-05-17"),
        ("after:yesterday", 6, "2023-05-17"),
        ("before:0000", 7, "2023-05-17"),
        ("before:2023-02-30", 7, "2023-05-17"),
        ("type:docx", 5, "heic"),
        ("orientation:up", 12, "portrait"),
        ("like:123", 5, "32 characters"),
        ("dog folder: Italy", 4, "folder:Italy"),
        ('dog folder:""', 11, "folder:Italy"),
        ("dog 0: cat", 4, "0.01 to 100"),
        ("101:x", 0, "0.01 to 100"),
        ("1,5: cat", 0, "0.01 to 100"),
        ("1.2.3: cat", 0, "0.01 to 100"),
        ('dog "cat', 4, "closing quote"),
        ('folder:"x', 7, "closing quote"),
        ('dog -" "', 5, "say something in them"),
        ("dog -", 4, "Say what to"),
        ("+", 0, "Say what to"),
        ("2:", 0, "Say what to"),
        ("- -people", 0, "Say what to"),
        ("2: 3: cat", 0, "Say what to"),
        ("dog - folder:Italy", 4, "-folder:"),
        ("2:folder:Italy", 0, "-folder:"),
        ("x " + "+y " * 40, 2 + 3 * 31, "At most 32"),
        ("type:png " * 33, 9 * 32, "At most 32"),
    ],
)
def test_a_mistake_has_its_place_and_a_way_out_but_says_nothing_of_the_text(text: str, at: int, hint: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse_query(text)
    assert raised.value.at == at
    assert f"(character {at + 1})" in raised.value.message
    assert hint in raised.value.hint
    assert "yesterday" not in raised.value.message + raised.value.hint


# The same texts each time, as long as each takes: a busy machine is no mistake in the grammar.
many = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def understand(text: str) -> tuple[Query | None, QueryError | None]:
    try:
        return parse_query(text), None
    except QueryError as error:
        return None, error


@many
@given(TEXTS)
def test_any_text_is_understood_or_has_a_mistake_at_a_place_in_it(text: str) -> None:
    query, mistake = understand(text)
    if query is not None:
        assert all(term.text.strip() for term in query.terms)
    else:
        assert mistake is not None
        assert mistake.at is not None
        assert 0 <= mistake.at <= len(text)
        assert mistake.hint


@many
@given(TEXTS.filter(str.strip))
def test_any_text_in_quotes_is_one_literal_term(text: str) -> None:
    assert parse_query(quote(text)) == Query(quote(text), (Term(text),))
    assert terms(f"dog -{quote(text)}") == [("dog", 1), (text, -1)]


@many
@given(TEXTS)
def test_what_was_understood_can_be_written_down_and_is_understood_the_same(text: str) -> None:
    query, _ = understand(text)
    if query is None:
        return
    again = parse_query(format_query(query))
    assert (again.terms, again.like, again.filters) == (query.terms, query.like, query.filters)


EXAMPLES = [one for form in FORMS for one in form.examples] + [one for kind in KINDS.values() for one in kind.examples]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_grammar_is_understood(example: str) -> None:
    query = parse_query(example)
    assert query.ranks or query.filters


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (["dog", "on", "the", "beach"], "dog on the beach"),
        (["dog -people"], "dog -people"),
        (["dog", "-red car"], 'dog -"red car"'),
        (["dog on the beach", "+", "night sky"], '"dog on the beach" + "night sky"'),
        (["2:golden sun", "-3: red car"], '2:"golden sun" -3:"red car"'),
        (["folder:My Photos", "dog"], 'folder:"My Photos" dog'),
        (["name:My trip*.png", "dog"], 'name:"My trip"*.png dog'),
        (["-folder:My Photos", "dog"], '-folder:"My Photos" dog'),
        (["foo:bar baz", "dog"], '"foo:bar baz" dog'),
        (["dog", '-"red car"'], 'dog -"red car"'),
        (["really?", "what? yes"], 'really? "what? yes"'),
    ],
)
def test_the_words_of_a_shell_get_the_quotes_back_that_it_took(words: list[str], query: str) -> None:
    assert join_words(words) == query
    parse_query(query)
