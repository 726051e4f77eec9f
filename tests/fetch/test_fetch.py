from __future__ import annotations

import csv
import hashlib
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from made_site import REPORT_NOT_FOUND, Answer, Letter, MadeSite, pdf

from ofsted_extract.fetch import (
    Client,
    Fetched,
    ForbiddenError,
    Manifest,
    Manners,
    MarkupError,
    SiteError,
    Wanted,
)
from ofsted_extract.fetch.download import BusyError, fetch
from ofsted_extract.fetch.listing import ListError, Site, hosts_allowed, providers, read_list
from ofsted_extract.fetch.manifest import MANIFEST, ManifestError, State

FAST = Manners(
    page_delay=0, file_delay=0, backoff=0.01, attempts=3, read_timeout=2, file_timeout=1,
    contact="somebody@example.org",
)  # fmt: skip
ALL = {
    "warwickshire-county-council/2024-07-15_focused_visit_50250001.pdf",
    "warwickshire-county-council/2022-01-24_ilacs_inspection_50250002.pdf",
    "warwickshire-county-council/2017-07-03_sif_inspection_2550003.pdf",
    "warwickshire-county-council/2024-06-05_send_inspection_50250004.pdf",
    "city-of-york-council/2024-07-15_jtai_50250011.pdf",
    "city-of-york-council/2024-07-15_focused_visit_50250012.pdf",
    "city-of-york-council/2024-07-15_other_50250013.pdf",
    "city-of-york-council/2020-02-01_other_50250014.pdf",
}


def bring(
    site: MadeSite, out: Path, wanted: Wanted | None = None, manners: Manners = FAST, **more
) -> Fetched:
    place = Site(site.address)
    with Client(manners, place.allows) as client:
        return fetch(client, out, site=place, wanted=wanted, **more)


def files(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*.pdf")}


def states(out: Path) -> dict[str, str]:
    return {entry.file_id: entry.state.value for entry in Manifest.load(out)}


# ---------------------------------------------------------------------- the whole way


def test_every_letter_of_the_site_lies_in_its_place(site, tmp_path):
    done = bring(site, tmp_path)
    assert files(tmp_path) == ALL
    assert done.counts == {State.NEW: 8}
    assert not done.has_failed
    assert done.unknown_types == {"A new kind of look": 1, "": 1}
    for entry in Manifest.load(tmp_path):
        content = (tmp_path / entry.path).read_bytes()
        assert content == pdf(entry.file_id)
        assert (entry.sha256, entry.size) == (hashlib.sha256(content).hexdigest(), len(content))
        assert entry.url == f"https://files.ofsted.gov.uk/v1/file/{entry.file_id}"
        assert entry.urn in {"80576", "80453"}
        assert entry.provider.endswith(f"/provider/44/{entry.urn}")


def test_what_a_page_prints_stands_in_the_manifest(site, tmp_path):
    bring(site, tmp_path)
    entries = {entry.file_id: entry for entry in Manifest.load(tmp_path)}
    assert entries["2550003"].printed_type == "Single inspection of LA children's services as pdf"
    assert entries["2550003"].printed_date == "2017-07-03"
    # hidden text without type and date: the link's own words, and the day of the timeline
    assert entries["50250013"].printed_type == "A new kind of look"
    assert entries["50250013"].printed_date == "2024-07-15"
    assert (entries["50250014"].printed_type, entries["50250014"].printed_date) == (
        "",
        "2020-02-01",
    )


def test_the_manifest_opens_in_pandas_and_excel(site, tmp_path):
    import pandas as pd

    bring(site, tmp_path)
    assert (tmp_path / MANIFEST).read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_parquet(tmp_path / "manifest.parquet")
    assert list(frame.columns) == list(
        next(csv.reader((tmp_path / MANIFEST).read_text("utf-8-sig").splitlines()))
    )
    assert set(frame.path) == ALL


def test_a_routine_refresh_costs_one_page_an_authority_and_no_file(site, tmp_path):
    bring(site, tmp_path)
    site.log.clear()
    done = bring(site, tmp_path)
    assert done.counts == {State.KNOWN: 8}
    assert len(site.asked("/provider/")) == 3
    assert len(site.asked("/search")) == 1
    assert site.asked("/v1/file/") == []
    assert done.requests == len(site.log) == 5  # and robots.txt


def test_every_request_says_who_asks(site, tmp_path):
    bring(site, tmp_path)
    assert {each.agent.split("/")[0] for each in site.log} == {"ofsted-extract"}
    assert all("somebody@example.org" in each.agent for each in site.log)


#: Seconds by which a busy machine may note the first request late.
LATE = 0.5


def test_requests_are_spaced_one_at_a_time(site, tmp_path):
    bring(site, tmp_path, manners=Manners(page_delay=0.1, file_delay=0.2, backoff=0.01))
    demanded = sum(0.2 if path.startswith("/v1/file/") else 0.1 for path in site.asked()[1:])
    assert demanded > 3 * LATE
    assert site.log[-1].at - site.log[0].at >= demanded - LATE


def test_a_crawl_delay_is_obeyed(site, tmp_path):
    site.robots = "User-agent: *\nCrawl-delay: 0.4\n"
    bring(site, tmp_path, Wanted(limit=1))
    # robots.txt itself is asked for before the delay is known
    demanded = 0.4 * (len(site.log) - 1)
    assert demanded > 3 * LATE
    assert site.log[-1].at - site.log[0].at >= demanded - LATE


# ---------------------------------------------------------------------- what is asked for


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(kinds=frozenset({"focused_visit"})), {"50250001", "50250012"}),
        (Wanted(kinds=frozenset({"jtai"})), {"50250011"}),
        (Wanted(authorities=frozenset({"york"}), since=date(2024, 1, 1)),
         {"50250011", "50250012", "50250013"}),
        (Wanted(regions=frozenset({"West Midlands"}), limit=2), {"50250001", "50250002"}),
        (Wanted(since=date(2024, 7, 1), kinds=frozenset({"send_inspection"})), set()),
    ],
)  # fmt: skip
def test_filters(site, tmp_path, wanted, found):
    bring(site, tmp_path, wanted)
    assert {entry.file_id for entry in Manifest.load(tmp_path) if entry.sha256} == found
    assert len(site.asked("/v1/file/")) == len(found)


def test_a_limit_goes_on_where_it_stopped(site, tmp_path):
    for _ in range(4):
        bring(site, tmp_path, Wanted(limit=2))
    assert files(tmp_path) == ALL
    assert len(site.asked("/v1/file/")) == 8


def test_a_dry_run_writes_and_fetches_nothing(site, tmp_path):
    done = bring(site, tmp_path, dry_run=True)
    assert len(done.planned) == 8
    assert list(tmp_path.iterdir()) == []
    assert site.asked("/v1/file/") == []


# ---------------------------------------------------------------------- what changes


def test_what_is_no_longer_listed_is_kept_and_marked(site, tmp_path):
    bring(site, tmp_path)
    name, letters = site.providers["80576"]
    site.providers["80576"] = (name, letters[1:])
    done = bring(site, tmp_path)
    assert states(tmp_path)["50250001"] == "gone"
    assert files(tmp_path) == ALL
    assert done.counts[State.GONE] == 1
    # and comes back
    site.providers["80576"] = (name, letters)
    bring(site, tmp_path)
    assert states(tmp_path)["50250001"] == "known"
    assert len(site.asked("/v1/file/50250001")) == 1


def test_a_filter_makes_nothing_gone(site, tmp_path):
    bring(site, tmp_path)
    bring(site, tmp_path, Wanted(authorities=frozenset({"york"})))
    bring(site, tmp_path, Wanted(kinds=frozenset({"jtai"})))
    assert "gone" not in states(tmp_path).values()


def test_letters_of_an_authority_that_is_listed_no_more_are_kept_and_marked(site, tmp_path):
    bring(site, tmp_path)
    del site.providers["80453"]
    bring(site, tmp_path)
    assert [states(tmp_path)[name] for name in ("50250011", "50250001")] == ["gone", "known"]
    assert files(tmp_path) == ALL


def test_a_letter_listed_anew_is_fetched_again(site, tmp_path):
    bring(site, tmp_path)
    _, letters = site.providers["80576"]
    letters[0] = Letter("50250001", "Children's services focused visit", date(2024, 7, 16))
    site.answers["/v1/file/50250001"] = Answer(pdf("50250001 amended"))
    bring(site, tmp_path)
    entry = Manifest.load(tmp_path).get("https://files.ofsted.gov.uk/v1/file/50250001")
    assert entry is not None
    assert entry.state is State.CHANGED
    assert "2024-07-16" in entry.path
    assert (tmp_path / entry.path).read_bytes() == pdf("50250001 amended")
    assert len(files(tmp_path)) == 8, "the file of the old name is not left behind"


def test_a_file_that_was_cut_or_removed_here_is_fetched_again(site, tmp_path):
    bring(site, tmp_path)
    first, second = sorted(files(tmp_path))[:2]
    (tmp_path / first).unlink()
    (tmp_path / second).write_bytes(b"%PDF")
    bring(site, tmp_path)
    assert files(tmp_path) == ALL
    assert set(states(tmp_path).values()) == {"known"}


def test_files_are_found_again_without_a_manifest(site, tmp_path):
    bring(site, tmp_path)
    (tmp_path / MANIFEST).unlink()
    site.log.clear()
    bring(site, tmp_path)
    assert site.asked("/v1/file/") == []
    assert set(states(tmp_path).values()) == {"known"}


# ---------------------------------------------------------------------- what goes wrong


def test_a_web_page_is_never_kept_as_a_letter(site, tmp_path):
    site.answers["/v1/file/50250001"] = Answer(REPORT_NOT_FOUND)
    done = bring(site, tmp_path)
    assert files(tmp_path) == {name for name in ALL if "50250001" not in name}
    entry = Manifest.load(tmp_path).get("https://files.ofsted.gov.uk/v1/file/50250001")
    assert entry is not None
    assert (entry.state, entry.reason) == (State.NOT_A_PDF, "a web page: Report not found")
    assert (entry.path, entry.sha256) == ("", "")
    assert done.has_failed


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_bursts_are_answered_with_patience(site, tmp_path, status):
    site.answers["/v1/file/50250001"] = [Answer(b"", status), Answer(b"", status)]
    bring(site, tmp_path)
    assert states(tmp_path)["50250001"] == "new"
    assert len(site.asked("/v1/file/50250001")) == 3


@pytest.mark.parametrize(("form", "least"), [("seconds", 1), ("date", 60)])
def test_retry_after_is_obeyed(site, tmp_path, form, least):
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    header = "1" if form == "seconds" else soon
    waits: list[float] = []
    site.answers["/v1/file/50250001"] = [Answer(b"", 429, {"Retry-After": header})]
    place = Site(site.address)
    with Client(FAST, place.allows, sleep=waits.append) as client:
        fetch(client, tmp_path, site=place, wanted=Wanted(limit=1))
    assert max(waits) >= least
    assert states(tmp_path)["50250001"] == "new"


def test_waits_grow_and_differ(site, tmp_path):
    waits: list[float] = []
    site.answers["/v1/file/50250001"] = Answer(b"", 503)
    place = Site(site.address)
    manners = Manners(page_delay=0, file_delay=0, backoff=1, attempts=4)
    with Client(manners, place.allows, sleep=waits.append) as client:
        fetch(client, tmp_path, site=place, wanted=Wanted(limit=1))
    assert len(waits) == 3
    for wait, least in zip(waits, (1, 2, 4), strict=True):
        assert least <= wait <= 1.5 * least
    assert len({round(wait / least, 6) for wait, least in zip(waits, (1, 2, 4), strict=True)}) > 1


def test_a_very_long_retry_after_is_a_refusal(site, tmp_path):
    site.answers["/v1/file/50250001"] = Answer(b"", 429, {"Retry-After": "90000"})
    bring(site, tmp_path)
    entry = Manifest.load(tmp_path).get("https://files.ofsted.gov.uk/v1/file/50250001")
    assert entry is not None and entry.state is State.FAILED
    assert "90000 seconds" in entry.reason
    assert len(site.asked("/v1/file/50250001")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Answer(b"", 503),
        Answer(b"", 404),
        Answer(pdf("x"), cut=True),
        Answer(pdf("x" * 60), drip=0.1),
    ],
    ids=["503", "404", "cut", "slow"],
)
def test_a_letter_that_cannot_be_had_costs_itself_alone(site, tmp_path, fault):
    site.answers["/v1/file/50250001"] = fault
    done = bring(site, tmp_path)
    assert files(tmp_path) == {name for name in ALL if "50250001" not in name}
    assert states(tmp_path)["50250001"] == "failed"
    assert done.has_failed
    # and is tried again by the next run
    del site.answers["/v1/file/50250001"]
    bring(site, tmp_path)
    assert files(tmp_path) == ALL


def test_a_refetch_that_fails_keeps_the_earlier_file(site, tmp_path):
    bring(site, tmp_path)
    site.providers["80576"][1][0] = Letter("50250001", "Something else", date(2024, 7, 15))
    site.answers["/v1/file/50250001"] = Answer(REPORT_NOT_FOUND)
    bring(site, tmp_path)
    entry = Manifest.load(tmp_path).get("https://files.ofsted.gov.uk/v1/file/50250001")
    assert entry is not None
    assert entry.state is State.NOT_A_PDF and "the earlier file is kept" in entry.reason
    assert (tmp_path / entry.path).read_bytes() == pdf("50250001")


def test_redirects_are_followed_within_the_site_only(site, tmp_path):
    site.answers["/v1/file/50250001"] = Answer(b"", 302, {"Location": "/v1/file/50250099"})
    site.answers["/v1/file/50250002"] = Answer(b"", 301, {"Location": "http://example.invalid/x"})
    bring(site, tmp_path)
    found = states(tmp_path)
    assert (found["50250001"], found["50250002"]) == ("new", "failed")
    assert (
        tmp_path / "warwickshire-county-council/2024-07-15_focused_visit_50250001.pdf"
    ).read_bytes() == pdf("50250099")


def test_endless_redirects_end(site, tmp_path):
    site.answers["/v1/file/50250001"] = Answer(b"", 302, {"Location": "/v1/file/50250001"})
    bring(site, tmp_path, Wanted(limit=1))
    assert states(tmp_path)["50250001"] == "failed"


# ---------------------------------------------------------------------- robots.txt


def test_a_robots_txt_that_forbids_ends_the_run(site, tmp_path):
    site.robots = "User-agent: *\nDisallow: /search\n"
    with pytest.raises(ForbiddenError, match=r"robots\.txt forbids"):
        bring(site, tmp_path)
    assert site.asked() == ["/robots.txt"]


def test_a_robots_txt_that_forbids_files_ends_the_run(site, tmp_path):
    site.robots = "User-agent: ofsted-extract\nDisallow: /v1/\n"
    with pytest.raises(ForbiddenError):
        bring(site, tmp_path)
    assert site.asked("/v1/") == []


def test_no_robots_txt_allows_and_one_that_cannot_be_read_forbids(site, tmp_path):
    site.answers["/robots.txt"] = Answer(b"", 404)
    bring(site, tmp_path, Wanted(limit=1))
    site.answers["/robots.txt"] = Answer(b"", 500)
    with pytest.raises(ForbiddenError, match="cannot be read"):
        bring(site, tmp_path)


# ---------------------------------------------------------------------- the site's form


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('class="results-count"', 'class="count"', "results-count"),
        ("results-list", "result-cards", "results-list"),
        ('class="search-result"', 'class="card"', "search-result"),
        ("search-result__title", "title", "search-result__title"),
        ("/provider/44/", "/authority/", "number of a provider"),
        ("heading--title", "title", "heading--title"),
        ('class="timeline"', 'class="events"', "timeline"),
        ("publication-link", "download", "publication-link"),
        ("/v1/file/", "/v2/document/", "number of a file"),
    ],
)
def test_a_page_of_another_form_names_what_is_missing(site, tmp_path, old, new, part):
    site.reshape = lambda _path, html: html.replace(old, new)
    with pytest.raises(MarkupError, match=part) as caught:
        bring(site, tmp_path)
    assert caught.value.url.startswith(site.address)
    assert files(tmp_path) == set()


def test_a_changed_page_marks_nothing_as_gone(site, tmp_path):
    bring(site, tmp_path)
    site.reshape = lambda _path, html: html.replace("publication-link", "download")
    with pytest.raises(MarkupError):
        bring(site, tmp_path)
    assert set(states(tmp_path).values()) == {"known"}


def many(count: int) -> MadeSite:
    made = MadeSite()
    for number in range(count):
        made.add(str(90000 + number), f"Authority {number}")
    return made


@pytest.mark.parametrize("per_page", [200, 100, 50, 7])
@pytest.mark.parametrize("shows_next", [True, False])
def test_all_authorities_are_found_whatever_the_page_cap(site, per_page, shows_next):
    site.providers = many(153).providers
    site.per_page, site.shows_next = per_page, shows_next
    place = Site(site.address)
    with Client(FAST, place.allows) as client:
        assert len(providers(client, place)) == 153


def test_fewer_authorities_than_counted_is_an_error(site):
    site.reshape = lambda _path, html: html.replace(">3</strong>", ">5</strong>")
    place = Site(site.address)
    with (
        Client(FAST, place.allows) as client,
        pytest.raises(MarkupError, match="search-result is missing"),
    ):
        providers(client, place)


def test_a_search_that_repeats_itself_ends(site):
    site.per_page = 2
    site.answers["/search"] = site.answer("/search?start=0")
    place = Site(site.address)
    with Client(FAST, place.allows) as client, pytest.raises(MarkupError, match="1 of 3 results"):
        providers(client, place)


def test_no_authority_at_all_is_an_error(site, tmp_path):
    site.providers.clear()
    with pytest.raises(MarkupError, match="any authority"):
        bring(site, tmp_path)


def test_a_list_page_that_does_not_answer_ends_the_run(site, tmp_path):
    site.answers["/provider/44/80453"] = Answer(b"", 503)
    with pytest.raises(SiteError, match="503"):
        bring(site, tmp_path)


# ---------------------------------------------------------------------- a list of addresses


def test_a_list_of_addresses(site, tmp_path):
    source = tmp_path / "list.csv"
    source.write_text(
        "\ufeffurl,authority,type,date\n"
        f"{site.address}/v1/file/50251111,Aldermere,Monitoring visit,12 May 2023\n"
        f'{site.address}/v1/file/report%20one.pdf,"Nul",,\n',
        "utf-8",
    )
    site.answers["/v1/file/report%20one.pdf"] = Answer(pdf("one"))
    listed = read_list(source)
    out = tmp_path / "out"
    with Client(FAST, hosts_allowed(listed)) as client:
        done = fetch(client, out, site=Site(), listed=listed)
    assert done.counts == {State.NEW: 2}
    names = files(out)
    assert "aldermere/2023-05-12_monitoring_visit_50251111.pdf" in names
    assert all(name.startswith(("aldermere/", "nul-/undated_other_")) for name in names)
    assert site.asked("/search") == []
    with Client(FAST, hosts_allowed(listed)) as client:
        assert fetch(client, out, site=Site(), listed=listed).counts == {State.KNOWN: 2}


def test_bare_addresses_one_a_line(tmp_path):
    source = tmp_path / "list.txt"
    source.write_text("http://example.org/a.pdf\n\nhttp://example.org/a.pdf\n", "utf-8")
    (letter,) = read_list(source)
    assert letter.authority == "example.org"


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "no address"), ("url\nfile:///etc/passwd\n", "line 2"), ("hello\n", "line 1")],
)
def test_a_bad_list_names_its_line(tmp_path, text, message):
    source = tmp_path / "list.csv"
    source.write_text(text, "utf-8")
    with pytest.raises(ListError, match=message):
        read_list(source)


# ---------------------------------------------------------------------- the folder


def test_a_damaged_manifest_is_named_and_left_alone(site, tmp_path):
    bring(site, tmp_path)
    path = tmp_path / MANIFEST
    path.write_text(path.read_text("utf-8-sig").replace(",new,", ",news,", 1), "utf-8-sig")
    before = path.read_bytes()
    with pytest.raises(ManifestError, match="line 2"):
        bring(site, tmp_path)
    assert path.read_bytes() == before


def test_two_runs_on_one_folder_do_not_meet(site, tmp_path):
    from filelock import FileLock

    (tmp_path / ".ofsted-extract").mkdir()
    with FileLock(str(tmp_path / ".ofsted-extract/fetch.lock")), pytest.raises(BusyError):
        bring(site, tmp_path)
