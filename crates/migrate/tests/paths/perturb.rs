//! Another value for a field.
