"""Every page for everyone: axe finds nothing serious, light and dark, wide and narrow; no console error.

axe-core is a development tool from npm, fetched once into pytest's cache and put into the page by the test.
"""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from arena.pages.frame import pages
from tests.pages.conftest import Tabs

pytestmark = pytest.mark.browser
AXE = "axe-core@4.14.1"
WIDE: Any = {"width": 1440, "height": 900}
NARROW: Any = {"width": 390, "height": 844}
DRAWN = ".standings, .rows, .help, .cards, .empty, #scatter .main-svg, .gradio-container button:visible"
HOSTILE = [f"{path}?board=hostile" for path in ("/", "/battles", "/agreement", "/vote")]
DARK = [*(path for path, _, _ in pages()), *HOSTILE]
VISITS = [(path, "light") for path, _, _ in pages()]
VISITS += [pytest.param(path, "dark", marks=pytest.mark.slow) for path in DARK]
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => one.id + ": " + one.help + " at " + one.nodes.slice(0, 4).map(node => node.target.join(" ")
        + " (" + (node.any[0]?.message || "") + ")").join(" | ") + " (" + one.nodes.length + ")")"""


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """The source of axe-core, by the machine's own npm."""
    cache = getattr(request.config, "cache", None)  # pytest can be told to keep none
    npm = shutil.which("npm")
    if cache is None or npm is None:
        pytest.skip("needs npm: apt-get install npm")
    folder = cache.mkdir(AXE)
    if not (folder / "axe.js").is_file():
        command = [npm, "pack", AXE, "--pack-destination", str(folder), "--silent"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            pytest.skip(f"npm cannot fetch {AXE}: {done.stderr.strip()[-200:]}")
        unpack(next(folder.glob("*.tgz")), folder / "axe.js")
    return (folder / "axe.js").read_text("utf-8")


def unpack(package: Path, into: Path) -> None:
    with tarfile.open(package) as files:
        source = files.extractfile("package/axe.min.js")
        assert source is not None
        into.write_bytes(source.read())


def settled(page: Page) -> None:
    """Waits until the page has filled itself."""
    page.locator(DRAWN).first.wait_for(timeout=20_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_function("!document.querySelector('.skeleton, .pending, .generating')", timeout=20_000)
    page.wait_for_timeout(400)


@pytest.fixture(scope="session")
def unguarded(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that lets the test put axe into the page."""
    with browser.new_context(bypass_csp=True) as context:
        yield context


@pytest.mark.parametrize(("address", "scheme"), VISITS)
def test_axe_finds_nothing_serious(
    unguarded: BrowserContext, browser: Browser, app: Any, axe: str, address: str, scheme: Any
) -> None:
    tabs = Tabs(unguarded, browser, app.url)
    page = tabs(address, viewport=WIDE, scheme=scheme)
    settled(page)
    page.add_script_tag(content=axe)
    found = page.evaluate(RUN)
    page.set_viewport_size(NARROW)
    page.wait_for_timeout(400)
    found += page.evaluate(RUN)
    tabs.close()
    assert found == [], json.dumps(found, indent=1)
    assert tabs.wrong == []
