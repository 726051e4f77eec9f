"""One request at a time: spaced, within robots.txt, retried with patience, never to a strange host.

The spacing holds between the *beginnings* of two requests of the whole run, whatever their host.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx
from protego import Protego
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from ofsted_extract._version import __version__

#: Answers that may be another one later: bursts are answered with 403 here, not only with 429.
_LATER = frozenset({403, 408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
#: Answers to robots.txt that say there is none (RFC 9309, 2.3.1.3); 429 is "later", not "none".
_NO_ROBOTS = frozenset(range(400, 500)) - {429}
#: robots.txt rules name the program by this.
AGENT = "ofsted-extract"


@dataclass(frozen=True, slots=True)
class Manners:
    """How requests are spaced and repeated; all times in seconds.

    A second between pages and two between files are what those who fetch from the site without
    being shut out report.
    """

    page_delay: float = 1.0
    file_delay: float = 2.0
    attempts: int = 5
    backoff: float = 2.0  # before the second attempt; doubles with each
    longest_wait: float = 600.0  # a Retry-After above this is a refusal
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    file_timeout: float = 300.0  # one file in all, however steadily it drips
    file_bytes: int = 100_000_000
    contact: str = ""

    @classmethod
    def spaced(cls, delay: float, contact: str = "") -> Manners:
        """Return manners with ``delay`` between pages, and twice as much between files."""
        return cls(page_delay=delay, file_delay=2 * delay, backoff=2 * delay, contact=contact)

    @property
    def user_agent(self) -> str:
        """Who asks: the project's name and, where one is given, whom to write to."""
        contact = f"; contact: {self.contact}" if self.contact else ""
        return f"{AGENT}/{__version__} (keeps a copy of published inspection letters{contact})"


class SiteError(Exception):
    """An address did not answer as it should, after all attempts; the message says how.

    ``status`` is the HTTP status of its last answer, 0 where there was none.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class ForbiddenError(SiteError):
    """robots.txt forbids an address, or could not be read, which counts as forbidden."""


class _LaterError(Exception):
    """It may answer another time. ``wait`` is what the server asked for, in seconds, or None."""

    def __init__(self, message: str, status: int = 0, wait: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait


class Client:
    """Asks for pages and files. Use it as a context manager.

    ``allowed`` decides which addresses may be asked at all, redirects included.
    """

    def __init__(
        self,
        manners: Manners,
        allowed: Callable[[str], bool],
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._manners = manners
        self._allowed = allowed
        self._sleep = sleep
        self._robots: dict[str, Protego] = {}
        self._asked_at: float | None = None
        self._jitter = random.Random()
        self.requests = 0
        self._http = httpx.Client(
            headers={"User-Agent": manners.user_agent},
            timeout=httpx.Timeout(manners.read_timeout, connect=manners.connect_timeout),
            follow_redirects=False,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def page(self, url: str) -> str:
        """Return a page's text.

        Raises
        ------
        ForbiddenError
            if robots.txt forbids it.
        SiteError
            if it does not answer well after all attempts.

        """
        return self._get(url, self._manners.page_delay).decode("utf-8", errors="replace")

    def file(self, url: str) -> bytes:
        """Return a file's bytes, all of them; raises as ``page`` does."""
        return self._get(url, self._manners.file_delay)

    # ------------------------------------------------------------------ one address, retried

    def _get(self, url: str, delay: float) -> bytes:
        self._check_robots(url)
        return self._retried(url, delay)

    def _retried(self, url: str, delay: float) -> bytes:
        retrying = Retrying(
            retry=retry_if_exception_type((_LaterError, httpx.TransportError)),
            stop=stop_after_attempt(self._manners.attempts),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._follow, url, delay)
        except (_LaterError, httpx.TransportError) as error:
            reason = str(error) or type(error).__name__
            raise SiteError(
                f"{url}: {reason} ({self._manners.attempts} attempts)", getattr(error, "status", 0)
            ) from error

    def _wait(self, state: RetryCallState) -> float:
        """Return the pause before the next attempt: doubled each time, never two alike."""
        pause = self._manners.backoff * 2 ** (state.attempt_number - 1)
        pause *= 1 + self._jitter.random() / 2
        error = state.outcome.exception() if state.outcome else None
        asked = getattr(error, "wait", None)
        return max(float(pause), float(asked or 0.0))

    def _follow(self, url: str, delay: float) -> bytes:
        """Ask once, through redirects; each step is a request of its own, spaced like any."""
        for _ in range(_MOST_REDIRECTS + 1):
            if not self._allowed(url):
                raise SiteError(f"{url} is on another host than the one asked for; not followed")
            with self._ask(url, delay) as answer:
                if answer.status_code not in _REDIRECTS:
                    self._check_status(url, answer)
                    return self._body(url, answer)
                target = urljoin(url, answer.headers.get("location", ""))
            if self._origin(target) != self._origin(url):
                self._check_robots(target)
            url = target
        raise SiteError(f"{url}: more than {_MOST_REDIRECTS} redirects")

    @contextmanager
    def _ask(self, url: str, delay: float) -> Iterator[httpx.Response]:
        if self._asked_at is not None:
            self._sleep_until(self._asked_at + max(delay, self._crawl_delay(url)))
        self._asked_at = time.monotonic()
        self.requests += 1
        with self._http.stream("GET", url) as answer:
            yield answer

    def _sleep_until(self, moment: float) -> None:
        pause = moment - time.monotonic()
        if pause > 0:
            self._sleep(pause)

    def _check_status(self, url: str, answer: httpx.Response) -> None:
        status = answer.status_code
        if status in _LATER:
            wait = _retry_after(answer.headers.get("retry-after", ""))
            if wait is not None and wait > self._manners.longest_wait:
                raise SiteError(
                    f"{url}: answered {status}, and asks to wait {wait:.0f} seconds", status
                )
            raise _LaterError(f"answered {status} {answer.reason_phrase}".strip(), status, wait)
        if not answer.is_success:
            raise SiteError(f"{url}: answered {status} {answer.reason_phrase}".strip(), status)

    def _body(self, url: str, answer: httpx.Response) -> bytes:
        """Return the whole body; one that ends early is a transport error of httpx."""
        begun = time.monotonic()
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self._manners.file_bytes:
                raise SiteError(f"{url}: more than {self._manners.file_bytes / 1e6:.0f} MB")
            if time.monotonic() - begun > self._manners.file_timeout:
                raise _LaterError(f"not complete after {self._manners.file_timeout:.0f} seconds")
        return b"".join(parts)

    # ------------------------------------------------------------------ robots.txt

    @staticmethod
    def _origin(url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"

    def _check_robots(self, url: str) -> None:
        if not self._allowed(url):
            raise SiteError(f"{url} is on another host than the one asked for; not followed")
        origin = self._origin(url)
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin)
        if not self._robots[origin].can_fetch(url, AGENT):
            raise ForbiddenError(f"{origin}/robots.txt forbids {url}")

    def _read_robots(self, origin: str) -> Protego:
        """Read robots.txt as RFC 9309 says: none there allows all, none to be had forbids all."""
        url = f"{origin}/robots.txt"
        try:
            return Protego.parse(
                self._retried(url, self._manners.page_delay).decode("utf-8", errors="replace")
            )
        except SiteError as error:
            if error.status in _NO_ROBOTS:
                return Protego.parse("")
            raise ForbiddenError(
                f"robots.txt cannot be read, which counts as forbidden: {error}"
            ) from error

    def _crawl_delay(self, url: str) -> float:
        robots = self._robots.get(self._origin(url))
        return float((robots.crawl_delay(AGENT) if robots else None) or 0.0)


def _retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header, given in seconds or as a date."""
    if value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
