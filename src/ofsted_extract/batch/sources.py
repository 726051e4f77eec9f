"""Where letters were fetched from, by the manifest that `fetch` keeps beside them.

A letter below a folder with a ``manifest.csv`` gets the address it is served at, and a warning
where the site says something else of it than the letter itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ofsted_extract.fetch.manifest import KEPT, MANIFEST, Entry, Manifest, ManifestError
from ofsted_extract.fetch.names import kind_of
from ofsted_extract.kinds import OTHER
from ofsted_extract.write.rows import Row, Tables
from ofsted_extract.write.store import is_remote


@dataclass(frozen=True, slots=True)
class SiteSays:
    """What the site says of a letter: its address, and type and date (ISO) as printed there."""

    url: str
    printed_type: str
    printed_date: str


class Sources:
    """The manifests beside input files, each read once.

    ``problems`` are sentences about manifests that could not be read; their letters are read
    without an address.
    """

    def __init__(self) -> None:
        self._manifests: dict[Path, dict[str, Entry]] = {}
        self.problems: list[str] = []

    def of(self, location: str) -> SiteSays | None:
        """Return what the site says of the file at ``location``; None where no manifest tells."""
        if is_remote(location):
            return None
        path = Path(location)
        # a fetched letter lies one folder below its manifest
        for folder in path.parents[:2]:
            entry = self._manifest(folder).get(path.relative_to(folder).as_posix())
            if entry is not None:
                return SiteSays(entry.url, entry.printed_type, entry.printed_date)
        return None

    def _manifest(self, folder: Path) -> dict[str, Entry]:
        if folder not in self._manifests:
            self._manifests[folder] = self._read(folder) if (folder / MANIFEST).is_file() else {}
        return self._manifests[folder]

    def _read(self, folder: Path) -> dict[str, Entry]:
        try:
            return {entry.path: entry for entry in Manifest.load(folder) if entry.state in KEPT}
        except (ManifestError, OSError) as error:
            self.problems.append(f"{error} (letters are read without their addresses)")
            return {}


def note_source(tables: Tables, says: SiteSays | None) -> None:
    """Put a letter's address into its row, and what the site says otherwise into its warnings."""
    if says is None:
        return
    (row,) = tables["documents"]
    row["source_url"] = says.url
    row["warnings"] = [*_names(row["warnings"]), *_differences(row, says)]


def _differences(row: Row, says: SiteSays) -> list[str]:
    found = []
    published = row["published_on"]
    if says.printed_date and published and str(published) != says.printed_date:
        found.append(f"the site dates it {says.printed_date}, the letter itself {published}")
    kind = kind_of(says.printed_type, None)
    kinds = {kind, *_SAME_TYPE.get(kind, ())}
    if kind != OTHER and str(row["document_kind"]) not in kinds:
        own = row["document_kind"]
        found.append(f"the site calls it {says.printed_type!r}, by its own words it is {own}")
    return found


#: One printed type for several kinds: what the framework was called at the time.
_SAME_TYPE = {"ilacs_inspection": ("sif_inspection", "lac_inspection")}


def _names(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
