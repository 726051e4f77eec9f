"""Which letters there are: from the site's search, or from a list of addresses."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

from ofsted_extract.facts.dates import first_date
from ofsted_extract.fetch.client import Client
from ofsted_extract.fetch.markup import Listed, MarkupError, Provider, read_provider, read_search

SITE = "https://reports.ofsted.gov.uk"
#: Hosts that serve the site's files; the second is the former name of the first.
FILE_HOSTS = frozenset({"files.ofsted.gov.uk", "files.api.ofsted.gov.uk"})
#: Results asked for on one page: the site's cap since February 2025.
_ROWS = 100
#: Social care, and there local authority children's services.
_LEVELS = (("level_1_types", "3"), ("level_2_types[]", "12"))


class ListError(Exception):
    """A list of addresses cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site, or a mirror of it at ``address`` in which every path is the same."""

    address: str = SITE

    @property
    def is_mirror(self) -> bool:
        """Whether it is not Ofsted's own."""
        return self.address.rstrip("/") != SITE

    def allows(self, url: str) -> bool:
        """Tell whether an address belongs to the site: the only ones that are ever asked."""
        host = _host(url)
        own = urlsplit(self.address).hostname
        return bool(host) and (host == own or (not self.is_mirror and host in FILE_HOSTS))

    def served_at(self, url: str) -> str:
        """Return where an address of Ofsted's is asked for: on a mirror, at the mirror."""
        parts = urlsplit(url)
        official = {urlsplit(SITE).hostname, *FILE_HOSTS}
        if not self.is_mirror or parts.hostname not in official:
            return url
        mirror = urlsplit(self.address)
        return urlunsplit((mirror.scheme, mirror.netloc, parts.path, parts.query, ""))

    def search_url(self, start: int) -> str:
        """Return the address of the page of results that begins with number ``start``."""
        query = [
            *((name, "") for name in ("q", "location", "lat", "lon", "radius")),
            *_LEVELS,
            ("start", str(start)),
            ("rows", str(_ROWS)),
        ]
        return f"{self.address.rstrip('/')}/search?{urlencode(query)}"


def _host(url: str) -> str:
    """Return the host of a web address, empty where it is none."""
    parts = urlsplit(url)
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""


def hosts_allowed(letters: Iterable[Listed]) -> Callable[[str], bool]:
    """Return which addresses may be asked for a list: those on the hosts that it names."""
    named = {_host(letter.url) for letter in letters}
    return lambda url: _host(url) in named


def providers(client: Client, site: Site) -> list[Provider]:
    """Return all authorities that the search lists, however many one page holds.

    Raises
    ------
    MarkupError
        if a page is not of the known form, or the pages list fewer than they count.

    """
    found: dict[str, Provider] = {}
    url = site.search_url(0)
    while True:
        page = read_search(client.page(url), url)
        before = len(found)
        found.update((provider.url, provider) for provider in page.providers)
        if len(found) >= page.total:
            break
        if len(found) == before:
            raise MarkupError(url, f"{page.total - before} of {page.total} results")
        url = site.served_at(page.next_url) if page.next_url else site.search_url(len(found))
    if not found:
        raise MarkupError(url, "any authority among the results")
    return list(found.values())


def letters_of(client: Client, site: Site, provider: Provider) -> tuple[Listed, ...]:
    """Return the letters on an authority's page; raises as ``read_provider`` does."""
    return read_provider(client.page(site.served_at(provider.url)), provider).letters


def read_list(path: Path) -> list[Listed]:
    """Read a list of addresses: CSV with a column ``url``, or one address a line.

    Further columns are taken where they are there: ``authority``, ``printed_type`` (or ``type``),
    ``printed_date`` (or ``date``), ``urn``.

    Raises
    ------
    ListError
        if it cannot be read, is empty, or a line holds no address.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ListError(f"{path} cannot be read as UTF-8 text: {error}") from None
    lines = text.splitlines()
    head = next(csv.reader(lines[:1]), [])
    names = [name.strip().lower() for name in head]
    if "url" in names:
        rows = [
            (number, dict(zip(names, row, strict=False)))
            for number, row in enumerate(csv.reader(lines[1:]), 2)
            if any(cell.strip() for cell in row)
        ]
    else:
        rows = [(number, {"url": line}) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise ListError(f"{path} holds no address")
    found = [_listed(path, number, row) for number, row in rows]
    return list({letter.url: letter for letter in found}.values())


def _listed(path: Path, number: int, row: dict[str, str]) -> Listed:
    url = row.get("url", "").strip()
    host = _host(url)
    if not host:
        raise ListError(f"{path}, line {number}: {url[:80]!r} is no address (http or https)")
    return Listed(
        url,
        next(_file_ids(url)),
        urn=row.get("urn", "").strip(),
        authority=row.get("authority", "").strip() or host.removeprefix("www."),
        printed_type=(row.get("printed_type") or row.get("type") or "").strip(),
        printed_date=first_date(row.get("printed_date") or row.get("date") or ""),
    )


def _file_ids(url: str) -> Iterator[str]:
    """Yield the number of one of Ofsted's files, else a name made of the address."""
    if match := re.search(r"/file/([\w-]+)/?$", urlsplit(url).path):
        yield match[1]
    yield hashlib.sha256(url.encode()).hexdigest()[:12]
