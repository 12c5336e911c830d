"""Why a value is refused, in words a payroll manager knows."""

from __future__ import annotations

from cspu.employers.dsn.norm import Rubric
from cspu.kernel.text import Text

_SHOWN_CODES = 12

_FORMS = {
    "signed_amount": Text(
        "On attend un montant avec un point et deux décimales, par exemple 1234.56 ou -12.00.",
        "An amount with a point and two decimals is expected, such as 1234.56 or -12.00.",
    ),
    "amount": Text(
        "On attend un montant sans signe, avec un point et deux décimales, par exemple 1234.56.",
        "An amount without sign, with a point and two decimals is expected, such as 1234.56.",
    ),
    "nonzero_amount": Text(
        "On attend un montant non nul avec un point et deux décimales, par exemple 1234.56.",
        "An amount other than zero, with a point and two decimals, is expected, such as 1234.56.",
    ),
    "quantity": Text(
        "On attend une quantité avec un point et deux décimales, par exemple 151.67.",
        "A quantity with a point and two decimals is expected, such as 151.67.",
    ),
    "rate": Text(
        "On attend un taux avec un point et deux décimales, par exemple 0.70.",
        "A rate with a point and two decimals is expected, such as 0.70.",
    ),
    "nir": Text(
        "On attend un NIR de 13 caractères sans sa clé : sexe, année, mois, département, commune, ordre.",
        "A NIR of 13 characters without its key is expected: sex, year, month, department, commune, order.",
    ),
    "birth_date": Text(
        "On attend une date de naissance JJMMAAAA, avec 99 pour un jour ou un mois inconnu.",
        "A birth date DDMMYYYY is expected, with 99 for an unknown day or month.",
    ),
    "declaration_id": Text(
        "On attend la date (JJMMAAAA) suivie du numéro d'ordre de la déclaration remplacée.",
        "The date (DDMMYYYY) followed by the order number of the replaced declaration is expected.",
    ),
    "locality": Text(
        "On attend une localité en lettres sans accent, chiffres et espaces.",
        "A locality in unaccented letters, digits and spaces is expected.",
    ),
    "digits_not_all_zero": Text(
        "On attend des chiffres, pas tous nuls.", "Digits, not all zero, are expected."
    ),
}

UNREADABLE = Text(
    "On attend une rubrique et sa valeur entre apostrophes, par exemple S21.G00.30.002,'NOM'.",
    "A rubric and its value between apostrophes are expected, such as S21.G00.30.002,'NAME'.",
)
TOO_LONG = Text("La ligne dépasse 256 caractères.", "The line is longer than 256 characters.")
CONTROL = Text(
    "La ligne contient un caractère de contrôle ou invisible (fichier abîmé, ou autre codage).",
    "The line holds a control or invisible character (damaged file, or saved in another encoding).",
)
BLANK = Text(
    "La valeur est vide : la rubrique devrait être absente.",
    "The value is empty: the rubric should be left out.",
)
BLANK_REQUIRED = Text(
    "La valeur est vide alors qu'elle est obligatoire.", "The value is empty though it is required."
)
MISSING = Text(
    "Cette rubrique est obligatoire et manque dans le bloc.",
    "This rubric is required and missing from the block.",
)
OUTSIDE = Text(
    "Ce bloc n'est pas à sa place : le bloc dont il dépend n'est pas ouvert.",
    "This block is out of place: the block it depends on is not open.",
)
TWICE = Text(
    "Ce bloc ne peut figurer qu'une fois à cet endroit.", "This block may stand only once here."
)
AFTER_END = Text(
    "Cette ligne n'appartient à aucun envoi : aucun bloc S10 n'est ouvert.",
    "This line belongs to no message: no S10 block is open.",
)
UNENDED = Text(
    "L'envoi n'a pas de total (S90) : le fichier est sans doute tronqué.",
    "The message has no total (S90): the file was probably cut short.",
)
UNENDED_BATCH = Text(
    "Le lot n'a pas de fin (S95) : le fichier est sans doute tronqué.",
    "The batch has no end (S95): the file was probably cut short.",
)


def why(rubric: Rubric, value: str) -> Text:
    """Why this value is not admitted for this rubric."""
    if not rubric.low <= len(value) <= rubric.high:
        return _length(rubric, len(value))
    if rubric.kind == "in":
        return _codes(rubric)
    if rubric.kind == "date":
        return _date(rubric)
    if rubric.kind == "month":
        return Text(
            "On attend le premier jour d'un mois, 01MMAAAA.",
            "The first day of a month, 01MMYYYY, is expected.",
        )
    return _FORMS.get(
        rubric.detail,
        Text(
            "Cette forme n'est pas prévue par la norme.", "The norm does not provide for this form."
        ),
    )


def _length(rubric: Rubric, read: int) -> Text:
    low, high = rubric.low, rubric.high
    fr = str(low) if low == high else f"de {low} à {high}"
    en = str(low) if low == high else f"{low} to {high}"
    return Text(
        f"On attend {fr} caractères, {read} lus.",
        f"{en} characters are expected, {read} were read.",
    )


def _codes(rubric: Rubric) -> Text:
    codes = rubric.detail.split()
    shown = ", ".join(codes[:_SHOWN_CODES])
    more = len(codes) - _SHOWN_CODES
    if more <= 0:
        return Text(
            f"Ce code n'est pas dans la liste : {shown}.", f"This code is not in the list: {shown}."
        )
    return Text(
        f"Ce code n'est pas dans la liste : {shown} et {more} autres.",
        f"This code is not in the list: {shown} and {more} others.",
    )


def _date(rubric: Rubric) -> Text:
    if "19" in rubric.detail:
        return Text(
            "On attend une date JJMMAAAA qui existe au calendrier.",
            "A date DDMMYYYY that exists in the calendar is expected.",
        )
    return Text(
        "On attend une date JJMMAAAA qui existe au calendrier, à partir de 2000.",
        "A date DDMMYYYY that exists in the calendar, from 2000 on, is expected.",
    )
