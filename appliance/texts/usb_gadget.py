"""What `comptoir usb-gadget` says: cause, then remedy."""

from __future__ import annotations

from typing import Final

HELP: Final = "Être clavier, ligne série ou réseau pour le poste, par le port USB de l'appareil."
HELP_UP: Final = "Établir ce que [usb] demande."
HELP_DOWN: Final = "Tout retirer."

NO_CONFIGFS: Final = (
    "Le noyau n'offre pas de périphérique USB : charger « libcomposite » (modprobe libcomposite) et "
    "vérifier que /sys/kernel/config est monté."
)
NO_CONTROLLER: Final = (
    "Aucun port USB n'est en mode périphérique : mettre « dtoverlay=dwc2,dr_mode=peripheral » dans "
    "config.txt, puis redémarrer."
)
NO_MACHINE_NUMBER: Final = (
    "La machine n'a pas de numéro : créer /etc/machine-id (systemd-machine-id-setup), puis recommencer."
)
REFUSED: Final = (
    "Le noyau refuse une partie du périphérique USB ({reason}, {path}). Lancé par l'administrateur ? "
    "Voir « journalctl -k »."
)
