"""Tests of the law room: texts, language, compilers, explanations."""
