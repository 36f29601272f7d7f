"""What can be said of a model's folder without loading it: chat template, adapter, weights.

Leaves out where a model is (`arena.models`).
"""

import json
from pathlib import Path

from arena import models
from arena.errors import NotFound
from arena.preflight import Finding


def template(name: str) -> str | None:
    """The text of a chat template's file; None where none is named.

    Raises:
        NotFound: there is no such file.
    """
    if not name:
        return None
    path = Path(name).expanduser()
    if not path.is_file():
        raise NotFound(f"{name}: no such chat template file")
    return path.read_text("utf-8")


def adapter(name: str) -> Path:
    """The folder of a LoRA adapter.

    Raises:
        NotFound: there is none.
    """
    folder = Path(models.place(name))
    if not (folder / "adapter_model.safetensors").is_file():
        raise NotFound(f"{name}: no adapter_model.safetensors in it, so it is no LoRA adapter")
    return folder


def untold(model: str) -> str:
    """What is said where a model has no chat template."""
    return f"model {model} has no chat template: name a file with one in the option template"


def looked(model: str, adapter_name: str, template_name: str) -> tuple[Finding, ...]:
    """What is wrong with a model's folder, its adapter and its template file; or that it is fine."""
    subject = f"model {model}"
    try:
        place = Path(models.place(model))
        template(template_name)
        if adapter_name:
            adapter(adapter_name)
    except (NotFound, OSError, UnicodeDecodeError) as error:
        return (Finding("red", subject, str(error)),)
    if not place.is_absolute():
        text = f"{model} is a name of the hub: it is fetched when first used, if it is there"
        return (Finding("amber", subject, text),)
    found = []
    if not (place / "config.json").is_file():
        found.append(Finding("red", subject, f"{place} has no config.json: it is no model directory"))
    if not any(place.glob("*.safetensors")):
        text = f"{place} has no .safetensors file: other weights are not loaded"
        found.append(Finding("red", subject, text))
    if not template_name and not _has_template(place):
        found.append(Finding("red", subject, untold(model)))
    return tuple(found) or (Finding("green", subject, f"{place} has weights and a chat template"),)


def _has_template(folder: Path) -> bool:
    if (folder / "chat_template.jinja").is_file() or (folder / "chat_template.json").is_file():
        return True
    told = folder / "tokenizer_config.json"
    return told.is_file() and bool(json.loads(told.read_text("utf-8")).get("chat_template"))


def mismatch(folder: Path) -> str | None:
    """What is wrong where a tokenizer has tokens that its model has no rows for; None: nothing to be seen."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        told = json.loads((folder / "tokenizer.json").read_text("utf-8"))
        rows = config.get("vocab_size") or config.get("text_config", {}).get("vocab_size")
        words = told["model"]["vocab"]
        ids = words.values() if isinstance(words, dict) else range(len(words))
        tokens = 1 + max(*ids, *(entry["id"] for entry in told.get("added_tokens", ())), -1, -1)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(rows, int) or tokens <= rows:
        return None
    return f"{folder}: its tokenizer has {tokens} tokens, its model {rows}: they do not match"
