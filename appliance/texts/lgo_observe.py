"""What `comptoir lgo-check --observe` says of an editor's polling code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

HELP_OBSERVE: Final = (
    "Se mettre entre le logiciel et l'appareil, sur ce port de 127.0.0.1, et juger le logiciel."
)
HELP_GENTLE: Final = "Avec --observe : ne rien provoquer (ni 503, ni doublon, ni 409)."

LISTENING: Final = (
    "Adressez le logiciel à https://127.0.0.1:{port}, avec son jeton habituel et cette clé épinglée :\n"
    "  {pin}\n"
    "Travaillez deux ou trois minutes au comptoir (posez des codes), puis Ctrl-C : le verdict suit."
)
PORT_TAKEN: Final = "Le port {port} est déjà pris : en choisir un autre."
SEEN: Final = "{at:6.1f} s  {method} {path} → {status}{provoked}"
PROVOKED: Final = "  (provoqué)"

GOOD: Final = "bon"
BAD: Final = "MAUVAIS"
UNSEEN: Final = "pas vu"
SUMMARY: Final = "{good} bons, {bad} mauvais, {unseen} pas vus, sur {requests} demandes."

VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "asks": "Le logiciel demande les événements",
        "token": "Le jeton est dans l'en-tête Authorization, jamais dans l'adresse",
        "waits": "Il attend la réponse (wait) au lieu de redemander sans cesse",
        "one_at_a_time": "Une seule attente à la fois",
        "cursor": "Son curseur est le last_id de la réponse d'avant, ou 0",
        "acknowledged": "Tout ce qu'il reçoit est acquitté",
        "at_once": "Il acquitte aussitôt : le comptoir l'entend",
        "only_received": "Il n'acquitte que ce qu'il a reçu",
        "json": "Ses corps sont annoncés en application/json",
        "later": "Après un 503, il respecte Retry-After et redemande",
        "again": "Un événement donné deux fois ne l'arrête pas",
        "reset": "Après un 409 cursor_ahead, il reprend à 0",
        "refused": "L'appareil n'a rien eu à lui refuser",
    }
)
"""By the names of the verdicts."""

NO_POLL: Final = "aucun GET /v1/events n'a abouti"
IN_URL: Final = "un jeton dans une adresse finit dans des journaux"
UNSIGNED: Final = "{count} demandes sans Authorization: Bearer"
BUSY: Final = "{count} demandes vides en moins de {seconds} s : demander wait=25"
CROSSED: Final = "{count} demandes pendant qu'une autre attendait : chacune met fin à la précédente"
CURSOR_WRONG: Final = "after={cursor} n'est ni 0 ni un id reçu : des événements se perdent"
CURSOR_STUCK: Final = "after={cursor} redemandé après une réponse pleine"
NOT_ACKED: Final = "{count} jamais acquittés, dont {event} : ils reviendront, et restent sur l'appareil"
ACK_LATE: Final = "après {seconds} s d'habitude : le son « le LGO l'a » vient trop tard"
ACK_UNSEEN: Final = "{event} est acquitté sans avoir été donné : il serait perdu"
NOT_JSON: Final = "Content-Type: application/json manque"
TOO_SOON: Final = "redemandé après {seconds} s"
GAVE_UP: Final = "n'a plus rien demandé ensuite"
NOT_FROM_0: Final = "a redemandé après {cursor}"
REFUSED: Final = "{count} refus, d'abord {method} {path} : {status}"
