"""What is wrong with what others say about a signature: the time, revocation, the evidence of both."""

from ingest.eds.sentence import Sentence

OTHERS: dict[str, Sentence] = {
    # Of time.
    "request_expired": Sentence(
        kk="Қол қою мерзімі өтіп кетті. Қайтадан бастаңыз.",
        ru="Срок, отведённый на подписание, истёк. Начните заново.",
        en="The time to sign has run out. Start again.",
    ),
    "clock_skew": Sentence(
        kk="Компьютеріңіздегі уақыт дұрыс емес. Сағат пен уақыт белдеуін тексеріп, қайта қол қойыңыз.",
        ru="Время на вашем компьютере неверно. Проверьте часы и часовой пояс и подпишите ещё раз.",
        en="The time on your computer is wrong. Check its clock and time zone, and sign again.",
    ),
    "timestamp_missing": Sentence(
        kk="Қолтаңбада уақыт белгісі жоқ.",
        ru="В подписи нет метки времени.",
        en="The signature has no timestamp.",
    ),
    "timestamp_malformed": Sentence(
        kk="Уақыт белгісі бүлінген.",
        ru="Метка времени повреждена.",
        en="The timestamp is damaged.",
    ),
    "timestamp_policy": Sentence(
        kk="Уақыт белгісі қабылданбайтын саясат бойынша берілген.",
        ru="Метка времени выдана по политике, которая не принимается.",
        en="The timestamp was issued under a policy that is not accepted.",
    ),
    "timestamp_imprint": Sentence(
        kk="Уақыт белгісі осы қолтаңбаға берілмеген.",
        ru="Метка времени выдана не для этой подписи.",
        en="The timestamp was not issued for this signature.",
    ),
    "timestamp_authority": Sentence(
        kk="Уақыт белгісін портал сенетін қызмет бермеген.",
        ru="Метка времени выдана не той службой, которой доверяет портал.",
        en="The timestamp was not issued by a service that the portal trusts.",
    ),
    "timestamp_signature": Sentence(
        kk="Уақыт белгісінің қолтаңбасы дұрыс емес.",
        ru="Подпись метки времени неверна.",
        en="The signature of the timestamp is wrong.",
    ),
    "timestamp_time": Sentence(
        kk="Уақыт белгісіндегі уақыт осы сұрауға сәйкес келмейді.",
        ru="Время в метке времени не соответствует этому запросу.",
        en="The time in the timestamp does not fit this request.",
    ),
    # Of revocation.
    "revoked": Sentence(
        kk="Куәлік кері қайтарып алынған. Жаңа кілт алыңыз.",
        ru="Сертификат отозван. Получите новый ключ.",
        en="The certificate has been revoked. Get a new key.",
    ),
    "on_hold": Sentence(
        kk="Куәліктің қолданылуы тоқтатыла тұрған.",
        ru="Действие сертификата приостановлено.",
        en="The certificate is suspended.",
    ),
    "certificate_unknown": Sentence(
        kk="Куәландырушы орталық бұл куәлікті білмейді.",
        ru="Удостоверяющему центру этот сертификат неизвестен.",
        en="The authority does not know this certificate.",
    ),
    "ocsp_malformed": Sentence(
        kk="Куәліктің жай-күйі туралы жауап бүлінген. Кейінірек қайталап көріңіз.",
        ru="Ответ о состоянии сертификата повреждён. Попробуйте позже.",
        en="The answer about the certificate's status is damaged. Try again later.",
    ),
    "ocsp_refused": Sentence(
        kk="Куәландырушы орталық куәліктің жай-күйі туралы жауап бермеді. Кейінірек қайталап көріңіз.",
        ru="Удостоверяющий центр отказался ответить о состоянии сертификата. Попробуйте позже.",
        en="The authority refused to answer about the certificate's status. Try again later.",
    ),
    "ocsp_other_certificate": Sentence(
        kk="Жай-күй туралы жауап басқа куәлікке қатысты.",
        ru="Ответ о состоянии относится к другому сертификату.",
        en="The answer about the status concerns another certificate.",
    ),
    "ocsp_nonce": Sentence(
        kk="Жай-күй туралы жауап біздің сұрауымызға берілмеген.",
        ru="Ответ о состоянии дан не на наш запрос.",
        en="The answer about the status was not given to our question.",
    ),
    "ocsp_responder": Sentence(
        kk="Жай-күй туралы жауап берген қызметтің бұған құқығы жоқ.",
        ru="Ответ о состоянии дала служба, у которой нет такого права.",
        en="The answer about the status comes from a service that has no right to give it.",
    ),
    "ocsp_signature": Sentence(
        kk="Жай-күй туралы жауаптың қолтаңбасы дұрыс емес.",
        ru="Подпись ответа о состоянии неверна.",
        en="The signature of the answer about the status is wrong.",
    ),
    "ocsp_stale": Sentence(
        kk="Жай-күй туралы жауап ескірген.",
        ru="Ответ о состоянии устарел.",
        en="The answer about the status is out of date.",
    ),
    "crl_malformed": Sentence(
        kk="Кері қайтарып алынған куәліктер тізімі бүлінген немесе толық емес.",
        ru="Список отозванных сертификатов повреждён или неполон.",
        en="The list of revoked certificates is damaged or incomplete.",
    ),
    "crl_issuer": Sentence(
        kk="Кері қайтарып алынған куәліктер тізімін басқа орталық шығарған.",
        ru="Список отозванных сертификатов выпущен другим центром.",
        en="The list of revoked certificates was issued by another authority.",
    ),
    "crl_signature": Sentence(
        kk="Кері қайтарып алынған куәліктер тізімінің қолтаңбасы дұрыс емес.",
        ru="Подпись списка отозванных сертификатов неверна.",
        en="The signature of the list of revoked certificates is wrong.",
    ),
    "crl_stale": Sentence(
        kk="Кері қайтарып алынған куәліктер тізімі ескірген.",
        ru="Список отозванных сертификатов устарел.",
        en="The list of revoked certificates is out of date.",
    ),
    "revocation_unreachable": Sentence(
        kk="Куәландырушы орталық куәліктің жарамдылығы туралы әзірге жауап бермеді; тексеру қайталанады.",
        ru="Удостоверяющий центр пока не ответил, действует ли сертификат; проверка будет повторена.",
        en="The authority has not answered yet whether the certificate is valid; we will ask again.",
    ),
    # Of evidence that was kept.
    "revocation_missing": Sentence(
        kk="Сақталған дәлелдерде куәліктің кері қайтарып алынбағаны туралы жауап жоқ.",
        ru="В сохранённых доказательствах нет ответа о том, что сертификат не отозван.",
        en="The evidence that was kept holds no answer about revocation.",
    ),
    "evidence_differs": Sentence(
        kk="Сақталған дәлелдер осы қолтаңбаға тиесілі емес.",
        ru="Сохранённые доказательства относятся не к этой подписи.",
        en="The evidence that was kept does not belong to this signature.",
    ),
}
