//! Codes of `gitops` (area G).

use super::{ErrorKind, Kind, codes};

codes! {
    /// A folder that should be rendered holds no kustomization file.
    NO_KUSTOMIZATION = "SG-G001", Kind::Error(ErrorKind::Config), "{dir} has no kustomization.yaml",
        next: "look at what is there: ls {dir}",
        help: "A folder is rendered by its kustomization.yaml (or kustomization.yml, or Kustomization). The folder that was named, or that another kustomization lists among its resources or components, holds none.";
    /// A folder holds kustomization files under several names.
    SEVERAL_KUSTOMIZATIONS = "SG-G002", Kind::Error(ErrorKind::Config), "{dir} has more than one kustomization file",
        next: "keep one of kustomization.yaml, kustomization.yml and Kustomization in {dir}",
        help: "kustomize accepts three names for its file, but only one of them in a folder; it would not be clear which one counts.";
    /// A file is not the YAML it should be.
    YAML = "SG-G003", Kind::Error(ErrorKind::Config), "{place} is not valid YAML: {detail}",
        next: "correct the file at {place}",
        help: "The file could not be read as YAML, or repeats a key, or holds so many values that it is refused. The place names the file and the line.";
    /// A kustomization file has a field that is unknown or of the wrong type.
    MALFORMED = "SG-G004", Kind::Error(ErrorKind::Config), "{file} is not a kustomization: {detail}",
        next: "correct {file}; the fields are listed at https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/",
        help: "kustomization files are read strictly, as kustomize does: an unknown field, a number where text belongs or two fields that exclude each other are errors, never ignored.";
    /// A kustomization uses a field that is not rendered in process.
    UNSUPPORTED = "SG-G005", Kind::Error(ErrorKind::Config), "{file} uses {field}, which is not rendered in process",
        next: "render it with kubectl kustomize and commit the result, or move what {field} does into patches, components or replacements",
        help: "Segue renders kustomizations itself, without starting a program. Helm charts, plugins, remote bases, openapi, crds, configurations, vars and buildMetadata are left out, because they start programs, reach out to the network or are deprecated. They are refused, never skipped, so that what is rendered is always what kustomize would render.";
    /// A kustomization refers to another repository or host.
    REMOTE = "SG-G006", Kind::Error(ErrorKind::Config), "{file} refers to {path}, which is not in this repository",
        next: "copy {path} into the repository and list the copy in {file}",
        help: "A base or file from another host may change without a commit here, and makes rendering depend on the network. Keep a copy in the repository.";
    /// A kustomization refers to a file or folder that is not there.
    NOT_FOUND = "SG-G007", Kind::Error(ErrorKind::Config), "{file} refers to {path}, which is not there",
        next: "correct the path in {file}; paths start at the folder of the file",
        help: "Every path in a kustomization is relative to the folder of the kustomization file. Neither a file nor a folder is at this one.";
    /// A kustomization refers to a single file outside of its folder.
    OUTSIDE = "SG-G008", Kind::Error(ErrorKind::Config), "{file} refers to {path}, which is outside of its folder",
        next: "move {path} below the folder of {file}, or give its folder a kustomization.yaml and list that folder",
        help: "kustomize reads single files (resources, patches, files of generators) only in or below the folder of the kustomization; other folders come in as bases or components. Segue keeps the rule, so that both render the same repositories.";
    /// A kustomization leads back to itself.
    CYCLE = "SG-G009", Kind::Error(ErrorKind::Config), "{file} refers to {path}, which leads back to it",
        next: "remove {path} from {file}",
        help: "A kustomization may not use itself, a folder above it, or a base that uses it in turn.";
    /// A component stands among the resources, or the other way round.
    WRONG_KIND = "SG-G010", Kind::Error(ErrorKind::Config), "{file} refers to {path}, which is a {found} where a {expected} belongs",
        next: "list folders of kind Component under components and all others under resources in {file}",
        help: "A Component edits the objects of the kustomization that includes it; a Kustomization brings its own. The list in which a folder stands must fit its kind.";
    /// A document is no Kubernetes object.
    NOT_AN_OBJECT = "SG-G011", Kind::Error(ErrorKind::Config), "{file} holds something that is not a Kubernetes object: {detail}",
        next: "give every document in {file} a kind and a metadata.name",
        help: "Every document among the resources, and every merge patch, needs a kind and a metadata.name; also a patch whose target is chosen by a selector.";
    /// Two objects have the same identity.
    DUPLICATE = "SG-G012", Kind::Error(ErrorKind::Config), "{id} is there twice in {file}",
        next: "remove one of the two from {file}, or make it a patch",
        help: "Group, version, kind, namespace and name together must be unique in what a kustomization renders. A generator that should add to an existing ConfigMap or Secret needs behavior: merge or replace.";
    /// A patch or field names an object that is not there, or not once.
    NO_TARGET = "SG-G013", Kind::Error(ErrorKind::Config), "{file}: {what} {detail}",
        next: "correct the kind, name or namespace in {file}",
        help: "A patch without a target selector, and an entry of replicas or replacements, must find exactly the object that it names, under its name before or after prefixes.";
    /// A patch cannot be applied.
    PATCH = "SG-G014", Kind::Error(ErrorKind::Config), "{file}: {patch} cannot be applied: {detail}",
        next: "correct {patch} in {file}",
        help: "The patch is neither a merge patch nor a list of JSON operations, or it names a place that the object does not have, or puts a list where the object has a mapping.";
    /// A generator cannot do its work.
    GENERATOR = "SG-G015", Kind::Error(ErrorKind::Config), "{file}: the generator of {name} cannot work: {detail}",
        next: "correct the generator of {name} in {file}",
        help: "A configMapGenerator or secretGenerator has a literal without =, a key twice, a file that is not there, or wants to merge into an object that is not there.";
    /// A replacement cannot be made.
    REPLACEMENT = "SG-G016", Kind::Error(ErrorKind::Config), "{file}: a replacement cannot be made: {detail}",
        next: "correct the replacement in {file}",
        help: "The source of a replacement must be exactly one object that has the field; each target must have the field too, or options.create. Replacements inside the text of a field (JSON or YAML kept in a string) are not made.";
    /// A field that a kustomization edits holds something else than expected.
    FIELD = "SG-G017", Kind::Error(ErrorKind::Config), "{id}: {field} {detail}",
        next: "correct {field} of {id}, which {file} edits",
        help: "The kustomization sets a label, an image, a namespace, a name or a count in this field, but the object has a list or a single value where a mapping belongs, or the other way round.";
    /// The kustomization grows beyond bounds.
    TOO_LARGE = "SG-G018", Kind::Error(ErrorKind::Config), "{file} grows too large: {detail}",
        next: "split {file} into several kustomizations",
        help: "Rendering is bounded, so that a mistake or a malicious repository cannot use up memory: in the number of folders, of values in a document and of levels.";
}
