"""What any test may ask for: the original data (or a reason to skip), a home of its own, a browser."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

settings.register_profile("arena", deadline=None, derandomize="CI" in os.environ)
settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=int(os.environ.get("ARENA_FUZZ", "100000")),
    suppress_health_check=list(HealthCheck),
    database=None,
)
settings.load_profile("arena")


def pytest_configure() -> None:
    """A shell's background job is started deaf to an interrupt, and its commands with it: heard again."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many hostile inputs were tried, where any were."""
    from tests.fuzz.counting import TRIED

    if TRIED:
        said = ", ".join(f"{target} {count:,}" for target, count in sorted(TRIED.items()))
        terminalreporter.write_line(f"inputs tried: {said}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may miss its moment: its tests get two more tries, which pytest counts."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of original data beside the repository; its texts are never copied into it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the original data, in ../shared/data beside the repository")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder for everything that the code under test writes."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts the system's Chromium, without calls to any host but ours."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: `make test` installs it where it may, else apt-get install chromium")
    quiet = ["background-networking", "component-update", "sync", "gpu", "quic"]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [f"--disable-{name}" for name in quiet] + ["--no-first-run"] + ["--no-sandbox"] * root
    return {"executable_path": CHROMIUM, "args": arguments}
