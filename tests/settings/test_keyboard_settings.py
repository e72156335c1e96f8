"""The sections of the keyboard: forms and templates, checked when the settings are."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.settings import Settings, SettingsError
from appliance.settings.keyboard_sections import (
    FORMS,
    MAX_AFFIX_CHARS,
    MAX_TEMPLATE_CHARS,
    MAX_TEMPLATE_FIELDS,
    TEMPLATE_FIELDS,
)


def _load(folder: Path, content: str) -> Settings:
    file = folder / "comptoir.toml"
    file.write_text(content, encoding="utf-8")
    return Settings.load(file)


def _problem(folder: Path, content: str) -> str:
    with pytest.raises(SettingsError) as refused:
        _load(folder, content)
    (problem,) = refused.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("kind", "form"), [(kind, form) for kind, forms in FORMS.items() for form in sorted(forms)]
)
def test_each_form_has_its_name(tmp_path: Path, kind: str, form: str) -> None:
    settings = _load(tmp_path, f'[keyboard.profile]\n{kind} = "{form}"')
    assert getattr(settings.keyboard.profile, kind) == form


@pytest.mark.parametrize("kind", FORMS)
def test_a_template_may_name_every_field_of_its_kind(tmp_path: Path, kind: str) -> None:
    template = ";".join(f"{{{name}}}" for name in sorted(TEMPLATE_FIELDS[kind]))
    settings = _load(tmp_path, f'[keyboard.profile]\n{kind} = "{template}"')
    assert getattr(settings.keyboard.profile, kind) == template


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("cip13", "forme inconnue : none, number, raw, ou un modèle"),
        ("{gtin}", "champ inconnu « gtin »"),
        ("{}", "champ inconnu «  »"),
        ("{prescription_id", "accolades mal fermées"),
        ("prescription_id}{", "accolades mal fermées"),
        ("{rpps!r}", "sans « : » ni « ! »"),
        ("{rpps:>99999999}", "sans « : » ni « ! »"),
        ("{rpps.__class__}", "champ inconnu « rpps.__class__ »"),
        ("{rpps[0]}", "champ inconnu « rpps[0] »"),
    ],
)
def test_what_is_no_form_is_said(tmp_path: Path, form: str, said: str) -> None:
    assert said in _problem(tmp_path, f'[keyboard.profile]\nordonnance = "{form}"')


def test_a_template_at_its_bounds(tmp_path: Path) -> None:
    most = "{rpps}" * MAX_TEMPLATE_FIELDS
    assert _load(tmp_path, f'[keyboard.profile]\nordonnance = "{most}"')
    too_many = _problem(tmp_path, f'[keyboard.profile]\nordonnance = "{most}{{rpps}}"')
    assert f"{MAX_TEMPLATE_FIELDS} au plus" in too_many
    longest = "{rpps}".ljust(MAX_TEMPLATE_CHARS, "x")
    assert _load(tmp_path, f'[keyboard.profile]\nordonnance = "{longest}"')
    assert "trop long" in _problem(tmp_path, f'[keyboard.profile]\nordonnance = "{longest}x"')


@pytest.mark.parametrize("key", ["prefix", "suffix"])
def test_an_affix_at_its_bounds(tmp_path: Path, key: str) -> None:
    assert _load(tmp_path, f'[keyboard.profile]\n{key} = "{"x" * MAX_AFFIX_CHARS}"')
    assert "trop long" in _problem(tmp_path, f'[keyboard.profile]\n{key} = "{"x" * (MAX_AFFIX_CHARS + 1)}"')
    assert "contrôle" in _problem(tmp_path, f'[keyboard.profile]\n{key} = "\\n"')


@pytest.mark.parametrize("controls", ["ctrl", "alt"])
def test_what_only_windows_does_is_refused_elsewhere(tmp_path: Path, controls: str) -> None:
    assert _load(tmp_path, f'[keyboard]\ncontrols = "{controls}"')
    said = _problem(tmp_path, f'[keyboard]\nsystem = "linux"\ncontrols = "{controls}"')
    assert 'system = "windows"' in said


def test_a_layout_that_the_system_has_not_is_refused(tmp_path: Path) -> None:
    assert _load(tmp_path, '[keyboard]\nsystem = "linux"\nlayout = "fr-oss"')
    assert "fr-oss" in _problem(tmp_path, '[keyboard]\nlayout = "fr-oss"')


def test_a_key_of_the_profile_that_is_mistyped_is_named(tmp_path: Path) -> None:
    assert "keyboard.profile.ordonance : réglage inconnu" in _problem(
        tmp_path, '[keyboard.profile]\nordonance = "raw"'
    )
