"""The paper a mandate was signed on: a PDF or a picture, told by what it holds and not by its name."""

from __future__ import annotations

from dataclasses import dataclass

from cspu.kernel.text import Text
from cspu.trust.errors import ChoiceRefused

LARGEST = 5 * 1024 * 1024
"""Bytes; the database holds the same (`document_is_not_too_large`)."""

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """What is kept as proof."""

    media_type: str
    content: bytes


def read_paper(content: bytes) -> Paper:
    """The paper in these bytes. Raises ChoiceRefused where it is too large or of another kind."""
    if len(content) > LARGEST:
        raise ChoiceRefused(
            "trust.document_too_large",
            Text(fr="Ce fichier dépasse 5 Mo.", en="This file is over 5 MB."),
            Text(
                fr="Prenez une photo moins grande, ou un PDF plus léger.",
                en="Take a smaller picture, or a lighter PDF.",
            ),
        )
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return Paper(media_type, content)
    raise ChoiceRefused(
        "trust.document_kind",
        Text(
            fr="Ce fichier n’est ni un PDF ni une photo (JPEG ou PNG).",
            en="This file is neither a PDF nor a picture (JPEG or PNG).",
        ),
        Text(
            fr="Photographiez le mandat signé, ou joignez-le en PDF.",
            en="Photograph the signed mandate, or join it as a PDF.",
        ),
    )
