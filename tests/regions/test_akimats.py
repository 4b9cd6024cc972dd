import re

import pytest

from regions.akimats import akimat_names, russian_genitive
from regions.facts import rows_of


def test_an_akimat_is_named_properly_in_three_languages() -> None:
    assert akimat_names(name_kk="Абай облысы", name_ru="область Абай", name_en="Abai Region") == {
        "name_kk": "Абай облысының әкімдігі",
        "name_ru": "Акимат области Абай",
        "name_en": "Akimat of Abai Region",
    }


@pytest.mark.parametrize(
    ("name", "genitive"),
    [
        ("Акмолинская область", "Акмолинской области"),
        ("Северо-Казахстанская область", "Северо-Казахстанской области"),
        ("область Жетісу", "области Жетісу"),
        ("Бухар-Жырауский район", "Бухар-Жырауского района"),
        ("район Биржан сал", "района Биржан сал"),
        ("район имени Габита Мусрепова", "района имени Габита Мусрепова"),
        ("город Астана", "города Астаны"),
        ("город Караганда", "города Караганды"),
        ("город Алматы", "города Алматы"),
        ("город Шымкент", "города Шымкента"),
        ("город Усть-Каменогорск", "города Усть-Каменогорска"),
        ("город Костанай", "города Костаная"),
        ("город Сарань", "города Сарани"),
        ("город Рудный", "города Рудного"),
        ("город Семей", "города Семей"),
        ("город Атырау", "города Атырау"),
    ],
)
def test_the_russian_genitive(name: str, genitive: str) -> None:
    assert russian_genitive(name) == genitive


def test_every_known_region_gives_a_genitive_that_is_one() -> None:
    for row in (*rows_of("oblasts"), *rows_of("rayons")):
        names = akimat_names(name_kk=row["name_kk"], name_ru=row["name_ru"], name_en=row["name_en"])
        assert re.search(r"(облысының|ауданының|қаласының) әкімдігі$", names["name_kk"]), names
        assert re.search(r"(^Акимат |ой |ого )(области|района|города)( |$)", names["name_ru"]), names
