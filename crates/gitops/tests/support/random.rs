//! Random trees: a base, sometimes a second base and a component, and an overlay with patches,
//! generators and the other fields. The same seed gives the same tree.

#[path = "random_objects.rs"]
mod objects;
#[path = "random_text.rs"]
mod text;

use gitops::Tree;
use serde_json::{Map, Value, json};

use objects::{NAMES, object, patch};

/// A source of random choices.
pub(crate) struct Random(u64);

impl Random {
    /// The next number (splitmix64).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the choices.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices[at]
    }

    /// Some of the choices, in their order.
    pub(crate) fn some<'c, T>(&mut self, choices: &'c [T], percent: u64) -> Vec<&'c T> {
        choices.iter().filter(|_| self.chance(percent)).collect()
    }
}

/// The tree of a seed, to be rendered in `here`.
pub(crate) fn tree(seed: u64) -> Tree {
    let mut random = Random(seed);
    let mut tree = Tree::new();
    let mut world = World { random: &mut random, tree: &mut tree, objects: Vec::new() };
    world.base("base");
    let mut resources = vec!["../base".to_owned()];
    if world.random.chance(25) {
        world.base("other");
        resources.push("../other".to_owned());
    }
    let mut components = Vec::new();
    if world.random.chance(30) {
        world.component();
        components.push("../component".to_owned());
    }
    world.overlay(&resources, &components);
    tree
}

struct World<'r> {
    random: &'r mut Random,
    tree: &'r mut Tree,
    /// Kind and name of what the bases have.
    objects: Vec<(&'static str, String)>,
}

impl World<'_> {
    fn write(&mut self, path: &str, value: &Value) {
        let text = text::yaml(self.random, value);
        self.tree.insert(path, text);
    }

    fn base(&mut self, dir: &str) {
        let mut kustomization = Map::new();
        let mut files = Vec::new();
        let mut seen = Vec::new();
        for at in 0..2 + self.random.below(7) {
            let kind = self.random.pick(objects::KINDS);
            let name = self.random.pick(NAMES).to_owned();
            let generated =
                matches!((kind, name.as_str()), ("ConfigMap", "config") | ("Secret", "secret"));
            let second = kind == "Namespace"
                && self.objects.iter().chain(&seen).any(|(other, _)| *other == kind);
            if generated || second {
                continue;
            }
            if seen.contains(&(kind, name.clone())) {
                continue;
            }
            let file = format!("{at}-{}.yaml", kind.to_lowercase());
            let object = object(self.random, kind, &name);
            self.write(&format!("{dir}/{file}"), &object);
            files.push(file);
            seen.push((kind, name));
        }
        kustomization.insert("resources".to_owned(), json!(files));
        self.objects.append(&mut seen);
        self.names(&mut kustomization, 20);
        if dir == "other" {
            kustomization.insert("namePrefix".to_owned(), json!("other-"));
        }
        self.decorations(&mut kustomization, 25);
        self.generators(&mut kustomization, "create");
        self.write(&format!("{dir}/kustomization.yaml"), &Value::Object(kustomization));
    }

    fn component(&mut self) {
        let mut kustomization = Map::new();
        kustomization.insert("apiVersion".to_owned(), json!("kustomize.config.k8s.io/v1alpha1"));
        kustomization.insert("kind".to_owned(), json!("Component"));
        self.names(&mut kustomization, 15);
        self.decorations(&mut kustomization, 30);
        self.patches(&mut kustomization, "component");
        kustomization.insert("images".to_owned(), self.images());
        self.write("component/kustomization.yaml", &Value::Object(kustomization));
    }

    fn overlay(&mut self, resources: &[String], components: &[String]) {
        let mut kustomization = Map::new();
        kustomization.insert("resources".to_owned(), json!(resources));
        if !components.is_empty() {
            kustomization.insert("components".to_owned(), json!(components));
        }
        self.names(&mut kustomization, 40);
        self.decorations(&mut kustomization, 40);
        self.generators(&mut kustomization, "merge");
        self.patches(&mut kustomization, "here");
        if self.random.chance(60) {
            kustomization.insert("images".to_owned(), self.images());
        }
        let scalable =
            self.objects.iter().find(|(kind, _)| matches!(*kind, "Deployment" | "StatefulSet"));
        if let Some((_, name)) = scalable.cloned().filter(|_| self.random.chance(40)) {
            kustomization.insert(
                "replicas".to_owned(),
                json!([{ "name": name, "count": self.random.below(9) }]),
            );
        }
        if self.random.chance(20) {
            kustomization.insert(
                "sortOptions".to_owned(),
                json!({ "order": self.random.pick(&["fifo", "legacy"]) }),
            );
        }
        self.write("here/kustomization.yaml", &Value::Object(kustomization));
    }

    fn names(&mut self, kustomization: &mut Map<String, Value>, percent: u64) {
        for (field, choices) in [
            ("namePrefix", ["dev-", "a-", "1"]),
            ("nameSuffix", ["-x", "-v2", "0"]),
            ("namespace", ["team", "prod", "default"]),
        ] {
            if self.random.chance(percent) {
                kustomization.insert(field.to_owned(), json!(self.random.pick(&choices)));
            }
        }
    }

    fn decorations(&mut self, kustomization: &mut Map<String, Value>, percent: u64) {
        let mut labels = Vec::new();
        for (at, field) in ["includeSelectors", "includeTemplates", ""].into_iter().enumerate() {
            if self.random.chance(percent) {
                let mut label =
                    json!({ "pairs": { format!("label-{at}"): text::word(self.random) } });
                if !field.is_empty() {
                    label[field] = json!(true);
                }
                labels.push(label);
            }
        }
        if !labels.is_empty() {
            kustomization.insert("labels".to_owned(), json!(labels));
        }
        for field in ["commonLabels", "commonAnnotations"] {
            if self.random.chance(percent / 2) {
                kustomization.insert(
                    field.to_owned(),
                    json!({ "common": text::word(self.random), "app": "all" }),
                );
            }
        }
    }

    fn generators(&mut self, kustomization: &mut Map<String, Value>, behavior: &str) {
        for (field, kind) in [("configMapGenerator", "config"), ("secretGenerator", "secret")] {
            // Both bases would make the same object, so the second one makes none.
            let made = self
                .tree
                .iter()
                .any(|(_, content)| String::from_utf8_lossy(content).contains(field));
            if self.random.chance(40) || (behavior == "create") == made {
                continue;
            }
            let keys = self.random.some(&["A", "B", "C", "D"], 60);
            let literals: Vec<String> = keys
                .into_iter()
                .map(|at| format!("KEY_{at}={}", text::word(self.random)))
                .collect();
            let mut generator = json!({ "name": kind, "literals": literals });
            if behavior == "merge" {
                let behaviors = ["merge", "merge", "replace"];
                generator["behavior"] = json!(self.random.pick(&behaviors));
            }
            if self.random.chance(20) {
                generator["options"] =
                    json!({ "disableNameSuffixHash": true, "labels": { "made": "yes-it-is" } });
            }
            kustomization.insert(field.to_owned(), json!([generator]));
        }
        if self.random.chance(10) {
            kustomization.insert(
                "generatorOptions".to_owned(),
                json!({ "immutable": true, "annotations": { "by": "us" } }),
            );
        }
    }

    fn images(&mut self) -> Value {
        let images: Vec<Value> = self
            .random
            .some(objects::IMAGES, 50)
            .into_iter()
            .map(|image| json!({ "name": image }))
            .collect();
        let mut changed = Vec::new();
        for mut image in images {
            match self.random.below(4) {
                0 => image["newTag"] = json!("v1.2.3"),
                1 => image["digest"] = json!("sha256:0123456789abcdef"),
                2 => image["newName"] = json!("registry.example.com:5000/team/new"),
                _ => image["tagSuffix"] = json!("-debug"),
            }
            changed.push(image);
        }
        Value::Array(changed)
    }

    fn patches(&mut self, kustomization: &mut Map<String, Value>, dir: &str) {
        let mut patches = Vec::new();
        for at in 0..self.random.below(4) {
            let chosen = usize::try_from(self.random.below(self.objects.len() as u64)).unwrap_or(0);
            let (kind, name) = self.objects[chosen].clone();
            let entry = if self.random.chance(70) {
                let merge = patch(self.random, kind, &name);
                let file = format!("patch-{at}.yaml");
                self.write(&format!("{dir}/{file}"), &merge);
                if self.random.chance(30) {
                    json!({ "path": file, "target": { "kind": kind } })
                } else {
                    json!({ "path": file })
                }
            } else {
                let operations = objects::operations(self.random, kind);
                json!({ "patch": text::yaml(self.random, &operations), "target": { "kind": kind, "name": format!("{name}.*") } })
            };
            patches.push(entry);
        }
        kustomization.insert("patches".to_owned(), Value::Array(patches));
    }
}
