"""Real tiny models, whose answers depend on their batch: a resumed run asks a cut one again whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from arena.backends.types import Sampling
from arena.plugins import Choice
from arena.tournament.config import Contestant, Tournament
from arena.types import Battle, Response
from tests.backends.tiny import gpt2, llama
from tests.tournament.build import count, facts, plain, played, prompts, scene

pytest.importorskip("torch")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Tournament:
    """Two architectures with two tokenizers, sampled, in units of six rows."""
    made = tmp_path_factory.mktemp("models")
    folders = {"llama": llama(made / "llama"), "gpt2": gpt2(made / "gpt2")}
    models = tuple(
        Contestant(name, Choice("transformers", {"model": str(folder)})) for name, folder in folders.items()
    )
    warm = Sampling(temperature=1.0, max_tokens=6)
    plain = Tournament("t", prompts(10), models, Choice("verifier"), sampling=warm, unit=6, canaries=2)
    return replace(plain, retries=1)


def test_a_model_of_another_kind_fights_without_more_ado(config: Tournament, tmp_path: Path) -> None:
    found = facts(played(config, scene(tmp_path)))
    answers = [fact for fact in found if isinstance(fact, Response) and fact.model == "gpt2"]
    assert len(answers) == 10
    assert any(fact.turns and fact.turns[0].strip() for fact in answers)
    assert count(found, Battle) >= 10


def test_cut_anywhere_the_facts_are_those_of_an_undisturbed_run(config: Tournament, tmp_path: Path) -> None:
    told = facts(played(config, scene(tmp_path)))
    whole = plain(told)
    for cut in (3, len(told) // 3, len(told) // 2, len(told) - 5):
        rest = facts(played(config, scene(tmp_path, past=told[:cut])))
        assert plain([*told[:cut], *rest]) == whole


def test_another_seed_draws_other_answers_under_other_ids(config: Tournament, tmp_path: Path) -> None:
    one, two = (facts(played(replace(config, seed=seed), scene(tmp_path))) for seed in (0, 1))
    first, second = ({f.id: f.turns for f in found if isinstance(f, Response)} for found in (one, two))
    assert not set(first) & set(second)
    assert set(first.values()) != set(second.values())
