"""The site's pages as typed values.

A page that lacks a part which every page of its kind had is of another form than the one known
here: that is a `MarkupError` naming the part, because an empty result would look like good news.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ofsted_extract.facts.dates import first_date

#: Parts of the search page. The second way to the next page is that of the site before 2025.
_COUNT = "strong.results-count"
_RESULTS = "ul.results-list"
_RESULT = "ul.results-list > li.search-result"
_PROVIDER = "h3.search-result__title a[href]"
_NEXT = "a.pagination__next[href], ul.pagination li.next a[href]"
#: Parts of a provider's page.
_NAME = "h1.heading--title"
_TIMELINE = "ol.timeline"
_DAY = "ol.timeline > li.timeline__day"
_DAY_DATE = "p.timeline__date time"
_LINK = "a.publication-link[href]"
_HIDDEN = "span.nonvisual"
_PUBLISHED = "div.event__metadata time"
#: Days that tell of the provider itself, not of a letter.
_NO_LETTERS = ("timeline__day--opened", "timeline__day--closed")

_NUMBER = re.compile(r"\d[\d,]*")
_URN = re.compile(r"/provider/\d+/(\w+)/?(?:[?#].*)?$")
_FILE_ID = re.compile(r"/file/([\w-]+)/?(?:[?#].*)?$")
#: "Children's services focused visit, pdf - 15 July 2024": the type is what is left without this.
_FORM_AND_DATE = re.compile(r"\s*,?\s*\bpdf\b\s*(?:[-‐‑–—]\s*(?P<date>.*))?$", re.IGNORECASE)


class MarkupError(Exception):
    """A page is not of the form that is known.

    Attributes
    ----------
    url:
        the page.
    part:
        the CSS selector, or the fact, that was expected there.

    """

    def __init__(self, url: str, part: str) -> None:
        super().__init__(
            f"{url} is not of the expected form: {part} is missing. The site may have changed; "
            "nothing was concluded from it. Look at the page, and report it to the project."
        )
        self.url = url
        self.part = part


@dataclass(frozen=True, slots=True)
class Provider:
    """An authority as the search lists it: ``url`` of its page, ``urn`` and ``name`` as printed."""

    url: str
    urn: str
    name: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of search results; ``total`` counts the results of all pages, ``next_url`` or ""."""

    total: int
    providers: tuple[Provider, ...]
    next_url: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter as a page lists it; what the page leaves out is empty."""

    url: str
    file_id: str
    provider: str = ""
    urn: str = ""
    authority: str = ""
    printed_type: str = ""
    printed_date: date | None = None


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """An authority's page: its ``name`` and its letters, in the page's order (newest first)."""

    name: str
    letters: tuple[Listed, ...]


def read_search(html: str, url: str) -> SearchPage:
    """Return what a page of search results lists.

    Raises
    ------
    MarkupError
        if it has no count, no list, or a result without a link to a provider.

    """
    page = LexborHTMLParser(html)
    numbers = _NUMBER.findall(_text(_need(page, _COUNT, url)))
    if not numbers:
        raise MarkupError(url, f"a number in {_COUNT}")
    total = max(int(number.replace(",", "")) for number in numbers)
    if total:
        _need(page, _RESULTS, url)
    results = page.css(_RESULT)
    if total and not results:
        raise MarkupError(url, _RESULT)
    following = page.css_first(_NEXT)
    return SearchPage(
        total,
        tuple(_provider(result, url) for result in results),
        urljoin(url, _address(following)) if following is not None else "",
    )


def _provider(result: LexborNode, url: str) -> Provider:
    link = result.css_first(_PROVIDER)
    if link is None:
        raise MarkupError(url, f"{_PROVIDER} of a result")
    address = urljoin(url, _address(link))
    urn = _URN.search(address)
    if urn is None:
        raise MarkupError(url, f"the number of a provider in {address}")
    return Provider(address, urn[1], _text(link))


def read_provider(html: str, provider: Provider) -> ProviderPage:
    """Return the letters that an authority's page lists.

    Raises
    ------
    MarkupError
        if it has no name, no timeline, days of letters but no link to any, or a link that is none
        to a file.

    """
    page = LexborHTMLParser(html)
    name = _text(_need(page, _NAME, provider.url))
    _need(page, _TIMELINE, provider.url)
    days = [day for day in page.css(_DAY) if not _classes(day).intersection(_NO_LETTERS)]
    letters = tuple(letter for day in days for letter in _letters(day, provider, name))
    if days and not letters:
        raise MarkupError(provider.url, f"{_LINK} in any {_DAY}")
    return ProviderPage(name, letters)


def _letters(day: LexborNode, provider: Provider, name: str) -> list[Listed]:
    printed = day.css_first(_DAY_DATE)
    day_date = _date_of(printed)
    found = []
    for link in day.css(_LINK):
        url = urljoin(provider.url, _address(link))
        file_id = _FILE_ID.search(url)
        if file_id is None:
            raise MarkupError(provider.url, f"the number of a file in {url}")
        printed_type, own_date = _type_and_date(link)
        found.append(
            Listed(
                url, file_id[1], provider.url, provider.urn, name, printed_type,
                own_date or day_date or _date_of(day.css_first(_PUBLISHED)),
            )
        )  # fmt: skip
    return found


def _type_and_date(link: LexborNode) -> tuple[str, date | None]:
    """Return what a link's text says; either may be missing, in the hidden text or altogether."""
    hidden = link.css_first(_HIDDEN)
    whole = _text(link)
    for text in (_text(hidden) if hidden is not None else "", whole):
        match = _FORM_AND_DATE.search(text)
        printed_type = (text[: match.start()] if match else text).strip(" ,")
        if printed_type:
            dated = match or _FORM_AND_DATE.search(whole)
            return printed_type, first_date(dated["date"] or "") if dated else None
    dated = _FORM_AND_DATE.search(whole)
    return "", first_date(dated["date"] or "") if dated else None


def _date_of(time: LexborNode | None) -> date | None:
    if time is None:
        return None
    machine = time.attributes.get("datetime") or time.attributes.get("pubdate") or ""
    return first_date(machine) or first_date(_text(time))


def _need(page: LexborHTMLParser, selector: str, url: str) -> LexborNode:
    found = page.css_first(selector)
    if found is None:
        raise MarkupError(url, selector)
    return found


def _classes(node: LexborNode) -> set[str]:
    return set((node.attributes.get("class") or "").split())


def _address(link: LexborNode) -> str:
    return (link.attributes.get("href") or "").strip()


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())


def title_of(html: str) -> str:
    """Return what a web page calls itself: its title, else its first heading, else ""."""
    page = LexborHTMLParser(html)
    for selector in ("title", "h1"):
        found = page.css_first(selector)
        if found is not None and (text := _text(found)):
            return text
    return ""
