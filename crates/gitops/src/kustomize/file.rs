//! The fields of a kustomization file.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The kind of a file that says no other.
pub(crate) const KUSTOMIZATION: &str = "Kustomization";
/// The kind of a file that edits the objects of another.
pub(crate) const COMPONENT: &str = "Component";

/// A kustomization file. Fields that are null count as left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct Kustomization {
    #[serde(deserialize_with = "or_default")]
    pub(crate) api_version: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) kind: String,
    #[serde(rename = "metadata", deserialize_with = "or_default")]
    _metadata: Metadata,
    #[serde(deserialize_with = "or_default")]
    pub(crate) name_prefix: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) name_suffix: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) namespace: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) common_labels: Texts,
    #[serde(deserialize_with = "or_default")]
    pub(crate) labels: Vec<Label>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) common_annotations: Texts,
    #[serde(deserialize_with = "or_default")]
    pub(crate) patches_strategic_merge: Vec<String>,
    #[serde(rename = "patchesJson6902", deserialize_with = "or_default")]
    pub(crate) patches_json6902: Vec<Patch>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) patches: Vec<Patch>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) images: Vec<Image>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) image_tags: Vec<Image>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) replacements: Vec<ReplacementField>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) replicas: Vec<Replica>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) sort_options: Option<SortOptions>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) resources: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) bases: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) components: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) config_map_generator: Vec<GeneratorArgs>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) secret_generator: Vec<GeneratorArgs>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) generator_options: Option<GeneratorOptions>,
    openapi: Value,
    vars: Value,
    crds: Value,
    helm_globals: Value,
    helm_charts: Value,
    helm_chart_inflation_generator: Value,
    configurations: Value,
    generators: Value,
    transformers: Value,
    validators: Value,
    build_metadata: Value,
}

impl Kustomization {
    /// The first field in use that is known to kustomize but not rendered here.
    pub(crate) fn unsupported(&self) -> Option<&'static str> {
        let fields = [
            ("openapi", &self.openapi),
            ("vars", &self.vars),
            ("crds", &self.crds),
            ("helmGlobals", &self.helm_globals),
            ("helmCharts", &self.helm_charts),
            ("helmChartInflationGenerator", &self.helm_chart_inflation_generator),
            ("configurations", &self.configurations),
            ("generators", &self.generators),
            ("transformers", &self.transformers),
            ("validators", &self.validators),
            ("buildMetadata", &self.build_metadata),
        ];
        fields.into_iter().find(|(_, value)| !is_empty(value)).map(|(name, _)| name)
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Texts by name; null counts as the empty text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts(pub(crate) BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = BTreeMap::<String, Option<String>>::deserialize(deserializer)?;
        Ok(Self(map.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()))
    }
}

/// Metadata of the kustomization itself, which says nothing about its objects.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Metadata {
    #[serde(rename = "name", deserialize_with = "or_default")]
    _name: String,
    #[serde(rename = "namespace", deserialize_with = "or_default")]
    _namespace: String,
    #[serde(rename = "labels", deserialize_with = "or_default")]
    _labels: Texts,
    #[serde(rename = "annotations", deserialize_with = "or_default")]
    _annotations: Texts,
}

/// An entry of `labels`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct Label {
    #[serde(deserialize_with = "or_default")]
    pub(crate) pairs: Texts,
    #[serde(deserialize_with = "or_default")]
    pub(crate) include_selectors: bool,
    #[serde(deserialize_with = "or_default")]
    pub(crate) include_templates: bool,
    #[serde(deserialize_with = "or_default")]
    pub(crate) fields: Vec<FieldSpec>,
}

/// A field of objects of a kind, written by the user.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FieldSpec {
    #[serde(deserialize_with = "or_default")]
    pub(crate) group: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) version: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) kind: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) path: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) create: bool,
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Patch {
    #[serde(deserialize_with = "or_default")]
    pub(crate) path: String,
    #[serde(rename = "patch", deserialize_with = "or_default")]
    pub(crate) inline: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) target: Option<Target>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) options: Option<PatchOptions>,
}

/// What a patch may change beside the fields of an object.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct PatchOptions {
    #[serde(deserialize_with = "or_default")]
    pub(crate) allow_name_change: bool,
    #[serde(deserialize_with = "or_default")]
    pub(crate) allow_kind_change: bool,
}

/// A selection of objects.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct Target {
    #[serde(deserialize_with = "or_default")]
    pub(crate) group: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) version: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) kind: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) namespace: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) annotation_selector: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) label_selector: String,
}

/// An entry of `images`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct Image {
    #[serde(deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) new_name: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) tag_suffix: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) new_tag: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) digest: String,
}

/// An entry of `replicas`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Replica {
    #[serde(deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) count: i64,
}

/// `sortOptions`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct SortOptions {
    #[serde(deserialize_with = "or_default")]
    pub(crate) order: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) legacy_sort_options: Option<LegacySortOptions>,
}

/// Kinds that come first and last.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct LegacySortOptions {
    #[serde(deserialize_with = "or_default")]
    pub(crate) order_first: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) order_last: Vec<String>,
}

/// An entry of `configMapGenerator` or `secretGenerator`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GeneratorArgs {
    #[serde(deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) namespace: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) behavior: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) literals: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) files: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) envs: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) env: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) options: Option<GeneratorOptions>,
    /// Of Secrets only.
    #[serde(rename = "type")]
    pub(crate) secret_type: Option<String>,
}

/// `generatorOptions` and the `options` of a generator.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct GeneratorOptions {
    #[serde(deserialize_with = "or_default")]
    pub(crate) labels: Texts,
    #[serde(deserialize_with = "or_default")]
    pub(crate) annotations: Texts,
    #[serde(deserialize_with = "or_default")]
    pub(crate) disable_name_suffix_hash: bool,
    #[serde(deserialize_with = "or_default")]
    pub(crate) immutable: bool,
}

/// An entry of `replacements`: one in place, or a file of them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct ReplacementField {
    #[serde(deserialize_with = "or_default")]
    pub(crate) path: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) source: Option<Source>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) source_value: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) targets: Option<Vec<ReplacementTarget>>,
}

/// Where a replacement takes its value from.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct Source {
    #[serde(deserialize_with = "or_default")]
    pub(crate) group: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) version: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) kind: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) namespace: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) field_path: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) options: FieldOptions,
}

/// Where a replacement puts its value.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct ReplacementTarget {
    #[serde(deserialize_with = "or_default")]
    pub(crate) select: Option<Target>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) reject: Vec<Target>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) field_paths: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(crate) options: FieldOptions,
}

/// Which part of a field a replacement is about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FieldOptions {
    #[serde(deserialize_with = "or_default")]
    pub(crate) delimiter: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) index: i64,
    /// Known to kustomize, without effect there.
    #[serde(rename = "encoding", deserialize_with = "or_default")]
    _encoding: String,
    #[serde(deserialize_with = "or_default")]
    pub(crate) create: bool,
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
