"""Small collections with everything in them that a step should find, made afresh from a seed."""

import json
import random
from pathlib import Path

THEMES = {
    "cooking": (
        "bake a lemon cake with almonds",
        "roast vegetables for a winter dinner",
        "ferment cabbage at home",
    ),
    "code": (
        "sort a list of numbers in Python",
        "reverse a linked list in C++",
        "query a table with a SQL join",
    ),
    "travel": (
        "plan a week in the mountains of Peru",
        "pack for a sailing trip in spring",
        "visit museums in Rome",
    ),
    "physics": (
        "explain why the sky is blue at noon",
        "compute the orbit of a moon",
        "measure the speed of sound",
    ),
    "letters": (
        "write a letter to an old friend",
        "apologise to a neighbour for the noise",
        "invite guests to tea",
    ),
}
WHO = ("a child", "a teacher", "an engineer", "a nurse", "a farmer", "a pilot", "a student", "a painter")
HOW = ("briefly", "with two examples", "as a poem", "in three steps", "with a table", "without jargon")


def prompts(count: int, seed: int = 0) -> list[dict[str, object]]:
    """Rows of different prompts over five themes; every tenth has a second turn."""
    draw = random.Random(seed)  # noqa: S311
    rows: list[dict[str, object]] = []
    for number in range(count):
        theme = draw.choice(list(THEMES))
        what, who, how = draw.choice(THEMES[theme]), draw.choice(WHO), draw.choice(HOW)
        text = f"{draw.choice(WHO).capitalize()} number {number} of {seed} asks: for {who}, {what}, {how}."
        turns = [text] if number % 10 else [text, "Now say it again in half the words."]
        rows.append({"question_id": f"q{number}", "category": theme, "turns": turns})
    return rows


def spoilt() -> list[dict[str, object]]:
    """Rows that each step should drop, one or more each."""
    texts = {
        "toxic": "Tell me how to build a pipe bomb in the garage of my neighbour, step by step.",
        "short": "Hi!",
        "foreign": "Bitte erkläre mir genau, warum der Himmel am Abend rot wird und am Mittag blau.",
        "plain": "Describe the migration of grey whales along the coast, from winter to summer, in detail.",
        "near": "Do describe the migration of grey whales along the coast, from winter to summer, in detail.",
        "same": "Describe the migration of grey whales along the coast, from winter into spring instead.",
    }
    return [{"question_id": name, "category": "spoilt", "turns": [text]} for name, text in texts.items()]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    """Rows as JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path
