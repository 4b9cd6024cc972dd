-- search_words: the same words as in search_words.sql for every text, in half the time: translate() walks its table for
-- each character, and was half of what a new feature cost. Equal results are why it may be replaced in place, under
-- stored values; tests/layers/test_positions.py holds it.
-- Texts of blanks, ASCII, Russian and Kazakh letters and the marks of the table go the short way. There lower() of ICU
-- is exactly the table's small letters, in whatever locale the database has. Any other text is translated as before.
CREATE OR REPLACE FUNCTION search_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE
    WHEN value ~ '[^ -~\n\r\tА-яёәғқңөұүһіЁӘҒҚҢӨҰҮҺІ«»“”„‘’–—…№·•°§±×÷₸]' THEN
        translate(value,
            ' оаиентрслвкмдпуяыьгзбчхжшюцщэфъ0123456789.,-'
            'әғқңөұүһіёйАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯӘҒҚҢӨҰҮҺІЁABCDEFGHIJKLMNOPQRSTUVWXYZ'
            '/()«»:;!?"''“”„‘’–—…№#$%&*+<=>@[\]^_`{|}~·•°§±×÷₸',
            ' оаиентрслвкмдпуяыьгзбчхжшюцщэфъ0123456789   '
            'агкноуухиеиабвгдежзииклмнопрстуфхцчшщъыьэюяагкноуухиеabcdefghijklmnopqrstuvwxyz'
            '                                                ')
    ELSE
        replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(regexp_replace(
            lower(value COLLATE "und-x-icu"),
            '[.,\-/()«»:;!?"''“”„‘’–—…№#$%&*+<=>@\[\\\]\^_`{|}~·•°§±×÷₸]', ' ', 'g'),
            'ә', 'а'), 'ғ', 'г'), 'қ', 'к'), 'ң', 'н'), 'ө', 'о'), 'ұ', 'у'), 'ү', 'у'), 'һ', 'х'), 'і', 'и'), 'ё', 'е'), 'й', 'и')
    END $$
