"""Filters as SQL: a fixed fragment per field, values only as parameters.

Conditions speak of the columns of the `outcomes` macro. Leaves out everything that is not a filter.
"""

from dataclasses import dataclass
from typing import Any

from arena.canaries import PREFIX
from arena.filters import Filters
from arena.flags import BITS
from arena.people import PEOPLE

LONGER = """WITH texts AS (SELECT prompt, model, min_by(tokens, sample) AS tokens FROM responses
               WHERE tokens IS NOT NULL GROUP BY prompt, model)
SELECT one.battle, greatest(coalesce(ra.tokens, ta.tokens), coalesce(rb.tokens, tb.tokens)) AS longer
FROM (SELECT DISTINCT battle, prompt, model_a, model_b FROM games($board)) one
LEFT JOIN battles x ON x.id = one.battle
LEFT JOIN responses ra ON ra.id = x.response_a LEFT JOIN responses rb ON rb.id = x.response_b
LEFT JOIN texts ta ON ta.prompt = one.prompt AND ta.model = one.model_a
LEFT JOIN texts tb ON tb.prompt = one.prompt AND tb.model = one.model_b"""
"""Tokens of each battle's longer answer; battles that name no answers take the pair's first ones."""
CATEGORY = "prompt IN (SELECT id FROM prompts WHERE list_contains(categories, $category))"
LANGUAGE = "prompt IN (SELECT id FROM prompts WHERE language = $language)"
_FRAGMENTS = {
    "category": CATEGORY,
    "language": LANGUAGE,
    "judge": "judge = (SELECT id FROM judges WHERE name = $judge)",
    "turn": "turn = $turn",
    "since": "played >= $since",
    "until": "played < $until + INTERVAL 1 DAY",
    "gap_min": "abs(score_a - score_b) >= $gap_min",
    "gap_max": "abs(score_a - score_b) <= $gap_max",
    "length_min": f"battle IN (SELECT battle FROM ({LONGER}) WHERE longer >= $length_min)",
    "length_max": f"battle IN (SELECT battle FROM ({LONGER}) WHERE longer <= $length_max)",
    "flipped": "flipped = $flipped",
    "prompt": "prompt = TRY_CAST($prompt AS UUID)",
    "a": "(SELECT id FROM models WHERE name = $a) IN (model_a, model_b)",
    "b": "(SELECT id FROM models WHERE name = $b) IN (model_a, model_b)",
}
RATED = f"model_a NOT IN (SELECT id FROM models WHERE starts_with(name, '{PREFIX}'))"
_SIDED = {
    "a": "kind = CASE WHEN model_a = (SELECT id FROM models WHERE name = $a) THEN 'a' ELSE 'b' END",
    "b": "kind = CASE WHEN model_a = (SELECT id FROM models WHERE name = $a) THEN 'b' ELSE 'a' END",
}
FLAGGED = """(battle, judge) IN (SELECT (v.battle, v.judge) FROM verdicts v JOIN votes ON votes.id = v.id
                    WHERE v.board = $board AND len(votes.flags) > 0)"""
"""Votes with which something is odd."""
CLEAN = "battle NOT IN (SELECT battle FROM flagged($board))"
"""Battles that no check flagged."""
MARKED = "battle IN (SELECT battle FROM flagged($board) WHERE bits & $mark > 0)"
BITS_OF = "(SELECT coalesce(max(bits), 0) FROM flagged($board) seen WHERE seen.battle = o.battle)"
"""A battle's flags, as one number."""
FAILED = "battle IN (SELECT battle FROM games($board) WHERE status <> 'ok')"
SEARCH = """(prompt IN (SELECT id FROM prompts
             WHERE contains(lower(array_to_string(turns, chr(10))), $search))
 OR battle IN (SELECT battle FROM verdicts WHERE board = $board AND contains(lower(explanation), $search))
 OR EXISTS (SELECT 1 FROM responses r WHERE r.prompt = o.prompt AND r.model IN (o.model_a, o.model_b)
            AND contains(lower(array_to_string(r.turns, chr(10))), $search))
 OR EXISTS (SELECT 1 FROM grades g WHERE g.board = $board AND g.prompt = o.prompt AND g.judge = o.judge
            AND g.turn = o.turn AND g.model IN (o.model_a, o.model_b)
            AND contains(lower(g.explanation), $search)))"""
"""A text in prompt, answers or the judge's words. What it finds is kept (`arena.store.folds`)."""
PERSON = f"judge IN (SELECT id FROM judges WHERE regexp_full_match(lower(name), '{PEOPLE}'))"
"""Verdicts of people."""
BOTH = f"""SELECT battle, avg(y) FILTER (person) AS people, avg(y) FILTER (NOT person) AS machines
FROM (SELECT judged.battle, judged.y, regexp_full_match(lower(judges.name), '{PEOPLE}') AS person
      FROM outcomes($board, $merge, $delta, $bad_at, $strong) judged JOIN judges ON judges.id = judged.judge
      WHERE judged.y IS NOT NULL)
GROUP BY battle HAVING people IS NOT NULL AND machines IS NOT NULL"""
"""Side a's share of each battle that both people and other judges decided."""
DIFFER = "(sign(round(people - 0.5, 9)) <> sign(round(machines - 0.5, 9)))"
AGAINST = f"battle IN (SELECT battle FROM ({BOTH}) WHERE {DIFFER} = $against_human)"
AGAINST_WORD = f"""(SELECT CASE WHEN {DIFFER} THEN 'true' ELSE 'false' END
                    FROM ({BOTH}) seen WHERE seen.battle = o.battle)"""
"""Whether people and machines differ on a battle, as a facet says it; NULL where not both decided."""
_SWITCHES = {"failed": FAILED, "clean": CLEAN, "people": PERSON, "flagged": FLAGGED}
"""What a yes keeps; a no keeps the rest."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition and its parameters. The condition is never empty."""

    sql: str
    params: dict[str, Any]


def where(filters: Filters) -> Where:
    """The condition for a set of filters. Canaries are left out unless they are asked for by name."""
    asked = any((name or "").startswith(PREFIX) for name in (filters.a, filters.b))
    parts, params = ["true" if asked else RATED], {}
    for name, fragment in _FRAGMENTS.items():
        value = getattr(filters, name)
        if value is not None:
            parts.append(fragment)
            params[name] = value
    if filters.winner is not None:
        sided = _SIDED.get(filters.winner) if filters.a is not None else None
        parts.append(sided or "kind = $winner")
        if sided is None:
            params["winner"] = filters.winner
    for name, fragment in _SWITCHES.items():
        value = getattr(filters, name)
        if value is not None:
            parts.append(fragment if value else f"NOT ({fragment})")
    if filters.against_human is not None:
        parts.append(AGAINST)
        params["against_human"] = filters.against_human
    if filters.mark is not None:
        parts.append(MARKED)
        params["mark"] = BITS[filters.mark]
    if filters.search:
        parts.append(SEARCH)
        params["search"] = filters.search.lower()
    return Where("\n AND ".join(parts), params)
