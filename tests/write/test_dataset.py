"""The partitioned dataset, local and on fsspec."""

import os
import uuid
from pathlib import Path

import duckdb
import fsspec
import pandas as pd
import pytest
from made_letters import SAMPLE, make_letter

from ofsted_extract.schema import DOCUMENT_TABLES
from ofsted_extract.write.dataset import Dataset, encode
from ofsted_extract.write.rows import Partition, letter_rows
from ofsted_extract.write.store import LocalStore, RemoteStore, open_store

OTHER = SAMPLE.replace("Leaders know", "Managers know")


@pytest.fixture(params=["local", "memory", "file"])
def store(request, tmp_path):
    if request.param == "local":
        return LocalStore(str(tmp_path))
    if request.param == "file":
        # a file system behind fsspec that can hold half a file, as SFTP or a share can
        return RemoteStore(f"local://{tmp_path}")
    return RemoteStore(f"memory://{uuid.uuid4().hex}")


def test_a_letter_stands_where_the_contract_says(tmp_path: Path):
    written = Dataset(open_store(tmp_path)).write(letter_rows(make_letter(SAMPLE)))
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    folder = "authority_slug=great-example/visit=2024-05-14_focused_visit"
    for table in DOCUMENT_TABLES:
        assert f"parquet/{table.name}/{folder}/{written.document_id}.parquet" in files
        assert f"csv/great-example/2024-05-14_focused_visit/{table.name}.csv" in files


def test_pandas_and_duckdb_read_the_whole_dataset(tmp_path: Path):
    dataset = Dataset(open_store(tmp_path))
    for text in (SAMPLE, OTHER, "authority: Else\nkind: other\nNothing."):
        dataset.write(letter_rows(make_letter(text)))
    sentences = pd.read_parquet(tmp_path / "parquet" / "sentences")
    assert len(sentences) == 11
    assert set(sentences["authority_slug"]) == {"great-example", "else"}
    assert set(sentences["visit"]) == {"2024-05-14_focused_visit", "undated_other"}
    glob = str(tmp_path / "parquet/judgements/**/*.parquet")
    rows = duckdb.sql(
        f"select authority_slug, visit, grade from read_parquet('{glob}', hive_partitioning=true)"
    ).fetchall()
    assert len(rows) == 4
    assert {row[0] for row in rows} == {"great-example"}


def test_two_documents_on_one_visit_share_its_csv_in_order(store):
    dataset = Dataset(store)
    first, second = (dataset.write(letter_rows(make_letter(text))) for text in (SAMPLE, OTHER))
    assert first.partition == second.partition
    ids = [second.document_id, first.document_id]
    sizes = dataset.write_visit_sheets(first.partition, ids)
    assert dataset.sheet_sizes() == {first.partition: sizes}
    text = store.read("csv/great-example/2024-05-14_focused_visit/documents.csv").decode()
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == sorted(ids)
    alone = [dataset.write_visit_sheets(first.partition, [each.document_id]) for each in (first,)]
    assert alone == [first.sheet_sizes]


def test_sizes_tell_what_stands(store):
    dataset = Dataset(store)
    assert dataset.parquet_sizes() == {} and dataset.sheet_sizes() == {}
    written = dataset.write(letter_rows(make_letter(SAMPLE)))
    key = (written.partition, written.document_id)
    assert dataset.parquet_sizes() == {key: written.parquet_sizes}
    assert dataset.sheet_sizes() == {written.partition: written.sheet_sizes}
    dataset.remove(*key)
    assert dataset.parquet_sizes() == {} and dataset.sheet_sizes() == {}


def test_removing_leaves_no_empty_folders(tmp_path: Path):
    dataset = Dataset(open_store(tmp_path))
    written = dataset.write(letter_rows(make_letter(SAMPLE)))
    dataset.remove(written.partition, written.document_id)
    dataset.store.clear_temporary()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not (tmp_path / "parquet").exists() and not (tmp_path / "csv").exists()


def test_without_csv_only_parquet_is_written(store):
    written = Dataset(store).write(letter_rows(make_letter(SAMPLE)), sheets=False)
    assert written.sheet_sizes == ()
    assert store.sizes("csv") == {}


def test_local_and_remote_hold_the_same_bytes(tmp_path: Path):
    Dataset(open_store(tmp_path / "a")).write(letter_rows(make_letter(SAMPLE)))
    Dataset(open_store("memory://same")).write(letter_rows(make_letter(SAMPLE)))
    files, _, _ = encode(letter_rows(make_letter(SAMPLE)))
    memory = fsspec.filesystem("memory")
    for path, content in files.items():
        assert (tmp_path / "a" / path).read_bytes() == content == memory.cat_file(f"/same/{path}")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    store = open_store(tmp_path)
    store.write({"a/b": b"old"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ofsted_extract.write.store._write_fully", full)
    with pytest.raises(OSError, match="No space left"):
        store.write({"a/b": b"new", "a/c": b"new"})
    assert store.read("a/b") == b"old"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "a/b"]


def test_a_stream_that_fails_leaves_the_old_file_and_nothing_else(store):
    store.write({"a/b": b"old"})
    with pytest.raises(RuntimeError), store.stream("a/b") as file:
        file.write(b"new")
        raise RuntimeError
    assert store.read("a/b") == b"old"
    assert set(store.sizes("a")) == {"a/b"}
    assert store.sizes(".ofsted-extract") == {}


def test_files_are_renamed_into_place_so_that_readers_see_old_or_new(tmp_path, monkeypatch):
    seen = []
    replace = os.replace

    def watch(source: str, target: str) -> None:
        seen.append((Path(source).stat().st_size, Path(target).name))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watch)
    open_store(tmp_path).write({"x/one": b"1", "x/two": b"22"})
    assert seen[-1] == (2, "two") and (1, "one") in seen


def test_what_an_interrupted_run_left_is_cleared(store):
    store.write({".ofsted-extract/tmp/left": b"half", "a/b": b"kept"})
    store.clear_temporary()
    assert store.sizes(".ofsted-extract") == {}
    assert store.sizes("a") == {"a/b": 4}


def test_a_partition_key_is_hashable_and_sorted():
    assert sorted([Partition("b", "x"), Partition("a", "y")])[0].authority_slug == "a"
