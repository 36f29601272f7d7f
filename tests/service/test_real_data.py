"""The numbers that a correct program gets on real data, by the requests that pages and commands make.

Goldens are of ../shared/data/README.md and of the paper (arXiv 2407.10627v1); nothing here was computed
by us first.
"""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from arena.filters import Filters
from arena.ratings.types import RankSettings
from arena.service import requests as ask
from arena.service.service import Service
from arena.settings import shipped
from tests.store import build


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory):
    with Service(build.settings(tmp_path_factory.mktemp("home")), "test") as service:
        yield service


@pytest.fixture(scope="module")
def real(arena: Service, shared: Path):
    """The arena with every data set of battles imported, and what the imports said."""
    sets = (
        ("arena-bench", "fastchat/arena_bench_v1", "gpt-4"),
        ("vicuna", "vicuna_blog_eval", None),
        ("alpaca-eval", "nc_alpaca_eval/results", None),
        ("llmfao", "votes/llmfao.csv", "crowd"),
        ("mt-bench", "fastchat/mt_bench", None),
    )
    reports = {name: arena.bring(ask.Import(shared / path, name, None, judge)) for name, path, judge in sets}
    return arena, reports


def values(ranked: ask.Ranked) -> dict[str, float]:
    return {line.model: line.value for line in ranked.ratings}


def test_human_votes_reproduce_the_published_board(arena):
    settings = RankSettings(anchor="mixtral-8x7b-instruct-v0.1", anchor_value=1114)
    ours = values(arena.leaderboard(ask.Leaderboard("lmsys-votes-2024-08-14", settings)))
    theirs = values(arena.leaderboard(ask.Leaderboard("lmsys-2024-08-22")))
    errors = [abs(ours[name] - theirs[name]) for name in ours if name in theirs]
    assert len(errors) == 129
    assert max(errors) < 2.5
    assert np.mean(errors) < 0.3
    found = arena.compare(ask.Compare("lmsys-votes-2024-08-14", "lmsys-2024-08-22", settings, rounds=20))
    assert (found.n_models, found.kendall, found.spearman) == (129, 1, 1)


def test_human_votes_against_the_official_board_of_may(arena):
    settings = RankSettings(anchor="mixtral-8x7b-instruct-v0.1", anchor_value=1114)
    ours = values(arena.leaderboard(ask.Leaderboard("lmsys-votes-2024-08-14", settings)))
    theirs = values(arena.leaderboard(ask.Leaderboard("lmsys-2024-05-27")))
    errors = [abs(ours[name] - theirs[name]) for name in ours if name in theirs]
    assert len(errors) == 102
    assert max(errors) == pytest.approx(8.04, abs=0.1)
    assert np.mean(errors) == pytest.approx(0.67, abs=0.02)


def test_official_ranks_come_from_bounds(arena):
    with (shipped() / "boards" / "lmsys-2024-05-27.csv").open(encoding="utf-8") as file:
        official = {
            row["model"]: int(row["rank"]) for row in csv.DictReader(file) if row["category"] == "full"
        }
    found = arena.leaderboard(ask.Leaderboard("lmsys-2024-05-27"))
    assert {line.model: line.rank for line in found.ratings} == official
    assert len(official) == 102


@pytest.mark.parametrize(
    ("board", "spearman", "alike", "separated"),
    [("mix", 0.9913, 200, 226), ("hard", None, None, None), ("diverse", None, None, None)],
)
def test_the_papers_table_as_shipped(arena, board, spearman, alike, separated):
    found = arena.compare(ask.Compare(f"wizardarena-{board}", "wizardarena-lmsys-en", rounds=50))
    assert (found.n_models, found.agreement_pairs[1], found.differentiation_pairs[1]) == (22, 202, 231)
    if spearman is not None:
        assert found.spearman == pytest.approx(spearman, abs=1e-4)
        assert (found.agreement_pairs[0], found.differentiation_pairs[0]) == (alike, separated)
    assert found.average == pytest.approx(np.mean([found.spearman, found.agreement, found.differentiation]))


def test_arena_bench_import(real):
    arena, reports = real
    report = reports["arena-bench"]
    assert (report.read, report.kept, report.rejected, report.duplicates) == (11_100, 10_800, 0, 300)
    assert report.facts == {"prompts": 300, "references": 300, "responses": 5_400, "grades": 4_800}
    ranked = arena.leaderboard(ask.Leaderboard("arena-bench"))
    assert (ranked.n_battles, len(ranked.ratings), ranked.tally.undecided) == (35_500, 16, 500)
    assert "undecided" in {warning.code for warning in ranked.warnings}


@pytest.mark.parametrize(
    ("category", "all_models", "unprefixed"), [("hard_english_6", 0.927, 0.934), ("full", 0.841, 0.815)]
)
def test_arena_bench_against_lmsys(real, category, all_models, unprefixed):
    """16 models; and the 14 whose names stand in the files as they do elsewhere, without `mistralai/`."""
    request = ask.Compare("arena-bench", "lmsys-2024-05-27", reference_category=category, rounds=50)
    found = real[0].compare(request)
    assert (found.n_models, found.unmatched) == (16, ())
    assert found.spearman == pytest.approx(all_models, abs=6e-4)
    plain = [
        (p.value, p.reference_value) for p in found.points if not p.model.startswith(("Mixtral", "Mistral"))
    ]
    assert (len(plain), spearmanr(plain).statistic) == (14, pytest.approx(unprefixed, abs=6e-4))
    low, high = found.intervals["spearman"]
    assert low < high <= 1


def test_exact_leaves_approximate_names_out(real):
    request = ask.Compare("arena-bench", "lmsys-2024-05-27", exact=True, rounds=10)
    assert real[0].compare(request).unmatched == ("gpt-3.5-turbo", "vicuna-33b-v1.3")


@pytest.mark.parametrize(
    ("model", "judge", "rate"),
    [
        ("claude-2.1", "weighted_alpaca_eval_gpt4_turbo", 15.7335),
        ("gpt-3.5-turbo-1106", "weighted_alpaca_eval_gpt4_turbo", 9.178),
        ("oasst-sft-pythia-12b", "weighted_alpaca_eval_gpt4_turbo", 1.790),
        ("vicuna-7b-v1.5", "weighted_alpaca_eval_gpt4_turbo", 4.797),
        ("gpt-3.5-turbo-0301", "alpaca_eval_gpt4", 89.3657),
    ],
)
def test_alpaca_eval_win_rates(real, model, judge, rate):
    request = ask.Leaderboard("alpaca-eval", RankSettings(method="winrate"), Filters(judge=judge))
    assert values(real[0].leaderboard(request))[model] * 100 == pytest.approx(rate, abs=6e-4)


def test_alpaca_eval_keeps_self_battles_and_never_ranks_them(real):
    arena, reports = real
    assert reports["alpaca-eval"].facts["battles"] == 6 * 805
    page = arena.battles(ask.Battles("alpaca-eval", Filters(a="gpt4_1106_preview"), limit=1000))
    own = [line for line in page.battles if line.model_a == line.model_b]
    ranked = arena.leaderboard(ask.Leaderboard("alpaca-eval"))
    assert ranked.n_battles == 6 * 805 - 805 - 1
    assert all(line.share == 0.5 for line in own)


def test_a_soft_judge_is_not_cut_to_winners(real):
    request = ask.Leaderboard(
        "alpaca-eval", RankSettings(method="winrate"), Filters(judge="weighted_alpaca_eval_gpt4_turbo")
    )
    assert values(real[0].leaderboard(request))["claude-2.1"] != pytest.approx(0.1429, abs=1e-3)


def test_vicuna_reviews_by_two_judges(real):
    arena, reports = real
    assert reports["vicuna"].facts["verdicts"] == 1_440
    unread = arena.battles(ask.Battles("vicuna", Filters(failed=True)))
    assert len(unread.battles) == 2
    ranked = arena.leaderboard(ask.Leaderboard("vicuna"))
    assert ranked.judges == ("gpt-3.5-turbo", "gpt-4")
    assert "judges" in {warning.code for warning in ranked.warnings}
    of_two = next(line for line in unread.battles if line.model_a != line.model_b)
    assert of_two.outcome == "undecided"
    assert ranked.n_battles == 1_440 - 80 - 1  # the other unread review is of a model against itself


def test_llmfao_elo_in_file_order(real, shared):
    import pandas as pd

    golden = pd.read_parquet(shared / "votes" / "llmfao_golden_scores.parquet")
    golden = golden[golden.algorithm == "elo"].set_index("item").score
    ranked = real[0].leaderboard(ask.Leaderboard("llmfao", RankSettings(method="elo", k=4, intervals="none")))
    assert max(abs(line.value - golden[line.model]) for line in ranked.ratings) < 2e-12
    assert len(ranked.ratings) == 59


def test_a_battle_shows_both_answers_and_the_judges_words(real):
    arena, _ = real
    line = arena.battles(ask.Battles("arena-bench", Filters(a="gpt-4-0314", b="claude-1"), limit=1)).battles[
        0
    ]
    found = arena.battle(ask.Battle(line.id[:10], "arena-bench"))
    assert found.record.prompt.turns[0].startswith(line.prompt[:50])
    assert found.record.response_a.model == line.model_a
    assert found.record.response_b.turns[0]
    assert "[claude-1]" in found.record.verdicts[0].explanation
    assert found.references[0].author == "gpt-4"


def test_pages_visit_every_battle_once(real):
    arena, _ = real
    seen, after = [], None
    while True:
        page = arena.battles(ask.Battles("vicuna", after=after, limit=137, count=True))
        seen += [(line.id, line.judge) for line in page.battles]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == page.tally.total == 1_440


def test_importing_again_adds_nothing(real, shared):
    arena, _ = real
    report = arena.bring(ask.Import(shared / "vicuna_blog_eval", "vicuna"))
    assert (report.kept, report.duplicates) == (0, report.read)
