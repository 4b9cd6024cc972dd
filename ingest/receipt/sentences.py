"""What a check of a receipt says, in three languages: in code, since it is read where no portal runs."""

from ingest.eds.refusals import SENTENCES
from ingest.eds.sentence import Sentence
from ingest.receipt.report import Outcome, Report, Step, Verdict

VERDICTS = {
    Verdict.VALID: Sentence(
        kk="Түбіртек жарамды: бәрі тексерілді, бәрі дұрыс.",
        ru="Квитанция верна: проверено всё, и всё сходится.",
        en="The receipt is valid: everything was checked, and everything holds.",
    ),
    Verdict.INVALID: Sentence(
        kk="Түбіртек жарамсыз.",
        ru="Квитанция недействительна.",
        en="The receipt is not valid.",
    ),
    Verdict.INCOMPLETE: Sentence(
        kk="Тексерілгеннің бәрі дұрыс, бірақ бәрін тексеру мүмкін болмады.",
        ru="Всё, что проверено, сходится, но проверить удалось не всё.",
        en="What was checked holds, but not everything could be checked.",
    ),
}
CHECKS = {
    "archive": Sentence(
        kk="Архив портал жинаған күйінде",
        ru="Архив такой, каким его собрал портал",
        en="The archive is as the portal packed it",
    ),
    "files": Sentence(
        kk="Әр файл түбіртек тізіміндегідей",
        ru="Каждый файл такой, как в списке квитанции",
        en="Every file is as the receipt lists it",
    ),
    "statement": Sentence(
        kk="Мәтін мен жазба порталдікі және бір-біріне сай",
        ru="Текст и запись принадлежат порталу и соответствуют друг другу",
        en="Text and record are the portal's and belong together",
    ),
    "signature": Sentence(
        kk="Қолтаңба осы мәтінге қойылған, куәлігі сенімді орталықтан",
        ru="Подпись поставлена под этим текстом, сертификат выдан доверенным центром",
        en="The signature is one of this text, with a certificate of a trusted authority",
    ),
    "time": Sentence(
        kk="Қол қойылған уақыт",
        ru="Время подписания",
        en="The time of signing",
    ),
    "revocation": Sentence(
        kk="Қол қойылған кезде куәлік кері қайтарып алынбаған",
        ru="При подписании сертификат не был отозван",
        en="The certificate was not revoked when it signed",
    ),
    "log": Sentence(
        kk="Жазба порталдың ашық журналында тұр",
        ru="Запись стоит в открытом журнале портала",
        en="The record stands in the portal's public log",
    ),
}
REASONS = {
    "too_large": Sentence(
        kk="Файл түбіртек болуға тым үлкен.",
        ru="Файл слишком велик для квитанции.",
        en="The file is too large for a receipt.",
    ),
    "not_an_archive": Sentence(
        kk="Бұл файл түбіртек архиві емес немесе бүлінген.",
        ru="Этот файл не архив квитанции или повреждён.",
        en="This file is not the archive of a receipt, or it is damaged.",
    ),
    "unexpected_file": Sentence(
        kk="Архивте түбіртекте болмайтын файл бар.",
        ru="В архиве есть файл, которого в квитанции не бывает.",
        en="The archive holds a file that no receipt has.",
    ),
    "missing_file": Sentence(
        kk="Архивте файл жетіспейді.",
        ru="В архиве не хватает файла.",
        en="The archive lacks a file.",
    ),
    "repacked": Sentence(
        kk="Архив өзгертілген немесе қайта жиналған. Қайта жиналған болса, ашылған қалтаны тексеріңіз.",
        ru="Архив изменён или собран заново. Если собран заново, проверьте распакованную папку.",
        en="The archive was changed or packed anew. If packed anew, check the unpacked folder instead.",
    ),
    "changed": Sentence(
        kk="Файл өзгертілген немесе бүлінген.",
        ru="Файл изменён или повреждён.",
        en="The file was changed or damaged.",
    ),
    "later_format": Sentence(
        kk="Түбіртек бұл бағдарламадан жаңарақ: оны жаңа нұсқамен тексеріңіз.",
        ru="Квитанция новее этой программы: проверьте её новой версией.",
        en="The receipt is newer than this program: check it with a new version.",
    ),
    "not_a_statement": Sentence(
        kk="Бұл портал қол қойғызатын мәтін емес.",
        ru="Это не тот текст, который портал даёт на подпись.",
        en="This is no text as the portal gives to sign.",
    ),
    "other_portal": Sentence(
        kk="Мәтін басқа порталға арналған.",
        ru="Текст предназначен другому порталу.",
        en="The text is meant for another portal.",
    ),
    "other_record": Sentence(
        kk="Портал жазбасы осы мәтін мен қолтаңба туралы емес.",
        ru="Запись портала — не об этом тексте и подписи.",
        en="The portal's record is not about this text and signature.",
    ),
    "untrusted": Sentence(
        kk="Қолтаңба дұрыс есептелген, бірақ бұл компьютер куәландырушы орталыққа сенбейді: баптауларда оның "
        "куәліктері жоқ.",
        ru="Подпись сходится, но этот компьютер не доверяет удостоверяющему центру: его сертификатов нет в "
        "настройках.",
        en="The signature adds up, but this machine does not trust the authority: its certificates are not "
        "in the settings.",
    ),
    "no_timestamp": Sentence(
        kk="Қолтаңбада уақыт белгісі жоқ: портал алған уақыт есептеледі.",
        ru="В подписи нет метки времени: считается время получения порталом.",
        en="The signature has no timestamp: the time when the portal received it counts.",
    ),
    "rightly_refused": Sentence(
        kk="Портал бұл өтінішті дәл осы себеппен қабылдамаған.",
        ru="Портал не принял это обращение именно по этой причине.",
        en="The portal refused this submission for this very reason.",
    ),
    "refusal_not_shown": Sentence(
        kk="Портал бұл өтінішті қабылдамаған; оның себебін түбіртек арқылы тексеру мүмкін емес.",
        ru="Портал не принял это обращение; причину по одной квитанции проверить нельзя.",
        en="The portal refused this submission; the receipt alone cannot show the reason.",
    ),
    "not_in_log_yet": Sentence(
        kk="Түбіртек алынған кезде жазба журналда әлі болмаған: түбіртекті қайта жүктеп алыңыз.",
        ru="Когда квитанция была получена, записи в журнале ещё не было: скачайте квитанцию снова.",
        en="The record had no place in the log yet when the receipt was taken: download the receipt again.",
    ),
    "log_key_unknown": Sentence(
        kk="Дәлел дұрыс, бірақ журнал кілті бұл компьютерге белгісіз: --log-key арқылы көрсетіңіз.",
        ru="Доказательство сходится, но ключ журнала этому компьютеру неизвестен: укажите --log-key.",
        en="The proof adds up, but the log's key is not known to this machine: pass --log-key.",
    ),
    "log_malformed": Sentence(
        kk="Журнал дәлелі оқылмайды.",
        ru="Доказательство журнала не читается.",
        en="The proof of the log cannot be read.",
    ),
    "log_wrong_content": Sentence(
        kk="Журнал жазбасы басқа нәрсе туралы.",
        ru="Запись журнала — о другом.",
        en="The log's entry is about something else.",
    ),
    "log_wrong_signature": Sentence(
        kk="Журнал басына қол дұрыс қойылмаған.",
        ru="Вершина журнала подписана неверно.",
        en="The log's head is not signed rightly.",
    ),
    "log_wrong_inclusion": Sentence(
        kk="Жазба қол қойылған журналда жоқ.",
        ru="Записи нет в подписанном журнале.",
        en="The entry is not in the log that was signed.",
    ),
}
DEMO = Sentence(
    kk="Бұл демонстрациялық қолтаңба: оны ойдан шығарылған адам қойған.",
    ru="Это демонстрационная подпись: её поставил вымышленный человек.",
    en="This is a signature of a demonstration: an invented person made it.",
)
MARKS = {Outcome.HOLDS: "✓", Outcome.FAILS: "✗", Outcome.UNKNOWN: "?"}


def said(sentence: Sentence, language: str) -> str:
    """``language``: kk, ru or en; KeyError otherwise."""
    return {"kk": sentence.kk, "ru": sentence.ru, "en": sentence.en}[language]


def reason(code: str, language: str) -> str:
    """Of a step's code or of a refusal; the code itself, should another version have written it."""
    found = REASONS.get(code) or SENTENCES.get(code)
    return said(found, language) if found else code


def line(step: Step, language: str) -> str:
    """``✗ Every file is as the receipt lists it: statement.txt: The file was changed or damaged.``"""
    parts = (said(CHECKS[step.check], language), step.name, reason(step.code, language) if step.code else "")
    return f"{MARKS[step.outcome]} {': '.join(part for part in parts if part)}"


def lines(report: Report, language: str) -> list[str]:
    """The whole report for a terminal: each step, then what follows from them."""
    found = [line(step, language) for step in report.steps]
    if report.facts and report.facts.is_demo:
        found.append(f"! {said(DEMO, language)}")
    return [*found, said(VERDICTS[report.verdict], language)]
