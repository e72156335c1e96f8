"""The part of `reduce` that the face is: what it takes before codes and cards, what it notes after. Pure."""

from __future__ import annotations

from dataclasses import replace

from appliance.cards.inputs import CardIn, CardOut, CardRead, ReadersChanged
from appliance.counter import menu as menus
from appliance.counter.face import Face, MenuPage
from appliance.counter.face_inputs import (
    AboutTold,
    ChecksTold,
    ClientsTold,
    DoorTold,
    EndService,
    FaceHappening,
    LevelsMeasured,
    LightWanted,
    PairingTold,
    UpdateEnded,
    UpdateTold,
)
from appliance.counter.face_screen import checks_of, is_idle
from appliance.counter.inputs import (
    CameraChanged,
    CodeAppeared,
    CodeGone,
    Input,
    LinkChanged,
    PinAsked,
    Pressed,
    Tick,
)
from appliance.counter.outcome import Outcome
from appliance.counter.outputs import DiscardPin, EventKind, ForgetPin, NewEvent, Sound
from appliance.counter.screen import bare_screen, screen
from appliance.counter.state import State
from appliance.counter.status_asks import can_refresh, card_gone
from appliance.decode.sightings import CameraState
from appliance.display.buttons import Button
from appliance.display.screens import LgoLink

__all__ = ["face_first", "face_happened", "face_last"]


def face_first(state: State, what: Pressed) -> Outcome | None:
    """A button that the menu or the veil takes; None where it is for codes and cards."""
    face = state.face
    if face.updating is not None:
        return Outcome(state)
    if face.menu is not None:
        checks = len(checks_of(state))
        return _stepped(
            state,
            menus.pressed(face, face.menu, what.button, held=what.held, at_ns=what.at_ns, checks=checks),
            what,
        )
    if state.cards.pin is not None:
        return None
    if what.repeated:
        # Outside the lists, a finger that stays has said all with its first `held`.
        return Outcome(state)
    if what.held and what.button is Button.DOWN and not face.veiled and can_refresh(state):
        return None
    if what.held and what.button is not Button.OK:
        return Outcome(_with(state, replace(face, veiled=True, touched_ns=what.at_ns)))
    if face.veiled and bare_screen(state).tells_identity:
        # Who cannot see what is there cannot mean to act on it: the press only shows it.
        return Outcome(_with(state, face.touched(what.at_ns, unveil=True)))
    idle = is_idle(state)
    if what.button is Button.OK and (what.held or idle):
        page = MenuPage.PAIRING if what.held and idle else MenuPage.ROOT
        return _stepped(state, menus.opened(face, what.at_ns, page), what)
    return None


def _stepped(state: State, step: menus.Step, what: Pressed) -> Outcome:
    face, asked = step
    stepped = Outcome(_with(state, face.touched(what.at_ns, unveil=False)), effects=asked)
    if not any(isinstance(effect, EndService) for effect in asked):
        return stepped
    return stepped.then(lambda now: _service_ended(now, what.at_ns))


def _service_ended(state: State, at_ns: int) -> Outcome:
    """Whoever comes next does not act in the name of who goes: visits end, and the codes of CPS in force.

    That a code is in force no more is for the card to tell (PinEnded): until it does, it is shown as it is.
    """
    outcome = Outcome(state)
    for card in state.cards.cards:
        outcome = outcome.then(lambda now, session=card.session: card_gone(now, session, at_ns))  # type: ignore[misc]
    state = outcome.state
    closed = (
        NewEvent(EventKind.VISIT_CLOSED, {"reason": "end_of_service"}, visit.id) for visit in state.visits
    )
    # What was being asked is abandoned in silence: nobody stays to hear of it.
    abandoned = (effect for effect in outcome.effects if not isinstance(effect, Sound))
    discarded = (DiscardPin(card.session) for card in state.cards.cards)
    forgotten = (ForgetPin(card.session) for card in state.cards.cards if card.code_given)
    return Outcome(
        replace(state, visits=(), shown=None, cards=state.cards.hide()),
        (*outcome.events, *closed),
        (*abandoned, *discarded, *forgotten),
    )


def face_happened(state: State, what: FaceHappening) -> Outcome:
    """Something of the device itself."""
    return Outcome(_with(state, _changed(state.face, what)))


def _changed(face: Face, what: FaceHappening) -> Face:  # noqa: C901 - one case a happening
    match what:
        case ChecksTold():
            return replace(face, checks=what.checks)
        case LevelsMeasured():
            menu = face.menu
            if menu is not None and menu.page is MenuPage.FOCUS:
                menu = replace(menu, best=max(menu.best, what.levels.focus or 0))
            return replace(face, levels=what.levels, menu=menu)
        case LightWanted():
            return replace(face, light=what.level)
        case UpdateTold():
            percent = -1 if what.percent is None else what.percent
            return replace(face, updating=percent, menu=None, resting=False)
        case UpdateEnded():
            return replace(face, updating=None)
        case AboutTold():
            return replace(face, about=what.about)
        case ClientsTold():
            return replace(face, clients=what.clients)
        case PairingTold():
            return _pairing(face, what)
        case DoorTold():
            return replace(face, door=what.door)


def _pairing(face: Face, what: PairingTold) -> Face:
    """The digits are shown where the person waits for them, and nowhere else."""
    if face.menu is None or face.menu.page is not MenuPage.PAIRING:
        return face
    # Its end stays for a while from when it ended, not from the last button.
    menu = face.menu if what.pairing.end is None else replace(face.menu, touched_ns=what.at_ns)
    return replace(face, pairing=what.pairing, menu=menu, touched_ns=what.at_ns, resting=False)


def face_last(before: State, outcome: Outcome, what: Input) -> Outcome:
    """What the face notes of an input that codes and cards have taken."""
    state = outcome.state
    match what:
        case Tick():
            return _tick(outcome, what)
        case Pressed():
            face = state.face.touched(what.at_ns, unveil=False)
        case CodeAppeared() | CardIn() | CardRead() | PinAsked():
            at_ns = what.needed.at_ns if isinstance(what, PinAsked) else what.at_ns
            face = state.face.touched(at_ns, unveil=True)
            if face.menu is not None and not menus.stays(face.menu):
                face, asked = menus.closed(face)
                return replace(outcome, state=_with(state, face), effects=(*outcome.effects, *asked))
        case CameraChanged():
            face = state.face.touched(what.at_ns, unveil=False)
            if what.state is not CameraState.OK:
                face = replace(face, light=0.0)
        case CodeGone() | CardOut():
            face = state.face.touched(what.at_ns, unveil=False)
        case LinkChanged():
            since = state.local if what.link is LgoLink.ABSENT else None
            face = replace(state.face, lgo_since=since)
        case ReadersChanged():
            absent = state.cards.reader_absent
            was_absent = before.cards.reader_absent
            since = state.face.reader_since if was_absent else state.local
            face = replace(state.face, reader_since=since if absent else None)
        case _:
            return outcome
    return replace(outcome, state=_with(state, face))


def _tick(outcome: Outcome, what: Tick) -> Outcome:
    """What only time brings: the menu closes, identities leave, the screen rests."""
    state = outcome.state
    face, effects = state.face, outcome.effects
    if face.menu is not None and what.at_ns - face.menu.touched_ns >= menus.lasts_ns(face, face.menu):
        face, asked = menus.closed(face)
        effects = (*effects, *asked)
    if face.touched_ns is None:
        face = replace(face, touched_ns=what.at_ns)
    quiet_ns = what.at_ns - (face.touched_ns or 0)
    if not face.veiled and _is_over(face.rules.veil_ns, quiet_ns):
        face = replace(face, veiled=True)
    if not face.resting and _is_over(face.rules.rest_ns, quiet_ns) and screen(_with(state, face)).may_rest:
        face = replace(face, resting=True)
    if face is state.face and effects == outcome.effects:
        return outcome
    return replace(outcome, state=_with(state, face), effects=effects)


def _is_over(limit_ns: int | None, quiet_ns: int) -> bool:
    return limit_ns is not None and quiet_ns >= limit_ns


def _with(state: State, face: Face) -> State:
    return replace(state, face=face)
