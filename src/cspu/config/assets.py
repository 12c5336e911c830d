"""Front-end files of the packages in `package.json`: only those a page uses are served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

SERVED: Mapping[str, str] = {
    # address under /static/vendor/  ->  file (or pattern of files) under node_modules/
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "designsystemet.css": "@digdir/designsystemet-css/dist/src/index.css",
    "fonts": "@fontsource-variable/atkinson-hyperlegible-next/files/*-latin-wght-normal.woff2",
}

_PREFIX = PurePosixPath("vendor")


class PackagedAssetsFinder(BaseFinder):
    """Finds `vendor/<name>` in node_modules, for the names listed in SERVED and no others."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        """Look at the packages installed for this project."""
        self._root = Path(settings.CSPU_NODE_MODULES)
        self._storage = FileSystemStorage(location=self._root)

    def check(self, **_kwargs: object) -> list[CheckMessage]:
        """Nothing to configure, so nothing to check."""
        return []

    def find(self, path: str, find_all: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002  Django's signature
        """The file behind a static address, or nothing."""
        found = [str(file) for name, file in self._files() if name == path]
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every served file, as `collectstatic` wants them: address within its storage."""
        for name, file in self._files():
            if not any(fnmatch(name, pattern) for pattern in ignore_patterns or ()):
                yield name, _Renamed(name, file)

    def _files(self) -> Iterator[tuple[str, Path]]:
        for name, source in SERVED.items():
            if "*" not in source:
                file = self._root / source
                if file.is_file():
                    yield str(_PREFIX / name), file
                continue
            for file in sorted(self._root.glob(source)):
                yield str(_PREFIX / name / file.name), file


class _Renamed(FileSystemStorage):
    """One file under another name."""

    prefix = ""

    def __init__(self, name: str, file: Path) -> None:
        super().__init__(location=file.parent)
        self._names = {name: file.name}

    def path(self, name: str) -> str:
        return super().path(self._names.get(name, name))
