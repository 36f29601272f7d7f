"""Every backend has what a backend has, and the README's example of a new one works as it stands."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from arena import plugins
from arena.fields import describe
from arena.plugins import Choice

ROOT = Path(__file__).parent.parent.parent
NAMES = plugins.names("arena.backends")
SCRIPT = """
import json, sys
import arena.backends
arena.backends.__path__.append(sys.argv[1])  # as if the file lay in arena/backends
from arena import plugins
from arena.backends.types import Ask, Message, Sampling
from arena.plugins import Choice
assert "mirror" in plugins.names("arena.backends")
config = plugins.config("arena.backends", Choice("mirror", {"loud": True}))
backend = plugins.load("arena.backends", "mirror").open(config)
asks = [Ask(str(i), (Message("user", f"abc{i}"),), i) for i in range(3)]
print(json.dumps([reply.text for reply in backend.answer(asks, Sampling())]))
print(plugins.help_of("arena.backends", "mirror"))
kept = {"inner": {"name": "mirror", "options": {}}, "file": sys.argv[1] + "/kept.jsonl"}
recorder = plugins.config("arena.backends", Choice("recorder", kept))
print(len(list(plugins.load("arena.backends", "recorder").open(recorder).answer(asks, Sampling()))))
"""


def test_the_backends_are_these() -> None:
    assert {"openai", "recorded", "recorder", "servers", "transformers", "vllm"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_backend_has_its_entry_points_and_says_what_each_option_is(name: str) -> None:
    module = plugins.load("arena.backends", name)
    assert all(callable(getattr(module, entry)) for entry in ("open", "identity", "check"))
    assert len(plugins.help_of("arena.backends", name)) > 40
    assert [field.name for field in describe(module.Config) if not field.help] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_is_none_is_named(name: str) -> None:
    with pytest.raises(plugins.BadRequest, match="no option 'colour'"):
        plugins.config("arena.backends", Choice(name, {"colour": "red"}))


def test_the_readmes_backend_of_one_file_answers(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (code,) = [block for block in blocks if "class Mirror" in block]
    (tmp_path / "mirror.py").write_text(code)
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said, help_text, recorded = done.stdout.splitlines()
    assert json.loads(said) == ["0CBA", "1CBA", "2CBA"]
    assert "backwards" in help_text
    assert recorded == "3"
