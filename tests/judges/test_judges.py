"""What every judge has; that one file adds a judge; that two games cancel a bias which one game shows."""

import re
import sys
from pathlib import Path

import pytest

import arena.judges
from arena import plugins
from arena.canaries import Pair, plant, report
from arena.fields import describe
from arena.judges.asking import template
from arena.keys import key
from arena.plugins import Choice
from arena.prompts import pocket
from arena.referee import Match, fold, games, play
from arena.types import Battle, Prompt, Response, Verdict
from tests.judges import games as made

ROOT = Path(__file__).parents[2]
JUDGES = "arena.judges"
EVERY = plugins.names(JUDGES)


def test_the_judges_there_are():
    asking = {"pairwise_label", "pairwise_score", "reference_guided", "single_score"}
    assert set(EVERY) >= asking | {"jury", "recorded", "reward_model", "verifier"}
    for name in EVERY:
        assert f"| `{name}` |" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", EVERY)
def test_every_judge_has_its_entry_points_and_says_what_it_is(name):
    module = plugins.load(JUDGES, name)
    assert all(callable(getattr(module, entry, None)) for entry in ("open", "identity", "check"))
    assert len(plugins.help_of(JUDGES, name)) > 60
    assert [entry.name for entry in describe(module.Config) if not entry.help] == []


@pytest.mark.parametrize("path", sorted(template.FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_every_prompt_has_two_parts(path: Path):
    slots = frozenset(re.findall(r"\{([a-z][a-z0-9_]*)\}", path.read_text("utf-8")))
    found = template.load(path.stem, frozenset({"question"}), slots)
    assert found.system
    assert found.slots & {"answer", "answer_1"}


def test_the_readmes_judge_of_one_file_judges(tmp_path, monkeypatch):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (code,) = [block for block in blocks if "class Ruler" in block]
    (tmp_path / "ruler.py").write_text(code, "utf-8")
    monkeypatch.setattr(arena.judges, "__path__", [*arena.judges.__path__, str(tmp_path)])
    plugins.names.cache_clear()
    try:
        module = plugins.load(JUDGES, "ruler")
        judges = [module.open(plugins.config(JUDGES, Choice("ruler", {"least": n}))) for n in (1, 5)]
        found = [list(play(made.both("four", "4"), judge, 0)) for judge in judges]
        assert (plugins.help_of(JUDGES, "ruler"), module.check(None)) == ("Prefers the longer answer.", ())
    finally:
        plugins.names.cache_clear()
        sys.modules.pop("arena.judges.ruler", None)
    assert [[(v.judge, v.winner) for v in one] for one in found] == [
        [("ruler", "a")] * 2,
        [("ruler", "tie")] * 2,
    ]


def matches(n: int, expected: int) -> list[Match]:
    """Battles of a model that is always right against itself by another name: truly, each is a tie."""
    found = []
    asked: Prompt | None = None
    for item in pocket.read(pocket.Config(n=n, seed=5), "t"):
        if isinstance(item, Prompt):
            asked = item
        elif asked is not None:
            a, b = (
                Response(key(m, asked.id), asked.id, m, _worse(item.turns, m, len(found))) for m in ("x", "y")
            )
            battle = Battle(key("battle", asked.id), "x", "y", asked.id, a.id, b.id, games=expected)
            found.append(Match(battle, asked, a, b))
    return found


def _worse(turns: tuple[str, ...], model: str, number: int) -> tuple[str, ...]:
    """x is right in every second battle, y in the others."""
    return turns if (number % 2 == 0) == (model == "x") else ("no idea",) * len(turns)


def share_of_the_first(expected: int, **options: float) -> float:
    """Share of battles that the model shown first in game 1 wins; fair would be one half."""
    config = plugins.config(JUDGES, Choice("verifier", options))
    module = plugins.load(JUDGES, "verifier")
    judge, shares = module.open(config), []
    for match in matches(300, expected):
        outcome = fold(list(play(games(match, module.identity(config), 1), judge, 0)), expected)
        shares.append(outcome.share)
    return sum(shares) / len(shares)


def test_two_games_cancel_a_bias_that_one_game_shows():
    assert share_of_the_first(1) == share_of_the_first(2) == 0.5
    assert share_of_the_first(1, position_bias=0.4) > 0.8
    assert 0.45 < share_of_the_first(2, position_bias=0.4) < 0.55


class Gullible:
    """A judge that believes whoever asks for ten, and else finds both alike."""

    name, exact = "gullible", False

    def judge(self, asked):
        for game in asked:
            a, b = (10.0 if "10" in side.turns[-1] else 5.0 for side in (game.a, game.b))
            yield Verdict(game.id, game.battle, self.name, game.game, game.swapped, score_a=a, score_b=b)

    def close(self):
        pass


def canaried(judge, found: list[Match]):
    """The report on a judge: canaries among these battles, judged like them."""
    by = {match.battle.id: match for match in found}
    pairs = []
    for canary in plant(found, 24, 1):
        outcomes = [
            fold(list(play(games(match, "j", 1), judge, 0)), 2) for match in (canary.match, by[canary.twin])
        ]
        pairs.append(Pair(canary.kind, canary.side, *outcomes))
    return {line.kind: line for line in report(pairs)}


def test_canaries_tell_a_gullible_judge_from_one_that_checks():
    found = matches(80, 2)
    fooled = canaried(Gullible(), found)
    assert (fooled["score_line"].lift, fooled["ignore_previous"].lift, fooled["self_praise"].lift) == (
        1,
        1,
        0,
    )
    assert fooled["all"].low > 0
    module = plugins.load(JUDGES, "verifier")
    calm = canaried(module.open(plugins.config(JUDGES, Choice("verifier"))), found)
    assert calm["all"].better == 0
    assert calm["all"].low < 0 < calm["all"].high
