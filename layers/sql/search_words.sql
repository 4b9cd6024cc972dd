-- search_words: what is indexed of a text: folded as fold() does (regions/sql/functions.sql), with a blank for each mark.
-- PostgreSQL's parser otherwise makes one word of 22/5, www.egov.kz or -77, which nobody finds by its parts. Python asks
-- in the same words (geoportal.lib.fold.words). Immutable, so never changed in place: a new name instead. One table for
-- both, the commonest characters first, because translate() walks the table for each character of the text.
CREATE FUNCTION search_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT translate(value,
    ' оаиентрслвкмдпуяыьгзбчхжшюцщэфъ0123456789.,-'
    'әғқңөұүһіёйАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯӘҒҚҢӨҰҮҺІЁABCDEFGHIJKLMNOPQRSTUVWXYZ'
    '/()«»:;!?"''“”„‘’–—…№#$%&*+<=>@[\]^_`{|}~·•°§±×÷₸',
    ' оаиентрслвкмдпуяыьгзбчхжшюцщэфъ0123456789   '
    'агкноуухиеиабвгдежзииклмнопрстуфхцчшщъыьэюяагкноуухиеabcdefghijklmnopqrstuvwxyz'
    '                                                ') $$;
