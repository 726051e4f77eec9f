"""The pages in a real browser: filter, search, addresses, keys, sorting, printing, no network.

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


def shown(page: Any) -> list[str]:
    """Return the sentences that a reader sees, in order."""
    texts = page.locator(".text .u:visible").all_text_contents()
    return [re.sub(r"\s+", " ", text).strip() for text in texts]


def status(page: Any) -> str:
    return str(page.locator("#shown").text_content())


def wait_for_status(page: Any, words: str) -> None:
    playwright.expect(page.locator("#shown")).to_contain_text(words)


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.closest('.u')?.textContent ?? ''"))


# ------------------------------------------------------------------------ filter, search


def test_only_the_newest_letter_is_open_at_first(visit: Any) -> None:
    page = open_norbridge(visit)
    assert status(page) == "All 3 sentences"
    page.select_option("#f-letter", "")
    assert status(page) == "All 16 sentences"
    assert page.locator("article.text:visible").count() == 4


def test_filter_by_finding_and_theme(visit: Any) -> None:
    page = open_norbridge(visit)
    page.select_option("#f-letter", label="1 March 2021: Inspection of children’s services")
    page.get_by_role("checkbox", name="Weakness").check()
    assert status(page) == "2 of 9 sentences fit"
    assert [text[0] for text in shown(page)] == ["▼", "▼"]
    page.get_by_role("checkbox", name="Mixed").check()
    assert status(page) == "3 of 9 sentences fit"
    page.select_option("#f-theme", "recording")
    assert shown(page) == ["▼Case records are not always up to date."]
    assert page.locator(".text h4:visible").all_text_contents() == ["p. 2Main findings"]
    page.fill("#f-text", "nowhere")
    wait_for_status(page, "0 of")
    assert page.locator("#nothing").is_visible()
    page.locator("#widen").click()
    wait_for_status(page, "All")


def test_the_rest_of_the_letter_can_stay_in_grey(visit: Any) -> None:
    page = open_norbridge(visit)
    page.get_by_role("checkbox", name="Weakness").check()
    assert len(shown(page)) == 1
    page.get_by_label("keep the rest of the letter").check()
    assert len(shown(page)) == 3
    assert page.locator(".u.grey:visible").count() == 2
    assert status(page) == "1 of 3 sentences fit"


def test_search_finds_all_words_or_a_phrase(visit: Any) -> None:
    page = open_norbridge(visit, "#read?letter=")
    page.fill("#f-text", "DOOR timely")
    wait_for_status(page, "2 of")
    assert set(shown(page)) == {"▲Decisions at the front door are now timely."}
    assert page.evaluate("CSS.highlights.get('found').size") == 4
    page.fill("#f-text", '"timely door"')
    wait_for_status(page, "0 of")
    page.fill("#f-text", "[(*")
    playwright.expect(page).to_have_url(re.compile("text=%5B%28"))
    assert status(page).startswith("0 of")


def test_counts_beside_the_filters_follow_the_other_filters(visit: Any) -> None:
    page = open_norbridge(visit)
    page.select_option("#f-letter", label="1 March 2021: Inspection of children’s services")
    assert page.locator("[data-count=weakness]").text_content() == "2"
    page.select_option("#f-theme", "front_door")
    assert page.locator("[data-count=weakness]").text_content() == "1"
    assert "Front door (2)" in page.locator("#f-theme option:checked").text_content()


# ------------------------------------------------------------------------------ addresses


def test_a_number_in_a_chart_leads_to_its_sentences(visit: Any) -> None:
    page = open_norbridge(visit)
    page.locator("#heat").get_by_role("link", name="1 weakness: Front door").first.click()
    wait_for_status(page, "fit")
    assert status(page) == "1 of 9 sentences fit"
    assert "too long in the front door" in shown(page)[0]
    assert page.evaluate("document.activeElement.id") == "read-h"


def test_the_address_of_a_sentence_opens_its_letter_and_marks_it(visit: Any) -> None:
    page = open_norbridge(visit)
    oldest = page.locator("article.text").nth(2).locator(".u").nth(1)
    identifier = oldest.get_attribute("id")
    assert not oldest.is_visible()
    page = open_norbridge(visit, f"?again#{identifier}")
    marked = page.locator(".u.at")
    assert marked.get_attribute("id") == identifier
    assert marked.is_visible()
    box = marked.bounding_box()
    assert 0 < box["y"] < 900
    assert "Front door" in page.locator("#panel").inner_text()


def test_a_page_number_of_a_quotation_leads_to_the_sentence(visit: Any) -> None:
    page = open_norbridge(visit)
    link = page.locator(".quotes .w a.src").last
    link.click()
    page.wait_for_selector(".u.at")
    assert f"#{page.locator('.u.at').get_attribute('id')}" == link.get_attribute("href")


def test_filters_survive_in_the_address(visit: Any) -> None:
    page = open_norbridge(visit)
    page.get_by_role("checkbox", name="Weakness").check()
    address = page.evaluate("location.hash")
    assert "finding=weakness" in address
    page = open_norbridge(visit, f"?again{address}")
    assert page.get_by_role("checkbox", name="Weakness").is_checked()
    assert status(page) == "1 of 3 sentences fit"


@pytest.mark.parametrize("address", ["#read?theme=%E0%A4&finding=x", "#s-none", "#%", "#read?"])
def test_a_broken_address_breaks_nothing(visit: Any, address: str) -> None:
    page = open_norbridge(visit, address)
    assert status(page) == "All 3 sentences"


# --------------------------------------------------------------- pointing, keys, readers


def test_pointing_shows_scores_evidence_and_method(visit: Any) -> None:
    page = open_norbridge(visit)
    page.select_option("#f-letter", label="1 March 2021: Inspection of children’s services")
    page.locator(".text .u.w:visible").first.hover()
    about = page.locator("#about").inner_text()
    for part in ("▼ Weakness", "Page 1, Headline findings", "a rule", "“too long”", "88",
                 "Front door", "Partnership"):  # fmt: skip
        assert part in about


def test_keys_walk_from_finding_to_finding(visit: Any) -> None:
    page = open_norbridge(visit)
    page.select_option("#f-letter", label="1 March 2021: Inspection of children’s services")
    assert page.locator(".text [tabindex='0']").count() == 1
    page.locator(".text [tabindex='0']").focus()
    assert focused(page).startswith("▲Leaders know")
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("▼Too many")
    described = page.evaluate("document.activeElement.getAttribute('aria-describedby')")
    assert described == "about" and "Weakness" in page.locator("#about").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith("Inspectors looked")
    page.keyboard.press("Enter")
    page.wait_for_selector(".u.at")
    page.keyboard.press("ArrowUp")
    assert focused(page).startswith("◆Most plans")
    page.keyboard.press("Escape")
    assert page.locator(".u.at").count() == 0


def test_keys_skip_what_the_filter_hides(visit: Any) -> None:
    page = open_norbridge(visit, "#read?letter=&finding=weakness")
    page.locator(".text [tabindex='0']").focus()
    for _ in range(10):
        assert focused(page).startswith("▼")
        page.keyboard.press("ArrowDown")


def test_the_text_is_one_stop_of_the_tab_key_and_focus_is_seen(visit: Any) -> None:
    page = open_norbridge(visit)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.locator("#filters button").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "k"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.text')") is None


def test_what_a_screen_reader_is_told(visit: Any) -> None:
    page = open_norbridge(visit)
    assert page.locator("#shown").get_attribute("aria-live") == "polite"
    for role in ("banner", "main", "contentinfo", "search"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("navigation", name="On this page").count() == 1
    assert page.locator(".text .u.w:visible .k").first.get_attribute("aria-label") == "Weakness:"
    named = page.evaluate(
        "[...document.querySelectorAll('select,input')].every(e => e.labels.length > 0)"
    )
    assert named


def test_newspapers_are_marked_reported(visit: Any) -> None:
    page = open_norbridge(visit, "#read?letter=")
    apart = page.locator("article.text:visible").last
    assert "Reported" in apart.locator("h3").inner_text()
    assert "Reported" in page.locator("#apart").inner_text()


def test_what_became_of_a_recommendation_opens_with_its_quotations(visit: Any) -> None:
    page = open_norbridge(visit)
    first = page.locator("#followup details").first
    assert not first.locator("q").first.is_visible()
    first.locator("summary").click()
    assert first.locator("q").first.inner_text() == "Decisions at the front door are now timely."


# --------------------------------------------------------------------- paper, small screen


def test_prints_to_paper_with_everything_opened(visit: Any, folder: Path) -> None:
    import pypdfium2

    page = open_norbridge(visit, "#read?letter=")
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
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_small_screen_a_sentence_opens_its_card(visit: Any) -> None:
    page = open_norbridge(visit, width=400)
    assert not page.locator("#panel").is_visible()
    page.locator(".text .u.w:visible").first.click()
    assert page.locator("#panel").is_visible()
    page.get_by_role("button", name="Close").click()
    assert not page.locator("#panel").is_visible()


def test_reads_without_scripts(browser: Any, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "authorities" / "norbridge.html").as_uri())
    assert page.locator("article.text:visible").count() == 4
    assert not page.locator("#filters").is_visible()
    page.goto((folder / "index.html").as_uri())
    assert page.locator("#table tbody tr:visible").count() == 3
    context.close()


def test_a_long_report_stays_quick(visit: Any, folder: Path) -> None:
    lines = [
        f"{'+-.±'[n % 4]} [front_door,planning] In case {n} the plan is clear, but it is late."
        for n in range(900)
    ]
    letter = letter_rows("Longham", "sif_inspection", date(2015, 1, 1), lines, per_page=20)
    dataset = Dataset.open(str(write_dataset(folder / "long", [letter])))
    site.write_authority(dataset, "longham", folder / "long.html")
    assert (folder / "long.html").stat().st_size < 700_000
    page = visit("long.html")
    seconds = page.evaluate(
        """() => {
            const box = document.querySelector("input[value=weakness]");
            const before = performance.now();
            box.click();
            document.body.offsetHeight;
            return (performance.now() - before) / 1000;
        }"""
    )
    assert status(page) == "225 of 900 sentences fit"
    assert seconds < 1  # a tenth of that on an idle machine


# ---------------------------------------------------------------------------- all authorities


def names_shown(page: Any) -> list[str]:
    return list(page.locator("#table tbody tr:visible th").all_inner_texts())


def test_hostile_names_are_only_text(visit: Any) -> None:
    page = visit("index.html")
    assert names_shown(page)[0] == f"Aby {HOSTILE}"
    page.locator("#table tbody th a").first.click()
    page.wait_for_selector("article")
    assert page.locator("h1").inner_text() == f"Aby {HOSTILE}"
    page.locator(".text .u.w:visible").first.hover()
    assert page.locator(".text img").count() == 0


def test_national_search_and_filters(visit: Any) -> None:
    page = visit("index.html")
    assert status(page) == "3 of 3 authorities, sorted by authority"
    page.fill("#f-text", "ZED")
    assert names_shown(page) == ["Zedham"]
    assert status(page).startswith("1 of 3")
    page.fill("#f-text", "")
    page.select_option("#f-region", "North")
    page.select_option("#f-grade", "good")
    assert names_shown(page) == ["Norbridge"]
    page.get_by_role("button", name="Show all").click()
    wait_for_status(page, "3 of")


def test_national_sorts_by_click_and_by_key(visit: Any) -> None:
    page = visit("index.html")
    head = page.get_by_role("button", name="Sentences", exact=True)
    head.click()
    assert names_shown(page)[0] == "Norbridge"
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert status(page).endswith("sorted by sentences, greatest first")
    head.focus()
    page.keyboard.press("Enter")
    assert names_shown(page)[-1] == "Norbridge"
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    rate = page.get_by_role("button", name="Weaknesses, per 100 sentences")
    rate.focus()
    page.keyboard.press(" ")
    column = page.locator("#table tbody tr td:nth-child(8)").all_inner_texts()
    assert column == sorted(column, key=float, reverse=True)
    page.get_by_role("button", name="Latest overall grade").click()
    assert names_shown(page)[-1].startswith("Aby")


def test_national_counts_the_latest_inspection_on_demand(visit: Any) -> None:
    page = visit("index.html")
    row = page.locator("#table tbody tr").nth(1)
    assert row.locator("td").nth(4).inner_text() == "15"
    page.get_by_role("radio", name="the latest full inspection").check()
    assert row.locator("td").nth(3).inner_text() == "1"
    assert row.locator("td").nth(4).inner_text() == "3"
    nothing = page.locator("#table tbody tr").first
    assert nothing.locator("td").nth(4).inner_text() == "0"
    assert nothing.locator("td").nth(6).inner_text() == "–"
