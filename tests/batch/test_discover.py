"""What counts as a document to read."""

import os
import socket
from pathlib import Path

import fsspec
import pytest

from ofsted_extract.batch.discover import discover

NAMES = [
    'a "quoted" name.pdf',
    "it's, with commas;.txt",
    "line\nend.md",
    "Ynys Môn – 調査.PDF",
    "=cmd|' calc'!A0.pdf",
    "-dash.pdf",
    "café\u202e.txt",
]


def names(folder: Path, **options) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in discover([str(folder)], **options).files]


def test_names_of_any_kind_are_found_in_order(tmp_path):
    for name in NAMES:
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == sorted(NAMES)


def test_a_name_that_is_no_unicode_is_found(tmp_path):
    path = os.fsencode(tmp_path) + b"/bad\xe9.txt"
    Path(os.fsdecode(path)).write_text("x")
    assert names(tmp_path) == ["bad\udce9.txt"]


def test_other_files_and_hidden_ones_are_passed_over(tmp_path):
    for name in ("a.pdf", "b.xlsx", ".hidden.pdf", "._a.pdf", "c"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "d.pdf").write_text("x")
    assert names(tmp_path) == ["a.pdf"]
    assert dict(discover([str(tmp_path)]).passed_over) == {
        str(tmp_path / "b.xlsx"): ".xlsx files are not read",
        str(tmp_path / "c"): "its name has no suffix",
    }


def test_a_file_that_is_named_is_taken_whatever_it_is(tmp_path):
    (tmp_path / "b.xlsx").write_text("x")
    found = discover([str(tmp_path / "b.xlsx"), str(tmp_path)])
    assert [file.path for file in found.files] == [str(tmp_path / "b.xlsx")]


def test_links_in_a_circle_end(tmp_path):
    (tmp_path / "one" / "two").mkdir(parents=True)
    (tmp_path / "one" / "two" / "back").symlink_to(tmp_path / "one")
    (tmp_path / "one" / "letter.pdf").write_text("x")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "other").symlink_to(tmp_path / "one")
    assert len(names(tmp_path)) == 1


def test_a_link_to_nowhere_is_a_problem_of_its_own(tmp_path):
    (tmp_path / "a.pdf").write_text("x")
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
    found = discover([str(tmp_path)])
    assert [file.path for file in found.files] == [str(tmp_path / "a.pdf")]
    assert [problem.reason for problem in found.problems] == ["not_found"]


def test_pipes_and_sockets_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(os.path.relpath(tmp_path / "socket.pdf"))
    found = discover([str(tmp_path), os.devnull])
    assert found.files == []
    assert {problem.reason for problem in found.problems} == {"unsupported_type"}
    assert len(found.problems) == 3


def test_a_folder_that_cannot_be_opened_is_named_and_not_taken_for_empty(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.pdf").write_text("x")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = discover([str(tmp_path)])
    assert [file.path for file in found.files] == [str(tmp_path / "a.pdf")]
    assert [problem.path for problem in found.problems] == [str(tmp_path / "closed")]
    assert "Permission denied" in found.problems[0].message
    assert found.folders == [], "what lies in it is not known to be gone"


@pytest.mark.parametrize("path", ["nowhere", "nul\0l", "a" * 5000, "file.pdf/under"])
def test_a_path_that_cannot_be_is_a_problem(tmp_path, path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.pdf").write_text("x")
    assert [problem.reason for problem in discover([path]).problems] == ["not_found"]


def test_each_path_once_and_the_output_never(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pdf").write_text("x")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.txt").write_text("x")
    assert names(tmp_path, skip=str(tmp_path / "out")) == ["in/a.pdf"]
    assert len(discover([str(tmp_path / "in")] * 3).files) == 1


def test_stamps_change_with_the_file(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_text("x")
    before = discover([str(path)]).files[0]
    os.utime(path, ns=(1, 1))
    after = discover([str(path)]).files[0]
    assert before.stamp != after.stamp and before.size == after.size == 1


def test_remote_folders_are_searched(tmp_path):
    memory = fsspec.filesystem("memory")
    for name in ("/letters/a.pdf", "/letters/deep/b.TXT", "/letters/c.xlsx", "/letters/.d.pdf"):
        memory.pipe_file(name, b"x")
    found = discover(["memory://letters"])
    assert [file.path for file in found.files] == [
        "memory://letters/a.pdf",
        "memory://letters/deep/b.TXT",
    ]
    assert (found.ignored, found.folders) == (2, ["memory://letters"])
    assert discover(["memory://letters/a.pdf"]).files == found.files[:1]
    assert discover(["memory://nowhere"]).problems[0].reason == "not_found"
    assert discover(["nosuchprotocol://x"]).problems[0].reason == "not_found"
