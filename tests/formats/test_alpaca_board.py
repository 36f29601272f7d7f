"""AlpacaEval's board: percents stay percents, the length-controlled rate comes first."""

from arena.formats import alpaca_eval_board, catalog
from arena.formats.types import Source
from arena.types import Reject, Row

TEXT = """,win_rate,standard_error,mode,avg_length,n_total,length_controlled_winrate
gpt4_1106_preview,50.0,0.0,minimal,2049,805,50.0
claude-2.1,15.7335,1.1,minimal,1096,805,25.25
text_davinci_003,2.75,0.5,verified,676,805,
broken,many,,,,,
"""


def test_both_rates_and_their_bounds(tmp_path):
    path = tmp_path / "leaderboard.csv"
    path.write_text(TEXT, "utf-8")
    assert catalog.sniff(path) == "alpaca_eval_board"
    items = list(alpaca_eval_board.read(Source(path, path, "alpaca")))
    rows = {
        item.facts[0].model: {fact.category: fact for fact in item.facts}
        for item in items
        if isinstance(item, Row)
    }
    assert rows["claude-2.1"][""].value == rows["claude-2.1"]["length_controlled"].value == 25.25
    assert rows["claude-2.1"]["win_rate"].low == 15.7335 - 1.96 * 1.1
    assert (rows["text_davinci_003"][""].value, set(rows["text_davinci_003"])) == (2.75, {"", "win_rate"})
    assert [item.line for item in items if isinstance(item, Reject)] == [5]
