"""A run, a second run, and what changes between them."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from standin import letter_text, run, tree, write_letters

from ofsted_extract.batch.progress import Lines, LogFile, Several
from ofsted_extract.batch.run import BatchError


def failures(out: Path) -> dict[str, str]:
    with (out / "failures.csv").open(newline="", encoding="utf-8") as file:
        return {row["path"]: row["reason"] for row in csv.DictReader(file)}


def run_json(out: Path) -> dict:
    return json.loads((out / "run.json").read_text())


def test_every_letter_is_written_and_the_books_are_closed(letters, tmp_path, capsys):
    out = tmp_path / "out"
    log = tmp_path / "logs" / "log.jsonl"
    summary = run([letters], out, observer=Several(Lines(), LogFile(log)))
    assert (summary.exit_code, summary.written, summary.documents) == (0, 12, 12)
    assert (out / "failures.csv").read_text() == "path,reason,message\n"
    documents = pd.read_parquet(out / "parquet" / "documents")
    assert sorted(documents["source_path"]) == sorted(str(path) for path in letters.rglob("*.txt"))
    said = run_json(out)
    assert said["status"] == "complete"
    assert said["model_version"] == "standin-1"
    assert said["counts"]["documents"] == 12
    assert (
        said["counts"]["sentences"]
        == 12 * 11
        == len(pd.read_parquet(out / "parquet" / "sentences"))
    )
    assert set(said["seconds_per_stage"]) == {"load", "read", "write", "total"}
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert len(lines) == 12 and all(line["seconds"]["total"] > 0 for line in lines)
    assert "12 document(s) written" in capsys.readouterr().err
    assert not (out / ".ofsted-extract" / "tmp").exists()


def test_csv_and_parquet_hold_the_same_letters(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    frame = pd.read_parquet(out / "parquet" / "sentences")
    from_csv = pd.concat(pd.read_csv(path) for path in out.glob("csv/*/*/sentences.csv"))
    assert sorted(from_csv["sentence_id"]) == sorted(frame["sentence_id"])
    for path in out.glob("csv/*/*/documents.csv"):
        ids = list(pd.read_csv(path)["document_id"])
        assert ids == sorted(ids)
    shared = [path for path in out.glob("csv/*/*/documents.csv") if len(pd.read_csv(path)) == 2]
    assert shared, "some letters share a visit"


def test_the_same_letters_give_the_same_bytes_whoever_reads_them(letters, tmp_path):
    run([letters], tmp_path / "one", workers=1)
    run([letters], tmp_path / "three", workers=3)
    assert tree(tmp_path / "one") == tree(tmp_path / "three")


def test_a_second_run_only_checks(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    summary = run([letters], out)
    assert (summary.written, summary.unchanged, summary.documents) == (0, 12, 12)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")} == before
    assert run_json(out)["model_version"] == "standin-1"


def test_force_reads_everything_again(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    before = tree(out)
    assert run([letters], out, force=True).written == 12
    assert tree(out) == before


def test_a_touched_file_is_not_read_again_and_a_changed_one_is(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    one, two = sorted(letters.rglob("*.txt"))[:2]
    one.touch()
    two.write_text(letter_text(27), encoding="utf-8")
    summary = run([letters], out)
    assert (summary.written, summary.unchanged) == (1, 11)
    run([letters], tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh"), "nothing stale is left"


@pytest.mark.parametrize("what", ["reader", "extractor"])
def test_another_program_reads_everything_again(letters, tmp_path, what, monkeypatch):
    out = tmp_path / "out"
    run([letters], out)
    if what == "reader":
        assert run([letters], out, reader="pdfplumber").written == 12
    else:
        monkeypatch.setattr("ofsted_extract.batch.fingerprint.__version__", "9.9.9")
        assert run([letters], out).written == 12


def test_what_is_gone_from_a_folder_given_is_removed(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    for path in sorted(letters.rglob("*.txt"))[:5]:
        path.unlink()
    summary = run([letters], out)
    assert len(summary.removed) == 5
    run([letters], tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


def test_outputs_of_other_inputs_stay(letters, tmp_path):
    out = tmp_path / "out"
    run([letters / "a"], out)
    summary = run([letters / "b"], out)
    assert summary.documents == 6
    assert len(pd.read_parquet(out / "parquet" / "documents")) == 12
    run([letters], tmp_path / "fresh")
    assert tree(out).keys() - {".ofsted-extract/ledger.jsonl"} == tree(
        tmp_path / "fresh"
    ).keys() - {".ofsted-extract/ledger.jsonl"}


def test_a_renamed_file_is_one_document_with_its_new_name(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    path = sorted(letters.rglob("*.txt"))[3]
    path.rename(path.with_name("renamed.txt"))
    run([letters], out)
    run([letters], tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


def test_two_copies_are_one_document_and_it_is_said(letters, tmp_path):
    out = tmp_path / "out"
    original = letters / "a" / "letter 000.txt"
    copy = letters / "b" / "copy.txt"
    copy.write_bytes(original.read_bytes())
    summary = run([letters], out)
    assert summary.copies == {str(copy): str(original)}
    assert run_json(out)["copies"] == {str(copy): str(original)}
    assert (summary.documents, summary.exit_code) == (12, 0)
    assert run([letters], out).written == 0
    original.unlink()
    run([letters], out)
    documents = pd.read_parquet(out / "parquet" / "documents")
    assert str(copy) in set(documents["source_path"]) and len(documents) == 12


def test_every_name_of_a_file_that_fails_is_named(letters, tmp_path):
    out = tmp_path / "out"
    for name in ("x.txt", "y.pdf"):
        (letters / name).write_bytes(b"")
    summary = run([letters], out)
    assert summary.exit_code == 1
    assert failures(out) == {
        str(letters / "x.txt"): "empty_file",
        str(letters / "y.pdf"): "empty_file",
    }
    second = run([letters], out)
    assert (second.written, second.exit_code) == (0, 1)
    assert len(failures(out)) == 2


def test_a_file_that_is_mended_is_no_failure_any_more(letters, tmp_path):
    out = tmp_path / "out"
    broken = letters / "a" / "letter 004.txt"
    good = broken.read_bytes()
    broken.write_bytes(b" ")
    assert run([letters], out).exit_code == 1
    broken.write_bytes(good)
    assert run([letters], out).exit_code == 0
    broken.write_bytes(b" ")
    run([letters], out)
    assert len(pd.read_parquet(out / "parquet" / "documents")) == 11, "the old outcome is gone"


def test_a_deleted_or_damaged_output_is_made_again(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    before = tree(out)
    parquet = sorted(out.glob("parquet/sentences/*/*/*.parquet"))
    parquet[0].unlink()
    parquet[1].write_bytes(b"")
    tables = sorted(out.glob("csv/*/*/sentences.csv"))
    tables[0].unlink()
    tables[1].write_text("half")
    (out / "csv" / tables[-1].parts[-3] / "left-over").mkdir()
    assert run([letters], out).written == 2
    assert tree(out) == before


def test_csv_comes_and_goes_with_the_option(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out, sheets=False)
    assert not (out / "csv").exists()
    summary = run([letters], out)
    assert summary.written == 0
    run([letters], tmp_path / "fresh")
    csvs = {name: data for name, data in tree(out).items() if name.startswith("csv/")}
    assert csvs == {n: d for n, d in tree(tmp_path / "fresh").items() if n.startswith("csv/")}
    (letters / "a" / "letter 000.txt").write_text(letter_text(50))
    run([letters], out, sheets=False)
    ids = set(pd.read_parquet(out / "parquet" / "documents")["document_id"])
    stand = {i for path in out.glob("csv/*/*/documents.csv") for i in pd.read_csv(path).document_id}
    assert stand < ids, "no stale CSV"
    run([letters], out)
    assert len(list(out.glob("csv/*/*/documents.csv"))) == len(
        list((tmp_path / "fresh").glob("csv/*/*/documents.csv"))
    )


def test_a_lost_ledger_costs_a_run_and_leaves_nothing_stale(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    before = tree(out)
    (out / ".ofsted-extract" / "ledger.jsonl").unlink()
    stray = next(out.glob("parquet/documents/*/*/*.parquet"))
    elsewhere = out / "parquet/documents/authority_slug=wrong/visit=undated_other" / stray.name
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_bytes(stray.read_bytes())
    assert run([letters], out).written == 12
    assert tree(out) == before


def test_a_torn_journal_is_read_as_far_as_it_goes(letters, tmp_path):
    out = tmp_path / "out"
    run([letters], out)
    ledger = out / ".ofsted-extract" / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    before = tree(out)
    for path in ledger.parent.glob("ledger*"):
        path.unlink()
    (ledger.parent / "journal.jsonl").write_bytes(b"".join(lines[:5]) + lines[5][:40])
    summary = run([letters], out)
    assert summary.written == 7
    assert tree(out) == before


@pytest.mark.parametrize("inputs", [["nowhere"], ["empty"], ["empty", "nowhere"]])
def test_nothing_to_read_is_wrong_usage(tmp_path, inputs):
    (tmp_path / "empty").mkdir()
    out = tmp_path / "out"
    with pytest.raises(BatchError) as caught:
        run([tmp_path / name for name in inputs], out)
    assert caught.value.exit_code == 2
    assert not out.exists()


def test_a_missing_file_among_others_is_a_failure(letters, tmp_path):
    out = tmp_path / "out"
    summary = run([letters, tmp_path / "gone.pdf"], out)
    assert (summary.exit_code, summary.written) == (1, 12)
    assert failures(out) == {str(tmp_path / "gone.pdf"): "not_found"}


def test_a_missing_model_ends_the_run_at_once(letters, tmp_path):
    with pytest.raises(BatchError, match="there is no model in nowhere") as caught:
        run([letters], tmp_path / "out", extractor="standin:Unloadable")
    assert caught.value.exit_code == 2
    with pytest.raises(BatchError, match="cannot be started"):
        run([letters], tmp_path / "out", extractor="standin:Stillborn")
    assert run([letters], tmp_path / "out").exit_code == 0


def test_an_output_that_cannot_be_written_ends_the_run(letters, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BatchError, match="cannot be written"):
        run([letters], tmp_path / "file")
    out = tmp_path / "out"
    out.mkdir()
    (out / "parquet").write_text("in the way")
    with pytest.raises(BatchError, match="cannot be written") as caught:
        run([letters], out)
    assert caught.value.exit_code == 2
    (out / "parquet").unlink()
    assert run([letters], out).exit_code == 0


def test_the_output_may_lie_within_the_input(tmp_path):
    write_letters(tmp_path, 4)
    out = tmp_path / "out"
    run([tmp_path], out)
    (out / "csv" / "note.txt").write_text("no letter")
    assert run([tmp_path], out).files == 4
