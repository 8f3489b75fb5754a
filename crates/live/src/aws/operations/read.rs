//! Reading `shapes.txt`, whose grammar stands at its top.
//!
//! The file is generated and part of the program. A line that does not fit is left out here, and a
//! test holds that there is none.

use std::collections::BTreeMap;

use super::{Kind, Member, Operation, Place, Protocol, Service, Shape, TimeFormat};

/// All services of the table.
pub(super) fn table(text: &'static str) -> BTreeMap<&'static str, Service> {
    let mut services = BTreeMap::new();
    let mut open: Option<Service> = None;
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(service) = service(line) {
            if let Some(done) = open.replace(service) {
                services.insert(done.name, done);
            }
        } else if let Some(service) = &mut open {
            enter(service, line);
        }
    }
    if let Some(done) = open {
        services.insert(done.name, done);
    }
    services
}

fn service(line: &'static str) -> Option<Service> {
    let words: Vec<&'static str> = line.strip_prefix("service ")?.split(' ').collect();
    let &[name, protocol, version, host, signing, target, namespace, id] = words.as_slice() else {
        return None;
    };
    let protocol = match protocol {
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        other => Protocol::Json(other.strip_prefix("json-")?),
    };
    Some(Service {
        name,
        protocol,
        version,
        host,
        signing,
        target,
        namespace: given(namespace),
        id,
        operations: BTreeMap::new(),
        shapes: BTreeMap::new(),
    })
}

/// Enters a line below a service; says whether it fits.
fn enter(service: &mut Service, line: &'static str) -> bool {
    if let Some(operation) = operation(line) {
        service.operations.insert(operation.name, operation);
        return true;
    }
    let Some((name, shape)) = shape(line) else { return false };
    service.shapes.insert(name, shape);
    true
}

fn given(word: &'static str) -> Option<&'static str> {
    (word != "-").then_some(word)
}

fn operation(line: &'static str) -> Option<Operation> {
    let mut words = line.split(' ');
    let reads = match words.next()? {
        "read" => true,
        "write" => false,
        _ => return None,
    };
    let (name, method, path) = (words.next()?, words.next()?, words.next()?);
    let (input, output) = (given(words.next()?), given(words.next()?));
    let mut operation = Operation {
        name,
        reads,
        method,
        path,
        input,
        output,
        wrapper: None,
        root: None,
        token: None,
    };
    for word in words {
        let (key, value) = word.split_once('=')?;
        match key {
            "wrapper" => operation.wrapper = Some(value),
            "root" => operation.root = Some(value),
            "token" => operation.token = Some(value),
            _ => return None,
        }
    }
    Some(operation)
}

fn shape(line: &'static str) -> Option<(&'static str, Shape)> {
    let mut words = line.split(' ');
    let (sort, name) = (words.next()?, words.next()?);
    let shape = match sort {
        "struct" => Shape::Struct(words.map(member).collect::<Option<_>>()?),
        "list" => {
            let (word, flat) = flattened(words.next()?);
            let (of, item) = match word.split_once('=') {
                Some((of, item)) => (of, Some(item)),
                None => (word, None),
            };
            Shape::List { of: kind(of), item, flat }
        }
        "map" => {
            words.next()?;
            let (value, flat) = flattened(words.next()?);
            let (names, flat) = match words.next() {
                Some(word) => {
                    let (word, flat) = flattened(word);
                    (word.strip_prefix('=')?.split_once(',')?, flat)
                }
                None => (("key", "value"), flat),
            };
            Shape::Map { value: kind(value), names, flat }
        }
        _ => return None,
    };
    Some((name, shape))
}

fn flattened(word: &'static str) -> (&'static str, bool) {
    word.strip_suffix('~').map_or((word, false), |word| (word, true))
}

/// `MEMBER[!]:TYPE[=WIRE][@PLACE=WIRE][^QUERY]`
fn member(word: &'static str) -> Option<Member> {
    let (name, rest) = word.split_once(':')?;
    let (rest, query) = match rest.split_once('^') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (kind_word, place) = if let Some((word, place)) = rest.split_once('@') {
        let (place, wire) = place.split_once('=')?;
        let place = match place {
            "uri" => Place::Path(wire),
            "query" => Place::Query(wire),
            "header" => Place::Header(wire),
            _ => return None,
        };
        (word, place)
    } else if let Some((word, wire)) = rest.split_once('=') {
        (word, Place::Body(Some(wire)))
    } else {
        (rest, Place::Body(None))
    };
    let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
    Some(Member { name, required, kind: kind(kind_word), place, query })
}

fn kind(word: &'static str) -> Kind {
    match word {
        "str" => Kind::Text,
        "int" => Kind::Int,
        "num" => Kind::Num,
        "bool" => Kind::Bool,
        "blob" => Kind::Blob,
        "time" => Kind::Time(None),
        "iso" => Kind::Time(Some(TimeFormat::Iso)),
        "unix" => Kind::Time(Some(TimeFormat::Unix)),
        "rfc822" => Kind::Time(Some(TimeFormat::Http)),
        "policy" => Kind::Policy,
        "any" => Kind::Any,
        shape => Kind::Shape(shape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let text = include_str!("../shapes.txt");
        let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut open = service(lines.next().unwrap()).unwrap();
        for line in lines {
            match service(line) {
                Some(next) => open = next,
                None => assert!(enter(&mut open, line), "{line}"),
            }
        }
        assert!(table(text).len() > 20);
    }

    #[test]
    fn a_member_says_where_it_stands() {
        let read = member("Id!:str@uri=Id").unwrap();
        assert!(read.required && read.place == Place::Path("Id") && !read.in_body());
        let read = member("Ids:IdList=idSet^IdFilter").unwrap();
        assert_eq!((read.name, read.wire(), read.query), ("Ids", "idSet", Some("IdFilter")));
        assert_eq!(read.kind, Kind::Shape("IdList"));
        assert!(member("no colon").is_none());
    }
}
