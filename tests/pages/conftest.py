"""A running app with a home of its own, asked by browser and by command line, as a person would."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
SHOUT = "<img src=x onerror=alert(1)><script>alert(2)</script> **bold** ![spy](http://spy.example/p.png)"


@dataclass(frozen=True, slots=True)
class App:
    """The process, its home and where it answers."""

    home: Path
    url: str
    process: subprocess.Popen[str]

    def arena(self, *words: str) -> Any:
        """Runs `arena WORDS --json` beside the app; the app holds the database, so it answers."""
        command = [sys.executable, "-m", "arena", "--home", str(self.home), *words, "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., App]]:
    """Starts `arena serve` on a free port: `launch(home, password=...)`. All end with the tests."""
    with ExitStack() as running:

        def run(home: Path, **settings: str) -> App:
            command = [sys.executable, "-m", "arena", "--home", str(home), "serve", "--port", "0"]
            environment = {name: value for name, value in os.environ.items() if not name.startswith("ARENA_")}
            environment |= {f"ARENA_{name.upper()}": value for name, value in settings.items()}
            log = home.with_suffix(".log")
            said = running.enter_context(log.open("w"))
            process = running.enter_context(
                subprocess.Popen(
                    command, cwd=ROOT, text=True, env=environment, stdout=subprocess.PIPE, stderr=said
                )
            )
            running.callback(process.terminate)
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "http://127.0.0.1:" in line, log.read_text()
            return App(home, line.split()[-1], process)

        yield run


@pytest.fixture(scope="session")
def app(launch: Callable[..., App], tmp_path_factory: pytest.TempPathFactory) -> App:
    """The app with the shipped boards and two battles of hostile texts, brought in while it runs."""
    found = launch(tmp_path_factory.mktemp("app"))
    hostile = tmp_path_factory.mktemp("hostile") / "battles.jsonl"
    hostile.write_text("".join(json.dumps(row) + "\n" for row in rows()), "utf-8")
    assert found.arena("import", str(hostile), "--board", "hostile")["kept"] == 2
    return found


def rows() -> list[dict[str, Any]]:
    """Battles whose every text tries to be more than text."""

    def talk(answer: str) -> list[dict[str, str]]:
        return [{"role": "user", "content": f"Say {SHOUT}"}, {"role": "assistant", "content": answer}]

    return [
        {
            "question_id": f"q{number}",
            "model_a": "<b>evil</b>",
            "model_b": "plain",
            "winner": winner,
            "judge": "<i>judge</i>",
            "conversation_a": talk(SHOUT),
            "conversation_b": talk("A quiet answer."),
        }
        for number, winner in enumerate(("model_a", "tie"))
    ]
