//! The lines of the table: services, operations, and the shapes that they reach.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Wanted;
use super::model::Model;

/// What stands at the top of the table.
pub(super) const HEAD: &str = "\
# How AWS operations are spelled on the wire. Made from botocore's models: do not edit, change
# operations.txt and run `cargo xtask gen aws-shapes DATA`.
#
# service NAME PROTOCOL VERSION HOST SIGNING TARGET XMLNS ID   `-` for none
# read|write NAME METHOD PATH INPUT OUTPUT [wrapper=] [root=] [token=]
# struct NAME MEMBER[!]:TYPE[=WIRE][@PLACE=WIRE][^QUERY] ...     ! required
# list NAME TYPE[=ITEM][~]                                     ~ flattened
# map NAME KEY VALUE [=KEYNAME,VALUENAME][~]
#
# ID is what settings call the service (AWS_ENDPOINT_URL_<ID>), its spaces underscored.
# TYPE is str int num bool blob iso unix rfc822 time (the protocol's own) policy (IAM, packed in
# text) any, or the name of a shape.
";

/// Appends the table of one service.
pub(super) fn write(out: &mut String, wanted: &Wanted, model: &Model) -> Result<()> {
    let host = model.metadata("endpointPrefix").context("no endpointPrefix")?;
    writeln!(
        out,
        "\nservice {} {} {} {host} {} {} {} {}",
        wanted.name,
        model.protocol()?,
        model.metadata("apiVersion").context("no apiVersion")?,
        model.metadata("signingName").unwrap_or(host),
        model.metadata("targetPrefix").unwrap_or("-"),
        namespace(wanted, model)?,
        model.metadata("serviceId").context("no serviceId")?.replace(' ', "_"),
    )?;
    let mut reached = BTreeSet::new();
    for (name, reads) in &wanted.operations {
        let line = operation(model, name, &mut reached).with_context(|| name.clone())?;
        writeln!(out, "{} {line}", if *reads { "read" } else { "write" })?;
    }
    let mut lines = BTreeMap::new();
    while let Some(name) = reached.pop_first() {
        if let Entry::Vacant(place) = lines.entry(name.clone()) {
            place.insert(shape(model, &name, &mut reached).with_context(|| name.clone())?);
        }
    }
    for line in lines.values() {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The XML namespace of requests: the service's, or that of its first input that names one.
fn namespace(wanted: &Wanted, model: &Model) -> Result<String> {
    for (name, _) in &wanted.operations {
        if let Some(uri) = model.operation(name)?["input"]["xmlNamespace"]["uri"].as_str() {
            return Ok(uri.to_owned());
        }
    }
    Ok("-".to_owned())
}

fn operation(model: &Model, name: &str, reached: &mut BTreeSet<String>) -> Result<String> {
    let operation = model.operation(name)?;
    if operation["endpoint"].get("hostPrefix").is_some() {
        bail!("it has a host of its own, which the client does not do");
    }
    let side = |side: &str| operation[side]["shape"].as_str();
    let mut line = format!(
        "{name} {} {} {} {}",
        operation["http"]["method"].as_str().unwrap_or("POST"),
        operation["http"]["requestUri"].as_str().unwrap_or("/"),
        side("input").unwrap_or("-"),
        side("output").unwrap_or("-"),
    );
    for name in [side("input"), side("output")].into_iter().flatten() {
        let shape = model.shape(name)?;
        if shape.get("payload").is_some() {
            bail!("{name} has a payload member, which the client does not do");
        }
        reached.insert(name.to_owned());
    }
    if let Some(wrapper) = operation["output"]["resultWrapper"].as_str() {
        write!(line, " wrapper={wrapper}")?;
    }
    if let Some(root) = operation["input"]["locationName"].as_str() {
        write!(line, " root={root}")?;
    }
    if let Some(input) = side("input") {
        let members = model.shape(input)?["members"].as_object();
        let token = |member: &&Value| member["idempotencyToken"].as_bool() == Some(true);
        let token = members.and_then(|members| members.iter().find(|(_, m)| token(m)));
        if let Some((name, _)) = token {
            write!(line, " token={name}")?;
        }
    }
    Ok(line)
}

fn shape(model: &Model, name: &str, reached: &mut BTreeSet<String>) -> Result<String> {
    let shape = model.shape(name)?;
    match shape["type"].as_str() {
        Some("structure") => structure(model, name, shape, reached),
        Some("list") => {
            let mut line = format!("list {name} {}", kind(model, &shape["member"], reached)?);
            if let Some(item) = shape["member"]["locationName"].as_str() {
                write!(line, "={item}")?;
            }
            flattened(shape, &mut line);
            Ok(line)
        }
        Some("map") => {
            let key = kind(model, &shape["key"], reached)?;
            let value = kind(model, &shape["value"], reached)?;
            let mut line = format!("map {name} {key} {value}");
            let wire = |side: &str| shape[side]["locationName"].as_str();
            if wire("key").is_some() || wire("value").is_some() {
                let (key, value) = (wire("key").unwrap_or("key"), wire("value").unwrap_or("value"));
                write!(line, " ={key},{value}")?;
            }
            flattened(shape, &mut line);
            Ok(line)
        }
        other => bail!("a shape of type {other:?} is not a container"),
    }
}

fn flattened(shape: &Value, line: &mut String) {
    if shape["flattened"].as_bool() == Some(true) {
        line.push('~');
    }
}

fn structure(
    model: &Model,
    name: &str,
    shape: &Value,
    reached: &mut BTreeSet<String>,
) -> Result<String> {
    let mut line = format!("struct {name}");
    let required: Vec<&str> =
        shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // In the order of the alphabet: serde_json keeps no other, and AWS takes any.
    for (member, of) in shape["members"].as_object().into_iter().flatten() {
        let mark = if required.contains(&member.as_str()) { "!" } else { "" };
        write!(line, " {member}{mark}:{}", kind(model, of, reached)?)?;
        // Some shapes carry the name themselves, for every member that is of them.
        let own = of["shape"].as_str().map(|name| model.shape(name)).transpose()?;
        let own = own.and_then(|shape| shape["locationName"].as_str());
        let wire = of["locationName"].as_str().or(own);
        match (of["location"].as_str(), wire) {
            (Some(place), wire) => {
                let place = match place {
                    "uri" => "uri",
                    "querystring" => "query",
                    "header" => "header",
                    other => bail!("{member} stands at {other}, which the client does not do"),
                };
                write!(line, "@{place}={}", wire.unwrap_or(member))?;
            }
            (None, Some(wire)) => write!(line, "={wire}")?,
            (None, None) => {}
        }
        if let Some(query) = of["queryName"].as_str() {
            write!(line, "^{query}")?;
        }
    }
    Ok(line)
}

/// The type of what `of` refers to: a word for scalars, a shape's name for the rest.
fn kind(model: &Model, of: &Value, reached: &mut BTreeSet<String>) -> Result<String> {
    let name = of["shape"].as_str().context("a member without a shape")?;
    let shape = model.shape(name)?;
    let format = of["timestampFormat"].as_str().or(shape["timestampFormat"].as_str());
    Ok(match shape["type"].as_str() {
        _ if name == "policyDocumentType" => "policy",
        Some("structure") if shape["document"].as_bool() == Some(true) => "any",
        Some("structure" | "list" | "map") => {
            reached.insert(name.to_owned());
            return Ok(name.to_owned());
        }
        Some("string" | "character") => "str",
        Some("integer" | "long" | "short" | "byte") => "int",
        Some("float" | "double") => "num",
        Some("boolean") => "bool",
        Some("blob") => "blob",
        Some("timestamp") => match format {
            None => "time",
            Some("iso8601") => "iso",
            Some("unixTimestamp") => "unix",
            Some("rfc822") => "rfc822",
            Some(other) => bail!("{name} writes its time as {other}"),
        },
        other => bail!("{name} is of type {other:?}"),
    }
    .to_owned())
}
