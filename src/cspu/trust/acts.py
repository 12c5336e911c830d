"""Names of acts: what a line of the journal says was done, in words. One table for the whole site.

A page, a command or an API that passes the door gives one of these codes; a test holds that none is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cspu.kernel.text import Text

ACTS: Mapping[str, Text] = {
    "account": Text("Page « Mes droits »", "Page “My rights”"),
    "right": Text("Un droit en détail", "One right in full"),
    "life": Text("Page « Mon parcours »", "Page “My life course”"),
    "sharing": Text("Page « Qui peut voir »", "Page “Who can see”"),
    "consent_choose": Text("Préparation d’un accord", "Preparing a consent"),
    "consent_give": Text("Accord donné", "Consent given"),
    "consent_look": Text("Relecture d’un accord", "Reading a consent again"),
    "consent_stop": Text("Accord arrêté", "Consent stopped"),
    "question": Text("Lecture d’une question", "Reading a question"),
    "question_answer": Text("Réponse à une question", "Answering a question"),
    "code_make": Text("Code donné à un conseiller", "Code given to an adviser"),
    "help": Text("Page « Qui m’aide »", "Page “Who helps me”"),
    "roster": Text("Liste des personnes suivies", "List of the people looked after"),
    "helped": Text("Page de la personne aidée", "Page of the person helped"),
    "mandate_choose": Text("Préparation d’un mandat", "Preparing a mandate"),
    "mandate_give": Text("Mandat donné", "Mandate given"),
    "mandate_look": Text("Relecture d’un mandat", "Reading a mandate again"),
    "mandate_stop": Text("Mandat arrêté", "Mandate stopped"),
    "mandate_proof": Text("Lecture de la preuve d’un mandat", "Reading the proof of a mandate"),
    "journal": Text("Page « Journal »", "Page “Journal”"),
    "journal_api": Text("Lecture du journal par un logiciel", "Journal read by a program"),
    "correction_choose": Text("Préparation d’une correction", "Preparing a correction"),
    "correction_ask": Text("Erreur signalée à un organisme", "Mistake reported to a body"),
    "correction_reply": Text("Suite d’une correction", "Going on with a correction"),
    "corrections": Text("Page « Mes demandes de correction »", "Page “My correction requests”"),
    "correction": Text("Lecture d’une demande de correction", "Reading a correction request"),
    "correction_answer": Text("Réponse à une correction", "Answering a correction request"),
    "dossier": Text("Dossier ouvert à un bureau", "File opened at a desk"),
    "ask": Text("Question posée", "Question asked"),
    "mandate_record": Text("Mandat enregistré hors ligne", "Mandate recorded off line"),
    "complaint": Text("Lecture d’une réclamation", "Reading a complaint"),
    "complaint_answer": Text("Réponse à une réclamation", "Answering a complaint"),
    "documents": Text("Page « Mes documents »", "Page “My documents”"),
    "export": Text("Données emportées", "Data taken away"),
    "statement": Text("Relevé de compte", "Account statement"),
    "proof_form": Text("Préparation d’une preuve", "Preparing a proof"),
    "proof_made": Text("Preuve faite", "Proof made"),
    "proof": Text("Preuve montrée", "Proof shown"),
    "proof_withdrawn": Text("Preuve retirée", "Proof withdrawn"),
    "grievance": Text("Signalement d’une ligne du journal", "Reporting a line of the journal"),
    "questions": Text("Liste des questions posées", "List of questions asked"),
    "mandate_print": Text("Mandat à signer imprimé", "Mandate printed for signing"),
    "doubt_settled": Text("Connexion rattachée à votre compte", "Log-in tied to your account"),
    "colleagues": Text("Codes perdus d’un collègue", "A colleague's lost codes"),
    "complaints": Text("Liste des réclamations", "List of complaints"),
    "economy": Text("Page « Utiliser mes droits »", "Page “Using my rights”"),
    "use_choose": Text("Préparation d’une utilisation", "Preparing a use"),
    "use_look": Text("Détail d’une utilisation avant de confirmer", "Detail of a use, unconfirmed"),
    "use": Text("Droit utilisé", "Right used"),
    "use_read": Text("Lecture d’une utilisation", "Reading a use"),
    "use_undo": Text("Utilisation annulée", "Use undone"),
    "top_ups": Text("Page « Mes abondements »", "Page “My top-ups”"),
    "convert_choose": Text("Préparation d’une conversion", "Preparing a conversion"),
    "convert_quote": Text("Devis d’une conversion", "Quote of a conversion"),
    "convert_look": Text("Lecture d’un devis", "Reading a quote"),
    "convert": Text("Conversion faite", "Conversion done"),
    "debt_look": Text("Lecture d’une dette", "Reading a debt"),
    "debt_contest": Text("Dette contestée", "Debt contested"),
    "debt_give_back": Text("Remboursement d’une dette", "Paying back a debt"),
    "give": Text("Don de jours de repos", "Gift of rest days"),
    "calls": Text("Page « Recevoir des jours de repos »", "Page “Receiving rest days”"),
    "call_open": Text("Appel à dons de jours ouvert", "Call for days opened"),
    "need_certify": Text("Besoin attesté", "Need certified"),
    "time_bank": Text("Page « Entraide »", "Page “Mutual help”"),
    "notice_post": Text("Annonce d’entraide affichée", "Notice of help posted"),
    "notice_answer": Text("Réponse à une annonce d’entraide", "Answering a notice of help"),
    "exchange": Text("Lecture d’un échange d’entraide", "Reading an exchange of help"),
    "exchange_step": Text("Suite d’un échange d’entraide", "Going on with an exchange of help"),
    "exchange_propose": Text("Heures d’entraide proposées", "Hours of help proposed"),
    "exchange_confirm": Text("Heures d’entraide confirmées", "Hours of help confirmed"),
    "pass_hours": Text("Heures d’entraide pour un proche", "Hours of help for a relative"),
    "kin_code": Text("Code pour recevoir des heures", "Code to receive hours"),
    "receipt": Text("Lecture d’un reçu", "Reading a receipt"),
}

COMMANDS: Mapping[str, Text] = {
    "settle": Text(
        "Calcul des droits de tout le monde, selon la loi en vigueur",
        "Working out everybody's rights, by the law in force",
    ),
    "openfisca work": Text(
        "Estimation régulière, par OpenFisca-France, des montants que la loi d’ici ne calcule pas",
        "Regular estimate, by OpenFisca-France, of the amounts that the law here does not compute",
    ),
    "openfisca": Text(
        "Estimation, par OpenFisca-France, des montants que la loi d’ici ne calcule pas",
        "OpenFisca-France’s estimate of the amounts that the texts here do not compute",
    ),
    "law load": Text("Entrée en vigueur d’un texte de loi", "A law coming into force"),
    "law explain": Text("Explication d’un calcul, à la main", "Explaining one result, by hand"),
    "gift agree": Text(
        "Accord d’un employeur aux dons de jours", "An employer’s word on gifts of days"
    ),
    "gift grant": Text("Jours donnés d’un pot d’employeur", "Days granted from an employer’s pool"),
    "gift certify": Text("Attestation d’un besoin, à la main", "Certifying one need, by hand"),
    "federation add": Text("Réseau partenaire ajouté", "Partner network added"),
    "federation run": Text("Échanges avec les réseaux partenaires", "Dealings with partners"),
    "federation reconcile": Text(
        "Comptes comparés avec un réseau partenaire", "Books compared with a partner network"
    ),
    "ledger funders": Text(
        "Ce que chaque financeur a payé, en totaux", "What each funder paid, in totals"
    ),
    "dsn import": Text(
        "Lecture des déclarations des employeurs", "Reading the declarations of employers"
    ),
    "economy payees add": Text("Organisme agréé pour être payé", "Body accredited to be paid"),
    "economy payees end": Text("Fin de l’agrément d’un organisme", "End of a body's accreditation"),
    "economy payees list": Text(
        "Liste des organismes agréés pour être payés", "List of bodies accredited to be paid"
    ),
    "economy settle-hold": Text(
        "Réponse d’un organisme sur une somme réservée", "A body's word on an amount held for it"
    ),
    "economy top-up": Text("Abondement versé par un financeur", "Top-up given by a funder"),
    "economy catch-up": Text(
        "Fin des réservations et des abondements arrivés à terme, part du mois des dettes",
        "Ending holds and top-ups whose time has come, the month's share of debts",
    ),
    "debt contested": Text(
        "Liste des dettes contestées, pour qu’il y soit répondu",
        "List of contested debts, to be answered",
    ),
    "debt answer": Text(
        "Réponse d’un financeur à une dette contestée", "A funder's answer to a contested debt"
    ),
    "ledger verify": Text(
        "Vérification que rien n’a été modifié", "Checking that nothing was altered"
    ),
    "demo people": Text(
        "Mise en place des personnes de la démonstration", "Setting up the demonstration's people"
    ),
    "demo choices": Text(
        "Premiers choix des personnes de la démonstration",
        "First choices of the demonstration's people",
    ),
    "people generate": Text("Fabrication de personnes fictives", "Making up fictitious persons"),
    "people rotate-keys": Text(
        "Changement des clés qui protègent les numéros", "Changing the keys that protect numbers"
    ),
    "trust doubts settle": Text(
        "Décision sur une connexion dont l’identité était douteuse",
        "Decision on a log-in whose identity was in doubt",
    ),
    "trust agents register": Text(
        "Inscription d’un agent d’un organisme", "Registering somebody who works for a body"
    ),
    "trust doubts list": Text(
        "Liste des connexions à vérifier", "List of the log-ins to be checked"
    ),
    "trust agents list": Text("Liste des agents d’un organisme", "List of who works for a body"),
    "trust agents end": Text("Départ d’un agent d’un organisme", "Somebody leaving a body"),
    "export": Text("Export d’un compte, à la main", "Export of one account, by hand"),
}
"""What automatic treatments do, by the command that runs them."""


READING = frozenset({"export", "law explain"})
"""Commands about one person that change nothing of what she holds: every other one acts."""


def command_verb(command: str) -> Literal["read", "act"]:
    """What a command does with the data of the one person it is about."""
    return "read" if command in READING else "act"


def act_label(code: str) -> Text:
    """What an act is called, or a command that was about one person; its code where it has no name."""
    return ACTS.get(code) or command_label(code)


def command_label(command: str) -> Text:
    """What an automatic treatment does, whatever its options; its command where it has no name."""
    named = (words for name, words in COMMANDS.items() if f"{command} ".startswith(f"{name} "))
    return next(named, Text(command, command))
