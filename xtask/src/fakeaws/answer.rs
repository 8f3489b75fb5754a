//! Answers and errors as bytes, in the form of each protocol.

use super::wire::{Kind, Operation, Protocol, Service, Shape};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// What goes back over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    /// `x-amzn-ErrorType`, of REST-JSON errors.
    pub(super) error_type: Option<String>,
    pub(super) body: String,
}

/// An error before it has a form: AWS says the same thing by other names in other protocols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
}

impl Refusal {
    /// A refusal that is the caller's mistake.
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { status: 400, code: code.to_owned(), message: message.into() }
    }

    /// The same with another status.
    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// The error `refusal` of `service` in `protocol`.
pub(super) fn refuse(service: &Service, protocol: Protocol, id: &str, refusal: &Refusal) -> Reply {
    let Refusal { status, code, message } = refusal;
    let (plain_code, plain) = (escape(code), escape(message));
    let xml = |body: String| Reply {
        status: *status,
        content_type: "text/xml",
        error_type: None,
        body: format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}"),
    };
    match protocol {
        // The services disagree on the case of the message's name; both are read in the wild.
        Protocol::Json => {
            let member = if code.starts_with("AccessDenied") { "Message" } else { "message" };
            let body =
                json!({"__type": format!("com.amazon.coral.service#{code}"), member: message});
            let content_type = "application/x-amz-json-1.1";
            Reply { status: *status, content_type, error_type: None, body: body.to_string() }
        }
        Protocol::RestJson => Reply {
            status: *status,
            content_type: "application/json",
            error_type: Some(format!("{code}:http://internal.amazon.com/coral/")),
            body: json!({"Message": message}).to_string(),
        },
        Protocol::Ec2 => xml(format!(
            "<Response><Errors><Error><Code>{plain_code}</Code><Message>{plain}</Message></Error>\
             </Errors><RequestID>{id}</RequestID></Response>"
        )),
        Protocol::Query | Protocol::RestXml => xml(format!(
            "<ErrorResponse xmlns=\"{}\"><Error><Type>Sender</Type><Code>{plain_code}</Code>\
             <Message>{plain}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>",
            service.xmlns
        )),
    }
}

/// The answer `value` of `operation` in `protocol`.
pub(super) fn write(
    service: &Service,
    operation: &Operation,
    protocol: Protocol,
    id: &str,
    value: &Map<String, Value>,
) -> Reply {
    let ok = |content_type, body| Reply { status: 200, content_type, error_type: None, body };
    match protocol {
        Protocol::Json | Protocol::RestJson => {
            let mut value = Value::Object(value.clone());
            times(service, &operation.output, &mut value);
            let content_type = match protocol {
                Protocol::Json => "application/x-amz-json-1.1",
                _ => "application/json",
            };
            ok(content_type, value.to_string())
        }
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => {
            ok("text/xml", document(service, operation, protocol, id, value))
        }
    }
}

fn document(
    service: &Service,
    operation: &Operation,
    protocol: Protocol,
    id: &str,
    value: &Map<String, Value>,
) -> String {
    let mut body = String::new();
    let mut xml = Xml { service, out: &mut body };
    xml.members(&operation.output, value);
    let (name, xmlns) = (&operation.name, &service.xmlns);
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    match (protocol, &operation.wrapper) {
        (Protocol::Query, wrapper) => {
            let wrapper = wrapper.clone().unwrap_or_else(|| format!("{name}Result"));
            format!(
                "{head}<{name}Response xmlns=\"{xmlns}\">\n  <{wrapper}>{body}</{wrapper}>\n  \
                 <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\n\
                 </{name}Response>\n"
            )
        }
        (Protocol::Ec2, _) => format!(
            "{head}<{name}Response xmlns=\"{xmlns}\">\n  <requestId>{id}</requestId>{body}\n\
             </{name}Response>\n"
        ),
        _ => format!("{head}<{name}Response xmlns=\"{xmlns}\">{body}</{name}Response>\n"),
    }
}

struct Xml<'a> {
    service: &'a Service,
    out: &'a mut String,
}

impl Xml<'_> {
    fn members(&mut self, kind: &Kind, value: &Map<String, Value>) {
        let service = self.service;
        let Some(Shape::Structure(members)) = service.shape(kind) else { return };
        for (name, member) in members {
            match value.get(name) {
                None | Some(Value::Null) => {}
                Some(_) if member.in_header => {}
                Some(value) => self.element(&member.name, &member.kind, value),
            }
        }
    }

    fn element(&mut self, name: &str, kind: &Kind, value: &Value) {
        let service = self.service;
        if let Some(Shape::List { of, flat: true, .. }) = service.shape(kind) {
            for item in value.as_array().into_iter().flatten() {
                self.element(name, of, item);
            }
            return;
        }
        let _never_fails = write!(self.out, "<{name}>");
        match (service.shape(kind), value) {
            (Some(Shape::Structure(_)), Value::Object(members)) => self.members(kind, members),
            (Some(Shape::List { of, name, .. }), Value::Array(items)) => {
                for item in items {
                    self.element(name, of, item);
                }
            }
            (Some(Shape::Map(of)), Value::Object(entries)) => {
                for (key, value) in entries {
                    let _never_fails = write!(self.out, "<entry><key>{}</key>", escape(key));
                    self.element("value", of, value);
                    self.out.push_str("</entry>");
                }
            }
            (_, Value::String(text)) => self.out.push_str(&escape(&time_or_text(kind, text))),
            (_, other) => self.out.push_str(&escape(&other.to_string())),
        }
        let _never_fails = write!(self.out, "</{name}>");
    }
}

/// A time of the files in the form that XML services write: milliseconds and `Z`.
fn time_or_text(kind: &Kind, text: &str) -> String {
    match (kind, text.parse::<Timestamp>()) {
        (Kind::Iso, Ok(time)) => format!("{time:.3}"),
        _ => text.to_owned(),
    }
}

/// Times of the files, which are text, as the numbers that JSON services send.
fn times(service: &Service, kind: &Kind, value: &mut Value) {
    match (service.shape(kind), value) {
        (Some(Shape::Structure(members)), Value::Object(object)) => {
            for (name, member) in members {
                if let Some(value) = object.get_mut(name) {
                    times(service, &member.kind, value);
                }
            }
        }
        (Some(Shape::List { of, .. }), Value::Array(items)) => {
            for item in items {
                times(service, of, item);
            }
        }
        (Some(Shape::Map(of)), Value::Object(entries)) => {
            for value in entries.values_mut() {
                times(service, of, value);
            }
        }
        (None, value) => {
            let time = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
            if let (Kind::Epoch, Some(time)) = (kind, time) {
                *value = seconds(time);
            }
        }
        _ => {}
    }
}

/// Seconds with milliseconds, which is what AWS sends; whole seconds without a fraction.
fn seconds(time: Timestamp) -> Value {
    let millis = time.as_millisecond();
    if millis % 1000 == 0 {
        return Value::from(millis / 1000);
    }
    let text = format!("{}.{:03}", millis.div_euclid(1000), millis.rem_euclid(1000));
    text.parse::<f64>().map_or(Value::Null, Value::from)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str) -> Service {
        Service::all().unwrap().into_iter().find(|service| service.name == name).unwrap()
    }

    fn written(name: &str, operation: &str, value: &Value) -> String {
        let service = service(name);
        let operation = &service.operations[operation];
        write(&service, operation, service.protocols[0], "r-1", value.as_object().unwrap()).body
    }

    #[test]
    fn lists_of_xml_have_the_element_names_of_the_model() {
        let tags = json!({"TagDescriptions": [{"ResourceArn": "a<b", "Tags": [{"Key": "k"}]}]});
        let body = written("elasticloadbalancing", "DescribeTags", &tags);
        assert!(body.contains(
            "<DescribeTagsResult><TagDescriptions><member><ResourceArn>a&lt;b</ResourceArn>\
             <Tags><member><Key>k</Key></member></Tags></member></TagDescriptions>"
        ));
        let vpcs = json!({"Vpcs": [{"VpcId": "v", "IsDefault": false}]});
        let body = written("ec2", "DescribeVpcs", &vpcs);
        let item = "<vpcSet><item><isDefault>false</isDefault><vpcId>v</vpcId></item></vpcSet>";
        assert!(body.contains(item), "{body}");
    }

    #[test]
    fn times_are_numbers_in_json_and_text_in_xml() {
        let services = json!({"services": [{"createdAt": "2026-08-21T08:20:24.318000+00:00"}]});
        let body = written("ecs", "DescribeServices", &services);
        assert_eq!(body, r#"{"services":[{"createdAt":1787300424.318}]}"#);
        let balancers = json!({"LoadBalancers": [{"CreatedTime": "2026-08-21T08:20:24+00:00"}]});
        let body = written("elasticloadbalancing", "DescribeLoadBalancers", &balancers);
        assert!(body.contains("<CreatedTime>2026-08-21T08:20:24.000Z</CreatedTime>"), "{body}");
    }

    #[test]
    fn each_protocol_has_its_own_form_of_an_error() {
        let refusal = Refusal::new("AccessDenied", "no");
        let said = |name: &str| {
            let service = service(name);
            refuse(&service, service.protocols[0], "r", &refusal)
        };
        assert!(said("ecs").body.contains(r#""__type":"com.amazon.coral.service#AccessDenied""#));
        assert!(said("ec2").body.contains("<Response><Errors><Error><Code>AccessDenied</Code>"));
        assert!(said("iam").body.contains("<Error><Type>Sender</Type><Code>AccessDenied</Code>"));
        assert!(said("scheduler").error_type.unwrap().starts_with("AccessDenied:"));
    }
}
