//! Images: the base names them by container, the overlay pins what runs now.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, Image, put};
use crate::credential::is_placeholder;
use crate::input::node::Node;

/// The base names the image by the container; the overlay pins it.
pub(super) fn image(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    raw: &str,
    name: &str,
    out: &mut Map<String, Value>,
) {
    let logical = format!("{}/{name}", cx.work.name);
    put(out, "image", json!(logical));
    let Some(given) = node
        .get("image")
        .filter(|image| image.scalar().is_some_and(|text| !text.trim().is_empty()))
    else {
        cx.scope.finding(node, Reason::new(&code::NO_IMAGE).with("container", name));
        return;
    };
    let text = given.scalar().unwrap_or_default();
    let place = format!(
        "kustomization images[{logical}]; {}",
        cx.pod(&format!("containers[{name}].image"))
    );
    let mut image = split_image(&text);
    if is_placeholder(&text) || text.contains(['<', '{', '$']) {
        cx.scope.note(
            &given,
            Reason::new(&code::PLACEHOLDER).with("field", format!("image of {name}")),
        );
    }
    let running = cx.work.digests.get(raw).filter(|digest| digest.starts_with("sha256:"));
    match (&image.digest, running) {
        (Some(_), _) => cx.scope.exact(&given, &place),
        (None, Some(digest)) => {
            image.digest = Some(digest.clone());
            image.tag = None;
            cx.scope.approximated(&given, &place, "pinned to the digest that runs now");
        }
        (None, None) => {
            cx.scope.exact(&given, &place);
            let moving = matches!(image.tag.as_deref(), None | Some("latest"));
            if moving {
                cx.scope.note(&given, Reason::new(&code::LATEST_TAG).with("container", name));
            }
        }
    }
    cx.built.images.insert(logical, image);
}

/// Splits `registry/repo:tag@digest`.
pub fn split_image(text: &str) -> Image {
    let (rest, digest) =
        text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest.to_owned())));
    let (repository, tag) = match rest.rsplit_once(':') {
        // A colon before a slash is the registry's port.
        Some((head, tag)) if !tag.contains('/') => (head, Some(tag.to_owned())),
        _ => (rest, None),
    };
    Image { repository: repository.to_owned(), tag: tag.filter(|_| digest.is_none()), digest }
}

pub(super) fn registry(image: &str) -> String {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host.to_owned(),
        _ => "https://index.docker.io/v1/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_come_apart() {
        let image = split_image("127.0.0.1:51670/busybox:latest");
        assert_eq!(
            (image.repository.as_str(), image.tag.as_deref()),
            ("127.0.0.1:51670/busybox", Some("latest"))
        );
        let image = split_image("127.0.0.1:51670/busybox");
        assert_eq!((image.repository.as_str(), image.tag), ("127.0.0.1:51670/busybox", None));
        let image = split_image("r/a:1@sha256:abc");
        assert_eq!((image.tag, image.digest.as_deref()), (None, Some("sha256:abc")));
    }
}
