"""The bills of materials of package and card, against the published schema of CycloneDX."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from scripts import image_bill
from scripts.bill_of_materials import Component, bill, debian, python
from scripts.package_bill import depends, wheels

_ROOT = Path(__file__).parents[2]
_EPOCH_S = 1_700_000_000
_SHA256 = "0123456789abcdef" * 4
_PRODUCT = debian("comptoir", "0.1.0", "arm64", vendor="comptoir")
_SITE = "./usr/lib/comptoir/lib/python3.13/site-packages"
_SUBSTITUTED = {"misc:Depends": "", "python:Minor": "3.13", "python:Next": "3.14"}


def _report(
    name: str = "Zxing_Cpp", url: str = "https://index.example.org/zxing_cpp-2.3-any.whl", **archive: str
) -> dict[str, Any]:
    source = {"url": url, "archive_info": {"hashes": archive}}
    return {"install": [{"metadata": {"name": name, "version": "2.3"}, "download_info": source}]}


def _is_valid(document: str) -> bool:
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None


def _purls(document: str) -> list[str]:
    return [component["purl"] for component in json.loads(document)["components"]]


def test_a_document_is_valid_and_the_validator_would_say_otherwise() -> None:
    document = bill(
        _PRODUCT, [debian("pcscd", needs="pcscd (>= 2)"), python("numpy", "2.3.4", _SHA256)], _EPOCH_S
    )
    assert _is_valid(document)
    assert not _is_valid(document.replace("SHA-256", "SHA-257"))
    assert not _is_valid(document.replace('"name": "pcscd"', '"nom": "pcscd"'))


def test_the_same_components_in_any_order_give_the_same_bytes_and_others_another_serial_number() -> None:
    parts = [debian("pcscd"), python("numpy", "2.3.4", _SHA256), python("flask", "3.1")]
    one = bill(_PRODUCT, parts, _EPOCH_S)
    assert bill(_PRODUCT, [*reversed(parts), parts[0]], _EPOCH_S) == one
    other = bill(_PRODUCT, [*parts[:2], python("flask", "3.2")], _EPOCH_S)
    assert json.loads(other)["serialNumber"] != json.loads(one)["serialNumber"]


@pytest.mark.parametrize("version", ["1:2.40-5+deb13u1", "6.12~rc1-1", "3.11.2"])
def test_a_package_url_says_what_went_into_it(version: str) -> None:
    read = PackageURL.from_string(debian("libstdc++6", version, "arm64").purl)
    assert (read.type, read.namespace, read.name) == ("deb", "debian", "libstdc++6")
    assert (read.version, read.qualifiers) == (version, {"arch": "arm64"})


def test_a_name_of_pypi_is_written_as_pypi_does() -> None:
    for name in ("Zxing_Cpp", "jaraco.functools", "a-_.B"):
        assert PackageURL.from_string(python(name, "1").purl).name == canonicalize_name(name)


def test_a_hash_that_is_none_is_refused() -> None:
    for bad in (_SHA256[1:], _SHA256.upper(), _SHA256 + "0"):
        with pytest.raises(ValueError, match="numpy"):
            Component("pkg:pypi/numpy", "numpy", "1", bad)


def test_a_wheel_has_the_hash_that_pip_checked() -> None:
    (found,) = wheels(_report(sha256=_SHA256))
    assert (found.purl, found.sha256) == ("pkg:pypi/zxing-cpp@2.3", _SHA256)


@pytest.mark.parametrize(
    "report", [_report(), _report(sha256=_SHA256, url="https://index.example.org/x.tar.gz")]
)
def test_what_came_in_no_hashed_wheel_is_refused(report: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Zxing_Cpp"):
        list(wheels(report))


def test_all_that_the_package_depends_on_is_named() -> None:
    found = {part.name: part.needs for part in depends((_ROOT / "debian/control").read_text(), _SUBSTITUTED)}
    assert found["python3"] == "python3 (>= 3.13~), python3 (<< 3.14~)"
    assert found["libzbar0t64"] == "libzbar0t64 | libzbar0"
    assert {"python3-pyscard", "pcscd", "libccid", "ca-certificates"} <= set(found)
    assert not any("$" in name + needs for name, needs in found.items())


def test_depends_that_cannot_be_read_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="no Depends"):
        list(depends("Package: x\n", {}))
    with pytest.raises(ValueError, match="new:Thing"):
        list(depends("Depends: pcscd, ${new:Thing}\n", {}))


def _system(folder: Path, origins: str) -> Path:
    path = folder / "install.tar"
    with tarfile.open(path, "w") as archive:
        for name, text in {
            "./usr/share/comptoir-image/origins": origins,
            f"{_SITE}/zxing_cpp-2.3.dist-info/RECORD": "zxingcpp.so,sha256=x,1\n",
        }.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def test_a_card_has_a_valid_bill_and_a_manifest(tmp_path: Path) -> None:
    origins = f"Package: pcscd\nVersion: 2.3.3-1+b1\nArchitecture: arm64\nSHA256: {_SHA256}\n"
    image_bill.write(_system(tmp_path, origins), str(tmp_path / "card.img"), _EPOCH_S)
    document = (tmp_path / "card.img.cdx.json").read_text()
    assert _is_valid(document)
    assert _purls(document) == ["pkg:deb/debian/pcscd@2.3.3-1%2Bb1?arch=arm64", "pkg:pypi/zxing-cpp@2.3"]
    rows = [row.split("\t") for row in (tmp_path / "card.img.manifest.tsv").read_text().splitlines()]
    assert rows[0] == ["deb", "pcscd", "2.3.3-1+b1", "arm64", _SHA256]
    assert rows[1][:3] == ["pypi", "zxing_cpp", "2.3"]


def test_a_card_with_a_package_of_unknown_origin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no hash"):
        image_bill.write(
            _system(tmp_path, "Package: pcscd\nVersion: 1\nArchitecture: arm64\n"), str(tmp_path / "x"), 0
        )
