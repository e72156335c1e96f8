"""The update's order of things, with packages, device and time that are told what to do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.base.clock import ManualClock
from appliance.counter.face_inputs import FaceHappening, UpdateEnded, UpdateTold
from appliance.counter.update_watch import NOTE_NAME, STALE_S, UpdateWatch, write_update_note
from appliance.updating.errors import UpdateRefusedError, UpdateReturnedError, UpdateStuckError
from appliance.updating.folder import UpdateFolder
from appliance.updating.packages import Packages
from appliance.updating.update import FREE_SCREENS, Updater, Wish, counter_is_free
from appliance.updating.wellness import Wellness, WellnessProbe


@dataclass
class FakePackages(Packages):
    """A source with some versions; the files of this bench hold their version."""

    folder: UpdateFolder
    runtime: Path
    version: str = "1.0"
    source: tuple[str, ...] = ("1.0", "2.0")
    installs: bool = True
    log: list[str] = field(default_factory=list)

    def installed(self) -> str:
        return self.version

    def refresh(self) -> None:
        self.log.append("refresh")

    def offered(self) -> str:
        return max(self.source)

    def is_newer(self, version: str, than: str) -> bool:
        return version > than

    def fetch(self, version: str) -> Path:
        if version not in self.source:
            raise UpdateRefusedError(version)
        file = self.folder.directory / f"{version}.deb"
        file.write_text(version)
        return file

    def version_of(self, package: Path) -> str | None:
        return package.read_text() if package.exists() else None

    def install(self, package: Path) -> bool:
        assert self.folder.is_in_the_middle
        assert self.version_of(self.folder.installed) == self.version
        assert (self.runtime / NOTE_NAME).exists()
        self.log.append("install")
        self.version = package.read_text()
        return self.installs

    def put_back(self, package: Path) -> bool:
        self.log.append("put back")
        self.version = package.read_text()
        return True


@dataclass
class FakeProbe(WellnessProbe):
    """Says in turn what it is to say of the device; at the end, that all is well."""

    verdicts: list[str | None] = field(default_factory=list)

    def now(self) -> Wellness:
        return Wellness(frozenset(), frozenset())

    def is_as_well_as(self, before: Wellness) -> str | None:
        return self.verdicts.pop(0) if self.verdicts else None


class Bench:
    """An updater whose parts are at hand."""

    def __init__(self, tmp_path: Path) -> None:
        self.clock = ManualClock()
        self.runtime = tmp_path / "run"
        self.runtime.mkdir()
        self.folder = UpdateFolder(tmp_path / "update")
        self.packages = FakePackages(self.folder, self.runtime)
        self.probe = FakeProbe()
        self.told: list[str] = []
        self.updater = Updater(
            self.packages, self.folder, self.probe, self.runtime, self.clock, self.told.append
        )

    def show(self, screen: str) -> None:
        (self.runtime / "counter.json").write_text(json.dumps({"screen": screen}))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_newer_version_is_put_in_place_and_is_the_next_way_back(bench: Bench) -> None:
    assert bench.updater.update(Wish()) == "2.0"
    assert bench.packages.log == ["refresh", "install"]
    assert bench.folder.installed.read_text() == "2.0"
    assert not bench.folder.is_in_the_middle
    assert not (bench.runtime / NOTE_NAME).exists()


def test_the_same_version_changes_nothing(bench: Bench) -> None:
    bench.packages.version = "2.0"
    assert bench.updater.update(Wish()) is None
    assert bench.packages.log == ["refresh"]


def test_a_version_that_does_not_do_makes_room_for_the_one_before(bench: Bench) -> None:
    bench.probe.verdicts = ["arrêté : comptoir-eye.service", None]
    with pytest.raises(UpdateReturnedError, match=r"comptoir-eye\.service.*1\.0 est de nouveau"):
        bench.updater.update(Wish())
    assert bench.packages.log == ["refresh", "install", "put back"]
    assert bench.packages.version == "1.0"
    assert not bench.folder.is_in_the_middle
    assert not (bench.runtime / NOTE_NAME).exists()


def test_a_version_that_does_not_install_makes_room_too(bench: Bench) -> None:
    bench.packages.installs = False
    with pytest.raises(UpdateReturnedError):
        bench.updater.update(Wish())
    assert bench.packages.version == "1.0"


def test_where_neither_does_the_next_start_tries_once_more(bench: Bench) -> None:
    bench.probe.verdicts = ["mal", "mal aussi"]
    with pytest.raises(UpdateStuckError, match="mal aussi"):
        bench.updater.update(Wish())
    assert bench.folder.is_in_the_middle


def test_an_older_version_is_refused_unless_it_is_meant(bench: Bench) -> None:
    bench.packages.version = "2.0"
    with pytest.raises(UpdateRefusedError, match="--allow-older"):
        bench.updater.update(Wish(version="1.0"))
    assert bench.updater.update(Wish(version="1.0", allow_older=True)) == "1.0"


def test_without_a_way_back_nothing_begins(bench: Bench) -> None:
    bench.packages.source = ("2.0",)
    with pytest.raises(UpdateRefusedError, match="sans retour possible"):
        bench.updater.update(Wish())
    assert bench.packages.log == ["refresh"]
    assert not bench.folder.is_in_the_middle


@pytest.mark.parametrize("screen", ["OrdonnanceRead", "MenuList", "Veiled", "of a later version"])
def test_it_never_begins_while_somebody_stands_there(bench: Bench, screen: str) -> None:
    bench.show(screen)
    with pytest.raises(UpdateRefusedError, match="quelqu'un au comptoir"):
        bench.updater.update(Wish(wait_s=60))
    assert "install" not in bench.packages.log
    assert bench.clock.elapsed_ns >= 60 * 10**9


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"screen": 3}', b"x" * 5000])
def test_a_counter_that_says_nothing_sensible_is_not_free(bench: Bench, content: bytes) -> None:
    (bench.runtime / "counter.json").write_bytes(content)
    assert not counter_is_free(bench.runtime)


def test_every_free_screen_is_one_of_the_counter_s() -> None:
    from appliance.display import menu_screens, readiness_screens  # noqa: PLC0415

    assert all(hasattr(menu_screens, name) or hasattr(readiness_screens, name) for name in FREE_SCREENS)


def test_the_counter_hears_of_each_change_once_and_of_the_end(tmp_path: Path) -> None:
    clock = ManualClock()
    heard: list[FaceHappening] = []
    watch = UpdateWatch(tmp_path, clock)
    watch.look(heard.append)
    for percent in (None, 20, 20, 70):
        write_update_note(tmp_path, percent, clock)
        watch.look(heard.append)
    (tmp_path / NOTE_NAME).unlink()
    watch.look(heard.append)
    watch.look(heard.append)
    assert heard == [UpdateTold(None), UpdateTold(20), UpdateTold(70), UpdateEnded()]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"percent": 101, "at_ns": 0}', b'{"percent": 1, "at_ns": 9}']
)
def test_a_note_that_is_none_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NOTE_NAME).write_bytes(content)
    heard: list[FaceHappening] = []
    UpdateWatch(tmp_path, ManualClock()).look(heard.append)
    assert heard == []


def test_an_updater_that_died_does_not_keep_the_counter_from_its_work(tmp_path: Path) -> None:
    clock = ManualClock()
    heard: list[FaceHappening] = []
    watch = UpdateWatch(tmp_path, clock)
    write_update_note(tmp_path, 50, clock)
    watch.look(heard.append)
    clock.advance(STALE_S)
    watch.look(heard.append)
    assert heard == [UpdateTold(50)]
    clock.advance(1)
    watch.look(heard.append)
    assert heard[-1] == UpdateEnded()
