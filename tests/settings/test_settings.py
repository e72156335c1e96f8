"""The settings file: defaults, every bound at n and n+1, and all errors at once, in French."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from appliance.capture.frame import MAX_SIDE_PX
from appliance.journal.model import EVENT_LIFETIME
from appliance.settings import MAX_SETTINGS_BYTES, Settings, SettingsError
from appliance.settings.fields import (
    MAX_HOST_CHARS,
    MAX_ORIGIN_CHARS,
    MAX_PATH_BYTES,
    MAX_RUNTIME_PATH_BYTES,
)
from appliance.settings.problems import MAX_SHOWN_CHARS
from appliance.settings.sections import MAX_DEVICE_CHARS, MAX_LISTED
from appliance.settings.status_sections import MAX_LOOK_UP_TIMEOUT_S, MAX_LOOK_UPS
from appliance.settings.tlsi_sections import MAX_URL_CHARS, TlsiSettings
from appliance.texts import settings as texts

UNIX_PATH_BYTES = 107
"""unix(7): sun_path has 108 bytes, the last of them NUL."""


def _toml(section: str, **values: object) -> str:
    """One section; JSON's texts, numbers, booleans and lists are TOML, too."""
    lines = [
        f"{key} = {value if isinstance(value, Raw) else json.dumps(value)}" for key, value in values.items()
    ]
    return "\n".join([f"[{section}]", *lines, ""])


class Raw(str):
    """A value as it stands in the file."""

    __slots__ = ()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "comptoir.toml"


def _load(file: Path, content: str) -> Settings:
    file.write_text(content, encoding="utf-8")
    return Settings.load(file)


def _problems(file: Path, content: str) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        _load(file, content)
    return {problem.key: problem.text for problem in caught.value.problems}


def _value(settings: Settings, key: str) -> Any:
    section, name = key.split(".")
    return getattr(getattr(settings, section), name)


def test_an_empty_file_is_a_device_with_its_defaults(file: Path) -> None:
    settings = _load(file, "")
    assert settings == Settings()
    assert settings.paths.state_directory == Path("/var/lib/comptoir")
    assert settings.paths.runtime_directory == Path("/run/comptoir")
    assert (settings.camera.width, settings.camera.height, settings.camera.frames_per_s) == (2304, 1296, 15.0)
    assert (settings.display.bus, settings.display.address, settings.display.port) == ("i2c", 0x3C, 1)
    assert (settings.buttons.up, settings.buttons.ok, settings.buttons.down) == (5, 6, 13)
    assert (settings.bridge.host, settings.bridge.port) == ("127.0.0.1", 8443)
    assert (settings.bridge.origins, settings.bridge.hosts) == ((), ())
    assert settings.journal.event_lifetime_h == EVENT_LIFETIME.total_seconds() / 3600


def test_a_whole_file(file: Path) -> None:
    settings = _load(
        file,
        _toml("paths", state_directory="/srv/état", runtime_directory="/run/x")
        + _toml(
            "camera",
            driver="files",
            device="/srv/Été.mp4",
            width=1920,
            height=1080,
            frames_per_s=12.5,
            loop=True,
            hold_s=2.5,
        )
        + _toml("display", driver="sh1106", bus="i2c", address=Raw("0x3D"), port=0, rotate=2)
        + _toml("buttons", driver="gpio", up=17, ok=27, down=22)
        + _toml(
            "bridge", host="::", port=443, origins=["https://lgo.example:8443"], hosts=["comptoir-1.local"]
        )
        + _toml("journal", event_lifetime_h=48),
    )
    assert settings.paths.state_directory == Path("/srv/état")
    assert settings.camera.device == "/srv/Été.mp4"
    assert settings.camera.loop is True
    assert settings.display.address == 0x3D
    assert settings.bridge.origins == ("https://lgo.example:8443",)
    assert settings.journal.event_lifetime_h == 48


def test_settings_do_not_change_once_read() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.bridge.port = 1
    assert settings.bridge.port == 8443


INTEGERS = [
    ("device.counter", 1, 99),
    ("camera.width", 64, MAX_SIDE_PX),
    ("camera.height", 64, MAX_SIDE_PX),
    ("display.address", 0x08, 0x77),
    ("display.contrast", 1, 5),
    ("display.privacy_s", 0, 3600),
    ("display.rest_s", 0, 3600),
    ("display.port", 0, 255),
    ("sound.pin", 0, 27),
    ("sound.volume", 0, 5),
    ("sound.night_volume", 0, 5),
    ("lamp.ring", 0, 27),
    ("lamp.red", 0, 27),
    ("lamp.green", 0, 27),
    ("lamp.blue", 0, 27),
    ("lamp.brightness_percent", 1, 100),
    ("buttons.up", 0, 27),
    ("buttons.ok", 0, 27),
    ("buttons.down", 0, 27),
    ("bridge.port", 0, 65535),
    ("pro_sante_connect.session_h", 1, 12),
    ("mqtt.port", 1, 65535),
    ("mqtt.health_s", 10, 3600),
    ("mqtt.event_expiry_h", 1, 168),
    ("journal.event_lifetime_h", 1, 168),
    ("bridge.unused_token_days", 0, 3650),
    ("counter.expiry_warning_days", 0, 365),
    ("keyboard.report_ms", 1, 200),
    ("serial.attempts", 1, 10),
    ("serial.lifetime_s", 1, 3600),
    ("prescriptions.look_ups", 1, MAX_LOOK_UPS),
]


@pytest.mark.parametrize(
    ("key", "least", "most"),
    [
        *INTEGERS,
        ("camera.frames_per_s", 1, 120),
        ("camera.hold_s", 0, 60),
        ("serial.answer_s", 0.1, 10),
        ("prescriptions.timeout_s", 1, MAX_LOOK_UP_TIMEOUT_S),
    ],
)
def test_numbers_at_their_bounds(file: Path, key: str, least: float, most: float) -> None:
    section, name = key.split(".")
    for value in (least, most):
        assert _value(_load(file, _toml(section, **{name: value})), key) == value
    assert _problems(file, _toml(section, **{name: least - 1})) == {key: f"trop petit : {least} au moins"}
    assert _problems(file, _toml(section, **{name: most + 1})) == {key: f"trop grand : {most} au plus"}


@pytest.mark.parametrize(("key", "least", "most"), INTEGERS)
@pytest.mark.parametrize("value", ["12", 12.0, True, [12], Raw("2026-01-05")])
def test_an_integer_is_an_integer(file: Path, key: str, least: int, most: int, value: object) -> None:
    section, name = key.split(".")
    assert _problems(file, _toml(section, **{name: value})) == {key: "un nombre entier est attendu"}


def test_every_number_has_its_bounds_tested() -> None:
    numbers = {
        f"{section}.{name}"
        for section, model in _sections().items()
        for name, field in model.model_fields.items()
        if field.annotation in {int, float}
    }
    assert numbers == {key for key, _, _ in INTEGERS} | {
        "camera.frames_per_s",
        "camera.hold_s",
        "serial.answer_s",
        "prescriptions.timeout_s",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Raw("nan"), "un nombre fini est attendu"),
        (Raw("inf"), "un nombre fini est attendu"),
        ("15", "un nombre est attendu"),
        (True, "un nombre est attendu"),
        (0.999, "trop petit : 1 au moins"),
        (120.001, "trop grand : 120 au plus"),
    ],
)
def test_a_rate_is_a_finite_number(file: Path, value: object, text: str) -> None:
    assert _problems(file, _toml("camera", frames_per_s=value)) == {"camera.frames_per_s": text}


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("camera.driver", ["simulated", "v4l2", "picamera2"]),
        ("display.driver", ["png", "ssd1306", "ssd1309", "sh1106", "none"]),
        ("display.bus", ["i2c", "spi"]),
        ("display.rotate", [0, 2]),
        ("buttons.driver", ["gpio", "socket", "none"]),
        ("sound.driver", ["gpio", "recorded", "none"]),
        ("lamp.driver", ["gpio", "recorded", "none"]),
        ("display.large_text", [True, False]),
        ("camera.loop", [True, False]),
    ],
)
def test_choices(file: Path, key: str, values: list[object]) -> None:
    section, name = key.split(".")
    for value in values:
        assert _value(_load(file, _toml(section, **{name: value})), key) == value
    for value in ("GPIO", "", 1, 3, [], Raw("false") if name == "rotate" else Raw("0.0")):
        if value not in values:
            assert list(_problems(file, _toml(section, **{name: value}))) == [key]


@pytest.mark.parametrize("key", ["sound.night_from", "sound.night_to"])
def test_hours_of_the_day(file: Path, key: str) -> None:
    section, name = key.split(".")
    for good in ("00:00", "23:59"):
        assert _value(_load(file, _toml(section, **{name: good})), key) == good
    for bad in ("24:00", "9:00", "12:60", "", "noon "):
        assert _problems(file, _toml(section, **{name: bad})) == {key: texts.NOT_AN_HOUR}


def test_the_pins_of_the_lamp_differ(file: Path) -> None:
    assert _problems(file, _toml("lamp", ring=16)) == {"lamp": texts.NOT_DISTINCT_LAMP}


def test_a_wrong_choice_names_the_right_ones(file: Path) -> None:
    assert _problems(file, _toml("display", bus="usb")) == {
        "display.bus": 'valeur inconnue : "i2c" ou "spi" attendu'
    }


@pytest.mark.parametrize(
    ("name", "maximum"), [("state_directory", MAX_PATH_BYTES), ("runtime_directory", MAX_RUNTIME_PATH_BYTES)]
)
def test_paths(file: Path, name: str, maximum: int) -> None:
    key = f"paths.{name}"
    longest = "/" + "d" * (maximum - 1)
    accented = "/" + "é" * ((maximum - 1) // 2)
    for good in (longest, accented, "/"):
        assert _value(_load(file, _toml("paths", **{name: good})), key) == Path(good)
    for bad, text in (
        (longest + "d", texts.PATH_TOO_LONG.format(maximum=maximum)),
        (accented + "éé", texts.PATH_TOO_LONG.format(maximum=maximum)),
        ("relative", texts.NOT_ABSOLUTE),
        ("", texts.NOT_ABSOLUTE),
        ("/a\0b", texts.NOT_PRINTABLE),
        ("/a\nb", texts.NOT_PRINTABLE),
        (3, "un chemin entre guillemets est attendu"),
    ):
        assert _problems(file, _toml("paths", **{name: bad})) == {key: text}


def test_the_sockets_of_the_longest_runtime_directory_have_valid_paths() -> None:
    for name in ("sightings.sock", "buttons.sock"):
        assert MAX_RUNTIME_PATH_BYTES + len(f"/{name}") <= UNIX_PATH_BYTES


def test_the_camera_device(file: Path) -> None:
    longest = "/" + "d" * (MAX_DEVICE_CHARS - 1)
    assert _load(file, _toml("camera", driver="v4l2", device=longest)).camera.device == longest
    key = "camera.device"
    assert _problems(file, _toml("camera", driver="v4l2", device=longest + "d")) == {
        key: f"trop long : {MAX_DEVICE_CHARS} caractères au plus"
    }
    assert _problems(file, _toml("camera", device="/a\x1bb")) == {key: texts.NOT_PRINTABLE}
    assert _problems(file, _toml("camera", device=0)) == {key: "un texte entre guillemets est attendu"}
    assert _problems(file, _toml("camera", driver="files")) == {"camera": texts.DEVICE_NEEDED}
    assert _problems(file, _toml("camera", device="/dev/video0")) == {"camera": texts.NOT_A_CSI_CAMERA}
    assert _load(file, _toml("camera", device="1")).camera.device == "1"


def test_an_spi_display_is_on_bus_0_unless_said_otherwise(file: Path) -> None:
    assert _load(file, _toml("display", bus="spi")).display.port == 0
    bare = _toml("sound", driver="none") + _toml("lamp", driver="none")
    assert _load(file, bare + _toml("display", bus="spi", port=1)).display.port == 1


def test_three_buttons_have_three_pins(file: Path) -> None:
    assert _problems(file, _toml("buttons", up=6)) == {"buttons": texts.NOT_DISTINCT}


@pytest.mark.parametrize(
    ("content", "pin", "keys"),
    [
        (_toml("buttons", up=12), 12, "buttons.up, lamp.ring"),
        (_toml("sound", pin=21), 21, "sound.pin, lamp.blue"),
        (_toml("sound", pin=3), 3, "display (i2c), sound.pin"),
        (_toml("display", bus="spi") + _toml("lamp", ring=24), 24, "display (spi), lamp.ring"),
        (_toml("display", bus="spi") + _toml("buttons", ok=8), 8, "display (spi), buttons.ok"),
    ],
)
def test_a_pin_that_two_parts_want_is_refused(file: Path, content: str, pin: int, keys: str) -> None:
    assert _problems(file, content) == {"": texts.SHARED_PIN.format(pin=pin, keys=keys)}


def test_all_shared_pins_are_said_at_once(file: Path) -> None:
    (text,) = _problems(file, _toml("buttons", up=12, ok=19)).values()
    assert text.split(" ; ") == [
        texts.SHARED_PIN.format(pin=12, keys="buttons.up, lamp.ring"),
        texts.SHARED_PIN.format(pin=19, keys="buttons.ok, sound.pin"),
    ]


@pytest.mark.parametrize("section", ["lamp", "sound"])
def test_a_part_without_pins_wants_none(file: Path, section: str) -> None:
    pin = {"lamp": 12, "sound": 19}[section]
    content = _toml(section, driver="none") + _toml("buttons", up=pin)
    assert _load(file, content).buttons.up == pin


@pytest.mark.parametrize("name", ["host", "hosts"])
def test_host_names(file: Path, name: str) -> None:
    def wrapped(host: str) -> object:
        return [host] if name == "hosts" else host

    key = f"bridge.{name}" + (".0" if name == "hosts" else "")
    label = "a" * 63
    longest = ".".join([label, label, label, "a" * 61])
    assert len(longest) == MAX_HOST_CHARS
    for good in ("comptoir", "comptoir-1.local", "192.168.1.20", "::1", "0.0.0.0", label, longest):
        assert _load(file, _toml("bridge", **{name: wrapped(good)}))
    assert key in _problems(file, _toml("bridge", **{name: wrapped(longest + "a")}))
    for bad in (
        "Comptoir",
        "a_b",
        "-a",
        "a-",
        "a..b",
        "a:8443",
        "https://a",
        "a b",
        "é",
        label + "a",
        "",
        "[::1]",
    ):
        assert list(_problems(file, _toml("bridge", **{name: wrapped(bad)}))) == [key], bad


def test_origins(file: Path) -> None:
    longest = "https://" + "a" * (MAX_ORIGIN_CHARS - len("https://"))
    good = [
        "https://lgo.example",
        "http://localhost:3000",
        "https://lgo.example:65535",
        "https://[::1]:8443",
        longest,
    ]
    assert _load(file, _toml("bridge", origins=good)).bridge.origins == tuple(good)
    for bad in (
        "null",
        "*",
        "lgo.example",
        "https://LGO.example",
        "https://lgo.example/",
        "https://lgo.example:65536",
        "https://lgo.example:0",
        "https://user@lgo.example",
        "file:///tmp",
        "",
    ):
        assert _problems(file, _toml("bridge", origins=[bad])) == {"bridge.origins.0": texts.NOT_AN_ORIGIN}, (
            bad
        )
    for bad in ("https://lgo.example:443", "http://lgo.example:80"):
        assert _problems(file, _toml("bridge", origins=[bad])) == {"bridge.origins.0": texts.DEFAULT_PORT}
    assert "trop long" in _problems(file, _toml("bridge", origins=[longest + "a"]))["bridge.origins.0"]


@pytest.mark.parametrize(("name", "item"), [("origins", "https://lgo{}.example"), ("hosts", "comptoir-{}")])
def test_bound_of_a_list(file: Path, name: str, item: str) -> None:
    items = [item.format(number) for number in range(MAX_LISTED + 1)]
    assert len(_value(_load(file, _toml("bridge", **{name: items[:-1]})), f"bridge.{name}")) == MAX_LISTED
    assert _problems(file, _toml("bridge", **{name: items})) == {
        f"bridge.{name}": f"trop d'éléments : {MAX_LISTED} au plus"
    }
    assert _problems(file, _toml("bridge", **{name: items[0]})) == {
        f"bridge.{name}": "une liste entre crochets est attendue"
    }


@pytest.mark.parametrize(
    ("content", "key", "near"),
    [
        ("[bridge]\nprot = 1", "bridge.prot", "bridge.port"),
        ("[camera]\nframe_per_s = 1", "camera.frame_per_s", "camera.frames_per_s"),
        ("[journal]\nport = 1", "journal.port", "display.port"),
        ("[brige]\nport = 1", "brige", "bridge"),
    ],
)
def test_an_unknown_key_comes_with_the_near_one(file: Path, content: str, key: str, near: str) -> None:
    (text,) = (found := _problems(file, content)).values()
    assert list(found) == [key]
    assert text.endswith(f"vouliez-vous dire « {near} » ?")


def test_an_unknown_key_like_no_other_is_only_unknown(file: Path) -> None:
    assert _problems(file, "[bridge]\nzzzzzz = 1\n[qqqq]") == {
        "bridge.zzzzzz": texts.UNKNOWN_KEY,
        "qqqq": texts.UNKNOWN_SECTION,
    }


def test_all_errors_are_said_at_once_in_french(file: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        _load(
            file,
            'journal = 3\n[camera]\nwidht = 1\nwidth = "2304"\n[bridge]\nport = 65536\nhosts = ["A"]\n'
            '[paths]\nstate_directory = "relative"\n',
        )
    assert str(caught.value).splitlines() == [
        f"Réglages refusés ({file}) :",
        "  - paths.state_directory : un chemin absolu est attendu (commençant par /)",
        "  - camera.width : un nombre entier est attendu",
        "  - camera.widht : réglage inconnu ; vouliez-vous dire « camera.width » ?",
        "  - bridge.port : trop grand : 65535 au plus",
        "  - bridge.hosts.0 : un nom d'hôte en minuscules ou une adresse IP est attendu",
        "  - journal : une section [journal] est attendue",
    ]


def test_a_strange_key_is_shown_short_and_without_control_characters(file: Path) -> None:
    long = "k" * (MAX_SHOWN_CHARS + 1)
    found = list(_problems(file, f'[bridge]\n"\\u001b[2J" = 1\n"{long}" = 1\n"{long[1:]}" = 1\n'))
    assert found == ["bridge.'\\x1b[2J'", f"bridge.{long[1:]}…", f"bridge.{long[1:]}"]


def test_the_bound_of_the_file(file: Path) -> None:
    content = "[bridge]\nport = 1\n"
    assert _load(file, content + "#" * (MAX_SETTINGS_BYTES - len(content))).bridge.port == 1
    assert _problems(file, content + "#" * (MAX_SETTINGS_BYTES - len(content) + 1)) == {
        "": texts.TOO_LARGE.format(maximum=MAX_SETTINGS_BYTES)
    }


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"[bridge\nport = 1", "ce n'est pas du TOML (ligne 1, colonne 8)"),
        (b"[bridge]\nport = 1\nport = 2\n", "ce n'est pas du TOML (ligne 3, colonne 9)"),
        (b"[bridge]\nport = 1\nport = 2", "ce n'est pas du TOML (à la fin du fichier)"),
        (b"a = " + b"[" * 30_000, "ce n'est pas du TOML"),
        (b"name = \xff", texts.NOT_UTF8),
    ],
)
def test_what_is_no_toml(file: Path, content: bytes, text: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        Settings.load(file)
    (problem,) = caught.value.problems
    assert (problem.key, problem.text) == ("", text)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "nowhere.toml", "il n'existe pas"), (tmp_path, "c'est un dossier")):
        with pytest.raises(SettingsError, match=reason):
            Settings.load(path)


def _sections() -> dict[str, type[BaseModel]]:
    return {name: type(getattr(Settings(), name)) for name in Settings.model_fields}


def test_every_key_says_what_it_is_for() -> None:
    for section, model in _sections().items():
        assert Settings.model_fields[section].description
        for name, field in model.model_fields.items():
            assert field.description, f"{section}.{name}"
            assert not field.is_required(), f"{section}.{name}"


@pytest.mark.parametrize(
    "issuer", ["http://a.example/x", "https://a.example/x/", "https://a.example/x?y=1", "https:///x", "autre"]
)
def test_an_issuer_is_a_whole_https_address(file: Path, issuer: str) -> None:
    problems = _problems(file, _toml("pro_sante_connect", issuer=issuer))
    said = "une adresse https:// complète, sans « / » final ni paramètre, est attendue"
    assert problems == {"pro_sante_connect.issuer": said}


def test_a_login_that_is_wanted_is_complete(file: Path) -> None:
    assert "client_id" in str(_problems(file, _toml("pro_sante_connect", enabled=True)))
    assert "national_id" in str(_problems(file, _toml("pro_sante_connect", login_hint="number")))
    good = _load(file, _toml("pro_sante_connect", enabled=True, client_id="c", national_id="899700075122"))
    assert good.pro_sante_connect.enabled
    assert set(_problems(file, _toml("pro_sante_connect", national_id="8" * 65))) == {
        "pro_sante_connect.national_id"
    }


@pytest.mark.parametrize(
    "value",
    ["http://base.example/lps", "https://", "base.example", "https://u:p@base.example", "https://é.fr"],
)
@pytest.mark.parametrize("key", ["url", "insi_url"])
def test_a_service_is_an_https_address(file: Path, key: str, value: str) -> None:
    assert _problems(file, _toml("tlsi", **{key: value})) == {
        f"tlsi.{key}": "une adresse « https://hôte/chemin » est attendue"
    }


def test_the_longest_address_of_a_service(file: Path) -> None:
    address = "https://base.example/" + "x" * (MAX_URL_CHARS - 21)
    file.write_text(_toml("tlsi", url=address))
    assert Settings.load(file).tlsi.url == address
    assert list(_problems(file, _toml("tlsi", url=address + "x"))) == ["tlsi.url"]


def test_what_is_missing_to_ask_a_service() -> None:
    assert TlsiSettings().missing(prescriptions=True) == ("url", "idam", "billing_id")
    assert TlsiSettings().missing(prescriptions=False) == ("idam", "billing_id")
    whole = TlsiSettings(url="https://base.example", idam="X", billing_id="2B9990015")
    assert whole.missing(prescriptions=True) == ()
    mutual = whole.model_copy(update={"login": "certificate"})
    assert mutual.missing(prescriptions=True) == ("client_certificate",)


def test_a_broker_is_named_and_its_topics_hold_no_wildcard(file: Path) -> None:
    assert "host" in str(_problems(file, _toml("mqtt", enabled=True)))
    good = _load(file, _toml("mqtt", enabled=True, host="mqtt.example", prefix="groupe/p-12", device="box_1"))
    assert good.mqtt.events == "none"
    for key, value in (("prefix", "groupe/#"), ("prefix", ""), ("prefix", "a/b/c/d/e"), ("device", "a/b")):
        assert set(_problems(file, _toml("mqtt", **{key: value}))) == {f"mqtt.{key}"}
    assert set(_problems(file, _toml("mqtt", events="all"))) == {"mqtt.events"}


@pytest.mark.parametrize("key", ["baud", "data_bits", "stop_bits"])
def test_a_serial_line_is_set_as_lines_are(file: Path, key: str) -> None:
    for value in (3, True, "9600"):
        assert set(_problems(file, _toml("serial", **{key: value}))) == {f"serial.{key}"}


def test_the_usb_port_has_known_functions(file: Path) -> None:
    assert _load(file, _toml("usb", functions=["network", "serial"])).usb.functions == ("network", "serial")
    assert _problems(file, _toml("usb", functions=["mouse"]))
    assert _problems(file, _toml("usb", functions=["serial"] * 4))
