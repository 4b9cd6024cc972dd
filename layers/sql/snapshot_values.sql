-- What the rows to be read have in their columns of text, and how many they are.
--   {among}: the features to read (layers/snapshot/rows.py); private: statuses that never leave the database
-- Columns: kind, jurisdiction, category, oblast, rayon, count.
SELECT feature.kind, feature.jurisdiction_id, feature.category_id, feature.oblast, feature.rayon, count(*)
FROM {among}
WHERE feature.status <> ALL (%(private)s)
GROUP BY 1, 2, 3, 4, 5
