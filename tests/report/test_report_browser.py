"""The pages in a real browser: filter, search, addresses, keys, sorting, printing, no network.

A page answers when it can: every look at it is an ``expect``, which waits until it has answered.

Skipped, with the reason, where no Chromium is installed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_dataset import letter_rows, norbridge, norbridge_followup, write_dataset

from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.report import site

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

HOSTILE = '</script><img src=x onerror="window.hacked=1"> <script>window.hacked=1</script>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser to look at the pages with: none of {', '.join(BROWSERS)} is here")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    hostile = ["# Findings", f"- [front_door] {HOSTILE}", "+ [leadership] Leaders are good."]
    grades = {"overall_effectiveness": "good"}
    letters = [
        *norbridge(),
        letter_rows(f"Aby {HOSTILE}", "focused_visit", date(2020, 1, 1), hostile, slug="aby"),
        letter_rows("Zedham", "ilacs_inspection", date(2023, 1, 1), grades=grades, region="South"),
    ]
    dataset = Dataset.open(str(write_dataset(place / "dataset", letters, norbridge_followup())))
    list(site.write_national(dataset, place / "index.html"))
    return place


@pytest.fixture
def visit(browser: Any, folder: Path) -> Iterator[Any]:
    """Return a function that opens a page; at the end nothing may have gone wrong or outside."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda request: request.url.startswith(("file:", "data:")) or troubles.append(request.url),
    )

    def open_page(name: str, *, width: int = 1280) -> Any:
        page.set_viewport_size({"width": width, "height": 900})
        file, mark, rest = name.partition("#")
        file, query, again = file.partition("?")
        page.goto((folder / file).as_uri() + query + again + mark + rest)
        return page

    yield open_page
    assert troubles == []
    assert page.evaluate("window.hacked") is None
    context.close()


def open_norbridge(visit: Any, hash_: str = "", **options: int) -> Any:
    return visit(f"authorities/norbridge.html{hash_}", **options)


def shown(page: Any) -> Any:
    """Return the sentences that a reader sees, in order."""
    return page.locator(".text .u:visible")


def expect_shown(page: Any, *texts: str | re.Pattern[str]) -> None:
    expect(shown(page)).to_have_text(list(texts))


def expect_status(page: Any, words: str | re.Pattern[str]) -> None:
    expect(page.locator("#shown")).to_have_text(words)


def expect_focus(page: Any, begin: str) -> None:
    """Wait until a sentence that begins so has the focus."""
    focused = page.locator(".u:focus, .u:has(:focus)")
    expect(focused).to_have_text(re.compile(rf"^\s*{begin}"))


# ------------------------------------------------------------------------ filter, search


def test_only_the_newest_letter_is_open_at_first(visit: Any) -> None:
    page = open_norbridge(visit)
    expect_status(page, "All 3 sentences")
    page.select_option("#f-letter", "")
    expect_status(page, "All 16 sentences")
    expect(page.locator("article.text:visible")).to_have_count(4)


def test_filter_by_finding_and_theme(visit: Any) -> None:
    page = open_norbridge(visit)
    page.select_option("#f-letter", label="1 March 2021: Inspection of children’s services")
    page.get_by_role("checkbox", name="Weakness").check()
    expect_status(page, "2 of 9 sentences fit")
    expect_shown(page, re.compile("^\\s*▼"), re.compile("^\\s*▼"))
    page.get_by_role("checkbox", name="Mixed").check()
    expect_status(page, "3 of 9 sentences fit")
    page.select_option("#f-theme", "recording")
    expect_shown(page, "▼Case records are not always up to date.")
    expect(page.locator(".text h4:visible")).to_have_text(["p. 2Main findings"])
    page.fill("#f-text", "nowhere")
    expect_status(page, re.compile("^0 of"))
    expect(page.locator("#nothing")).to_be_visible()
    page.locator("#widen").click()
    expect_status(page, re.compile("^All"))


def test_the_rest_of_the_letter_can_stay_in_grey(visit: Any) -> None:
    page = open_norbridge(visit)
    page.get_by_role("checkbox", name="Weakness").check()
    expect(shown(page)).to_have_count(1)
    page.get_by_label("keep the rest of the letter").check()
    expect(shown(page)).to_have_count(3)
    expect(page.locator(".u.grey:visible")).to_have_count(2)
    expect_status(page, "1 of 3 sentences fit")


def test_search_finds_all_words_or_a_phrase(visit: Any) -> None:
    page = open_norbridge(visit, "#read?letter=")
    page.fill("#f-text", "DOOR timely")
    expect_status(page, re.compile("^2 of"))
    expect_shown(page, *["▲Decisions at the front door are now timely."] * 2)
    page.wait_for_function("CSS.highlights.get('found')?.size === 4")
    page.fill("#f-text", '"timely door"')
    expect_status(page, re.compile("^0 of"))
    page.fill("#f-text", "[(*")
    expect(page).to_have_url(re.compile("text=%5B%28"))
    expect_status(page, re.compile("^0 of"))


def test_counts_beside_the_filters_follow_the_other_filters(visit: Any) -> None:
    page = open_norbridge(visit)
    page.select_option("#f-letter", label="1 March 2021: Inspection of children’s services")
    expect(page.locator("[data-count=weakness]")).to_have_text("2")
    page.select_option("#f-theme", "front_door")
    expect(page.locator("[data-count=weakness]")).to_have_text("1")
    expect(page.locator("#f-theme option:checked")).to_contain_text("Front door (2)")


# ------------------------------------------------------------------------------ addresses


def test_a_number_in_a_chart_leads_to_its_sentences(visit: Any) -> None:
    page = open_norbridge(visit)
    page.locator("#heat").get_by_role("link", name="1 weakness: Front door").first.click()
    expect_status(page, "1 of 9 sentences fit")
    expect_shown(page, re.compile("too long in the front door"))
    expect(page.locator("#read-h")).to_be_focused()


def test_the_address_of_a_sentence_opens_its_letter_and_marks_it(visit: Any) -> None:
    page = open_norbridge(visit)
    oldest = page.locator("article.text").nth(2).locator(".u").nth(1)
    identifier = oldest.get_attribute("id")
    expect(oldest).to_be_hidden()
    page = open_norbridge(visit, f"?again#{identifier}")
    marked = page.locator(".u.at")
    expect(marked).to_have_id(identifier)
    expect(marked).to_be_visible()
    expect(marked).to_be_in_viewport()
    expect(page.locator("#panel")).to_contain_text("Front door")


def test_a_page_number_of_a_quotation_leads_to_the_sentence(visit: Any) -> None:
    page = open_norbridge(visit)
    link = page.locator(".quotes .w a.src").last
    link.click()
    expect(page.locator(".u.at")).to_have_id(link.get_attribute("href").removeprefix("#"))


def test_filters_survive_in_the_address(visit: Any) -> None:
    page = open_norbridge(visit)
    page.get_by_role("checkbox", name="Weakness").check()
    expect(page).to_have_url(re.compile("finding=weakness"))
    address = page.evaluate("location.hash")
    page = open_norbridge(visit, f"?again{address}")
    expect(page.get_by_role("checkbox", name="Weakness")).to_be_checked()
    expect_status(page, "1 of 3 sentences fit")


@pytest.mark.parametrize("address", ["#read?theme=%E0%A4&finding=x", "#s-none", "#%", "#read?"])
def test_a_broken_address_breaks_nothing(visit: Any, address: str) -> None:
    page = open_norbridge(visit, address)
    expect_status(page, "All 3 sentences")


# --------------------------------------------------------------- pointing, keys, readers


def test_pointing_shows_scores_evidence_and_method(visit: Any) -> None:
    page = open_norbridge(visit)
    page.select_option("#f-letter", label="1 March 2021: Inspection of children’s services")
    page.locator(".text .u.w:visible").first.hover()
    about = page.locator("#about")
    for part in ("▼ Weakness", "Page 1, Headline findings", "a rule", "“too long”", "88",
                 "Front door", "Partnership"):  # fmt: skip
        expect(about).to_contain_text(part)


def test_keys_walk_from_finding_to_finding(visit: Any) -> None:
    page = open_norbridge(visit)
    page.select_option("#f-letter", label="1 March 2021: Inspection of children’s services")
    expect(page.locator(".text [tabindex='0']")).to_have_count(1)
    page.locator(".text [tabindex='0']").focus()
    expect_focus(page, "▲Leaders know")
    page.keyboard.press("ArrowDown")
    expect_focus(page, "▼Too many")
    expect(page.locator(":focus")).to_have_attribute("aria-describedby", "about")
    expect(page.locator("#about")).to_contain_text("Weakness")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect_focus(page, "Inspectors looked")
    page.keyboard.press("Enter")
    expect(page.locator(".u.at")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    expect_focus(page, "◆Most plans")
    page.keyboard.press("Escape")
    expect(page.locator(".u.at")).to_have_count(0)


def test_keys_skip_what_the_filter_hides(visit: Any) -> None:
    page = open_norbridge(visit, "#read?letter=&finding=weakness")
    page.locator(".text [tabindex='0']").focus()
    for _ in range(10):
        expect_focus(page, "▼")
        page.keyboard.press("ArrowDown")


def test_the_text_is_one_stop_of_the_tab_key_and_focus_is_seen(visit: Any) -> None:
    page = open_norbridge(visit)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.locator("#filters button").focus()
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_class("k")
    expect(focused).to_have_css("outline-style", "solid")
    page.keyboard.press("Tab")
    expect(page.locator(".text :focus")).to_have_count(0)


def test_what_a_screen_reader_is_told(visit: Any) -> None:
    page = open_norbridge(visit)
    expect(page.locator("#shown")).to_have_attribute("aria-live", "polite")
    for role in ("banner", "main", "contentinfo", "search"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("navigation", name="On this page")).to_have_count(1)
    first = page.locator(".text .u.w:visible .k").first
    expect(first).to_have_attribute("aria-label", "Weakness:")
    page.wait_for_function(
        "[...document.querySelectorAll('select,input')].every(e => e.labels.length > 0)"
    )


def test_newspapers_are_marked_reported(visit: Any) -> None:
    page = open_norbridge(visit, "#read?letter=")
    apart = page.locator("article.text:visible").last
    expect(apart.locator("h3")).to_contain_text("Reported")
    expect(page.locator("#apart")).to_contain_text("Reported")


def test_what_became_of_a_recommendation_opens_with_its_quotations(visit: Any) -> None:
    page = open_norbridge(visit)
    first = page.locator("#followup details").first
    expect(first.locator("q").first).to_be_hidden()
    first.locator("summary").click()
    expect(first.locator("q").first).to_be_visible()
    expect(first.locator("q").first).to_have_text("Decisions at the front door are now timely.")


# --------------------------------------------------------------------- paper, small screen


def test_prints_to_paper_with_everything_opened(visit: Any, folder: Path) -> None:
    import pypdfium2

    page = open_norbridge(visit, "#read?letter=")
    expect_status(page, "All 16 sentences")
    document = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    text = "\n".join(each.get_textpage().get_text_range() for each in document)
    assert len(document) >= 3
    for part in ("Grades over time", "Supervision is still not recorded well", "Improved"):
        assert part in text
    assert "Show everything" not in text and "Skip to main" not in text


@pytest.mark.parametrize("name", ["index.html", "authorities/norbridge.html"])
@pytest.mark.parametrize("width", [320, 400, 800])
def test_a_small_screen_scrolls_in_one_direction(visit: Any, name: str, width: int) -> None:
    page = visit(name, width=width)
    expect(page.locator("#shown")).to_have_text(re.compile("[0-9]"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_small_screen_a_sentence_opens_its_card(visit: Any) -> None:
    page = open_norbridge(visit, width=400)
    expect(page.locator("#panel")).to_be_hidden()
    page.locator(".text .u.w:visible").first.click()
    expect(page.locator("#panel")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel")).to_be_hidden()


def test_reads_without_scripts(browser: Any, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "authorities" / "norbridge.html").as_uri())
    expect(page.locator("article.text:visible")).to_have_count(4)
    expect(page.locator("#filters")).to_be_hidden()
    page.goto((folder / "index.html").as_uri())
    expect(page.locator("#table tbody tr:visible")).to_have_count(3)
    context.close()


def test_a_long_report_stays_small_and_is_filtered_whole(visit: Any, folder: Path) -> None:
    lines = [
        f"{'+-.±'[n % 4]} [front_door,planning] In case {n} the plan is clear, but it is late."
        for n in range(900)
    ]
    letter = letter_rows("Longham", "sif_inspection", date(2015, 1, 1), lines, per_page=20)
    dataset = Dataset.open(str(write_dataset(folder / "long", [letter])))
    site.write_authority(dataset, "longham", folder / "long.html")
    assert (folder / "long.html").stat().st_size < 700_000
    page = visit("long.html")
    page.get_by_role("checkbox", name="Weakness").check()
    expect_status(page, "225 of 900 sentences fit")


# ---------------------------------------------------------------------------- all authorities


def names(page: Any) -> Any:
    """Return the names of the authorities that a reader sees, in order."""
    return page.locator("#table tbody tr:visible th")


def test_hostile_names_are_only_text(visit: Any) -> None:
    page = visit("index.html")
    expect(names(page).first).to_have_text(f"Aby {HOSTILE}")
    page.locator("#table tbody th a").first.click()
    expect(page.locator("h1")).to_have_text(f"Aby {HOSTILE}")
    page.locator(".text .u.w:visible").first.hover()
    expect(page.locator(".text img")).to_have_count(0)


def test_national_search_and_filters(visit: Any) -> None:
    page = visit("index.html")
    expect_status(page, "3 of 3 authorities, sorted by authority")
    page.fill("#f-text", "ZED")
    expect(names(page)).to_have_text(["Zedham"])
    expect_status(page, re.compile("^1 of 3"))
    page.fill("#f-text", "")
    page.select_option("#f-region", "North")
    page.select_option("#f-grade", "good")
    expect(names(page)).to_have_text(["Norbridge"])
    page.get_by_role("button", name="Show all").click()
    expect_status(page, re.compile("^3 of"))


def test_national_sorts_by_click_and_by_key(visit: Any) -> None:
    page = visit("index.html")
    sorted_by = page.locator("th[aria-sort]")
    head = page.get_by_role("button", name="Sentences", exact=True)
    head.click()
    expect(names(page).first).to_have_text("Norbridge")
    expect(sorted_by).to_have_attribute("aria-sort", "descending")
    expect_status(page, re.compile("sorted by sentences, greatest first$"))
    head.focus()
    page.keyboard.press("Enter")
    expect(names(page).last).to_have_text("Norbridge")
    expect(sorted_by).to_have_attribute("aria-sort", "ascending")
    rate = page.get_by_role("button", name="Weaknesses, per 100 sentences")
    rate.focus()
    page.keyboard.press(" ")
    expect(sorted_by).to_have_attribute("aria-sort", "descending")
    column = page.locator("#table tbody tr td:nth-child(8)").all_inner_texts()
    assert column == sorted(column, key=float, reverse=True)
    page.get_by_role("button", name="Latest overall grade").click()
    expect(names(page).last).to_have_text(re.compile("^Aby"))


def test_national_counts_the_latest_inspection_on_demand(visit: Any) -> None:
    page = visit("index.html")
    row = page.locator("#table tbody tr").nth(1)
    expect(row.locator("td").nth(4)).to_have_text("15")
    page.get_by_role("radio", name="the latest full inspection").check()
    expect(row.locator("td").nth(3)).to_have_text("1")
    expect(row.locator("td").nth(4)).to_have_text("3")
    nothing = page.locator("#table tbody tr").first
    expect(nothing.locator("td").nth(4)).to_have_text("0")
    expect(nothing.locator("td").nth(6)).to_have_text("–")
