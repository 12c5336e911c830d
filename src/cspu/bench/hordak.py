"""django-hordak in a process of its own, for `cspu bench ledger` alone: transfers a second.

python -m cspu.bench.hordak ACCOUNTS SECONDS      (the database's address comes by standard input)

The same shape as ours: one income account everyone draws on, so many assets, one connection, each
transfer in a transaction of its own. django-hordak is a development dependency.
"""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Make the accounts, transfer for a while, print how many a second."""
    accounts, seconds = int(sys.argv[1]), float(sys.argv[2])
    settings.configure(
        DATABASES={"default": json.load(sys.stdin)},
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "djmoney", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        CURRENCIES=["EUR"],
        DEFAULT_CURRENCY="EUR",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    print(_transfers_a_second(accounts, seconds))  # noqa: T201  read by the bench


def _transfers_a_second(accounts: int, seconds: float) -> float:
    from django.db import connection, transaction  # noqa: PLC0415  needs Django to be set up
    from hordak.models import Account  # noqa: PLC0415
    from moneyed import Money  # noqa: PLC0415

    def account(number: int, kind: str) -> Any:  # noqa: ANN401  hordak is not typed
        place = {"lft": 1, "rght": 2, "tree_id": number, "level": 0}
        return Account(name=str(number), type=kind, currencies=["EUR"], **place)

    Account.objects.bulk_create([account(0, "IN")])
    Account.objects.bulk_create((account(n, "AS") for n in range(1, accounts + 1)), batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    funder = Account.objects.get(tree_id=0)
    persons = list(Account.objects.filter(type="AS"))
    chosen, done = random.Random(1), 0  # noqa: S311  a sample
    started = time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds:
        with transaction.atomic():
            funder.transfer_to(chosen.choice(persons), Money(chosen.randint(1, 50), "EUR"))
        done += 1
    return done / spent


if __name__ == "__main__":
    main()
