"""One made-up account, as the domain would hand it over: every state a card can be in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from cspu.entitlement.pages import (
    AccountPage,
    Condition,
    Duty,
    Explanation,
    FactUsed,
    Family,
    Holding,
    HowToAsk,
    MissingFact,
    Movement,
    Payment,
    Tile,
    TilePage,
    TraceNode,
    Upcoming,
)
from cspu.kernel.amounts import Amount, Unit
from cspu.kernel.answers import Answer
from cspu.kernel.ids import PersonId
from cspu.kernel.periods import month_of
from cspu.kernel.text import Text
from cspu.lifecourse.picture import Bar, Lane, LifePicture, Mark

TODAY = date(2026, 11, 23)
PERSON = PersonId(UUID("11111111-1111-4111-8111-111111111111"))
EURO = Unit("EUR", 2, Text("euro", "euro"), Text("euros", "euros"), "€")
POINT = Unit("C2P", 0, Text("point", "point"), Text("points", "points"))
DAY = Unit("DAY", 1, Text("jour", "day"), Text("jours", "days"))


def euros(whole: int) -> Amount:
    """Whole euros."""
    return Amount(EURO, whole * 100)


def days(tenths: int) -> Amount:
    """Days, in tenths."""
    return Amount(DAY, tenths)


def moment(year: int, month: int, day: int) -> datetime:
    """Noon that day."""
    return datetime(year, month, day, 12, tzinfo=UTC)


def movement(year: int, amount: Amount, after: Amount, *, new: bool = False) -> Movement:
    """A yearly credit."""
    return Movement(
        transfer_id=f"t{year}",
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        recorded_at=moment(year + 1, 2, 3),
        amount=amount,
        balance_after=after,
        kind="award",
        reason="Droit de l'année",
        counterparty="France compétences",
        article="Code du travail, article L6323-11",
        is_new=new,
        act=None,
    )


def tile(right_id: str, family: str, label: str, answer: Answer, **more: object) -> Tile:
    """A tile with everything empty but what is said."""
    fields: dict[str, object] = {
        "summary": "",
        "balance": None,
        "protected": None,
        "meaning": "",
        "news": (),
        "upcoming": None,
        "conditions": (),
        "missing": (),
        "responsible": "Caisse des dépôts",
        **more,
    }
    return Tile(right_id=right_id, family=family, label=label, answer=answer, **fields)  # type: ignore[arg-type]


HOURS_MISSING = MissingFact(
    "Heures travaillées",
    (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)),
    "votre employeur, SARL Les Glycines",
)
CHILD_BENEFIT = tile(
    "child_benefit",
    "guaranteed",
    "Allocations familiales",
    Answer.YES,
    gives="payment",
    judged=month_of(date(2026, 10, 1)),
    payment=Payment(Amount(EURO, 14199), "month"),
    undrawn=True,
    ask=HowToAsk("Demandez-les à votre CAF.", "https://www.caf.fr"),
)
HEALTH_COVER = tile(
    "health_cover",
    "guaranteed",
    "Santé",
    Answer.YES,
    gives="status",
    judged=month_of(date(2026, 10, 1)),
)
RSA = tile(
    "rsa",
    "guaranteed",
    "Revenu de solidarité",
    Answer.UNKNOWN,
    gives="payment",
    not_computed="OpenFisca-France n’est pas branché.",
)
LAST_YEAR = movement(2025, euros(500), euros(1500), new=True)
CPF = tile(
    "cpf",
    "endowment",
    "Compte formation",
    Answer.YES,
    summary="De l'argent pour vous former, toute votre vie de travail. Il vous suit d'un emploi "
    "à l'autre.",
    balance=euros(1500),
    meaning="Vous pouvez payer jusqu'à 1 500 € de formation.",
    news=(LAST_YEAR,),
    upcoming=Upcoming(
        date(2027, 1, 1),
        euros(500),
        complete=False,
        sentence="Pour l'année 2026, si vous travaillez au moins à mi-temps.",
    ),
)
DRIVING = tile(
    "driving_licence_aid",
    "endowment",
    "Aide au permis de conduire",
    Answer.NO,
    summary="500 € pour passer le permis B pendant l'apprentissage.",
    balance=euros(500),
    meaning="500 € vous ont été attribués pour votre permis.",
    conditions=(Condition("Être en apprentissage", Answer.NO),),
    responsible="Agence de services et de paiement",
)
CEC = tile(
    "cec",
    "specific",
    "Compte d'engagement citoyen",
    Answer.NO,
    summary="Votre bénévolat ou votre service civique donne droit à de la formation.",
    balance=euros(0),
    conditions=(
        Condition("Avoir fait au moins 200 heures de bénévolat dans l'année", Answer.NO),
        Condition("Diriger une association ou y encadrer des bénévoles", Answer.UNKNOWN),
    ),
)
C2P = tile(
    "c2p",
    "accumulated",
    "Compte de prévention",
    Answer.UNKNOWN,
    summary="Des points quand votre travail use : nuit, bruit, froid, gestes répétés.",
    balance=Amount(POINT, 12),
    protected=Amount(POINT, 12),
    meaning="12 points, à utiliser d'abord pour vous former à un métier moins dur.",
    missing=(HOURS_MISSING,),
    upcoming=Upcoming(
        date(2027, 1, 1), None, complete=False, sentence="Selon vos expositions de 2026."
    ),
    responsible="Assurance retraite",
)
LEAVE = tile(
    "paid_leave",
    "accumulated",
    "Congés payés",
    Answer.YES,
    summary="Les jours de repos payés que vous gagnez chaque mois travaillé.",
    balance=days(125),
    meaning="12,5 jours à prendre, chez deux employeurs.",
    upcoming=Upcoming(date(2026, 12, 1), days(25), complete=True, sentence="Pour novembre."),
    responsible="Vos employeurs",
)
UNKNOWN_TILE = tile(
    "carer_leave",
    "specific",
    "Congé de proche aidant",
    Answer.UNKNOWN,
    summary="Du temps pour accompagner un proche.",
    missing=(
        MissingFact("Lien avec la personne aidée", (), "vous-même, ou votre référent de parcours"),
    ),
    responsible="Votre employeur",
)
ACCOUNT = AccountPage(
    on=TODAY,
    families=(
        Family("guaranteed", "Droits garantis", "Santé et famille.", ()),
        Family(
            "endowment", "Droits en dotation", "Ce qui vous est donné pour avancer.", (CPF, DRIVING)
        ),
        Family(
            "specific",
            "Droits spécifiques",
            "Ce qui tient à votre situation : engagement, aidant, handicap.",
            (CEC, UNKNOWN_TILE),
        ),
        Family("accumulated", "Droits accumulés", "Ce que votre travail a gagné.", (C2P, LEAVE)),
    ),
)
TREE = (
    TraceNode(
        "Droit de l'année",
        "500 €",
        "Code du travail, article R6323-1",
        (
            TraceNode("Part de l'année travaillée", "1", "", ()),
            TraceNode(
                "Droit annuel",
                "500 €",
                "R6323-1",
                (TraceNode("Niveau de diplôme", "CAP", "", (), known=True),),
            ),
            TraceNode("Plafond restant", "3 500 €", "L6323-11", ()),
        ),
    ),
)


def explanation(year: int, **more: object) -> Explanation:
    """Why the yearly credit of that year."""
    fields: dict[str, object] = {
        "organisation": "",
        "answer": Answer.YES,
        "amount": euros(500),
        "over": more.get("posted", True),
        "posted": True,
        "missing": (),
        "conditions": (),
        **more,
    }
    return Explanation(
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        sentence=f"Vous avez travaillé toute l'année {year}, au moins à mi-temps : la loi vous "
        "donne 500 €.",
        article="Code du travail, article L6323-11",
        article_url="https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000037385684",
        in_force=date(2019, 1, 1),
        funder="France compétences",
        tree=TREE,
        facts=(
            FactUsed(
                "Heures travaillées",
                "1 607",
                "Déclaration de votre employeur (DSN)",
                moment(year + 1, 1, 15),
                "SARL Les Glycines, 12 mois",
            ),
            FactUsed("Niveau de diplôme", "CAP", "Vous-même", moment(2021, 5, 4), ""),
        ),
        **fields,  # type: ignore[arg-type]
    )


CPF_PAGE = TilePage(
    tile=CPF,
    holdings=(Holding("", euros(1500), euros(0)),),
    movements=(
        LAST_YEAR,
        movement(2024, euros(500), euros(1000)),
        movement(2023, euros(500), euros(500)),
    ),
    explanations=(
        explanation(2023),
        explanation(2024),
        explanation(2025),
        explanation(2026, posted=False, missing=(HOURS_MISSING,)),
    ),
    references=(
        ("Code du travail, articles L6323-1 à L6323-15", "https://www.legifrance.gouv.fr"),
    ),
    notes=(),
    checked_on=date(2026, 11, 22),
)
LEAVE_PAGE = TilePage(
    tile=LEAVE,
    holdings=(
        Holding("SARL Les Glycines", days(100), days(0)),
        Holding("Association Mains tendues", days(25), days(0)),
    ),
    movements=(
        Movement(
            "t1",
            date(2026, 10, 1),
            date(2026, 10, 31),
            moment(2026, 11, 10),
            days(-5),
            days(125),
            "correction",
            "Correction : 3 jours d'absence déclarés en retard",
            "SARL Les Glycines",
            "Code du travail, article L3141-3",
            is_new=True,
            act=None,
        ),
    ),
    explanations=(
        explanation(2026, organisation="SARL Les Glycines", amount=days(100)),
        explanation(2026, organisation="Association Mains tendues", amount=days(25)),
    ),
    references=(),
    notes=(),
    checked_on=None,
)
TILE_PAGES = {
    "cpf": CPF_PAGE,
    "paid_leave": LEAVE_PAGE,
    **{
        one.right_id: TilePage(one, (), (), (), (), (), None)
        for one in (DRIVING, CEC, C2P, UNKNOWN_TILE)
    },
    "child_benefit": TilePage(
        tile=CHILD_BENEFIT,
        holdings=(),
        movements=(),
        explanations=(explanation(2025), explanation(2026, over=False, posted=False)),
        references=(),
        notes=(),
        checked_on=None,
        duties=(Duty("Dire tout changement de situation.", "art. R514-1"),),
        assumptions=("Un montant de démonstration.",),
    ),
}


def bar(status: str, label: str, organisation: str, start: date, end: date | None) -> Bar:
    """A spell."""
    return Bar(status, label, organisation, start, end, "DSN", moment(2026, 11, 10))


LIFE = LifePicture(
    start=date(2003, 9, 1),
    end=TODAY,
    lanes=(
        Lane(
            "Activité",
            (
                bar("study", "Études", "Lycée Jean-Moulin", date(2003, 9, 1), date(2006, 6, 30)),
                bar(
                    "employment",
                    "Emploi",
                    "Boulangerie Lenoir",
                    date(2006, 9, 4),
                    date(2014, 3, 31),
                ),
                bar(
                    "unemployment", "Chômage", "France Travail", date(2014, 4, 1), date(2015, 2, 15)
                ),
                bar("employment", "Emploi", "SARL Les Glycines", date(2015, 2, 16), None),
            ),
        ),
        Lane(
            "En même temps",
            (
                bar("parental_leave", "Congé parental", "", date(2011, 1, 10), date(2012, 1, 9)),
                bar("sick_leave", "Arrêt maladie", "", date(2019, 5, 1), date(2019, 5, 20)),
                bar("employment", "Emploi", "Association Mains tendues", date(2024, 1, 8), None),
            ),
        ),
        Lane(
            "Engagement",
            (bar("volunteering", "Bénévolat", "Secours local", date(2022, 3, 1), None),),
        ),
    ),
    marks=(
        Mark("birth", "Naissance d'un enfant", date(2010, 10, 2), "Déclaré par vous"),
        Mark("diploma", "CAP boulangerie", date(2006, 7, 1), "Éducation nationale"),
    ),
)
