"""Caps and protected shares: what a limit lets through of each period's amount, one after the other.

Note [room given back]. A cap on a balance is about what is in the account: what she used, converted or
gave away leaves room for the periods due after that day, in the order of days. What is expected thus
depends on what she did, which nothing rewrites, and never on what was posted to her.
"""

from __future__ import annotations

from cspu.entitlement.derivations import asked_for, quoted
from cspu.kernel.periods import PeriodKind
from cspu.law.model import Over, Per, Right

UNLIMITED = "9223372036854775807"


def _gives_room_back(right: Right, limit: str) -> bool:
    """See Note [room given back]. Where some version caps otherwise, none gives room back."""
    caps = [version.cap for version in right.versions if version.cap]
    kept = right.is_posted and limit == "cap" and bool(caps)
    return kept and all(cap.over is Over.BALANCE for cap in caps)


def owed_rows(right: Right) -> str:
    """What is owed of each period before the cap and, where it matters, what left the account before it."""
    if not _gives_room_back(right, "cap"):
        return f"owed AS (\nSELECT *, {_owed(right)} AS owed FROM judged)"
    kinds = quoted("use", "conversion", "gift")
    return f"""gone AS MATERIALIZED (
SELECT t.person_id, t.organisation_id, array_agg(t.due_on) AS days, array_agg(t.amount) AS amounts
FROM ledger.transfer AS t
WHERE {asked_for("t")} AND t.right_id = {quoted(right.id)} AND t.kind IN ({kinds})
AND t.debit_account_id = t.account_id
GROUP BY 1, 2),
owed AS (
SELECT j.*, {_owed(right)} AS owed,
CASE WHEN g.days IS NULL THEN 0 ELSE entitlement.gone_before(g.days, g.amounts, j.due_on) END AS gone
FROM judged AS j LEFT JOIN gone AS g USING (person_id, organisation_id))"""


def filled(right: Right, limit: str, added: str, upto: str, let_through: str) -> str:
    """What a limit lets through of each period's amount: no more than the room the periods before left.

    One window alone, and whoever has one period costs no call of `fill`. An unknown limit lets all
    through, as `fill` does.
    """
    source = "owed" if limit == "cap" else "with_award"
    if not any(getattr(version, limit) for version in right.versions):
        whole = added if limit == "cap" else "0::bigint"
        return f"with_{let_through} AS (SELECT *, {whole} AS {let_through} FROM {source})"
    before = (
        f"OVER (PARTITION BY {_span(right, limit)} ORDER BY period_start"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    if _gives_room_back(right, limit):
        room_taken = f"greatest(entitlement.fill({added}, {upto}, gone) {before} - gone, 0)"
    else:
        room_taken = f"entitlement.fill({added}, {upto}) {before}"
    so_far = f"filled_{limit}"
    return f"""{so_far} AS (SELECT *, {room_taken} AS {so_far} FROM {source}),
with_{let_through} AS (
SELECT *, greatest(0, least({upto} - {so_far}, {added})) AS {let_through} FROM {so_far})"""


def _owed(right: Right) -> str:
    due = "entitled IS TRUE AND amount > 0 AND upto IS NOT NULL"
    if right.period is PeriodKind.ONCE and right.is_posted:
        order = "PARTITION BY person_id, organisation_id ORDER BY period_start"
        so_far = f"count(*) FILTER (WHERE {due}) OVER ({order})"
        return f"CASE WHEN {due} AND {so_far} = 1 THEN amount ELSE 0 END"
    return f"CASE WHEN {due} THEN amount ELSE 0 END"


def _span(right: Right, name: str) -> str:
    """Over what a limit runs: a whole life, or the window of time that holds the period's end."""
    window = next(
        (
            limit.window
            for version in right.versions
            if (limit := getattr(version, name)) and limit.over is Over.WINDOW
        ),
        None,
    )
    whose = "person_id, organisation_id" if right.per is Per.EMPLOYER else "person_id"
    if window is None:
        return whose
    shift = (window.starts_month - 1) % window.months
    month = f"extract(year FROM period_end) * 12 + extract(month FROM period_end) - 1 - {shift}"
    return f"{whose}, div({month}, {window.months})"
