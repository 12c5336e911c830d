"""`cspu trust doubts` and `cspu trust agents`: what a human decides about who logs in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import typer

from cspu.cli.output import print_json, print_rows, say
from cspu.cli.session import WITHHELD, treatment
from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Text
from cspu.people.organisations import (
    DeclaredOrganisation,
    organisation_id,
    organisations,
    register_organisations,
)
from cspu.trust.access import load_access
from cspu.trust.agents import DeclaredAgent, agents_of, end_agent, link_doubt, register_agents
from cspu.trust.doubts import doubts, settle_doubt

JsonOption = Annotated[
    bool, typer.Option("--json", help=say("Une ligne JSON par cas.", "One JSON line each."))
]
SiretOption = Annotated[str, typer.Option(help=say("SIRET de l’organisme.", "SIRET of the body."))]

doubts_app = typer.Typer(
    no_args_is_help=True,
    help=say("Connexions dont l’identité est douteuse.", "Log-ins whose identity is in doubt."),
)
agents_app = typer.Typer(
    no_args_is_help=True, help=say("Qui travaille pour un organisme.", "Who works for a body.")
)


@doubts_app.command(
    "list",
    help=say(
        "Liste les connexions qui attendent une décision. Exemple : cspu trust doubts list",
        "List the log-ins that wait for a decision. Example: cspu trust doubts list",
    ),
)
def list_doubts(
    *,
    settled: Annotated[
        bool,
        typer.Option("--all", help=say("Celles qui sont décidées aussi.", "Decided ones too.")),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Every doubt with its reason; no identity is kept of it."""
    with treatment("batch", "trust doubts list"):
        found = doubts(settled=settled)
    if as_json:
        for each in found:
            print_json(each)
    else:
        print_rows(
            [
                {
                    "doubt": each.doubt,
                    "provider": each.provider,
                    "reason": each.reason,
                    "seen": f"{each.seen_at:%Y-%m-%d %H:%M}",
                    "outcome": each.outcome,
                    "by": each.settled_by,
                }
                for each in found
            ],
            as_json=False,
        )


@doubts_app.command(
    help=say(
        "Rattache une connexion à une personne, ou la refuse ; sa ligne est dans le journal de la personne. "
        "Exemple : cspu trust doubts settle 3f9a… --person 0f8f… --by « Anne Roy » "
        "--because « carte d’identité vue »",
        "Tie a log-in to a person, or refuse it; the person's journal has its line. "
        "Example: cspu trust doubts settle 3f9a… --person 0f8f… --by “Anne Roy” "
        "--because “identity card seen”",
    )
)
def settle(
    doubt: Annotated[str, typer.Argument(metavar="DOUBT")],
    *,
    person: Annotated[
        UUID | None, typer.Option(help=say("À qui elle est.", "Whose it is."))
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help=say("À personne.", "Nobody's."))] = False,
    by: Annotated[str, typer.Option(help=say("Qui décide (nom).", "Who decides (name)."))],
    because: Annotated[str, typer.Option(help=say("Sur quels papiers.", "On what papers."))],
    as_json: JsonOption = False,
) -> None:
    """Link to a person or refuse, once; written down with a name and a reason."""
    if (person is None) != refuse:
        raise typer.BadParameter(say("Donnez --person ou --refuse.", "Give --person or --refuse."))
    with treatment(
        "batch", "trust doubts settle", person=WITHHELD if person else None, refuse=refuse
    ):
        settle_doubt(
            doubt, PersonId(person) if person else None, by=by, words=because, act="doubt_settled"
        )
    print_rows([{"doubt": doubt, "outcome": "linked" if person else "refused"}], as_json=as_json)


@agents_app.command(
    "list",
    help=say(
        "Liste les agents d’un organisme. Exemple : cspu trust agents list --siret 00000012100017",
        "List the agents of a body. Example: cspu trust agents list --siret 00000012100017",
    ),
)
def list_agents(*, siret: SiretOption, as_json: JsonOption = False) -> None:
    """Everybody registered there, those who left too."""
    with treatment("batch", "trust agents list", siret=siret):
        found = agents_of(organisation_id(siret))
    print_rows(
        [
            {"agent": each.agent_id, "role": each.role, "name": each.name, "active": each.active}
            for each in found
        ],
        as_json=as_json,
    )


@agents_app.command(
    help=say(
        "Inscrit un agent, et rattache la connexion par laquelle il s’est présenté. "
        "Exemple : cspu trust agents register --siret 00000012100017 --role career_adviser "
        "--name « Camille Roy » --doubt 3f9a…",
        "Register an agent, and tie the log-in by which he came. "
        "Example: cspu trust agents register --siret 00000012100017 --role career_adviser "
        "--name “Camille Roy” --doubt 3f9a…",
    )
)
def register(
    *,
    siret: SiretOption,
    role: Annotated[str, typer.Option(help=say("Son rôle (code).", "The role (code)."))],
    name: Annotated[str, typer.Option(help=say("Le nom dont il signe.", "The name to sign with."))],
    organisation: Annotated[
        str,
        typer.Option(help=say("Nom de l’organisme, s’il est nouveau.", "The body's name, if new.")),
    ] = "",
    agent: Annotated[
        UUID | None, typer.Option(help=say("Un agent déjà inscrit.", "One known already."))
    ] = None,
    doubt: Annotated[
        str, typer.Option(help=say("Sa connexion douteuse.", "The doubted log-in."))
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Make an agent known in one role; the same id again changes what is said of it."""
    known = load_access().roles
    if role not in known or role == "mandated_relative":
        raise _unknown_role([key for key in known if key != "mandated_relative"])
    now, body = datetime.now(UTC), organisation_id(siret)
    with treatment("batch", "trust agents register", siret=siret, in_role=role):
        if organisation:
            register_organisations(
                [DeclaredOrganisation(siret=siret, name=organisation)], recorded_at=now
            )
        elif not organisations([body]):
            raise _unknown_body()
        declared = DeclaredAgent(agent or uuid4(), body, role, name)
        register_agents([declared], recorded_at=now)
        if doubt:
            link_doubt(doubt, declared.agent_id, at=now)
    print_rows([{"agent": declared.agent_id, "role": role, "linked": bool(doubt)}], as_json=as_json)


@agents_app.command(
    help=say(
        "Dit qu’un agent est parti : sa porte se ferme aussitôt. Exemple : cspu trust agents end 0f8f…",
        "Say that an agent left: the door shuts at once. Example: cspu trust agents end 0f8f…",
    )
)
def end(
    agent: Annotated[UUID, typer.Argument(metavar="AGENT")], *, as_json: JsonOption = False
) -> None:
    """Kept, inactive, for the lines he signed; refused (exit 1) where he is unknown or left already."""
    with treatment("batch", "trust agents end"):
        end_agent(agent)
    print_rows([{"agent": agent, "active": False}], as_json=as_json)


def _unknown_role(known: list[str]) -> CspuError:
    return CspuError(
        "trust.unknown_role",
        Text(fr="Aucun rôle n’a ce code.", en="No role has this code."),
        Text(fr=f"Rôles connus : {', '.join(known)}.", en=f"Known roles: {', '.join(known)}."),
    )


def _unknown_body() -> CspuError:
    return CspuError(
        "trust.unknown_organisation",
        Text(fr="Aucun organisme n’a ce SIRET ici.", en="No body has this SIRET here."),
        Text(fr="Donnez aussi son nom : --organisation.", en="Give its name too: --organisation."),
    )
