"""Real vLLM, built for CPUs, in an environment of its own: `make vllm`."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends import tiny
from tests.vllm.served import Served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs vllm."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.vllm)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama."""
    return tiny.llama(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def servers(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    """Two servers that answer."""
    folder = tmp_path_factory.mktemp("servers")
    ports = []
    for _ in range(2):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    pair = (Served(model, folder / "one.log", ports[0]), Served(model, folder / "two.log", ports[1]))
    for server in pair:
        server.start()
    try:
        for server in pair:
            server.wait()
        yield pair
    finally:
        for server in pair:
            server.kill()
