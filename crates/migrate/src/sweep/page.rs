//! How lists are paged: which member of an answer names the next page, and where it is asked.

use model::ports::Call;
use serde_json::Value;

/// How an operation pages its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// It does not.
    None,
    /// A mark of the answer becomes a member of the request.
    Mark {
        /// The member of the answer.
        out: &'static str,
        /// The member of the request.
        into: &'static str,
    },
    /// Route 53: three members name the first record of the next page, if there is one.
    Records,
}

impl Page {
    /// `nextToken`, in and out.
    pub(super) const LOWER: Self = Self::Mark { out: "nextToken", into: "nextToken" };
    /// `NextToken`, in and out.
    pub(super) const UPPER: Self = Self::Mark { out: "NextToken", into: "NextToken" };
    /// `NextMarker` out, `Marker` in.
    pub(super) const NEXT_MARKER: Self = Self::Mark { out: "NextMarker", into: "Marker" };
    /// `Marker`, in and out.
    pub(super) const MARKER: Self = Self::Mark { out: "Marker", into: "Marker" };
}

const RECORDS: [(&str, &str); 3] = [
    ("NextRecordName", "StartRecordName"),
    ("NextRecordType", "StartRecordType"),
    ("NextRecordIdentifier", "StartRecordIdentifier"),
];

/// The call of the page behind `answer`, if there is one.
pub(super) fn following(page: Page, call: &Call, answer: &Value) -> Option<Call> {
    let text = |name: &str| answer.get(name)?.as_str().filter(|text| !text.is_empty());
    // Some answers carry a mark on their last page too, and say so here.
    let ended = match answer.get("IsTruncated") {
        Some(Value::Bool(more)) => !more,
        Some(Value::String(more)) => more != "true",
        _ => false,
    };
    if ended {
        return None;
    }
    let mut request = call.request.as_object().cloned().unwrap_or_default();
    match page {
        Page::None => return None,
        Page::Mark { out, into } => {
            request.insert(into.to_owned(), text(out)?.into());
        }
        Page::Records => {
            text("NextRecordName")?;
            for (out, into) in RECORDS {
                request.remove(into);
                if let Some(text) = text(out) {
                    request.insert(into.to_owned(), text.into());
                }
            }
        }
    }
    Some(Call { operation: call.operation.clone(), request: Value::Object(request) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn marks_lead_to_the_next_page() {
        let call = Call::new("a:List", json!({"MaxItems": 1, "Marker": "old"}));
        let next = following(Page::NEXT_MARKER, &call, &json!({"NextMarker": "m"})).unwrap();
        assert_eq!(next.request, json!({"MaxItems": 1, "Marker": "m"}));
        for last in [
            json!({}),
            json!({"NextMarker": null}),
            json!({"NextMarker": ""}),
            json!({"NextMarker": "m", "IsTruncated": false}),
            json!([1]),
        ] {
            assert_eq!(following(Page::NEXT_MARKER, &call, &last), None, "{last}");
        }
    }

    #[test]
    fn records_go_on_from_the_next_record() {
        let call = Call::new(
            "route53:ListResourceRecordSets",
            json!({"HostedZoneId": "Z", "StartRecordIdentifier": "blue", "StartRecordName": "a"}),
        );
        let answer = json!({"IsTruncated": true, "NextRecordName": "b.", "NextRecordType": "A"});
        let next = following(Page::Records, &call, &answer).unwrap();
        assert_eq!(
            next.request,
            json!({"HostedZoneId": "Z", "StartRecordName": "b.", "StartRecordType": "A"})
        );
    }
}
