//! Rendering never panics and never runs away, whatever is in the tree: the cases and random trees
//! with bytes changed, lines moved and files swapped.

#[path = "support/cases.rs"]
mod cases;
#[path = "support/random.rs"]
mod random;

use cases::HERE;
use gitops::{Tree, render};
use proptest::prelude::*;

/// A change to one file of a tree.
#[derive(Debug, Clone)]
enum Change {
    /// Puts other bytes in the place of some.
    Splice(usize, usize, Vec<u8>),
    /// Leaves a line out.
    Drop(usize),
    /// Writes a line a second time, elsewhere.
    Repeat(usize, usize),
    /// Indents a line by some more or fewer spaces.
    Indent(usize, usize),
    /// Puts the content of another file in.
    Swap(usize),
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let snippets = prop::sample::select(vec![
        "null",
        "~",
        "{}",
        "[]",
        "[[]]",
        "- ",
        ": ",
        "*a",
        "&a ",
        "<<: *a",
        "!!int x",
        "!!binary _",
        "$patch: delete",
        "$patch: replace",
        "\u{feff}",
        "\0",
        "\t",
        "| ",
        "> ",
        "\"",
        "'",
        "{",
        "}",
        "..",
        "../",
        "/",
        "*",
        "(",
        "-1",
        "1e999",
        "99999999999999999999",
        "kind: List\nitems: [1]",
        "metadata: [x]",
        "name: {a: b}",
        "%YAML 1.1\n---\n",
        "...\n",
    ]);
    prop_oneof![
        snippets.prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<usize>(), 0..12usize, bytes())
            .prop_map(|(at, len, with)| Change::Splice(at, len, with)),
        any::<usize>().prop_map(Change::Drop),
        (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Change::Repeat(from, to)),
        (any::<usize>(), 0..6usize).prop_map(|(line, spaces)| Change::Indent(line, spaces)),
        any::<usize>().prop_map(Change::Swap),
    ]
}

fn changed(tree: &Tree, file: usize, change: &Change) -> Tree {
    let files: Vec<(&str, &[u8])> = tree.iter().collect();
    let (path, content) = files[file % files.len()];
    let mut tree = tree.clone();
    tree.insert(path, apply(content, change, &files));
    tree
}

fn apply(content: &[u8], change: &Change, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> =
        content.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let count = lines.len().max(1);
    match change {
        Change::Splice(at, len, with) => {
            let at = at % (content.len() + 1);
            let end = (at + len).min(content.len());
            return [&content[..at], with, &content[end..]].concat();
        }
        Change::Swap(file) => return files[file % files.len()].1.to_vec(),
        _ if lines.is_empty() => {}
        Change::Drop(line) => drop(lines.remove(line % count)),
        Change::Repeat(from, to) => lines.insert(to % count, lines[from % count].clone()),
        Change::Indent(line, spaces) => {
            let line = &mut lines[line % count];
            let text = line.trim_ascii_start().to_vec();
            *line = [vec![b' '; *spaces], text].concat();
        }
    }
    lines.concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_changed_trees(
        seed in 0..400u64,
        changes in prop::collection::vec((any::<usize>(), change()), 1..6),
    ) {
        let cases = cases::all();
        let at = usize::try_from(seed).unwrap();
        let mut tree = match cases.get(at % (cases.len() * 2)) {
            Some((_, tree)) => tree.clone(),
            None => random::tree(seed),
        };
        for (file, change) in changes {
            tree = changed(&tree, file, &change);
        }
        match render(&tree, HERE) {
            Ok(rendered) => prop_assert!(rendered.to_yaml().len() < 1 << 24),
            Err(error) => prop_assert!(!error.reason().sentence().is_empty()),
        }
    }

    #[test]
    fn on_any_text(kustomization in ".{0,200}", resource in ".{0,200}") {
        let files = [
            ("here/kustomization.yaml", format!("resources: [r.yaml]\n{kustomization}")),
            ("here/r.yaml", resource.clone()),
            ("other/kustomization.yaml", kustomization),
            ("other/r.yaml", resource),
        ];
        let tree: Tree = files.into_iter().collect();
        drop(render(&tree, HERE));
        drop(render(&tree, "other"));
    }
}
