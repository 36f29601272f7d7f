"""The rules of the house that no linter knows: where things stand, how long they are, what may import what.

Every test names all offenders at once. A file or function that must be longer says why: `# long: the reason`,
on a line of its own for the file, beside the function's name for a function.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = sorted(path for folder in ("arena", "training") for path in (ROOT / folder).rglob("*.py"))
CODE = [*OURS, *sorted(ROOT.glob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))]
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in CODE}
TREES = {name: ast.parse(text) for name, text in TEXTS.items()}

FOLDERS = {"arena", "data", "tests", "training"}
FILES = {"app.py", "constraints.txt", "LICENSE", "Makefile", "pyproject.toml", "README.md"}
HOMES = {
    "gradio": ("app.py", "arena/pages/", "training/pages/", "tests/bench/grid.py"),
    "duckdb": ("arena/store/", "tests/"),
}
HEAVY = {
    "accelerate",
    "datasets",
    "gradio",
    "peft",
    "ray",
    "scipy.stats",
    "torch",
    "transformers",
    "trl",
    "vllm",
}
BANNED = {"unittest.mock", "pickle", "cPickle", "dill", "joblib"}
UNSAFE = {("shell", True), ("trust_remote_code", True), ("allow_pickle", True)}
FORMATS = [name for name in TREES if re.fullmatch(r"arena/formats/(?!__init__|catalog|types)\w+\.py", name)]
METHODS = [
    f"arena/ratings/{name}.py" for name in ("bradley_terry", "davidson", "elo", "ilsr", "style", "winrate")
]
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
PLACES = re.compile(r"(?<![\w./~>-])/(root|work|home|Users|tmp)/\w")
HOSTS = re.compile(r"pythonhosted\.org|pypi\.org/simple|registry\.npmjs|deb\.debian\.org|file:/{3}")


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere below, `from a import b` as both `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def libraries(tree: ast.AST) -> set[str]:
    return {module.split(".")[0] for module in imported(tree)}


def offenders(wrong: Callable[[str, ast.Module], object]) -> dict[str, object]:
    """What is wrong with a file, for every file where something is."""
    found = {name: wrong(name, tree) for name, tree in TREES.items()}
    return {name: what for name, what in found.items() if what}


def defined(tree: ast.Module) -> set[str]:
    """What a module offers by its own definition at the top level."""
    named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    return named | {target.id for target in targets if isinstance(target, ast.Name)}


def tracked() -> list[str]:
    """What git has, or would take; without git (a source archive) there is nothing to say."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


def test_a_module_opens_with_what_it_is() -> None:
    assert offenders(lambda _, tree: tree.body and len(ast.get_docstring(tree) or "") < 20) == {}


def test_files_are_short() -> None:
    sizes = {name: len(text.splitlines()) for name, text in TEXTS.items() if "\n# long: " not in text}
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_functions_are_short() -> None:
    def long(name: str, tree: ast.Module) -> list[str]:
        lines = TEXTS[name].splitlines()
        functions = [
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        sizes = {node: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
        return [
            node.name
            for node, size in sizes.items()
            if size > 50 and "# long: " not in lines[node.lineno - 1]
        ]

    assert offenders(long) == {}


def test_files_are_named_by_a_concept() -> None:
    assert [name for name in TREES if Path(name).stem in VAGUE] == []


def test_every_plug_in_has_its_entry_points() -> None:
    asked = {name: {"CHECKED", "sniff", "read"} for name in FORMATS}
    asked |= {name: {"NEEDS", "SCALE_KIND", "fit"} for name in METHODS}
    missing = {name: wanted - defined(TREES[name]) for name, wanted in asked.items()}
    assert {name: what for name, what in missing.items() if what} == {}


def test_nothing_is_mocked_or_unpickled() -> None:
    assert offenders(lambda _, tree: BANNED & set(imported(tree))) == {}


def test_no_call_trusts_what_it_is_given() -> None:
    def trusting(_: str, tree: ast.Module) -> list[str]:
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        words = [word for call in calls for word in call.keywords if isinstance(word.value, ast.Constant)]
        flags = [str(word.arg) for word in words if (word.arg, word.value.value) in UNSAFE]
        return flags + [
            call.func.id
            for call in calls
            if isinstance(call.func, ast.Name) and call.func.id in {"eval", "exec"}
        ]

    assert offenders(trusting) == {}


def test_gradio_and_duckdb_stay_at_home() -> None:
    def astray(name: str, tree: ast.Module) -> list[str]:
        return [library for library in libraries(tree) & set(HOMES) if not name.startswith(HOMES[library])]

    assert offenders(astray) == {}


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    def heavy(name: str, tree: ast.Module) -> set[str]:
        top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        allowed = {"gradio"} if name.startswith(HOMES["gradio"]) else set()
        return {library for node in top for library in libraries(node)} & HEAVY - allowed

    assert offenders(heavy) == {}


def test_everything_but_the_pages_loads_no_heavy_library() -> None:
    light = [path.relative_to(ROOT).with_suffix("") for path in OURS if "pages" not in path.parts]
    modules = [".".join(path.parts).removesuffix(".__init__") for path in light]
    code = (
        "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    )
    command = [sys.executable, "-c", code, *modules]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert HEAVY.isdisjoint(done.stdout.split())


def test_the_top_level_is_fixed() -> None:
    top = {name.split("/")[0] for name in tracked()}
    assert {name for name in top if not name.startswith(".")} == FOLDERS | FILES


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    texts = {name: (ROOT / name).read_text("utf-8", errors="ignore") for name in tracked()}
    hits = {name: PLACES.search(text) or HOSTS.search(text) for name, text in texts.items()}
    assert {name: hit.group() for name, hit in hits.items() if hit} == {}


def test_nothing_large_or_binary_is_kept() -> None:
    shipped = re.compile(r"data/models/[\w-]+/model\.safetensors")
    sizes = {name: (ROOT / name).stat().st_size for name in tracked()}
    kept = [name for name, size in sizes.items() if size > (2 if shipped.fullmatch(name) else 1) * 1_000_000]
    binary = (".pkl", ".pickle", ".duckdb", ".safetensors", ".bin", ".pt")
    weights = [name for name in tracked() if name.endswith(binary)]
    assert kept + [name for name in weights if not shipped.fullmatch(name)] == []
