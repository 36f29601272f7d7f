"""What the events of a run come to: a curve that a resumed run tells again is one curve."""

from pathlib import Path

from arena.jobs.events import _POINTS, Follower, Pen
from arena.jobs.types import Event


def told(path: Path, *points: tuple[float, float]) -> None:
    """One attempt of a run that draws a curve."""
    pen = Pen(path)
    pen.write(Event(0.0, "begin", x=0.0))
    for x, y in points:
        pen.write(Event(1.0, "figure", "sft", name="loss", x=x, y=y))
    pen.close()


def test_points_that_are_told_again_take_the_place_of_the_first(tmp_path: Path) -> None:
    told(tmp_path / "events.jsonl", (0, 3.0), (1, 2.0), (2, 1.5))
    follower = Follower(tmp_path / "events.jsonl")
    follower.look()
    told(tmp_path / "events.jsonl", (1, 2.5), (2, 1.0), (3, 0.5))
    (figure,) = follower.look().figures
    assert figure.points == ((0, 3.0), (1, 2.5), (2, 1.0), (3, 0.5))


def test_of_many_points_every_second_is_let_go_also_when_they_are_told_again(tmp_path: Path) -> None:
    for _ in range(2):
        told(tmp_path / "events.jsonl", *((x, float(x)) for x in range(3 * _POINTS)))
        (figure,) = Follower(tmp_path / "events.jsonl").look().figures
        assert _POINTS / 2 < len(figure.points) <= _POINTS
        assert [x for x, _ in figure.points] == sorted({y for _, y in figure.points})
        assert figure.points[0] == (0, 0.0)


def test_a_step_s_time_leaves_out_how_long_its_run_lay_still(tmp_path: Path) -> None:
    pen = Pen(tmp_path / "events.jsonl")
    for at, done in ((10.0, None), (12.0, 5), (3000.0, None), (3001.0, 7), (3005.0, 10)):
        begin = Event(at, "begin", x=0.0)
        pen.write(begin if done is None else Event(at, "progress", "games", done=done, total=10))
    pen.close()
    found = Follower(tmp_path / "events.jsonl").look()
    assert [(step.done, step.seconds, step.last) for step in found.steps] == [(10, 5.0, 3005.0)]
    assert found.worked == 7.0


def test_a_clock_that_is_set_back_takes_no_time_away(tmp_path: Path) -> None:
    pen = Pen(tmp_path / "events.jsonl")
    pen.write(Event(90_000.0, "begin", x=0.0))
    for at, done in ((90_001.0, 1), (90_003.0, 2), (3.0, 3), (4.0, 4)):
        pen.write(Event(at, "progress", "games", done=done, total=4))
    pen.close()
    found = Follower(tmp_path / "events.jsonl").look()
    assert [step.seconds for step in found.steps] == [3.0]
    assert found.worked == 4.0
