"""The QR code, read back from a picture as small as on a telephone."""

from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from cspu.trust.proofs import Holder, ProofCode, Verified, present, proof_code, read_shown, verify
from cspu.trust.proofs.showing import MAX_MODULES
from tests.trust.proofs.sealing import EVERYTHING, ISSUER, KEYS, NOW, sealed, state

PAGE = f"{ISSUER}/preuve"
PHONE = 328  # pixels of the narrowest telephone, 360, less the margins of the page
LONG = state(holder=Holder("de la Tour d’Auvergne-Lauraguais Saint-Exupéry", "Marie-Emmanuelle"))


def picture(code: ProofCode, width: int) -> Image.Image:
    drawn = Image.open(io.BytesIO(code.png())).convert("L")
    return drawn.resize((width, width), Image.Resampling.BILINEAR)


def scanned(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize(
    ("names", "modules"),
    [
        (("open",), 109),
        (("open", "balance_at_least"), 113),
        (("open", "open_since_at_least", "balance_at_least", "holder"), 121),
        (EVERYTHING, 121),
    ],
)
def test_a_telephone_reads_it(names: tuple[str, ...], modules: int) -> None:
    text = present(sealed(), names)
    code = proof_code(text, PAGE)
    assert code.whole
    assert code.modules <= modules
    assert scanned(picture(code, PHONE)) == [code.address]
    askew = picture(code, PHONE).rotate(5, expand=True, fillcolor=255)
    assert scanned(askew.filter(ImageFilter.GaussianBlur(0.8))) == [code.address]
    assert read_shown(code.address) == text
    assert isinstance(verify(read_shown(code.address), keys=KEYS, status=None, now=NOW), Verified)


def test_the_longest_name_still_fits() -> None:
    code = proof_code(present(sealed(known=LONG), EVERYTHING), PAGE)
    assert code.whole
    assert scanned(picture(code, PHONE)) == [code.address]


def test_a_proof_too_long_for_a_screen_gives_the_address_alone() -> None:
    endless = state(holder=Holder("".join(chr(0x3B1 + at * 7 % 500) for at in range(150)), "Zoé"))
    code = proof_code(present(sealed(known=endless), EVERYTHING), PAGE)
    assert (code.whole, code.address) == (False, PAGE)
    assert scanned(picture(code, PHONE)) == [PAGE]
    assert code.modules <= MAX_MODULES


def test_the_proof_stands_after_the_sharp_where_no_request_carries_it() -> None:
    address = proof_code(present(sealed(), ["open"]), PAGE).address
    before, _, after = address.partition("#")
    assert before == PAGE
    assert re.fullmatch("[A-Z2-7]+", after)


def test_packing_makes_the_code_smaller_than_the_text_would() -> None:
    import segno  # noqa: PLC0415

    text = present(sealed(), ["open", "balance_at_least"])
    plain = segno.make(f"{PAGE}#{text}", error="l", micro=False)
    assert plain.symbol_size()[0] >= proof_code(text, PAGE).modules + 24


def test_whatever_was_scanned_or_pasted_is_understood() -> None:
    text = present(sealed(), ["open"])
    code = proof_code(text, PAGE)
    packed = code.address.partition("#")[2]
    for form in (text, f"\n {text}\n", packed, code.address, f"{PAGE}#{text}"):
        assert read_shown(form) == text
    assert read_shown("BONJOUR") == "BONJOUR"


def test_the_svg_has_neither_style_nor_script() -> None:
    svg = proof_code(present(sealed(), ["open"]), PAGE).svg()
    assert svg.startswith("<svg")
    assert 'viewBox="0 0 ' in svg
    assert not re.search(r"style=|<style|<script|href", svg)
