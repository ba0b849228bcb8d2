"""Bad files, and the small facts."""

from photoseek.catalogue import Catalogue
from photoseek.domain import FileId
from tests.unit.catalogue.filling import MODEL, Clock, fill, find, md5, stamp


async def test_a_problem_is_one_row_with_its_reason(catalogue: Catalogue, clock: Clock) -> None:
    folder = await catalogue.add_folder(b"/p")
    await find(catalogue, folder, {"a.jpg": "a", "b.jpg": "b"})
    a, b = await catalogue.waiting_files(2)
    await catalogue.record_problem(a.file_id, a.stamp, "It is empty.")
    clock.now += 5
    await catalogue.record_problem(a.file_id, a.stamp, "It is truncated.")
    await catalogue.record_problem(b.file_id, b.stamp, "It is no picture.")
    first = await catalogue.problems(1)
    second = await catalogue.problems(9, first[-1].file_id)
    assert [(one.path, one.reason, one.seen_at) for one in first + second] == [
        (b"/p/a.jpg", "It is truncated.", 1005.0),
        (b"/p/b.jpg", "It is no picture.", 1005.0),
    ]
    counts = await catalogue.counts(MODEL)
    assert (counts.problems, counts.waiting, counts.photos) == (2, 0, 0)


async def test_a_problem_of_an_older_version_is_none(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await find(catalogue, folder, {"a.jpg": "a"})
    (waiting,) = await catalogue.waiting_files(1)
    await catalogue.record_problem(waiting.file_id, stamp("a", 7), "too late")
    await catalogue.record_problem(FileId(99), waiting.stamp, "no such file")
    assert await catalogue.problems(9) == []


async def test_problems_are_tried_again_when_a_person_says_so(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await find(catalogue, folder, {"a.jpg": "a"})
    (waiting,) = await catalogue.waiting_files(1)
    await catalogue.record_problem(waiting.file_id, waiting.stamp, "no permission")
    assert await catalogue.waiting_files(1) == []
    assert await catalogue.retry_problems() == 1
    assert await catalogue.waiting_files(1) == [waiting]
    assert await catalogue.retry_problems() == 0


async def test_a_problem_of_a_linked_file_tears_the_link_so_nothing_is_tried_in_a_loop(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    (content,) = (await fill(catalogue, folder, {"a.jpg": "a"})).appeared
    (waiting,) = await catalogue.waiting_contents("model-b", 1)
    shift = await catalogue.record_problem(waiting.file_id, waiting.stamp, "unreadable", model_key=MODEL)
    assert shift.vanished == [content]
    assert await catalogue.waiting_contents("model-b", 1) == []
    await catalogue.retry_problems()
    await catalogue.record_copies([(waiting.file_id, waiting.stamp, md5("a"))], model_key=MODEL)
    assert len(await catalogue.waiting_contents("model-b", 1)) == 1


async def test_a_problem_goes_when_the_file_turns_out_well(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await find(catalogue, folder, {"b.jpg": "a"})
    (waiting,) = await catalogue.waiting_files(1)
    await catalogue.record_problem(waiting.file_id, waiting.stamp, "unreadable")
    await catalogue.record_copies([(waiting.file_id, waiting.stamp, md5("a"))], model_key=MODEL)
    assert await catalogue.problems(9) == []


async def test_a_small_fact_is_remembered(catalogue: Catalogue) -> None:
    assert await catalogue.recall("paused") is None
    await catalogue.remember("paused", "yes")
    await catalogue.remember("paused", "no")
    assert await catalogue.recall("paused") == "no"
