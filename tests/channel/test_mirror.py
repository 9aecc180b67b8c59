"""Object storage holds what the shelf holds, also after it was away; a real S3 interface."""

import gzip
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from sportsbrain.channel.jobs import mirror as mirrored
from sportsbrain.channel.jobs.mirror import Mirror
from sportsbrain.channel.jobs.shelf import Shelf

BIG, SMALL = "<p>é</p>" * 200, '{"a": 1}'


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Any]:
    own = f"fans-{abs(hash(request.node.name))}"  # what the server holds is one for the process
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    made = boto3.resource("s3", endpoint_url=address).create_bucket(Bucket=own)
    made.address = address
    yield made
    server.stop()


@pytest.fixture
def mirror_of(bucket: Any) -> Iterator[Any]:
    made: list[Mirror] = []

    def make(folder: pathlib.Path, **more: Any) -> Mirror:
        made.append(Mirror(folder, f"s3://{bucket.name}/2030?endpoint={bucket.address}", **more))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_each_file_is_an_object_that_is_served_as_it_is(
    bucket: Any, mirror_of: Any, tmp_path: pathlib.Path
) -> None:
    mirror = mirror_of(tmp_path)
    shelf = Shelf(tmp_path, told=mirror.changed)
    shelf.put("G/en/index.html", BIG.encode())
    shelf.put("G/data/a.json", SMALL.encode())
    shelf.put("G/en/index.html", BIG.replace("é", "ö").encode())
    assert mirror.wait(20)
    objects = {one.key: one.Object().get() for one in bucket.objects.all()}
    assert set(objects) == {"2030/G/en/index.html", "2030/G/data/a.json"}
    page = objects["2030/G/en/index.html"]
    assert gzip.decompress(page["Body"].read()).decode() == BIG.replace("é", "ö"), "the newest"
    assert page["ContentEncoding"] == "gzip"
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert page["CacheControl"].startswith("public, max-age=1, stale-while-revalidate=30")
    data = objects["2030/G/data/a.json"]
    assert json.loads(data["Body"].read()) == {"a": 1}
    assert "ContentEncoding" not in data


def test_what_the_bucket_misses_is_brought_and_the_rest_is_left(
    bucket: Any, mirror_of: Any, tmp_path: pathlib.Path
) -> None:
    shelf = Shelf(tmp_path)
    for n in range(30):
        shelf.put(f"G/en/{n}/index.html", (BIG + str(n)).encode())
    (tmp_path / ".push").mkdir()
    (tmp_path / ".push" / "secret.json").write_text("{}")
    (tmp_path / "G" / "deltas").mkdir()
    (tmp_path / "G" / "deltas" / "head.json").write_text("{}")
    first = mirror_of(tmp_path)
    assert first.look() == 30
    assert first.wait(30)
    assert len(list(bucket.objects.all())) == 30, "neither wishes of people nor the journal"
    bucket.Object("2030/G/en/7/index.html").delete()
    bucket.Object("2030/G/en/8/index.html").put(Body=b"other")
    assert mirror_of(tmp_path).look() == 2


def test_a_storage_that_is_away_is_tried_again(
    bucket: Any, mirror_of: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrored, "PAUSE", 0.05)
    bucket.delete()
    mirror = mirror_of(tmp_path, workers=2)
    shelf = Shelf(tmp_path, told=mirror.changed)
    shelf.put("G/en/index.html", BIG.encode())
    assert not mirror.wait(0.5)
    bucket.create()
    assert mirror.wait(20)
    assert [one.key for one in bucket.objects.all()] == ["2030/G/en/index.html"]
    page = bucket.Object("2030/G/en/index.html").get()
    assert gzip.decompress(page["Body"].read()).decode() == BIG


def test_an_address_that_is_none_is_said(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="s3://bucket"):
        Mirror(tmp_path, "https://bucket")
