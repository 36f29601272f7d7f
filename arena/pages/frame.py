"""What all pages share: theme, style sheet, navigation, and the Blocks they hang in. A page has `build`."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from arena.pages import (
    agreement,
    battles,
    data,
    door,
    files,
    guide,
    judges,
    keys,
    leaderboard,
    lost,
    runs,
    visitors,
    vote,
)
from arena.pages.early import Early
from arena.pages.markup import Markup, tag
from arena.pages.narrow import Narrow
from arena.pages.panel import panel
from arena.pages.sessions import Sessions
from arena.service import guests
from arena.service.service import Service
from arena.settings import Settings

STATIC = Path(__file__).parent / "static"
ASSETS = Path(gr.__file__).parent / "templates" / "frontend" / "assets"
PAGES = (
    ("/", "Leaderboard", leaderboard),
    ("/battles", "Battles", battles),
    ("/agreement", "Agreement", agreement),
    ("/judges", "Judges", judges),
    ("/vote", "Vote", vote),
    ("/runs", "Runs", runs),
    ("/data", "Data", data),
    ("/help", "Help", guide),
)


GUESTS = ("training.pages.places",)
"""Modules that bring pages, where they are installed: `PAGES` as above, and a folder `static` beside them."""


def pages() -> tuple[tuple[str, str, ModuleType], ...]:
    """All pages, those of guests before the help."""
    own: tuple[tuple[str, str, ModuleType], ...] = PAGES
    brought = tuple(page for module in guests.modules(GUESTS) for page in module.PAGES)
    return (*own[:-1], *brought, own[-1])


def folders() -> dict[str, Path]:
    """Where style sheets and scripts are, by the address that they are served under."""
    brought = {
        f"/look/{module.__name__.partition('.')[0]}": Path(str(module.__file__)).parent / "static"
        for module in guests.modules(GUESTS)
    }
    return {**brought, "/look": STATIC}


def mounted(service: Service, token: str, settings: Settings, *, only_loopback: bool) -> FastAPI:
    """The whole web app: the command line's door, our files, and the pages."""
    app = FastAPI(title="Arena", docs_url=None, redoc_url=None, openapi_url=None)
    made = files.bundle(folders())
    app.add_middleware(files.Files, made=made, folders={"/assets": ASSETS}, near=only_loopback)
    app.add_middleware(Early, markup=scripts(made))
    app.add_middleware(Narrow)
    app.add_middleware(lost.Lost, head=head(made), bar=navigation(""))
    app.add_middleware(door.Guard)
    if only_loopback:
        app.add_middleware(
            TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "::1", "[::1]", settings.host]
        )
    door.hang(app, service, token)
    for place, folder in folders().items():
        app.mount(place, StaticFiles(directory=folder), place.strip("/"))
    app.add_api_route("/favicon.ico", lambda: FileResponse(STATIC / "icon.svg", media_type="image/svg+xml"))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SSR mode is not supported")  # said even where it is off
        gr.mount_gradio_app(
            app,
            blocks(service),
            path="",
            theme=theme(),
            head=head(made),
            footer_links=[],
            run_history=False,  # else the browser keeps a copy of every answer, and writes it each time
            allowed_paths=[str(folder.absolute()) for folder in (settings.exports, settings.rejects)],
            ssr_mode=False,
            show_error=True,
            auth=visitors.login(settings),
        )
    inner = app.routes[-1].app  # type: ignore[attr-defined]  # what was mounted last
    inner.state_holder = Sessions(inner.get_blocks())
    return app


def blocks(service: Service) -> gr.Blocks:
    """All pages. The first one is the root, the others are its routes."""
    root = gr.Blocks(title="Arena", fill_width=True, analytics_enabled=False)
    with root:
        panel(navigation("/"))
        leaderboard.build(service, root)
        panel(keys.overlay(name for _, name, _ in pages()))
    for path, name, page in pages()[1:]:
        with root.route(name, path) as leaf:
            panel(navigation(path))
            page.build(service, leaf)
            panel(keys.overlay(name for _, name, _ in pages()))
    return root


def navigation(current: str) -> Markup:
    """The bar on top. Links keep the board that is being looked at (see arena.js)."""
    links = [
        tag(
            "a",
            name,
            href=path,
            class_="keep",
            data_go=name[0].lower(),
            aria_current="page" if path == current else None,
        )
        for path, name, _ in pages()
    ]
    mark = tag(
        "a",
        tag("b", "A", class_="a"),
        tag("b", "B", class_="b"),
        tag("span", "Arena Learning"),
        href="/",
        class_="mark",
    )
    return tag("header", mark, tag("nav", links, aria_label="Pages"), class_="bar")


def theme() -> gr.themes.Base:
    """Gradio's plainest theme, with the system's own fonts: none is fetched."""
    plain = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"]
    return gr.themes.Base(
        primary_hue="blue", neutral_hue="slate", font=plain, font_mono=mono, radius_size="md"
    ).set(
        body_background_fill="#f7f8fa",
        body_background_fill_dark="#0f1318",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        block_padding="0px",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        input_background_fill="#ffffff",
        input_background_fill_dark="#181e26",
        input_border_width="1px",
        input_border_color="#d3d9e2",
        input_border_color_dark="#303946",
        input_padding="6px 10px",
        border_color_primary="#dfe4ea",
        border_color_primary_dark="#2a323d",
        layout_gap="14px",
    )


def head(made: Iterable[str]) -> str:
    """The link to our style sheet; Gradio puts it after its own."""
    linked = "".join(f'<link rel="stylesheet" href="{address}">' for address in made if ".css" in address)
    icon = '<link rel="icon" href="/look/icon.svg" type="image/svg+xml">'
    return linked + icon + '<meta name="color-scheme" content="light dark">'


def scripts(made: Iterable[str]) -> str:
    """Our script, and our style sheet to be fetched early: for the top of a page's HTML."""
    early = [f'<link rel="preload" as="style" href="{address}">' for address in made if ".css" in address]
    return "".join(
        early + [f'<script src="{address}" defer></script>' for address in made if ".js" in address]
    )
