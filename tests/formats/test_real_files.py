"""The original data beside the repository: every count of its README, and which file is of which format."""

from collections import Counter
from pathlib import Path
from statistics import fmean

import pytest

from arena.formats import catalog
from arena.formats.types import Source
from arena.types import (
    Battle,
    Fact,
    Grade,
    Note,
    PairCount,
    Prompt,
    Published,
    Reference,
    Reject,
    Response,
    Row,
    Verdict,
)


def facts(root: Path, **known: str) -> tuple[dict[type, dict[str, Fact]], list[str], list[Reject]]:
    """Facts of a folder by kind and id, notes, rejects; a fact that is said twice must be said alike."""
    found: dict[type, dict[str, Fact]] = {}
    notes, rejects = [], []
    for path, name in catalog.find(root)[0]:
        for item in catalog.load(name).read(Source(path, root, "board", **known)):
            if isinstance(item, Note):
                notes.append(item.text)
            elif isinstance(item, Reject):
                rejects.append(item)
            else:
                for fact in item.facts:
                    assert found.setdefault(type(fact), {}).setdefault(fact.id, fact) == fact
    return found, notes, rejects


def test_arena_bench_has_4800_grades_of_16_models_34_without_a_score(shared: Path) -> None:
    found, notes, rejects = facts(shared / "fastchat/arena_bench_v1", judge="gpt-4")
    grades = found[Grade].values()
    assert rejects == []
    assert (len(grades), len({grade.model for grade in grades})) == (4800, 16)
    assert Counter((grade.status, grade.score is None) for grade in grades) == {
        ("ok", False): 4766,
        ("unparsed", True): 34,
    }
    assert {(grade.judge, grade.turn) for grade in grades} == {("gpt-4", 1)}
    assert {len(found[kind]) for kind in (Prompt, Reference)} == {300}
    assert "model mistralai/Mixtral-8x7B-Instruct-v0.1 is called Mixtral-8x7B-Instruct-v0.1" in notes


def test_arena_bench_answers_are_300_of_each_of_18_models(shared: Path) -> None:
    found, notes, _ = facts(shared / "fastchat/arena_bench_v1")
    models = Counter(answer.model for answer in found[Response].values())
    assert (len(models), set(models.values())) == (18, {300})
    assert models["Llama-2-70b-chat"] == 300
    assert "model meta-llama/Llama-2-70b-chat-hf is called Llama-2-70b-chat" in notes
    assert {answer.prompt for answer in found[Response].values()} == set(found[Prompt])


def test_mt_bench_has_80_questions_of_two_turns_with_references(shared: Path) -> None:
    found, _, rejects = facts(shared / "fastchat/mt_bench")
    authors = Counter(reference.author for reference in found[Reference].values())
    assert {len(prompt.turns) for prompt in found[Prompt].values()} == {2}
    assert (len(found[Prompt]), authors, rejects) == (80, {"question file": 39, "gpt-4": 30}, [])


def test_vicuna_has_1440_reviews_2_of_them_unread(shared: Path) -> None:
    found, _, rejects = facts(shared / "vicuna_blog_eval")
    verdicts = found[Verdict].values()
    assert (len(found[Battle]), len(verdicts), rejects) == (1440, 1440, [])
    assert Counter(verdict.status for verdict in verdicts) == {"ok": 1438, "unparsed": 2}
    assert Counter(verdict.judge for verdict in verdicts) == {"gpt-4": 1040, "gpt-3.5-turbo": 400}
    battles = found[Battle].values()
    assert sum(battle.model_a == battle.model_b for battle in battles) == 80
    assert len({battle.model_a for battle in battles} | {battle.model_b for battle in battles}) == 7
    assert {side for battle in battles for side in (battle.response_a, battle.response_b)} == set(
        found[Response]
    )


RATES = {
    "claude-2.1": (15.7335, 805),
    "gpt-3.5-turbo-1106": (9.178, 805),
    "oasst-sft-pythia-12b": (1.790, 805),
    "vicuna-7b-v1.5": (4.797, 805),
    "gpt4_1106_preview": (50.0, 805),
    "gpt-3.5-turbo-0301": (89.3657, 804),
}


@pytest.mark.parametrize("model", RATES)
def test_alpaca_eval_win_rates_are_as_published(shared: Path, model: str) -> None:
    found, _, rejects = facts(shared / "nc_alpaca_eval/results" / model)
    verdicts = found[Verdict].values()
    shares = [1 - verdict.preference for verdict in verdicts if verdict.preference is not None]
    rate, count = RATES[model]
    assert 100 * fmean(shares) == pytest.approx(rate, abs=1e-3)
    assert (len(shares), len(verdicts), rejects) == (count, 805, [])
    assert sum(verdict.status == "error" for verdict in verdicts) == 805 - count
    texts = set(found[Response])
    assert all({battle.response_a, battle.response_b} <= texts for battle in found[Battle].values())


def test_the_human_votes_are_3460_pairs_of_1670250(shared: Path, read) -> None:
    rows = read("pair_counts", shared / "votes/lmsys_pairs_20240814.parquet")
    counts = [row.facts[0] for row in rows if isinstance(row, Row)]
    assert all(isinstance(count, PairCount) for count in counts)
    assert len(counts) == len(rows) == 3460
    assert sum(count.win_a + count.win_b + count.tie + count.both_bad for count in counts) == 1_670_250
    assert len({count.model_a for count in counts} | {count.model_b for count in counts}) == 129


@pytest.mark.parametrize("name", ["llmfao.csv", "llmfao_votes.parquet"])
def test_llmfao_has_8931_votes_on_59_models(shared: Path, read, name: str) -> None:
    rows = read("evalica", shared / "votes" / name)
    battles = {row.facts[0].id: row.facts[0] for row in rows}
    assert len(battles) == len(rows) == 8931
    assert len({battle.model_a for battle in battles.values()}) <= 59
    assert len({side for battle in battles.values() for side in (battle.model_a, battle.model_b)}) == 59


def test_the_official_board_has_102_models_in_12_categories(shared: Path, read) -> None:
    rows = [row.facts[0] for row in read("published_board", shared / "boards/lmsys_20240527.parquet")]
    assert Counter(Counter(row.category for row in rows).values()) == {102: 12}
    first = next(row for row in rows if row.model == "alpaca-13b" and row.category == "full_old")
    assert first == Published(
        "alpaca-13b", 910.5734650794593, 901.8530442796266, 919.5061888865835, 6069, "full_old"
    )


def test_a_history_of_boards_is_refused_whole(shared: Path, read) -> None:
    with pytest.raises(Exception, match="boards of several dates"):
        read("published_board", shared / "boards/lmsys_history_to_2024-08-22.parquet")


def test_no_file_is_of_two_formats(shared: Path) -> None:
    files = [path for path in sorted(shared.rglob("*")) if path.is_file()]
    fits = {path.name: [name for name in catalog.names() if catalog.sniff(path, only=name)] for path in files}
    assert {name: formats for name, formats in fits.items() if len(formats) > 1} == {}
    assert fits["leaderboard_20240703_6b29f68724.csv"] == ["published_board"]
    assert fits["name_map.csv"] == fits["README.md"] == fits["prompt.jsonl"] == []
