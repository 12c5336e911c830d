"""The table of access: who may see what, as data a lawyer can read (the YAML files here).

model     the table and its questions
loading   the files, read and checked; AccessRefused says file, line and what is allowed
markdown  the same table as a page
"""

from cspu.trust.access.errors import AccessRefused
from cspu.trust.access.loading import load_access
from cspu.trust.access.model import CONSENT, AccessTable, Cell, Relation, Verb

__all__ = [
    "CONSENT",
    "AccessRefused",
    "AccessTable",
    "Cell",
    "Relation",
    "Verb",
    "load_access",
]
