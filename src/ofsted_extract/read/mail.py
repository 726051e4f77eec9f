"""E-mails (.eml): the body as a document, the attachments as documents of their own.

Of a body in two forms the HTML is read, which keeps headings and lists. Nothing that it names is
fetched. The standard library's parser takes the message apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial

from ofsted_extract.read.containers import Member
from ofsted_extract.read.html import page_of
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.readers import Reading, Request
from ofsted_extract.read.text import read_pages

#: A body of fewer words beside an attachment is a covering note.
_NOTE_WORDS = 60


def read(data: bytes, request: Request) -> Reading:
    """Read the body of an e-mail.

    Raises
    ------
    DocumentError
        ``too_large`` for more characters than ``limits`` allows.

    """
    body = _body(_parsed(data))
    if body is None:
        return Reading((), "email", ("the e-mail has no text",))
    content = _content(body)
    if body.get_content_subtype() == "html":
        return Reading((page_of(content, request.limits),), "email")
    return Reading(read_pages(content, request.limits), "email")


def members(data: bytes, limits: Limits) -> Iterator[Member]:
    """Yield the attachments that have a name."""
    for part in _parsed(data).iter_attachments():
        name = part.get_filename()
        if name:
            content = partial(_bytes, part)
            yield Member(name, len(content()), content)


def is_document(data: bytes) -> bool:
    """Return whether the body is more than a note that goes with its attachments."""
    message = _parsed(data)
    body = _body(message)
    if body is None:
        return False
    attached = any(part.get_filename() for part in message.iter_attachments())
    return not attached or len(_content(body).split()) >= _NOTE_WORDS


def _parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)


def _body(message: EmailMessage) -> EmailMessage | None:
    body = message.get_body(preferencelist=("html", "plain"))
    return body if isinstance(body, EmailMessage) else None


def _content(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # an encoding that is none
        return _bytes(part).decode("cp1252", "replace")


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        return inner.as_bytes() if isinstance(inner, EmailMessage) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
