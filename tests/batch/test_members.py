"""E-mails and archives among the inputs of a batch: their documents, and what is passed over."""

import hashlib
import io
import json
import zipfile

import pandas as pd
from standin import run

from ofsted_extract.batch.discover import discover

LETTERS = {
    "2024/one.txt": "authority: Great Example\nvisit: 2024-05-14\n+ Plans are clear.",
    "two.txt": "authority: Great Example\nvisit: 2024-06-14\n- Plans are late.",
}


def archive(path, files):
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)


def documents(out):
    table = pd.read_parquet(out / "parquet" / "documents")
    return dict(zip(table.source_path, table.source_sha256, strict=True))


def test_members_are_documents_named_and_hashed_as_themselves(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    archive(folder / "letters.zip", {**LETTERS, "table.xlsx": "x"})
    (folder / "notes.xlsx").write_text("x")
    summary = run([folder], out)
    assert (summary.documents, summary.exit_code) == (2, 0)
    assert documents(out) == {
        f"{folder}/letters.zip!/{name}": hashlib.sha256(text.encode()).hexdigest()
        for name, text in LETTERS.items()
    }
    told = json.loads((out / "run.json").read_text())["passed_over"]
    assert told == [
        {"path": f"{folder}/letters.zip!/table.xlsx", "why": ".xlsx files are not read"},
        {"path": f"{folder}/notes.xlsx", "why": ".xlsx files are not read"},
    ]
    again = run([folder], out)
    assert (again.unchanged, again.written) == (2, 0)


def test_a_member_that_is_gone_leaves_and_one_in_a_damaged_archive_stays(tmp_path):
    path, out = tmp_path / "letters.zip", tmp_path / "out"
    archive(path, LETTERS)
    run([path], out)
    content = path.read_bytes()
    path.write_bytes(content[:-40])
    (tmp_path / "other.txt").write_text("+ Plans are good.")
    assert run([path, tmp_path / "other.txt"], out).failures[0][1] == "damaged"
    assert len(documents(out)) == 3, "what the archive holds is not known"
    archive(path, {"two.txt": LETTERS["two.txt"]})
    assert len(run([path], out).removed) == 1
    assert set(documents(out)) == {f"{path}!/two.txt", str(tmp_path / "other.txt")}


def test_a_member_that_is_also_a_file_is_read_once(tmp_path):
    archive(tmp_path / "letters.zip", {"two.txt": LETTERS["two.txt"]})
    (tmp_path / "two.txt").write_text(LETTERS["two.txt"])
    assert len(run([tmp_path], tmp_path / "out").copies) == 1


def test_remote_archives_are_opened():
    import fsspec

    out = io.BytesIO()
    archive(out, LETTERS)
    fsspec.filesystem("memory").pipe_file("/boxes/letters.zip", out.getvalue())
    found = discover(["memory://boxes"])
    assert [file.path for file in found.files] == [
        f"memory://boxes/letters.zip!/{name}" for name in LETTERS
    ]
