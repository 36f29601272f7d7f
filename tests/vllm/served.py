"""vLLM's own OpenAI-compatible server in a process that a test may kill."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

QUIET = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_NO_USAGE_STATS": "1",
    "OMP_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
}


@dataclass
class Served:
    """A vLLM server that can be killed and started again at the same port."""

    model: Path
    log: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        """What the `openai` backend is given."""
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Starts it, without waiting until it answers."""
        told = {"--model": str(self.model), "--served-model-name": "tiny", "--port": str(self.port)}
        told |= {
            "--host": "127.0.0.1",
            "--dtype": "float32",
            "--max-model-len": "256",
            "--max-num-seqs": "32",
        }
        flags = [part for pair in told.items() for part in pair]
        command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", *flags, "--enforce-eager"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, **QUIET}, start_new_session=True
            )

    def wait(self, seconds: float = 300) -> None:
        """Waits until it answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=2).is_success:
                    return
            time.sleep(0.5)
        raise AssertionError(f"no answer in {seconds} s: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """Ends it at once, and its workers with it."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def done(self) -> int:
        """How many requests it has answered since it started, by its own count."""
        text = httpx.get(f"http://127.0.0.1:{self.port}/metrics").text
        lines = [line for line in text.splitlines() if line.startswith("vllm:request_success_total{")]
        return round(sum(float(line.rpartition(" ")[2]) for line in lines))
