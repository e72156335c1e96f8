"""The bridge's application: routes, rights and problems put together."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as WerkzeugResponse

from appliance.base.clock import Clock
from appliance.bridge.access import Guard, Policy
from appliance.bridge.bounds import MAX_BODY_BYTES
from appliance.bridge.cards import cards_blueprint
from appliance.bridge.events import EventDelivery, events_blueprint
from appliance.bridge.metrics import Metrics, metrics_blueprint
from appliance.bridge.pages import pages_blueprint
from appliance.bridge.pairing import Ceremonies, pairing_blueprint
from appliance.bridge.prescriptions import prescriptions_blueprint, visits_blueprint
from appliance.bridge.presence import ClientPresence
from appliance.bridge.problems import MEDIA_TYPE, Problem, ProblemCode
from appliance.bridge.rights import RIGHTS, Extension, Rights, Scope
from appliance.bridge.status import CheckSaid, status_blueprint
from appliance.bridge.waiting import LongPolls
from appliance.journal.doorbell import Doorbell
from appliance.journal.errors import JournalError, UnknownClientError
from appliance.journal.model import Client
from appliance.pages.shelf import PageShelf
from appliance.pairing.exchange import PairingFiles
from appliance.prescriptions.board import Board

if TYPE_CHECKING:
    from appliance.bridge.store import EventStore
    from appliance.settings import Settings

__all__ = ["create_app", "long_polls_of"]

_log = logging.getLogger(__name__)

_LONG_POLLS = "comptoir.long_polls"

_CODE_OF_STATUS: Mapping[int, ProblemCode] = {
    404: ProblemCode.NOT_FOUND,
    405: ProblemCode.METHOD_NOT_ALLOWED,
    413: ProblemCode.BODY_TOO_LARGE,
    415: ProblemCode.MEDIA_TYPE_UNSUPPORTED,
}
"""For what Flask refuses by itself."""


def create_app(  # noqa: PLR0913 - one a part
    journal: EventStore,
    *,
    doorbell: Doorbell,
    settings: Settings,
    clock: Clock,
    key_sha256: bytes,
    board: Board,
    extra_blueprints: Sequence[Extension] = (),
    device_names: Collection[str] = (),
    checks: Callable[[], Sequence[CheckSaid]] = tuple,
    pages: PageShelf | None = None,
) -> Flask:
    """The WSGI application. Enter `long_polls_of(app)` while it is served, so that long polls are woken.

    Args:
        journal: where events are read and acknowledged, and clients are known.
        doorbell: heard by long polls, rung after acknowledgements.
        settings: hosts, origins and the runtime directory.
        clock: measures waits and rates.
        key_sha256: of the device's SubjectPublicKeyInfo, for the digits that pairing compares.
        board: what counter and bridge tell each other of prescriptions.
        extra_blueprints: further routes with their rows of rights, such as the console page.
        device_names: names of the device beside those of the settings.
        checks: what the programs say of the device's state.
        pages: where captured pages lie; None where there are none.

    Raises:
        RightsError: a route has no row of rights, or a row no route.
    """
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        # An error is answered with a problem document even in tests.
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    long_polls = LongPolls(doorbell.listen(), clock)
    app.extensions[_LONG_POLLS] = long_polls
    presence = ClientPresence(journal, clock)
    metrics = Metrics(clock)
    delivery = EventDelivery(journal, long_polls, presence, clock, metrics.delivered)
    counter_file = settings.paths.runtime_directory / "counter.json"
    app.register_blueprint(metrics_blueprint(metrics, journal, long_polls, counter_file, checks))
    app.register_blueprint(
        status_blueprint(journal, counter_file, checks, has_pages=bool(settings.pages.purposes))
    )
    app.register_blueprint(cards_blueprint(settings.paths.runtime_directory / "cards.json"))
    app.register_blueprint(events_blueprint(journal, delivery, doorbell))
    app.register_blueprint(prescriptions_blueprint(board, journal, doorbell, clock))
    app.register_blueprint(visits_blueprint(board, doorbell))
    app.register_blueprint(pages_blueprint(pages, settings.pages.purposes))
    ceremonies = Ceremonies(journal, PairingFiles(settings.paths.runtime_directory), key_sha256, clock)
    app.register_blueprint(pairing_blueprint(ceremonies, clock))
    for extension in extra_blueprints:
        app.register_blueprint(extension.blueprint)
    rights = Rights([*RIGHTS, *(row for extension in extra_blueprints for row in extension.rights)])
    rights.check(app)
    own_pages = any(extension.serves_pages for extension in extra_blueprints)
    policy = Policy(
        hosts=frozenset(name.lower() for name in (*settings.bridge.hosts, *device_names)),
        origins=frozenset(settings.bridge.origins),
        own_pages=own_pages,
    )
    lifetime = timedelta(days=settings.bridge.unused_token_days)
    find_client = _client_finder(journal, extra_blueprints, lifetime, clock)
    guard = Guard(find_client, rights, policy, presence, clock)
    app.before_request(guard.admit)
    app.after_request(guard.decorate)
    app.after_request(metrics.answered)
    _answer_errors(app)
    return app


def long_polls_of(app: Flask) -> LongPolls:
    """The long polls of an application made here."""
    found = app.extensions[_LONG_POLLS]
    if not isinstance(found, LongPolls):
        raise TypeError("not an application of the bridge")
    return found


def _client_finder(
    journal: EventStore, extensions: Sequence[Extension], lifetime: timedelta, clock: Clock
) -> Callable[[str], Client | None]:
    """Whose token it is: a paired client's, or a visitor's of one of the extensions."""
    doors = [extension.visitor_by_token for extension in extensions if extension.visitor_by_token is not None]

    def find(token: str) -> Client | None:
        found = journal.client_by_token(token)
        if found is not None:
            return None if _is_unused(found, lifetime, clock) else found
        return next(filter(None, (visitor_by_token(token) for visitor_by_token in doors)), None)

    return find


def _is_unused(client: Client, lifetime: timedelta, clock: Clock) -> bool:
    """Whether nobody used the token for so long.

    It is refused, not revoked: a clock that is set right makes it good again. Of who receives no events it is
    not noted when they were seen; their tokens were made by root.
    """
    if not lifetime or Scope.EVENTS not in client.scopes:
        return False
    return clock.now() - max(client.paired_at, client.last_seen or client.paired_at) > lifetime


def _answer_errors(app: Flask) -> None:
    """Have every error answered by a problem document."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return _response(error)

    @app.errorhandler(JournalError)
    def journal(error: JournalError) -> Response:
        if isinstance(error, UnknownClientError):  # revoked between its token's check and its request
            return _response(Problem(ProblemCode.TOKEN_INVALID))
        _log.error("the journal cannot be used: %s", type(error).__name__)
        return _response(Problem(ProblemCode.JOURNAL_UNAVAILABLE))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | WerkzeugResponse:
        status = error.code or 500
        if status < 400:  # a redirection to the same page with a slash
            return error.get_response()
        code = _CODE_OF_STATUS.get(status, ProblemCode.REQUEST_MALFORMED)
        headers = {}
        if isinstance(error, MethodNotAllowed):
            headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        fields = {"maximum": MAX_BODY_BYTES} if code is ProblemCode.BODY_TOO_LARGE else {}
        return _response(Problem(code, headers=headers, **fields))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        # Type and place, never the text: it may quote what a code held.
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        _log.error("a request failed: %s at %s", type(error).__name__, place)
        return _response(Problem(ProblemCode.INTERNAL_ERROR))


def _response(problem: Problem) -> Response:
    response = Response(problem.body(), problem.status, problem.headers, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = "fr"
    return response
