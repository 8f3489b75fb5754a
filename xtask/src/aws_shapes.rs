//! `cargo xtask gen aws-shapes DATA`: the table by which `live` speaks to AWS, made from the models
//! in botocore's data (`pip download botocore --no-deps`, unpacked, folder `botocore/data`).
//!
//! Only names, types and places are taken, of only those operations that `operations.txt` lists.
//! The grammar of the result stands at its top, see [`table`].

mod model;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use model::Model;

/// A service of the list, with the operations that are called.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    /// The prefix by which IAM and Segue name the service.
    name: String,
    /// Its folder in botocore's data.
    folder: String,
    /// Operations with whether they only read.
    operations: Vec<(String, bool)>,
}

/// Writes the table anew.
pub fn run(args: impl IntoIterator<Item = String>) -> Result<()> {
    let mut args = args.into_iter();
    let (Some(data), None) = (args.next(), args.next()) else {
        bail!("`gen aws-shapes` takes one folder: botocore/data of an unpacked botocore wheel");
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/live/src/aws");
    let list = folder.join("operations.txt");
    let list =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let text = generate(&list, Path::new(&data))?;
    let target: PathBuf = folder.join("shapes.txt");
    fs::write(&target, text).with_context(|| format!("cannot write {}", target.display()))
}

/// The table of the operations in `list`.
fn generate(list: &str, data: &Path) -> Result<String> {
    let mut out = table::HEAD.to_owned();
    for service in wanted(list)? {
        let model = Model::read(&data.join(&service.folder))
            .with_context(|| format!("the model of {}", service.name))?;
        table::write(&mut out, &service, &model)
            .with_context(|| format!("the table of {}", service.name))?;
    }
    Ok(out)
}

/// Reads the list of operations.
fn wanted(list: &str) -> Result<Vec<Wanted>> {
    let mut services: Vec<Wanted> = Vec::new();
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if !line.starts_with(' ') {
            let folder = words.next().with_context(|| format!("`{line}` names no folder"))?;
            let (name, folder) = (first.to_owned(), folder.to_owned());
            services.push(Wanted { name, folder, operations: Vec::new() });
            continue;
        }
        let reads = match first {
            "read" => true,
            "write" => false,
            other => bail!("`{other}` is neither `read` nor `write`"),
        };
        let service = services.last_mut().context("operations before the first service")?;
        service.operations.extend(words.map(|name| (name.to_owned(), reads)));
    }
    Ok(services)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_operations_is_read_by_its_indents() {
        let services = wanted("# why\n\necs ecs\n  read A B\n  write C\niam iam\n").unwrap();
        assert_eq!(services.len(), 2);
        let names: Vec<_> = services[0].operations.iter().map(|(n, r)| (n.as_str(), *r)).collect();
        assert_eq!(names, [("A", true), ("B", true), ("C", false)]);
        assert!(wanted("  read A\n").is_err());
        assert!(wanted("ecs ecs\n  try A\n").is_err());
    }

    #[test]
    fn a_small_model_becomes_a_table() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("dns/2013-04-01");
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("service-2.json"),
            r#"{"metadata": {"protocol": "rest-xml", "protocols": ["rest-xml"],
                 "apiVersion": "2013-04-01", "endpointPrefix": "dns", "serviceId": "My DNS"},
               "operations": {"ListThings": {"name": "ListThings",
                 "http": {"method": "GET", "requestUri": "/things/{Id}"},
                 "input": {"shape": "In"}, "output": {"shape": "Out"}}},
               "shapes": {
                 "In": {"type": "structure", "required": ["Zone"], "members": {
                   "Zone": {"shape": "Text", "location": "uri", "locationName": "Id"},
                   "Marker": {"shape": "Text", "location": "querystring", "locationName": "marker"}}},
                 "Out": {"type": "structure", "members": {
                   "Things": {"shape": "Things"}, "NextMarker": {"shape": "Text"},
                   "IsTruncated": {"shape": "Flag"}, "At": {"shape": "Time"}}},
                 "Things": {"type": "list", "member": {"shape": "Thing", "locationName": "Thing"}},
                 "Thing": {"type": "structure", "members": {"Inner": {"shape": "Thing"}}},
                 "Text": {"type": "string"}, "Flag": {"type": "boolean"},
                 "Time": {"type": "timestamp", "timestampFormat": "unixTimestamp"}}}"#,
        )
        .unwrap();
        let text = generate("things dns\n  read ListThings\n", data.path()).unwrap();
        let body = text.split_once("\nservice").unwrap().1;
        assert_eq!(
            body,
            " things rest-xml 2013-04-01 dns dns - - My_DNS\n\
             read ListThings GET /things/{Id} In Out\n\
             struct In Marker:str@query=marker Zone!:str@uri=Id\n\
             struct Out At:unix IsTruncated:bool NextMarker:str Things:Things\n\
             struct Thing Inner:Thing\n\
             list Things Thing=Thing\n"
        );
    }
}
