"""What Gradio keeps of each page that was opened: the controls that changed, and nothing else.

By itself it copies the configuration of all pages for each of them, and then every answer that was shown
there: a megabyte and more for each page that anybody ever opened, ten thousand of them, to rebuild them from
links that this app does not have. Leaves out what is shown.
"""

from copy import copy
from typing import Any

from gradio.blocks import Blocks
from gradio.state_holder import SessionState, StateHolder

MOST = 2_000
"""Pages that are minded; one that was opened before that is as it was at first."""
_LEFT = 3600
"""Seconds for which a page that was left is minded."""


class Session(SessionState):
    """One opened page."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks_config = copy(blocks.default_config)
        self.config_values: dict[int, Any] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = _LEFT

    def __setitem__(self, key: int, value: Any) -> None:
        self.blocks_config.blocks[key] = value

    def _update_config(self, key: int) -> None:
        """Nothing: see above."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Nothing: see above."""


class Sessions(StateHolder):
    """All of them, by the mark that the browser sends."""

    def __init__(self, blocks: Blocks) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.set_blocks(blocks)
        self.capacity = MOST

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Session(self.blocks)
        return super().__getitem__(session_id)
