"""What a problem of the bridge says to the person who reads it: the developer of an LGO, or the pharmacy.

A `detail` may hold fields in braces; `appliance.bridge.problems` fills them and a test proves that none is
left over. The keys are the stable codes of the contract: they are never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BODY_REASONS", "PARAMETER_REASONS", "PROBLEM_TEXTS", "ProblemText"]


@dataclass(frozen=True, slots=True)
class ProblemText:
    """What is wrong (`title`), here (`detail`), and what to do about it (`remedy`)."""

    title: str
    detail: str
    remedy: str


PROBLEM_TEXTS: Mapping[str, ProblemText] = {
    "request_malformed": ProblemText(
        title="Requête mal formée",
        detail="La requête ne respecte pas la syntaxe HTTP/1.1 (RFC 9112).",
        remedy="Utilisez une bibliothèque HTTP courante ; la connexion a été fermée.",
    ),
    "tls_required": ProblemText(
        title="HTTPS obligatoire",
        detail="Une requête HTTP en clair est arrivée sur un port qui ne parle que HTTPS.",
        remedy="Appelez la même adresse en commençant par https://.",
    ),
    "parameter_invalid": ProblemText(
        title="Paramètre invalide",
        detail="Le paramètre « {parameter} » {reason}.",
        remedy="Corrigez ce paramètre ; ses bornes sont dans /v1/openapi.json.",
    ),
    "body_invalid": ProblemText(
        title="Corps de requête invalide",
        detail="Le corps de la requête {reason}.",
        remedy="Envoyez un objet JSON (UTF-8) conforme à /v1/openapi.json.",
    ),
    "token_missing": ProblemText(
        title="Jeton absent",
        detail="La requête ne porte pas d'en-tête Authorization: Bearer.",
        remedy="Envoyez le jeton remis lors de l'appairage du logiciel avec l'appareil.",
    ),
    "token_invalid": ProblemText(
        title="Jeton refusé",
        detail="Ce jeton n'est pas, ou n'est plus, connu de l'appareil.",
        remedy="Appairez de nouveau le logiciel avec l'appareil.",
    ),
    "origin_refused": ProblemText(
        title="Origine refusée",
        detail="La requête vient d'une page web dont l'origine n'est pas autorisée.",
        remedy="Ajoutez cette origine à la liste « origins » de la section [bridge] des réglages.",
    ),
    "scope_missing": ProblemText(
        title="Droit insuffisant",
        detail="Ce jeton ne donne pas accès à cette ressource ; il faut l'un des droits : {scopes}.",
        remedy="Appairez le logiciel avec le droit demandé, ou n'appelez pas cette ressource.",
    ),
    "route_closed": ProblemText(
        title="Accès fermé",
        detail="Cette ressource n'est ouverte à personne.",
        remedy="N'appelez que les ressources décrites dans /v1/openapi.json.",
    ),
    "not_found": ProblemText(
        title="Ressource inconnue",
        detail="Rien ne se trouve à cette adresse.",
        remedy="N'appelez que les ressources décrites dans /v1/openapi.json.",
    ),
    "method_not_allowed": ProblemText(
        title="Méthode non autorisée",
        detail="Cette ressource existe mais ne s'appelle pas ainsi.",
        remedy="Utilisez une des méthodes données par l'en-tête Allow.",
    ),
    "request_timeout": ProblemText(
        title="Requête trop lente",
        detail="La requête n'était pas complète au bout de {seconds} secondes.",
        remedy="Envoyez la requête entière sans pause ; la connexion a été fermée.",
    ),
    "prescription_unknown": ProblemText(
        title="Ordonnance inconnue",
        detail="L'appareil ne sait rien de cette ordonnance.",
        remedy="N'interrogez que des ordonnances reçues par un événement code.read de ce jour.",
    ),
    "pages_none": ProblemText(
        title="Aucune page",
        detail="Cette visite n'a pas cette page : elle est finie, ou rien n'a été photographié.",
        remedy="Demandez les pages dès l'événement page.captured ; elles sont effacées avec la visite.",
    ),
    "visit_not_current": ProblemText(
        title="Visite terminée",
        detail="Cette visite n'est pas, ou n'est plus, celle du comptoir.",
        remedy="Relisez /v1/visits/current ; une visite terminée n'est plus à clore.",
    ),
    "cursor_ahead": ProblemText(
        title="Curseur inconnu",
        detail="Le curseur demandé dépasse le dernier événement de l'appareil ({last_id}).",
        remedy="L'appareil a été remplacé ou remis à zéro : reprenez avec after=0.",
    ),
    "ack_ahead": ProblemText(
        title="Acquittement impossible",
        detail="L'acquittement dépasse le dernier événement de l'appareil ({last_id}).",
        remedy="N'acquittez que des événements reçus ; si l'appareil a été remplacé, reprenez avec after=0.",
    ),
    "pairing_closed": ProblemText(
        title="Appairage fermé",
        detail="Aucune fenêtre d'appairage n'est ouverte sur l'appareil.",
        remedy="Maintenez OK trois secondes sur l'appareil, puis recommencez dans les 90 secondes.",
    ),
    "pairing_busy": ProblemText(
        title="Appairage déjà en cours",
        detail="Un autre logiciel est en cours d'appairage avec l'appareil.",
        remedy="Terminez-le, ou attendez la fin de la fenêtre, puis recommencez.",
    ),
    "pairing_mismatch": ProblemText(
        title="Engagement non tenu",
        detail="La valeur révélée n'est pas celle qui avait été engagée ; l'appairage est abandonné.",
        remedy="Recommencez l'appairage avec une valeur neuve ; voyez docs/lgo.",
    ),
    "clients_full": ProblemText(
        title="Trop de logiciels appairés",
        detail="L'appareil connaît déjà autant de logiciels qu'il peut.",
        remedy="Révoquez sur l'appareil un logiciel qui ne sert plus, puis recommencez.",
    ),
    "pairing_gone": ProblemText(
        title="Appairage terminé",
        detail="Cet appairage est inconnu, refusé sur l'appareil, ou terminé.",
        remedy="Recommencez l'appairage depuis le début.",
    ),
    "pairing_tries": ProblemText(
        title="Trop d'essais",
        detail="Les trois essais de cette fenêtre d'appairage sont épuisés.",
        remedy="Attendez, puis ouvrez une nouvelle fenêtre sur l'appareil.",
    ),
    "body_too_large": ProblemText(
        title="Corps de requête trop grand",
        detail="Le corps de la requête dépasse {maximum} octets.",
        remedy="Partagez l'envoi en plusieurs requêtes ; la connexion a été fermée.",
    ),
    "target_too_long": ProblemText(
        title="Adresse trop longue",
        detail="La ligne de requête dépasse {maximum} octets.",
        remedy="Raccourcissez l'adresse appelée ; la connexion a été fermée.",
    ),
    "media_type_unsupported": ProblemText(
        title="Type de contenu refusé",
        detail="Le corps doit être du JSON non compressé.",
        remedy="Envoyez l'en-tête Content-Type: application/json.",
    ),
    "host_refused": ProblemText(
        title="Nom d'hôte refusé",
        detail="L'en-tête Host ne désigne pas cet appareil.",
        remedy="Appelez l'appareil par son adresse IP, ou ajoutez son nom à la liste « hosts » de la section "
        "[bridge] des réglages.",
    ),
    "too_many_requests": ProblemText(
        title="Trop de requêtes",
        detail="Les requêtes se suivent plus vite que l'appareil ne l'accepte.",
        remedy="Attendez la durée donnée par l'en-tête Retry-After ; préférez l'attente longue (wait=25).",
    ),
    "too_many_waits": ProblemText(
        title="Trop d'attentes longues",
        detail="L'appareil tient déjà autant d'attentes longues qu'il peut.",
        remedy="N'ouvrez qu'une attente longue par logiciel ; recommencez après la durée de Retry-After.",
    ),
    "headers_too_large": ProblemText(
        title="En-têtes trop grands",
        detail="Les en-têtes dépassent {maximum} octets ou {fields} champs.",
        remedy="Envoyez moins d'en-têtes ; la connexion a été fermée.",
    ),
    "internal_error": ProblemText(
        title="Erreur interne",
        detail="L'appareil a rencontré une erreur imprévue. Aucun événement n'est perdu.",
        remedy="Recommencez ; si l'erreur persiste, transmettez le journal de l'appareil au support.",
    ),
    "transfer_encoding_unsupported": ProblemText(
        title="Codage de transfert refusé",
        detail="Seul le codage de transfert « chunked » est accepté.",
        remedy="Envoyez le corps avec Content-Length ou en « chunked », sans compression.",
    ),
    "overloaded": ProblemText(
        title="Appareil occupé",
        detail="L'appareil traite déjà autant de requêtes qu'il peut.",
        remedy="Recommencez après la durée donnée par l'en-tête Retry-After.",
    ),
    "journal_unavailable": ProblemText(
        title="Journal indisponible",
        detail="Le journal de l'appareil ne peut pas être lu ou écrit pour l'instant.",
        remedy="Recommencez après la durée de Retry-After ; si l'erreur persiste, vérifiez l'espace disque.",
    ),
    "http_version_unsupported": ProblemText(
        title="Version de HTTP refusée",
        detail="L'appareil parle HTTP/1.1.",
        remedy="Appelez l'appareil en HTTP/1.1.",
    ),
}

PARAMETER_REASONS: Mapping[str, str] = {
    "integer": "doit être un entier écrit en chiffres, de {minimum} à {maximum}",
    "integers": "doit être une liste de 1 à {items} entiers, chacun de {minimum} à {maximum}",
    "repeated": "ne peut être donné qu'une fois",
    "unknown": "n'existe pas ici ; sont connus : {known}",
    "text": "doit être un texte de {minimum} à {maximum} caractères",
    "printable": "ne doit contenir aucun caractère de commande",
    "base64": "doit être {length} octets en base64",
    "scopes": "doit être une liste non vide, prise parmi {known}",
    "rule": "ne respecte pas le contrat (règle « {rule} »)",
    "alternative": "est attendu seul : donnez l'un de {known}, jamais deux",
}
"""Ends of the sentence « Le paramètre … » of `parameter_invalid`."""

BODY_REASONS: Mapping[str, str] = {
    "json": "n'est pas du JSON valide en UTF-8",
    "object": "n'est pas un objet JSON",
    "repeated": "donne deux fois la même clé",
    "deep": "est imbriqué sur plus de {maximum} niveaux",
}
"""Ends of the sentence « Le corps de la requête … » of `body_invalid`."""
