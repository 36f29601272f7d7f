"""Requests and results as JSON: what the command line prints and what travels to a running app.

Floats that are no numbers become null. Leaves out sending (`arena.client`) and taking (`arena.pages.serve`).
"""

import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from arena.errors import BadRequest
from arena.importing import Imported
from arena.jobs.plan import Dry, Launched
from arena.service import ballots as vote
from arena.service import closer as look
from arena.service import guests, intake, running, testsets
from arena.service import requests as ask
from arena.service.auditing import Audit, Audited
from arena.service.backup import BackedUp, Backup
from arena.service.checking import Check, Checked
from arena.service.guarding import Guard, Guarded
from arena.service.lineage import Lineage, LineageFound
from arena.service.sensitivity import Sensitivity, SensitivityFound
from arena.service.service import Request, Result
from arena.surveying import Surveyed

_VERBS: dict[str, tuple[type[Any], Any]] = {
    "import": (ask.Import, Imported),
    "survey": (ask.Survey, Surveyed),
    "boards": (ask.Boards, tuple[ask.BoardInfo, ...]),
    "remove": (ask.Remove, ask.Removed),
    "leaderboard": (ask.Leaderboard, ask.Ranked),
    "compare": (ask.Compare, ask.Compared),
    "battles": (ask.Battles, ask.BattlePage),
    "battle": (ask.Battle, ask.BattleFound),
    "export": (ask.Export, ask.Exported),
    "history": (ask.History, ask.HistoryFound),
    "rename": (ask.Rename, ask.Renamed),
    "links": (ask.Links, ask.LinksFound),
    "suggest": (ask.Suggest, ask.Suggested),
    "trust": (look.Trust, look.Trusted),
    "outlook": (look.Outlook, look.OutlookFound),
    "heatmap": (look.Heatmap, look.HeatmapFound),
    "card": (look.Card, look.CardFound),
    "facets": (look.Facets, look.FacetsFound),
    "models": (look.Models, look.ModelsFound),
    "past": (look.Past, look.PastFound),
    "neighbours": (look.Neighbours, look.NeighboursFound),
    "formats": (intake.Formats, intake.FormatsFound),
    "peek": (intake.Peek, intake.Peeked),
    "imports": (intake.ImportLog, intake.ImportLogFound),
    "dry-run": (running.DryRun, Dry),
    "launch": (running.Launch, Launched),
    "runs": (running.Runs, tuple[running.RunLine, ...]),
    "run": (running.Run, running.RunFound),
    "control": (running.Control, running.Controlled),
    "testsets": (testsets.TestSets, testsets.TestSetsFound),
    "testset": (testsets.TestSet, testsets.TestSetFound),
    "set-prompts": (testsets.SetPrompts, testsets.SetPromptsFound),
    "lineage": (Lineage, LineageFound),
    "sensitivity": (Sensitivity, SensitivityFound),
    "audit": (Audit, Audited),
    "check": (Check, Checked),
    "guard": (Guard, Guarded),
    "backup": (Backup, BackedUp),
    "ballot": (vote.Ballot, vote.BallotFound),
    "vote": (vote.Cast, vote.Revealed),
    "take-back": (vote.TakeBack, vote.TakenBack),
    "votes": (vote.Votes, vote.VotesFound),
    "trial": (vote.Trial, vote.TrialFound),
} | guests.requests()
_CONTROL = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
"""What JSON itself does not escape: DEL, and C1 in UTF-8."""
_VERB_OF = {request: verb for verb, (request, _) in _VERBS.items()}


def verb(request: Request) -> str:
    """The word for a request."""
    return _VERB_OF[type(request)]


def encode(value: Any) -> bytes:
    """Any request or result as JSON, its control characters escaped: it may be shown in a terminal."""
    kind: Any = tuple[Any, ...] if isinstance(value, tuple) else type(value)
    return _CONTROL.sub(lambda sign: b"\\u%04x" % ord(sign[0].decode()), TypeAdapter(kind).dump_json(value))


def decode_request(word: str, body: bytes) -> Request:
    """A request from its verb and JSON.

    Raises:
        BadRequest: no such verb, or the JSON does not fit it.
    """
    if word not in _VERBS:
        raise BadRequest(f"no verb {word!r}; there are: {', '.join(_VERBS)}")
    try:
        found: Request = TypeAdapter(_VERBS[word][0]).validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRequest(f"{word}: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from error
    return found


def decode_result(word: str, body: bytes) -> Result:
    """A verb's result from JSON."""
    found: Result = TypeAdapter(_VERBS[word][1]).validate_json(body)
    return found
