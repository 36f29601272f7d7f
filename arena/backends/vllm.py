"""vLLM on this machine's GPUs, in a process of its own that ends with `close`, and its memory with it.

Chats go through `LLM.chat`, with prefix caching; a JSON schema is enforced as the answer is written. Backends
of one model with different LoRA adapters share a process (`adapted`); the adapter is chosen per request. The
process speaks JSON lines over pipes. Leaves out servers (`openai`) and many machines.
"""

import importlib.util
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from typing import IO, Annotated, Any, Literal

from annotated_types import Ge, Gt, Le
from pydantic import TypeAdapter

import arena
from arena import models
from arena.backends import folders
from arena.backends.types import Ask, Reply, Sampling
from arena.backends.versions import clashes
from arena.errors import ArenaError
from arena.keys import key
from arena.preflight import Finding

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Config:
    """Which model, on how much of the machine."""

    model: str
    """A local directory, `shipped:NAME`, or a name of the hub."""
    adapter: str = ""
    """Directory of a LoRA adapter; empty: none."""
    adapters: Annotated[int, Ge(0)] = 0
    """LoRA adapters that one process holds ready for its batches; 0: one where `adapter` is given."""
    rank: Annotated[int, Ge(1)] = 64
    """Largest rank of an adapter."""
    template: str = ""
    """File with the chat template, for models that have none; empty: the model's own."""
    revision: str = ""
    """Branch, tag or commit of a hub model; empty: its newest."""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """auto: the model's own."""
    quantization: str = ""
    """Such as fp8; empty: what the model's files say."""
    tensor_parallel: Annotated[int, Ge(1)] = 1
    """GPUs that share the model."""
    memory: Annotated[float, Gt(0), Le(1)] = 0.9
    """Share of each GPU's memory."""
    context: int | None = None
    """Most tokens of prompt and answer; None: what the model says."""
    sequences: int | None = None
    """Most answers in the making at once; None: vLLM's own choice."""
    eager: bool = False
    """Starts sooner, answers more slowly: no compiled graphs."""
    patience: Annotated[float, Gt(0)] = 1800.0
    """Seconds that loading the model may take."""


def identity(config: Config) -> str:
    """Content key: model, adapter, template and number formats; not how much of the machine it takes."""
    adapter = models.identity(config.adapter) if config.adapter else None
    formats = (config.revision, config.dtype, config.quantization)
    return key("vllm", models.identity(config.model), adapter, folders.template(config.template), *formats)


def check(config: Config) -> tuple[Finding, ...]:
    """What can be seen without starting it: vllm, whether it fits its neighbours, the folders."""
    subject = f"model {config.model}"
    if importlib.util.find_spec("vllm") is None:
        return (Finding("red", subject, "vllm is not there: pip install 'arena-learning[vllm]'"),)
    versions = tuple(Finding("amber", "versions", text) for text in clashes())
    return (*folders.looked(config.model, config.adapter, config.template), *versions)


def where(_config: Config) -> Literal["alone"]:
    """It wants the accelerator alone."""
    return "alone"


def open(config: Config) -> "Engine":  # noqa: A001 - the entry point's name everywhere
    """Starts the process and waits until the model is loaded.

    Raises:
        ArenaError: vllm is not there, or the model cannot be loaded; says what the process said last.
    """
    if importlib.util.find_spec("vllm") is None:
        raise ArenaError(f"model {config.model} needs vllm: pip install 'arena-learning[vllm]'")
    adapter = str(folders.adapter(config.adapter)) if config.adapter else None
    child = _Child.start(config)
    return Engine(config, adapter, child)


def _settings(config: Config) -> dict[str, Any]:
    """What vLLM's `LLM` is made with."""
    told: dict[str, Any] = {
        "model": models.place(config.model),
        "dtype": config.dtype,
        "tensor_parallel_size": config.tensor_parallel,
        "gpu_memory_utilization": config.memory,
        "enforce_eager": config.eager,
        "enable_prefix_caching": True,
        # Free white space lets a model fill its answer with blanks.
        "structured_outputs_config": {"backend": "guidance", "disable_any_whitespace": True},
    }
    optional = {
        "revision": config.revision,
        "quantization": config.quantization,
        "max_model_len": config.context,
        "max_num_seqs": config.sequences,
    }
    told |= {name: value for name, value in optional.items() if value}
    if config.adapter or config.adapters:
        ready = max(1, config.adapters)
        told |= {"enable_lora": True, "max_loras": ready, "max_cpu_loras": max(8, ready)}
        told["max_lora_rank"] = config.rank
    return told


@dataclass(slots=True)
class Engine:
    """A model in a child process, with one adapter or none."""

    config: Config
    adapter: str | None
    child: "_Child"
    exact: bool = field(default=False, init=False)
    open: bool = field(default=True, init=False)

    def answer(self, asks: Sequence[Ask], sampling: Sampling, schema: str | None = None) -> Iterator[Reply]:
        """One reply for each ask, once all are there."""
        return self.child.answer(asks, sampling, schema, self.adapter)

    def adapted(self, config: Config) -> "Engine | None":
        """The same process with another adapter, where only that differs; else None."""
        alike = replace(config, adapter="") == replace(self.config, adapter="")
        if not alike or not (self.config.adapter or self.config.adapters):
            return None
        self.child.users += 1
        return Engine(config, str(folders.adapter(config.adapter)) if config.adapter else None, self.child)

    def close(self) -> None:
        """Ends the process when nobody uses it any more."""
        if self.open:
            self.open = False
            self.child.users -= 1
            if self.child.users == 0:
                self.child.end()


@dataclass(slots=True)
class _Child:
    """The process: asked over its stdin, answering over its stdout, talking on its stderr."""

    process: "subprocess.Popen[bytes]"
    last: "deque[str]"
    """What it said last."""
    listener: threading.Thread
    users: int = 1
    turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def start(cls, config: Config) -> "_Child":
        command = [sys.executable, "-m", "arena.backends.vllm"]
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        last: deque[str] = deque(maxlen=200)
        listener = threading.Thread(target=_listen, args=(process.stderr, last), daemon=True)
        listener.start()
        child = cls(process, last, listener)
        timer = threading.Timer(config.patience, child.kill)
        timer.daemon = True
        timer.start()
        child.tell({"settings": _settings(config), "template": folders.template(config.template)})
        try:
            for _ in child.heard():
                pass
        finally:
            timer.cancel()
        return child

    def answer(
        self, asks: Sequence[Ask], sampling: Sampling, schema: str | None, adapter: str | None
    ) -> Iterator[Reply]:
        told = {"asks": [asdict(ask) for ask in asks], "sampling": asdict(sampling)}
        with self.turn:
            self.tell(told | {"schema": schema, "adapter": adapter})
            parse = TypeAdapter(Reply)
            # All of them before the first is given: whoever asks next finds the pipe empty.
            replies = [parse.validate_python(told) for told in self.heard()]
        yield from replies

    def tell(self, told: dict[str, Any]) -> None:
        assert self.process.stdin is not None  # noqa: S101 - it is a pipe
        try:
            self.process.stdin.write(json.dumps(told).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise self.died() from error

    def heard(self) -> Iterator[dict[str, Any]]:
        """What it answers, up to the end of the answer."""
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe
        for line in self.process.stdout:
            told: dict[str, Any] = json.loads(line)
            if "end" in told:
                return
            yield told
        raise self.died()

    def died(self) -> ArenaError:
        self.end()
        # The first error is the cause; what comes after it are those who waited for it.
        causes = [line for line in self.last if re.search(r"\b\w*(Error|Exception): ", line)]
        said = " | ".join([*causes[:1], *list(self.last)[-3:]]) or "nothing"
        code = self.process.returncode
        return ArenaError(f"vllm ended by itself (exit code {code}); it said: {said[:1500]}")

    def kill(self) -> None:
        """Ends it and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Lets it end, and where it does not, ends it."""
        if self.process.stdin is not None:
            with suppress(OSError):  # it is gone already
                self.process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        self.kill()
        self.process.wait()
        self.listener.join(5)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


def _listen(stream: IO[bytes], last: "deque[str]") -> None:
    for line in stream:
        text = line.decode("utf-8", "replace").strip()
        if text:
            last.append(text)
            _LOG.info("vllm: %s", text)


def _environment() -> dict[str, str]:
    """Ours, with what keeps vLLM quiet towards the world and its workers tied to their parent."""
    here = str(Path(arena.__file__).parent.parent)
    path = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    quiet = {"VLLM_NO_USAGE_STATS": "1", "VLLM_DO_NOT_TRACK": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    return {**os.environ, **quiet, "VLLM_WORKER_MULTIPROC_METHOD": "spawn", "PYTHONPATH": path}


# What follows runs in the child.


def _serve() -> None:
    """Loads the model that the first line names, then answers line by line until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever libraries print goes to the log
    asked: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_read, args=(asked,), daemon=True).start()
    first = asked.get()
    from vllm import LLM

    model = LLM(**first["settings"])
    adapters: dict[str, int] = {}
    while True:
        out.write(b'{"end": true}\n')
        out.flush()
        told = asked.get()
        lora = _lora(told["adapter"], adapters)
        params = [_params(told, ask) for ask in told["asks"]]
        for reply in _chat(model, told["asks"], params, lora, first["template"]):
            out.write(json.dumps(reply).encode() + b"\n")


def _read(asked: "SimpleQueue[dict[str, Any]]") -> None:
    """Takes in lines as they come, so that the end of stdin is noticed while the model works."""
    rest = b""
    while block := os.read(0, 1 << 16):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            asked.put(json.loads(line))
    os.killpg(0, signal.SIGKILL)  # nobody is left to answer; the workers end with us


def _lora(adapter: str | None, known: dict[str, int]) -> Any:
    from vllm.lora.request import LoRARequest

    if adapter is None:
        return None
    number = known.setdefault(adapter, len(known) + 1)
    return LoRARequest(str(number), number, adapter)


def _params(asked: dict[str, Any], ask: dict[str, Any]) -> Any:
    from vllm import SamplingParams
    from vllm.sampling_params import StructuredOutputsParams

    sampling, schema = asked["sampling"], asked["schema"]
    return SamplingParams(
        temperature=sampling["temperature"],
        top_p=sampling["top_p"],
        max_tokens=sampling["max_tokens"],
        stop=sampling["stop"] or None,
        seed=ask["seed"] % 2**31,
        structured_outputs=schema and StructuredOutputsParams(json=schema),
    )


def _chat(
    model: Any, asks: list[dict[str, Any]], params: list[Any], lora: Any, template: str | None
) -> Iterator[dict[str, Any]]:
    """Replies to chats. Where vLLM refuses one (too long, say) it refuses all: halves are tried then."""
    from jinja2 import TemplateError
    from vllm.exceptions import VLLMValidationError

    if not asks:
        return
    chats = [ask["messages"] for ask in asks]
    start = perf_counter()
    try:
        done = model.chat(chats, params, use_tqdm=False, lora_request=lora, chat_template=template)
    except (ValueError, TemplateError, VLLMValidationError) as error:
        if len(asks) == 1:
            said = " ".join(str(error).split())[:300]
            yield asdict(Reply(asks[0]["id"], "", "error", error=said))
            return
        half = len(asks) // 2
        yield from _chat(model, asks[:half], params[:half], lora, template)
        yield from _chat(model, asks[half:], params[half:], lora, template)
        return
    share = round((perf_counter() - start) * 1000 / len(asks))
    for ask, each in zip(asks, done, strict=True):
        said = each.outputs[0]
        status: Literal["ok", "truncated"] = "truncated" if said.finish_reason == "length" else "ok"
        written, read = len(said.token_ids), len(each.prompt_token_ids)
        yield asdict(Reply(ask["id"], said.text, status, written, read, share))


if __name__ == "__main__":
    _serve()
