-- Takes away what changes.sql makes.
DROP TRIGGER note_vocabulary ON regions_jurisdiction;
DROP TRIGGER note_vocabulary ON regions_generation;
DROP TRIGGER note_vocabulary ON regions_region;
DROP TRIGGER note_vocabulary ON layers_category;
DROP TRIGGER note_truncated ON layers_feature;
DROP TRIGGER note_deleted ON layers_feature;
DROP TRIGGER note_updated ON layers_feature;
DROP TRIGGER note_inserted ON layers_feature;
DROP FUNCTION vocabulary_changed(), features_truncated(), features_updated(), features_deleted(), features_inserted();
DROP FUNCTION note_changes(changed_feature[]);
DROP FUNCTION feature_areas(geometry, integer, integer);
DROP FUNCTION shape_areas(geometry);
DROP TYPE changed_feature;
DROP TABLE layers_change_horizon, layers_change;
