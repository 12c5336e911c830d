"""Common given and family names, to be drawn from for people who do not exist."""

from __future__ import annotations

FEMALE = (
    "Alice", "Amina", "Anne", "Aurélie", "Camille", "Carole", "Chloé", "Claire", "Daniela", "Élise",
    "Emma", "Fatou", "Florence", "Hélène", "Inès", "Jeanne", "Julie", "Laura", "Leïla", "Lina",
    "Louise", "Lucie", "Manon", "Maria", "Marion", "Mathilde", "Mei", "Nathalie", "Nour", "Odile",
    "Pauline", "Rose", "Sabrina", "Sarah", "Sofia", "Sophie", "Sylvie", "Valérie", "Yasmine", "Zoé",
)  # fmt: skip
MALE = (
    "Adam", "Alain", "Alexandre", "Antoine", "Arnaud", "Bruno", "Cédric", "Christophe", "Daniel",
    "David", "Denis", "Éric", "Fabien", "François", "Gabriel", "Guillaume", "Hugo", "Ibrahim",
    "Jérôme", "Jules", "Julien", "Kevin", "Louis", "Lucas", "Mamadou", "Marc", "Mathieu", "Mehdi",
    "Michel", "Nicolas", "Noah", "Olivier", "Pascal", "Paul", "Pierre", "Rachid", "Samuel",
    "Thomas", "Victor", "Yann",
)  # fmt: skip
FAMILY = (
    "ALLARD", "BARBIER", "BARRE", "BENALI", "BERTIN", "BLANCHET", "BOUVIER", "BRETON", "CARON",
    "CHARPENTIER", "CLÉMENT", "COLLET", "DA COSTA", "DAVID", "DELORME", "DIALLO", "DUMAS", "DUPUIS",
    "DURAND", "FABRE", "FERREIRA", "FONTAINE", "FOURNIER", "GAILLARD", "GARNIER", "GAUTHIER",
    "GUÉRIN", "HADDAD", "HAMEL", "HUBERT", "JACQUET", "JOLY", "KEITA", "KLEIN", "LACROIX",
    "LAMBERT", "LANGLOIS", "LAURENT", "LEBRUN", "LECOMTE", "LEGRAND", "LEROUX", "LOPEZ", "MAILLARD",
    "MALLET", "MARCHAL", "MARTINEZ", "MASSON", "MERCIER", "MEYER", "MICHAUD", "MOREAU", "NGUYEN",
    "NOËL", "OLIVIER", "OUEDRAOGO", "PAYET", "PERRIN", "PICARD", "PRÉVOST", "RENARD", "REY",
    "RIVIÈRE", "ROLLAND", "ROUSSEL", "SANTOS", "SCHMITT", "SIMON", "TANGUY", "TRAORÉ", "VIDAL",
)  # fmt: skip
