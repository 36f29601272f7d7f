"""One battle out of a flywheel's own folder, with all that its facts say.

For runs whose battles are on no board: the cells of a study share names of models and boards, so that on a
board nothing would tell them apart. Leaves out battles in the database (`arena.store.battles`).
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from arena import referee
from arena.errors import NotFound
from arena.jobs import facts, folder
from arena.jobs.folder import RunFolder
from arena.service.requests import BattleFound
from arena.store.battles import Line
from arena.types import Battle, Fact, Prompt, Record, Reference, Response, Verdict

Kind = TypeVar("Kind", Prompt, Response)


def battle(run: RunFolder, name: str) -> BattleFound:
    """The battle of that id in one of a run's steps.

    Raises:
        NotFound: no step of the run fought it.
        Unreadable: a line of a step's facts is damaged.
    """
    for step in folder.steps(run):
        around = list(_naming(step, {name}))
        fight = next((one for one in around if isinstance(one, Battle) and one.id == name), None)
        if fight is None:
            continue
        said = tuple(one for one in around if isinstance(one, Verdict) and one.battle == name)
        return _found(step, fight, said)
    raise NotFound(f"{run.id}: no battle {name!r} in its steps")


def _naming(step: RunFolder, names: set[str]) -> Iterator[Fact]:
    """The facts of a step whose lines have one of these ids in them; only those are read whole."""
    wanted = [one.encode() for one in names]
    for _, line in facts.lines(step.outputs):
        if any(one in line for one in wanted):
            yield facts.parse(line)


def _found(step: RunFolder, fight: Battle, said: tuple[Verdict, ...]) -> BattleFound:
    ids = {one for one in (fight.prompt, fight.response_a, fight.response_b) if one}
    around = list(_naming(step, ids))
    prompts = {one.id: one for one in around if isinstance(one, Prompt)}
    answers = {one.id: one for one in around if isinstance(one, Response)}
    references = tuple(one for one in around if isinstance(one, Reference) and one.prompt == fight.prompt)
    record = Record(
        step.spec().board or step.id,
        fight,
        _named(prompts, fight.prompt),
        _named(answers, fight.response_a),
        _named(answers, fight.response_b),
        said,
    )
    return BattleFound(record, tuple(_outcomes(record)), references)


def _named(known: Mapping[str, Kind], name: str | None) -> Kind | None:
    return known.get(name) if name else None


def _outcomes(record: Record) -> Iterator[Line]:
    """What the battle came to under each judge, by the fold that a board does."""
    fight, asked = record.battle, record.prompt
    for judge in sorted({one.judge for one in record.verdicts}):
        own = [one for one in record.verdicts if one.judge == judge]
        folded = referee.fold(own, fight.games)
        turned = len({one.winner for one in own if one.winner in ("a", "b")}) > 1
        yield Line(
            fight.id,
            fight.model_a,
            fight.model_b,
            judge,
            folded.kind,
            folded.share,
            None,
            None,
            turned,
            fight.turn,
            fight.when,
            None,
            asked.categories if asked else (),
        )
