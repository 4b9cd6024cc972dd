"""The README of a receipt, in plain words, with the commands that check its signature by other programs."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from ingest.eds.sentence import Sentence
from ingest.receipt.names import README

# `-attime`: the certificate has expired when somebody looks years later. `-purpose any`: openssl asks for
# e-mail signing else, and of each authority too. One file of both authorities, because openssl looks for the
# middle of the path nowhere else.
COMMAND = """\
     cat evidence/authority.pem evidence/root.pem > trusted.pem
     openssl cms -verify -binary -inform DER -in signature.p7s \\
       -content statement.txt -out checked.txt \\
       -CAfile trusted.pem -purpose any -attime {seconds}
"""
RSA = Sentence(
    kk="""Қарапайым OpenSSL бағдарламасымен (түбіртек қалтасында):

{command}
   «CMS Verification successful» деген жауап қолтаңбаның дұрыстығын білдіреді.
   Қолтаңба кімдікі екенін мына пәрмен көрсетеді:

     openssl x509 -in evidence/signer.pem -noout -subject -dates -nameopt utf8
""",
    ru="""Обычной программой OpenSSL (в папке с квитанцией):

{command}
   Ответ «CMS Verification successful» означает, что подпись верна.
   Чья она, показывает команда:

     openssl x509 -in evidence/signer.pem -noout -subject -dates -nameopt utf8
""",
    en="""With plain OpenSSL (in the folder of the receipt):

{command}
   “CMS Verification successful” means that the signature holds. Whose it is:

     openssl x509 -in evidence/signer.pem -noout -subject -dates -nameopt utf8
""",
)
GOST = Sentence(
    kk="""Бұл қолтаңба ГОСТ 34.10-2015 бойынша жасалған; қарапайым OpenSSL оны танымайды.
   Мәтіннің өзгермегенін sha256sum бағдарламасымен receipt.json арқылы тексере аласыз.
""",
    ru="""Эта подпись сделана по ГОСТ 34.10-2015; обычный OpenSSL её не знает. Что текст не
   изменён, можно проверить программой sha256sum по файлу receipt.json.
""",
    en="""This signature is one of GOST 34.10-2015, which plain OpenSSL does not know. That the
   text was not changed can be checked with sha256sum against receipt.json.
""",
)
DEMO = Sentence(
    kk="""
БҰЛ — ДЕМОНСТРАЦИЯ. Қолтаңба ойдан шығарылған адамдікі, оның заңды күші жоқ.
""",
    ru="""
ЭТО ДЕМОНСТРАЦИЯ. Подпись поставил вымышленный человек, юридической силы она не имеет.
""",
    en="""
THIS IS A DEMONSTRATION. The signature is that of an invented person and binds nobody.
""",
)


@dataclass(frozen=True)
class About:
    portal: str
    submission: str
    received_at: datetime
    reference_time: datetime
    algorithm: str
    is_demo: bool


def readmes(about: About) -> dict[str, bytes]:
    """The file of each language by its name."""
    return {name: _readme(about, language) for language, name in README.items()}


def _readme(about: About, language: str) -> bytes:
    way = getattr(GOST if about.algorithm.startswith("gost") else RSA, language)
    command = COMMAND.format(seconds=int(about.reference_time.timestamp()))
    return (
        _template(README[language])
        .format(
            portal=about.portal,
            submission=about.submission,
            received_at=f"{about.received_at:%Y-%m-%d %H:%M:%S}",
            algorithm=about.algorithm,
            demo=getattr(DEMO, language) if about.is_demo else "",
            openssl=way.format(command=command).rstrip("\n"),
        )
        .encode()
    )


@cache
def _template(name: str) -> str:
    return files(__package__).joinpath("readme", name).read_text(encoding="utf-8")
