"""The law this process speaks by: the texts, compiled, and proved to be those that were enacted."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from django.db import connection

from cspu.entitlement import wording
from cspu.entitlement.compiling import CompiledRight, compile_right
from cspu.entitlement.errors import LawNotLoaded
from cspu.kernel.amounts import Unit
from cspu.kernel.text import Lang
from cspu.law.loading import load_pack
from cspu.law.model import EMPLOYER, LawPack
from cspu.lifecourse.vocabulary import LifeVocabulary, load_vocabulary

_BODIES = (EMPLOYER, "payee", "pool")
"""The kinds of a movement's other side that are a body with a name of its own."""


@dataclass(frozen=True, slots=True)
class LawInForce:
    """Texts, vocabulary and compiled rights that belong together.

    `digest` decides whether accounts must be settled anew: the texts, and what they compile to.
    """

    pack: LawPack
    life: LifeVocabulary
    rights: Mapping[str, CompiledRight]
    digest: str

    def unit_of(self, right_id: str) -> Unit:
        """The unit in which the right is held or paid; a status has none (KeyError)."""
        return self.pack.units[self.rights[right_id].right.unit]

    def unseen_of(self, right_id: str, lang: Lang) -> str:
        """What lowers its balance and nobody tells us, such as days already taken; empty: nothing."""
        unseen = self.rights[right_id].right.unseen
        return unseen.in_(lang) if unseen else ""

    def afterwards_of(self, right_id: str, lang: Lang) -> str:
        """What becomes of it when the contract is over with the employer who owes it; empty: no law says."""
        afterwards = self.rights[right_id].right.afterwards
        return afterwards.in_(lang) if afterwards else ""

    def payer_of(self, counterparty: str, organisation: str, lang: Lang) -> str:
        """Who pays or is paid, by name: a body by `organisation`, a funder of the texts by its label."""
        kind, _, code = counterparty.partition(":")
        if kind in _BODIES:
            return organisation or wording.EMPLOYER.in_(lang)
        if kind == "clearing":
            return ""  # what is given and what is got meet there; nobody pays
        funder = self.pack.funders.get(code)
        return funder.label.in_(lang) if funder else code


def compile_law(pack: LawPack, life: LifeVocabulary) -> LawInForce:
    """Compile every right of a pack; LawRefused if a text cannot be read."""
    ordered = sorted(pack, key=lambda right: right.id)
    compiled = [compile_right(right, pack.scale_of(right), life) for right in ordered]
    rights = {each.right.id: each for each in compiled}
    return LawInForce(pack, life, rights, digest_of(compiled))


def digest_of(rights: Sequence[CompiledRight]) -> str:
    """The digest of an edition."""
    return sha256(
        "\n".join(f"{each.right.id} {each.right.digest} {each.judge}" for each in rights).encode()
    ).hexdigest()


@cache
def installed_law() -> LawInForce:
    """The installed texts, compiled once a process.

    They live as long as it does: left to the collector, which walks them whole now and then, they make
    somebody's page wait a tenth of a second.
    """
    law = compile_law(load_pack(), load_vocabulary())
    gc.collect()
    gc.freeze()
    return law


def law_in_force() -> LawInForce:
    """The installed texts. LawNotLoaded unless they are the edition the database judges by.

    Asked each time: a law enacted while this process runs is not the one it would explain.
    """
    law = installed_law()
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM law.edition ORDER BY edition DESC LIMIT 1")
        enacted = cursor.fetchone()
    if enacted is None or enacted[0] != law.digest:
        raise LawNotLoaded
    return law
