"""Takes the README's pictures, and every page at both widths and themes: `python tests/pages/shots.py OUT`.

Starts an app on a home of its own, with the sets under --data brought in where they are and the pocket arena
played; with --home on a copy of that one, which may hold a finished iteration. Run by hand.
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SETS = {
    "arena-bench": ("fastchat/arena_bench_v1", "gpt-4"),
    "vicuna": ("vicuna_blog_eval", None),
    "alpaca-eval": ("nc_alpaca_eval/results", None),
    "llmfao": ("votes/llmfao_votes.parquet", None),
}
"""Board: folder under --data, judge."""
PAGES = {
    "leaderboard": "/?board={}",
    "style": "/?board={}&style=yes",
    "heatmap": "/?board={}&view=heat",
    "bars": "/?board={}&view=bar",
    "bump": "/?board=vicuna&view=bump",
    "card": "/?board={}&model=gpt-4-0314",
    "votes": "/?board=lmsys-votes-2024-08-14",
    "published": "/?board=lmsys-2024-05-27",
    "battles": "/battles?board={}",
    "battle": "/battles?board={}",
    "agreement": "/agreement?board={}&reference=lmsys-2024-05-27",
    "paper": "/agreement",
    "data": "/data",
    "judges": "/judges?board={}",
    "vote": "/vote?board={}",
    "runs": "/runs",
    "run": "/runs",
    "iterate": "/iterate",
    "iteration": "/iterate",
    "help": "/help",
}
OPENED = {"battle": "a.row", "run": "a.run-link", "iteration": "a.run-link"}
"""What is clicked once a page stands: the first of these."""
README = {
    "leaderboard": "style",
    "battle": "battle",
    "agreement": "agreement",
    "heatmap": "heatmap",
    "data": "data",
    "judges": "judges",
    "runs": "run",
    "iterate": "iteration",
    "help": "help",
}
"""Picture of the README: page, at 1440 pixels and light, as WebP."""
QUALITY = 80
NO_PATHS = """() => document.querySelectorAll("code, .path").forEach(one =>
    (one.textContent = one.textContent.replace(/\\/\\S*?\\/runs\\//, "…/runs/")))"""
"""Folders of the machine that takes the pictures are not in them."""
WIDTHS, THEMES = (390, 768, 1440, 1920), ("light", "dark")


def main() -> None:
    """Everything, into OUT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--home", type=Path, help="a home to copy and show, instead of one made anew")
    parser.add_argument("--widths", nargs="*", type=int, default=list(WIDTHS))
    parser.add_argument("--only", nargs="*", default=list(PAGES), choices=list(PAGES))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if given.home:
            shutil.copytree(given.home, home)
        board = "arena-bench" if given.home else brought(home, given.data)
        process, url = started(home)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
                    args=["--disable-gpu", *["--no-sandbox"] * (os.geteuid() == 0)],
                )
                shoot(browser, url, board, given.out, given.only, given.widths)
        finally:
            process.terminate()
            process.wait(20)


def brought(home: Path, data: Path) -> str:
    """Brings the sets in; the board to show, a shipped one where there is none."""
    shown = "lmsys-votes-2024-08-14"
    for board, (folder, judge) in SETS.items():
        if not (data / folder).exists():
            print(f"{data / folder} is missing: without {board}", file=sys.stderr)
            continue
        said = ["--judge", judge] if judge else []
        command = [
            sys.executable,
            "-m",
            "arena",
            "--home",
            str(home),
            "import",
            str(data / folder),
            "--board",
            board,
            *said,
        ]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        shown = "arena-bench" if board == "arena-bench" else shown
    played = [sys.executable, "-m", "arena", "--home", str(home), "battle", "pocket"]
    subprocess.run(played, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    return shown


def started(home: Path) -> tuple[subprocess.Popen[str], str]:
    """The app on a free port, and its address."""
    command = [sys.executable, "-m", "arena", "--home", str(home), "serve", "--port", "0", "--no-pocket"]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
    assert process.stdout is not None
    opened = next(line for line in process.stdout if line.startswith("The arena is open"))
    return process, opened.split()[-1]


def shoot(browser: Browser, url: str, board: str, out: Path, names: list[str], widths: list[int]) -> None:
    """Each page at each width and theme; the README's ones in a copy without the rest of the page."""
    for width in widths:
        for theme in THEMES:
            look = {"width": width, "height": 900 if width > 1000 else 844}
            context = browser.new_context(viewport=look, color_scheme=theme)
            for name in names:
                page = context.new_page()
                page.goto(url + PAGES[name].format(board))
                settle(page, OPENED.get(name))
                page.screenshot(path=out / f"{name}_{width}_{theme}.png", full_page=True)
                for picture, source in README.items():
                    if source == name and (width, theme) == (1440, "light"):
                        light(page.screenshot(), out / f"{picture}.webp")
                page.close()
            context.close()


def light(picture: bytes, path: Path) -> None:
    """A picture as a small file."""
    from PIL import Image

    Image.open(io.BytesIO(picture)).save(path, quality=QUALITY, method=6)


def settle(page: Page, opened: str | None) -> None:
    """Waits for what a page shows, and opens the first of `opened` where there is one."""
    drawn = page.locator(
        ".standings, .heat, .chart, .rows, .card, .empty, .boards, .help, .starter, .judgebench"
    )
    drawn.locator("visible=true").first.wait_for(timeout=60_000)
    if opened and page.locator(opened).count():
        page.locator(opened).first.click()
        page.locator(".battle, .run-head, .wheel").first.wait_for(timeout=60_000)
    page.wait_for_timeout(2500)
    page.evaluate(NO_PATHS)


if __name__ == "__main__":
    main()
