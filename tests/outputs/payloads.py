"""What is typed in the tests: every payload of the published samples, and random ones of the same kinds."""

# ruff: noqa: E501 - a payload is told in one piece

from __future__ import annotations

import random
import string

GS = "\x1d"
_HEADER = "IS01" + 22 * "0"

PAYLOADS = (
    '{"S":{"V":2},"D":{"ID":"202106180921110040","P":{"N":"GENE","P":"Alain","D":"1966-02-23"},"M":{"RPPS":"99900038441","AM":"991118019"}}}',
    '{"S":{"V":1},"D":{"ID":"202106180921110041","M":{"RPPS":"99900038441","AM":"991118019"}}}',
    '{"S":{"V":2},"D":{"ID":"202106180921110042","P":{"N":"D\'ÂGE","P":"Andrée-Zoé","D":"1990-06-25"},"M":{"RPPS":"99912345677","AM":"0B9990017"}}}',
    '{"S":{"V":2},"D":{"ID":"202106180921110040","P":{"N":"GENE","P":"Alain","D":"1966-02-23"},"M":{"RPPS":"99900038442","AM":"991118019"}}',
    _HEADER + "S1297022A02077878S21.2.250.1.213.1.4.10S3DOMINIQUE" + GS + "S4ADRTROIS" + GS + "S5FS626-02-1997S72A020",
    _HEADER + "S1160012B02077713S21.2.250.1.213.1.4.8" + GS + "S3TOUSSAINT" + GS + "S4ADRTROIS" + GS + "S5MS601-01-1960S72B020",
    _HEADER + "S1277010115400329S21.2.250.1.213.1.4.8" + GS + "S3SARAH-LOU ANNA" + GS + "S4GARCIA-HAMMADI" + GS + "S5FS621-01-1977",
    _HEADER + "S1790069925500147S21.2.250.1.213.1.4.9" + GS + "S3JEAN LOUIS" + GS + "S4D'ARGENT" + GS + "S5MS625-06-1990S799255",
    _HEADER + "S4DUPONT-MARTIN" + GS + "S1255117511608932S21.2.250.1.213.1.4.10S5FS603-11-1955S775116S3MARIE CLAIRE",
    _HEADER + "S1184067505604240S21.2.250.1.213.1.4.10S3" + 100 * "A" + "S4" + 100 * "B" + "S5MS615-06-1984S775056",
    _HEADER + "S1297022A02077878S21.2.250.1.213.1.4.10S3dominique" + GS + "S4adrtrois" + GS + "S5FS626-02-1997S72A020\r\n",
    "IS010000000000000000000000S1118058599124123S21.2.250.1.213.1.4.8 S3FIRST NAMETEST S5MS618-06-1985S713201S4LASTNAMETEST",
    "01034009359558381727113010LOT42A" + GS + "21SN0001234567",
    "3400935955838", "99900038441", "2A9990017", "0B9990017", "184067505604240",
    "DC04FR0000011E581E58B201FRF0DEPOTHPRIM" + GS + "\x1fSIGNATURE",
    "L'été, où le cœur bat : ça coûte 3 € — à Noël !",
)  # fmt: skip
"""Of the published test vectors; the last but one is a 2D-Doc's beginning, the last a French sentence."""

_ACCENTED = "àâäçéèêëîïôöùûüÿÀÂÇÉÈÊËÎÏÔÙÛÜ"
_JSON = string.ascii_letters + string.digits + " \"'{}[]:,.-_/\\@#&()+=*%$!?;<>~^`|" + _ACCENTED
_INS = string.ascii_uppercase + string.digits + " '-." + GS
_GS1 = string.ascii_uppercase + string.digits + "-/+.%" + GS


def random_payload(chance: random.Random) -> str:
    """Anything of the kinds that are typed, 1 to 300 characters."""
    alphabet = chance.choice((_JSON, _INS, _GS1, string.digits, _ACCENTED + string.ascii_lowercase))
    return "".join(chance.choices(alphabet, k=1 + min(299, int(chance.expovariate(1 / 40)))))
