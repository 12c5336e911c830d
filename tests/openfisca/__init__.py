"""OpenFisca beside ours."""
