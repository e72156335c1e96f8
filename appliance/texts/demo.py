"""What `comptoir demo` says."""

from __future__ import annotations

__all__ = ["BANNER", "CLIENT_NAME", "PAGE_NAME", "PORT_TAKEN", "STATUS_HELP"]

CLIENT_NAME = "LGO de démonstration"
PAGE_NAME = "Page de démonstration"

PORT_TAKEN = "le port {port} est déjà pris ici : choisissez-en un autre avec --port, ou --port 0."

STATUS_HELP = (
    "Qui dit l'état des ordonnances : une base simulée sans réseau, ou (tlsi) une base simulée interrogée"
    " avec la carte CPS, par un contrat de démonstration qui n'est pas celui de la CNAM."
)

BANNER = """
  Comptoir, démonstration sur un comptoir simulé

  Page      {url}/console/#jeton={page_token}
            (certificat fait par l'appareil : le navigateur demande de l'accepter une fois)
  LGO       curl -k -H 'Authorization: Bearer {token}' '{url}/v1/events?after=0&wait=25'

  Ctrl-C arrête tout et ne laisse rien derrière.
"""
