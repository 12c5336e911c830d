"""`python -m cspu` is the `cspu` command."""

from cspu.cli import main

main()
