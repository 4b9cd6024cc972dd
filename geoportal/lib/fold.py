"""One spelling for search: Kazakh letters as their nearest Russian ones, ё as е, й as и, capitals small.

The database function ``fold`` (regions/sql/functions.sql) does exactly the same; a test holds the two
together.
"""

# Kazakh and Russian letters that people type one for the other. Source: the Kazakh Cyrillic alphabet of 1940
# and the habit of typing it on a Russian keyboard.
FOLDED_FROM = "әғқңөұүһіёй"
FOLDED_TO = "агкноуухиеи"
RUSSIAN_UPPER = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
KAZAKH_UPPER = "ӘҒҚҢӨҰҮҺІЁ"
TABLE = str.maketrans(
    RUSSIAN_UPPER + KAZAKH_UPPER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + FOLDED_FROM,
    "абвгдежзииклмнопрстуфхцчшщъыьэюя" + "агкноуухие" + "abcdefghijklmnopqrstuvwxyz" + FOLDED_TO,
)


def words(text: str) -> list[str]:
    """The words of ``text`` as they are indexed (layers/sql/search_words.sql), each once, in their order."""
    blanked = "".join(character if character.isalnum() else " " for character in fold(text))
    return list(dict.fromkeys(blanked.split()))


def fold(text: str) -> str:
    """``text`` for comparison in search; characters outside the table stay as they are."""
    return text.translate(TABLE)
