"""The columns of each section, with what they mean: the schema and the tables are made from these."""

from __future__ import annotations

from cspu.entitlement.wording import KINDS
from cspu.kernel.text import Text
from cspu.records.sections import Column, Kind

_ID = Column("id", Kind.TEXT, Text("Identifiant de la ligne", "Identifier of the line"))
_ORGANISATION = (
    Column(
        "organisation_id",
        Kind.ID,
        Text("Organisation concernée, s’il y en a une", "Organisation concerned, if any"),
        optional=True,
    ),
    Column("organisation", Kind.TEXT, Text("Son nom, s’il est connu", "Its name, if known")),
)
_RIGHT = (
    Column("right_id", Kind.TEXT, Text("Code du droit", "Code of the right")),
    Column("right", Kind.TEXT, Text("Nom du droit", "Name of the right")),
)
_UNIT = Column("unit", Kind.TEXT, Text("Unité de compte", "Unit of account"))
_PERIOD = (
    Column(
        "period_start", Kind.DATE, Text("Premier jour de la période", "First day of the period")
    ),
    Column("period_end", Kind.DATE, Text("Dernier jour de la période", "Last day of the period")),
)
_LAW = (
    Column(
        "article",
        Kind.TEXT,
        Text("Article de loi de cette version", "Article of law of that version"),
    ),
    Column(
        "version",
        Kind.DATE,
        Text("Entrée en vigueur de la version de la loi", "Entry into force of the law’s version"),
    ),
)
_PAYER = Column("payer", Kind.TEXT, Text("Qui paie", "Who pays"))

IDENTITY = (
    Column("birth_name", Kind.TEXT, Text("Nom de naissance", "Birth name")),
    Column("usual_name", Kind.TEXT, Text("Nom d’usage", "Name used")),
    Column("given_names", Kind.TEXT, Text("Prénoms", "Given names")),
    Column(
        "sex", Kind.TEXT, Text("Sexe à l’état civil : F, M, ou rien", "Civil sex: F, M, or nothing")
    ),
    Column("birth_date", Kind.DATE, Text("Date de naissance", "Date of birth"), optional=True),
)

ORGANISATIONS = (
    Column("organisation_id", Kind.ID, Text("Identifiant de l’organisation", "Its identifier")),
    Column("siret", Kind.TEXT, Text("Numéro SIRET", "SIRET number")),
    Column("name", Kind.TEXT, Text("Nom, s’il est connu", "Name, if known")),
    Column("ape", Kind.TEXT, Text("Code d’activité (APE)", "Activity code (APE)")),
    Column("idcc", Kind.TEXT, Text("Convention collective (IDCC)", "Collective agreement (IDCC)")),
    Column("region", Kind.TEXT, Text("Région", "Region")),
)

SOURCES = (
    Column("source_id", Kind.ID, Text("Identifiant du document", "Identifier of the document")),
    Column("kind", Kind.TEXT, Text("Sorte de document", "Kind of document")),
    Column("label", Kind.TEXT, Text("Nom du document", "Name of the document")),
    *_ORGANISATION,
    Column(
        "reference", Kind.TEXT, Text("Sa référence chez sa source", "Its reference at its source")
    ),
    Column("received_at", Kind.MOMENT, Text("Reçu le", "Received at")),
)


def facts(what: Text, *more: Column) -> tuple[Column, ...]:
    """The columns of a kind of fact: what it says, on whose word, and when it was held true."""
    return (
        _ID,
        Column("name", Kind.TEXT, what),
        Column("label", Kind.TEXT, Text("En clair", "In plain words")),
        *more,
        Column(
            "from_day",
            Kind.DATE,
            Text("Vrai à partir de (vide : depuis toujours)", "True from (empty: since ever)"),
            optional=True,
        ),
        Column(
            "to_day",
            Kind.DATE,
            Text("Vrai jusqu’à (vide : en cours)", "True until (empty: still true)"),
            optional=True,
        ),
        Column(
            "asserted_for",
            Kind.DATE,
            Text("Jour ou mois dont parle le document", "Day or month the document speaks of"),
        ),
        Column("source_id", Kind.ID, Text("Document qui l’affirme", "Document that asserts it")),
        Column(
            "origin_id",
            Kind.ID,
            Text("Suite de documents dont il fait partie", "Series it belongs to"),
        ),
        Column("recorded_from", Kind.MOMENT, Text("Inscrit le", "Recorded at")),
        Column(
            "recorded_to",
            Kind.MOMENT,
            Text(
                "Retiré ou corrigé le (vide : inscrit)", "Withdrawn or corrected at (empty: held)"
            ),
            optional=True,
        ),
    )


_VALUE = Column("value", Kind.TEXT, Text("Valeur", "Value"))
_DETAILS = Column(
    "details", Kind.DETAILS, Text("Autres détails du document", "More from the document")
)
SPELLS = facts(
    Text("Code de la situation", "Code of the situation"),
    *_ORGANISATION,
    Column("spell_id", Kind.ID, Text("Identifiant de la situation", "Identifier of the situation")),
    _DETAILS,
)
MEASURES = facts(
    Text("Code de la quantité du mois", "Code of the monthly quantity"),
    *_ORGANISATION,
    Column("spell_id", Kind.ID, Text("Situation concernée", "Situation concerned")),
    Column("value", Kind.DECIMAL, Text("Quantité", "Quantity")),
    _UNIT,
)
ATTRIBUTES = facts(Text("Code de l’information", "Code of the property"), _VALUE)
EVENTS = facts(
    Text("Code de l’événement", "Code of the event"),
    Column("event_id", Kind.ID, Text("Identifiant de l’événement", "Identifier of the event")),
    _DETAILS,
)

LIFE = (
    Column("label", Kind.TEXT, Text("Situation ou événement", "Situation or event")),
    Column("event", Kind.FLAG, Text("Événement d’un jour", "Event of one day")),
    Column("organisation", Kind.TEXT, Text("Organisation", "Organisation")),
    Column("from_day", Kind.DATE, Text("Du", "From")),
    Column(
        "to_day", Kind.DATE, Text("Au (vide : en cours)", "To (empty: still true)"), optional=True
    ),
    Column("source", Kind.TEXT, Text("D’après", "According to")),
)

RIGHTS = (
    *_RIGHT,
    Column("family", Kind.TEXT, Text("Famille de droits", "Family of rights")),
    Column("summary", Kind.TEXT, Text("Ce que c’est", "What it is")),
    Column("answer", Kind.TEXT, Text("Ouvert : yes, no ou unknown", "Open: yes, no or unknown")),
    Column(
        "balance",
        Kind.DECIMAL,
        Text("Solde à la date du document (vide : inconnu)", "Balance that day (empty: unknown)"),
        optional=True,
    ),
    Column(
        "protected",
        Kind.DECIMAL,
        Text("Dont part protégée", "Protected share of it"),
        optional=True,
    ),
    Column(
        "gives",
        Kind.TEXT,
        Text(
            "Nature : balance (tenu), payment (versé), status", "Kind: balance, payment or status"
        ),
    ),
    Column(
        "payment",
        Kind.DECIMAL,
        Text("Montant versé par période", "Amount paid each period"),
        optional=True,
    ),
    Column("rhythm", Kind.TEXT, Text("Rythme du versement", "Rhythm of the payment")),
    Column(
        "undrawn",
        Kind.FLAG,
        Text("Droit probable, non perçu à notre connaissance", "Likely due, not known to be drawn"),
    ),
    Column(
        "perhaps",
        Kind.FLAG,
        Text(
            "Droit possible selon les ressources, non perçu à notre connaissance",
            "Perhaps due depending on means, not known to be drawn",
        ),
    ),
    Column(
        "mark",
        Kind.TEXT,
        Text("Ce qu’est ce droit, s’il n’est pas en vigueur", "What it is, where not law in force"),
    ),
    _UNIT,
    Column("meaning", Kind.TEXT, Text("Ce que cela permet", "What it allows")),
    Column(
        "ended",
        Kind.TEXT,
        Text("Depuis quand la loi ne le donne plus", "Since when no longer given"),
    ),
    Column("conditions", Kind.TEXTS, Text("Ce qui manque pour l’ouvrir", "What would open it")),
    Column(
        "missing", Kind.TEXTS, Text("Informations attendues, et de qui", "Facts missing, from whom")
    ),
    Column("responsible", Kind.TEXT, Text("À qui s’adresser", "Whom to ask")),
)

JUDGEMENTS = (
    *_RIGHT,
    *_ORGANISATION,
    *_PERIOD,
    Column("due_on", Kind.DATE, Text("Inscrit au compte le", "Due in the account on")),
    Column(
        "entitled",
        Kind.FLAG,
        Text("Droit ouvert (vide : on ne sait pas)", "Entitled (empty: not known)"),
        optional=True,
    ),
    Column(
        "amount",
        Kind.DECIMAL,
        Text("Montant avant plafond (vide : inconnu)", "Amount before the cap (empty: unknown)"),
        optional=True,
    ),
    Column(
        "award",
        Kind.DECIMAL,
        Text("Montant accordé (vide : sans montant)", "Amount awarded (empty: no amount)"),
        optional=True,
    ),
    Column(
        "protected",
        Kind.DECIMAL,
        Text("Dont part protégée", "Protected share of it"),
        optional=True,
    ),
    _UNIT,
    *_LAW,
    _PAYER,
)

EXPLANATIONS = (
    *_RIGHT,
    Column("organisation", Kind.TEXT, Text("Employeur concerné", "Employer concerned")),
    *_PERIOD,
    Column("answer", Kind.TEXT, Text("Ouvert : yes, no ou unknown", "Open: yes, no or unknown")),
    Column("sentence", Kind.TEXT, Text("Pourquoi ce montant", "Why this amount")),
    *_LAW,
    Column("url", Kind.TEXT, Text("Où lire l’article", "Where to read the article")),
    _PAYER,
)

ACCOUNTS = (
    Column("account_id", Kind.ID, Text("Identifiant du compte", "Identifier of the account")),
    *_RIGHT,
    *_ORGANISATION,
    _UNIT,
    Column(
        "balance",
        Kind.DECIMAL,
        Text("Solde de tout ce qui est inscrit", "Balance of all that is posted"),
    ),
    Column("protected", Kind.DECIMAL, Text("Dont part protégée", "Protected share of it")),
    Column("credits", Kind.DECIMAL, Text("Total entré", "Total in")),
    Column("debits", Kind.DECIMAL, Text("Total sorti", "Total out")),
    Column("movements", Kind.INTEGER, Text("Nombre de mouvements", "Number of movements")),
)

POSTINGS = (
    Column("batch_id", Kind.ID, Text("Identifiant de l’opération", "Identifier of the posting")),
    Column("recorded_at", Kind.MOMENT, Text("Faite le", "Made at")),
    Column("movements", Kind.INTEGER, Text("Vos mouvements inscrits", "Your movements it entered")),
)

MOVEMENTS = (
    _ID,
    *_RIGHT,
    Column("account_id", Kind.ID, Text("Compte", "Account")),
    Column("rank", Kind.INTEGER, Text("Numéro d’ordre dans le compte", "Rank in the account")),
    *_ORGANISATION,
    *_PERIOD,
    Column("due_on", Kind.DATE, Text("Date d’effet", "Effective date")),
    Column("recorded_at", Kind.MOMENT, Text("Inscrit le", "Recorded at")),
    Column(
        "amount",
        Kind.DECIMAL,
        Text("Montant, négatif s’il sort", "Amount, negative when it leaves"),
    ),
    Column("protected", Kind.DECIMAL, Text("Dont part protégée", "Protected share of it")),
    _UNIT,
    Column(
        "kind",
        Kind.TEXT,
        Text(
            "Code de la sorte : "
            + " ; ".join(f"{kind} : {each.fr}" for kind, each in KINDS.items()),
            "Code of the kind: " + "; ".join(f"{kind}: {each.en}" for kind, each in KINDS.items()),
        ),
    ),
    Column("what", Kind.TEXT, Text("Sorte, en clair", "Kind, in plain words")),
    Column("reason", Kind.TEXT, Text("Raison", "Reason")),
    *_LAW,
    _PAYER,
    Column("counterparty", Kind.TEXT, Text("Code de qui paie", "Code of who pays")),
    Column("debit_account_id", Kind.ID, Text("Compte débité", "Account debited")),
    Column("credit_account_id", Kind.ID, Text("Compte crédité", "Account credited")),
    Column("batch_id", Kind.ID, Text("Opération", "Posting")),
    Column(
        "hash",
        Kind.HASH,
        Text("Empreinte, enchaînée à la précédente", "Hash, chained to the one before"),
    ),
)

SETTLEMENT = (
    Column("settled_through", Kind.DATE, Text("Compte à jour jusqu’au", "Account settled through")),
    Column("settled_at", Kind.MOMENT, Text("Mis à jour le", "Settled at")),
    Column(
        "law_edition",
        Kind.INTEGER,
        Text("Édition de la loi appliquée", "Edition of the law applied"),
    ),
    Column(
        "facts_version", Kind.INTEGER, Text("Version de vos informations", "Version of your facts")
    ),
)
