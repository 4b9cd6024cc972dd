"""What is wrong with a signature or its certificate, by the code of the refusal."""

from ingest.eds.sentence import Sentence

SIGNATURE: dict[str, Sentence] = {
    # Of the signature as a file.
    "too_large": Sentence(
        kk="Қолтаңба тым үлкен: 64 КБ-тан аспауы тиіс.",
        ru="Подпись слишком велика: допускается не больше 64 КБ.",
        en="The signature is too large: at most 64 KB are allowed.",
    ),
    "malformed": Sentence(
        kk="Бұл деректер CMS қолтаңбасы емес немесе бүлінген.",
        ru="Эти данные не являются подписью CMS или повреждены.",
        en="These data are not a CMS signature, or they are damaged.",
    ),
    "wrong_content_type": Sentence(
        kk="Файлда құжаттың қолтаңбасы емес, басқа деректер бар.",
        ru="В файле не подпись документа, а данные другого вида.",
        en="The file holds data of another kind, not the signature of a document.",
    ),
    "no_signer": Sentence(
        kk="Қолтаңбада қол қоюшы жоқ.",
        ru="В подписи нет подписанта.",
        en="The signature has no signer.",
    ),
    "two_signers": Sentence(
        kk="Қолтаңбада бірнеше қол қоюшы бар, ал біреу ғана болуы тиіс.",
        ru="В подписи несколько подписантов, а должен быть ровно один.",
        en="The signature has several signers where there must be exactly one.",
    ),
    "signer_identifier": Sentence(
        kk="Қол қоюшы қабылданбайтын тәсілмен көрсетілген.",
        ru="Подписант указан способом, который не принимается.",
        en="The signer is named in a way that is not accepted.",
    ),
    "unexpected_element": Sentence(
        kk="Қолтаңбада болмауы тиіс бөліктер бар.",
        ru="В подписи есть части, которых в ней быть не должно.",
        en="The signature has parts that do not belong in it.",
    ),
    "unexpected_attribute": Sentence(
        kk="Қолтаңбаға қол қойылмаған бөгде атрибут қосылған.",
        ru="К подписи добавлен посторонний неподписанный атрибут.",
        en="An unsigned attribute that does not belong there was added to the signature.",
    ),
    "too_many_certificates": Sentence(
        kk="Қолтаңбада куәліктер тым көп.",
        ru="В подписи слишком много сертификатов.",
        en="The signature carries too many certificates.",
    ),
    "certificate_missing": Sentence(
        kk="Қолтаңбада қол қоюшының куәлігі жоқ.",
        ru="В подписи нет сертификата подписанта.",
        en="The signature does not carry the signer's certificate.",
    ),
    "certificate_ambiguous": Sentence(
        kk="Қолтаңбада қол қоюшының бірдей нөмірлі екі куәлігі бар.",
        ru="В подписи два сертификата подписанта с одним номером.",
        en="The signature carries two certificates of the signer with one number.",
    ),
    "unexpected_certificate": Sentence(
        kk="Қолтаңбада бөгде куәлік бар.",
        ru="В подписи есть посторонний сертификат.",
        en="The signature carries a certificate that does not belong there.",
    ),
    # Of what was signed, and how.
    "other_content": Sentence(
        kk="Басқа мәтінге қол қойылған: ол портал көрсеткен мәтінге сәйкес келмейді.",
        ru="Подписан другой текст: он не совпадает с тем, который показал портал.",
        en="Another text was signed: it differs from the one that the portal showed.",
    ),
    "algorithm_not_allowed": Sentence(
        kk="Қолтаңба алгоритмі қабылданбайды: ескірген немесе белгісіз.",
        ru="Алгоритм подписи не принимается: устарел или неизвестен.",
        en="The algorithm of the signature is not accepted: it is outdated or unknown.",
    ),
    "algorithm_mismatch": Sentence(
        kk="Қолтаңбаның, хештің және кілттің алгоритмдері бір-біріне сәйкес келмейді.",
        ru="Алгоритмы подписи, хеша и ключа не соответствуют друг другу.",
        en="The algorithms of the signature, the digest and the key do not match.",
    ),
    "key_not_allowed": Sentence(
        kk="Куәліктегі кілт қабылданбайды: тым әлсіз немесе қате.",
        ru="Ключ в сертификате не принимается: слишком слабый или неправильный.",
        en="The key in the certificate is not accepted: it is too weak or wrong.",
    ),
    "attributes_missing": Sentence(
        kk="Қолтаңбада міндетті атрибут жоқ немесе ол біреу емес.",
        ru="В подписи нет обязательного атрибута или он не один.",
        en="A required attribute of the signature is absent, or there is more than one.",
    ),
    "attribute_repeated": Sentence(
        kk="Қолтаңбаның бір атрибуты екі рет берілген.",
        ru="Один и тот же атрибут подписи указан дважды.",
        en="An attribute of the signature is given twice.",
    ),
    "content_type_mismatch": Sentence(
        kk="Қолтаңбада мазмұнның басқа түрі көрсетілген.",
        ru="В подписи указан другой вид содержимого.",
        en="The signature names another kind of content.",
    ),
    "digest_mismatch": Sentence(
        kk="Қол қойылған мәтін өзгертілген: оның хеші қолтаңбадағыға сәйкес келмейді.",
        ru="Подписанный текст изменён: его хеш не совпадает с хешем в подписи.",
        en="The signed text was changed: its digest differs from the one in the signature.",
    ),
    "signature_wrong": Sentence(
        kk="Қолтаңба дұрыс емес: ол осы кілтпен жасалмаған немесе өзгертілген.",
        ru="Подпись неверна: она сделана не этим ключом или изменена.",
        en="The signature is wrong: it was not made with this key, or it was changed.",
    ),
    "signing_certificate_missing": Sentence(
        kk="Қолтаңбада куәлікке сілтеме атрибуты жоқ.",
        ru="В подписи нет атрибута со ссылкой на сертификат.",
        en="The signature lacks the attribute that names its certificate.",
    ),
    "signing_certificate_mismatch": Sentence(
        kk="Қолтаңба басқа куәлікке сілтейді.",
        ru="Подпись ссылается на другой сертификат.",
        en="The signature refers to another certificate.",
    ),
    # Of the certificate and its holder.
    "certificate_malformed": Sentence(
        kk="Куәлік бүлінген немесе оның пішімі дұрыс емес.",
        ru="Сертификат повреждён или его формат неверен.",
        en="A certificate is damaged, or its format is wrong.",
    ),
    "unknown_issuer": Sentence(
        kk="Куәлікті портал сенетін куәландырушы орталық бермеген.",
        ru="Сертификат выдан не тем удостоверяющим центром, которому доверяет портал.",
        en="The certificate was not issued by an authority that the portal trusts.",
    ),
    "certificate_forged": Sentence(
        kk="Куәліктегі куәландырушы орталықтың қолтаңбасы дұрыс емес.",
        ru="Подпись удостоверяющего центра в сертификате неверна.",
        en="The authority's signature in the certificate is wrong.",
    ),
    "authority_not_allowed": Sentence(
        kk="Куәлік қол қоюға арналмаған немесе оны бергеннің құқығы жоқ.",
        ru="Сертификат не предназначен для подписи, или выдавший его не имел такого права.",
        en="The certificate is not one to sign with, or its issuer had no right to issue it.",
    ),
    "critical_extension": Sentence(
        kk="Куәлікте порталға белгісіз міндетті шектеу бар.",
        ru="В сертификате есть обязательное ограничение, неизвестное порталу.",
        en="The certificate has a critical restriction that the portal does not know.",
    ),
    "not_yet_valid": Sentence(
        kk="Қол қойылған кезде куәліктің мерзімі әлі басталмаған.",
        ru="На момент подписания срок действия сертификата ещё не начался.",
        en="The certificate was not valid yet when the signature was made.",
    ),
    "expired": Sentence(
        kk="Қол қойылған кезде куәліктің мерзімі өтіп кеткен. Жаңа кілт алыңыз.",
        ru="На момент подписания срок действия сертификата истёк. Получите новый ключ.",
        en="The certificate had expired when the signature was made. Get a new key.",
    ),
    "authority_expired": Sentence(
        kk="Куәландырушы орталықтың куәлігі қол қойылған кезде жарамсыз болған.",
        ru="Сертификат удостоверяющего центра на момент подписания не действовал.",
        en="The authority's own certificate was not valid when the signature was made.",
    ),
    "wrong_purpose": Sentence(
        kk="Бұл кілт бұл әрекетке арналмаған. Қол қою кілтін таңдаңыз.",
        ru="Этот ключ не предназначен для такого действия. Выберите ключ подписи.",
        en="This key is not meant for this. Choose the key for signing.",
    ),
    "wrong_role": Sentence(
        kk="Бұл кілт бұл рөлге жарамайды: жеке тұлғаның немесе ұйымның тиісті кілтін таңдаңыз.",
        ru="Этот ключ не подходит для этой роли: выберите ключ физического лица или организации.",
        en="This key does not fit this role: choose the key of a person or of an organisation.",
    ),
    "identity_missing": Sentence(
        kk="Куәлікте ЖСН жоқ немесе ол біреу емес.",
        ru="В сертификате нет ИИН или он указан не один раз.",
        en="The certificate holds no IIN, or more than one.",
    ),
    "other_person": Sentence(
        kk="Қолтаңба басқа адамның кілтімен жасалған.",
        ru="Подпись сделана ключом другого человека.",
        en="The signature was made with another person's key.",
    ),
    "other_organisation": Sentence(
        kk="Қолтаңба басқа ұйымның кілтімен жасалған.",
        ru="Подпись сделана ключом другой организации.",
        en="The signature was made with the key of another organisation.",
    ),
}
