"""A site in the form of Ofsted's, on this machine, that keeps a log of what it was asked.

Everything it says is invented here. What it answers can be set per path, so that each way of
failing can be tried.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    """``cut`` sends less than the length that is announced; ``drip`` waits between the bytes."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    drip: float = 0.0


@dataclass(frozen=True)
class Asked:
    path: str
    at: float
    agent: str


@dataclass
class Letter:
    """A letter of a provider's page; ``hidden`` is its hidden text, made from the others."""

    file_id: str
    printed_type: str
    published: date
    hidden: str | None = None


def pdf(file_id: str) -> bytes:
    return b"%PDF-1.4\n% letter " + file_id.encode() + b"\n%%EOF\n"


REPORT_NOT_FOUND = (
    b"<!DOCTYPE html><html><head><title>Report not found</title></head>"
    b"<body><h1>Report not found</h1></body></html>"
)


class MadeSite:
    """The site: ``providers`` by URN with their letters; ``answers`` by path take precedence."""

    def __init__(self) -> None:
        self.providers: dict[str, tuple[str, list[Letter]]] = {}
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.log: list[Asked] = []
        self.per_page = 100
        self.robots = "User-agent: *\nAllow: /\n"
        self.shows_next = True
        self.reshape: Callable[[str, str], str] = lambda _path, html: html
        self.address = ""

    # ------------------------------------------------------------------ what it holds

    def add(self, urn: str, name: str, *letters: Letter) -> None:
        self.providers[urn] = (name, list(letters))

    def asked(self, beginning: str = "") -> list[str]:
        return [each.path for each in self.log if each.path.startswith(beginning)]

    # ------------------------------------------------------------------ how it answers

    def answer(self, path: str) -> Answer:
        parts = urlsplit(path)
        own = self.answers.get(parts.path)
        if isinstance(own, list) and own:
            return own.pop(0)
        if isinstance(own, Answer):
            return own
        if parts.path == "/robots.txt":
            return Answer(self.robots.encode())
        if parts.path == "/search":
            start = int(parse_qs(parts.query).get("start", ["0"])[0])
            return self._page(path, self._search(start))
        if parts.path.startswith("/provider/44/"):
            urn = parts.path.rsplit("/", 1)[1]
            if urn in self.providers:
                return self._page(path, self._provider(urn))
        if parts.path.startswith("/v1/file/"):
            return Answer(pdf(parts.path.rsplit("/", 1)[1]), headers={"Content-Type": "x/pdf"})
        return Answer(b"not here", 404)

    def _page(self, path: str, html: str) -> Answer:
        return Answer(self.reshape(path, html).encode())

    def _search(self, start: int) -> str:
        urns = list(self.providers)
        shown = urns[start : start + self.per_page]
        items = "".join(
            f'<li class="search-result"><h3 class="search-result__title heading--sub">'
            f'<a href="/provider/44/{urn}">{self.providers[urn][0]}</a></h3>'
            f'<ul class="search-result__provider-info"><li>URN: <strong>{urn}</strong></li></ul></li>'
            for urn in shown
        )
        more = start + self.per_page < len(urns) and self.shows_next
        following = (
            f'<a class="pagination__next" href="/search?start={start + self.per_page}&amp;'
            f'rows={self.per_page}">Next</a>'
            if more
            else ""
        )
        return (
            f'<html><body><strong class="results-count">{len(urns)}</strong> results'
            f'<ul class="results-list list-unstyled">{items}</ul>{following}</body></html>'
        )

    def _provider(self, urn: str) -> str:
        name, letters = self.providers[urn]
        days = "".join(self._day(letter) for letter in letters)
        return (
            f'<html><body><h1 class="heading--title">{name}</h1><ol class="timeline">{days}'
            '<li class="timeline__day timeline__day--opened"><p class="timeline__date">'
            "<time>1 April 1990</time></p>Opened</li></ol></body></html>"
        )

    def _day(self, letter: Letter) -> str:
        printed = f"{letter.published.day} {letter.published:%B %Y}"
        hidden = (
            f"{letter.printed_type}, pdf - {printed}" if letter.hidden is None else letter.hidden
        )
        span = f'<span class="nonvisual">{hidden}</span>' if hidden else ""
        return (
            f'<li class="timeline__day"><p class="timeline__date"><time>{printed}</time></p>'
            '<div class="event"><span class="event__title heading--sub"><a class="publication-link" '
            f'href="https://files.ofsted.gov.uk/v1/file/{letter.file_id}">{letter.printed_type}'
            f"{span}</a></span></div></li>"
        )


def _handler(site: MadeSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.log.append(Asked(self.path, time.monotonic(), self.headers["User-Agent"]))
            answer = site.answer(self.path)
            self.send_response(answer.status)
            length = len(answer.body) + (100 if answer.cut else 0)
            for name, value in {"Content-Length": str(length), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if answer.drip:
                for byte in answer.body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(answer.drip)
            else:
                self.wfile.write(answer.body)
            if answer.cut:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Keep the terminal quiet."""

    return Handler


@contextmanager
def served(site: MadeSite) -> Iterator[MadeSite]:
    """Serve ``site`` on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def three_authorities() -> MadeSite:
    """Return a site with three real authorities' numbers and every oddity of the real pages."""
    site = MadeSite()
    day = date(2024, 7, 15)
    site.add(
        "80576",
        "Warwickshire County Council",
        Letter("50250001", "Children's services focused visit", day),
        Letter("50250002", "Children's services inspection", date(2022, 1, 24)),
        Letter("2550003", "Single inspection of LA children's services as pdf", date(2017, 7, 3)),
        Letter("50250004", "Area SEND full inspection", day - timedelta(days=40)),
    )
    site.add(
        "80453",
        "City of York Council",
        Letter("50250011", "Joint area child protection inspection", day),
        Letter("50250012", "Children's services focused visit", day),
        Letter("50250013", "A new kind of look", day, hidden=""),
        Letter("50250014", "", date(2020, 2, 1), hidden=""),
    )
    site.add("80536", "Oxfordshire County Council")
    return site
