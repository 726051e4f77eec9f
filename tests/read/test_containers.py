"""E-mails and archives: what they hold, and what they must not do."""

import io
import zipfile

import pytest
from made_files import ARTICLE, PARAGRAPHS, PLAIN, archive, email, word

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read import containers, read_bytes
from ofsted_extract.read.containers import Inside, Refused, look_inside, read_inside


def names(data: bytes, name: str = "letters.zip") -> list[tuple[str, ...]]:
    return [each.names for each in look_inside(data, name) if isinstance(each, Inside)]


def refused(data: bytes, name: str = "letters.zip") -> dict[tuple[str, ...], Reason]:
    return {
        each.names: each.error.reason
        for each in look_inside(data, name)
        if isinstance(each, Refused)
    }


def test_the_body_of_an_email_is_a_document() -> None:
    raw = read_bytes(email(), "mail.eml")
    assert (raw.source.input_type, raw.source.reader) == ("email", "email")
    text = [line.text for line in raw.pages[0].lines if line.text]
    assert text == ["Dear Mr Example", *PARAGRAPHS]
    assert read_bytes(email(), "mail").source.input_type == "email", "told from its bytes"


def test_of_two_forms_of_a_body_the_structured_one_is_read() -> None:
    raw = read_bytes(email(html=f"<html><body>{ARTICLE}</body></html>"), "mail.eml")
    assert raw.pages[0].lines[0].heading_level == 1


def test_an_email_with_an_encoding_that_is_none_is_read() -> None:
    content = email().replace(b'charset="utf-8"', b'charset="no-such"')
    assert read_bytes(content, "mail.eml").pages[0].lines[0].text == "Dear Mr Example"


def test_attachments_are_documents_and_a_covering_note_is_none() -> None:
    files = {"visit.docx": word(), "picture.png": b"\x89PNG"}
    note = email("Please find the letter attached.\n", files)
    assert names(note, "mail.eml") == [("visit.docx",), ("picture.png",)]
    assert read_inside(note, "mail.eml", ("visit.docx",)) == files["visit.docx"]
    letter = email(PLAIN * 5, files)
    assert names(letter, "mail.eml")[0] == ()
    assert read_inside(letter, "mail.eml", ()) == letter


def test_members_in_members_are_found_and_read() -> None:
    inner = email("See attached.", {"visit.txt": PLAIN.encode()})
    data = archive({"2024/mail.eml": inner, "2024/b.txt": b"x"})
    assert names(data) == [("2024/mail.eml", "visit.txt"), ("2024/b.txt",)]
    assert read_inside(data, "letters.zip", ("2024/mail.eml", "visit.txt")) == PLAIN.encode()


def test_names_that_lead_elsewhere_stay_inside_and_are_unique() -> None:
    data = archive({"../../etc/passwd": b"1", "/etc/passwd": b"2", "C:\\etc\\passwd": b"3"})
    found = names(data)
    assert found == [("etc/passwd",), ("etc/passwd (2)",), ("etc/passwd (3)",)]
    assert [read_inside(data, "letters.zip", each) for each in found] == [b"1", b"2", b"3"]


def test_archives_nested_too_deep_are_refused() -> None:
    data = b"x"
    for level in range(6):
        data = archive({f"{level}.zip" if level else "a.txt": data})
    assert list(refused(data).values()) == [Reason.TOO_LARGE]


def test_an_archive_that_holds_itself_many_times_ends() -> None:
    data = archive({f"{n}.txt": b"" for n in range(40)})
    for _ in range(2):
        data = archive({f"{n}.zip": data for n in range(40)})
    with pytest.raises(DocumentError) as caught:
        names(data)
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_bomb_is_refused_before_it_bursts() -> None:
    bomb = archive({"a.txt": b"\0" * 30_000_000})
    with pytest.raises(DocumentError) as caught:
        names(bomb)
    assert caught.value.reason is Reason.TOO_LARGE and "30 MB" in caught.value.message


def test_more_bytes_than_any_file_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "_MOST_BYTES", 1000)
    with pytest.raises(DocumentError) as caught:
        names(archive({"a.txt": bytes(range(256)) * 3, "b.txt": bytes(range(256)) * 3}))
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_member_with_a_password_says_so_when_it_is_read() -> None:
    data = bytearray(archive({"a.txt": b"words"}))
    for signature in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.index(signature) + (6 if signature == b"PK\x03\x04" else 8)
        data[at] |= 1
    with pytest.raises(DocumentError) as caught:
        read_inside(bytes(data), "letters.zip", ("a.txt",))
    assert caught.value.reason is Reason.ENCRYPTED


@pytest.mark.parametrize("cut", [10, 60, -30])
def test_a_cut_archive_is_damaged(cut: int) -> None:
    with pytest.raises(DocumentError) as caught:
        names(archive({"a.txt": PLAIN.encode()})[:cut])
    assert caught.value.reason is Reason.DAMAGED


def test_a_member_whose_bytes_are_wrong_is_damaged() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", b"words of a letter")
    data = out.getvalue().replace(b"words of", b"warts of")
    with pytest.raises(DocumentError) as caught:
        read_inside(data, "letters.zip", ("a.txt",))
    assert caught.value.reason is Reason.DAMAGED


def test_a_member_that_is_gone_is_not_found() -> None:
    with pytest.raises(DocumentError) as caught:
        read_inside(archive({"a.txt": b"x"}), "letters.zip", ("b.txt",))
    assert caught.value.reason is Reason.NOT_FOUND
