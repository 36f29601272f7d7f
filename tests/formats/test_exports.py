"""What is written for other tools is read back equal, and what their formats cannot hold is told."""

import json
import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from arena.formats import catalog
from arena.formats.read import ids
from arena.formats.types import Graded, Standing
from arena.types import Battle, Grade, Prompt, Record, Response, Verdict
from tests.formats.records import NAME, TEXT, distinct, records, returned

LISTS = st.lists(records(), min_size=1, max_size=4).map(distinct)
BOTH = st.lists(records(games=2), min_size=1, max_size=4).map(distinct)
SINGLE = st.lists(records(turns=1), min_size=1, max_size=4).map(distinct)
TIES = {"both_bad": "tie"}


def told(record: Record) -> dict[tuple[str, int], str | None]:
    return {(verdict.judge, verdict.game): verdict.winner for verdict in record.verdicts}


@given(LISTS)
def test_lmsys_battles_come_back(rows) -> None:
    written, found = returned("lmsys_battles", rows, "battles.json")
    expected = [(row, verdict) for row in rows for verdict in row.verdicts]
    assert written.rows == len(found) == len(expected)
    for (row, verdict), (battle, again, prompt, a, b) in zip(expected, found, strict=True):
        names = ("model_a", "model_b", "turn", "when")
        assert all(getattr(battle, name) == getattr(row.battle, name) for name in names)
        assert (again.judge, again.winner) == (verdict.judge, verdict.winner)
        assert (prompt.turns, prompt.categories) == (row.prompt.turns, row.prompt.categories)
        sides = [(side.turns, side.tokens, side.headers, side.lists, side.bolds) for side in (a, b)]
        of = (row.response_a, row.response_b)
        assert sides == [(side.turns, side.tokens, side.headers, side.lists, side.bolds) for side in of]
    assert len({facts[0].id for facts in found}) == len({row.battle.id for row in rows})


@given(BOTH)
def test_fastchat_pairs_come_back(rows) -> None:
    written, found = returned("fastchat_pair", rows, "gpt_pair.jsonl")
    assert written.rows == len(found) == sum(len(row.verdicts) for row in rows) // 2
    again: dict[str, dict] = {}
    for battle, *verdicts in found:
        again.setdefault(battle.id, {}).update({(v.judge, v.game): v.winner for v in verdicts})
    for row in rows:
        key = ids.pairing(
            "board",
            "fastchat_pair",
            row.prompt.natural,
            row.battle.model_a,
            row.battle.model_b,
            row.battle.turn,
        )
        expected = {place: TIES.get(winner, winner) for place, winner in told(row).items()}
        assert again[key] == expected


def test_unread_and_missing_games_are_errors_and_told() -> None:
    battle = Battle("b", "m", "n", "p", games=2)
    games = (Verdict("1", "b", "j", 1, winner="both_bad"), Verdict("2", "b", "j", 2, True, status="refused"))
    alone = (Verdict("3", "b", "j", 2, True, preference=0.8, explanation="Because."),)
    once = Record("board", replace(battle, games=1), None, None, None, games[:1])
    rows = [Record("board", battle, None, None, None, verdicts) for verdicts in (games, alone)]
    written, found = returned("fastchat_pair", [*rows, once], "gpt_pair.jsonl")
    assert [[(v.winner, v.status) for v in facts[1:]] for facts in found] == [
        [("tie", "ok"), (None, "error")],
        [(None, "error"), ("a", "ok")],
    ]
    assert written.notes == (
        "2 questions are named by their keys: their own ids are not known",
        "1 double losses (both bad) are written as ties",
        '1 unread games are written as "error"',
        "1 missing games are written as unread",
        "1 soft preferences are written as the side ahead",
        "1 battles judged in one order are left out: the format holds two games each",
    )


GRADES = st.lists(
    st.tuples(NAME, NAME, NAME, st.integers(1, 2), st.none() | st.floats(0, 10), st.none() | TEXT),
    min_size=1, max_size=5, unique_by=lambda row: row[:4],
)  # fmt: skip


@given(GRADES)
def test_single_grades_come_back(rows) -> None:
    grades = []
    for question, model, judge, turn, score, words in rows:
        prompt = ids.prompt("board", question)
        key = ids.grade("board", judge, prompt, model, turn)
        status = "unparsed" if score is None else "ok"
        grades.append((question, Grade(key, prompt, model, judge, turn, score, words or "", status)))
    _, found = returned("fastchat_single", [Graded(grade, question) for question, grade in grades], "x.jsonl")
    assert [facts[0] for facts in found] == [grade for _, grade in grades]


@given(SINGLE, st.floats(0, 1))
def test_alpaca_annotations_come_back(rows, share) -> None:
    first = rows[0]
    soft = replace(first.verdicts[0], winner=None, preference=share)
    rows = [replace(first, verdicts=(soft,)), *rows[1:]]
    written, found = returned("alpaca_eval_annotations", rows, "annotations.json")
    expected = [(row, verdict) for row in rows for verdict in row.verdicts]
    shares = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}
    assert written.rows == len(expected)
    for (row, verdict), (battle, again, prompt, a, b) in zip(expected, found, strict=True):
        assert (battle.model_a, battle.model_b) == (row.battle.model_a, row.battle.model_b)
        assert (prompt.turns, a.turns, b.turns) == (
            row.prompt.turns,
            row.response_a.turns,
            row.response_b.turns,
        )
        wanted = verdict.preference if verdict.winner is None else shares[verdict.winner]
        assert abs(again.preference - wanted) < 1e-12
        assert (again.judge, again.explanation) == (verdict.judge, verdict.explanation)


@given(LISTS)
def test_fastchat_questions_and_answers_come_back(rows) -> None:
    _, found = returned("fastchat_question", rows, "question.jsonl")
    prompts = {row.prompt.id: row.prompt for row in reversed(rows)}  # as first met
    assert {facts[0].id: facts[0] for facts in found} == prompts
    _, found = returned("fastchat_answer", rows, "folder")
    answers = {side.id: side for row in reversed(rows) for side in (row.response_b, row.response_a)}
    assert {facts[0].id: facts[0] for facts in found} == answers


@given(BOTH, st.booleans(), st.sampled_from(["judged.jsonl", "model_judgment"]))
def test_arena_hard_judgments_come_back(rows, much, file) -> None:
    strong = [replace(verdict, strength=1 + much) for verdict in rows[0].verdicts]
    rows = [replace(row, battle=replace(row.battle, turn=1)) for row in rows]
    rows = distinct([replace(rows[0], verdicts=tuple(strong)), *rows[1:]])
    _, found = returned("arena_hard_judgment", rows, file)
    again: dict[str, dict] = {}
    for battle, *verdicts in found:
        said = {(v.judge, v.game): (v.winner, v.strength, v.swapped) for v in verdicts}
        again.setdefault(battle.id, {}).update(said)
    for row in rows:
        models = (row.battle.model_a, row.battle.model_b)
        decided = {"a": "a", "b": "b"}
        assert again[ids.pairing("board", "arena_hard", row.prompt.natural, *models, 1)] == {
            (v.judge, v.game): (
                TIES.get(v.winner, v.winner),
                v.strength if v.winner in decided else 1,
                v.swapped,
            )
            for v in row.verdicts
        }


SHARES = st.floats(0, 1).filter(lambda share: abs(6 * share - 3) not in (1.0, 2.0))  # read as levels


@given(SINGLE, st.lists(st.booleans(), min_size=4, max_size=4), SHARES)
def test_llm_comparator_examples_come_back(rows, turned, share) -> None:
    models = (rows[0].battle.model_a, rows[0].battle.model_b)
    rows = [
        replace(row, battle=replace(row.battle, model_a=models[turn], model_b=models[not turn]))
        for row, turn in zip(rows, [False, *turned], strict=False)
    ]
    rows = [replace(row, verdicts=(row.verdicts[0],)) for row in rows]
    soft = replace(rows[0].verdicts[0], winner=None, preference=share)
    rows = [replace(rows[0], verdicts=(soft,)), *rows[1:]]
    _, found = returned("llm_comparator", rows, "compared.json")
    assert len(found) == len(rows)
    for row, turn, (battle, verdict, prompt, a, b) in zip(rows, [False, *turned], found, strict=False):
        assert (battle.model_a, battle.model_b) == models
        sides = (row.response_b, row.response_a) if turn else (row.response_a, row.response_b)
        assert (prompt.turns, a.turns, b.turns) == (row.prompt.turns, sides[0].turns, sides[1].turns)
        assert (verdict.judge, verdict.swapped) == (row.verdicts[0].judge, turn)
        if row.verdicts[0].winner is None:
            assert abs(shared(verdict) - share) < 1e-9
        else:
            winner = TIES.get(row.verdicts[0].winner, row.verdicts[0].winner)
            assert verdict.winner == ({"a": "b", "b": "a"}.get(winner, winner) if turn else winner)


def shared(verdict: Verdict) -> float:
    """A verdict as side a's share; LLM Comparator's whole scores are read as winners."""
    if verdict.preference is not None:
        return verdict.preference
    step = {("a", 2): 1.0, ("b", 2): 0.0, ("tie", 1): 0.5}
    return step.get((verdict.winner, verdict.strength), math.nan)


@given(LISTS)
def test_answers_for_autoarena_come_back(rows) -> None:
    single = [row for row in rows if len(row.prompt.turns) == 1 and row.prompt.turns[0].strip()]
    sides = [(row, side) for row in single for side in (row.response_a, row.response_b)]
    known = {(row.prompt.turns, side.model, side.turns) for row, side in sides if len(side.turns) == 1}
    if len({model.casefold() for _, model, _ in known}) < len({model for _, model, _ in known}) or not known:
        return
    _, found = returned("autoarena", rows, "answers")
    assert {(prompt.turns, answer.model, answer.turns) for answer, prompt in found} == known


def test_what_lmsys_cannot_hold_is_told(tmp_path) -> None:
    battle = Battle("b", "m", "n", games=2)
    verdicts = (
        Verdict("1", "b", "j", 1, preference=0.9, explanation="Because."),
        Verdict("2", "b", "j", 2, True, "b", strength=2),
        Verdict("3", "b", "k", status="unparsed"),
    )
    written = catalog.exporter("lmsys_battles").write(
        [Record("board", battle, None, None, None, verdicts)], tmp_path / "x.json"
    )
    rows = json.loads((tmp_path / "x.json").read_text())
    assert [(row["question_id"], row["winner"]) for row in rows] == [("b", "model_a"), ("b:2", "model_b")]
    assert written.notes == (
        "1 soft preferences are written as the side ahead",
        "1 explanations or replies of judges are left out",
        '1 "much better" are written as "better"',
        "1 second games are rows of their own",
        "1 verdicts that could not be read are left out",
    )


def test_boards_are_tables_with_names_as_they_are(tmp_path) -> None:
    rows = [Standing(1, "a_b|c*", 1012.34, 990, 1030.5, 1200), Standing(2, "50% & more", -3, None, None, 0)]
    markdown, latex = tmp_path / "board.md", tmp_path / "board.tex"
    assert catalog.exporter("board_markdown").write(rows, markdown).rows == 2
    assert markdown.read_text("utf-8").splitlines() == [
        "| Rank | Model | Rating | 95 % | Battles |",
        "|---:|:---|---:|:---:|---:|",
        r"| 1 | a\_b\|c\* | 1012.3 | 990.0 – 1030.5 | 1,200 |",
        r"| 2 | 50% \& more | −3.0 | – | – |",
    ]
    assert catalog.exporter("board_latex").write(rows, latex).rows == 2
    assert latex.read_text("utf-8").splitlines()[4:6] == [
        r"1 & a\_b\textbar{}c* & 1012.3 & 990.0 -- 1030.5 & 1,200 \\",
        r"2 & 50\% \& more & $-$3.0 & -- & -- \\",
    ]


@given(st.text(max_size=20))
def test_no_name_breaks_a_table(name) -> None:
    from arena.formats.write import board_latex, board_markdown

    assert "\n" not in board_markdown.escaped(name) + board_latex.escaped(name)
    cell = board_markdown.escaped(name)
    assert cell.count("|") == cell.count("\\|")
    bare = board_latex.escaped(name)
    assert all(bare[at - 1] == "\\" for at, char in enumerate(bare) if char in "&%#_")


def test_every_exporter_says_what_it_takes_and_holds() -> None:
    for name, found in catalog.exporters().items():
        assert found.WRITES in ("battles", "grades", "counts", "board", "standings"), name
        assert len(found.__doc__ or "") > 40, name


def test_an_answer_is_written_once_per_model(tmp_path) -> None:
    prompt = Prompt("p", "s", "1", ('Why, "so"?\nTell.',))
    sides = [Response(name, "p", model, (f"{name}, said",)) for name, model in (("x", "o/m"), ("y", "n"))]
    record = Record("board", Battle("b", "o/m", "n", "p", "x", "y"), prompt, *sides, ())
    written = catalog.exporter("autoarena").write([record, record], tmp_path / "answers")
    assert written.rows == 2
    assert written.notes == ("1 answers of o/m stand in o_m.csv",)
    assert (tmp_path / "answers" / "n.csv").read_bytes() == (
        b'prompt,response\r\n"Why, ""so""?\nTell.","y, said"\r\n'
    )
