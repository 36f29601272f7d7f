"""Gradio's own Dataframe over the same battles, to stand beside our page: `python grid.py HOME PORT`.

It does what its users do: the whole table as its value, a list that filters it. Run by test_browse_speed.py.
"""

import sys
from pathlib import Path
from typing import Any

import duckdb
import gradio as gr

ROWS = """
SELECT b.seq, a.name AS model_a, z.name AS model_b, v.winner,
       p.categories[1] AS category, p.turns[1] AS prompt
FROM battles b
JOIN models a ON a.id = b.model_a JOIN models z ON z.id = b.model_b JOIN prompts p ON p.id = b.prompt
JOIN (SELECT battle, ['b', 'tie', 'a'][(sign(avg(score_a - score_b)) + 2)::INTEGER] AS winner
      FROM verdicts GROUP BY battle) v ON v.battle = b.id
ORDER BY b.seq
"""


def main(home: Path, port: int) -> None:
    """Serves the table until it is ended."""
    with duckdb.connect(str(home / "arena.duckdb"), read_only=True) as store:
        battles = store.execute(ROWS).df()

    def narrowed(category: str) -> Any:
        return battles if category == "all" else battles[battles.category == category]

    with gr.Blocks(analytics_enabled=False) as page:
        which = gr.Radio(["all", "math", "code", "writing", "chat", "facts"], value="all", label="Category")
        table = gr.Dataframe(battles, label="Battles", interactive=False)
        which.change(narrowed, which, table)
    page.launch(server_port=port, quiet=True, prevent_thread_lock=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
