//! The registry: digests, tags and architectures of the images that run.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answers::{Answers, embedded};
use super::arn::{ACCOUNT, REGION, date};
use super::dice::Dice;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// What Docker called them before.
const DOCKER: [&str; 2] = [
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/// The digest of an image.
pub fn digest(dice: Dice, image: &str) -> String {
    format!("sha256:{}", dice.hex(&format!("image/{image}"), 64))
}

/// Puts what the company's own registry says of the images that task definitions name.
pub fn put(answers: &mut Answers, dice: Dice) {
    let prefix = format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/");
    let mut repositories: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for image in answers.strings_under("ecs:DescribeTaskDefinition", "image") {
        let own = image.strip_prefix(&prefix).and_then(|rest| rest.rsplit_once(':'));
        if let Some((repository, tag)) = own {
            repositories.entry(repository.to_owned()).or_default().push(tag.to_owned());
        }
    }
    for (repository, tags) in repositories {
        let full = |tag: &str| format!("{prefix}{repository}:{tag}");
        let details: Value =
            tags.iter().map(|tag| detail(&repository, tag, &full(tag), dice)).collect();
        let images: Value =
            tags.iter().map(|tag| manifest(&repository, tag, &full(tag), dice)).collect();
        let ids: Value = tags.iter().map(|tag| json!({"imageTag": tag})).collect();
        let request = json!({"repositoryName": repository, "imageIds": ids});
        let name = repository.replace('/', "-");
        answers.put("ecr:DescribeImages", &name, request.clone(), json!({"imageDetails": details}));
        let mut accepted = request;
        accepted["acceptedMediaTypes"] = json!([INDEX, MANIFEST, DOCKER[0], DOCKER[1]]);
        answers.put(
            "ecr:BatchGetImage",
            &name,
            accepted,
            json!({"images": images, "failures": []}),
        );
    }
}

fn detail(repository: &str, tag: &str, image: &str, dice: Dice) -> Value {
    json!({
        "registryId": ACCOUNT,
        "repositoryName": repository,
        "imageDigest": digest(dice, image),
        "imageTags": [tag],
        "imageSizeInBytes": 40_000_000 + dice.below(image, 400_000_000),
        "imagePushedAt": date(60 + dice.below(image, 25), 700),
        "imageManifestMediaType": INDEX,
        "lastRecordedPullTime": date(86, 250),
    })
}

/// New builds are made for both architectures; staging's recommender was built on a laptop, for
/// ARM only, and old services know nothing but Intel.
fn architectures(repository: &str, tag: &str) -> &'static [&'static str] {
    match repository {
        "haedal/recommendation" if tag.contains("-rc") => &["arm64"],
        "haedal/recommendation" | "haedal/lecture-api" | "haedal/search" => &["amd64", "arm64"],
        _ => &["amd64"],
    }
}

/// The index of an image, as text: that is how the registry hands it out.
fn manifest(repository: &str, tag: &str, image: &str, dice: Dice) -> Value {
    let entries: Value = architectures(repository, tag)
        .iter()
        .map(|architecture| {
            json!({
                "mediaType": MANIFEST,
                "digest": format!("sha256:{}", dice.hex(&format!("{image}/{architecture}"), 64)),
                "size": 1600 + dice.below(image, 900),
                "platform": {"architecture": architecture, "os": "linux"},
            })
        })
        .collect();
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries});
    json!({
        "registryId": ACCOUNT,
        "repositoryName": repository,
        "imageId": {"imageDigest": digest(dice, image), "imageTag": tag},
        "imageManifest": embedded(index),
        "imageManifestMediaType": INDEX,
    })
}
