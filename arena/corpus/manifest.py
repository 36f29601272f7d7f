"""The manifest of a set's folder: recipe, inputs and outputs with their hashes, versions. Written last.

Leaves out making the set (`build`).
"""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from arena.corpus import sources
from arena.corpus.recipe import VERSION, Recipe
from arena.corpus.report import Report
from arena.corpus.types import Place
from arena.errors import NotFound, Unreadable
from arena.keys import file_hash, key

NAME = "manifest.json"
PACKAGES = (
    "datasketch",
    "lingua-language-detector",
    "numpy",
    "scikit-learn",
    "sentence-transformers",
    "torch",
)


@dataclass(frozen=True, slots=True)
class Input:
    """A file that prompts, or a benchmark, came from."""

    collection: str
    path: str
    bytes: int
    hash: str


@dataclass(frozen=True, slots=True)
class Output:
    """A file of the set."""

    path: str
    rows: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a set was made and what came out."""

    name: str
    version: str
    """Of the algorithms."""
    seed: int
    recipe: Recipe
    inputs: tuple[Input, ...]
    against: tuple[Input, ...]
    model: str
    """Content key of the embedding model."""
    packages: dict[str, str]
    outputs: tuple[Output, ...]
    digest: str
    """Of all outputs: the same digest, the same set."""


def inputs(places: tuple[Place, ...]) -> tuple[Input, ...]:
    """The files of collections, with their hashes."""
    return tuple(
        Input(place.called, str(file.path), file.path.stat().st_size, file_hash(file.path))
        for place in places
        for file in sources.files(place)
    )


def write(name: str, recipe: Recipe, model: str, folder: Path, here: Recipe | None = None) -> Manifest:
    """Hashes all that is in a folder and writes its manifest; `here`: the recipe with what was fetched."""
    here = here or recipe
    outputs = tuple(
        _output(path, folder) for path in sorted(folder.rglob("*")) if path.is_file() and path.name != NAME
    )
    digest = key("set", *(f"{output.path}:{output.hash}" for output in outputs))
    told = Manifest(
        name, VERSION, recipe.drawing.seed, recipe, inputs(here.sources), inputs(here.against), model,
        {package: _version(package) for package in PACKAGES}, outputs, digest,
    )  # fmt: skip
    fresh = folder / (NAME + ".tmp")
    fresh.write_bytes(TypeAdapter(Manifest).dump_json(told, indent=1))
    fresh.replace(folder / NAME)
    return told


def read(folder: Path) -> Manifest:
    """The manifest of a set.

    Raises:
        NotFound: the folder holds no finished set. Unreadable: the manifest is torn.
    """
    path = folder / NAME
    if not path.is_file():
        raise NotFound(f"{folder}: no test set here (no {NAME}); `arena testset list` shows what there is")
    try:
        return TypeAdapter(Manifest).validate_json(path.read_bytes())
    except ValidationError as error:
        raise Unreadable(
            f"{path}: not a manifest of a test set: {error.errors()[0]['msg'].lower()}"
        ) from error


def report(folder: Path) -> Report:
    """The report of a set."""
    return TypeAdapter(Report).validate_json((folder / "report.json").read_bytes())


def changed(folder: Path) -> tuple[str, ...]:
    """Files of a set that are not as its manifest says."""
    there = {output.path: output.hash for output in read(folder).outputs}
    return tuple(
        path
        for path, told in there.items()
        if not (folder / path).is_file() or file_hash(folder / path) != told
    )


def _output(path: Path, folder: Path) -> Output:
    rows = lines(path) if path.suffix == ".jsonl" else None
    return Output(path.relative_to(folder).as_posix(), rows, file_hash(path))


def lines(path: Path) -> int:
    """Lines of a file."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
