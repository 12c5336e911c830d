"""The first file a person opens: what is in the archive, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cspu.kernel.dates import format_day
from cspu.kernel.text import Lang, Text
from cspu.records.sections import Section

_NAME = Text("lisez-moi.txt", "read-me.txt")
_HEAD = Text(
    """VOTRE COMPTE SOCIAL PERSONNEL UNIVERSEL, au {day}

Ce dossier est à vous. Il contient tout ce que votre compte sait de vous.
Il contient des informations personnelles : gardez-le en lieu sûr, et ne le
donnez que si vous le voulez bien.

POUR LIRE
  mon-compte.pdf      qui vous êtes, vos droits et pourquoi, votre parcours,
                      les documents d'où cela vient, à qui vous adresser, qui
                      vous voit et vous aide, qui a regardé
  releve-01.pdf, …    tous les mouvements de vos comptes, dans l'ordre ;
                      vous pouvez refaire chaque addition à la main

POUR UN TABLEUR (dossier csv)
""",
    """YOUR UNIVERSAL PERSONAL SOCIAL ACCOUNT, on {day}

This file is yours. It holds all that your account knows about you.
It holds personal information: keep it in a safe place, and give it to
nobody unless you want to.

TO READ
  my-account.pdf         who you are, your rights and why, your life course,
                         the documents it comes from, whom to ask, who sees
                         and helps you, who looked
  statement-01.pdf, …    every movement of your accounts, in order;
                         you can add everything up by hand

FOR A SPREADSHEET (folder csv)
""",
)
_FOOT = Text(
    """
  Dates : année-mois-jour. Nombres : point décimal. Une case vide veut dire
  « inconnu » ou « sans fin », jamais zéro. Un texte qu'un tableur prendrait
  pour une formule commence par une apostrophe.

POUR UN PROGRAMME
  account.json        les mêmes données ; les textes y sont exactement ceux
                      que le compte détient
  schema.json         ce que veut dire chaque case (JSON Schema 2020-12)
  provenance.provn    d'où vient chaque montant : document, fait, loi, payeur
  provenance.json     la même chose (W3C PROV-JSON)
  manifest.json       l'empreinte SHA-256 de chaque fichier, pour vérifier que
                      rien n'a changé depuis

UNE INFORMATION EST FAUSSE ?
  Chaque ligne dit de quel document elle vient. C'est à celui qui l'a écrit de
  la corriger ; votre page « Mon parcours » montre les mêmes lignes.
""",
    """
  Dates: year-month-day. Numbers: decimal point. An empty cell means “not
  known” or “without end”, never zero. A text that a spreadsheet would take
  for a formula starts with an apostrophe.

FOR A PROGRAM
  account.json        the same data; texts are exactly those the account holds
  schema.json         what each cell means (JSON Schema 2020-12)
  provenance.provn    where each amount comes from: document, fact, law, payer
  provenance.json     the same (W3C PROV-JSON)
  manifest.json       the SHA-256 of each file, to check that nothing changed

SOMETHING IS WRONG?
  Each line says which document it comes from. Whoever wrote it corrects it;
  your page “My life course” shows the same lines.
""",
)


def readme(sections: Iterable[Section], *, on: date, lang: Lang) -> tuple[str, str]:
    """Its name and its text."""
    tables = "".join(f"  {each.name + '.csv':<19} {each.about.in_(lang)}\n" for each in sections)
    text = _HEAD.in_(lang).format(day=format_day(on, lang)) + tables + _FOOT.in_(lang)
    return _NAME.in_(lang), text.replace("\n", "\r\n")
