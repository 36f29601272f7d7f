"""Every page for everyone: axe finds nothing serious, light and dark, wide and narrow; no console error.

axe-core is a development tool from npm, fetched once into pytest's cache and put into the page by the test.
"""

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from arena.pages.frame import PAGES

pytestmark = pytest.mark.browser
AXE = "axe-core@4.14.1"
WIDE: Any = {"width": 1440, "height": 900}
NARROW: Any = {"width": 390, "height": 844}
DRAWN = ".standings, .rows, .cards, .empty, #scatter .main-svg, .gradio-container button:visible"
HOSTILE = [f"{path}?board=hostile" for path in ("/", "/battles", "/agreement")]
VISITS = [(path, scheme) for path, _, _ in PAGES for scheme in ("light", "dark")]
VISITS += [(path, "dark") for path in HOSTILE]
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => one.id + ": " + one.help + " at " + one.nodes.slice(0, 4).map(node => node.target.join(" ")
        + " (" + (node.any[0]?.message || "") + ")").join(" | ") + " (" + one.nodes.length + ")")"""


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """The source of axe-core, by the machine's own npm."""
    cache = request.config.cache
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


@pytest.mark.parametrize(("address", "scheme"), VISITS)
def test_axe_finds_nothing_serious(browser: Browser, app: Any, axe: str, address: str, scheme: Any) -> None:
    with browser.new_context(bypass_csp=True, color_scheme=scheme, viewport=WIDE) as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(app.url + address)
        settled(page)
        page.add_script_tag(content=axe)
        found = page.evaluate(RUN)
        page.set_viewport_size(NARROW)
        page.wait_for_timeout(400)
        found += page.evaluate(RUN)
        assert found == [], json.dumps(found, indent=1)
        assert [error for error in errors if "AbortError" not in error] == []
