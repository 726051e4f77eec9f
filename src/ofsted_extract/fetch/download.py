"""The walk: what is listed, what of it is wanted, what is here already, and the rest fetched."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ofsted_extract.fetch.client import Client, ForbiddenError, SiteError
from ofsted_extract.fetch.listing import Site, letters_of, providers
from ofsted_extract.fetch.manifest import Entry, Manifest, State
from ofsted_extract.fetch.markup import Listed, Provider, title_of
from ofsted_extract.fetch.names import file_name, kind_of, region_of, slug_of_urn
from ofsted_extract.names import slug as slug_of
from ofsted_extract.write.store import PRIVATE, LocalStore

#: A PDF may have some bytes before its mark; readers accept it within the first kilobyte.
_MARK, _MARK_WITHIN = b"%PDF", 1024
#: Seconds between two savings of the manifest.
_SAVE_EVERY = 2.0


class BusyError(Exception):
    """Another run works on the same folder."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters are asked for; empty is no limit. ``limit`` counts files fetched, 0 is all."""

    kinds: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()  # slugs
    regions: frozenset[str] = frozenset()
    since: date | None = None
    limit: int = 0

    def provider(self, provider: Provider) -> bool:
        """Tell whether an authority is asked for; unknown ones are, unless a filter excludes."""
        by_name = not self.authorities or bool(
            self.authorities & {slug_of_urn(provider.urn), slug_of(provider.name)}
        )
        return by_name and (not self.regions or region_of(provider.urn) in self.regions)

    def letter(self, letter: Listed) -> bool:
        """Tell whether a letter is asked for; one without a date is, whatever ``since`` says."""
        kind = kind_of(letter.printed_type, letter.printed_date)
        late = self.since is None or letter.printed_date is None
        return (not self.kinds or kind in self.kinds) and (
            late or letter.printed_date >= self.since  # type: ignore[operator]
        )


@dataclass
class Fetched:
    """What a run did: entries by state in ``counts``, and what was listed and asked for."""

    entries: list[Entry] = field(default_factory=list)
    planned: list[Listed] = field(default_factory=list)  # of a dry run
    unknown_types: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    @property
    def counts(self) -> dict[State, int]:
        """How many letters are in each state, those without any left out."""
        return dict(Counter(entry.state for entry in self.entries))

    @property
    def has_failed(self) -> bool:
        """Whether a letter that was asked for could not be had."""
        return any(entry.state in (State.FAILED, State.NOT_A_PDF) for entry in self.entries)


#: Told before each step: what is done ("page", "file"), its name, how many are done, of how many.
Progress = Callable[[str, str, int, int], None]


def _silent(_step: str, _name: str, _done: int, _of: int) -> None:
    """Say nothing."""


def fetch(
    client: Client,
    folder: Path,
    *,
    site: Site,
    wanted: Wanted | None = None,
    listed: Iterable[Listed] | None = None,
    dry_run: bool = False,
    progress: Progress = _silent,
) -> Fetched:
    """Bring the letters that are wanted and not here into ``folder``; keep its manifest.

    ``listed`` takes the place of the site's own lists. A letter counts as gone only where the page
    that listed it was read in this run. An interrupted run keeps all that it brought.

    Raises
    ------
    MarkupError
        if a page is not of the known form; what was fetched before stays.
    ForbiddenError
        if robots.txt forbids what is asked for.
    SiteError
        if a page of lists does not answer.
    BusyError
        if another run works on the folder.
    ManifestError
        if the folder's manifest is damaged.

    """
    wanted = wanted or Wanted()
    if dry_run:
        run = _Run(client, Manifest.load(folder), site, wanted, progress)
        run.result.planned = run.missing(run.listed(listed))
        run.result.requests = client.requests
        return run.result
    corner = folder / PRIVATE
    corner.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(str(corner / "fetch.lock"), timeout=0):
            run = _Run(client, Manifest.load(folder), site, wanted, progress)
            run.manifest.settle()
            try:
                run.bring(run.listed(listed))
            finally:
                run.manifest.save()
                run.manifest.save_parquet()
                run.result.requests = client.requests
            return run.result
    except Timeout:
        raise BusyError(f"another run fetches into {folder}; wait for it or end it") from None


class _Run:
    """One run over one folder."""

    def __init__(
        self, client: Client, manifest: Manifest, site: Site, wanted: Wanted, progress: Progress
    ) -> None:
        self.client = client
        self.manifest = manifest
        self.site = site
        self.wanted = wanted
        self.progress = progress
        self.store = LocalStore(str(manifest.folder))
        self.result = Fetched()
        self._saved_at = 0.0

    # ------------------------------------------------------------------ what is listed

    def listed(self, given: Iterable[Listed] | None) -> list[Listed]:
        """Return the letters that are wanted, and mark those that their page no longer lists."""
        if given is not None:
            return [letter for letter in given if self.wanted.letter(letter)]
        self.progress("page", "the list of authorities", 0, 0)
        everyone = providers(self.client, self.site)
        chosen = [provider for provider in everyone if self.wanted.provider(provider)]
        letters: list[Listed] = []
        read: set[str] = set()
        for number, provider in enumerate(chosen):
            self.progress("page", provider.name, number, len(chosen))
            letters += letters_of(self.client, self.site, provider)
            read.add(provider.url)
        self._mark_gone({letter.url for letter in letters}, read, {p.url for p in everyone})
        wanted = [letter for letter in letters if self.wanted.letter(letter)]
        self.result.unknown_types.update(
            letter.printed_type
            for letter in wanted
            if kind_of(letter.printed_type, letter.printed_date) == "other"
        )
        return list({letter.url: letter for letter in wanted}.values())

    def _mark_gone(self, listed: set[str], read: set[str], providers: set[str]) -> None:
        """Mark what a page read in this run lists no longer, or whose authority is listed no more.

        Entries of a list of addresses have no provider and are never gone.
        """
        for entry in list(self.manifest):
            known = entry.provider and (entry.provider in read or entry.provider not in providers)
            if known and entry.url not in listed and entry.state is not State.GONE:
                gone = replace(entry, state=State.GONE, reason="the site no longer lists it")
                self.manifest.put(gone)
                self.result.entries.append(gone)

    # ------------------------------------------------------------------ what is missing

    def missing(self, letters: list[Listed]) -> list[Listed]:
        """Return the letters whose files are not here as they are listed."""
        missing = [letter for letter in letters if not self._is_here(letter)]
        return missing[: self.wanted.limit] if self.wanted.limit else missing

    def _is_here(self, letter: Listed) -> bool:
        entry = self.manifest.get(letter.url)
        return entry is not None and self.manifest.holds(entry) and not _relisted(entry, letter)

    # ------------------------------------------------------------------ files

    def bring(self, letters: list[Listed]) -> None:
        """Fetch what is missing; every letter that is wanted gets an entry."""
        missing = {letter.url for letter in self.missing(letters)}
        for letter in letters:
            entry = self.manifest.get(letter.url)
            if letter.url not in missing and entry is not None and self.manifest.holds(entry):
                self._note(replace(entry, state=State.KNOWN, reason=""))
        todo = [letter for letter in letters if letter.url in missing]
        for number, letter in enumerate(todo):
            self.progress("file", f"{letter.authority}: {letter.printed_type}", number, len(todo))
            self._note(self._fetch(letter))
            self._save_now_and_then()

    def _save_now_and_then(self) -> None:
        """Save, if the last time is a while ago; what a kill loses is found again by its name."""
        if time.monotonic() - self._saved_at >= _SAVE_EVERY:
            self.manifest.save()
            self._saved_at = time.monotonic()

    def _note(self, entry: Entry) -> None:
        self.manifest.put(entry)
        self.result.entries.append(entry)

    def _fetch(self, letter: Listed) -> Entry:
        """Fetch one letter; what goes wrong with it is its own entry's reason."""
        before = self.manifest.get(letter.url)
        entry = Entry(
            letter.url, letter.file_id, letter.provider, letter.urn, letter.authority,
            letter.printed_type, letter.printed_date.isoformat() if letter.printed_date else "",
            path=file_name(letter),
        )  # fmt: skip
        if before is None and (adopted := self._adopt(entry)) is not None:
            return adopted
        try:
            content = self.client.file(self.site.served_at(letter.url))
        except SiteError as error:
            if isinstance(error, ForbiddenError) and letter.provider:
                raise  # all files of the site lie under the same rule
            return self._kept(before, entry, State.FAILED, str(error))
        if _MARK not in content[:_MARK_WITHIN]:
            return self._kept(before, entry, State.NOT_A_PDF, _what_it_is(content))
        self.store.write({entry.path: content})
        if before is not None and before.path and before.path != entry.path:
            self.store.remove([before.path])
        fetched = _described(entry, content)
        if before is None or not before.sha256:
            return replace(fetched, state=State.NEW)
        same = before.sha256 == fetched.sha256 and not _relisted(before, letter)
        return replace(fetched, state=State.KNOWN if same else State.CHANGED)

    def _adopt(self, entry: Entry) -> Entry | None:
        """Take a file that a run brought before it was killed: files appear whole or not at all."""
        try:
            content = self.store.read(entry.path)
        except FileNotFoundError:
            return None
        if _MARK not in content[:_MARK_WITHIN]:
            return None
        return replace(_described(entry, content), state=State.KNOWN)

    def _kept(self, before: Entry | None, entry: Entry, state: State, reason: str) -> Entry:
        """Return the entry of what could not be fetched; a file that is here stays in its place."""
        if before is None or not before.sha256:
            return replace(entry, path="", state=state, reason=reason)
        return replace(before, state=state, reason=f"{reason}; the earlier file is kept")


def _relisted(entry: Entry, letter: Listed) -> bool:
    """Tell whether the site says something else of a file than when it was fetched."""
    listed = letter.printed_date.isoformat() if letter.printed_date else ""
    return (entry.printed_type, entry.printed_date) != (letter.printed_type, listed)


def _described(entry: Entry, content: bytes) -> Entry:
    return replace(
        entry,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _what_it_is(content: bytes) -> str:
    if not content:
        return "an empty answer"
    head = content.lstrip()[:500].lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head:
        title = title_of(content.decode("utf-8", errors="replace"))
        return f"a web page: {title[:120]}" if title else "a web page"
    return f"no PDF: it begins with {content[:8]!r}"
