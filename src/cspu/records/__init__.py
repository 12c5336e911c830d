"""What the account holds, as documents the person takes away: the export, the statement.

`gathering` reads, section by section; `archive` writes the ZIP; `statement` writes a statement
alone. Nothing here decides who may read: each read runs inside a door that the caller gives.
"""
