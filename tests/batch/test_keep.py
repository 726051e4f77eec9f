"""No good document leaves a dataset for anything but the loss of its bytes where they came from."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from inprocess import killed_at, run_here
from standin import letter_text, tree, write_letters

from ofsted_extract.batch.run import BatchError
from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.schema import FOLLOWUP
from ofsted_extract.write.arrow import parquet_bytes
from ofsted_extract.write.corrections import CORRECTIONS
from ofsted_extract.write.dataset import parquet_path
from ofsted_extract.write.rows import Partition

PRIVATE = ".ofsted-extract"


def ids(out: Path) -> set[str]:
    return set(pd.read_parquet(out / "parquet" / "documents").document_id)


def sheets(out: Path) -> set[str]:
    return {i for path in out.glob("csv/*/*/documents.csv") for i in pd.read_csv(path).document_id}


def run_json(out: Path) -> dict:
    return json.loads((out / "run.json").read_text())


# ---------------------------------------------------------------------- what a place is called


@pytest.mark.parametrize("name", ["letters", "."])
def test_relative_inputs_of_two_folders_are_two_places(tmp_path, monkeypatch, name):
    out = tmp_path / "ds"
    for year in ("2023", "2024"):
        folder = tmp_path / year / ("letters" if name == "letters" else "")
        folder.mkdir(parents=True)
        for number in range(3):
            (folder / f"{number}.txt").write_text(letter_text(int(year) % 100 + 7 * number))
        monkeypatch.chdir(tmp_path / year)
        run_here([name], out)
    assert len(ids(out)) == 6


def test_one_folder_has_one_name_however_it_is_spelt(tmp_path, monkeypatch):
    write_letters(tmp_path / "letters", 4)
    (tmp_path / "link").symlink_to("letters")
    out = tmp_path / "ds"
    monkeypatch.chdir(tmp_path)
    run_here(["letters"], out)
    for number, spelling in enumerate(
        ["./letters/", "link", str(tmp_path / "letters"), f"file://{tmp_path}/letters",
         f"local://{tmp_path}/letters", "../" + tmp_path.name + "/letters"]
    ):  # fmt: skip
        changed = tmp_path / "letters/a/letter 000.txt"
        changed.write_text(letter_text(50 + number))
        run_here([spelling], out)
        assert len(ids(out)) == 4, f"{spelling}: nothing stale stays, nothing good leaves"


def test_a_file_has_one_name_alone_and_in_its_folder(tmp_path):
    write_letters(tmp_path / "letters", 4)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    assert run_here([tmp_path / "letters/a/letter 000.txt"], out).unchanged == 1


# ---------------------------------------------------------------------- what could not be listed


@pytest.mark.parametrize("protocol", ["", "local://"])
def test_a_linked_folder_whose_target_is_away_is_not_empty(tmp_path, protocol):
    write_letters(tmp_path / "share", 4)
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "own.txt").write_text(letter_text(40))
    (letters / "linked").symlink_to(tmp_path / "share")
    out = tmp_path / "ds"
    run_here([f"{protocol}{letters}"], out)
    before = ids(out)
    assert len(before) == 5
    (tmp_path / "share").rename(tmp_path / "away")
    summary = run_here([f"{protocol}{letters}"], out)
    assert ids(out) == before
    assert summary.exit_code == 1, "it is said that it could not be read"
    (tmp_path / "away").rename(tmp_path / "share")
    next((tmp_path / "share").rglob("*.txt")).unlink()
    assert len(run_here([f"{protocol}{letters}"], out).removed) == 1


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_closed_folder_is_not_empty(tmp_path, monkeypatch):
    write_letters(tmp_path / "letters", 6)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    scandir = os.scandir
    monkeypatch.setattr(
        os, "scandir",
        lambda path: (_ for _ in ()).throw(PermissionError(13, "no")) if str(path).endswith("/a")
        else scandir(path),
    )  # fmt: skip
    run_here([tmp_path / "letters"], out)
    assert len(ids(out)) == 6


def test_an_empty_folder_beside_others_looks_like_a_share_that_is_away(tmp_path):
    write_letters(tmp_path / "letters", 4)
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "one.txt").write_text(letter_text(40))
    out = tmp_path / "ds"
    run_here([tmp_path / "letters", tmp_path / "share"], out)
    (tmp_path / "share" / "one.txt").unlink()
    run_here([tmp_path / "letters", tmp_path / "share"], out)
    assert len(ids(out)) == 5
    (tmp_path / "share" / "note.log").write_text("it is connected")
    run_here([tmp_path / "letters", tmp_path / "share"], out)
    assert len(ids(out)) == 4


# ---------------------------------------------------------------------- a dataset without its books


def test_a_dataset_copied_without_its_hidden_folder_keeps_all(tmp_path):
    write_letters(tmp_path / "old", 6)
    run_here([tmp_path / "old"], tmp_path / "first")
    shutil.copytree(tmp_path / "first", tmp_path / "ds", ignore=shutil.ignore_patterns(PRIVATE))
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "new.txt").write_text(letter_text(70))
    before = ids(tmp_path / "ds")
    for _ in range(3):
        summary = run_here([tmp_path / "new"], tmp_path / "ds")
        assert before < ids(tmp_path / "ds") == sheets(tmp_path / "ds")
    assert summary.adopted == 0
    assert run_here([tmp_path / "old"], tmp_path / "ds").written == 6
    assert len(ids(tmp_path / "ds")) == 7


DAMAGES = {
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "no end": lambda content: b"\n".join(content.split(b"\n")[:-3]) + b"\n",
    "noise": lambda content: bytes(range(256)) * 4,
    "other types": lambda content: b'{"entry": {"location": 7}}\n[1, 2]\n"x"\n',
    "a later version": lambda content: content.replace(b'"stamp":', b'"seal":9,"stamped":'),
    "nested": lambda content: content.replace(b'"sha256":"', b'"sha256":["').replace(
        b'","fingerprint"', b'"],"fingerprint"'
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("both", [False, True])
def test_a_damaged_ledger_loses_nothing(tmp_path, damage, both):
    write_letters(tmp_path / "letters", 6)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "new.txt").write_text(letter_text(70))
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    run_here([tmp_path / "new"], out)
    before = ids(out)
    for path in (out / PRIVATE).glob("ledger*" if both else "ledger.jsonl"):
        path.write_bytes(damage(path.read_bytes()))
    run_here([tmp_path / "new"], out)
    assert ids(out) == before == sheets(out)
    run_here([tmp_path / "letters", tmp_path / "new"], out)
    assert ids(out) == before
    run_here([tmp_path / "letters", tmp_path / "new"], tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


def test_a_damaged_ledger_is_said(tmp_path):
    write_letters(tmp_path / "letters", 2)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    (out / PRIVATE / "ledger.jsonl").write_bytes(b"")
    summary = run_here([tmp_path / "letters"], out)
    assert "ledger.jsonl is damaged" in summary.notes[0]
    assert run_json(out)["notes"] == summary.notes


def test_a_ledger_of_somebody_else_removes_nothing_outside(tmp_path):
    victim = tmp_path / "victim" / "visit=x"
    victim.mkdir(parents=True)
    write_letters(tmp_path / "letters", 2)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    ledger = out / PRIVATE / "ledger.jsonl"
    text = ledger.read_text()
    slug = json.loads(text.splitlines()[0])["entry"]["authority_slug"]
    ledger.write_text(text.replace(f'"{slug}"', '"../../../victim"'))
    document = json.loads(text.splitlines()[0])["entry"]["document_id"]
    (victim / f"{document}.parquet").write_text("precious")
    shutil.rmtree(tmp_path / "letters" / "a")
    (tmp_path / "letters" / "b" / "note.log").write_text("x")
    run_here([tmp_path / "letters"], out)
    assert len(ids(out)) == 2, "what it does not name rightly is adopted"
    assert (victim / f"{document}.parquet").read_text() == "precious"


# ---------------------------------------------------------------------- corrections


HEAD = "source_sha256,text_hash,finding,themes,progress,reviewer,reviewed_on,note\n"
ROW = f"{'0' * 64},{'1' * 12},strength,placements,none,A. Analyst,2026-01-02,José\n"


@pytest.mark.parametrize(
    "saved",
    [
        b"\xef\xbb\xbf" + (HEAD + ROW).encode(),
        (HEAD + ROW).replace(",", ";").encode(),
        (HEAD + ROW).encode("latin-1"),
        (HEAD.replace("note", "note,seen") + ROW.replace("José", "José,yes")).encode(),
        (HEAD + ROW).replace("\n", "\r\n").encode("utf-8-sig"),
    ],
    ids=["mark", "semicolons", "latin-1", "another column", "line ends"],
)
def test_corrections_saved_by_excel_are_read(tmp_path, saved):
    write_letters(tmp_path / "letters", 3)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    (out / "review").mkdir()
    (out / CORRECTIONS).write_bytes(saved)
    assert run_here([tmp_path / "letters"], out, force=True).written == 3


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        (HEAD + ROW.replace("strength", "stength"), "line 2, column finding"),
        (HEAD + ROW + ROW.replace("placements", "homes"), "line 3, column themes"),
        (HEAD + ROW.replace("none", "better"), "line 2, column progress"),
        (HEAD + ROW.replace("0" * 64, "7"), "line 2, column source_sha256"),
        (HEAD.replace("finding", "found") + ROW, "line 1: there is no column finding"),
        ("", "line 1: there is no column"),
        ("\x00\x01\x02" * 50, "line 1"),
    ],
)
def test_corrections_that_cannot_be_understood_stop_the_run_before_it_begins(tmp_path, saved, said):
    write_letters(tmp_path / "letters", 3)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    before = tree(out)
    (out / "review").mkdir()
    (out / CORRECTIONS).write_bytes(saved.encode())
    for force in (False, True):
        with pytest.raises(BatchError, match=said) as caught:
            run_here([tmp_path / "letters"], out, force=force)
        assert caught.value.exit_code == 2
    (out / CORRECTIONS).unlink()
    (out / "review").rmdir()
    assert tree(out) == before


# ---------------------------------------------------------------------- reading again


def test_a_reading_that_fails_keeps_the_earlier_one(tmp_path):
    write_letters(tmp_path / "letters", 4)
    (tmp_path / "letters/a/letter 000.txt").write_text(letter_text(9) + "+ Unlucky words.\n")
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    before = ids(out)
    summary = run_here([tmp_path / "letters"], out, failing=["Unlucky"], reader="pdfplumber")
    assert ids(out) == before == sheets(out)
    ((path, reason, message),) = summary.failures
    assert path.endswith("letter 000.txt")
    assert reason == "crashed"
    assert message.endswith("(the earlier reading of the same file is kept)")
    assert summary.documents == 4
    # and is tried again
    assert run_here([tmp_path / "letters"], out, reader="pdfplumber").written == 1
    run_here([tmp_path / "letters"], tmp_path / "fresh", reader="pdfplumber")
    assert tree(out) == tree(tmp_path / "fresh")


def test_a_renamed_file_that_cannot_be_read_again_is_kept(tmp_path):
    write_letters(tmp_path / "letters", 4)
    path = tmp_path / "letters/a/letter 000.txt"
    path.write_text(letter_text(9) + "+ Unlucky words.\n")
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    before = ids(out)
    path.rename(path.with_name("renamed.txt"))
    run_here([tmp_path / "letters"], out, failing=["Unlucky"])
    assert ids(out) == before


def test_a_file_with_other_bytes_takes_its_old_document_along_by_name(tmp_path):
    write_letters(tmp_path / "letters", 3)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    (tmp_path / "letters/a/letter 000.txt").write_text(letter_text(60))
    (removed,) = run_here([tmp_path / "letters"], out).removed
    assert removed.source_path.endswith("letter 000.txt")
    assert run_json(out)["removed"][0]["document_id"] == removed.document_id
    assert len(ids(out)) == 3


# ---------------------------------------------------------------------- copies


def test_a_copy_in_another_input_keeps_a_document(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.txt").write_text(letter_text(5))
        (tmp_path / name / f"{name}.txt").write_text(letter_text(ord(name[0])))
    out = tmp_path / "ds"
    run_here([tmp_path / "one", tmp_path / "two"], out)
    before = ids(out)
    assert len(before) == 3
    (tmp_path / "one" / "same.txt").unlink()
    run_here([tmp_path / "one"], out)
    assert ids(out) == before, "the other folder, not given now, still holds it"
    (tmp_path / "two" / "same.txt").write_text(letter_text(6))
    run_here([tmp_path / "two"], out)
    assert len(ids(out)) == 3 and ids(out) != before, "now nobody holds the old bytes"


def test_a_copy_of_changed_bytes_keeps_a_document(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.txt").write_text(letter_text(5))
    out = tmp_path / "ds"
    run_here([tmp_path / "one", tmp_path / "two"], out)
    (tmp_path / "one" / "same.txt").write_text(letter_text(6))
    run_here([tmp_path / "one"], out)
    assert len(ids(out)) == 2


def test_the_same_bytes_under_a_name_that_lies_and_one_that_does_not(tmp_path):
    letters = tmp_path / "letters"
    letters.mkdir()
    text = (Path(__file__).parents[2] / "data/raw/aldermere-focused-visit-2024.txt").read_bytes()
    for name in ("a.pdf", "b.txt"):
        (letters / name).write_bytes(text)
    out = tmp_path / "ds"
    for _ in range(2):
        summary = run_real([letters], out)
        assert [Path(path).name for path, *_ in summary.failures] in ([], ["a.pdf"])
        assert len(ids(out)) == 1
    assert summary.written == 0


def run_real(inputs, out):
    from ofsted_extract.batch.local import LocalEngine
    from ofsted_extract.batch.options import Options
    from ofsted_extract.batch.run import run_batch

    return run_batch(
        [str(path) for path in inputs], str(out), lambda stop: LocalEngine(1, stop),
        options=Options(model="rules"),
    )  # fmt: skip


# ---------------------------------------------------------------------- what is removed


def test_what_leaves_is_named_and_kept_in_the_trash(tmp_path):
    write_letters(tmp_path / "letters", 4)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    gone = tmp_path / "letters/a/letter 000.txt"
    gone.unlink()
    (removed,) = run_here([tmp_path / "letters"], out).removed
    assert removed.source_path == str(gone)
    trash = out / PRIVATE / "trash" / "parquet" / "documents"
    assert [path.stem for path in trash.rglob("*.parquet")] == [removed.document_id]
    run_here([tmp_path / "letters"], out)
    assert [path.stem for path in trash.rglob("*.parquet")] == [removed.document_id]


def test_followup_rows_of_a_removed_document_leave_with_it(tmp_path):
    write_letters(tmp_path / "letters", 2)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    dataset = Dataset.open(str(out))
    documents = dataset.documents()
    first, second = documents.document_id
    slug, visit = documents.authority_slug[0], documents.visit[0]
    row = {
        **{column.name: [] if "list" in column.type else "" for column in FOLLOWUP.stored_columns},
        "verdict": "improved", "match_score": 0.5,
    }  # fmt: skip
    rows = [
        {**row, "recommendation_id": f"{first}-r1", "later_document_id": second},
        {**row, "recommendation_id": f"{first}-r1", "later_document_id": first},
    ]
    rows = [{**each, **({"confidence": 0.5} if "confidence" in each else {})} for each in rows]
    place = parquet_path(FOLLOWUP, Partition(slug, visit), first)
    dataset.store.write({place: parquet_bytes(FOLLOWUP, rows)})
    leaving = next(
        path for path in (tmp_path / "letters").rglob("*.txt")
        if str(path) == documents.source_path[list(documents.document_id).index(second)]
    )  # fmt: skip
    leaving.write_text(letter_text(77))
    run_here([tmp_path / "letters"], out)
    assert list(Dataset.open(str(out)).followup().later_document_id) == [first]


# ---------------------------------------------------------------------- an earlier version's ids


def test_a_dataset_of_bare_ids_gets_new_ones_without_reading(tmp_path):
    write_letters(tmp_path / "letters", 6)
    out = tmp_path / "ds"
    run_here([tmp_path / "letters"], out)
    expected = tree(out)
    make_old(out)
    assert not ids(out) & {name.rpartition("/")[2][:-8] for name in expected}
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "new.txt").write_text(letter_text(70))
    summary = run_here([tmp_path / "new"], out)
    assert (summary.written, summary.migrated) == (1, 6)
    found = tree(out)
    parquet = {name for name in expected if name.startswith("parquet/")}
    assert {name: found[name] for name in parquet} == {name: expected[name] for name in parquet}
    assert sheets(out) == ids(out)
    assert run_here([tmp_path / "letters"], out).written == 0


def make_old(out: Path) -> None:
    """Turn a dataset into one of version 0.2: ids without their letter, in files and rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in sorted(out.glob("parquet/*/*/*/*.parquet")):
        frame = pq.ParquetFile(path).read()
        for name in ("document_id", "sentence_id", "recommendation_id", "sentence_ids"):
            if name in frame.column_names:
                index = frame.column_names.index(name)
                values = [
                    [each[1:] for each in value] if isinstance(value, list) else value[1:]
                    for value in frame.column(name).to_pylist()
                ]
                field = frame.field(index)
                frame = frame.set_column(index, field, [pa.array(values, field.type)])
        pq.write_table(frame, path.with_name(path.name[1:]))
        path.unlink()
    ledger = out / PRIVATE / "ledger.jsonl"
    lines = []
    for line in ledger.read_text().splitlines()[:-1]:
        record = json.loads(line)
        if "entry" in record:
            entry = record["entry"]
            for name in ("location", "tried"):
                del entry[name]
            entry["document_id"] = entry["document_id"][1:]
        lines.append(json.dumps(record))
    ledger.write_text("\n".join(lines) + "\n")
    for path in ledger.parent.glob("ledger.before*"):
        path.unlink()


# ---------------------------------------------------------------------- killed at a rename


def test_killed_at_every_rename_of_a_run(tmp_path):
    """Between Parquet, CSV, ledger and the books: what stands is whole, and the next run ends it."""
    letters = tmp_path / "letters"
    write_letters(letters, 4, sentences=2)
    old = tmp_path / "old"
    run_here([letters], old)
    before = ids(old)
    changed = letters / "a" / "letter 000.txt"
    (letters / "b" / "letter 001.txt").rename(letters / "b" / "renamed.txt")
    changed.write_text(letter_text(30, 2))
    (letters / "a" / "new.txt").write_text(letter_text(31, 2))
    run_here([letters], tmp_path / "fresh")
    expected = tree(tmp_path / "fresh")
    stay = before & ids(tmp_path / "fresh")
    kills = 0
    while True:
        kills += 1
        out = tmp_path / f"out {kills}"
        shutil.copytree(old, out)
        with killed_at(kills) as count:
            run_here([letters], out)
        if count[0] < kills:
            break
        assert stay <= ids(out), kills
        run_here([letters], out)
        assert tree(out) == expected, kills
        shutil.rmtree(out)
    assert kills > 20
