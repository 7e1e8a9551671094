"""ZIP archives of unknown origin: what they hold, read within bounds, with Chinese names as they were meant."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

from rag.errors import SourceError

ArchiveKind = Literal["docx", "xlsx", "ofd", "epub", "foreign", "files"]
"""``foreign``: a document of a program whose files are not read; ``files``: an archive of files."""

_MAX_UNPACKED_BYTES = 200_000_000
_MAX_RATIO = 200
_LEAST_PACKED_BYTES = 50_000
_MAX_ENTRIES = 20_000
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_FOREIGN_PARTS = ("ppt/presentation.xml", "content.xml", "xl/workbook.bin", "Index/Document.iwa")


@dataclass(frozen=True, slots=True)
class Archive:
    """An open ZIP archive; ``members`` maps the names of its files to their entries, in the archive's order."""

    name: str
    members: dict[str, zipfile.ZipInfo]
    _file: zipfile.ZipFile

    @property
    def kind(self) -> ArchiveKind:
        """What the archive is, judged by its parts alone."""
        names = {member.lower(): member for member in self.members}
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "ofd.xml" in names:
            return "ofd"
        if "meta-inf/container.xml" in names:
            return "epub"
        return "foreign" if any(part.lower() in names for part in _FOREIGN_PARTS) else "files"

    def holds(self, member: str) -> bool:
        """Whether there is a file of that name, letters in any case."""
        return self._key(member) is not None

    def read(self, member: str) -> bytes:
        """One file, unpacked.

        Raises:
            SourceError: missing, locked, damaged, or more than its entry says.
        """
        key = self._key(member)
        if key is None:
            raise SourceError(f"{self.name} lacks its part {member}; it is damaged: save it again")
        entry = self.members[key]
        if entry.flag_bits & _ENCRYPTED:
            raise SourceError(f"{self.name} is locked with a password; expected an open file: unlock it")
        try:
            with self._file.open(entry) as stream:
                data = stream.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
            raise SourceError(f"{self.name} is a damaged ZIP archive ({error}); save or fetch it again") from error
        if len(data) > entry.file_size:
            raise SourceError(f"{self.name} unpacks to more than it says; it is damaged: fetch it again")
        return data

    def _key(self, member: str) -> str | None:
        if member in self.members:
            return member
        wanted = member.lstrip("/").lower()
        return next((key for key in self.members if key.lower() == wanted), None)


_NO_NAME = "（无名）"
"""What a member is called that a damaged archive gives no name."""


def open_archive(data: bytes, name: str) -> Archive:
    """The archive in ``data``, once its sizes are found reasonable.

    Raises:
        SourceError: damaged, of too many files, or unpacking to an unreasonable size.
    """
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in file.infolist() if not entry.filename.endswith("/")]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(
            f"{name} is a damaged ZIP archive or Office document ({error}); open it in its program and save it again"
        ) from error
    size = sum(entry.file_size for entry in entries)
    if size > _MAX_UNPACKED_BYTES or size > _MAX_RATIO * max(len(data), _LEAST_PACKED_BYTES):
        raise SourceError(f"{name} unpacks to {size} bytes; expected at most {_MAX_UNPACKED_BYTES}: split it")
    if len(entries) > _MAX_ENTRIES:
        raise SourceError(f"{name} holds {len(entries)} files; expected at most {_MAX_ENTRIES}: split it")
    return Archive(name, {_meant_name(entry): entry for entry in entries}, file)


def _meant_name(entry: zipfile.ZipInfo) -> str:
    """A member's name: where the archive does not say UTF-8, Chinese programs wrote UTF-8 or GBK all the same."""
    if entry.flag_bits & _UTF8_NAME or entry.filename.isascii():
        return entry.filename or _NO_NAME
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
