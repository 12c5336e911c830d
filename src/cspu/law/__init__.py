"""The law in force: one text per right, its language, its compiler, its explanations. No Django.

The room reads no database: it turns texts into typed trees, trees into SQL, and the values the
database gives back into sentences.
"""
