"""The original data beside the repository: every count of its README, and which file is of which format."""

import json
from collections import Counter
from pathlib import Path
from statistics import fmean

import pytest

from arena.formats import catalog
from arena.types import (
    Battle,
    Grade,
    Note,
    PairCount,
    Prompt,
    Published,
    Reference,
    Response,
    Row,
    Verdict,
)
from tests.formats.gathered import facts


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


def dated(items) -> tuple[list[str], dict[str, list[Published]]]:
    """Notes, and lines by category."""
    lines: dict[str, list[Published]] = {}
    for item in items:
        for fact in item.facts if isinstance(item, Row) else ():
            lines.setdefault(fact.category, []).append(fact)
    return [item.text for item in items if isinstance(item, Note)], lines


def test_the_history_has_58_boards_of_which_45_are_online_elo(shared: Path, read) -> None:
    items = read("lmarena_history", shared / "boards/lmsys_history_to_2024-08-22.parquet")
    notes, lines = dated(items)
    assert (len(items), len(notes), len(lines)) == (4805, 2, 59)
    assert notes[1] == "45 of the dates, to 2024-06-26, are online Elo, not Bradley-Terry"
    assert [line.value for line in lines[""]] == [line.value for line in lines["2024-08-22"]]
    assert (len(lines[""]), len(lines["2023-05-08"])) == (131, 13)
    assert sum(map(len, lines.values())) == 4803 + 131


def test_the_history_in_its_own_wide_form_is_the_same(shared: Path, read, tmp_path: Path) -> None:
    _, long = dated(read("lmarena_history", shared / "boards/lmsys_history_to_2024-08-22.parquet"))
    models = sorted({line.model for lines in long.values() for line in lines})
    rows = [",".join(["", *models])]
    for day in sorted(filter(None, long)):
        values = {line.model: line.value for line in long[day]}
        rows.append(",".join([day.replace("-", ""), *(str(values.get(model, 0.0)) for model in models)]))
    (tmp_path / "result.csv").write_text("\n".join(rows) + "\n")
    assert catalog.sniff(tmp_path / "result.csv") == "lmarena_history"
    _, wide = dated(read("lmarena_history", tmp_path / "result.csv"))
    assert {day: set(lines) for day, lines in wide.items()} == {
        day: set(lines) for day, lines in long.items()
    }


def test_lmarenas_tables_have_12_boards_with_intervals(shared: Path, read) -> None:
    notes, lines = dated(read("lmarena_csv", shared / "boards/lmsys_text_2024-06-19_to_2024-08-14.parquet"))
    assert notes == ["the board shown first is of 2024-08-14; 12 dates from 2024-06-19 on are categories"]
    assert (len(lines), len(lines[""]), len(lines["2024-06-19"])) == (13, 128, 109)
    assert sum(map(len, lines.values())) == 1435 + 128
    assert lines[""][0] == Published("ChatGPT-4o-latest (2024-08-08)", 1314, 1309, 1320, 11555)


def test_leaderbots_own_form_of_the_human_votes_is_the_same(shared: Path, read, tmp_path: Path) -> None:
    pairs = [row.facts[0] for row in read("pair_counts", shared / "votes/lmsys_pairs_20240814.parquet")]
    models = sorted({model for pair in pairs for model in (pair.model_a, pair.model_b)})
    place = {model: number for number, model in enumerate(models)}
    document = {
        "models": models,
        "X": [[place[pair.model_a], place[pair.model_b]] for pair in pairs],
        "Y": [[pair.win_a, pair.win_b, pair.tie, pair.both_bad] for pair in pairs],
    }
    path = tmp_path / "chatbotarena_20240814.json"
    path.write_text(json.dumps(document))
    assert catalog.sniff(path) == "leaderbot_pairs"
    assert [row.facts[0] for row in read("leaderbot_pairs", path)] == pairs


def test_arena_hard_has_500_prompts_and_3_models_answers(shared: Path) -> None:
    found, _, rejects = facts(shared / "arena_hard_v0.1")
    assert (len(found[Prompt]), len(found[Response]), rejects) == (500, 1500, [])
    assert Counter(answer.model for answer in found[Response].values()) == {
        "gpt-3.5-turbo-0125": 500, "gpt-4-0314": 500, "gpt-4-0613": 500,
    }  # fmt: skip
    assert {answer.prompt for answer in found[Response].values()} == set(found[Prompt])
    assert {len(answer.turns) for answer in found[Response].values()} == {1}
    assert len({prompt.categories[1] for prompt in found[Prompt].values()}) == 250


def test_arena_hards_board_has_54_models_with_bounds(shared: Path, read) -> None:
    path = shared / "arena_hard_v0.1/leaderboard_20240703_6b29f68724.csv"
    lines = [row.facts[0] for row in read("published_board", path)]
    assert (len(lines), lines[0]) == (54, Published("gpt-4-turbo-2024-04-09", 82.63, 80.82, 85.05))
    assert next(line for line in lines if line.model == "gpt-4-0314").value == 50.0


def test_mt_benchs_questions_in_parquet_are_those_in_json_lines(shared: Path, read) -> None:
    rows = read("fastchat_question", shared / "instructions/mt_bench_80.parquet")
    lines = read("fastchat_question", shared / "fastchat/mt_bench/question.jsonl")
    assert [row.facts for row in rows] == [row.facts for row in lines]


CLAIMED = {
    "arena-hard-v0.1_question.jsonl": "arena_hard_question",
    "arena-hard-v0.1_answer_gpt-4-0314.jsonl": "arena_hard_answer",
    "llmbar.parquet": "llmbar",
    "llmbar_judge_outputs.parquet": "llmbar_judge_outputs",
    "pandalm_999.parquet": "pandalm",
    "lmsys_history_to_2024-08-22.parquet": "lmarena_history",
    "lmsys_text_2024-06-19_to_2024-08-14.parquet": "lmarena_csv",
    "lmsys_20240527.parquet": "published_board",
    "mt_bench_80.parquet": "fastchat_question",
}


def test_no_file_is_of_two_formats(shared: Path) -> None:
    files = [path for path in sorted(shared.rglob("*")) if path.is_file()]
    own = [name for name in catalog.names() if name != catalog.MAPPED]
    fits = {path.name: [name for name in own if catalog.sniff(path, only=name)] for path in files}
    assert {name: formats for name, formats in fits.items() if len(formats) > 1} == {}
    assert {name: fits[name] for name in CLAIMED} == {name: [form] for name, form in CLAIMED.items()}
    assert fits["leaderboard_20240703_6b29f68724.csv"] == ["published_board"]
    assert fits["name_map.csv"] == fits["README.md"] == fits["prompt.jsonl"] == []
