//! `examples/estate/README.md`: the estate for readers, with the tables of its faults.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::catalog::services;
use super::super::cell::Cell;
use super::super::names::DEVIATIONS;
use super::{Fault, tables};

const INTRODUCTION: &str = "\
# The example estate

A snapshot of the AWS estate of Haedal Academy, a company that does not exist: twenty services in
three environments, one hand-made ECS cluster for each, sixty in all, in one account in Seoul. All
names are made up; account ids and addresses are those that AWS and the RFCs keep for documents.

```
segue migrate plan examples/estate --out DIR
```

- `snapshot.json` says which call each file under `answers/` is the answer to, and with what request.
- Lists that AWS gives in pages are kept page by page, with their tokens.
- Each file is one raw answer, as the AWS command line prints it. Nothing holds a secret's value,
  except the literal credentials that the made-up company left in plain sight.

`cargo xtask gen estate` makes all of it, this page too, from the tables in `xtask/src/estate/` and a
seed; `--check` fails when a file is not what it would write.
";

/// The page.
pub fn page(cells: &[Cell], files: &BTreeMap<String, String>) -> String {
    let mut page = INTRODUCTION.to_owned();
    page += &clean();
    page += &names();
    page += "\n## Faults\n\nPaths are below `answers/`. The letters are severities: **B** blocks, \
             **H** changes behaviour, **M** needs a look, **L** is a note, **=** carries over.\n";
    for (heading, faults) in tables() {
        let _ = write!(
            page,
            "\n### {heading}\n\n| fault | where | what Segue must say |\n|---|---|---|\n"
        );
        for fault in faults {
            page += &row(fault, cells, files);
        }
    }
    page
}

fn clean() -> String {
    let names: Vec<String> = services()
        .filter(|service| service.is_clean())
        .map(|service| format!("`{}`", service.name))
        .collect();
    format!(
        "\n## Clean services\n\nNothing is wrong with these in any environment, beyond what holds for every \
         service (a database that admits the groups it knows, alarms that AWS made): {}.\n",
        names.join(", ")
    )
}

fn names() -> String {
    let mut text =
        "\n## Names that deviate\n\nThree in four follow `prod-lecture-api`; these do not. \
                    `live-chat` and `product-catalog` are traps: their first words look like \
                    environments.\n\n| service | environment | cluster | ECS service | family |\n\
                    |---|---|---|---|---|\n"
            .to_owned();
    for (service, env, cluster, ecs, family) in DEVIATIONS {
        let env = env.word();
        let _ = writeln!(text, "| {service} | {env} | `{cluster}` | `{ecs}` | `{family}` |");
    }
    text
}

fn row(fault: &Fault, cells: &[Cell], files: &BTreeMap<String, String>) -> String {
    let mut places: Vec<String> = fault
        .cells(cells)
        .filter_map(|cell| fault.file(cell, files))
        .map(|path| format!("`{}`", path.trim_start_matches("answers/")))
        .collect();
    places.dedup();
    let words: Vec<&str> = fault.envs.iter().map(|env| env.word()).collect();
    format!(
        "| **{}** · {} ({}): {} | {} | {} |\n",
        fault.id,
        fault.service,
        words.join(", "),
        fault.what,
        places.join(" "),
        fault.say,
    )
}
